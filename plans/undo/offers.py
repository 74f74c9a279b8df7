"""Which lines of the history page the reader can take back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plans.changes import Change, Piece

from ..models import IndicatorValue
from .acts import Act, number_of, stored_value
from .back import PERSONS, may_take_back, stored_pieces

if TYPE_CHECKING:
    from plans.access import PlanAccess


@dataclass
class Offer:
    """The act as an address names it; `is_first`: the first line of an act on several pieces, which can also be taken
    back as a whole."""

    act: int
    piece: Piece
    is_first: bool = False


def offer_undo(access: PlanAccess, changes: list[Change]) -> None:
    """Puts an offer with each of the reader's own changes, newest first, of which a field still is as it was left.
    `tell_sessions` comes first: what is of a session is taken back there.

    Ten queries or so, whatever the number of changes. What a newer page of the history holds is not looked at: who
    asks is told then that it has been changed and changed back.
    """
    if not access.takes_part or not access.plan.is_open:
        return
    touched: set[tuple[Piece, str]] = set()
    own: list[tuple[Change, Act, list[str]]] = []
    for change in changes:
        act = Act(change.at, change.piece, change.acted, 0)
        fields = [name for name in act.fields if (change.piece, name) not in touched]
        touched |= {(change.piece, name) for name in change.acted}
        if fields and change.by == access.user and not change.is_of_session:
            own.append((change, act, fields))
    if not own:
        return
    acts = [act for _change, act, _fields in own]
    pieces, there = stored_pieces(access.plan, acts), _There(access, acts)
    firsts: dict[int, list[Offer]] = {}
    for change, act, fields in own:
        stored = pieces.get(act.piece)
        if stored is None:
            continue
        if any(_is_open(access, act, name, stored, there) for name in fields):
            change.undo = Offer(number_of(act.at), act.piece)
            firsts.setdefault(change.undo.act, []).append(change.undo)
    for offers in firsts.values():
        offers[0].is_first = len(offers) > 1


class _There:
    """People and strategic choices that can be gone to, and which indicators have values. A query for each, if any is
    asked for."""

    def __init__(self, access: PlanAccess, acts: list[Act]) -> None:
        asked = {name for act in acts for name in act.fields}
        taking_part = access.plan.memberships.taking_part().values_list("user_id", flat=True)
        self.people: set[Any] = {None, *(taking_part if asked & PERSONS else ())}
        self.choices: set[Any] = set(
            access.plan.choices.live().values_list("pk", flat=True) if "choice" in asked else ()
        )
        remeasured = [act.piece.pk for act in acts if "frequency" in act.fields]
        values = IndicatorValue.objects.filter(indicator__in=remeasured).order_by()
        self.measured = set(values.values_list("indicator_id", flat=True).distinct() if remeasured else ())


def _is_open(access: PlanAccess, act: Act, name: str, stored: Any, there: _There) -> bool:
    from actions import undo as of_actions  # it stands on this package

    if stored_value(act, name, stored) != act.after(name):
        return False
    if name in PERSONS and act.before(name) not in there.people:
        return False
    if name == "choice" and act.before(name) not in there.choices:
        return False
    if name == "frequency" and stored.pk in there.measured:
        return False
    choice = getattr(stored, "choice", None)
    if choice is not None and choice.archived_at:
        return False
    if name != "archived_at" and stored.archived_at:
        return False
    if act.piece.kind == "action":
        return of_actions.may_take_back(access, stored, name)
    return may_take_back(access, act.piece, stored, archiving=name == "archived_at")
