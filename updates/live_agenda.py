"""The agenda of a plan as it stands: reads the database once, lets `agenda.py` divide the box, and makes the lines.

Before the start the lines are not saved; `Session.start` saves them as they are.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from actions.models import Action
from actions.rules import off_plan_key
from plans.models import Indicator
from plans.rules import Light, Reading, due_period

from . import agenda, steering_agenda
from .agenda import Item, Kind, Section
from .agenda_order import arranged
from .frozen_lines import frozen_lines
from .since_last import remember_last_time

if TYPE_CHECKING:
    from plans.models import Choice

    from .models import AgendaLine, Session

LOOK_BACK_SESSIONS = 24
LISTED = (Section.CARRIED, Section.OFF_PLAN, Section.INDICATORS, Section.OUTSIDE)
SHOWN_OF_A_LINE = ("person", "action__responsible", "help_request__answered_by", "agreement")
OFF_PATH = (Light.RED, Light.UNMEASURED)


class SessionAgenda(agenda.Agenda["AgendaLine"]):
    """The agenda of a session: its lines are those that the start saves."""

    @property
    def discussed(self) -> list[AgendaLine]:
        return [line for line in self.lines if line.is_discussed_line]


def agenda_of(session: Session, on: dt.date) -> SessionAgenda:
    """The frozen agenda once started, else the one that would be frozen now. At most eleven queries."""
    if session.started_at is None:
        return make_lines(session, on)
    lines = frozen_lines(session)
    has_finished = any(line.section == Section.FINISHED for line in lines)
    finished = agenda.FINISHED if has_finished else 0
    used = agenda.OPENING + agenda.CLOSING + finished + sum(line.minutes for line in lines)
    return SessionAgenda(
        lines,
        session.minutes,
        agenda.OPENING,
        agenda.CLOSING,
        finished,
        max(session.minutes - used, 0),
    )


def make_lines(session: Session, on: dt.date) -> SessionAgenda:
    """Unsaved lines for a session as of the day `on`. At most eleven queries, whatever the number of actions."""
    drafts: dict[str, dict[str, Any]] = {}
    earlier = list(session.plan.sessions.closed_before(session)[:LOOK_BACK_SESSIONS])
    last = earlier[0] if earlier else None
    times = _times_listed([session.pk for session in earlier])
    if session.kind in steering_agenda.JUDGING:
        judged = steering_agenda.sections_of(session, on, drafts)
        up_to = steering_agenda.up_to(session.kind)
        return _divided(session, judged, drafts, times, last=last, up_to=up_to)
    numbers = {choice.pk: choice for choice in session.plan.choices.numbered()}
    actions = list(session.plan.actions.live().with_flags(on).select_related("responsible").order_by("deadline", "pk"))
    helps = _open_help(session)

    off_plan = sorted(
        (action for action in actions if action.flag_bits),
        key=lambda action: off_plan_key(action.flag_bits, action.deadline, on, action.pk),
    )
    listed = {action.pk for action in off_plan}
    sections = {
        "carried": [
            *_help_items(drafts, helps, listed, numbers),
            *_agreement_items(drafts, session, on, numbers),
            *_point_items(drafts, session),
        ],
        "off_plan": [_action_item(drafts, action, on, numbers, helps[action.pk]) for action in off_plan],
        "indicators": _indicator_items(drafts, session, on, numbers, last),
        "finished": [
            _action_item(drafts, action, on, numbers)
            for action in actions
            if action.is_done and action.confirmed_at is None
        ],
        "on_plan": [
            _action_item(drafts, action, on, numbers)
            for action in actions
            if not action.is_done and not action.flag_bits
        ],
    }
    return _divided(session, sections, drafts, times, last=last)


def _divided(
    session: Session,
    sections: Mapping[str, Sequence[Item]],
    drafts: dict[str, dict[str, Any]],
    times: dict[str, int],
    *,
    last: Session | None,
    up_to: Callable[[Item], int] = agenda.usual_up_to,
) -> SessionAgenda:
    built = agenda.build_agenda(session.minutes, up_to=up_to, **arranged(sections, session.wishes))
    remember_last_time(drafts, last)
    lines = [_line(session, line, position, drafts[line.item.key], times) for position, line in enumerate(built.lines)]
    return SessionAgenda(lines, built.box, built.opening, built.closing, built.finished, built.spare)


def _line(
    session: Session,
    line: agenda.Line,
    position: int,
    draft: dict[str, Any],
    times: dict[str, int],
) -> AgendaLine:
    from .models import AgendaLine

    listed = line.section in LISTED and line.item.kind not in (Kind.CHOICE, Kind.GOAL)  # those are on it every time
    asked = draft.get("help_request")  # counted from when it was asked, also while its action's line carried it
    before = asked.times - 1 if asked else times.get(line.item.key, 0)
    return AgendaLine(
        session=session,
        section=line.section,
        kind=line.item.kind,
        item_id=line.item.id,
        minutes=line.minutes,
        position=position,
        times=before + 1 if listed else 1,
        **draft,
    )


def _times_listed(session_ids: list[int]) -> dict[str, int]:
    """Per item: in how many of the sessions (the latest first) it was listed without a gap. One query."""
    from .models import AgendaLine

    listed: dict[int, set[str]] = defaultdict(set)
    rows = AgendaLine.objects.filter(session__in=session_ids, section__in=LISTED)
    for session_id, kind, item_id in rows.values_list("session_id", "kind", "item_id"):
        listed[session_id].add(f"{kind}-{item_id}")
    times: dict[str, int] = {}
    for key in set().union(*listed.values()):
        count = 0
        for session_id in session_ids:
            if key not in listed[session_id]:
                break
            count += 1
        times[key] = count
    return times


def _choice_facts(choice: Choice | None) -> dict[str, Any]:
    if choice is None:
        return {}
    return {
        "number": choice.number,
        "short_name": choice.short_name,
        "colour": choice.colour,
    }


def _open_help(session: Session) -> dict[int, list[Any]]:
    from .models import HelpRequest

    helps: dict[int, list[Any]] = defaultdict(list)
    rows = HelpRequest.objects.open().of_live_actions().filter(action__plan=session.plan).with_times()
    for request in rows.select_related("action", "asked_of", "asked_by"):
        helps[request.action_id].append(request)
    return helps


def _help_items(
    drafts: dict[str, dict[str, Any]],
    helps: dict[int, list[Any]],
    listed: set[int],
    numbers: dict[int, Choice],
) -> Iterable[Item]:
    for request in (request for requests in helps.values() for request in requests):
        if request.action_id in listed:
            continue
        item = Item(Kind.HELP, request.pk)
        drafts[item.key] = {
            "title": request.text[:300],
            "person": request.asked_of or request.asked_by,
            "action": request.action,
            "help_request": request,
            "flags": ["help"],
            "facts": {
                "asked_by": str(request.asked_by),
                "asked_at": request.asked_at.isoformat(),
                "choice": _choice_facts(numbers.get(request.action.choice_id)),
            },
        }
        yield item


def _agreement_items(
    drafts: dict[str, dict[str, Any]],
    session: Session,
    on: dt.date,
    numbers: dict[int, Choice],
    *,
    kind: str = "",
) -> Iterable[Item]:
    """Those that are open and due; with `kind` only what was agreed in sessions of that kind. One query."""
    from .models import Decision

    until = max(on, session.day)
    rows = Decision.objects.open_promises().filter(plan=session.plan, due_on__lte=until)
    if kind:
        rows = rows.filter(session__kind=kind)
    for agreement in rows.select_related("who", "action").order_by("due_on", "pk"):
        item = Item(Kind.AGREEMENT, agreement.pk)
        drafts[item.key] = {
            "title": agreement.text[:300],
            "person": agreement.who,
            "action": agreement.action,
            "agreement": agreement,
            "flags": [],
            "facts": {
                "due_on": agreement.due_on.isoformat(),
                "days_late": (on - agreement.due_on).days,
                "choice": _choice_facts(numbers.get(agreement.action.choice_id) if agreement.action else None),
            },
        }
        yield item


def _point_items(drafts: dict[str, dict[str, Any]], session: Session) -> Iterable[Item]:
    points = session.plan.points.filter(session_kind=session.kind, decided_at=None).select_related("person")
    for point in points:
        item = Item(Kind.POINT, point.pk, hand_minutes=point.hand_minutes)
        drafts[item.key] = {"title": point.text, "person": point.person, "facts": {}}
        yield item


def _action_item(
    drafts: dict[str, dict[str, Any]], action: Action, on: dt.date, numbers: dict[int, Choice],
    helps: Iterable[Any] = (),
) -> Item:  # fmt: skip
    item = Item(Kind.ACTION, action.pk, flags=action.flag_bits)
    expected = action.expected_end if action.expected_end and action.expected_end > action.deadline else None
    drafts[item.key] = {
        "title": action.result,
        "person": action.responsible,
        "action": action,
        "flags": action.flag_names,
        "facts": {
            "status": action.status,
            "light": action.light,
            "deadline": action.deadline.isoformat(),
            "days_late": (on - action.deadline).days,
            "starts_on": action.starts_on.isoformat() if action.starts_on else None,
            "expected_end": expected.isoformat() if expected else None,
            "expected_days": (expected - action.deadline).days if expected else 0,
            "moves": action.deadline_moves,
            "days_moved": action.days_moved,
            "completed_on": action.completed_on.isoformat() if action.completed_on else None,
            "help": [request.text for request in helps],
            "choice_owner": str(owner) if (owner := getattr(numbers.get(action.choice_id), "owner", None)) else "",
            "choice": _choice_facts(numbers.get(action.choice_id)),
        },
    }
    return item


def became_off_path(now: Reading, before: str | None) -> bool:
    """Red or unmeasured now, and not the same at the last closing (None: there was none, or no such indicator)."""
    return now.light in OFF_PATH and before != now.light


def _indicator_items(
    drafts: dict[str, dict[str, Any]],
    session: Session,
    on: dt.date,
    numbers: dict[int, Choice],
    last: Session | None,
) -> list[Item]:
    items = []
    before = _lights_at_closing(last)
    rows = Indicator.objects.live().filter(choice__plan=session.plan, choice__archived_at=None)
    for indicator in rows.select_related("choice__owner", "entered_by").with_values().in_order():
        now = indicator.reading(on)
        if became_off_path(now, before.get(str(indicator.pk))):
            items.append(_indicator_item(drafts, indicator, now, on, numbers))
    return items


def _indicator_item(
    drafts: dict[str, dict[str, Any]], indicator: Indicator, now: Reading, on: dt.date, numbers: dict[int, Choice]
) -> Item:
    missing = due_period(indicator.facts, on) if now.light == Light.UNMEASURED else None
    item = Item(Kind.INDICATOR, indicator.pk)
    drafts[item.key] = {
        "title": indicator.name,
        "person": indicator.entered_by or indicator.choice.owner,
        "indicator": indicator,
        "flags": [str(now.light)],
        "facts": {
            "light": str(now.light),
            "unit": indicator.unit,
            "value": str(now.value) if now.value is not None else None,
            "path": str(now.path) if now.path is not None else None,
            "period": now.period.isoformat() if now.period else None,
            "missing": missing.isoformat() if missing else None,
            "frequency": indicator.frequency,
            "choice": _choice_facts(numbers.get(indicator.choice_id)),
        },
    }
    return item


def _lights_at_closing(last: Session | None) -> dict[str, str]:
    """Indicator → light, as the minutes of the session before recorded it: a value corrected since changes nothing.
    Those carried over then are left out, so that they count as new."""
    record = (last.minutes_record or {}) if last else {}
    carried = {line["key"] for line in record.get("lines", ()) if line.get("carried")}
    lights = record.get("indicators", {})
    return {pk: light for pk, light in lights.items() if f"indicator-{pk}" not in carried}
