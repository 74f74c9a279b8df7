"""What one act changed on each piece, and what became of that since: read from the change histories."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from actions.models import Action
from plans.changes import (
    KIND_BY_NAME,
    KINDS,
    MANY,
    Acted,
    Cursor,
    Kind,
    Piece,
    Row,
    Span,
    in_one,
    many_of,
    newest_rows,
    rows_at,
)

from ..models import Plan
from .rules import FIELDS, Verdict, changed_last, fields_to_take_back, verdict

if TYPE_CHECKING:
    from ogsm.accounts.models import User

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
TICK = dt.timedelta(microseconds=1)
LATEST = (dt.datetime(9999, 1, 1, tzinfo=dt.UTC) - EPOCH) // TICK
UNDONE_KINDS = tuple(kind for kind in KINDS if kind.name in FIELDS)


def number_of(at: dt.datetime) -> int:
    """The moment of an act as an address names it."""
    return (at - EPOCH) // TICK


def undo_address(plan_id: int, at: dt.datetime) -> str:
    """Where all that somebody did at a moment is taken back."""
    return f"{reverse('plans:act_undo', args=[plan_id])}?act={number_of(at)}"


def moment_at(text: str) -> dt.datetime | None:
    """None for what names no moment."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LATEST)) and int(text) < LATEST):
        return None
    return EPOCH + int(text) * TICK


@dataclass(frozen=True)
class Act:
    """What one act changed on one piece: `fields` are those that can be taken back, `last` the number of its last
    history row."""

    at: dt.datetime
    piece: Piece
    acted: Acted
    last: int

    @property
    def kind(self) -> Kind:
        return KIND_BY_NAME[self.piece.kind]

    @property
    def fields(self) -> list[str]:
        return fields_to_take_back(self.piece.kind, self.acted)

    def before(self, name: str) -> Any:
        return self.acted[name][0]

    def after(self, name: str) -> Any:
        return self.acted[name][1]


def acts_at(plan: Plan, user: User, at: dt.datetime, piece: Piece | None = None) -> list[Act]:
    """What a person did at a moment, on one piece or on all of them, in the order it was done. Three queries for each
    kind of piece, and two for actions."""
    kinds = [kind for kind in UNDONE_KINDS if piece is None or kind.name == piece.kind]
    rows = rows_at(newest_rows(plan, kinds, user.pk, None, piece, Span(start=at, end=at + TICK), None))
    of_actions = [row for row in rows if row.kind.model is Action]
    many = {name: many_of(name, of_actions) for name in MANY}
    by_piece: dict[Piece, list[Row]] = defaultdict(list)
    for row in reversed(rows):
        by_piece[Piece(row.kind.name, row.now.id)].append(row)
    found = []
    for one, steps in by_piece.items():
        if any(row.before is None or row.now.history_type != "~" for row in steps):
            continue  # made in this act
        acted: Acted = {}
        for row in steps:
            acted = in_one(acted, row.acted(many))
        if acted:
            found.append(Act(at, one, acted, steps[-1].now.history_id))
    return found


class Since:
    """What the histories say about pieces after an act. One query for each kind, and two for actions of which people
    or indicators were changed."""

    def __init__(self, acts: Iterable[Act]) -> None:
        self.rows: dict[Piece, list[Any]] = defaultdict(list)
        self.many: dict[str, Mapping[int, set[int]]] = {}
        by_kind: dict[str, list[Act]] = defaultdict(list)
        for act in acts:
            by_kind[act.piece.kind].append(act)
        for name, of_kind in by_kind.items():
            self._read(KIND_BY_NAME[name], {act.piece.pk: act for act in of_kind})

    def _read(self, kind: Kind, acts: dict[int, Act]) -> None:
        history = kind.model.history  # type: ignore[attr-defined]
        later = history.filter(id__in=acts, history_id__gt=min(act.last for act in acts.values()))
        for row in later.select_related("history_user").order_by("history_id"):
            if row.history_id > acts[row.id].last:
                self.rows[Piece(kind.name, row.id)].append(row)
        for name in MANY if kind.model is Action else ():
            if any(name in act.acted for act in acts.values()):
                rows = [row for found in self.rows.values() for row in found if isinstance(row, Action.history.model)]
                self.many[name] = many_of(name, [Row(Cursor(row.history_date, 0, 0), kind, row, None) for row in rows])

    def values(self, act: Act, name: str) -> list[Any]:
        """What the field was saved with after the act, oldest first."""
        rows = self.rows.get(act.piece, [])
        if name in MANY:
            return [frozenset(self.many[name].get(row.history_id, ())) for row in rows]
        return [getattr(row, act.kind.column(name)) for row in rows]

    def verdict(self, act: Act, name: str, stored: Any) -> Verdict:
        return verdict(act.before(name), act.after(name), self.values(act, name), stored_value(act, name, stored))

    def who_changed(self, act: Act, name: str) -> User | None:
        """Who changed the field last after the act; None when nobody is known."""
        place = changed_last(act.after(name), self.values(act, name))
        return None if place is None else self.rows[act.piece][place].history_user


def stored_value(act: Act, name: str, stored: Any) -> Any:
    """A field of the piece as it is stored, in the form that the histories have it. A query for people and
    indicators, unless they were fetched along."""
    if name in MANY:
        return frozenset(one.pk for one in getattr(stored, name).all())
    return getattr(stored, act.kind.column(name))
