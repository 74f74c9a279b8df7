"""Columns and lanes of the board folded away and remembered, and the view somebody has it open with."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Plan
from tests import factories

from .test_main_job import drag

SignedIn = Callable[[Page, User], Page]


@pytest.fixture
def cards(transactional_db: None, choice: Any, responsible: User) -> list[Action]:
    names = ("First", "Second", "Third")
    return [factories.ActionFactory(choice=choice, responsible=responsible, result=f"{name} card") for name in names]


@pytest.fixture
def board(cards: list[Action], page: Page, signed_in: SignedIn, plan_owner: User) -> Page:
    signed_in(page, plan_owner).goto(f"/plans/{cards[0].plan_id}/board/", wait_until="networkidle")
    return page


def column(page: Page, status: str):
    return page.locator(f"[data-status={status}]")


def fold(page: Page, name: str):
    return page.get_by_role("button", name=f"Column {name}")


def is_strip(page: Page, status: str) -> bool:
    return column(page, status).bounding_box()["width"] < 60


def test_a_column_is_folded_by_keyboard_and_is_so_when_one_comes_back(board: Page) -> None:
    button = fold(board, "Done")
    button.focus()
    with board.expect_response("**/board/fold/") as answer:
        board.keyboard.press("Enter")
    assert answer.value.status == 204
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(button).to_be_focused()
    assert is_strip(board, "done")
    assert column(board, "todo").bounding_box()["width"] > 450
    board.reload(wait_until="commit")
    assert 'data-folded="done"' in board.content()  # as the server sent it
    expect(fold(board, "Done")).to_have_attribute("aria-expanded", "false")
    assert is_strip(board, "done")
    with board.expect_response("**/board/fold/"):
        column(board, "done").click(position={"x": 20, "y": 100})  # anywhere on the strip
    expect(fold(board, "Done")).to_have_attribute("aria-expanded", "true")
    assert not is_strip(board, "done")


def test_the_count_of_a_folded_column_stays_true_and_a_card_can_be_dropped_on_it(
    board: Page, cards: list[Action]
) -> None:
    fold(board, "In progress").click()
    expect(column(board, "doing").get_by_role("heading")).to_be_visible()
    drag(board, board.locator(f"#action-{cards[1].pk}"), column(board, "doing"))
    expect(board.locator("#toasts .toast")).to_contain_text("is now in In progress")
    expect(column(board, "doing").locator(".count")).to_have_text("1")
    expect(board.locator(f"#action-{cards[1].pk}")).to_be_hidden()
    assert Action.objects.get(pk=cards[1].pk).status == "doing"
    board.keyboard.press("z")
    expect(column(board, "doing").locator(".count")).to_have_text("0")
    expect(board.locator(f"#action-{cards[1].pk}")).to_be_visible()


def test_the_focus_goes_on_when_a_card_leaves_for_a_folded_column(board: Page, cards: list[Action]) -> None:
    fold(board, "In progress").click()
    card = board.locator(f"#action-{cards[0].pk}")
    card.locator("summary").click()
    card.get_by_role("button", name="In progress").click()
    expect(board.locator(f"#action-{cards[1].pk} summary")).to_be_focused()


def test_a_folded_lane_says_what_is_in_it_and_stays_folded(board: Page, cards: list[Action], plan: Plan) -> None:
    other = factories.ActionFactory(choice=factories.ChoiceFactory(plan=plan, short_name="Levering"), result="Fourth")
    board.get_by_role("link", name="Choice", exact=True).first.click()
    lane = board.locator(f"#lane-choice-{other.choice_id}")
    with board.expect_response("**/board/fold/"):
        lane.locator("summary").first.click()
    expect(lane.locator("summary").get_by_text("To do 1")).to_be_visible()
    expect(board.locator(f"#action-{other.pk}")).to_be_hidden()
    with board.expect_response("**/board/fold/"):
        fold(board, "Done").first.click()
    board.reload(wait_until="networkidle")
    expect(lane).not_to_have_attribute("open", re.compile(""))
    expect(board.locator(f"#lane-choice-{cards[0].choice_id}")).to_have_attribute("open", "")
    expect(board.locator("[data-status=done].is-folded")).to_have_count(2)
    other.move_to("doing", by=None, at=factories.AT)
    board.clock.run_for(5000)
    expect(lane.locator("summary").get_by_text("In progress 1")).to_be_visible()


def test_a_failed_fold_puts_the_column_back_and_says_so(board: Page, problems: list[str]) -> None:
    board.route("**/board/fold/", lambda route: route.abort())
    fold(board, "Done").click()
    expect(board.locator("#toasts .toast")).to_contain_text("No connection")
    expect(fold(board, "Done")).to_have_attribute("aria-expanded", "true")
    assert not is_strip(board, "done")
    problems.clear()


def test_the_board_opens_with_the_view_one_has_kept_until_it_is_forgotten(board: Page, plan: Plan) -> None:
    board.get_by_role("link", name="Mine", exact=True).click()
    expect(board).to_have_url(re.compile("mine=1"))
    menu = board.locator("#board-view")
    menu.locator("summary").click()
    menu.get_by_role("button", name="Open the board like this from now on").click()
    expect(board.locator("#toasts .toast")).to_contain_text("The board opens like this from now on.")
    expect(menu.locator("summary")).to_be_focused()

    board.goto(f"/plans/{plan.pk}/")
    board.get_by_role("navigation", name="Plan").get_by_role("link", name="Board").click()
    expect(board).to_have_url(re.compile(r"/board/\?mine=1$"))
    expect(board.get_by_role("link", name="Mine", exact=True)).to_have_attribute("aria-current", "true")
    board.get_by_role("link", name="Show all").first.click()
    expect(board).to_have_url(re.compile(r"/board/\?all=1$"))
    board.reload()
    expect(board).to_have_url(re.compile(r"/board/\?all=1$"))
    expect(board.locator(".card")).to_have_count(3)
    menu.locator("summary").click()
    menu.get_by_role("link", name="To my default view").click()
    expect(board).to_have_url(re.compile(r"/board/\?mine=1$"))
    menu.locator("summary").click()
    menu.get_by_role("button", name="Forget my default view").click()
    expect(board.locator("#toasts .toast")).to_contain_text("opens with everything again")
    board.goto(f"/plans/{plan.pk}/board/")
    expect(board).to_have_url(re.compile("/board/$"))
    expect(board.locator(".card")).to_have_count(3)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_folded_board_and_its_menu_have_no_barrier(
    board: Page, theme: Any, find_barriers: Callable[..., list[str]]
) -> None:
    board.emulate_media(color_scheme=theme)
    fold(board, "Done").click()
    board.locator("#board-view summary").click()
    assert find_barriers(board) == []
