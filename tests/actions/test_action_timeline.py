"""The timeline as a page: which actions, in what groups and words, and the way to other days."""

from __future__ import annotations

import datetime as dt
import re
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from actions.timeline import Days, Window, bar
from actions.timeline_svg import axis_svg, row_svg
from tests import factories
from tests.factories import AT

from .conftest import HX

ON = dt.date(2026, 6, 11)


@pytest.fixture
def page_of(client_of, viewer, plan):
    """The page as a viewer reads it: its words and links, white space as one space."""
    client = client_of(viewer)

    def read(query: str = "", **more) -> str:
        response = client.get(reverse("actions:action_timeline", args=[plan.pk]) + query, **more)
        assert response.status_code == 200
        return re.sub(r"\s+", " ", response.content.decode())

    return read


def words_of(html: str) -> str:
    """Without markup and drawings."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", " ", html)))


def results(html: str) -> list[str]:
    return re.findall(r'<th scope="row"[^>]*><a[^>]*>([^<]*)</a>', html)


def groups(html: str) -> list[str]:
    return [words_of(head).strip() for head in re.findall(r'<th scope="rowgroup"[^>]*>(.*?)</th>', html)]


# ---- which actions, in what order ----


def test_actions_stand_under_their_choice_open_ones_by_deadline_then_what_is_done(page_of, plan, choice, responsible):
    other = factories.ChoiceFactory(plan=plan, short_name="Service", goal="We answer within a day")
    for name, of, deadline, status in [
        ("Second", choice, 9, "todo"),
        ("Finished", choice, 7, "done"),
        ("First", choice, 8, "doing"),
        ("Elsewhere", other, 7, "todo"),
    ]:
        deadline = dt.date(2026, deadline, 1)
        factories.ActionFactory(choice=of, responsible=responsible, result=name, deadline=deadline, status=status)
    page = page_of()
    assert results(page) == ["First", "Second", "Finished", "Elsewhere"]
    assert groups(page) == ["1 Webshop Meer installateurs bestellen online", "2 Service We answer within a day"]


def test_they_stand_under_their_person_when_the_address_says_so(page_of, choice, responsible, member):
    factories.ActionFactory(choice=choice, responsible=member, result="Of the member")
    factories.ActionFactory(choice=choice, responsible=responsible, result="Of the responsible")
    page = page_of("?lanes=person")
    assert sorted(results(page)) == ["Of the member", "Of the responsible"]
    assert len(groups(page)) == 2
    assert any(member.name in group for group in groups(page))


def test_only_what_is_in_sight_is_listed_and_archived_actions_never(page_of, choice, responsible, at):
    for name, deadline in [("June", 6), ("August", 8)]:
        factories.ActionFactory(
            choice=choice, responsible=responsible, result=name, deadline=dt.date(2026, deadline, 20)
        )
    gone = factories.ActionFactory(choice=choice, responsible=responsible, result="Gone", deadline=dt.date(2026, 6, 20))
    gone.archive(by=None, at=at)
    assert results(page_of("?zoom=month")) == ["June"]
    assert results(page_of("?zoom=month&start=2026-08-01")) == ["August"]


def test_a_filter_narrows_it_as_it_does_the_action_plan(page_of, choice, responsible, member):
    factories.ActionFactory(choice=choice, responsible=member, result="Of the member")
    factories.ActionFactory(choice=choice, responsible=responsible, result="Of the responsible")
    assert results(page_of(f"?person={member.pk}")) == ["Of the member"]


def test_more_than_a_hundred_actions_are_paged(page_of, choice, responsible):
    for number in range(101):
        factories.ActionFactory(choice=choice, responsible=responsible, result=f"Result {number}")
    assert len(results(page_of())) == 100
    assert results(page_of("?page=2")) == ["Result 100"]


# ---- in words ----


def test_each_action_says_in_words_what_its_bar_shows(page_of, choice, responsible):
    action = factories.ActionFactory(
        choice=choice,
        responsible=responsible,
        status="doing",
        starts_on=dt.date(2026, 5, 4),
        deadline=dt.date(2026, 7, 1),
        light="amber",
    )
    action.change(by=None, at=AT, expected_end=dt.date(2026, 8, 3))
    said = words_of(page_of())
    assert "Starts 4 May 2026 (wk 19). Expected 3 Aug 2026 (wk 32)." in said
    assert "Amber" in said
    assert "1 Jul wk 27" in said


def test_a_late_action_says_so_beside_its_deadline(page_of, choice, responsible):
    factories.ActionFactory(choice=choice, responsible=responsible, status="doing", deadline=dt.date(2026, 6, 1))
    said = words_of(page_of())
    assert "1 Jun wk 23 10 days late" in said
    assert "No start date." in said


def test_a_moved_deadline_tells_where_it_was_and_the_reason_of_each_move(page_of, action, responsible, at):
    original = action.deadline
    action.shift_deadline(original + dt.timedelta(days=7), reason="The supplier is late", by=responsible, at=at)
    action.shift_deadline(original + dt.timedelta(days=21), reason="Holidays came between", by=responsible, at=at)
    said = words_of(page_of())
    assert "The deadline was 11 Jul 2026 (wk 28) at first." in said
    assert "moved 2×" in said
    assert "11 Jul 2026 → 18 Jul 2026 The supplier is late" in said
    assert f"18 Jul 2026 → 1 Aug 2026 Holidays came between {responsible.name}, 11 Jun 2026" in said


def test_a_done_action_says_when_it_was_done_and_is_not_late(page_of, choice, responsible):
    day = dt.date(2026, 6, 5)
    factories.ActionFactory(
        choice=choice, responsible=responsible, status="done", deadline=dt.date(2026, 6, 1), completed_on=day
    )
    said = words_of(page_of())
    assert "Done 5 Jun 2026 (wk 23)." in said
    assert "days late" not in said


def test_sessions_in_sight_are_listed_with_their_week_by_the_day_of_the_organisation(page_of, plan, action):
    june = factories.SessionFactory(plan=plan, starts_at=dt.datetime(2026, 6, 30, 21, 30, tzinfo=dt.UTC))
    july = factories.SessionFactory(plan=plan, starts_at=dt.datetime(2026, 6, 30, 22, 30, tzinfo=dt.UTC))
    cancelled = factories.SessionFactory(plan=plan, starts_at=AT, state="cancelled")
    in_june, in_july = page_of("?zoom=month"), page_of("?zoom=month&start=2026-07-01")
    assert june.get_absolute_url() in in_june
    assert "30 Jun wk 27" in words_of(in_june)
    assert july.get_absolute_url() not in in_june
    assert july.get_absolute_url() in in_july
    assert cancelled.get_absolute_url() not in in_june


# ---- other days ----


@pytest.mark.parametrize(
    "query", ["?zoom=week&start=soon", "?start=2026-13-01", "?page=x&zoom=", "?start=%00", "?lanes=9"]
)
def test_an_address_that_makes_no_sense_shows_the_year_around_today(query, page_of, action):
    assert re.search(r"<h2[^>]*><span[^>]*>Timeline: </span>2026</h2>", page_of(query))


@pytest.mark.parametrize("start", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("zoom", ["month", "quarter", "year"])
def test_the_ends_of_the_calendar_can_be_looked_at(zoom, start, page_of, choice, responsible):
    factories.ActionFactory(choice=choice, responsible=responsible, deadline=start)
    assert len(results(page_of(f"?zoom={zoom}&start={start}"))) == 1


def test_the_ways_to_other_days_keep_what_was_picked(page_of, choice, responsible):
    factories.ActionFactory(choice=choice, responsible=responsible)
    page = page_of("?q=levert&lanes=person&zoom=quarter")
    for id_, query in [
        ("timeline-earlier", "?q=levert&amp;lanes=person&amp;zoom=quarter&amp;start=2026-01-01"),
        ("timeline-later", "?q=levert&amp;lanes=person&amp;zoom=quarter&amp;start=2026-07-01"),
        ("timeline-zoom-1", "?q=levert&amp;lanes=person&amp;zoom=month"),
        ("timeline-group-1", "?q=levert&amp;lanes=choice&amp;zoom=quarter"),
    ]:
        assert f'id="{id_}" href="{query}"' in page
    assert "timeline-today" not in page
    assert 'id="timeline-today" href="?zoom=quarter"' in page_of("?zoom=quarter&start=2025-01-01")


def test_filters_keep_the_days_that_are_shown(page_of, action):
    page = page_of("?zoom=month&start=2026-07-01&mine=1")
    assert 'href="?off_plan=1' not in page
    assert 'href="?mine=1&amp;off_plan=1&amp;zoom=month&amp;start=2026-07-01"' in page
    assert 'href="?zoom=month&amp;start=2026-07-01"' in page


def test_for_htmx_the_answer_is_the_part_below_the_header(page_of, action):
    part = page_of(headers=HX)
    assert part.strip().startswith('<div id="timeline"')
    assert "<html" not in part


# ---- nothing to show ----


def test_days_without_actions_say_where_the_nearest_ones_are(page_of, choice, responsible):
    for day in [dt.date(2026, 3, 9), dt.date(2027, 3, 9)]:
        factories.ActionFactory(choice=choice, responsible=responsible, status="done", deadline=day, completed_on=day)
    page = page_of("?zoom=quarter&start=2026-10-01")
    said = words_of(page)
    assert "No action in quarter 4 of 2026" in said
    assert "The next one is in March 2027." in said
    assert "The one before is in March 2026." in said
    assert 'href="?zoom=quarter&amp;start=2027-01-01"' in page


def test_a_plan_without_actions_invites_who_may_add_one(client_of, choice, choice_owner, page_of):
    assert "No actions yet" in page_of()
    assert "Add the first action" not in page_of()
    address = reverse("actions:action_timeline", args=[choice.plan_id])
    assert "Add the first action" in client_of(choice_owner).get(address).content.decode()


def test_a_filter_that_nothing_fits_can_be_left(page_of, action):
    page = page_of("?q=nowhere&zoom=month")
    assert "No action fits this" in page
    assert 'href="?zoom=month"' in page


# ---- the drawing ----


def drawn(markup: str) -> ElementTree.Element:
    """The markup as a tree: also proof that it is well-formed."""
    return ElementTree.fromstring(markup)  # noqa: S314 - our own markup


def classes(tree: ElementTree.Element) -> set[str]:
    return {name for one in tree.iter() for name in one.get("class", "").split()}


def row(known: Days, window: Window, light: str = "") -> ElementTree.Element:
    return drawn(row_svg(bar(known, window, ON), known, window, light=light, href="/a/?b&c", said="Said <b>"))


def test_a_late_action_has_a_shape_and_a_word_of_its_own():
    window = Window.around(ON, "quarter")
    tree = row(Days("doing", dt.date(2026, 5, 20), dt.date(2026, 5, 1)), window, light="red")
    assert {"late", "bar", "doing", "r"} <= classes(tree)
    assert "late" in [text.text for text in tree.iter("text")]


def test_a_bar_that_goes_on_outside_the_window_has_an_arrow_on_either_side():
    tree = row(Days("doing", dt.date(2027, 1, 1), dt.date(2025, 1, 1)), Window.around(ON, "month"))
    assert len([one for one in tree.iter() if one.get("class") == "more"]) == 2
    assert "pt" not in classes(tree)


def test_a_done_action_is_quiet_and_shows_no_ghost():
    known = Days("done", dt.date(2026, 6, 1), dt.date(2026, 5, 1), dt.date(2026, 5, 9), None, dt.date(2026, 6, 3))
    assert classes(row(known, Window.around(ON, "year"))) & {"was", "slip", "late"} == set()


@pytest.mark.parametrize("zoom", ["month", "quarter", "year"])
def test_today_is_marked_only_while_it_is_in_sight(zoom):
    window = Window.around(ON, zoom)
    here, gone = (drawn(axis_svg(shown, ON, [ON])) for shown in (window, window.later))
    assert {"today", "now", "session", "held"} <= classes(here)
    assert classes(gone) & {"today", "now", "session", "held"} == set()


@pytest.mark.parametrize(("zoom", "label"), [("month", "wk 24"), ("quarter", "wk 24"), ("year", "wk 23")])
def test_weeks_stand_along_the_top(zoom, label):
    tree = drawn(axis_svg(Window.around(ON, zoom), ON, []))
    assert label in [text.text for text in tree.iter("text")]
