"""The minutes of a session: plain facts, written once when it closes. Sentences are made when they are read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from actions.models import organisation_day
from plans.models import Indicator

from .agenda import Kind
from .changes import changes_since

if TYPE_CHECKING:
    from .models import AgendaLine, Decision, HelpRequest, Session

RECORD_VERSION = 2
"""What is in a record: 1 names people by their names alone; 2 adds who they are (`user`, `person_id`, `who_id`,
`from_id`, `to_id`), what was carried over, reviews and the figures of a steering session. Readers take both."""


def write_minutes(session: Session, *, carried: Collection[int] = ()) -> dict[str, Any]:
    """The session as facts that later edits of plan or people never change; `carried` are the ids of the lines that
    come back because we say so. Sixteen queries at most."""
    from .closing import following_of
    from .session_models import Session as Sessions

    lines = list(session.lines.select_related("person", "help_request__answered_by"))
    last = Sessions.objects.closed_before(session).first()
    following = following_of(session)
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
            {"name": str(entry.user), "user": entry.user_id, "state": entry.state}
            for entry in session.attendance.select_related("user")
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
            **_judged(lines),
        },
        "lines": [
            {
                "key": line.key,
                "section": line.section,
                "title": line.title,
                "person": str(line.person) if line.person else "",
                "person_id": line.person_id,
                "flags": line.flags,
                "facts": line.facts,
                "times": line.times,
                "outcome": line.outcome,
                "note": line.note,
                "minutes": line.minutes,
                "seconds": line.seconds,
                "action": line.action_id,
                "carried": line.pk in carried,
                "answer": _answer(line.help_request) if line.help_request else None,
                "decisions": [_decision(decision) for decision in decisions if decision.line_id == line.pk],
            }
            for line in lines
        ],
        "note": session.note,
        "other_decisions": [_decision(decision) for decision in decisions if decision.line_id is None],
        "last_session": last.started_at.isoformat() if last else None,
        "changes": [change.as_record() for change in changes_since(last, session)],
        "indicators": _lights(session),
        "next_session": following.starts_at.isoformat() if following else None,
        "next_place": following.place if following else "",
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "kind": decision.kind,
        "text": decision.text,
        "before": decision.before,
        "after": decision.after,
        "who": str(decision.who) if decision.who else "",
        "due_on": decision.due_on.isoformat() if decision.due_on else None,
        "who_id": decision.who_id,
        "action": decision.action_id,
        **_handed_over(decision),
    }


def _handed_over(decision: Decision) -> dict[str, Any]:
    """From whom to whom work went."""
    for field in ("responsible_id", "owner_id"):
        if field.removesuffix("_id") in decision.replaced or field in decision.replaced:
            pair = decision.replaced.get(field) or decision.replaced[field.removesuffix("_id")]
            return {"from_id": pair[0], "to_id": pair[1]}
    return {}


def _judged(lines: Iterable[AgendaLine]) -> dict[str, int]:
    """What a steering or plan session had before it: choices, how many of them with a current review, indicators off
    their path and goals. Nothing for an update session."""
    lines = [line for line in lines if line.kind in (Kind.CHOICE, Kind.INDICATOR, Kind.GOAL)]
    choices = [line for line in lines if line.kind == Kind.CHOICE]
    goals = sum(line.kind == Kind.GOAL for line in lines)
    if not choices and not goals:
        return {}
    return {
        "choices": len(choices),
        "reviewed": sum(line.facts.get("is_current", False) for line in choices),
        "off_path": sum(line.kind == Kind.INDICATOR for line in lines),
        "goals": goals,
    }


def _answer(asked: HelpRequest) -> dict[str, Any] | None:
    """How a help request was answered by the time the session closed; None while it is open."""
    if asked.answered_at is None:
        return None
    return {"state": asked.state, "text": asked.answer, "by": str(asked.answered_by) if asked.answered_by else ""}


def _lights(session: Session) -> dict[str, str]:
    """The light of each live indicator at the closing: what the next session compares with. Two queries."""
    indicators = Indicator.objects.live().filter(choice__plan=session.plan_id, choice__archived_at=None).with_values()
    day = organisation_day(session.closed_at) if session.closed_at else session.day
    return {str(indicator.pk): str(indicator.reading(day).light) for indicator in indicators}
