"""Board and action plan from end to end without a mouse and without looking: what the browser tells a screen reader of
roles, names and states, what is said when something changes, and where the focus is afterwards."""

from __future__ import annotations

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
    names = ("First", "Second", "Third")
    return [factories.ActionFactory(choice=choice, responsible=responsible, result=f"{name} card") for name in names]


@pytest.fixture
def board(cards: list[Action], page: Page, signed_in: SignedIn, plan_owner: User) -> Page:
    signed_in(page, plan_owner).goto(f"/plans/{cards[0].plan_id}/board/", wait_until="networkidle")
    return page


@pytest.fixture
def table(cards: list[Action], page: Page, signed_in: SignedIn, plan_owner: User) -> Page:
    signed_in(page, plan_owner).goto(f"/plans/{cards[0].plan_id}/actions/", wait_until="networkidle")
    return page


def tab_to(page: Page, goal: Locator, at_most: int = 40) -> None:
    """Presses Tab until it is there, as somebody without a mouse has to."""
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if goal.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"not reached by {at_most} times Tab")


def told_of(page: Page, name: str) -> dict[str, Any]:
    """Role and states that the browser tells of the thing with this name."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    [node] = [node for node in nodes if node.get("name", {}).get("value") == name and not node["ignored"]]
    states = {state["name"]: state["value"].get("value") for state in node["properties"]}
    return {"role": node["role"]["value"], **states}


def said(page: Page) -> Locator:
    """The place where it is said what is now true; it is there before anything is."""
    return page.locator("#toasts[role=status][aria-live=polite]")


def test_the_board_is_three_named_regions_with_lists_of_cards(board: Page) -> None:
    expect(board.get_by_role("main")).to_match_aria_snapshot("""
      - heading "Board" [level=2]
      - status
      - search:
        - searchbox "Search in actions"
      - link "Mine"
      - group "Group by":
        - link "Nothing"
        - link "Choice"
        - link "Person"
      - button "Select"
      - region "To do":
        - heading "To do" [level=2]
        - text: "3"
        - button "Column To do" [expanded]
        - list:
          - listitem:
            - article:
              - text: 1 Webshop
              - heading "First card" [level=3]:
                - link "First card"
              - time: in 4 weeks
              - text: Joost van Leeuwen
      - region "In progress":
        - heading "In progress" [level=2]
        - button "Column In progress" [expanded]
      - region "Done":
        - heading "Done" [level=2]
        - button "Column Done" [expanded]
    """)


def test_a_lane_is_part_of_the_name_of_its_columns(board: Page, cards: list[Action]) -> None:
    board.goto(f"/plans/{cards[0].plan_id}/board/?lanes=person", wait_until="networkidle")
    expect(board.get_by_role("region", name="Joost van Leeuwen To do", exact=True)).to_be_visible()
    lane = board.locator("[data-lane] > summary")
    lane.focus()
    board.keyboard.press("Enter")
    assert told_of(board, "Joost van Leeuwen To do 3 In progress 0 Done 0")["expanded"] is False
    expect(lane).to_be_focused()


def test_a_card_is_moved_by_its_menu_and_put_back_and_each_time_it_is_said(board: Page, cards: list[Action]) -> None:
    page = board
    tab_to(page, page.get_by_role("link", name="Skip to content"), at_most=1)
    page.keyboard.press("Enter")
    menu = page.locator(f"#menu-{cards[0].pk}")
    tab_to(page, menu)
    assert told_of(page, "Menu: First card") | {"focused": True, "expanded": False} == told_of(page, "Menu: First card")
    page.keyboard.press("Enter")
    assert told_of(page, "Menu: First card")["expanded"] is True
    expect(page.get_by_role("form", name="Move to…")).to_match_aria_snapshot("""
      - form "Move to…":
        - button "In progress"
        - button "Done"
    """)
    goal = page.get_by_role("form", name="Move to…").get_by_role("button", name="In progress")
    for _ in range(6):
        page.keyboard.press("ArrowDown")
        if goal.evaluate("element => element === document.activeElement"):
            break
    expect(goal).to_be_focused()
    expect(said(page)).to_be_empty()
    page.keyboard.press("Enter")
    expect(said(page)).to_contain_text("“First card” is now in In progress.")
    expect(page.get_by_role("region", name="In progress").get_by_role("article")).to_have_count(1)
    expect(menu).to_be_focused()
    page.keyboard.press("z")
    expect(said(page)).to_contain_text("“First card” is back in To do.")

    menu.focus()
    page.keyboard.press("Enter")
    down = page.get_by_role("button", name="Down", exact=True)
    expect(down).to_be_visible()
    down.focus()
    page.keyboard.press("Enter")
    expect(said(page)).to_contain_text("“First card” is now number 2 in To do.")
    expect(menu).to_be_focused()


def test_what_others_do_is_said_without_taking_the_focus(board: Page, cards: list[Action], responsible: User) -> None:
    link = board.get_by_role("link", name="Second card")
    link.focus()
    Action.objects.get(pk=cards[0].pk).move_to("doing", by=responsible, at=factories.AT)
    board.clock.run_for(5000)
    live = board.get_by_role("main").get_by_role("status").first
    expect(live).to_have_text("Joost moved “First card” to In progress.")
    expect(link).to_be_focused()


def test_selecting_says_how_many_and_what_became_of_them(board: Page) -> None:
    page = board
    select = page.get_by_role("button", name="Select", exact=True)
    tab_to(page, select)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Select", exact=True, pressed=True)).to_be_focused()
    tab_to(page, page.get_by_role("checkbox", name="Select: First card"))
    page.keyboard.press("Space")
    assert told_of(page, "Select: First card")["checked"] == "true"
    expect(page.get_by_role("form", name="Selected cards")).to_match_aria_snapshot("""
      - form "Selected cards":
        - status: 1 selected
        - group "Move to":
          - button "To do"
          - button "In progress"
          - button "Done"
        - button "Clear selection"
        - button "Stop selecting"
    """)
    tab_to(page, page.get_by_role("group", name="Move to").get_by_role("button", name="Done"))
    page.keyboard.press("Enter")
    expect(said(page)).to_contain_text("“First card” is now in Done.")
    expect(page.get_by_role("link", name="First card")).to_be_focused()


def test_the_action_plan_is_a_grid_with_named_heads_and_rows(table: Page) -> None:
    expect(table.get_by_role("main")).to_match_aria_snapshot("""
      - heading "Action plan" [level=2]
      - status: "3 actions: 3 open, 0 off plan, 0 done"
      - grid "Action plan":
        - rowgroup:
          - row:
            - columnheader "Tick all actions of this page":
              - checkbox "Tick all actions of this page"
            - columnheader "No."
            - columnheader "Result"
            - columnheader /Choice/
            - columnheader "Responsible"
        - rowgroup:
          - row /First card/:
            - gridcell:
              - checkbox "Tick 'First card'"
            - rowheader "First card":
              - link "First card"
            - gridcell "1 Webshop"
            - gridcell "Joost van Leeuwen"
    """)
    grid = table.get_by_role("grid", name="Action plan")
    help_text = "Enter or F2 changes a cell, Ctrl+Enter opens the action, Space ticks its row."
    expect(grid).to_have_accessible_description(f"Arrow keys move through the cells. {help_text}")
    expect(grid).to_have_attribute("aria-rowcount", "4")
    expect(grid.get_by_role("columnheader", name="Choice")).to_have_attribute("aria-sort", "ascending")


def test_a_row_is_ticked_and_a_cell_changed_by_keyboard_and_it_is_said(table: Page, cards: list[Action]) -> None:
    page = table
    tab_to(page, page.get_by_role("rowheader", name="First card"))
    page.keyboard.press("Space")
    ticked = page.get_by_role("form", name="Change the ticked actions").get_by_role("status")
    expect(ticked).to_have_text("for 1 ticked action")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("rowheader", name="Second card")).to_be_focused()
    page.keyboard.press("F2")
    field = page.get_by_role("textbox", name="Result", exact=True)
    expect(field).to_be_focused()
    field.fill("Second card, reworded")
    page.keyboard.press("Enter")
    expect(said(page)).to_contain_text("“Second card, reworded” is saved.")
    assert Action.objects.get(pk=cards[1].pk).result == "Second card, reworded"
    expect(page.locator("[data-grid] :focus")).to_have_count(1)
