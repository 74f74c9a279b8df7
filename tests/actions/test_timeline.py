"""The arithmetic of the timeline: windows of days, and the days of an action in them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions import timeline
from actions.models import Action
from actions.timeline import BAR, EXPECTED, GHOST, LATE, SLIP, TAIL, Days, Window, bar, extent, read_window, stretches
from ogsm import dates
from tests import factories

ON = dt.date(2026, 6, 11)
ANY_DAY = st.dates()
WINDOWS = st.builds(Window.around, ANY_DAY, st.sampled_from(timeline.ZOOMS))


def day(month: int, number: int, year: int = 2026) -> dt.date:
    return dt.date(year, month, number)


@st.composite
def days_of_an_action(draw: st.DrawFn, some: st.SearchStrategy[dt.date] = ANY_DAY) -> Days:
    """As the database lets them be: no deadline before the start, and a done action has its day."""
    deadline = draw(some)
    start = draw(st.none() | some.map(lambda found: min(found, deadline)))
    status = draw(st.sampled_from(["todo", "doing", "done"]))
    return Days(
        status=status,
        deadline=deadline,
        starts_on=start,
        original_deadline=draw(st.none() | some),
        expected_end=draw(st.none() | some),
        completed_on=draw(some) if status == "done" else None,
    )


def shown(known: Days, on: dt.date = ON) -> list[tuple[str, dt.date, dt.date]]:
    return [(stretch.kind, stretch.first, stretch.last) for stretch in stretches(known, on)]


# ---- windows ----


@pytest.mark.parametrize(
    ("zoom", "start", "first", "last"),
    [
        ("month", "2026-02-11", day(2, 1), day(2, 28)),
        ("quarter", "2026-06-30", day(4, 1), day(6, 30)),
        ("year", "2028-03-01", day(1, 1, 2028), day(12, 31, 2028)),
        ("", "", day(1, 1), day(12, 31)),
        ("month", "", day(6, 1), day(6, 30)),
        ("decade", "yesterday", day(1, 1), day(12, 31)),
        ("month", "2026-02-30", day(6, 1), day(6, 30)),
        ("quarter", "99999-01-01", day(4, 1), day(6, 30)),
        ("quarter", "\0", day(4, 1), day(6, 30)),
    ],
)
def test_a_window_is_a_calendar_period_and_todays_when_the_address_makes_no_sense(zoom, start, first, last):
    window = read_window(zoom, start, ON)
    assert (window.first, window.last) == (first, last)


@given(st.text(max_size=12), st.text(max_size=12), ANY_DAY)
def test_any_address_gives_a_window_that_can_be_measured(zoom, start, on):
    window = read_window(zoom, start, on)
    assert window.zoom in timeline.ZOOMS
    assert window.days == (window.last - window.first).days + 1 >= 28


@given(WINDOWS)
def test_windows_follow_each_other_without_a_gap_to_either_end_of_the_calendar(window):
    if window.later:
        assert window.later.first == window.last + dt.timedelta(days=1)
        assert window.later.earlier == window
    else:
        assert window.last == dt.date.max
    assert window.earlier or window.first == dt.date.min


@given(WINDOWS, ANY_DAY)
def test_zooming_in_keeps_today_in_sight_else_the_first_day(window, on):
    for zoom in timeline.ZOOMS:
        nearer = window.zoomed(zoom, on)
        assert nearer.holds(on if window.holds(on) else window.first)


@given(WINDOWS)
def test_every_day_is_as_wide_as_the_next_also_where_the_clock_changes(window):
    width = 100 / window.days
    for number in range(window.first.toordinal(), window.last.toordinal() + 1):
        one = dt.date.fromordinal(number)
        assert window.after(one) - window.before(one) == pytest.approx(width)


@given(WINDOWS)
def test_months_and_mondays_lie_in_the_window(window):
    assert len(window.months()) == {dates.MONTH: 1, dates.QUARTER: 3, dates.YEAR: 12}[window.zoom]
    assert all(window.holds(one) for one in window.months() + window.mondays())
    assert all(one.weekday() == 0 for one in window.mondays())
    assert len(window.mondays()) in (window.days // 7, window.days // 7 + 1)


# ---- the days of an action ----


def test_a_planned_action_is_a_bar_from_its_start_to_its_deadline():
    assert shown(Days("todo", day(9, 1), day(7, 1))) == [(BAR, day(7, 1), day(9, 1))]


def test_without_a_start_it_is_a_tail_of_two_weeks_before_the_deadline():
    assert shown(Days("todo", day(9, 14))) == [(TAIL, day(9, 1), day(9, 14))]


def test_a_moved_deadline_shows_what_it_slipped_and_where_it_was():
    assert shown(Days("doing", day(9, 1), day(5, 1), day(7, 1))) == [
        (BAR, day(5, 1), day(9, 1)),
        (SLIP, day(7, 2), day(9, 1)),
    ]


def test_a_moved_deadline_without_a_start_has_its_tail_before_the_original_one():
    assert shown(Days("doing", day(9, 1), None, day(7, 14))) == [
        (TAIL, day(7, 1), day(7, 14)),
        (SLIP, day(7, 15), day(9, 1)),
    ]


def test_a_deadline_that_came_forward_leaves_its_ghost_behind_it():
    assert shown(Days("todo", day(9, 1), day(7, 1), day(10, 1)))[1:] == [(GHOST, day(9, 2), day(10, 1))]


def test_a_start_after_the_original_deadline_leaves_the_ghost_before_it():
    assert shown(Days("todo", day(9, 1), day(8, 1), day(7, 1)))[1:] == [
        (GHOST, day(7, 1), day(7, 31)),
        (SLIP, day(8, 1), day(9, 1)),
    ]


def test_an_open_action_past_its_deadline_is_late_up_to_today():
    assert shown(Days("doing", day(6, 1), day(5, 1)))[1:] == [(LATE, day(6, 2), ON)]


def test_on_the_day_of_its_deadline_it_is_not_late():
    assert shown(Days("doing", ON, day(5, 1))) == [(BAR, day(5, 1), ON)]


def test_an_expected_end_shows_only_beyond_the_deadline_and_beyond_the_lateness():
    assert shown(Days("doing", day(7, 1), day(5, 1), expected_end=day(7, 31)))[1:] == [
        (EXPECTED, day(7, 2), day(7, 31))
    ]
    assert shown(Days("doing", day(7, 1), day(5, 1), expected_end=day(6, 20)))[1:] == []
    assert shown(Days("doing", day(6, 1), day(5, 1), expected_end=day(6, 20)))[1:] == [
        (LATE, day(6, 2), ON),
        (EXPECTED, day(6, 12), day(6, 20)),
    ]


def test_what_is_done_is_only_its_bar_up_to_the_day_it_was_done():
    known = Days("done", day(5, 1), day(3, 1), day(4, 1), day(6, 1), day(5, 9))
    assert shown(known) == [(BAR, day(3, 1), day(5, 9))]


# ---- in sight ----


@given(days_of_an_action(), WINDOWS, ANY_DAY)
def test_whatever_is_drawn_stays_in_the_window_and_is_said_to_be_cut_where_it_is(known, window, on):
    drawn = bar(known, window, on)
    first, last = extent(known, on)
    for part in drawn.parts:
        assert -1e-9 <= part.x <= part.x + part.width <= 100 + 1e-9
        assert part.width > 0
    assert bool(drawn.parts) == (first <= window.last and last >= window.first)
    assert drawn.is_cut_left == (first < window.first)
    assert drawn.is_cut_right == (last > window.last)


@given(days_of_an_action(), ANY_DAY)
def test_what_is_drawn_runs_from_its_first_day_to_its_last_and_holds_the_end(known, on):
    first, last = extent(known, on)
    assert first <= timeline.end_of(known) <= last
    assert all(stretch.first <= stretch.last for stretch in stretches(known, on))


NEAR = st.dates(day(5, 1), day(8, 31))


@pytest.mark.django_db
def test_the_database_finds_the_same_actions_in_a_window_as_the_arithmetic(choice, responsible):
    @given(st.lists(days_of_an_action(NEAR), min_size=1, max_size=12), NEAR, st.sampled_from(timeline.ZOOMS[:2]))
    def compare(all_days: list[Days], start: dt.date, zoom: str) -> None:
        Action.objects.all().delete()
        rows = [
            Action(plan=choice.plan, choice=choice, responsible=responsible, result="Result", **vars(known))
            for known in all_days
        ]
        Action.objects.bulk_create(rows)
        window = Window.around(start, zoom)
        found = set(Action.objects.between(window.first, window.last, ON).values_list("pk", flat=True))
        expected = {row.pk for row, known in zip(rows, all_days, strict=True) if bar(known, window, ON).parts}
        assert found == expected

    compare()


@pytest.mark.django_db
def test_the_ends_of_the_calendar_can_be_asked_of_the_database(choice, responsible):
    first = factories.ActionFactory(choice=choice, responsible=responsible, deadline=dt.date.min)
    last = factories.ActionFactory(choice=choice, responsible=responsible, deadline=dt.date.max)
    ends = [Window.around(dt.date.min, "year"), Window.around(dt.date.max, "month")]
    assert [list(Action.objects.between(end.first, end.last, dt.date.min)) for end in ends] == [[first], [last]]
