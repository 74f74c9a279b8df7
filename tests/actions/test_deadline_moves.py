"""How often a deadline moved later: moves of one day count as one, undone ones not."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from actions.rules import Move, count_moves_later
from tests.factories import AT, ON

DAY = dt.timedelta(days=1)


def moves(*steps: tuple[int, int, int]) -> list[Move]:
    """(day of the move, from, to), in the order they were made; days count from today."""
    return [
        Move(
            on=ON + day * DAY,
            at=AT + day * DAY + place * dt.timedelta(minutes=1),
            from_date=ON + a * DAY,
            to_date=ON + b * DAY,
        )
        for place, (day, a, b) in enumerate(steps)
    ]


def test_each_day_on_which_it_ended_up_later_counts_once():
    assert count_moves_later(moves((0, 0, 5), (1, 5, 9)))[0] == 2
    assert count_moves_later(moves((0, 0, 5), (0, 5, 9), (0, 9, 12)))[0] == 1


def test_later_and_back_on_one_day_is_no_move():
    assert count_moves_later(moves((0, 0, 5), (0, 5, 0))) == (0, None)


def test_coming_forward_does_not_count_nor_take_away():
    count, last = count_moves_later(moves((0, 0, 5), (1, 5, 2), (2, 2, 3)))
    assert count == 2
    assert last == AT + 2 * DAY + dt.timedelta(minutes=2)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 30)), max_size=20))
def test_the_count_never_exceeds_the_days_and_needs_no_order(steps):
    place, made = 0, []
    for day, to in sorted(steps, key=lambda step: step[0]):
        if to != place:
            made.append((day, place, to))
        place = to
    counted = count_moves_later(moves(*made))
    assert 0 <= counted[0] <= len({day for day, _, _ in made})
    assert count_moves_later(reversed(moves(*made))) == counted
    assert (counted[1] is None) == (counted[0] == 0)


def test_a_shift_in_an_active_plan_needs_a_reason_and_is_kept(action, responsible, at, on):
    with pytest.raises(ValidationError):
        action.shift_deadline(on + 60 * DAY, reason="  ", by=responsible, at=at)
    assert not action.shifts.exists()
    before = action.deadline
    shift = action.shift_deadline(on + 60 * DAY, reason="Leverancier later", by=responsible, at=at)
    action.refresh_from_db()
    assert (shift.from_date, shift.to_date, shift.by) == (before, on + 60 * DAY, responsible)
    assert (action.deadline, action.deadline_moves, action.original_deadline) == (on + 60 * DAY, 1, before)


def test_an_undone_shift_no_longer_counts(action, responsible, at, on):
    before = action.deadline
    shift = action.shift_deadline(on + 60 * DAY, reason="Leverancier later", by=responsible, at=at)
    action.undo_shift(shift, by=responsible, at=at)
    action.undo_shift(shift, by=responsible, at=at)
    action.refresh_from_db()
    assert (action.deadline, action.deadline_moves, action.last_moved_at) == (before, 0, None)


def test_a_shift_cannot_be_undone_after_the_next_one(action, responsible, at, on):
    shift = action.shift_deadline(on + 60 * DAY, reason="Leverancier later", by=responsible, at=at)
    action.shift_deadline(on + 90 * DAY, reason="Nog later", by=responsible, at=at)
    with pytest.raises(ValidationError):
        action.undo_shift(shift, by=responsible, at=at)
