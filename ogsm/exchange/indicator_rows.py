"""The rows of the sheet 'Indicators' held against the plan: what defines each, and the values of its periods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from actions import recognise as known
from ogsm import dates, words
from ogsm.pages import refusal
from plans.forms import periods_to_enter
from plans.models import Indicator

from . import layout
from .difference import NOT_YOURS, Change, RowChange, Sheet, SheetRow, notes_of
from .layout import CHOICE, PERIOD
from .piece_layout import amount_of
from .piece_rows import PieceRows
from .writer import period_in

UNITS = (dates.MONTH, dates.QUARTER, dates.YEAR)


class IndicatorRows(PieceRows):
    def pieces(self) -> dict[int, Any]:
        """By id, with their values. Two queries."""
        rows = Indicator.objects.filter(choice__plan=self.access.plan).select_related("choice", "entered_by")
        found = {indicator.pk: indicator for indicator in rows.prefetch_related("values")}
        for indicator in found.values():
            indicator.choice = self.lookup.choices.get(indicator.choice_id, indicator.choice)
            indicator.choice.plan = self.access.plan
        return found

    def is_archived(self, piece: Indicator) -> bool:
        return piece.is_archived or piece.choice.is_archived

    def may_change(self, piece: Indicator) -> bool:
        return self.access.may_define_indicator(piece.choice)

    def may_add(self, values: dict[str, Any]) -> bool:
        return self.access.may_define_indicator(values[CHOICE])

    def refuse(self, piece: Indicator, key: str, value: Any) -> None:
        if key == CHOICE:
            raise ValidationError(_("An indicator stays with its strategic choice. Make a new row for another one."))
        if key == "frequency" and value != piece.frequency and piece.values.all():
            raise ValidationError(_("It has values already. Archive it and make a new indicator instead."))

    def blank(self, values: dict[str, Any]) -> Indicator:
        return Indicator(**values)

    def defaults(self) -> dict[str, Any]:
        return {"baseline_on": self.access.plan.starts_on, "target_on": self.access.plan.ends_on}

    def same_as(self, piece: Indicator) -> Any:
        return piece.choice_id, known.bare(piece.name)

    def more(self, row: SheetRow, piece: Indicator, found: RowChange) -> None:
        """The values of its periods."""
        stored = {entry.period: entry.value for entry in piece.values.all()} if piece.pk else {}
        offered, went_out = {*periods_to_enter(piece, self.on), *stored}, row.marks
        for key, (unit, column) in periods_of(self.sheet).items():
            own = period_in(column, unit, piece.frequency)
            try:
                change = self._cell(row, key, piece, own, stored.get(own) if own else None, went_out.get(key))
                if change and own not in offered:
                    raise ValidationError(_("No value is asked for this period."))
                if change and not self.access.may_enter_value(piece):
                    raise ValidationError(NOT_YOURS)
            except ValidationError as error:
                self.fault(row, key, refusal(error), piece.name)
            else:
                found.changes += [change] if change else []
        if piece.pk:
            self.found.notes += notes_of(row, [layout.INDICATOR_LIGHT], piece.name)

    def _cell(
        self, row: SheetRow, key: str, indicator: Indicator, own: dt.date | None, stored: Decimal | None,
        before: str | None,
    ) -> Change | None:  # fmt: skip
        cell = row.cells[key]
        if cell in (None, ""):
            if stored is not None and before != layout.mark(""):
                raise ValidationError(_("A value can be corrected, not taken away. Type the right one."))
            return None
        if own is None:
            raise ValidationError(_("This indicator is not measured in this period."))
        value = amount_of(cell)
        meant, now = layout.plain(float(value)), layout.plain(layout.number(stored))
        if indicator.pk and (meant == now or layout.mark(meant) == before):
            return None
        meanwhile = bool(indicator.pk) and before is not None and layout.mark(now) != before
        label = words.period_short(own, indicator.frequency)
        was = words.quantity(stored, indicator.unit) if stored is not None else ""
        tick = f"{layout.INDICATORS}-{indicator.pk}-{own.isoformat()}"
        becomes = words.quantity(value, indicator.unit)
        return Change(tick, f"{PERIOD}{own}", row.address(key), label, was, becomes, value, meanwhile)


def periods_of(sheet: Sheet) -> dict[str, tuple[str, dt.date]]:
    """The columns of periods: key → (unit, first day)."""
    return dict(_periods(sheet))


def _periods(sheet: Sheet) -> Iterator[tuple[str, tuple[str, dt.date]]]:
    for key in sheet.places:
        unit, _colon, day = key.partition(":")
        if unit in UNITS:
            try:
                first = dt.date.fromisoformat(day)
            except ValueError:
                continue
            if first.year >= 1900 and dates.period_start(first, unit) == first and first.year < 2200:
                yield key, (unit, first)
