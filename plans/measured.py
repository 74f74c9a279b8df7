"""Everything that was ever entered of one indicator: its periods with value and light, and every correction."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ogsm import dates, words
from ogsm.accounts.models import User

from .course import missing_periods
from .forms import periods_to_enter
from .models import Indicator, IndicatorValue
from .rules import LOWER_IS_BETTER, Light, is_unmeasured, judge, limits, target_path
from .sheet import path_text


@dataclass(frozen=True)
class Correction:
    """One change of a value that was there: who, when, why, and both values or both notes."""

    at: dt.datetime
    by: User | None
    before: str
    after: str
    why: str


@dataclass
class Measured:
    """One period. `entry` is None where the value is missing; `light` is '' where there is none to give, and then
    `label` says why."""

    period: dt.date
    name: str
    entry: IndicatorValue | None
    light: str
    label: str
    value_text: str
    path_text: str
    may_enter: bool
    first_by: User | None = None
    corrections: list[Correction] = field(default_factory=list)


def measured(indicator: Indicator, on: dt.date, *, may_enter: bool) -> list[Measured]:
    """All periods with a value and those that miss one, newest first. Two queries, or one with fetched values."""
    entries = {entry.period: entry for entry in indicator.values.all()}
    missing = missing_periods(indicator.facts, {period: entry.value for period, entry in entries.items()}, on)
    offered = set(periods_to_enter(indicator, on))
    rows = [
        _row(indicator, period, entries.get(period), on, may_enter and (period in entries or period in offered))
        for period in sorted({*entries, *missing}, reverse=True)
    ]
    _tell_corrections(indicator, rows)
    return rows


def _row(indicator: Indicator, period: dt.date, entry: IndicatorValue | None, on: dt.date, may: bool) -> Measured:
    facts = indicator.facts
    end = dates.period_end(period, facts.frequency)
    path = target_path(facts, end)
    light, label = "", _("Too early")
    if entry is None:
        light, label = (Light.UNMEASURED.value, "") if is_unmeasured(end, on) else ("", _("Still to enter"))
    elif path is None:
        label = _("No target")
    elif end < on:
        light, label = judge(facts, entry.value, end).value, ""
    value = entry.value if entry else None
    texts = words.quantity(value, indicator.unit), path_text(indicator, path, value)
    return Measured(period, words.period_short(period, facts.frequency), entry, light, label, *texts, may)


def _tell_corrections(indicator: Indicator, rows: list[Measured]) -> None:
    """Reads the change history of all values at once. One query."""
    history: Any = IndicatorValue.history
    told: dict[int, list[Any]] = defaultdict(list)
    for one in history.filter(indicator_id=indicator.pk).select_related("history_user").order_by("history_id"):
        told[one.id].append(one)
    for row in rows:
        if row.entry is None:
            continue
        acts = told.get(row.entry.pk, [])
        row.first_by = acts[0].history_user if acts else row.entry.author
        for before, now in pairwise(acts):
            if (before.value, before.note) != (now.value, now.note):
                row.corrections.append(_correction(before, now, indicator.unit))


def _correction(before: Any, now: Any, unit: str) -> Correction:
    changed = before.value != now.value
    old, new = (words.quantity(one.value, unit) if changed else one.note or words.NOTHING for one in (before, now))
    return Correction(now.history_date, now.history_user, old, new, now.history_change_reason or "")


def _shortfall(amount: Any, unit: str) -> str:
    """A distance in the unit; of percentages in percentage points."""
    if unit != "percent":
        return words.quantity(amount, unit)
    text = ngettext("%(n)s percentage point", "%(n)s percentage points", 1 if amount == 1 else 2)
    return text % {"n": words.number(amount)}


def limits_in_words(indicator: Indicator) -> list[str]:
    """How far a value may fall short of the path for each light, worst last; [] without a target."""
    if indicator.target is None:
        return []
    green, amber = limits(indicator.facts)
    known = {"green": _shortfall(green, indicator.unit), "amber": _shortfall(amber, indicator.unit)}
    if indicator.direction in LOWER_IS_BETTER:
        best = _("Green: at most %(green)s above the target path.") if green else _("Green: on the path or below it.")
        said = [best, _("Amber: at most %(amber)s above it."), _("Red: further above it.")]
    else:
        best = _("Green: at most %(green)s below the target path.") if green else _("Green: on the path or above it.")
        said = [best, _("Amber: at most %(amber)s below it."), _("Red: further below it.")]
    if amber == green:
        del said[1]
    return [text % known for text in said]
