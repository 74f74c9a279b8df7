"""An indicator's path and light, in the ordinary and the awkward cases."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogsm import dates
from plans.rules import IndicatorFacts, Light, current_since, judge, limits, read_light, target_path

D = Decimal
JAN, DEC = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
amounts = st.decimals(min_value=-1_000_000, max_value=1_000_000, places=2, allow_nan=False)
days = st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31))


def facts(**changes):
    values = {
        "direction": "higher",
        "kind": "level",
        "frequency": "month",
        "baseline": D(10),
        "baseline_on": JAN,
        "target": D(20),
        "target_on": DEC,
    }
    return IndicatorFacts(**{**values, **changes})


def test_the_path_runs_straight_from_baseline_to_target_and_is_clamped_outside():
    assert target_path(facts(), dt.date(2025, 6, 1)) == 10
    assert target_path(facts(), DEC) == 20
    assert target_path(facts(), dt.date(2030, 1, 1)) == 20
    assert target_path(facts(), dt.date(2026, 7, 2)) == 10 + D(10) * 182 / 364


def test_at_least_and_at_most_are_flat():
    for direction in ("at_least", "at_most"):
        assert target_path(facts(direction=direction), dt.date(2026, 2, 1)) == 20


def test_a_running_total_should_be_at_the_elapsed_share_of_the_year():
    contacts = facts(kind="running_total", baseline=None, baseline_on=None, target=D(24))
    assert target_path(contacts, dt.date(2026, 12, 31)) == 24
    assert target_path(contacts, dt.date(2026, 6, 30)) == D(24) * 181 / 365
    assert target_path(contacts, dt.date(2028, 2, 29)) == D(24) * 60 / 366


def test_amber_reaches_a_tenth_of_the_distance_or_of_the_target_when_there_is_no_distance():
    assert limits(facts()) == (0, 1)
    assert limits(facts(baseline=D(20))) == (0, 2)
    assert limits(facts(baseline=None, target=D(-50))) == (0, 5)
    assert limits(facts(green_limit=D(3), amber_limit=None)) == (3, 3)


@pytest.mark.parametrize(
    ("direction", "value", "light"),
    [
        ("at_least", "20", Light.GREEN),
        ("at_least", "19", Light.AMBER),
        ("at_least", "18.9", Light.RED),
        ("at_most", "20", Light.GREEN),
        ("at_most", "21", Light.AMBER),
        ("at_most", "21.1", Light.RED),
    ],
)
def test_the_light_follows_the_shortfall(direction, value, light):
    assert judge(facts(direction=direction), D(value), DEC) == light


@given(value=amounts, baseline=amounts, target=amounts, on=days)
def test_lower_is_better_mirrors_higher_is_better(value, baseline, target, on):
    higher = facts(baseline=baseline, target=target)
    lower = facts(direction="lower", baseline=-baseline, target=-target)
    assert judge(higher, value, on) == judge(lower, -value, on)


@given(baseline=amounts, target=amounts, on=days)
def test_the_path_stays_between_baseline_and_target_and_meeting_it_is_green(baseline, target, on):
    indicator = facts(baseline=baseline, target=target)
    path = target_path(indicator, on)
    assert min(baseline, target) <= path <= max(baseline, target)
    assert judge(indicator, path, on) == Light.GREEN


@given(baseline=amounts, on=days)
def test_a_baseline_equal_to_the_target_is_an_ordinary_case(baseline, on):
    indicator = facts(baseline=baseline, target=baseline)
    assert target_path(indicator, on) == baseline
    assert judge(indicator, baseline, on) == Light.GREEN


@given(better=amounts, worse=amounts, on=days)
def test_a_better_value_never_has_a_worse_light(better, worse, on):
    order = [Light.GREEN, Light.AMBER, Light.RED]
    better, worse = max(better, worse), min(better, worse)
    assert order.index(judge(facts(), better, on)) <= order.index(judge(facts(), worse, on))


def test_the_light_is_read_from_the_latest_finished_period():
    values = {dt.date(2026, 4, 1): D(10), dt.date(2026, 5, 1): D(16), dt.date(2026, 6, 1): D(99)}
    reading = read_light(facts(), values, dt.date(2026, 6, 5))
    assert (reading.period, reading.value, reading.light) == (dt.date(2026, 5, 1), 16, Light.GREEN)


def test_a_missing_value_has_ten_days_and_is_then_unmeasured_never_zero():
    values = {dt.date(2026, 4, 1): D(16)}
    assert read_light(facts(), values, dt.date(2026, 6, 9)).value == 16
    assert read_light(facts(), values, dt.date(2026, 6, 10)).light == Light.UNMEASURED
    assert read_light(facts(), {}, dt.date(2026, 6, 1)).light == Light.UNMEASURED


def test_zero_is_a_value():
    assert read_light(facts(), {dt.date(2026, 5, 1): D(0)}, dt.date(2026, 6, 20)).light == Light.RED


def test_nothing_is_asked_before_the_first_period_after_the_baseline_has_ended():
    assert read_light(facts(baseline_on=dt.date(2026, 5, 31)), {}, dt.date(2026, 6, 20)).light == Light.WAITING
    assert read_light(facts(baseline_on=dt.date(2026, 5, 31)), {}, dt.date(2026, 7, 3)).light == Light.WAITING
    assert read_light(facts(baseline_on=dt.date(2026, 5, 31)), {}, dt.date(2026, 7, 10)).light == Light.UNMEASURED


def test_a_target_in_the_past_still_judges():
    done = facts(target_on=dt.date(2026, 2, 1))
    assert read_light(done, {dt.date(2026, 5, 1): D(19)}, dt.date(2026, 6, 20)).light == Light.AMBER


@given(on=days, frequency=st.sampled_from([dates.MONTH, dates.QUARTER, dates.YEAR]))
def test_periods_join_without_gap_or_overlap(on, frequency):
    first = dates.period_start(on, frequency)
    assert first <= on <= dates.period_end(first, frequency)
    assert dates.previous_period(dates.next_period(first, frequency), frequency) == first
    assert dates.period_end(dates.latest_finished_period(on, frequency), frequency) < on


def test_updates_are_current_since_the_stored_moment_but_never_longer_than_45_days():
    midnight = dt.datetime(2026, 6, 30, tzinfo=dt.UTC)
    recent = midnight - dt.timedelta(days=20)
    assert current_since(recent, midnight) == recent
    assert current_since(midnight - dt.timedelta(days=60), midnight) == midnight - dt.timedelta(days=45)
    assert current_since(None, midnight) == midnight - dt.timedelta(days=30)
