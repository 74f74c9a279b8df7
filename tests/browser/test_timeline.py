"""The timeline in a browser: by keyboard, on a phone, on paper."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Choice, Plan
from tests import factories
from tests.documents import document_of, size_of, words_of

A4_ACROSS = (297, 210)


@pytest.fixture
def moved(choice: Choice, responsible: User, at: dt.datetime) -> Action:
    """An action in progress, one day late after its deadline was moved once."""
    action = factories.ActionFactory(
        choice=choice,
        responsible=responsible,
        result="Shop shows delivery times",
        status="doing",
        starts_on=dt.date(2026, 4, 1),
        deadline=dt.date(2026, 5, 20),
    )
    action.shift_deadline(dt.date(2026, 6, 10), reason="The supplier is late", by=responsible, at=at)
    return action


@pytest.fixture
def timeline(page: Page, plan: Plan, viewer: User, moved: Action, signed_in: Callable[[Page, User], Page]) -> Page:
    signed_in(page, viewer).goto(f"/plans/{plan.pk}/timeline/", wait_until="networkidle")
    return page


def test_zooming_and_stepping_by_keyboard_keeps_the_focus_and_the_address(timeline: Page) -> None:
    page = timeline
    expect(page.get_by_role("heading", level=2)).to_have_text("Timeline: 2026")
    month = page.get_by_role("link", name="Month", exact=True)
    month.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2)).to_have_text("Timeline: June 2026")
    expect(page).to_have_url(re.compile(r"\?zoom=month$"))
    expect(month).to_be_focused()
    page.get_by_role("link", name="Later: Jul 2026").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No action in July 2026")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=2)).to_have_text("Timeline: June 2026")


def test_a_reader_hears_a_table_and_the_drawing_in_words(timeline: Page) -> None:
    row = timeline.get_by_role("row", name="Shop shows delivery times")
    expect(row.get_by_role("rowheader").get_by_role("link")).to_have_text("Shop shows delivery times")
    expect(row.get_by_role("cell").last).to_contain_text(
        "Starts 1 Apr 2026 (wk 14). The deadline was 20 May 2026 (wk 21) at first."
    )
    expect(row).to_contain_text("1 day late")


def test_the_reason_of_a_move_opens_by_keyboard_also_on_a_phone(timeline: Page) -> None:
    page = timeline
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    reason = page.get_by_text("The supplier is late")
    expect(reason).to_be_hidden()
    page.locator("summary", has_text="moved 1×").focus()
    page.keyboard.press("Enter")
    expect(reason).to_be_in_viewport()


def test_it_prints_across_the_page_with_the_days_it_shows(timeline: Page) -> None:
    paper = document_of(timeline.pdf(prefer_css_page_size=True, print_background=False))
    assert size_of(paper) == A4_ACROSS
    assert len(paper.pages) == 1
    assert "2026" in words_of(paper)
    assert "Shop shows delivery times" in words_of(paper)
