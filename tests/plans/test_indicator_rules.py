"""An indicator's path and light, in the ordinary and the awkward cases."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogsm import dates
from plans.rules import IndicatorFacts, Light, current_since, judge, limits, owed_period, read_light, target_path

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


# ---- what holds for every indicator, however odd its figures ----

figures = st.decimals(min_value=-(10**11) + 1, max_value=10**11 - 1, places=4)  # what the database can hold
shortfalls = st.decimals(min_value=0, max_value=10**6, places=4)
lives = st.tuples(days, st.integers(0, 5000)).map(lambda life: (life[0], life[0] + dt.timedelta(days=life[1])))
DIRECTIONS, LOWER = ["higher", "lower", "at_least", "at_most"], ("lower", "at_most")
EVERY = [dates.MONTH, dates.QUARTER, dates.YEAR]


@given(baseline=figures, target=figures, life=lives, on=days)
def test_outside_its_dates_the_path_is_clamped_also_when_both_are_one_day(baseline, target, life, on):
    start, end = life
    indicator = facts(baseline=baseline, target=target, baseline_on=start, target_on=end)
    path = target_path(indicator, on)
    if on >= end:
        assert path == target
    elif on <= start:
        assert path == baseline
    else:
        assert min(baseline, target) <= path <= max(baseline, target)


@given(baseline=figures, target=figures, life=lives, first=days, second=days)
def test_the_path_never_turns_back(baseline, target, life, first, second):
    indicator = facts(baseline=baseline, target=target, baseline_on=life[0], target_on=life[1])
    earlier, later = (target_path(indicator, on) for on in sorted([first, second]))
    assert (later - earlier) * (target - baseline) >= 0


@given(baseline=st.none() | figures, target=figures, on=days, direction=st.sampled_from(["at_least", "at_most"]))
def test_a_flat_path_is_the_target_whatever_the_baseline(baseline, target, on, direction):
    assert target_path(facts(direction=direction, baseline=baseline, target=target), on) == target


@given(target=figures, first=days, second=days)
def test_a_running_total_grows_to_its_target_and_begins_again_each_year(target, first, second):
    total = facts(kind="running_total", baseline=None, baseline_on=None, target=target)
    year_end = dt.date(first.year, 12, 31)
    assert target_path(total, year_end) == target
    assert abs(target_path(total, dt.date(first.year, 1, 1))) <= abs(target) / 365
    if first.year == second.year:
        earlier, later = (abs(target_path(total, on)) for on in sorted([first, second]))
        assert earlier <= later <= abs(target)


@given(
    direction=st.sampled_from(DIRECTIONS),
    baseline=st.none() | figures,
    target=figures,
    one=figures,
    other=figures,
    green=st.none() | shortfalls,
    more=st.none() | shortfalls,
    on=days,
)
def test_a_better_value_is_never_judged_worse_in_any_direction(
    direction, baseline, target, one, other, green, more, on
):
    amber = more if more is None else (green or 0) + more
    indicator = facts(direction=direction, baseline=baseline, target=target, green_limit=green, amber_limit=amber)
    better, worse = sorted([one, other], reverse=direction not in LOWER)
    order = [Light.GREEN, Light.AMBER, Light.RED]
    assert order.index(judge(indicator, better, on)) <= order.index(judge(indicator, worse, on))


@given(direction=st.sampled_from(DIRECTIONS), target=amounts, green=shortfalls, more=shortfalls)
def test_a_value_at_a_limit_still_has_its_light_and_the_smallest_step_further_has_not(direction, target, green, more):
    indicator = facts(direction=direction, target=target, green_limit=green, amber_limit=green + more)
    sign, step = (1 if direction in LOWER else -1), D("0.0001")
    assert judge(indicator, target + sign * green, DEC) == Light.GREEN
    assert judge(indicator, target + sign * (green + step), DEC) == (Light.AMBER if more else Light.RED)
    assert judge(indicator, target + sign * (green + more + step), DEC) == Light.RED


@given(direction=st.sampled_from(DIRECTIONS), baseline=amounts, target=amounts, value=amounts, by=amounts, on=days)
def test_only_the_distance_counts_not_the_sign_of_the_figures(direction, baseline, target, value, by, on):
    """With limits of its own; the default ones depend on the target where baseline and target are equal."""
    limits_of = {"direction": direction, "green_limit": D(1), "amber_limit": D(5)}
    here = facts(baseline=baseline, target=target, **limits_of)
    there = facts(baseline=baseline + by, target=target + by, **limits_of)
    assert judge(here, value, on) == judge(there, value + by, on)


@given(baseline=st.none() | figures, target=figures, green=st.none() | shortfalls, amber=st.none() | shortfalls)
def test_amber_never_ends_before_green(baseline, target, green, amber):
    upto_green, upto_amber = limits(facts(baseline=baseline, target=target, green_limit=green, amber_limit=amber))
    assert 0 <= upto_green <= upto_amber


periods_back = st.sets(st.integers(0, 14))


@given(frequency=st.sampled_from(EVERY), back=periods_back, on=days, value=st.sampled_from([D(0), D(-3), D("0.0001")]))
def test_a_light_is_read_from_a_value_that_is_there_and_never_from_an_older_one(frequency, back, on, value):
    due = dates.latest_finished_period(on, frequency)
    before = dates.previous_period(due, frequency)
    values = {dates.later_period(due, -steps, frequency): value for steps in back}
    reading = read_light(facts(frequency=frequency, baseline_on=None), values, on)
    missing_for = (on - dates.period_end(due, frequency)).days
    if due in values:
        assert (reading.period, reading.value) == (due, value)
    elif before in values and missing_for < 10:
        assert (reading.period, reading.value) == (before, value)
    else:
        assert (reading.light, reading.period, reading.value) == (Light.UNMEASURED, None, None)


@given(frequency=st.sampled_from(EVERY), back=periods_back, on=days)
def test_a_value_is_owed_as_long_as_the_latest_finished_period_has_none(frequency, back, on):
    due = dates.latest_finished_period(on, frequency)
    values = {dates.later_period(due, -steps, frequency) for steps in back}
    assert owed_period(facts(frequency=frequency, baseline_on=None), values, on) == (None if 0 in back else due)


def test_nothing_is_owed_before_the_first_period_after_the_baseline_has_ended():
    assert owed_period(facts(baseline_on=dt.date(2026, 5, 31)), set(), dt.date(2026, 6, 30)) is None
    assert owed_period(facts(baseline_on=dt.date(2026, 5, 31)), set(), dt.date(2026, 7, 1)) == dt.date(2026, 6, 1)


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
