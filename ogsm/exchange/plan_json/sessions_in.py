"""The sessions of a plan.json become sessions, with their agendas, decisions and minutes. Part of reading.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from updates.agenda import Kind
from updates.models import (
    AgendaLine,
    AgendaPoint,
    Attendance,
    Decision,
    GoalReview,
    Session,
    SessionNote,
)
from updates.session_models import refresh_current_since

from . import sessions as told
from .fields import KINDS
from .records import key_of, record_of, replaced_of

if TYPE_CHECKING:
    from .reading import Bringing

ABOUT = {
    Kind.INDICATOR: "indicator_id",
    Kind.CHOICE: "choice_id",
    Kind.GOAL: "goal_id",
    Kind.HELP: "help_request_id",
    Kind.AGREEMENT: "agreement_id",
}


def bring_sessions(to: Bringing) -> None:
    """Points, sessions, decisions, and the lines that the latter stand on, which may themselves be about a decision."""
    file = to.file
    to.make(
        AgendaPoint,
        (
            _at(AgendaPoint(plan=to.plan, person_id=to.person(one.person), **_same(one, *POINT)), one.added_at)
            for one in file.points
        ),
        kind="points",
        numbers=(one.id for one in file.points),
    )
    sessions = [_session(to, one) for one in file.sessions]
    to.make(Session, sessions, kind="sessions", numbers=(one.id for one in file.sessions))
    decisions = _decisions(to)
    lines = [
        (one.id, _line(to, session.id, place, one))
        for session in file.sessions
        for place, one in enumerate(session.lines)
    ]
    to.make(AgendaLine, (row for _number, row in lines), kind="lines", numbers=(number for number, _row in lines))
    _stand_on_lines(to, decisions)
    _what_needs_the_rest(to, sessions)
    _who_and_what(to)
    refresh_current_since(to.plan)


POINT = ("session_kind", "text", "hand_minutes", "added_at", "decided_at")
SESSION = (
    *("kind", "state", "starts_at", "minutes", "place", "opened_at", "started_at", "closed_at", "cancelled_at"),
    *("percent_current", "off_plan_count", "note"),
)
LINE = ("kind", "section", "title", "flags", "facts", "minutes", "times", "outcome", "outcome_at", "note", "seconds")
DECISION = ("kind", "text", "before", "after", "due_on", "at", "undone_at", "done_at")


def _same(said: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(said, name) for name in names}


def _at(row: Any, at: Any) -> Any:
    row._history_date = at
    return row


def _session(to: Bringing, one: told.ASession) -> Session:
    return Session(
        plan=to.plan,
        facilitator_id=to.person(one.facilitator),
        lead_id=to.person(one.lead),
        current_step=one.step,
        current_line_at=one.floor_at,
        **_same(one, *SESSION),
    )


def _decisions(to: Bringing) -> list[Decision]:
    """Without their lines and their histories: the lines are made after them."""
    decisions = [
        _at(
            Decision(
                plan=to.plan,
                session_id=to.to("sessions", one.session),
                action_id=to.to("actions", one.action),
                shift_id=to.to("shifts", one.shift),
                replaced=replaced_of(one.replaced, to),
                who_id=to.person(one.who),
                by_id=to.person(one.by),
                **_same(one, *DECISION),
            ),
            one.at,
        )
        for one in to.file.decisions
    ]
    Decision.objects.bulk_create(decisions, batch_size=500)
    to.pks["decisions"] = {one.id: row.pk for one, row in zip(to.file.decisions, decisions, strict=True)}
    return decisions


def _line(to: Bringing, session: int, place: int, one: told.Line) -> AgendaLine:
    line = AgendaLine(
        session_id=to.pks["sessions"][session],
        item_id=to.item(KINDS[one.kind], one.item),
        action_id=to.to("actions", one.action),
        person_id=to.person(one.person),
        position=place,
        **_same(one, *LINE),
    )
    if one.item > 0 and one.kind in ABOUT:
        setattr(line, ABOUT[Kind(one.kind)], line.item_id)
    return line


def _stand_on_lines(to: Bringing, decisions: list[Decision]) -> None:
    for one, decision in zip(to.file.decisions, decisions, strict=True):
        decision.line_id = to.to("lines", one.line)
        to.sign(decision)
    if decisions:
        Decision.objects.bulk_update(decisions, ["line"], batch_size=500)
        Decision.history.bulk_history_create(
            decisions, batch_size=500, default_change_reason=to.reason, default_date=to.at
        )


def _what_needs_the_rest(to: Bringing, sessions: list[Session]) -> None:
    """Minutes, wishes and who has the floor name what was made after the sessions."""
    for one, session in zip(to.file.sessions, sessions, strict=True):
        session.minutes_record = record_of(one.record, to) if one.record else None
        session.agenda_wishes = _wishes(to, one.wishes)
        session.current_line_id = to.to("lines", one.floor)
    if sessions:
        Session.objects.bulk_update(sessions, ["minutes_record", "agenda_wishes", "current_line"], batch_size=100)


def _wishes(to: Bringing, wishes: told.Wishes | None) -> dict[str, Any]:
    if wishes is None:
        return {}

    def key(said: str | None) -> str | None:
        return None if said is None else key_of(said, to)

    return {
        "moves": [[key(one.line), key(one.above), key(one.below)] for one in wishes.moves],
        "minutes": {key(one.line): one.minutes for one in wishes.minutes},
    }


def _who_and_what(to: Bringing) -> None:
    """Who was there, what was prepared about goals, and corrections of the minutes. Two people of the file who are one
    here were there once: present, if either was."""
    attendance: dict[tuple[int, int], Attendance] = {}
    for session in to.file.sessions:
        for entry in session.attendance:
            key = to.pks["sessions"][session.id], to.people[entry.person].pk
            if key not in attendance or entry.state == Attendance.State.PRESENT:
                attendance[key] = Attendance(session_id=key[0], user_id=key[1], state=entry.state)
    to.make(Attendance, attendance.values())
    to.make(
        GoalReview,
        (
            _at(
                GoalReview(
                    session_id=to.pks["sessions"][session.id], goal_id=to.pks["goals"][one.goal],
                    author_id=to.person(one.author), **_same(one, "judgement", "actual", "text", "at"),
                ),
                one.at,
            )
            for session in to.file.sessions
            for one in session.goal_reviews
        ),
    )  # fmt: skip
    to.make(
        SessionNote,
        (
            SessionNote(
                session_id=to.pks["sessions"][session.id], author_id=to.person(note.author), text=note.text, at=note.at
            )
            for session in to.file.sessions
            for note in session.notes
        ),
    )
