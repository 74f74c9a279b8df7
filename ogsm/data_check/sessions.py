"""Sessions: each wholly in one state, and a closed one with all of its record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q

from plans.models import Plan
from updates.models import AgendaLine, Attendance, Session
from updates.session_models import current_since_of

from .core import Finding, Scope, place, rule

State = Session.State
# What has a moment in which state; None: may have it or not.
MOMENTS: dict[str, dict[str, bool | None]] = {
    State.PLANNED: {"opened_at": False, "started_at": False, "closed_at": False, "cancelled_at": False},
    State.OPEN: {"opened_at": True, "started_at": False, "closed_at": False, "cancelled_at": False},
    State.RUNNING: {"opened_at": None, "started_at": True, "closed_at": False, "cancelled_at": False},
    State.CLOSED: {"opened_at": None, "started_at": True, "closed_at": True, "cancelled_at": False},
    State.CANCELLED: {"opened_at": None, "started_at": False, "closed_at": False, "cancelled_at": True},
}
FROM_BACKUP = "restore the plan from the backup before this, or put the row right by hand."


@rule
def session_state(scope: Scope) -> Iterator[Finding]:
    """A session has the moments of its state and no others: nothing is half started or half closed. Source:
    `Session.open`, `start`, `unstart`, `close`, `cancel`, `reinstate`."""
    names = ["opened_at", "started_at", "closed_at", "cancelled_at"]
    for pk, plan, state, *moments in scope.of(Session).values_list("pk", "plan", "state", *names):
        wanted = MOMENTS.get(state, {})
        has = {name: moment is not None for name, moment in zip(names, moments, strict=True)}
        wrong = [name for name, must in wanted.items() if must is not None and has[name] != must]
        if wrong or not wanted:
            said = ", ".join(f"{name} is {'set' if has[name] else 'empty'}" for name in wrong)
            what = f"It is {state}, but {said or 'no such state is known'}."
            yield Finding("session_state", place(Session, pk, plan), what, FROM_BACKUP)


@rule
def session_parts(scope: Scope) -> Iterator[Finding]:
    """Before the start a session has no lines and no list of who is there; from the start on it has the figures of
    that moment; after the closing nothing has the floor. Source: `Session.start`, `Session.close`."""
    begun = Q(state__in=[State.RUNNING, State.CLOSED])
    parts = Exists(AgendaLine.objects.filter(session=OuterRef("pk"))) | Exists(
        Attendance.objects.filter(session=OuterRef("pk"))
    )
    early = scope.of(Session).exclude(begun).filter(parts)
    for pk, plan in early.values_list("pk", "plan"):
        what = "It has not begun and has agenda lines or attendance."
        yield Finding("session_parts", place(Session, pk, plan), what, FROM_BACKUP)
    for pk, plan in scope.of(Session).filter(begun, off_plan_count=None).values_list("pk", "plan"):
        yield Finding("session_parts", place(Session, pk, plan), "It has begun without its figures.", FROM_BACKUP)
    floor = Q(current_line__isnull=False) | Q(current_line_at__isnull=False) | ~Q(current_step="")
    for pk, plan in scope.of(Session).exclude(state=State.RUNNING).filter(floor).values_list("pk", "plan"):
        mend = "empty current_line, current_line_at and current_step."
        yield Finding("session_parts", place(Session, pk, plan), "Something has the floor, but it does not run.", mend)


@rule
def session_minutes(scope: Scope) -> Iterator[Finding]:
    """A closed session has its minutes, with every line of its agenda and everybody on its list; no other has any.
    Source: `updates.minutes.write_minutes`; product page, minutes never change."""
    lines = _keys(scope.of(AgendaLine).filter(session__state=State.CLOSED))
    people = defaultdict(set)
    for session, user in scope.of(Attendance).filter(session__state=State.CLOSED).values_list("session", "user"):
        people[session].add(user)
    kept = scope.of(Session).filter(Q(state=State.CLOSED) | Q(minutes_record__isnull=False))
    for pk, plan, state, record in kept.values_list("pk", "plan", "state", "minutes_record"):
        if what := _lacks(state, record, lines[pk], people[pk]):
            yield Finding("session_minutes", place(Session, pk, plan), what, FROM_BACKUP)


def _keys(lines: Any) -> dict[int, set[str]]:
    found = defaultdict(set)
    for session, kind, item in lines.values_list("session", "kind", "item_id"):
        found[session].add(f"{kind}-{item}")
    return found


def _lacks(state: str, record: Any, lines: set[str], people: set[int]) -> str:
    """What is wrong with the minutes of a session; '' when nothing is."""
    if state != State.CLOSED:
        return f"It is {state} and has minutes."
    if not isinstance(record, dict) or "lines" not in record:
        return "It is closed without minutes."
    if {line.get("key") for line in record["lines"]} != lines:
        return "Its minutes and its agenda do not have the same lines."
    there = {entry.get("user") for entry in record.get("attendance", [])}
    if "user" in str(record.get("attendance")) and there != people:
        return "Its minutes and its list do not have the same people."
    return ""


@rule
def agenda_order(scope: Scope) -> Iterator[Finding]:
    """The lines of a frozen agenda stand one below the other. Source: `updates.live_agenda.make_lines`."""
    lines = scope.of(AgendaLine).order_by().values("session", "position").annotate(times=Count("pk"))
    for tie in lines.filter(times__gt=1).order_by("session", "position"):
        what = f"{tie['times']} lines have the place {tie['position']}."
        yield Finding("agenda_order", place(Session, tie["session"]), what, "give each line a position of its own.")


@rule
def agenda_item(scope: Scope) -> Iterator[Finding]:
    """A line is about what its kind and number say. Source: `AgendaLine`, `updates.live_agenda`."""
    links = {"action": "action", "indicator": "indicator", "help": "help_request", "agreement": "agreement"}
    links |= {"choice": "choice", "goal": "goal"}
    other = Q(pk=None)
    for kind, field in links.items():
        other |= Q(kind=kind) & ~Q(**{field: F("item_id")}) & Q(**{f"{field}__isnull": False})
    for pk, session in scope.of(AgendaLine).filter(other).values_list("pk", "session"):
        what = "It points at something else than its number says."
        yield Finding("agenda_item", f"{place(AgendaLine, pk)} of session {session}", what, FROM_BACKUP)


@rule
def plan_current_since(scope: Scope) -> Iterator[Finding]:
    """A plan holds the moment since which updates are current. Source: method page, 'Rules with numbers';
    `updates.session_models.current_since_of`."""
    preparing, closings = set(), defaultdict(list)
    sessions = scope.of(Session).filter(kind=Session.Kind.UPDATE).order_by("-closed_at", "-pk")
    for plan, state, closed_at in sessions.values_list("plan", "state", "closed_at"):
        if state in (State.OPEN, State.RUNNING):
            preparing.add(plan)
        if state == State.CLOSED:
            closings[plan].append(closed_at)
    for pk, stored in scope.of(Plan).values_list("pk", "current_since"):
        wanted = current_since_of(closings[pk], in_preparation=pk in preparing)
        if stored != wanted:
            what = f"Updates are current since {stored}; its sessions say {wanted}."
            mend = "in `manage.py shell`: refresh_current_since(plan)."
            yield Finding("plan_current_since", place(Plan, pk), what, mend)
