"""On which days the sessions of a year fall, and what stands in their way. Source: product page, 'The session'."""

from __future__ import annotations

import calendar
import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ogsm import dates
from updates.rhythm import BY_DAY, LAST, Rule, Slot, months_without, preview

AMSTERDAM = "Europe/Amsterdam"
ALL_YEAR = range(1, 13)
day_in_reach = st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31))
some_months = st.sets(st.integers(1, 12))
rules = st.builds(Rule, st.integers(0, LAST), st.integers(0, 6), st.integers(1, 31))


def slot(day: dt.date, kind: str = "update", hour: int = 9, minutes: int = 45) -> Slot:
    return Slot(kind, kind, dates.local_moment(day, dt.time(hour), AMSTERDAM), minutes, day)


def test_the_second_tuesday_of_a_year_without_the_summer():
    days = Rule(2, weekday=1).days(dt.date(2026, 1, 1), dt.date(2026, 12, 31), set(ALL_YEAR) - {7, 8})
    assert [f"{day:%d-%m}" for day in days] == [
        "13-01", "10-02", "10-03", "14-04", "12-05", "09-06", "08-09", "13-10", "10-11", "08-12",
    ]  # fmt: skip


def test_the_31st_is_the_last_day_of_a_shorter_month():
    days = Rule(BY_DAY, day=31).days(dt.date(2027, 1, 31), dt.date(2027, 6, 30), ALL_YEAR)
    assert [f"{day:%d-%m}" for day in days] == ["31-01", "28-02", "31-03", "30-04", "31-05", "30-06"]
    assert Rule(BY_DAY, day=31).in_month(2028, 2) == dt.date(2028, 2, 29)


def test_a_first_month_whose_day_has_passed_is_left_out():
    assert Rule(BY_DAY, day=10).days(dt.date(2026, 6, 11), dt.date(2026, 7, 31), ALL_YEAR) == [dt.date(2026, 7, 10)]


@given(rules, day_in_reach, st.integers(0, 900), some_months)
def test_every_wanted_month_has_exactly_one_day_and_no_other_month_any(rule, first, length, months):
    until = first + dt.timedelta(days=length)
    days = rule.days(first, until, months)
    assert days == sorted(set(days))
    assert all(first <= day <= until and day.month in months for day in days)
    assert len({(day.year, day.month) for day in days}) == len(days)
    for month in months_without(first, until, days):
        whole = first <= month and month.replace(day=calendar.monthrange(month.year, month.month)[1]) <= until
        assert month.month not in months or not whole


@given(rules, st.integers(2020, 2035), st.integers(1, 12))
def test_a_day_is_what_its_rule_says(rule, year, month):
    day, last = rule.in_month(year, month), calendar.monthrange(year, month)[1]
    if rule.nth == BY_DAY:
        assert day.day == min(rule.day, last)
    else:
        assert day.weekday() == rule.weekday
        assert (day.day - 1) // 7 + 1 == rule.nth or (rule.nth == LAST and day.day > last - 7)


@given(day_in_reach, st.integers(4, 23))
def test_nine_o_clock_stays_nine_o_clock_on_both_sides_of_summer_time(day, hour):
    moment = dates.local_moment(day, dt.time(hour), AMSTERDAM).astimezone(dt.UTC).astimezone(ZoneInfo(AMSTERDAM))
    assert (moment.date(), moment.time()) == (day, dt.time(hour))


def test_a_day_that_has_a_session_of_this_kind_keeps_it():
    day = dt.date(2026, 9, 8)
    (row,) = preview([slot(day, hour=14)], [slot(day, hour=9)])
    assert not row.is_new
    assert row.clashes == ()


def test_what_overlaps_another_session_says_so_and_what_only_follows_it_does_not():
    day = dt.date(2026, 9, 8)
    new = slot(day, minutes=60)
    (row,) = preview([new], [slot(day, "steering", hour=9, minutes=90)])
    assert row.is_new
    assert [other.kind for other in row.clashes] == ["steering"]
    (row,) = preview([new], [slot(day, "steering", hour=10)])
    assert row.clashes == ()


def test_two_new_sessions_at_the_same_hour_name_each_other():
    day = dt.date(2026, 9, 8)
    first, second = preview([slot(day, "plan"), slot(day, "update")], [])
    assert [other.kind for other in first.clashes] == ["update"]
    assert [other.kind for other in second.clashes] == ["plan"]


def test_months_without_a_session_are_known_by_their_first_day():
    first, until = dt.date(2026, 6, 11), dt.date(2026, 10, 31)
    days = Rule(2, weekday=1).days(first, until, set(ALL_YEAR) - {7, 8})
    assert months_without(first, until, days) == [dt.date(2026, month, 1) for month in (6, 7, 8)]
