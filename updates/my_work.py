"""My work: what is collected for the letter at `/`. Its number of queries does not grow with plans or actions."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from actions.models import Action
from actions.querysets import ActionQuerySet
from actions.rules import Flag, off_plan_key
from ogsm import dates, words
from ogsm.ready_query import FIRST, ReadyQuery
from plans.models import Choice, Indicator, Membership, Plan
from plans.rules import Light, owed_period

from .items import UpdateItem, latest_updates
from .models import Decision, HelpRequest, Session
from .standing_in import Cover, stand_ins_of
from .steering_agenda import OwedReview, reviews_owed_by

if TYPE_CHECKING:
    from ogsm.accounts.models import User
    from plans.stand_in_models import StandIn

MINUTES_PER_UPDATE = 2
SOON_DAYS = 14
SILENCE = Flag.NO_UPDATE | Flag.NOT_JUDGED  # what an update, once given, takes away


def owed_by(user: User | int, on: dt.date) -> ActionQuerySet:
    """The actions the user owes an update of: responsible for them, and a member who takes part."""
    plans = Membership.objects.filter(user=user).taking_part().values("plan")
    return Action.objects.owed(on).filter(responsible=user, plan__in=plans)


def owed_count(user: User, on: dt.date) -> int:
    """How many updates the user owes. One query."""
    return _owed(on).count(user.pk)


@lru_cache(maxsize=16)
def _owed(on: dt.date) -> ReadyQuery:
    return ReadyQuery(owed_by(FIRST, on).order_by().values("pk"))


@dataclass
class IndicatorItem:
    """An indicator whose period has ended without a value."""

    indicator: Indicator
    period: dt.date
    is_unmeasured: bool
    plan_name: str = ""

    @property
    def period_words(self) -> str:
        return words.period(self.period, self.indicator.frequency)


@dataclass
class SessionItem:
    """The next session of one plan, and how many of my actions are off plan and so on its agenda."""

    session: Session
    plan: Plan
    my_lines: int
    is_today: bool = False
    is_near: bool = False
    plan_name: str = ""

    @property
    def until(self) -> str:
        """'09:00' today, 'Tuesday 09:00' within a week, else 'Tuesday 23 June 09:00': when it begins."""
        moment = {"day": words.day(self.session.starts_at), "time": words.clock(self.session.starts_at)}
        if self.is_today:
            return moment["time"]
        if self.is_near:
            moment["day"] = words.weekday(self.session.starts_at)
        return _("%(day)s %(time)s") % moment

    @property
    def kind(self) -> str:
        """'update session', of a plan by name where there are several."""
        kind = self.session.get_kind_display()
        return _("%(kind)s of %(plan)s") % {"kind": kind, "plan": self.plan_name} if self.plan_name else kind


@dataclass(frozen=True)
class Part:
    """One plan the user is in: their role, when this round of updates began, when a session was last started."""

    plan: Plan
    role: str
    round_began: dt.datetime
    last_started: dt.datetime | None

    @property
    def takes_part(self) -> bool:
        return self.role != Membership.Role.VIEWER


@dataclass
class Letter:
    """Everything on My work, for one person at one moment."""

    user: User
    at: dt.datetime
    on: dt.date
    plans: list[Plan]
    owed: list[UpdateItem]
    given: list[UpdateItem]
    helps: list[HelpRequest]
    soon: list[Action]
    agreements: list[Decision]
    indicators: list[IndicatorItem]
    reviews: list[OwedReview]
    sessions: list[SessionItem]
    takes_part: bool
    several: bool
    covers: list[Cover]
    absences: list[StandIn]

    @property
    def all_helps(self) -> list[HelpRequest]:
        """Help asked of the user, then that asked of those the user stands in for."""
        return [*self.helps, *(request for cover in self.covers for request in cover.helps)]

    @property
    def drafts(self) -> list[Plan]:
        return [plan for plan in self.plans if plan.is_draft]

    @property
    def total(self) -> int:
        return len(self.owed) + len(self.given)

    @property
    def owed_next(self) -> int:
        """How many of the updates are for the plan of the next session; all of them when no session is planned."""
        item = self.next_session
        return sum(item is None or owed.action.plan_id == item.plan.pk for owed in self.owed)

    @property
    def owed_elsewhere(self) -> int:
        return len(self.owed) - self.owed_next

    @property
    def minutes(self) -> int:
        """What the updates of `owed_next` take, or the others where there are none of these."""
        return MINUTES_PER_UPDATE * (self.owed_next or self.owed_elsewhere)

    @property
    def greeting(self) -> str:
        """By the time of day in the organisation's zone."""
        hour = timezone.localtime(self.at, timezone.get_default_timezone()).hour
        name = {"name": self.user.first_name}
        if 5 <= hour < 12:
            return _("Good morning %(name)s") % name
        if 12 <= hour < 18:
            return _("Good afternoon %(name)s") % name
        return _("Good evening %(name)s") % name

    @property
    def next_session(self) -> SessionItem | None:
        """The one the greeting speaks of: the soonest, of a plan in which something is owed if there is any."""
        owing = {item.action.plan_id for item in self.owed}
        return next((item for item in self.sessions if item.plan.pk in owing), next(iter(self.sessions), None))

    @property
    def open_agreements(self) -> int:
        return sum(agreement.done_at is None for agreement in self.agreements)

    @property
    def is_ready(self) -> bool:
        """Nobody waits for this person before the session: no update, value or review is missing, and no answer to what
        was asked of them by name. What is asked of the team waits for nobody in particular."""
        asked_by_name = any(request.asked_of_id == self.user.pk for request in self.helps)
        missing = self.owed or self.indicators or self.reviews or asked_by_name
        return self.next_session is not None and not missing

    @property
    def value_sheets(self) -> list[tuple[int, str, int]]:
        """(id, name, how many) of the plans with several indicators to enter, which one page can take at once."""
        counts = Counter((item.indicator.choice.plan_id, item.plan_name) for item in self.indicators)
        return [(plan, name, count) for (plan, name), count in counts.items() if count > 1]

    @property
    def is_empty(self) -> bool:
        """Nothing at all asks for attention."""
        covered = any(cover.owed for cover in self.covers)
        own = (self.owed, self.all_helps, self.soon, self.open_agreements, self.indicators, self.reviews)
        return not any((*own, covered))


def letter_for(user: User, *, at: dt.datetime, on: dt.date, session: Session | None = None) -> Letter:
    """Collects the page: at most 17 queries, and four more for who stands in for somebody, whatever the number of
    plans, actions and requests. With a session: what is asked for it, in its plan alone, of the user themselves."""
    parts = _parts(user, on, plan=session.plan if session else None)
    plans = [part.plan for part in parts if part.plan.is_open]
    active = [part for part in parts if part.plan.is_open and part.plan.is_active]
    mine = [part for part in active if part.takes_part]
    several = len(active) > 1
    names = {part.plan.pk: part.plan.name if several else "" for part in active}

    numbers = _numbers(active)
    actions = _my_actions(user, mine, on)
    by_id = {plan.pk: plan for plan in plans}
    for action in actions:
        action.plan, action.responsible = by_id[action.plan_id], user
        action.choice = numbers.get(action.choice_id, action.choice)
    off_plan = Counter(action.plan_id for action in actions if action.flags)
    asks_updates = session is None or session.kind == Session.Kind.UPDATE
    owed, given = _updates(user, mine, actions, names, on) if asks_updates else ([], [])
    owing = {item.action.pk for item in owed}
    covered_in = [part.plan.pk for part in mine] if session is None else []
    covers, absences = stand_ins_of(user, names, numbers, on, plans=covered_in)
    return Letter(
        user=user, at=at, on=on, plans=plans, owed=owed, given=given,
        helps=_helps(user, active, names, numbers),
        soon=[action for action in actions if _is_soon(action, on, owing)],
        agreements=_agreements(user, plans, names, on),
        indicators=_indicators(user, mine, names, on),
        reviews=[
            review
            for review in reviews_owed_by(user, [part.plan for part in mine], names, on)
            if session is None or review.session.pk == session.pk
        ],
        sessions=_sessions(active, off_plan, names, on, only=session),
        takes_part=bool(mine), several=several, covers=covers, absences=absences,
    )  # fmt: skip


def _parts(user: User, on: dt.date, *, plan: Plan | None) -> list[Part]:
    """A round of updates begins at the last closing of an update session, but is never longer than they are current."""
    closed = Q(plan__sessions__kind=Session.Kind.UPDATE, plan__sessions__state=Session.State.CLOSED)
    memberships = Membership.objects.filter(user=user, plan__archived_at=None)
    if plan is not None:
        memberships = memberships.filter(plan=plan)
    rows = (
        memberships.select_related("plan")
        .annotate(
            last_closed=Max("plan__sessions__closed_at", filter=closed),
            last_started=Max("plan__sessions__started_at"),
        )
        .order_by("plan__name", "plan")
    )
    return [
        Part(
            row.plan,
            row.role,
            max(filter(None, [row.plan.current_since_on(on), row.last_closed])),
            row.last_started,
        )
        for row in rows
    ]


def _numbers(parts: Iterable[Part]) -> dict[int, Choice]:
    """Live choices by id, each with its number on its page."""
    choices = Choice.objects.live().filter(plan__in=[part.plan.pk for part in parts])
    numbers: dict[int, int] = {}
    found = {}
    for choice in choices.in_order():
        choice.number = numbers[choice.plan_id] = numbers.get(choice.plan_id, 0) + 1
        found[choice.pk] = choice
    return found


def _my_actions(user: User, parts: list[Part], on: dt.date) -> list[Action]:
    """What is open, and what was finished with an update in this round; worst first."""
    wanted = ~Q(status=Action.Status.DONE)
    for part in parts:
        wanted |= Q(plan=part.plan, last_update_at__gte=part.round_began)
    actions = (
        Action.objects.live()
        .filter(wanted, responsible=user, plan__in=[part.plan.pk for part in parts])
        .with_flags(on)
        .select_related("choice")
    )
    return sorted(actions, key=lambda action: off_plan_key(action.flag_bits, action.deadline, on, action.pk))


def _updates(
    user: User, parts: list[Part], actions: list[Action], names: dict[int, str], on: dt.date
) -> tuple[list[UpdateItem], list[UpdateItem]]:
    """(owed, given for the coming session)."""
    part_of = {part.plan.pk: part for part in parts}
    updates, drafts = latest_updates(user, [action.pk for action in actions])
    owed: list[UpdateItem] = []
    given: list[tuple[dt.datetime, UpdateItem]] = []
    for action in actions:
        last, part = updates.get(action.pk), part_of[action.plan_id]
        is_owed = bool(action.flags & Flag.NO_UPDATE)
        if not is_owed and not (last and last.at >= part.round_began):
            continue
        item = UpdateItem(action, on, last, drafts.get(action.pk), names[action.plan_id])
        if is_owed:
            owed.append(item)
        elif last:
            is_before = part.last_started is None or part.last_started < last.at
            item.may_correct = is_before and last.author_id == user.pk
            given.append((last.at, item))
    newest_first = sorted(given, key=itemgetter(0), reverse=True)
    return owed, [item for _at, item in newest_first]


def _is_soon(action: Action, on: dt.date, owing: set[int]) -> bool:
    """Late, off plan or due within two weeks. That an update is owed is said above."""
    if action.is_done:
        return False
    reasons = action.flags & ~SILENCE if action.pk in owing else action.flags
    return bool(reasons) or action.deadline <= on + dt.timedelta(days=SOON_DAYS)


def _helps(user: User, parts: list[Part], names: dict[int, str], numbers: dict[int, Choice]) -> list[HelpRequest]:
    plans = [part.plan.pk for part in parts]
    helps = list(HelpRequest.objects.asked_of(user).filter(action__plan__in=plans).with_times())
    for request in helps:
        request.plan_name = names[request.action.plan_id]
        request.action.choice = numbers.get(request.action.choice_id, request.action.choice)
    return helps


def _agreements(user: User, plans: list[Plan], names: dict[int, str], on: dt.date) -> list[Decision]:
    """Open ones by date, then those ticked off today, which can still be taken back."""
    midnight = dates.start_of_day(on, timezone.get_default_timezone())
    promises = (
        Decision.objects.promises()
        .filter(Q(done_at=None) | Q(done_at__gte=midnight), who=user, plan__in=[plan.pk for plan in plans])
        .select_related("session", "action")
    )
    agreements = sorted(promises, key=lambda one: (one.done_at is not None, one.due_on or dt.date.max, one.pk))
    for agreement in agreements:
        agreement.plan_name = names.get(agreement.plan_id, "")
    return agreements


def _indicators(user: User, parts: list[Part], names: dict[int, str], on: dt.date) -> list[IndicatorItem]:
    """Those the user enters and whose last period ended without a value."""
    plans = [part.plan.pk for part in parts]
    rows = Indicator.objects.live().filter(choice__plan__in=plans, choice__archived_at=None).to_enter_by(user)
    items = []
    for indicator in rows.select_related("choice").with_values().in_order():
        period = owed_period(indicator.facts, {value.period for value in indicator.values.all()}, on)
        if period is None:
            continue
        unmeasured = indicator.reading(on).light == Light.UNMEASURED
        items.append(IndicatorItem(indicator, period, unmeasured, names[indicator.choice.plan_id]))
    return items


def _sessions(
    parts: list[Part], off_plan: Counter[int], names: dict[int, str], on: dt.date, *, only: Session | None
) -> list[SessionItem]:
    """The next session of each plan, a running one first, then the soonest; or the one that is prepared."""
    plans = {part.plan.pk: part.plan for part in parts}
    found: dict[int, SessionItem] = {}
    coming = [only] if only else Session.objects.next_on(on).filter(plan__in=list(plans))
    for session in coming:
        if session.plan_id not in found:
            found[session.plan_id] = SessionItem(
                session, plans[session.plan_id], off_plan[session.plan_id],
                is_today=session.day == on, is_near=on < session.day < on + dt.timedelta(days=7),
                plan_name=names[session.plan_id],
            )  # fmt: skip
    return list(found.values())
