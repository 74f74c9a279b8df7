"""The course of an indicator as a row of points: its values and its target path, period by period. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ogsm import dates

from .rules import IndicatorFacts, due_period, target_path

AT_MOST = 120
Points = list[Decimal | None]


@dataclass(frozen=True)
class Course:
    """Oldest first. The path has values only where it bends; a straight line joins them."""

    values: Points
    path: Points


def _after_baseline(facts: IndicatorFacts) -> dt.date | None:
    """First day of the first period that ends after the baseline; None without the baseline's date."""
    if facts.baseline_on is None:
        return None
    first = dates.period_start(facts.baseline_on, facts.frequency)
    whole = dates.period_end(first, facts.frequency) > facts.baseline_on
    return first if whole else dates.next_period(first, facts.frequency)


def first_period(facts: IndicatorFacts, values: Mapping[dt.date, Decimal], on: dt.date) -> dt.date:
    """Where the line begins: after the baseline, at the first value without one, with the year for a running total."""
    finished = dates.latest_finished_period(on, facts.frequency)
    if facts.kind == "running_total":
        return dt.date(max([*values, finished]).year, 1, 1)
    return _after_baseline(facts) or min([*values, finished])


def last_period(facts: IndicatorFacts, values: Mapping[dt.date, Decimal], first: dt.date, on: dt.date) -> dt.date:
    """Where it ends: with the target, the newest value or the latest finished period, whichever comes last."""
    if facts.kind == "running_total":
        return dates.period_start(dt.date(first.year, 12, 31), facts.frequency)
    last = max([*values, dates.latest_finished_period(on, facts.frequency)])
    return max(last, dates.period_start(facts.target_on, facts.frequency)) if facts.target_on else last


def missing_periods(facts: IndicatorFacts, values: Mapping[dt.date, Decimal], on: dt.date) -> list[dt.date]:
    """First days of the finished periods without a value, oldest first: after the baseline, or without one since the
    first value. Of the last 120 periods."""
    due = due_period(facts, on)
    if due is None:
        return []
    first = _after_baseline(facts) or min([*values, due])
    count = min(dates.periods_between(first, due, facts.frequency) + 1, AT_MOST)
    periods = [dates.later_period(due, -back, facts.frequency) for back in reversed(range(count))]
    return [period for period in periods if period not in values]


def course(facts: IndicatorFacts, values: Mapping[dt.date, Decimal], on: dt.date) -> Course:
    """Values up to the newest one known and the path to its end; both start with the baseline when there is one.

    The line spans from the baseline (or the year's start) to the target's date.
    """
    first = first_period(facts, values, on)
    last = last_period(facts, values, first, on)
    count = max(0, min(dates.periods_between(first, last, facts.frequency) + 1, AT_MOST))
    placed = {dates.periods_between(first, period, facts.frequency): value for period, value in values.items()}
    known = [place for place in placed if 0 <= place < count]
    shown: Points = [placed.get(place) for place in range(max(known, default=-1) + 1)]

    bends = {0, count - 1} if count else set()
    if facts.target_on and count:
        reached = dates.periods_between(first, facts.target_on, facts.frequency)
        bends |= {place for place in (reached,) if 0 <= place < count}
    path: Points = [None] * count
    for place in bends:
        path[place] = target_path(
            facts, dates.period_end(dates.later_period(first, place, facts.frequency), facts.frequency)
        )

    if facts.kind != "running_total" and facts.baseline is not None and facts.baseline_on is not None:
        shown.insert(0, facts.baseline)
        path.insert(0, target_path(facts, facts.baseline_on))
    return Course(shown, path)
