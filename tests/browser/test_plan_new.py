"""How a new plan starts, by keyboard: the choice of three shows what belongs to it, and leads on."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from plans.models import Plan

from .conftest import SignInAs


def test_a_plan_is_copied_to_a_new_period_by_keyboard(page: Page, demo_plans: list[Plan], sign_in_as: SignInAs) -> None:
    sign_in_as(page, "owner")
    page.goto("/plans/new/")
    ambition, show = page.get_by_label("What do you want to achieve"), page.get_by_role("button", name="Show me")
    expect(ambition).to_be_visible()
    expect(show).to_be_hidden()
    page.get_by_role("radio", name="With an empty plan").focus()
    page.keyboard.press("ArrowDown")
    expect(show).to_be_visible()
    expect(ambition).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(show).to_be_hidden()
    page.get_by_label("Which plan?").select_option(str(demo_plans[1].pk))
    page.get_by_role("button", name="See what comes along").press("Enter")
    expect(page.get_by_role("heading", name="What comes along")).to_be_visible()
    page.get_by_label("other members").press("Space")
    page.get_by_role("button", name="Make the copy").press("Enter")
    expect(page.get_by_text("The copy is made.")).to_be_visible()
    expect(page.get_by_text("Draft: everybody who takes part")).to_be_visible()
    copy = Plan.objects.latest("pk")
    assert copy.memberships.count() == 1
    assert copy.actions.count() == demo_plans[1].actions.live().not_done().count()
