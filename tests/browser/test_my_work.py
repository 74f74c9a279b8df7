"""My work in the hand: answering without leaving the page, and nothing typed is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Choice
from tests import factories
from updates.models import Update

SignIn = Callable[[Page, User], Page]


@pytest.fixture
def late(choice: Choice, responsible: User, on: dt.date) -> Action:
    return factories.ActionFactory(
        choice=choice,
        responsible=responsible,
        status="doing",
        deadline=on - dt.timedelta(days=6),
        result="De app meldt",
    )


@pytest.fixture
def quiet(choice: Choice, responsible: User, at: dt.datetime) -> Action:
    """On plan, updated long ago."""
    action = factories.ActionFactory(choice=choice, responsible=responsible, status="doing", result="Klantbeeld in CRM")
    Update.give(action, by=responsible, at=at - dt.timedelta(days=40), status="doing", light="green", next="Overzetten")
    return action


@pytest.fixture
def phone(page: Page, signed_in: SignIn, late: Action, quiet: Action, responsible: User) -> Page:
    page.set_viewport_size({"width": 390, "height": 844})
    signed_in(page, responsible).goto("/")
    return page


def test_all_updates_are_given_without_leaving_the_page(phone: Page, late: Action, quiet: Action) -> None:
    phone.evaluate("window.stillHere = true")
    expect(phone.locator("#my-updates .count").first).to_have_text("0 of 2")
    phone.get_by_label("What did you do?").fill("Proef gedraaid")
    phone.get_by_text("It is done").click()
    expect(phone.get_by_text("Where is it?")).to_be_hidden()
    phone.get_by_role("button", name="Give update").click()
    expect(phone.locator("#my-updates .count").first).to_have_text("1 of 2")
    expect(phone.locator("#toasts")).to_contain_text("Update given.")
    expect(phone.get_by_role("heading", name=quiet.result).first).to_be_focused()
    phone.get_by_role("button", name="Unchanged").click()
    expect(phone.get_by_role("heading", name="You are up to date")).to_be_visible()
    assert phone.evaluate("window.stillHere")
    late.refresh_from_db()
    assert late.status == "done"
    assert quiet.updates.count() == 2


def test_the_new_date_asks_why_and_keeps_what_was_typed(
    phone: Page, late: Action, on: dt.date, problems: list[str]
) -> None:
    phone.get_by_label("What did you do?").fill("Proef gedraaid")
    expect(phone.get_by_label("New deadline")).to_be_hidden()
    phone.get_by_text("New date, and why").click()
    phone.get_by_label("New deadline").fill((on + dt.timedelta(days=20)).isoformat())
    phone.get_by_role("button", name="Give update").click()
    expect(phone.get_by_label("Why?")).to_be_focused()
    expect(phone.get_by_label("Why?")).to_have_accessible_description("Say why the deadline moves.")
    expect(phone.get_by_label("What did you do?")).to_have_value("Proef gedraaid")
    assert [said for said in problems if "422" not in said] == []
    problems.clear()
    phone.get_by_label("Why?").fill("Leverancier schoof op")
    phone.get_by_role("button", name="Give update").click()
    expect(phone.locator("#my-soon")).to_contain_text("in 3 weeks")
    assert late.shifts.get().reason == "Leverancier schoof op"


def test_what_is_typed_survives_a_reload(phone: Page, late: Action) -> None:
    phone.get_by_label("What did you do?").press_sequentially("Halverwege een zi")
    expect(phone.locator("[data-draft-status]")).to_contain_text("Draft saved at")
    phone.reload()
    expect(phone.get_by_label("What did you do?")).to_have_value("Halverwege een zi")
    assert not late.updates.exists()


def test_help_is_answered_in_place_and_becomes_an_agreement(
    page: Page, signed_in: SignIn, late: Action, member: User, responsible: User, at: dt.datetime, on: dt.date
) -> None:
    Update.give(late, by=responsible, at=at, status="doing", need="Wie kijkt het na?", need_of=member)
    signed_in(page, member).goto("/")
    page.get_by_role("link", name="Yes, by date…").click()
    expect(page.get_by_label("By when?")).to_be_focused()
    page.get_by_text("No", exact=True).click()
    expect(page.get_by_label("By when?")).to_be_hidden()
    page.get_by_text("Yes", exact=True).click()
    page.get_by_label("By when?").fill((on + dt.timedelta(days=3)).isoformat())
    page.get_by_label("In words").fill("Ik kijk het na")
    page.get_by_role("button", name="Answer").click()
    expect(page.locator("#my-agreements")).to_contain_text("Ik kijk het na")
    page.get_by_role("button", name="Done").click()
    expect(page.locator("#my-agreements-title .count")).to_have_text("0")
    page.get_by_role("button", name="Not done after all").click()
    expect(page.locator("#my-agreements-title .count")).to_have_text("1")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_bars_nobody_and_fits_a_narrow_phone(
    phone: Page, responsible: User, find_barriers: Callable[[Page], list[str]], theme: str
) -> None:
    phone.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    phone.set_viewport_size({"width": 320, "height": 640})
    phone.get_by_text("New date, and why").click()
    phone.get_by_role("link", name="Update: ").click()
    expect(phone.get_by_label("What did you do?")).to_have_count(2)
    assert find_barriers(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
