"""Holds one session of the demo from its start to its minutes."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING

from ogsm.pieces import sign
from updates import services
from updates.models import Decision
from updates.session_models import AgendaLine, Attendance, Session

from .tables import Agreed, Decided, Meeting, NewDate, Other, Promised, Smaller, Steering, Stopped

if TYPE_CHECKING:
    from ogsm.accounts.models import User

    from .story import Story

Outcome = AgendaLine.Outcome


def hold_meeting(story: Story, session: Session, meeting: Meeting, at: dt.datetime) -> None:
    """Start, go through the lines one after the other, and close: decisions in the order of the table."""
    leader = story.people["ruben"]
    session.start(by=leader, at=at)
    note_attendance(story, session, meeting, at)
    lines = list(session.lines.select_related("action"))
    keys: dict[int | None, str] = {pk: key for key, pk in story.action_ids.items()}
    turns = [line for line in lines if line.is_discussed_line]
    missing = {row.action for row in meeting.decided} - {keys.get(line.action_id) for line in turns}
    if missing:
        raise LookupError(f"Decided on what was not discussed: {missing}")
    weights = [_weight(meeting, keys.get(line.action_id, "")) for line in turns]
    share = dt.timedelta(minutes=meeting.minutes_used - 2) / max(sum(weights), 1)
    now = at + dt.timedelta(minutes=1)
    for line, weight in zip(turns, weights, strict=True):
        session.turn_to(line, at=now)
        now += weight * share
        key = keys.get(line.action_id, "") if line.kind == "action" else ""
        _discuss(story, line, key, meeting, now)
    for line in lines:
        if line.section == AgendaLine.Section.FINISHED:
            sign(line, by=leader, at=now)
            line.mark(Outcome.CONFIRMED, by=leader, at=now)
    session.turn_to(None, at=now)
    closing = at + dt.timedelta(minutes=meeting.minutes_used)
    session.close(by=leader, at=closing)
    if meeting.correction:
        days, who, text = meeting.correction
        story.expect(
            closing + dt.timedelta(days=days),
            partial(_correct, session, text, story.people[who]),
        )


def _weight(meeting: Meeting, key: str) -> int:
    """How long a line has the floor, against the others: decisions and notes take time, and so do long names."""
    said = sum(row.action == key for row in meeting.decided) + (key in meeting.notes)
    return 4 + 5 * said + len(key) % 4


def _correct(session: Session, text: str, by: User, at: dt.datetime) -> None:
    session.correct(text, by=by, at=at)


def note_attendance(story: Story, session: Session, meeting: Meeting | Steering, at: dt.datetime) -> None:
    for keys, state in ((meeting.excused, Attendance.State.EXCUSED), (meeting.absent, Attendance.State.ABSENT)):
        for entry in session.attendance.filter(user__in=[story.people[key].pk for key in keys]):
            sign(entry, by=story.people["ruben"], at=at)
            entry.note(state)


def _discuss(story: Story, line: AgendaLine, key: str, meeting: Meeting, at: dt.datetime) -> None:
    leader = story.people["ruben"]
    sign(line, by=leader, at=at)
    for row in meeting.decided:
        if key and row.action == key:
            _decide(row, story, line, at)
            at += dt.timedelta(seconds=20)
    if key and key in meeting.parked:
        line.mark(Outcome.PARKED, by=leader, at=at)
    elif not line.outcome:
        line.mark(Outcome.DISCUSSED, by=leader, at=at)
    if key and key in meeting.notes:
        line.write_note(meeting.notes[key])


def _decide(row: Decided, story: Story, line: AgendaLine, at: dt.datetime) -> None:
    people, leader, day = story.people, story.people["ruben"], story.days.working_day
    match row:
        case NewDate():
            services.deadline_decide(line, to_date=day(row.to), reason=row.reason, by=leader, at=at)
        case Smaller():
            services.result_decide(line, result=row.result, reason=row.reason, by=leader, at=at)
        case Other():
            services.responsible_decide(line, responsible=people[row.who], reason=row.reason, by=leader, at=at)
        case Stopped():
            services.action_stop(line, reason=row.reason, by=leader, at=at)
        case Agreed():
            agreement = services.agreement_make(
                line, text=row.text, who=people[row.who], due_on=day(row.due), by=leader, at=at
            )
            _expect_kept(story, agreement, row.kept)
        case Promised():
            request = story.action(row.action).help_requests.open().select_related("action").get()
            promise = services.help_promise(
                line, request, who=people[row.who], due_on=day(row.due), text=row.words, by=leader, at=at
            )
            _expect_kept(story, promise, row.kept)


def _expect_kept(story: Story, promise: Decision | None, kept: int | None) -> None:
    if promise and promise.who and kept is not None:
        story.at_day(kept, partial(_keep, promise, promise.who))


def _keep(promise: Decision, by: User, at: dt.datetime) -> None:
    promise.finish(by=by, at=at)
