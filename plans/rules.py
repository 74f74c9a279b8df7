"""Rules of the plan: when an update is current, an indicator's path and light. Pure: values in, values out."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from ogsm.dates import (
    latest_finished_period,
    period_end,
    previous_period,
    share_of_year,
)

CURRENT_AT_MOST_DAYS = 45
CURRENT_WITHOUT_SESSIONS_DAYS = 30
UNMEASURED_AFTER_DAYS = 10
CHOICES_AT_MOST = 5
ENABLING_AT_MOST = 2


def current_since(stored: dt.datetime | None, midnight: dt.datetime) -> dt.datetime:
    """The moment from which an update counts as current on the day that starts at `midnight`.

    `stored` is the plan's moment as the sessions left it (None: too few closed sessions yet).
    Source: method page, 'Rules with numbers'.
    """
    if stored is None:
        return midnight - dt.timedelta(days=CURRENT_WITHOUT_SESSIONS_DAYS)
    return max(stored, midnight - dt.timedelta(days=CURRENT_AT_MOST_DAYS))


class Light(enum.StrEnum):
    """An indicator's light. WAITING: no period has ended since the baseline; UNMEASURED: a value is missing."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    UNMEASURED = "unmeasured"
    WAITING = "waiting"


LOWER_IS_BETTER = ("lower", "at_most")
FLAT = ("at_least", "at_most")


@dataclass(frozen=True)
class IndicatorFacts:
    """What the path and the light of an indicator depend on. Amounts are in the indicator's own unit."""

    direction: str
    kind: str
    frequency: str
    baseline: Decimal | None
    baseline_on: dt.date | None
    target: Decimal | None
    target_on: dt.date | None
    green_limit: Decimal | None = None
    amber_limit: Decimal | None = None


@dataclass(frozen=True)
class Reading:
    """The light of an indicator on a day and the period it was read from (None when there is none)."""

    light: Light
    period: dt.date | None = None
    value: Decimal | None = None
    path: Decimal | None = None


def target_path(facts: IndicatorFacts, on: dt.date) -> Decimal | None:
    """Where the indicator should be on a day, in its unit; None without a target.

    A running total should be at the elapsed share of the year; 'at least' and 'at most' are flat; all else is a
    straight line from baseline to target, clamped outside its dates.
    """
    if facts.target is None:
        return None
    if facts.kind == "running_total":
        days, year = share_of_year(on)
        return facts.target * days / year
    baseline, start, end = facts.baseline, facts.baseline_on, facts.target_on
    if facts.direction in FLAT or baseline is None or start is None or end is None:
        return facts.target
    if on >= end:
        return facts.target
    if on <= start:
        return baseline
    return baseline + (facts.target - baseline) * (on - start).days / (end - start).days


def limits(facts: IndicatorFacts) -> tuple[Decimal, Decimal]:
    """(green up to, amber up to): shortfalls in the unit; amber is never below green."""
    green = facts.green_limit if facts.green_limit is not None else Decimal(0)
    if facts.amber_limit is not None:
        return green, max(green, facts.amber_limit)
    target = facts.target or Decimal(0)
    distance = abs(target - facts.baseline) if facts.baseline is not None else Decimal(0)
    return green, max(green, (distance or abs(target)) / 10)


def judge(facts: IndicatorFacts, value: Decimal, on: dt.date) -> Light:
    """The light of one value against the path on a day."""
    path = target_path(facts, on)
    if path is None:
        return Light.WAITING
    shortfall = value - path if facts.direction in LOWER_IS_BETTER else path - value
    green, amber = limits(facts)
    if shortfall <= green:
        return Light.GREEN
    return Light.AMBER if shortfall <= amber else Light.RED


def due_period(facts: IndicatorFacts, on: dt.date) -> dt.date | None:
    """First day of the latest period that ended before `on` and after the baseline; None when there is none yet."""
    first = latest_finished_period(on, facts.frequency)
    if facts.baseline_on and period_end(first, facts.frequency) <= facts.baseline_on:
        return None
    return first


def owed_period(facts: IndicatorFacts, values: Collection[dt.date], on: dt.date) -> dt.date | None:
    """The latest finished period as long as it has no value; None when nothing is due. `values` has the periods that
    do have one."""
    period = due_period(facts, on)
    return None if period in values else period


def is_unmeasured(end: dt.date, on: dt.date) -> bool:
    """Whether the value of a period that ended on `end`, and has none, has been missing for too long."""
    return (on - end).days >= UNMEASURED_AFTER_DAYS


def read_light(facts: IndicatorFacts, values: Mapping[dt.date, Decimal], on: dt.date) -> Reading:
    """The indicator's light on a day, from the latest finished period.

    `values` maps the first day of a period to its value. A period without a value is given ten days, in which the
    period before it still counts; after that the indicator is unmeasured. Missing is never zero.
    """
    period = due_period(facts, on)
    if period is None:
        return Reading(Light.WAITING)
    if period not in values:
        if is_unmeasured(period_end(period, facts.frequency), on):
            return Reading(Light.UNMEASURED)
        before = previous_period(period, facts.frequency)
        if facts.baseline_on and period_end(before, facts.frequency) <= facts.baseline_on:
            return Reading(Light.WAITING)
        if before not in values:
            return Reading(Light.UNMEASURED)
        period = before
    end = period_end(period, facts.frequency)
    value = values[period]
    return Reading(judge(facts, value, end), period, value, target_path(facts, end))
