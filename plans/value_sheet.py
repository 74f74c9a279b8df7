"""The page on which all due values are entered at once: which rows it has, and what each of them would write.

A row is one period of one indicator. Without a period in the address it is the period that is due; with one, every
indicator whose own period ends at the same time, also those that have a value already, to correct it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ogsm import dates, words
from ogsm.conflicts import PREFIX, MergingModelForm
from ogsm.fields import EARLIEST, LATEST, AskedField
from ogsm.numbers import AmountField

from .access import PlanAccess
from .course import missing_periods
from .forms import periods_to_enter
from .models import Choice, Indicator, IndicatorValue
from .rules import owed_period
from .sheet import live_indicators

NAMED_AT_MOST = 3
PERIOD_FIELD = "-period"
CONFLICT = "conflict"


class ValueRow(MergingModelForm):
    """The value of one period of one indicator, as one line among others.

    A line left as it was writes nothing, whatever others saved meanwhile. A value that is there already is a
    correction, which needs a reason; of two people who correct the same one, the second sees what the first made of it.
    """

    value = AmountField(label=gettext_lazy("Value"), required=False)
    why = AskedField(label=gettext_lazy("Why is it corrected?"), required=False, max_length=300)

    class Meta:
        model = IndicatorValue
        fields = ["value", "note"]
        labels = {"note": gettext_lazy("Note")}

    def __init__(self, data: Any = None, *, indicator: Indicator, period: dt.date) -> None:
        self.indicator, self.period = indicator, period
        stored = next((entry for entry in indicator.values.all() if entry.period == period), None)
        self.entry = stored or IndicatorValue(indicator=indicator, period=period)
        super().__init__(data, instance=copy(self.entry), prefix=prefix_of(indicator.pk))
        for bound, column in (("value", "value"), ("why", "why"), ("note", "note")):
            self.fields[bound].widget.attrs["data-column"] = column
        if not self.is_correction:
            del self.fields["why"]  # nothing there yet to correct

    @property
    def is_correction(self) -> bool:
        return not self.entry._state.adding

    @property
    def period_name(self) -> str:
        return words.period_short(self.period, self.indicator.frequency)

    @property
    def period_field(self) -> str:
        """Name of the hidden field that says which period the line is about."""
        return prefix_of(self.indicator.pk) + PERIOD_FIELD

    @property
    def first_values(self) -> list[tuple[str, str]]:
        """Of this line alone: the other lines post theirs in the same form."""
        mine = {PREFIX + self.add_prefix(name) for name in ("value", "note")}
        return [pair for pair in super().first_values if pair[0] in mine]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in self.conflicts:
            self.add_error(name, ValidationError(self._theirs(name), code=CONFLICT))
        if not self.is_correction:
            if "value" in cleaned and cleaned["value"] is None and cleaned.get("note"):
                self.add_error("value", _("Which value does this note belong to?"))
        elif "value" in self.merged and self.merged["value"] is None:
            self.add_error("value", _("A value can be corrected, not taken away. Type the right one."))
        elif "value" in self.merged and not cleaned.get("why", "").strip():
            known = {"period": self.period_name, "value": self._stored_text}
            self.add_error("why", _("%(period)s already has a value: %(value)s. Say why it changes.") % known)
        return cleaned

    @property
    def _stored_text(self) -> str:
        return words.quantity(self.stored.get("value"), self.indicator.unit)

    def _theirs(self, name: str) -> str:
        """What somebody else saved in this field while the reader was typing."""
        author = self.entry.author or _("Somebody")
        if name == "value":
            text = _("%(name)s entered %(value)s meanwhile. To put yours in its place, say why and save again.")
            return text % {"name": author, "value": self._stored_text}
        text = _("%(name)s wrote '%(note)s' meanwhile. Save again to put yours in its place.")
        return text % {"name": author, "note": self.stored.get(name, "")}

    @property
    def only_conflicts(self) -> bool:
        return all(error.code == CONFLICT for errors in self.errors.as_data().values() for error in errors)

    @property
    def is_typed(self) -> bool:
        """Whether the reader left something else in the line than was there."""
        names = [self.add_prefix(name) for name in ("value", "note")]
        return any(self.data.get(name, "").strip() != self.data.get(PREFIX + name, "").strip() for name in names)

    @property
    def asks_why(self) -> bool:
        """Whether the reason is in sight from the start; else it shows when the value is changed."""
        return self.is_bound and self.is_typed

    @property
    def answers(self) -> dict[str, Any] | None:
        """What the verb takes: what was typed, and of the rest what is stored now. None: nothing to write."""
        typed: dict[str, Any] = {name: self.merged[name] for name in ("value", "note") if name in self.merged}
        if not typed or (not self.is_correction and typed["value"] is None):
            return None
        kept: dict[str, Any] = {name: self.stored.get(name, "") for name in ("value", "note")}
        return {"why": self.cleaned_data.get("why", ""), **kept, **typed}


def prefix_of(indicator_id: int) -> str:
    return f"i{indicator_id}"


@dataclass(frozen=True)
class SheetQuery:
    """What the address asks for: a period (first day of it), and only the indicators the reader is asked for."""

    period: dt.date | None = None
    mine: bool = False

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> SheetQuery:
        """Whatever is no date is no period."""
        try:
            period = dt.date.fromisoformat(query.get("period", ""))
        except ValueError:
            period = None
        return cls(period if period and EARLIEST <= period <= LATEST else None, query.get("mine") == "1")

    @property
    def mine_toggled(self) -> str:
        chosen = {"period": self.period.isoformat()} if self.period else {}
        return "?" + urlencode(chosen if self.mine else {**chosen, "mine": "1"})


@dataclass(frozen=True)
class PeriodOption:
    """A period of the finest frequency in use; `missing` counts the indicators without their value of it."""

    first: dt.date
    name: str
    missing: int

    @property
    def label(self) -> str:
        """'May 2026', 'May 2026: 3 missing'."""
        known = {"period": self.name, "n": self.missing}
        text = ngettext("%(period)s: %(n)d missing", "%(period)s: %(n)d missing", self.missing) % known
        return text if self.missing else self.name


@dataclass(frozen=True)
class SheetLine:
    """A row: its form, and what helps to fill it in."""

    form: ValueRow
    last: IndicatorValue | None
    earlier_missing: list[dt.date]

    @property
    def indicator(self) -> Indicator:
        return self.form.indicator

    @property
    def last_text(self) -> str:
        return words.quantity(self.last.value if self.last else None, self.indicator.unit)

    @property
    def last_period(self) -> str:
        return words.period_short(self.last.period, self.indicator.frequency) if self.last else ""

    @property
    def also_missing(self) -> str:
        """'Apr 2026, Feb 2026', the newest three; '' when no earlier value is missing."""
        newest = list(reversed(self.earlier_missing))
        names = [words.period_short(first, self.indicator.frequency) for first in newest[:NAMED_AT_MOST]]
        return ", ".join([*names, "\N{HORIZONTAL ELLIPSIS}"] if len(newest) > NAMED_AT_MOST else names)


@dataclass
class SheetGroup:
    choice: Choice
    lines: list[SheetLine] = field(default_factory=list)


@dataclass
class ValueSheet:
    """`gone`: a row was posted of an indicator that is archived, or no longer the reader's to enter."""

    query: SheetQuery
    groups: list[SheetGroup]
    options: list[PeriodOption]
    has_others: bool
    gone: bool = False

    @property
    def lines(self) -> list[SheetLine]:
        return [line for group in self.groups for line in group.lines]

    @property
    def forms(self) -> list[ValueRow]:
        return [line.form for line in self.lines]

    @cached_property
    def wrong(self) -> list[ValueRow]:
        """The forms that cannot be saved, in the order of the page."""
        return [form for form in self.forms if form.is_bound and not form.is_valid()]

    @property
    def is_valid(self) -> bool:
        return not self.wrong and not self.gone

    def focus(self) -> None:
        """Puts the cursor where the reader begins: at the first mistake, else at the first value."""
        for form in self.wrong[:1] or self.forms[:1]:
            name = next((name for name in form.errors if name in form.fields), "value")
            form.fields[name].widget.attrs["autofocus"] = True

    @property
    def only_conflicts(self) -> bool:
        return not self.gone and all(form.only_conflicts for form in self.wrong)


class _Page:
    """What the reader may enter. Four queries, however many indicators there are."""

    def __init__(self, access: PlanAccess, on: dt.date, query: SheetQuery) -> None:
        self.on = on
        self.choices = {choice.pk: choice for choice in access.plan.choices.numbered()}
        values = IndicatorValue.objects.select_related("author").order_by("period")
        found = live_indicators(access.plan).prefetch_related(Prefetch("values", values))
        self.all = [one for one in found if one.choice_id in self.choices and access.may_enter_value(one)]
        access.require(access.may_enter_some(self.all))
        for indicator in self.all:
            indicator.choice = self.choices[indicator.choice_id]
        self.offered = {one.pk: self._offered(one) for one in self.all}
        self.missing = {one.pk: self._missing(one) for one in self.all}
        mine = [one for one in self.all if (one.entered_by_id or one.choice.owner_id) == access.user.pk]
        self.has_others = 0 < len(mine) < len(self.all)
        self.shown = mine if query.mine else self.all
        self.unit = dates.finest(indicator.frequency for indicator in self.shown)
        self.options = self._options()
        known = {option.first for option in self.options}
        period = dates.period_start(query.period, self.unit) if query.period else None
        self.query = SheetQuery(period if period in known else None, query.mine)

    def _offered(self, indicator: Indicator) -> set[dt.date]:
        """Periods that may be entered, and those that have a value however long ago."""
        return {*periods_to_enter(indicator, self.on), *(entry.period for entry in indicator.values.all())}

    def _missing(self, indicator: Indicator) -> list[dt.date]:
        values = {entry.period: entry.value for entry in indicator.values.all()}
        return missing_periods(indicator.facts, values, self.on)

    def _options(self) -> list[PeriodOption]:
        """Newest first, as many as any of the indicators has."""
        missing: dict[dt.date, int] = defaultdict(int)
        for indicator in self.shown:
            for period in self.offered[indicator.pk]:
                end = dates.period_end(period, indicator.frequency)
                missing[dates.period_start(end, self.unit)] += period in self.missing[indicator.pk]
        return [
            PeriodOption(first, words.period_short(first, self.unit), count)
            for first, count in sorted(missing.items(), reverse=True)
        ]

    def period_of(self, indicator: Indicator) -> dt.date | None:
        """The indicator's period that ends with the one in the address; without one, the period that is due."""
        if self.query.period is None:
            return owed_period(indicator.facts, {entry.period for entry in indicator.values.all()}, self.on)
        end = dates.period_end(self.query.period, self.unit)
        period = dates.period_start(end, indicator.frequency)
        ends_here = dates.period_end(period, indicator.frequency) == end
        return period if ends_here and period in self.offered[indicator.pk] else None

    def line(self, indicator: Indicator, period: dt.date, data: Any = None) -> SheetLine:
        earlier = [entry for entry in indicator.values.all() if entry.period < period]
        missing = [first for first in self.missing[indicator.pk] if first < period]
        form = ValueRow(data, indicator=indicator, period=period)
        return SheetLine(form, earlier[-1] if earlier else None, missing)

    def sheet(self, lines: Iterable[SheetLine], *, gone: bool = False) -> ValueSheet:
        groups = {pk: SheetGroup(choice) for pk, choice in self.choices.items()}
        for line in lines:
            groups[line.indicator.choice_id].lines.append(line)
        filled = [group for group in groups.values() if group.lines]
        return ValueSheet(self.query, filled, self.options, self.has_others, gone)


def value_sheet(access: PlanAccess, on: dt.date, query: SheetQuery) -> ValueSheet:
    """The rows to fill in. 403 for who may enter none of the plan's indicators. Four queries."""
    page = _Page(access, on, query)
    periods = ((indicator, page.period_of(indicator)) for indicator in page.shown)
    return page.sheet(page.line(indicator, period) for indicator, period in periods if period)


def posted_sheet(access: PlanAccess, on: dt.date, query: SheetQuery, data: Mapping[str, Any]) -> ValueSheet:
    """The rows as they were sent, held against what is stored now: also rows that are no longer due, so that a sheet
    that is sent twice changes nothing the second time. Writers of one plan wait for each other (`plan_for`)."""
    page = _Page(access, on, query)
    sent = {name for name in data if name.endswith(PERIOD_FIELD) and not name.startswith(PREFIX)}
    lines = []
    for indicator in page.all:
        name = prefix_of(indicator.pk) + PERIOD_FIELD
        offered = {period.isoformat(): period for period in page.offered[indicator.pk]}
        if name in sent and data[name] in offered:
            sent.discard(name)
            lines.append(page.line(indicator, offered[data[name]], data))
    return page.sheet(lines, gone=bool(sent))
