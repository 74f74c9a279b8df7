"""The pure calendar."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogsm import dates


def test_31_january_plus_a_month_is_the_end_of_february():
    assert dates.add_months(dt.date(2026, 1, 31), 1) == dt.date(2026, 2, 28)
    assert dates.add_months(dt.date(2028, 1, 31), 1) == dt.date(2028, 2, 29)
    assert dates.add_months(dt.date(2026, 3, 31), -1) == dt.date(2026, 2, 28)
    assert dates.add_months(dt.date(2026, 12, 15), 1) == dt.date(2027, 1, 15)


@pytest.mark.parametrize(
    ("nth", "expected"), [(1, dt.date(2026, 6, 2)), (2, dt.date(2026, 6, 9)), (5, dt.date(2026, 6, 30))]
)
def test_the_nth_tuesday_of_june_2026(nth, expected):
    assert dates.nth_weekday(2026, 6, 1, nth) == expected


@given(
    year=st.integers(2000, 2100),
    month=st.integers(1, 12),
    weekday=st.integers(0, 6),
    nth=st.integers(1, 5),
)
def test_an_nth_weekday_is_that_weekday_in_that_month(year, month, weekday, nth):
    day = dates.nth_weekday(year, month, weekday, nth)
    assert (day.year, day.month, day.weekday()) == (year, month, weekday)


def test_a_day_starts_at_midnight_in_the_organisations_zone():
    summer = dates.start_of_day(dt.date(2026, 6, 11), "Europe/Amsterdam")
    winter = dates.start_of_day(dt.date(2026, 1, 11), "Europe/Amsterdam")
    assert summer.astimezone(dt.UTC).hour == 22
    assert winter.astimezone(dt.UTC).hour == 23
