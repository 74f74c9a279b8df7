"""Cards of the board selected with mouse and keyboard, moved together, and put back with one undo."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from actions.models import Action
from ogsm.accounts.models import User
from tests import factories

SignedIn = Callable[[Page, User], Page]


@pytest.fixture
def cards(transactional_db: None, choice: Any, responsible: User) -> list[Action]:
    names = ("First", "Second", "Third", "Fourth")
    return [factories.ActionFactory(choice=choice, responsible=responsible, result=f"{name} card") for name in names]


@pytest.fixture
def board(cards: list[Action], page: Page, signed_in: SignedIn, plan_owner: User) -> Page:
    signed_in(page, plan_owner).goto(f"/plans/{cards[0].plan_id}/board/", wait_until="networkidle")
    return page


@pytest.fixture
def selecting(board: Page) -> Page:
    """The board while selecting."""
    board.get_by_role("button", name="Select", exact=True).click()
    expect(bar(board)).to_be_visible()
    return board


def bar(page: Page) -> Locator:
    return page.get_by_role("form", name="Selected cards")


def box(page: Page, name: str) -> Locator:
    return page.get_by_role("checkbox", name=f"Select: {name} card")


def card(page: Page, action: Action) -> Locator:
    return page.locator(f"#action-{action.pk}")


def results(page: Page, status: str) -> list[str]:
    return page.locator(f"[data-status={status}] .card h3").all_inner_texts()


def toast(page: Page) -> Locator:
    return page.locator("#toasts .toast")


def test_a_click_selects_shift_takes_all_between_and_one_undo_takes_all_back(
    selecting: Page, cards: list[Action]
) -> None:
    page = selecting
    card(page, cards[0]).locator("h3 a").click()  # anywhere, the link too
    card(page, cards[2]).click(modifiers=["Shift"], position={"x": 200, "y": 20})
    expect(bar(page).get_by_role("status")).to_have_text("3 selected")
    box(page, "Second").click()
    expect(bar(page).get_by_role("status")).to_have_text("2 selected")
    assert page.url.endswith("/board/")

    bar(page).get_by_role("button", name="In progress").click()
    expect(toast(page)).to_contain_text("2 cards are now in In progress.")
    assert results(page, "doing") == ["First card", "Third card"]
    assert results(page, "todo") == ["Second card", "Fourth card"]
    expect(page.locator("[data-count-for=doing]")).to_have_text("2")
    expect(bar(page)).to_be_hidden()
    expect(page.get_by_role("checkbox")).to_have_count(0)
    expect(card(page, cards[0]).locator("h3 a")).to_be_focused()

    page.keyboard.press("z")
    expect(toast(page)).to_contain_text("2 cards are back where they were.")
    assert results(page, "todo") == [f"{name} card" for name in ("First", "Second", "Third", "Fourth")]
    assert {action.status for action in Action.objects.all()} == {"todo"}


def test_what_somebody_moved_meanwhile_is_named_and_stays_selected_at_its_true_place(
    selecting: Page, cards: list[Action], process_owner: User, problems: list[str]
) -> None:
    page = selecting
    for action in cards[:2]:
        card(page, action).click(position={"x": 200, "y": 20})
    Action.objects.get(pk=cards[0].pk).move_to("done", by=process_owner, at=factories.AT)
    bar(page).get_by_role("button", name="In progress").click()
    expect(toast(page)).to_contain_text("Peter Smit has moved “First card” meanwhile: it is in Done.")
    assert (results(page, "doing"), results(page, "done")) == (["Second card"], ["First card"])
    expect(bar(page).get_by_role("status")).to_have_text("1 selected")
    expect(box(page, "First")).to_be_checked()
    bar(page).get_by_role("button", name="In progress").click()  # now that it was seen there
    expect(toast(page)).to_contain_text("“First card” is now in In progress.")
    assert results(page, "doing") == ["First card", "Second card"]


def test_all_of_it_by_keyboard(board: Page, cards: list[Action]) -> None:
    page = board
    card(page, cards[0]).locator("h3 a").focus()
    page.keyboard.press("x")
    expect(box(page, "First")).to_be_checked()
    expect(box(page, "First")).to_be_focused()
    page.keyboard.press("Shift+ArrowDown")
    expect(box(page, "Second")).to_be_checked()
    page.keyboard.press("ArrowDown")
    expect(box(page, "Third")).to_be_focused()
    expect(box(page, "Third")).not_to_be_checked()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(bar(page).get_by_role("status")).to_have_text("3 selected")
    bar(page).get_by_role("button", name="Done").focus()
    page.keyboard.press("Enter")
    expect(toast(page)).to_contain_text("3 cards are now in Done.")
    assert results(page, "todo") == ["Third card"]


def test_escape_or_undo_selection_leaves_everything_as_it_was(selecting: Page, cards: list[Action]) -> None:
    page = selecting
    expect(bar(page).get_by_role("button", name="Done")).to_be_disabled()
    card(page, cards[1]).click(position={"x": 200, "y": 20})
    bar(page).get_by_role("button", name="Clear selection").click()
    expect(bar(page).get_by_role("status")).to_have_text("0 selected")
    expect(box(page, "Second")).not_to_be_checked()
    box(page, "Second").focus()
    page.keyboard.press("Escape")
    expect(bar(page)).to_be_hidden()
    expect(card(page, cards[1]).locator("h3 a")).to_be_focused()
    card(page, cards[1]).locator("h3 a").click()  # opens it again
    expect(page).to_have_url(re.compile(f"/actions/{cards[1].pk}/|[?&]action={cards[1].pk}$"))


def test_who_switched_single_keys_off_selects_with_the_button_alone(
    board: Page, cards: list[Action], plan_owner: User
) -> None:
    plan_owner.shortcuts = False
    plan_owner.save()
    board.reload(wait_until="networkidle")
    card(board, cards[0]).locator("h3 a").focus()
    board.keyboard.press("x")
    expect(bar(board)).to_be_hidden()
    expect(board.get_by_role("button", name="Select", exact=True)).not_to_have_attribute("aria-keyshortcuts", "x")
    board.get_by_role("button", name="Select", exact=True).press("Enter")
    expect(box(board, "First")).to_be_visible()


def test_others_changes_come_in_and_the_selection_stays(
    selecting: Page, cards: list[Action], process_owner: User, at: dt.datetime
) -> None:
    page = selecting
    card(page, cards[0]).click(position={"x": 200, "y": 20})
    box(page, "First").focus()
    Action.objects.get(pk=cards[0].pk).edit(by=process_owner, at=at, result="Reworded card")
    page.clock.run_for(5000)
    expect(card(page, cards[0]).locator("h3")).to_have_text("Reworded card")
    expect(box(page, "Reworded")).to_be_checked()
    expect(box(page, "Reworded")).to_be_focused()
    expect(bar(page).get_by_role("status")).to_have_text("1 selected")


def test_another_filter_keeps_who_is_still_shown_selected(selecting: Page, cards: list[Action]) -> None:
    page = selecting
    for action in cards[:2]:
        card(page, action).click(position={"x": 200, "y": 20})
    page.get_by_role("searchbox").fill("First")
    expect(page.locator(".card")).to_have_count(1)
    expect(box(page, "First")).to_be_checked()
    expect(bar(page).get_by_role("status")).to_have_text("1 selected")


def test_what_one_may_not_move_cannot_be_selected(
    board: Page, cards: list[Action], choice: Any, member: User, signed_in: SignedIn
) -> None:
    factories.ActionFactory(choice=choice, responsible=member, result="My card")
    signed_in(board, member).reload(wait_until="networkidle")
    board.get_by_role("button", name="Select", exact=True).click()
    expect(board.get_by_role("checkbox")).to_have_count(1)
    expect(box(board, "My")).to_be_visible()
    board.get_by_role("link", name="First card").click()
    expect(board.get_by_role("complementary", name="First card")).to_have_count(0)
    assert "action=" not in board.url


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_selecting_has_no_barrier(
    selecting: Page, cards: list[Action], theme: Any, find_barriers: Callable[..., list[str]]
) -> None:
    selecting.emulate_media(color_scheme=theme)
    card(selecting, cards[0]).click(position={"x": 200, "y": 20})
    assert find_barriers(selecting) == []
