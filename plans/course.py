"""The course of an indicator as a row of points: its values and its target path, period by period. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ogsm import dates

from .rules import IndicatorFacts, target_path

AT_MOST = 120
Points = list[Decimal | None]


@dataclass(frozen=True)
class Course:
    """Oldest first. The path has values only where it bends; a straight line joins them."""

    values: Points
    path: Points


def _first_period(facts: IndicatorFacts, values: Mapping[dt.date, Decimal], on: dt.date) -> dt.date:
    finished = dates.latest_finished_period(on, facts.frequency)
    if facts.kind == "running_total":
        return dt.date(max([*values, finished]).year, 1, 1)
    if facts.baseline_on:
        first = dates.period_start(facts.baseline_on, facts.frequency)
        whole = dates.period_end(first, facts.frequency) > facts.baseline_on
        return first if whole else dates.next_period(first, facts.frequency)
    return min([*values, finished])


def _periods(facts: IndicatorFacts, values: Mapping[dt.date, Decimal], on: dt.date) -> list[dt.date]:
    """First days of the periods the line spans: from the baseline (or the year's start) to the target's date."""
    period = _first_period(facts, values, on)
    last = max([*values, dates.latest_finished_period(on, facts.frequency)])
    if facts.kind == "running_total":
        last = dates.period_start(dt.date(period.year, 12, 31), facts.frequency)
    elif facts.target_on:
        last = max(last, dates.period_start(facts.target_on, facts.frequency))
    periods: list[dt.date] = []
    while period <= last and len(periods) < AT_MOST:
        periods.append(period)
        period = dates.next_period(period, facts.frequency)
    return periods


def course(facts: IndicatorFacts, values: Mapping[dt.date, Decimal], on: dt.date) -> Course:
    """Values up to the newest one known and the path to its end; both start with the baseline when there is one."""
    periods = _periods(facts, values, on)
    shown: Points = [values.get(period) for period in periods]
    ends = [dates.period_end(period, facts.frequency) for period in periods]
    if facts.kind != "running_total" and facts.baseline is not None and facts.baseline_on is not None:
        shown.insert(0, facts.baseline)
        ends.insert(0, facts.baseline_on)
    while shown and shown[-1] is None:
        shown.pop()
    bends = {0, len(ends) - 1}
    if facts.target_on:
        bends.add(next((place for place, end in enumerate(ends) if end >= facts.target_on), 0))
    path = [target_path(facts, end) if place in bends else None for place, end in enumerate(ends)]
    return Course(shown, path)
