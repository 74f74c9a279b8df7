"""The scorecard: every indicator with its latest value, path and target, and its values of the last periods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.functional import cached_property

from ogsm import dates, words
from ogsm.dates import MONTH, QUARTER, YEAR

from .access import PlanAccess
from .models import Choice, Indicator, IndicatorValue
from .sheet import IndicatorLine, live_indicators

COLUMNS = {MONTH: 6, QUARTER: 5, YEAR: 4}


@dataclass(frozen=True)
class Cell:
    """The value of the period that ends in a column; `period` is None where none of the indicator's periods since its
    baseline does."""

    period: dt.date | None
    entry: IndicatorValue | None


class ScoreLine(IndicatorLine):
    def __init__(self, indicator: Indicator, on: dt.date, columns: list[dt.date], unit: str, may_enter: bool) -> None:
        super().__init__(indicator, on)
        self.columns, self.column_unit, self.may_enter = columns, unit, may_enter

    @cached_property
    def cells(self) -> list[Cell]:
        entries = {entry.period: entry for entry in self.indicator.values.all()}
        baseline_on = self.indicator.baseline_on
        cells = []
        for column in self.columns:
            end = dates.period_end(column, self.column_unit)
            period = dates.period_start(end, self.indicator.frequency)
            ends_here = dates.period_end(period, self.indicator.frequency) == end
            entry = entries.get(period) if ends_here else None
            is_due = ends_here and (baseline_on is None or end > baseline_on)
            cells.append(Cell(period if is_due or entry else None, entry))
        return cells


@dataclass
class ScoreGroup:
    choice: Choice
    lines: list[ScoreLine] = field(default_factory=list)


@dataclass(frozen=True)
class Scorecard:
    """`columns` are the names of the periods shown, oldest first."""

    columns: list[str]
    groups: list[ScoreGroup]

    @property
    def span(self) -> int:
        return 7 + len(self.columns)

    @property
    def lines(self) -> list[ScoreLine]:
        return [line for group in self.groups for line in group.lines]

    @property
    def is_empty(self) -> bool:
        return not self.lines

    @property
    def may_enter(self) -> bool:
        """Whether the reader may enter a value of any of them."""
        return any(line.may_enter for line in self.lines)

    @property
    def owed(self) -> int:
        """How many values are due that the reader may enter."""
        return sum(line.may_enter and line.owed is not None for line in self.lines)


def column_periods(indicators: Iterable[Indicator], on: dt.date) -> tuple[str, list[dt.date]]:
    """(the finest frequency in use, first days of its last periods, oldest first)."""
    unit = dates.finest(indicator.frequency for indicator in indicators)
    periods = [dates.latest_finished_period(on, unit)]
    while len(periods) < COLUMNS[unit]:
        periods.insert(0, dates.previous_period(periods[0], unit))
    return unit, periods


def score_line(access: PlanAccess, indicator: Indicator, on: dt.date, unit: str, columns: list[dt.date]) -> ScoreLine:
    return ScoreLine(indicator, on, columns, unit, access.may_enter_value(indicator))


def scorecard(access: PlanAccess, on: dt.date) -> Scorecard:
    """Four queries, however many indicators there are."""
    groups = {choice.pk: ScoreGroup(choice) for choice in access.plan.choices.numbered()}
    indicators = [
        indicator for indicator in live_indicators(access.plan).with_values() if indicator.choice_id in groups
    ]
    unit, columns = column_periods(indicators, on)
    for indicator in indicators:
        indicator.choice = groups[indicator.choice_id].choice
        groups[indicator.choice_id].lines.append(score_line(access, indicator, on, unit, columns))
    return Scorecard([words.period_short(period, unit) for period in columns], list(groups.values()))
