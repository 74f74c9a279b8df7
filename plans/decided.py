"""Which changes of a plan's pieces were decided in a session: it shows them, and is where they are taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from .changes import Change, Piece
from .models import Plan

FINISHED_OR_NOT = ("confirmed", "not_right")  # what is said of an action that was finished; 'not right' reopens it


@dataclass(frozen=True)
class There:
    """The session, and whether it decided it then or took a decision back."""

    session: Any
    is_undo: bool = False


Acts = dict[tuple[Piece, dt.datetime], There]


def decided_in_session(plan: Plan, asked: Collection[tuple[Piece, dt.datetime]]) -> Acts:
    """Of these pieces and moments those at which a session decided about the piece. Two queries, if any."""
    moments = {at for _piece, at in asked}
    if not moments:
        return {}
    found = _reopened(plan, moments) if any(piece.kind == "action" for piece, _at in asked) else {}
    decisions = plan.decisions.filter(Q(at__in=moments) | Q(undone_at__in=moments)).exclude(session=None)
    for decision in decisions.select_related("session", "line"):
        if piece := _piece_of(decision):
            found[piece, decision.at] = There(decision.session)
            if decision.undone_at:
                found[piece, decision.undone_at] = There(decision.session, is_undo=True)
    return {act: there for act, there in found.items() if act in asked}


def tell_sessions(plan: Plan, changes: list[Change]) -> None:
    """Puts with each change the session that decided it, if any. Two queries at most."""
    decided = decided_in_session(plan, {(change.piece, change.at) for change in changes})
    for change in changes:
        there = decided.get((change.piece, change.at))
        change.is_of_session = there is not None
        change.session = there.session if there and not there.is_undo else None


def _piece_of(decision: Any) -> Piece | None:
    """What it changed: an action, or what its line is about."""
    line = decision.line
    of_line = [("choice", line.choice_id), ("indicator", line.indicator_id), ("goal", line.goal_id)] if line else []
    pieces = [("action", decision.action_id), *of_line]
    return next((Piece(kind, pk) for kind, pk in pieces if pk), None)


def _reopened(plan: Plan, moments: set[dt.datetime]) -> Acts:
    """Actions that turned out not to be finished, or to be after all. One query."""
    lines: Any = {"about": F("lines__action_id"), "said": F("lines__outcome"), "said_at": F("lines__outcome_at")}
    sessions: Any = plan.sessions.annotate(**lines)
    sessions = sessions.filter(said_at__in=moments, said__in=FINISHED_OR_NOT).exclude(about=None)
    return {(Piece("action", one.about), one.said_at): There(one) for one in sessions}
