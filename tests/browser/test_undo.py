"""Undo after an edit and a change of many rows: by the toast, its key and the history, on the page where one is."""

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
    return [
        factories.ActionFactory(
            choice=choice, responsible=responsible, result=f"Action {number}", deadline=on + dt.timedelta(days=number)
        )
        for number in (10, 20, 30)
    ]


@pytest.fixture
def visit(page: Page, plan_owner: User, signed_in: SignedIn) -> Callable[[str], Page]:
    signed_in(page, plan_owner)

    def go(address: str) -> Page:
        page.goto(address, wait_until="networkidle")
        return page

    return go


def cell(page: Page, action: Action, column: str):
    return page.locator(f"#action-{action.pk} > .col-{column}")


def test_a_cell_is_undone_by_key_and_the_grid_keeps_its_place(visit, plan: Plan, actions: list[Action]) -> None:
    table = visit(reverse("actions:action_list", args=[plan.pk]))
    cell(table, actions[0], "result").focus()
    table.keyboard.press("F2")
    table.locator(".cell-form").get_by_label("Result", exact=True).fill("Something else")
    table.keyboard.press("Enter")
    expect(cell(table, actions[0], "result")).to_contain_text("Something else")
    expect(cell(table, actions[1], "result")).to_be_focused()
    table.keyboard.press("ArrowUp")
    expect(table.locator(".toast")).to_contain_text("“Something else” is saved.")
    table.keyboard.press("z")
    expect(cell(table, actions[0], "result")).to_contain_text("Action 10")
    expect(cell(table, actions[0], "result")).to_be_focused()
    expect(table.locator("#toasts[role=status]")).to_contain_text("“Action 10” is as it was before.")


def test_many_rows_are_undone_from_the_toast_and_who_changed_one_since_is_named(
    visit, plan: Plan, actions: list[Action], process_owner: User, at: dt.datetime, problems: list[str]
) -> None:
    table = visit(reverse("actions:action_list", args=[plan.pk]))
    for action in actions[:2]:
        cell(table, action, "result").focus()
        table.keyboard.press("Space")
    table.get_by_label("Days").fill("7")
    table.get_by_label("Why do the deadlines move?").fill("Holidays")
    table.get_by_role("button", name="Change", exact=True).click()
    toast = table.locator(".toast")
    expect(toast).to_contain_text("2 actions are changed.")
    changed = Action.objects.get(pk=actions[1].pk)
    changed.shift_deadline(dt.date(2026, 12, 1), reason="Later", by=process_owner, at=at + dt.timedelta(hours=1))
    undo = toast.locator("[data-undo]")  # the script's own, which takes the place of the page's
    undo.focus()
    table.keyboard.press("Enter")
    expect(toast).to_contain_text("1 action is as it was before. Not taken back: “Action 20”")
    expect(cell(table, actions[0], "deadline")).to_contain_text("21 Jun")
    expect(cell(table, actions[1], "deadline")).to_contain_text("1 Dec")
    expect(table.get_by_role("region", name="These were not taken back")).to_contain_text("changed since by Peter Smit")
    expect(table.locator("body")).not_to_be_focused()


def test_an_archived_card_comes_back_on_the_board_and_an_edited_one_is_as_before(
    visit, plan: Plan, actions: list[Action]
) -> None:
    board = visit(reverse("actions:action_board", args=[plan.pk]))
    card = board.locator(f"#action-{actions[0].pk}")
    card.locator("summary").click()
    card.get_by_role("button", name="Archive").click()
    expect(card).to_have_count(0)
    board.locator(".toast").get_by_role("button", name="Undo").click()
    expect(card).to_be_visible()
    expect(board.locator("[data-status=todo] [data-list] > li").first.locator(".card")).to_have_id(
        f"action-{actions[0].pk}"
    )
    card.locator("summary").click()
    card.get_by_role("link", name="Edit").click()
    board.get_by_role("dialog").get_by_label("Result", exact=True).fill("Something else")
    board.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(card).to_contain_text("Something else")
    board.locator(".toast").get_by_role("button", name="Undo").click()
    expect(card).to_contain_text("Action 10")
    expect(board.get_by_role("dialog")).to_have_count(0)


def test_the_history_takes_back_one_line_and_all_of_one_act(
    visit, plan: Plan, actions: list[Action], plan_owner: User, at: dt.datetime, find_barriers
) -> None:
    moment = at + dt.timedelta(hours=1)
    for action in actions:
        action.edit(by=plan_owner, at=moment, description="All of them")
    history = visit(reverse("plans:plan_history", args=[plan.pk]))
    assert find_barriers(history) == []
    history.get_by_role("button", name="Undo: Action 20").click()
    expect(history.locator(".toast")).to_contain_text("“Action 20” is as it was before.")
    actions[1].refresh_from_db()
    assert actions[1].description == ""
    history.get_by_role("button", name="Undo all that was changed with it").click()
    expect(history.locator(".toast")).to_contain_text("2 actions are as they were before.")
    expect(history.get_by_role("button", name="Undo all that was changed with it")).to_have_count(0)


def test_a_choice_that_was_edited_on_the_plan_comes_back_in_its_place(visit, plan: Plan, choice: Choice) -> None:
    page = visit(reverse("plans:plan_page", args=[plan.pk]))
    piece = page.locator(f"#choice-{choice.pk}-text")
    piece.hover()
    piece.locator("[data-edit]").click()
    page.get_by_label("Short name").fill("Winkel")
    page.get_by_role("button", name="Save").click()
    expect(piece).to_contain_text("Winkel")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(piece).to_contain_text("Webshop")
    expect(page.locator(".toast")).to_contain_text("“Webshop” is as it was before.")


def test_a_toast_with_an_undo_waits_twenty_seconds_and_longer_while_it_has_the_focus(
    visit, plan: Plan, actions: list[Action]
) -> None:
    page = visit(actions[0].get_absolute_url())
    page.get_by_role("button", name="Archive").click()
    toast = page.locator(".toast")
    expect(toast).to_be_visible()
    page.clock.run_for(15_000)
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="Undo").focus()
    page.clock.run_for(60_000)
    expect(toast).to_be_visible()
    page.locator("#main").focus()
    page.clock.run_for(21_000)
    expect(toast).to_have_count(0)
