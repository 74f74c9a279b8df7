"""The rows of the sheet 'Indicators' held against the plan: what comes in are the values of their periods."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import DecimalValidator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ogsm import dates, words
from ogsm.numbers import DECIMAL_PLACES, MAX_DIGITS, parse_amount
from ogsm.pages import refusal
from plans.forms import periods_to_enter
from plans.models import Indicator

from . import layout
from .difference import NOT_YOURS, Change, Difference, Fault, RowChange, Sheet, SheetRow, notes_of, shown, whole
from .writer import period_in

if TYPE_CHECKING:
    from plans.access import PlanAccess

UNITS = (dates.MONTH, dates.QUARTER, dates.YEAR)
_fits = DecimalValidator(MAX_DIGITS, DECIMAL_PLACES)


class IndicatorRows:
    def __init__(self, access: PlanAccess, sheet: Sheet, on: dt.date, found: Difference) -> None:
        self.access, self.sheet, self.on, self.found = access, sheet, on, found
        self.periods = dict(_periods(sheet))

    def read(self) -> None:
        indicators = Indicator.objects.filter(choice__plan=self.access.plan).select_related("choice")
        known = {indicator.pk: indicator for indicator in indicators.prefetch_related("values")}
        seen: set[int] = set()
        for row in self.sheet.rows:
            number = whole(row.pk)
            if row.is_blank:
                continue
            indicator = known.get(number) if number is not None else None
            if indicator is None or number in seen:
                text = _("Indicators are added on the page, not in the workbook. This row is left out.")
                self._fault(row, "name", text)
            elif indicator.is_archived or indicator.choice.is_archived:
                self._fault(row, "name", _("This indicator was archived. Restore it first."), indicator.name)
            else:
                seen.add(indicator.pk)
                self._row(row, indicator, {entry.period: entry.value for entry in indicator.values.all()})

    def _fault(self, row: SheetRow, key: str, text: str, of: str = "") -> None:
        key = key if key in self.sheet.places else next(iter(self.sheet.places))
        self.found.faults.append(Fault(row.address(key), text, of or shown(row.cells.get("name"))[:80]))

    def _row(self, row: SheetRow, indicator: Indicator, stored: dict[dt.date, Decimal]) -> None:
        found = RowChange(layout.INDICATORS, row.number, indicator.name, indicator)
        went_out, offered = row.marks, {*periods_to_enter(indicator, self.on), *stored}
        for key, (unit, column) in self.periods.items():
            own = period_in(column, unit, indicator.frequency)
            try:
                change = self._cell(row, key, indicator, own, stored.get(own) if own else None, went_out.get(key))
                if change and own not in offered:
                    raise ValidationError(_("No value is asked for this period."))
                if change and not self.access.may_enter_value(indicator):
                    raise ValidationError(NOT_YOURS)
            except ValidationError as error:
                self._fault(row, key, refusal(error), indicator.name)
            else:
                found.changes += [change] if change else []
        self.found.notes += notes_of(row, layout.INDICATOR_COLUMNS, indicator.name)
        if found.changes:
            self.found.rows.append(found)

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
        value = _amount(cell)
        meant, now = layout.plain(float(value)), layout.plain(layout.number(stored))
        if meant == now or layout.mark(meant) == before:
            return None
        meanwhile = before is not None and layout.mark(now) != before
        label = words.period_short(own, indicator.frequency)
        was = words.quantity(stored, indicator.unit) if stored is not None else ""
        tick = f"{layout.INDICATORS}-{indicator.pk}-{own.isoformat()}"
        return Change(
            tick, own.isoformat(), row.address(key), label, was, words.quantity(value, indicator.unit), value, meanwhile
        )


def _amount(cell: Any) -> Decimal:
    if isinstance(cell, (int, float)):
        value = Decimal(layout.plain(cell) or "0")
    else:
        text = layout.plain(cell)
        try:
            value = parse_amount(text, get_language())
        except ValueError:
            known = {"text": f"'{text[:40]}'"}
            raise ValidationError(_("%(text)s is no number. Write it as 1.250,50 or 1,250.50.") % known) from None
    _fits(value)
    return value


def _periods(sheet: Sheet) -> Any:
    """The columns of periods: key → (unit, first day)."""
    for key in sheet.places:
        unit, _colon, day = key.partition(":")
        if unit in UNITS:
            try:
                first = dt.date.fromisoformat(day)
            except ValueError:
                continue
            if first.year >= 1900 and dates.period_start(first, unit) == first and first.year < 2200:
                yield key, (unit, first)
