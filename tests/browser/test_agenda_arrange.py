"""The facilitator arranges the agenda: by dragging, by keys, by the menu of a line; the total stays in sight."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from actions.models import Action
from ogsm.accounts.models import User
from tests import factories
from updates.models import Session

SignIn = Callable[[Page, User], Page]


@pytest.fixture
def actions(transactional_db: None, choice: Any, responsible: User, on: dt.date) -> list[Action]:
    return [
        factories.ActionFactory(
            choice=choice, responsible=responsible, deadline=on - dt.timedelta(days=9 - place), result=name
        )
        for place, name in enumerate(["Eerste", "Tweede", "Derde"])
    ]


@pytest.fixture
def session(actions: list[Action], at: dt.datetime) -> Session:
    return factories.SessionFactory(plan=actions[0].plan, starts_at=at + dt.timedelta(days=3))


@pytest.fixture
def agenda(page: Page, signed_in: SignIn, session: Session, process_owner: User) -> Page:
    signed_in(page, process_owner).goto(session.get_absolute_url(), wait_until="networkidle")
    return page


def order(page: Page) -> Locator:
    return page.locator("[data-section=off-plan] [data-agenda-line] h3")


def line(page: Page, action: Action) -> Locator:
    return page.locator(f"#line-action_{action.pk}")


def test_a_line_is_dragged_above_another_and_the_undo_puts_it_back(agenda: Page, actions: list[Action]) -> None:
    first, last = line(agenda, actions[0]), line(agenda, actions[2])
    last.hover()
    expect(agenda.locator("[data-drags] > .line").first).to_be_visible()
    last.locator("[data-grip]").hover()
    agenda.mouse.down()
    box = first.bounding_box()
    assert box
    for part in (0.5, 0.2):
        agenda.mouse.move(box["x"] + 30, box["y"] + box["height"] * part, steps=8)
    agenda.mouse.up()
    expect(agenda.locator("#toasts")).to_contain_text("“Derde” is now number 1 of 3 in Off plan.")
    expect(order(agenda)).to_have_text(["Derde", "Eerste", "Tweede"])
    expect(last.locator("[data-grip]")).to_be_focused()
    agenda.keyboard.press("z")
    expect(order(agenda)).to_have_text(["Eerste", "Tweede", "Derde"])


def test_a_line_moves_by_the_arrow_keys(agenda: Page, actions: list[Action]) -> None:
    line(agenda, actions[0]).locator("[data-grip]").focus()
    expect(agenda.locator("[data-drags] > .line").first).to_be_visible()
    agenda.keyboard.press("ArrowDown")
    expect(order(agenda)).to_have_text(["Tweede", "Eerste", "Derde"])
    expect(line(agenda, actions[0]).locator("[data-grip]")).to_be_focused()
    expect(line(agenda, actions[0]).locator(".no")).to_have_text("2")


def test_on_a_phone_the_menu_moves_a_line_and_sets_its_minutes(agenda: Page, actions: list[Action]) -> None:
    agenda.set_viewport_size({"width": 360, "height": 740})
    second = line(agenda, actions[1])
    second.locator("summary").click()
    second.get_by_role("button", name="Move up").click()
    expect(order(agenda)).to_have_text(["Tweede", "Eerste", "Derde"])
    second.locator("summary").click()
    second.get_by_role("button", name="15", exact=True).click()
    expect(second).to_have_attribute("data-minutes", "15")
    expect(agenda.locator("[data-agenda-total]")).to_contain_text("31 of 45 minutes divided, 14 minutes to spare")
    second.locator("summary").click()
    second.get_by_role("button", name="Outside the session").click()
    expect(agenda.locator("[data-section=outside]")).to_contain_text("Tweede")
    agenda.get_by_role("button", name="Put on the agenda Tweede").click()
    expect(order(agenda)).to_have_text(["Tweede", "Eerste", "Derde"])
    agenda.get_by_role("button", name="Back to the order and minutes of the rules").click()
    expect(order(agenda)).to_have_text(["Eerste", "Tweede", "Derde"])
    assert agenda.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_tools_are_no_barrier(agenda: Page, find_barriers: Callable[..., list[str]]) -> None:
    agenda.locator(".line summary").first.click()
    expect(agenda.get_by_role("button", name="Move down").first).to_be_visible()
    assert find_barriers(agenda) == []
