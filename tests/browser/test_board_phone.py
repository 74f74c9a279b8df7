"""The board on a phone of 320 px: one column at a time, moves by menu or a long press, nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Plan
from tests import factories

PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True, "device_scale_factor": 1}
pytestmark = pytest.mark.browser_context_args(**PHONE)
SignedIn = Callable[[Page, User], Page]
LONG = "Onderhoudsabonnementenadministratie"  # a word that does not break by itself


@pytest.fixture
def cards(transactional_db: None, choice: Any, responsible: User) -> list[Action]:
    names = ("First", "Second", LONG)
    made = [factories.ActionFactory(choice=choice, responsible=responsible, result=f"{name} card") for name in names]
    return [*made, factories.ActionFactory(choice=choice, responsible=responsible, result="Going on", status="doing")]


@pytest.fixture
def board(cards: list[Action], page: Page, signed_in: SignedIn, plan_owner: User) -> Page:
    signed_in(page, plan_owner).goto(f"/plans/{cards[0].plan_id}/board/", wait_until="networkidle")
    return page


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name="Column").get_by_role("radio", name=name)


def shown(page: Page) -> list[str]:
    """The results of the cards that can be seen."""
    return page.locator("[data-board] .card:visible h3").all_inner_texts()


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def tap(page: Page, name: str) -> None:
    label = page.locator(".column-tabs label", has_text=name)
    label.tap()
    expect(page.locator(f"#{label.get_attribute('for')}")).to_be_checked()


def test_one_column_at_a_time_with_its_count_in_the_tab(board: Page) -> None:
    expect(tab(board, "To do 3")).to_be_checked()
    assert shown(board) == ["First card", "Second card", f"{LONG} card"]
    assert fits(board)
    tap(board, "In progress")
    expect(tab(board, "In progress 1")).to_be_checked()
    assert shown(board) == ["Going on"]
    tap(board, "Done")
    assert shown(board) == []
    assert fits(board)


def test_the_column_is_remembered_while_moving_about(board: Page, cards: list[Action]) -> None:
    tap(board, "In progress")
    board.goto(f"/plans/{cards[0].plan_id}/actions/")
    board.go_back(wait_until="networkidle")
    assert shown(board) == ["Going on"]
    board.get_by_role("link", name="Mine", exact=True).tap()  # a filter fetches the board anew
    expect(board.get_by_text("No action fits this")).to_be_visible()
    expect(tab(board, "In progress 0")).to_be_checked()
    board.goto(f"/plans/{cards[0].plan_id}/board/", wait_until="networkidle")
    assert shown(board) == ["Going on"]


def test_the_tabs_are_one_stop_with_arrow_keys(board: Page) -> None:
    tab(board, "To do").focus()
    board.keyboard.press("ArrowRight")
    expect(tab(board, "In progress")).to_be_focused()
    assert shown(board) == ["Going on"]


def test_a_card_moves_by_its_menu_and_the_counts_tell(board: Page, cards: list[Action]) -> None:
    card = board.locator(f"#action-{cards[0].pk}")
    card.locator("summary").tap()
    card.get_by_role("button", name="In progress").tap()
    expect(board.locator("#toasts .toast")).to_contain_text("“First card” is now in In progress.")
    expect(tab(board, "To do 2")).to_be_checked()
    expect(tab(board, "In progress 2")).to_be_attached()
    assert shown(board) == ["Second card", f"{LONG} card"]
    expect(board.locator(f"#action-{cards[1].pk} summary")).to_be_focused()
    tap(board, "In progress")
    assert shown(board) == ["First card", "Going on"]
    assert fits(board)


def test_the_last_card_of_a_column_leaves_the_focus_on_its_tab(board: Page, cards: list[Action]) -> None:
    tap(board, "In progress")
    card = board.locator(f"#action-{cards[3].pk}")
    card.locator("summary").tap()
    card.get_by_role("button", name="To do").tap()
    expect(tab(board, "In progress 0")).to_be_focused()


def test_in_lanes_each_lane_shows_that_column_and_its_count(board: Page, cards: list[Action], plan: Plan) -> None:
    other = factories.ActionFactory(choice=factories.ChoiceFactory(plan=plan, short_name="Levering"), result="Fifth")
    board.locator("#board-view summary").tap()
    board.locator("#board-view").get_by_role("link", name="Choice").tap()
    board.wait_for_url("**/board/?lanes=choice")
    expect(tab(board, "To do 4")).to_be_checked()
    assert shown(board) == ["First card", "Second card", f"{LONG} card", "Fifth"]
    assert fits(board)
    tap(board, "In progress")
    assert shown(board) == ["Going on"]
    counts = board.locator(f"#lane-choice-{other.choice_id} .lane-counts > span:visible")
    expect(counts).to_have_text(["In progress 0"])
    card = board.locator(f"#action-{cards[3].pk}")
    card.locator("summary").tap()
    card.get_by_role("button", name="Done").tap()
    expect(tab(board, "Done 1")).to_be_attached()


def test_cards_of_several_columns_are_selected_and_moved_together(board: Page, cards: list[Action]) -> None:
    board.get_by_role("button", name="Select", exact=True).tap()
    board.locator(f"#action-{cards[0].pk}").tap()
    tap(board, "In progress")
    board.locator(f"#action-{cards[3].pk}").tap()
    bar = board.get_by_role("form", name="Selected cards")
    expect(bar.get_by_role("status")).to_have_text("2 selected")
    assert fits(board)
    bar.get_by_role("button", name="Done").tap()
    expect(board.locator("#toasts .toast")).to_contain_text("2 cards are now in Done.")
    expect(tab(board, "Done 2")).to_be_attached()


def test_a_long_press_lifts_a_card_and_a_short_one_scrolls(board: Page, cards: list[Action]) -> None:
    first, second = board.locator(f"#action-{cards[0].pk}"), board.locator(f"#action-{cards[1].pk}")
    start, end = first.locator("h3").bounding_box(), second.bounding_box()
    x, y = start["x"] + 60, start["y"] + 8
    goal = end["y"] + end["height"] - 6
    session = board.context.new_cdp_session(board)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        """As the browser gets it from the screen."""
        at = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touch("touchStart", (x, y))
    board.clock.run_for(400)
    for step in range(1, 9):
        touch("touchMove", (x, y + (goal - y) * step / 8))
        board.clock.run_for(50)
    with board.expect_response("**/move/") as answer:
        touch("touchEnd")
    assert answer.value.status == 200
    expect(board.locator("#toasts .toast")).to_contain_text("“First card” is now number 2 in To do.")
    assert shown(board)[:2] == ["Second card", "First card"]

    touch("touchStart", (x, y))
    touch("touchMove", (x, y - 60))
    expect(board.locator(".is-lifted")).to_have_count(0)
    touch("touchEnd")
    assert shown(board)[:2] == ["Second card", "First card"]


@pytest.fixture
def without_script(
    cards: list[Action], context: BrowserContext, browser: Browser, browser_context_args: dict[str, Any],
    signed_in: SignedIn, plan_owner: User,
) -> Iterator[Page]:  # fmt: skip
    second = browser.new_context(**{**browser_context_args, **PHONE}, java_script_enabled=False)
    page = signed_in(second.new_page(), plan_owner)
    page.goto(f"/plans/{cards[0].plan_id}/board/")
    yield page
    second.close()


def test_without_script_the_tabs_work_too(without_script: Page, cards: list[Action]) -> None:
    page = without_script
    assert shown(page) == ["First card", "Second card", f"{LONG} card"]
    tap(page, "In progress")
    assert shown(page) == ["Going on"]
    expect(page.get_by_role("button", name="Select", exact=True)).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phones_board_has_no_barrier(board: Page, theme: Any, find_barriers: Callable[..., list[str]]) -> None:
    board.emulate_media(color_scheme=theme)
    tap(board, "In progress")
    board.get_by_role("button", name="Select", exact=True).tap()
    board.locator(".card:visible").first.tap()
    assert find_barriers(board) == []
