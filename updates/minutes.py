"""The minutes of a session: plain facts, written once when it closes. Sentences are made when they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actions.models import Action, DeadlineShift

if TYPE_CHECKING:
    from .models import Decision, Session

RECORD_VERSION = 1


def write_minutes(session: Session) -> dict[str, Any]:
    """The session as facts that later edits of plan or people never change. Nine queries."""
    from .session_models import Session as Sessions

    same_kind = session.plan.sessions.filter(kind=session.kind).exclude(pk=session.pk)
    last = same_kind.filter(started_at__lt=session.started_at).closed().first()
    following = same_kind.filter(
        state__in=Sessions.COMING, starts_at__gt=session.starts_at
    ).first()
    decisions = list(session.decisions.standing().select_related("who", "by"))
    return {
        "version": RECORD_VERSION,
        "plan": session.plan.name,
        "organisation": session.plan.organisation,
        "kind": session.kind,
        "planned_at": session.starts_at.isoformat(),
        "started_at": session.started_at.isoformat(),
        "closed_at": session.closed_at.isoformat(),
        "facilitator": str(session.facilitator) if session.facilitator else "",
        "place": session.place,
        "attendance": [
            {"name": str(entry.user), "state": entry.state}
            for entry in session.attendance.select_related("user")
        ],
        "figures": {
            "percent_current": session.percent_current,
            "percent_current_last": last.percent_current if last else None,
            "off_plan": session.off_plan_count,
            "off_plan_last": last.off_plan_count if last else None,
            "decisions": len(decisions),
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
                "action": line.action_id,
                "decisions": [
                    _decision(decision)
                    for decision in decisions
                    if decision.line_id == line.pk
                ],
            }
            for line in session.lines.select_related("person")
        ],
        "changes": _changes(session, last),
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


def _changes(session: Session, last: Session | None) -> list[dict[str, Any]]:
    """What moved or was finished between the last session and this one's start."""
    if last is None:
        return []
    shifts = DeadlineShift.objects.filter(
        action__plan=session.plan,
        undone_at=None,
        at__gt=last.closed_at,
        at__lt=session.started_at,
    ).select_related("action")
    finished = Action.objects.live().filter(
        plan=session.plan,
        completed_on__gt=last.agenda_day,
        completed_on__lte=session.agenda_day,
    )
    return [
        *(
            {
                "kind": "moved",
                "title": shift.action.result,
                "before": shift.from_date.isoformat(),
                "after": shift.to_date.isoformat(),
                "text": shift.reason,
            }
            for shift in shifts
        ),
        *(
            {
                "kind": "finished",
                "title": action.result,
                "after": action.completed_on.isoformat(),
            }
            for action in finished
        ),
    ]
