"""Two people at the same board: each sees what the other did, and nobody is disturbed in the middle of something."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from actions.models import Action
from ogsm.accounts.models import User
from tests import factories

from .test_main_job import drag

SignedIn = Callable[[Page, User], Page]


@pytest.fixture
def cards(transactional_db: None, choice: Any, responsible: User, at: dt.datetime) -> list[Action]:
    names = ("First", "Second", "Third")
    return [factories.ActionFactory(choice=choice, responsible=responsible, result=f"{name} card") for name in names]


@pytest.fixture
def board(cards: list[Action], page: Page, signed_in: SignedIn, plan_owner: User) -> Page:
    """The plan owner's board."""
    signed_in(page, plan_owner).goto(f"/plans/{cards[0].plan_id}/board/", wait_until="networkidle")
    return page


@pytest.fixture
def other(
    cards: list[Action], context: BrowserContext, browser: Browser, browser_context_args: dict[str, Any],
    signed_in: SignedIn, responsible: User, at: dt.datetime,
) -> Any:  # fmt: skip
    """The responsible's board, in a browser of its own."""
    second = browser.new_context(**browser_context_args)
    second.clock.install(time=at)
    page = signed_in(second.new_page(), responsible)
    page.goto(f"/plans/{cards[0].plan_id}/board/", wait_until="networkidle")
    yield page
    second.close()


def lists(page: Page) -> dict[str, list[str]]:
    return {
        status: page.locator(f"[data-status={status}] .card").evaluate_all("cards => cards.map((card) => card.id)")
        for status in ("todo", "doing", "done")
    }


def pass_time(page: Page, seconds: int = 5) -> None:
    """Lets the page live through some seconds, and waits for what it asks meanwhile."""
    page.clock.run_for(seconds * 1000)
    page.wait_for_load_state("networkidle")


def test_one_drags_while_the_other_edits_and_both_end_with_the_same_board(
    board: Page, other: Page, cards: list[Action], responsible: User
) -> None:
    first, second, third = (f"#action-{card.pk}" for card in cards)
    other.locator(f"{second} summary").focus()

    # One drags the first card, the other gives the third another result.
    drag(board, board.locator(first), board.locator("[data-status=doing] [data-list]"))
    expect(board.locator(f"[data-status=doing] {first}")).to_be_visible()
    expect(board.locator("#toasts .toast")).to_be_visible()
    action = Action.objects.get(pk=cards[2].pk)
    action.edit(by=responsible, at=factories.AT, result="Third card, in other words")

    pass_time(other)
    expect(other.locator(f"[data-status=doing] {first}")).to_be_visible()
    expect(other.locator(f"{first} .moved")).to_have_text("Karin moved this just now")
    expect(other.locator("[data-live-said]")).to_have_text("Karin moved “First card” to In progress.")
    expect(other.locator(f"{second} summary")).to_be_focused()
    pass_time(board)
    expect(board.locator(f"{third} h3")).to_have_text("Third card, in other words")
    expect(board.locator("[data-count-for=doing]")).to_have_text("1")
    assert lists(board) == lists(other)
    assert Action.objects.get(pk=cards[0].pk).status == "doing"


def test_an_open_menu_or_half_a_word_waits_and_then_it_all_comes_in(
    board: Page, cards: list[Action], responsible: User
) -> None:
    first, second, _third = (f"#action-{card.pk}" for card in cards)
    board.locator(f"{second} summary").click()
    expect(board.locator(f"{second} .menu-list").get_by_role("button").first).to_be_visible()
    Action.objects.get(pk=cards[0].pk).move_to("doing", by=responsible, at=factories.AT)
    pass_time(board, 9)
    expect(board.locator(f"[data-status=todo] {first}")).to_be_visible()
    board.keyboard.press("Escape")
    expect(board.locator(f"{second} summary")).to_be_focused()
    pass_time(board)
    expect(board.locator(f"[data-status=doing] {first}")).to_be_visible()
    expect(board.locator(f"{second} summary")).to_be_focused()


def test_the_focus_stays_on_a_card_that_somebody_else_moves_or_archives(
    board: Page, cards: list[Action], responsible: User
) -> None:
    link = board.locator(f"#action-{cards[0].pk} h3 a")
    link.focus()
    action = Action.objects.get(pk=cards[0].pk)
    action.move_to("doing", by=responsible, at=factories.AT)
    pass_time(board)
    expect(board.locator(f"[data-status=doing] #action-{action.pk}")).to_be_visible()
    expect(link).to_be_focused()
    action.archive(by=responsible, at=factories.AT)
    pass_time(board)
    expect(link).to_have_count(0)
    expect(board.locator("[data-status=doing] h2")).to_be_focused()


def test_another_colour_of_the_choice_comes_in_without_a_visit(
    board: Page, cards: list[Action], choice: Any, plan_owner: User
) -> None:
    link = board.locator(f"#action-{cards[1].pk} h3 a")
    link.focus()
    choice.change(by=plan_owner, at=factories.AT, colour=7)
    pass_time(board)
    expect(board.locator(f"#action-{cards[1].pk}.c7")).to_be_visible()
    expect(link).to_be_focused()
