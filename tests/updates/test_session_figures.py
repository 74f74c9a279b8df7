"""'Are we getting better?': what each update session was like, drawn over time."""

import datetime as dt
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.updates.meeting import closed, planned
from updates.session_figures import Held, Promise, charts_of, figures_of, kept_by

DAY = dt.timedelta(days=1)
FIRST = dt.date(2026, 1, 13)


def held(*figures):
    """One session a month with (percent current, off plan, minutes used, due, kept)."""
    return [
        Held(SimpleNamespace(pk=place), FIRST + 30 * place * DAY, current, off_plan, used, 45, due, kept)
        for place, (current, off_plan, used, due, kept) in enumerate(figures)
    ]


def list_page(client, plan):
    return client.get(reverse("updates:session_list", args=[plan.pk])).content.decode()


# ---- agreements kept ----


def test_an_agreement_counts_for_the_session_by_which_it_was_due():
    promises = [Promise(FIRST + 3 * DAY, FIRST + 2 * DAY), Promise(FIRST + 10 * DAY, None), Promise(FIRST, FIRST)]
    assert kept_by(promises, FIRST, FIRST + 7 * DAY) == (1, 1)
    assert kept_by(promises, FIRST + 7 * DAY, FIRST + 30 * DAY) == (1, 0)
    assert kept_by(promises, None, FIRST) == (1, 1)


def test_what_is_done_after_the_session_was_not_kept_by_then():
    assert kept_by([Promise(FIRST, FIRST + DAY)], None, FIRST) == (1, 0)


@given(
    st.lists(st.tuples(st.integers(0, 100), st.none() | st.integers(0, 120))),
    st.lists(st.integers(0, 100), unique=True).map(sorted),
)
def test_every_agreement_counts_at_most_once(promises, days):
    known = [Promise(FIRST + due * DAY, None if done is None else FIRST + done * DAY) for due, done in promises]
    total, after = 0, None
    for day in days:
        due, kept = kept_by(known, after, FIRST + day * DAY)
        assert 0 <= kept <= due
        total, after = total + due, FIRST + day * DAY
    assert total == sum(due <= max(days, default=-1) for due, _done in promises)


def test_only_closed_update_sessions_of_the_plan_are_counted(plan, process_owner, member, on):
    first, second = closed(plan, process_owner, -60), closed(plan, process_owner, -30)
    steering = closed(plan, process_owner, -20, kind="steering", minutes=90)
    factories.DecisionFactory(plan=plan, who=member, due_on=on - 40 * DAY, done_at=factories.AT - 35 * DAY)
    found = figures_of(plan, [steering, second, first])
    assert [each.session.pk for each in found] == [first.pk, second.pk]
    assert [(each.due, each.kept) for each in found] == [(0, 0), (1, 1)]


# ---- charts ----


def test_there_is_nothing_to_compare_before_two_sessions():
    assert charts_of([]) == []
    assert charts_of(held((80, 3, 40, 2, 1))) == []


def test_the_newest_is_compared_with_the_one_before():
    charts = {chart.key: chart for chart in charts_of(held((70, 9, 50, 2, 1), (76, 9, 43, 4, 3)))}
    assert (charts["current"].newest, charts["current"].compared) == ("76%", "6 points more than last time")
    assert (charts["off-plan"].newest, charts["off-plan"].compared) == ("9", "as last time")
    assert (charts["minutes"].newest, charts["minutes"].compared) == ("43 min of 45", "7 less than last time")
    assert (charts["kept"].newest, charts["kept"].compared) == ("75%", "25 points more than last time")


def test_a_figure_that_is_known_less_than_twice_has_no_chart():
    assert [chart.key for chart in charts_of(held((None, 9, 50, 0, 0), (76, 9, 43, 4, 3)))] == ["off-plan", "minutes"]


amounts = st.tuples(
    st.none() | st.integers(0, 100), st.integers(0, 300), st.integers(1, 400), st.integers(0, 9), st.just(0)
)


@given(st.lists(amounts, min_size=2, max_size=20))
def test_every_drawing_is_well_formed_and_stays_inside(figures):
    for chart in charts_of(held(*figures)):
        root = ElementTree.fromstring(str(chart.svg))  # noqa: S314 (our own)
        points = root.findall("circle")
        assert 2 <= len(points) <= 12
        for point in points:
            assert 0 <= float(point.get("cx").rstrip("%")) <= 100
            assert 0 <= float(point.get("cy").rstrip("%")) <= 100


def test_the_drawing_says_the_same_in_words():
    chart = charts_of(held((70, 9, 50, 2, 1), (76, 9, 43, 4, 3)))[0]
    assert "13 Jan 2026: 70%; 12 Feb 2026: 76%" in str(chart.svg)
    assert 'role="img"' in str(chart.svg)


# ---- the page ----


def test_the_page_shows_the_charts_and_the_same_in_a_table(client_of, viewer, plan, process_owner, member, action, on):
    closed(plan, process_owner, -60)
    factories.DecisionFactory(plan=plan, who=member, due_on=on - 40 * DAY)
    closed(plan, process_owner, -30)
    page = list_page(client_of(viewer), plan)
    for words in ("Are we getting better?", 'data-figure="off-plan"', 'data-figure="minutes"', "0 of 1"):
        assert words in page, words


def test_one_session_says_what_will_be_here(client_of, viewer, plan, process_owner):
    closed(plan, process_owner, -30)
    page = list_page(client_of(viewer), plan)
    assert "After two closed update sessions" in page
    assert '<svg class="fig-chart"' not in page


def test_without_sessions_nothing_is_said_of_it(client_of, viewer, plan):
    planned(plan, 3)
    assert "Are we getting better?" not in list_page(client_of(viewer), plan)


@pytest.mark.parametrize("count", [2, 8])
def test_queries_do_not_grow_with_sessions(
    client_of, viewer, plan, process_owner, count, django_assert_max_num_queries
):
    for place in range(count):
        closed(plan, process_owner, -10 * (place + 1))
    client = client_of(viewer)
    with django_assert_max_num_queries(18):
        list_page(client, plan)
