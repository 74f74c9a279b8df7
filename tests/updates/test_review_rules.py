"""When a review of a choice is current, and what there is to say about a choice."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.rules import Flag
from updates.review_rules import choice_flags, choice_key, reviews_current_since

MIDNIGHT = dt.datetime(2026, 6, 11, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def since(*closed_days_ago: int, in_preparation: bool = False) -> int:
    """How many days ago the moment lies."""
    closings = [MIDNIGHT - days * DAY for days in closed_days_ago]
    return (MIDNIGHT - reviews_current_since(closings, in_preparation=in_preparation, midnight=MIDNIGHT)).days


def test_in_preparation_a_review_is_current_since_the_last_closing():
    assert since(40, 80, in_preparation=True) == 40


def test_between_sessions_since_the_closing_before_that():
    assert since(20, 60) == 60


def test_never_longer_ago_than_ninety_days():
    assert since(95, 190, in_preparation=True) == 90
    assert since(20, 110) == 90


def test_with_too_few_sessions_ninety_days_ago():
    assert since() == 90
    assert since(in_preparation=True) == 90
    assert since(10) == 90


@given(st.lists(st.integers(0, 400), unique=True).map(sorted), st.booleans())
def test_the_moment_lies_between_ninety_days_ago_and_now(days, in_preparation):
    assert 0 <= since(*days, in_preparation=in_preparation) <= 90


@pytest.mark.parametrize(
    ("light", "is_current", "lights", "flags"),
    [
        (None, False, [], Flag.NO_UPDATE),
        ("green", True, [], Flag(0)),
        ("green", True, ["red", "green"], Flag.CONTRADICTION),
        ("green", False, [], Flag.NO_UPDATE),
        ("amber", True, ["red"], Flag.AMBER),
        ("red", True, [], Flag.RED),
        ("red", False, [], Flag.RED | Flag.NO_UPDATE),
    ],
)
def test_what_there_is_to_say_about_a_choice(light, is_current, lights, flags):
    assert choice_flags(light, is_current=is_current, indicator_lights=lights) == flags


def test_the_worst_judgement_comes_first_then_the_order_of_the_page():
    flags = {1: Flag(0), 2: Flag.NO_UPDATE, 3: Flag.AMBER, 4: Flag.RED, 5: Flag.CONTRADICTION, 6: Flag.RED}
    assert sorted(flags, key=lambda number: choice_key(flags[number], number)) == [4, 6, 5, 3, 2, 1]
