"""The points of a sparkline: values and target path, period by period."""

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ogsm import dates
from plans.course import AT_MOST, course, missing_periods
from plans.rules import IndicatorFacts, target_path

ON = dt.date(2026, 6, 11)


def facts(**changed):
    given_facts = {
        "direction": "higher",
        "kind": "level",
        "frequency": "month",
        "baseline": Decimal(100),
        "baseline_on": dt.date(2025, 12, 31),
        "target": Decimal(200),
        "target_on": dt.date(2026, 12, 31),
    }
    return IndicatorFacts(**{**given_facts, **changed})


def months(*values):
    return {dt.date(2026, month, 1): Decimal(value) for month, value in enumerate(values, start=1)}


def test_it_starts_at_the_baseline_and_the_path_ends_at_the_target():
    line = course(facts(), months(110, 120), ON)
    assert line.values == [100, 110, 120]
    assert len(line.path) == 13
    assert (line.path[0], line.path[-1]) == (100, 200)


def test_a_period_without_a_value_leaves_a_gap():
    values = months(110, 120, 130)
    del values[dt.date(2026, 2, 1)]
    assert course(facts(), values, ON).values == [100, 110, None, 130]


def test_a_running_total_shows_its_year_alone():
    values = {dt.date(2025, 12, 1): Decimal(190), dt.date(2026, 1, 1): Decimal(15), dt.date(2026, 2, 1): Decimal(31)}
    line = course(facts(kind="running_total"), values, ON)
    assert line.values == [15, 31]
    assert len(line.path) == 12
    assert line.path[-1] == 200


def test_the_path_bends_where_the_target_is_reached():
    line = course(facts(target_on=dt.date(2026, 3, 31)), months(110, 120, 130, 140, 150), ON)
    assert line.path == [100, line.path[1], None, 200, None, 200]


def test_a_flat_path_is_level():
    line = course(facts(direction="at_most", target=Decimal(5)), months(7), ON)
    assert {point for point in line.path if point is not None} == {5}


def test_nothing_known_is_nothing_drawn():
    line = course(facts(baseline=None, target=None), {}, ON)
    assert line.values == []
    assert not any(line.path)


def test_a_far_target_does_not_make_an_endless_line():
    assert len(course(facts(target_on=dt.date(2099, 12, 31)), {}, ON).path) == AT_MOST + 1


@given(
    frequency=st.sampled_from(["month", "quarter", "year"]),
    kind=st.sampled_from(["level", "running_total"]),
    baseline_on=st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2026, 12, 31)),
    length=st.none() | st.integers(0, 2000),
    periods=st.dictionaries(st.dates(dt.date(2020, 1, 1), dt.date(2026, 6, 30)), st.integers(-9, 9), max_size=8),
)
def test_every_point_stands_at_its_own_period(frequency, kind, baseline_on, length, periods):
    target_on = (baseline_on or ON) + dt.timedelta(days=length) if length is not None else None
    known = facts(frequency=frequency, kind=kind, baseline_on=baseline_on, target_on=target_on)
    values = {dates.period_start(day, frequency): Decimal(value) for day, value in periods.items()}
    line = course(known, values, ON)
    has_baseline = kind == "level" and baseline_on is not None
    drawn = [point for point in line.values[int(has_baseline) :] if point is not None]
    assert len(drawn) <= len(values)
    assert len(line.values) <= len(line.path)
    if line.path and target_on is None and kind == "level" and baseline_on is None:
        assert line.path[-1] == target_path(known, ON)


@given(
    st.dates(dt.date(2000, 1, 1), dt.date(2099, 1, 1)),
    st.integers(-40, 40),
    st.sampled_from(["month", "quarter", "year"]),
)
def test_periods_are_counted_as_they_are_stepped(day, steps, frequency):
    first = dates.period_start(day, frequency)
    other = dates.later_period(first, steps, frequency)
    assert dates.periods_between(first, other, frequency) == steps
    assert dates.periods_between(first, dates.period_end(other, frequency), frequency) == steps


@given(
    frequency=st.sampled_from(["month", "quarter", "year"]),
    kind=st.sampled_from(["level", "running_total"]),
    baseline_on=st.none() | st.dates(dt.date(2018, 1, 1), dt.date(2026, 12, 31)),
    periods=st.sets(st.dates(dt.date(2018, 1, 1), dt.date(2026, 5, 31)), max_size=12),
)
def test_a_finished_period_has_a_value_or_is_missing_never_both(frequency, kind, baseline_on, periods):
    known = facts(frequency=frequency, kind=kind, baseline_on=baseline_on)
    values = {dates.period_start(day, frequency): Decimal(0) for day in periods}
    missing = missing_periods(known, values, ON)
    assert missing == sorted(set(missing) - values.keys())
    for period in missing:
        assert dates.period_end(period, frequency) < ON
        assert baseline_on is None or dates.period_end(period, frequency) > baseline_on
    begun = [*missing, *(period for period in values if baseline_on is None or period > baseline_on)]
    if begun:
        first = min(begun)
        count = dates.periods_between(first, dates.latest_finished_period(ON, frequency), frequency) + 1
        known_since = [period for period in values if first <= period <= dates.latest_finished_period(ON, frequency)]
        assert len(missing) + len(known_since) == count


def test_a_running_total_misses_nothing_from_before_it_began():
    assert missing_periods(facts(kind="running_total"), {}, dt.date(2026, 2, 20)) == [dt.date(2026, 1, 1)]
    later = facts(kind="running_total", baseline_on=dt.date(2026, 3, 31))
    assert missing_periods(later, {}, ON) == [dt.date(2026, 4, 1), dt.date(2026, 5, 1)]
