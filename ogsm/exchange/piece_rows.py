"""The rows of the ambition, the goals and the strategic choices held against the plan; the rows of indicators
(indicator_rows.py) are read the same way, with their periods besides."""

from __future__ import annotations

import datetime as dt
from copy import copy
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from actions import recognise as known
from ogsm import words
from ogsm.pages import refusal

from . import layout
from .difference import NOT_YOURS, Change, Difference, Fault, RowChange, Sheet, SheetRow, by_id, shown, whole
from .layout import CHOICES, GOALS, PARTICULARS, Value
from .lookup import Lookup
from .piece_layout import (
    AMOUNT,
    KINDS,
    OF_CHOICE,
    PAIRED,
    PERSON,
    WORD,
    PieceKind,
    is_needed,
    kind_of,
    label_of,
    meaning,
    piece_cells,
    piece_values,
    value_of,
    words_of,
    wrongs,
)

if TYPE_CHECKING:
    from plans.access import PlanAccess


def read_cell(kind: PieceKind, key: str, cell: Value, lookup: Lookup, on: dt.date) -> tuple[Any, str]:
    """(the value, what it means). ValidationError with what is wrong."""
    of = kind_of(kind.model, key)
    if of in (PERSON, OF_CHOICE) and cell not in (None, ""):
        text = layout.plain(cell)
        found = lookup.person(text) if of == PERSON else lookup.choice(text)
        return found, str(found.pk)
    value = value_of(kind.model, key, cell, on)
    return value, meaning(kind.model, key, value)


def said(kind: PieceKind, key: str, value: Any, unit: str, lookup: Lookup) -> str:
    """A value as the preview shows it."""
    of = kind_of(kind.model, key)
    if value in (None, ""):
        return ""
    if of == PERSON:
        return lookup.names.person(value)
    if of == OF_CHOICE:
        return lookup.names.choice(value.pk)
    if of == WORD:
        return words_of(kind.model, key)[value]
    return words.quantity(value, unit) if of == AMOUNT else shown(value)


class PieceRows:
    def __init__(self, access: PlanAccess, sheet: Sheet, on: dt.date, found: Difference, lookup: Lookup) -> None:
        self.access, self.sheet, self.on, self.found, self.lookup = access, sheet, on, found, lookup
        self.kind = KINDS[sheet.kind]
        self._there: set[Any] = set()

    def read(self) -> None:
        pieces = self.pieces()
        originals = {pk: self._original(same, pieces.get(pk)) for pk, same in by_id(self.sheet).items()}
        self._there = {self.same_as(piece) for piece in pieces.values() if not self.is_archived(piece)}
        for row in self.sheet.rows:
            number = whole(row.pk)
            if row.is_blank:
                continue
            if number is None or originals[number] is not row:
                self._new(row)
            elif (piece := pieces.get(number)) is None:
                self.fault(row, self.kind.title, _("This row is of something this plan does not have. It is left out."))
            elif self.is_archived(piece):
                self.fault(row, self.kind.title, _("This was archived. Restore it first."), self.title(piece))
            else:
                self._changes(row, piece)

    def _original(self, same: list[SheetRow], piece: Any) -> SheetRow:
        """Of a row and its copies the one that still has the name of the piece."""
        for row in same:
            if piece and layout.plain(row.cells.get(self.kind.title)) == self.title(piece):
                return row
        return same[0]

    # ---- what differs from kind to kind ----
    def pieces(self) -> dict[int, Any]:
        """By id. One query at most."""
        plan = self.access.plan
        if self.sheet.kind == PARTICULARS:
            return {plan.pk: plan}
        rows = plan.goals.all() if self.sheet.kind == GOALS else plan.choices.select_related("owner")
        return {piece.pk: piece for piece in rows}

    def is_archived(self, piece: Any) -> bool:
        return self.sheet.kind != PARTICULARS and piece.is_archived

    def may_change(self, piece: Any) -> bool:
        return self.access.may_edit_choice(piece) if self.sheet.kind == CHOICES else self.access.may_edit_plan

    def may_add(self, values: dict[str, Any]) -> bool:
        return self.access.may_edit_plan

    def refuse(self, piece: Any, key: str, value: Any) -> None:
        """ValidationError when this field cannot become that, whatever the others become."""

    def blank(self, values: dict[str, Any]) -> Any:
        """What a new row would make, not saved."""
        if self.sheet.kind == PARTICULARS:
            raise ValidationError(_("A workbook has one plan. This row is left out."))
        return self.kind.model(plan=self.access.plan, **values)

    def defaults(self) -> dict[str, Any]:
        """What a new row need not say."""
        return {"due_on": self.access.plan.ends_on} if self.sheet.kind == GOALS else {}

    def same_as(self, piece: Any) -> Any:
        """Alike for two that are the same to a reader."""
        return known.bare(self.title(piece))

    def more(self, row: SheetRow, piece: Any, found: RowChange) -> None:
        """What a row says besides the fields of the piece, as changes in `found`."""

    # ---- what all share ----
    def title(self, piece: Any) -> str:
        return getattr(piece, self.kind.title)

    def fault(self, row: SheetRow, key: str, text: str, of: str = "") -> None:
        key = key if key in self.sheet.places else next(iter(self.sheet.places))
        self.found.faults.append(Fault(row.address(key), text, of or shown(row.cells.get(self.kind.title))[:80]))

    def _changes(self, row: SheetRow, piece: Any) -> None:
        found = RowChange(self.sheet.kind, row.number, self.title(piece), piece)
        stored, cells = piece_values(self.kind, piece), piece_cells(self.kind, piece, self.lookup.names)
        went_out, candidate = row.marks, copy(piece)
        for key in self.kind.fields:
            if key not in row.cells or layout.plain(row.cells[key]) == layout.plain(cells[key]):
                continue
            try:
                value, meant = read_cell(self.kind, key, row.cells[key], self.lookup, self.on)
                before = went_out.get(key)
                if meant == stored[key] or layout.mark(meant) == before:
                    continue
                if not self.may_change(piece):
                    raise ValidationError(NOT_YOURS)
                self.refuse(piece, key, value)
            except ValidationError as error:
                self.fault(row, key, refusal(error), self.title(piece))
                continue
            setattr(candidate, key, value)
            tick = f"{self.sheet.kind}-{piece.pk}-{key}"
            change = self._change(row, key, value, candidate, tick, getattr(piece, key))
            change.meanwhile = before is not None and layout.mark(stored[key]) != before
            found.changes.append(change)
        found.changes = self._that_hold(row, found.changes, candidate)
        self.more(row, piece, found)
        if found.changes:
            self.found.rows.append(found)

    def _that_hold(self, row: SheetRow, changes: list[Change], candidate: Any) -> list[Change]:
        """Without those that are at odds with another field as it is or would be."""
        wrong = {field: text for key, text in wrongs(candidate).items() for field in (key, PAIRED.get(key, key))}
        for change in changes:
            if change.field in wrong:
                self.fault(row, change.field, wrong[change.field], self.title(candidate))
        return [change for change in changes if change.field not in wrong]

    def _change(self, row: SheetRow, key: str, value: Any, piece: Any, tick: str, before: Any = None) -> Change:
        unit = getattr(piece, "unit", "")
        was, becomes = (said(self.kind, key, each, unit, self.lookup) for each in (before, value))
        return Change(tick, key, row.address(key), str(label_of(self.kind.model, key)), was, becomes, value)

    def _new(self, row: SheetRow) -> None:
        values, is_whole = self.defaults(), True
        for key in self.kind.fields:
            cell = row.cells.get(key)
            if cell in (None, "") and (key in values or not is_needed(self.kind.model, key)):
                continue
            try:
                values[key], _meant = read_cell(self.kind, key, cell, self.lookup, self.on)
            except ValidationError as error:
                self.fault(row, key, refusal(error))
                is_whole = False
        if is_whole:
            self._add(row, values)

    def _add(self, row: SheetRow, values: dict[str, Any]) -> None:
        try:
            if not self.may_add(values):
                raise ValidationError(NOT_YOURS)
            piece = self.blank(values)
        except ValidationError as error:
            self.fault(row, self.kind.title, refusal(error))
            return
        if wrong := wrongs(piece):
            for key, text in wrong.items():
                self.fault(row, key, text)
            return
        found = RowChange(self.sheet.kind, row.number, self.title(piece), defaults=self.defaults())
        found.changes = [
            self._change(row, key, value, piece, found.key)
            for key, value in values.items()
            if row.cells.get(key) not in (None, "")
        ]
        self.more(row, piece, found)
        found.is_double = self.same_as(piece) in self._there
        self.found.rows.append(found)
