"""What a steering and a plan session have on their agenda: choices with their owner's review, indicators off their
path, and in a plan session first the goals with their judgement.

They are lines like any other: `live_agenda.make_lines` divides the box over them and freezes them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings

from actions.rules import Flag, flag_names
from ogsm import dates
from plans.models import Choice, Indicator
from plans.rules import Reading

from .agenda import Item, Kind, usual_up_to
from .agenda_models import SessionKind
from .review_models import ChoiceReview
from .review_rules import OFF_PATH, choice_flags, choice_key, off_path_key, reviews_current_since

if TYPE_CHECKING:
    from ogsm.accounts.models import User
    from plans.models import Plan

    from .agenda_models import AgendaLine
    from .session_models import Session

Drafts = dict[str, dict[str, Any]]
JUDGING = (SessionKind.STEERING, SessionKind.PLAN)
UP_TO = {SessionKind.STEERING: (15, 10), SessionKind.PLAN: (30, 20)}
"""Minutes that a choice or goal grows to in these longer sessions: one that is urgent, and any other."""


def up_to(kind: str) -> Callable[[Item], int]:
    """How far the lines of such a session grow: choices and goals first of all."""
    urgent, others = UP_TO[SessionKind(kind)]

    def limit(item: Item) -> int:
        if item.kind not in (Kind.CHOICE, Kind.GOAL):
            return usual_up_to(item)
        return urgent if item.is_urgent else others

    return limit


def current_since(plan: Plan, on: dt.date, *, for_session: bool = False) -> dt.datetime:
    """From when a review of a choice is current on the day; for a given session as if it were in preparation, so that
    opening or starting it changes nothing. At most two queries."""
    judging = plan.sessions.filter(kind__in=JUDGING)
    return reviews_current_since(
        list(judging.closed().values_list("closed_at", flat=True)[:2]),
        in_preparation=for_session or judging.filter(state__in=["open", "running"]).exists(),
        midnight=dates.start_of_day(on, settings.TIME_ZONE),
    )


@dataclass(frozen=True)
class JudgedChoice:
    """A choice with its latest review, whether that is current for the session, and the lights of its indicators."""

    choice: Choice
    review: ChoiceReview | None
    is_current: bool
    lights: list[str]

    @property
    def flags(self) -> Flag:
        light = self.review.light if self.review else None
        return choice_flags(light, is_current=self.is_current, indicator_lights=self.lights)


def judged_choices(
    plan: Plan, on: dt.date, readings: list[tuple[Indicator, Reading]] | None = None
) -> list[JudgedChoice]:
    """Every live choice as a session judges it, in the order of the page and with its `number`. Three queries, and two
    more without `readings`."""
    since = current_since(plan, on, for_session=True)
    reviews = ChoiceReview.objects.latest_of(plan)
    lights: dict[int, list[str]] = defaultdict(list)
    for indicator, reading in readings_of(plan, on) if readings is None else readings:
        lights[indicator.choice_id].append(str(reading.light))
    judged = []
    for choice in plan.choices.numbered():
        review = reviews.get(choice.pk)
        is_current = review is not None and review.at >= since
        judged.append(JudgedChoice(choice, review, is_current, lights[choice.pk]))
    return judged


def readings_of(plan: Plan, on: dt.date) -> list[tuple[Indicator, Reading]]:
    """Every live indicator with its reading on the day. Two queries."""
    rows = Indicator.objects.live().filter(choice__plan=plan, choice__archived_at=None)
    ordered = rows.select_related("choice__owner", "entered_by").with_values().in_order()
    return [(indicator, indicator.reading(on)) for indicator in ordered]


def sections_of(session: Session, on: dt.date, drafts: Drafts) -> dict[str, list[Item]]:
    """The lines of a steering or plan session by section, their contents in `drafts`. Up to twelve queries."""
    from .live_agenda import _agreement_items, _indicator_item, _point_items

    plan = session.plan
    readings = readings_of(plan, on)
    judged = judged_choices(plan, on, readings)
    numbers = {each.choice.pk: each.choice for each in judged}
    choices = sorted(judged, key=lambda each: choice_key(each.flags, each.choice.number))
    off_path = sorted(
        ((place, pair) for place, pair in enumerate(readings) if str(pair[1].light) in OFF_PATH),
        key=lambda placed: off_path_key(str(placed[1][1].light), placed[0]),
    )
    goals = _goal_items(drafts, session) if session.kind == SessionKind.PLAN else []
    return {
        "carried": [
            *_agreement_items(drafts, session, on, numbers, kind=session.kind),
            *_point_items(drafts, session),
        ],
        "off_plan": [*goals, *(_choice_item(drafts, each) for each in choices)],
        "indicators": [
            _indicator_item(drafts, indicator, reading, on, numbers) for _place, (indicator, reading) in off_path
        ],
    }


def choice_facts(choice: Choice) -> dict[str, Any]:
    return {"number": choice.number, "short_name": choice.short_name, "colour": choice.colour}


def _choice_item(drafts: Drafts, each: JudgedChoice) -> Item:
    choice, review = each.choice, each.review
    item = Item(Kind.CHOICE, choice.pk, flags=int(each.flags))
    drafts[item.key] = {
        "title": choice.goal,
        "person": choice.owner,
        "choice": choice,
        "flags": flag_names(each.flags),
        "facts": {
            "how": choice.how,
            "light": review.light if review else "",
            "learned": review.learned if review else "",
            "changes": review.changes if review else "",
            "reviewed_by": str(review.author) if review else "",
            "reviewed_at": review.at.isoformat() if review else None,
            "is_current": each.is_current,
            "indicators": {light: each.lights.count(light) for light in OFF_PATH if light in each.lights},
            "choice": choice_facts(choice),
        },
    }
    return item


def _goal_items(drafts: Drafts, session: Session) -> list[Item]:
    """Two queries."""
    reviews = {review.goal_id: review for review in session.goal_reviews.select_related("author")}
    items = []
    for goal in session.plan.goals.live():
        review = reviews.get(goal.pk)
        item = Item(Kind.GOAL, goal.pk)
        drafts[item.key] = {
            "title": goal.name,
            "person": review.author if review else None,
            "goal": goal,
            "flags": [] if review else ["not-judged"],
            "facts": {
                "unit": goal.unit,
                "target": _text(goal.target),
                "baseline": _text(goal.baseline),
                "due_on": goal.due_on.isoformat(),
                "judgement": review.judgement if review else "",
                "actual": _text(review.actual) if review else None,
                "text": review.text if review else "",
            },
        }
        items.append(item)
    return items


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount.normalize():f}"


# ---- preparation ----


ToJudge = tuple[Choice, bool]  # a choice, and whether its review is current


def choices_to_judge(plan: Plan, on: dt.date) -> list[ToJudge]:
    """Every live choice. Three queries."""
    return [(each.choice, each.is_current) for each in judged_choices(plan, on, [])]


def judged_on(lines: Iterable[AgendaLine]) -> list[ToJudge]:
    """The same, by the choices on an agenda that has not started. No query."""
    return [(line.choice, line.facts["is_current"]) for line in lines if line.choice]


def percent_judged(choices: Sequence[ToJudge]) -> int | None:
    """Percentage of the choices with a current review; None without choices."""
    return round(100 * sum(is_current for _choice, is_current in choices) / len(choices)) if choices else None


@dataclass(frozen=True)
class OwedReview:
    """A choice whose owner is asked to judge it, for which session."""

    choice: Choice
    session: Session
    latest: ChoiceReview | None
    plan_name: str = ""


def reviews_owed_by(user: User, plans: Iterable[Plan], names: dict[int, str], on: dt.date) -> list[OwedReview]:
    """The user's choices without a current review, in plans where a steering or plan session is in preparation or
    running. One query, and three more when there is such a session."""
    from .session_models import Session

    asked = Session.objects.filter(
        plan__in=[plan.pk for plan in plans], kind__in=JUDGING, state__in=["open", "running"]
    )
    sessions = {session.plan_id: session for session in asked.defer("minutes_record").order_by("-starts_at")}
    if not sessions:
        return []
    closings: dict[int, list[dt.datetime]] = defaultdict(list)
    for plan_id, at in (
        Session.objects.filter(plan__in=list(sessions), kind__in=JUDGING).closed().values_list("plan_id", "closed_at")
    ):
        closings[plan_id].append(at)
    midnight = dates.start_of_day(on, settings.TIME_ZONE)
    mine = list(Choice.objects.live().filter(plan__in=list(sessions), owner=user).in_order())
    newest: dict[int, ChoiceReview] = {}
    for review in ChoiceReview.objects.filter(choice__in=mine).order_by("at", "pk"):
        newest[review.choice_id] = review
    owed = []
    for choice in mine:
        latest = newest.get(choice.pk)
        since = reviews_current_since(closings[choice.plan_id], in_preparation=True, midnight=midnight)
        if latest is None or latest.at < since:
            owed.append(OwedReview(choice, sessions[choice.plan_id], latest, names.get(choice.plan_id, "")))
    return owed
