"""What the chart of an indicator shows, in dates and amounts: values, target path, periods without a value. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from ogsm import dates

from .course import AT_MOST, first_period, last_period, missing_periods
from .rules import FLAT, IndicatorFacts, Light, is_unmeasured, judge, target_path

Spot = tuple[dt.date, Decimal]


@dataclass(frozen=True)
class Point:
    """The value of a period, which stands at the period's last day. `light` is None while the period runs."""

    period: dt.date
    day: dt.date
    value: Decimal
    light: Light | None


@dataclass(frozen=True)
class Trend:
    """From `start` to `end`; `first` is the first period in it. `gaps` are the first days of periods that are
    unmeasured; `path` are the days where the target path begins, bends and ends, empty without a target."""

    frequency: str
    first: dt.date
    start: dt.date
    end: dt.date
    points: tuple[Point, ...]
    gaps: tuple[dt.date, ...]
    path: tuple[Spot, ...]
    baseline: Spot | None

    @property
    def lines(self) -> list[tuple[Spot, Spot]]:
        """Pairs of values that follow each other: a line joins them. A period without a value breaks it."""
        joined = [
            ((one.day, one.value), (other.day, other.value))
            for one, other in pairwise(self.points)
            if dates.periods_between(one.period, other.period, self.frequency) == 1
        ]
        if self.baseline and self.points and self.points[0].period == self.first:
            joined.insert(0, (self.baseline, (self.points[0].day, self.points[0].value)))
        return joined


def _light(facts: IndicatorFacts, period: dt.date, value: Decimal, on: dt.date) -> Light | None:
    end = dates.period_end(period, facts.frequency)
    return judge(facts, value, end) if end < on else None


def _path(facts: IndicatorFacts, start: dt.date, end: dt.date) -> tuple[Spot, ...]:
    bends = {start, end}
    if facts.kind != "running_total" and facts.direction not in FLAT:
        bends |= {day for day in (facts.baseline_on, facts.target_on) if day and start < day < end}
    spots = [(day, target_path(facts, day)) for day in sorted(bends)]
    return tuple((day, amount) for day, amount in spots if amount is not None)


def trend(facts: IndicatorFacts, values: Mapping[dt.date, Decimal], on: dt.date) -> Trend:
    """From the baseline (or the first value) to the target's date; a running total shows its newest year alone."""
    frequency = facts.frequency
    first = first_period(facts, values, on)
    last = max(first, last_period(facts, values, first, on))
    last = min(last, dates.later_period(first, AT_MOST - 1, frequency))
    start, end = first, dates.period_end(last, frequency)
    baseline = None
    if facts.kind != "running_total" and facts.baseline is not None and facts.baseline_on is not None:
        baseline = (facts.baseline_on, facts.baseline)
        start = facts.baseline_on
    points = tuple(
        Point(period, dates.period_end(period, frequency), value, _light(facts, period, value, on))
        for period, value in sorted(values.items())
        if first <= period <= last
    )
    gaps = tuple(
        period
        for period in missing_periods(facts, values, on)
        if first <= period <= last and is_unmeasured(dates.period_end(period, frequency), on)
    )
    return Trend(frequency, first, start, end, points, gaps, _path(facts, start, end), baseline)
