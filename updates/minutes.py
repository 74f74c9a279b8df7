"""The minutes of a session: plain facts, written once when it closes. Sentences are made when they are read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actions.models import DeadlineShift

if TYPE_CHECKING:
    from .models import Decision, HelpRequest, Session

RECORD_VERSION = 1


def write_minutes(session: Session) -> dict[str, Any]:
    """The session as facts that later edits of plan or people never change. Ten queries."""
    from .session_models import Session as Sessions

    last = Sessions.objects.closed_before(session).first()
    same_kind = session.plan.sessions.filter(kind=session.kind).exclude(pk=session.pk)
    following = same_kind.filter(state__in=Sessions.COMING, starts_at__gt=session.starts_at).first()
    decisions = list(session.decisions.standing().select_related("who", "by"))
    decided = [decision for decision in decisions if decision.kind != decision.Kind.AGREEMENT]
    return {
        "version": RECORD_VERSION,
        "plan": session.plan.name,
        "organisation": session.plan.organisation,
        "kind": session.kind,
        "planned_at": session.starts_at.isoformat(),
        "started_at": session.started_at.isoformat() if session.started_at else None,
        "closed_at": session.closed_at.isoformat() if session.closed_at else None,
        "facilitator": str(session.facilitator) if session.facilitator else "",
        "place": session.place,
        "attendance": [
            {"name": str(entry.user), "state": entry.state} for entry in session.attendance.select_related("user")
        ],
        "figures": {
            "percent_current": session.percent_current,
            "percent_current_last": last.percent_current if last else None,
            "off_plan": session.off_plan_count,
            "off_plan_last": last.off_plan_count if last else None,
            "decisions": len(decided),
            "new_deadlines": sum(decision.kind == decision.Kind.NEW_DEADLINE for decision in decided),
            "minutes_used": session.minutes_used,
            "minutes": session.minutes,
        },
        "lines": [
            {
                "key": line.key,
                "section": line.section,
                "title": line.title,
                "person": str(line.person) if line.person else "",
                "flags": line.flags,
                "facts": line.facts,
                "times": line.times,
                "outcome": line.outcome,
                "note": line.note,
                "minutes": line.minutes,
                "seconds": line.seconds,
                "action": line.action_id,
                "answer": _answer(line.help_request) if line.help_request else None,
                "decisions": [_decision(decision) for decision in decisions if decision.line_id == line.pk],
            }
            for line in session.lines.select_related("person", "help_request__answered_by")
        ],
        "other_decisions": [_decision(decision) for decision in decisions if decision.line_id is None],
        "last_session": last.started_at.isoformat() if last else None,
        "changes": [change.as_record() for change in changes_since(last, session)],
        "next_session": following.starts_at.isoformat() if following else None,
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "kind": decision.kind,
        "text": decision.text,
        "before": decision.before,
        "after": decision.after,
        "who": str(decision.who) if decision.who else "",
        "due_on": decision.due_on.isoformat() if decision.due_on else None,
    }


def _answer(asked: HelpRequest) -> dict[str, Any] | None:
    """How a help request was answered by the time the session closed; None while it is open."""
    if asked.answered_at is None:
        return None
    return {"state": asked.state, "text": asked.answer, "by": str(asked.answered_by) if asked.answered_by else ""}


@dataclass(frozen=True)
class Change:
    """What happened to an action between two sessions: its deadline moved, or it was finished."""

    kind: str
    title: str
    action_id: int
    after: dt.date | None
    before: dt.date | None = None
    text: str = ""

    def as_record(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "title": self.title,
            "action": self.action_id,
            "before": self.before.isoformat() if self.before else None,
            "after": self.after.isoformat() if self.after else None,
            "text": self.text,
        }


def changes_since(last: Session | None, session: Session) -> list[Change]:
    """Deadlines moved and actions finished since the session before, up to this one's start. Two queries."""
    if last is None:
        return []
    shifts = DeadlineShift.objects.filter(
        action__plan=session.plan, action__archived_at=None, undone_at=None, at__gt=last.closed_at
    )
    finished = session.plan.actions.live().filter(completed_on__gt=last.agenda_day)
    if session.started_at:
        shifts = shifts.filter(at__lt=session.started_at)
        finished = finished.filter(completed_on__lte=session.agenda_day)
    return [
        *(
            Change("moved", shift.action.result, shift.action_id, shift.to_date, shift.from_date, shift.reason)
            for shift in shifts.select_related("action")
        ),
        *(
            Change("finished", action.result, action.pk, action.completed_on)
            for action in finished.order_by("completed_on", "pk")
        ),
    ]
