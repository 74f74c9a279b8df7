"""The steps of an action by keyboard: typed one after another, ticked, taken off and back."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from actions.models import Action
from ogsm.accounts.models import User


def test_steps_are_typed_ticked_and_taken_back(
    page: Page, responsible: User, action: Action, signed_in: Callable[[Page, User], Page]
) -> None:
    signed_in(page, responsible)
    page.goto(action.get_absolute_url(), wait_until="networkidle")
    field = page.get_by_label("New step")
    field.focus()
    for number, text in enumerate(["Ask three suppliers", "Choose one"], start=1):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        expect(page.locator(".step-list > li")).to_have_count(number)
        expect(field).to_be_focused()
        expect(field).to_have_value("")
    first = page.get_by_role("checkbox", name="Ask three suppliers")
    first.focus()
    page.keyboard.press("Space")
    expect(first).to_be_checked()
    expect(first).to_be_focused()
    expect(page.get_by_text("1 of 2 done")).to_be_visible()
    page.get_by_label("More for 'Choose one'").focus()
    page.keyboard.press("Enter")
    page.locator("details[open]").get_by_role("button", name="Remove").press("Enter")
    expect(page.locator(".step-list > li")).to_have_count(1)
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator(".step-list > li")).to_have_count(2)


def test_a_step_is_reworded_in_its_place(
    page: Page, responsible: User, action: Action, signed_in: Callable[[Page, User], Page]
) -> None:
    step = action.steps.model.add(action, "Ask suppliers", by=responsible, at=action.history.first().history_date)
    signed_in(page, responsible)
    page.goto(action.get_absolute_url(), wait_until="networkidle")
    page.get_by_label("Edit step 'Ask suppliers'").press("Enter")
    field = page.locator(f"#step-{step.pk} input[name=text]")
    expect(field).to_be_focused()
    field.fill("Ask four suppliers")
    page.keyboard.press("Escape")
    expect(page.get_by_text("Ask suppliers", exact=True)).to_be_visible()
    page.keyboard.press("Enter")
    expect(field).to_have_value("Ask four suppliers")
    page.keyboard.press("Enter")
    expect(page.locator(".step-list")).to_contain_text("Ask four suppliers")
