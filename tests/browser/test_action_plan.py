"""The action plan by keyboard: from cell to cell, a field changed in its place, rows ticked and changed together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Choice, Plan
from tests import factories

SignedIn = Callable[[Page, User], Page]


@pytest.fixture
def actions(choice: Choice, responsible: User, on: dt.date) -> list[Action]:
    """Three, in the order of the table."""
    return [
        factories.ActionFactory(
            choice=choice, responsible=responsible, result=f"Action {number}", deadline=on + dt.timedelta(days=number)
        )
        for number in (10, 20, 30)
    ]


@pytest.fixture
def table(page: Page, plan_owner: User, plan: Plan, actions: list[Action], signed_in: SignedIn) -> Page:
    signed_in(page, plan_owner)
    page.goto(reverse("actions:action_list", args=[plan.pk]), wait_until="networkidle")
    expect(page.get_by_role("grid", name="Action plan")).to_have_attribute("aria-rowcount", "4")
    return page


def cell(page: Page, action: Action, column: str):
    return page.locator(f"#action-{action.pk} > .col-{column}")


def test_one_tab_stop_and_arrow_keys_between_the_cells(table: Page, actions: list[Action]) -> None:
    first = cell(table, actions[0], "result")
    first.focus()
    table.keyboard.press("ArrowDown")
    expect(cell(table, actions[1], "result")).to_be_focused()
    table.keyboard.press("ArrowRight")
    expect(cell(table, actions[1], "choice")).to_be_focused()
    table.keyboard.press("End")
    expect(cell(table, actions[1], "update")).to_be_focused()
    table.keyboard.press("Control+Home")
    expect(table.locator("thead th").first).to_be_focused()
    expect(table.locator("[data-grid] [tabindex='0']")).to_have_count(1)


def test_a_result_is_changed_and_enter_goes_down_while_escape_puts_it_back(table: Page, actions: list[Action]) -> None:
    cell(table, actions[0], "result").focus()
    table.keyboard.press("F2")
    field = table.locator(".cell-form").get_by_label("Result", exact=True)
    expect(field).to_be_focused()
    field.fill("Action ten")
    table.keyboard.press("Enter")
    below = cell(table, actions[1], "result")
    expect(below).to_be_focused()
    expect(cell(table, actions[0], "result")).to_contain_text("Action ten")
    expect(table.get_by_text("“Action ten” is saved.")).to_be_visible()
    table.keyboard.press("Enter")
    expect(field).to_be_focused()
    field.fill("Never")
    table.keyboard.press("Escape")
    expect(below).to_be_focused()
    expect(below).to_contain_text("Action 20")
    actions[1].refresh_from_db()
    assert actions[1].result == "Action 20"


def test_a_deadline_asks_its_reason_right_there_and_tab_goes_right(table: Page, actions: list[Action]) -> None:
    cell(table, actions[0], "deadline").focus()
    table.keyboard.press("Enter")
    field = table.locator(".cell-form").get_by_label("Deadline", exact=True)
    expect(field).to_be_focused()
    field.fill("2026-08-01")
    table.keyboard.press("Enter")
    expect(table.get_by_label("Why does the deadline move?")).to_be_focused()
    table.keyboard.type("The supplier is late")
    table.keyboard.press("Tab")
    expect(cell(table, actions[0], "status")).to_be_focused()
    expect(cell(table, actions[0], "deadline")).to_contain_text("1 Aug wk 31")
    assert actions[0].shifts.get().reason == "The supplier is late"


def test_what_somebody_else_saved_meanwhile_is_shown_in_the_cell(
    table: Page, actions: list[Action], process_owner: User, at: dt.datetime, problems: list[str]
) -> None:
    cell(table, actions[0], "result").focus()
    table.keyboard.press("Enter")
    field = table.locator(".cell-form").get_by_label("Result", exact=True)
    expect(field).to_be_focused()
    Action.objects.get(pk=actions[0].pk).edit(by=process_owner, at=at, result="Of Peter")
    field.fill("Of Karin")
    table.keyboard.press("Enter")
    expect(table.locator(".cell-form .conflict")).to_contain_text("Of Peter")
    expect(table.get_by_role("alert")).to_contain_text("Peter Smit changed this")
    expect(field).to_be_focused()
    expect(field).to_have_value("Of Karin")
    table.keyboard.press("Enter")
    expect(cell(table, actions[0], "result")).to_contain_text("Of Karin")
    problems[:] = [problem for problem in problems if "409" not in problem]


def test_rows_are_ticked_with_space_and_changed_together(table: Page, actions: list[Action], on: dt.date) -> None:
    cell(table, actions[0], "status").focus()
    table.keyboard.press("Space")
    table.keyboard.press("ArrowDown")
    table.keyboard.press("Space")
    expect(table.get_by_text("for 2 ticked actions")).to_be_visible()
    table.get_by_label("Days").fill("7")
    table.get_by_label("Why do the deadlines move?").fill("Holidays")
    table.get_by_role("button", name="Change", exact=True).press("Enter")
    expect(table.get_by_text("2 actions are changed.")).to_be_visible()
    for action, days in zip(actions, (17, 27, 30), strict=True):
        action.refresh_from_db()
        assert action.deadline == on + dt.timedelta(days=days)


def test_columns_are_chosen_by_keyboard_and_kept(table: Page) -> None:
    table.get_by_text("Columns").press("Enter")
    box = table.get_by_role("checkbox", name="Steps")
    box.press("Space")
    expect(box).to_be_checked()
    table.get_by_role("button", name="Show these").press("Enter")
    expect(table.get_by_role("columnheader", name="Steps")).to_be_visible()
    table.reload(wait_until="networkidle")
    expect(table.get_by_role("columnheader", name="Steps")).to_be_visible()


def test_ctrl_enter_opens_the_action_of_any_cell(table: Page, actions: list[Action]) -> None:
    cell(table, actions[1], "deadline").focus()
    table.keyboard.press("Control+Enter")
    expect(table.locator("#action")).to_contain_text("Action 20")


def test_groups_ticks_and_an_open_cell_hold_no_barrier(
    table: Page, actions: list[Action], find_barriers: Callable[..., list[str]]
) -> None:
    table.goto(f"{table.url}?group=month", wait_until="networkidle")
    cell(table, actions[0], "deadline").focus()
    table.keyboard.press("Space")
    table.keyboard.press("Enter")
    expect(table.locator(".cell-form").get_by_label("Deadline", exact=True)).to_be_focused()
    assert find_barriers(table) == []


@pytest.mark.browser_context_args(viewport={"width": 390, "height": 800})
def test_on_a_phone_it_stays_a_list_of_links(
    page: Page, plan_owner: User, plan: Plan, actions: list[Action], signed_in: SignedIn
) -> None:
    signed_in(page, plan_owner)
    page.goto(reverse("actions:action_list", args=[plan.pk]), wait_until="networkidle")
    expect(page.get_by_role("grid")).to_have_count(0)
    page.get_by_role("link", name="Action 20").click()
    expect(page.locator("#action")).to_contain_text("Action 20")
