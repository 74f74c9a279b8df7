"""The plan check leads to the very field, and a wording gets a word of advice while it is typed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Choice, Plan
from tests import factories

EFFORT = "Communicatie verbeteren"
RESULT = "Elke klant heeft een vaste contactpersoon"
SAID = "“verbeteren” is an effort."


@pytest.fixture
def owners_page(page: Page, plan_owner: User, signed_in: Callable[[Page, User], Page]) -> Page:
    return signed_in(page, plan_owner)


def test_a_finding_leads_to_its_field_and_is_gone_when_that_is_filled_in(owners_page: Page, plan: Plan) -> None:
    page = owners_page
    choice = factories.ChoiceFactory(plan=plan, short_name="Webshop", how="", stops="papier")
    check = reverse("plans:plan_check", args=[plan.pk])
    page.goto(check)
    page.get_by_role("link", name="Write the how").click()
    field = page.get_by_label("by (how)")
    expect(field).to_be_focused()
    field.fill("een webshop met eigen prijzen")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(f"#choice-{choice.pk}")).to_contain_text("een webshop met eigen prijzen")
    page.goto(check)
    expect(page.get_by_text("Choice without a how")).to_be_hidden()


@pytest.mark.parametrize("where", ["board/", ""])
def test_advice_comes_while_typing_and_goes_with_its_reason(where: str, owners_page: Page, plan: Plan) -> None:
    page = owners_page
    factories.ChoiceFactory(plan=plan)
    page.goto(f"/plans/{plan.pk}/{where}", wait_until="networkidle")
    page.get_by_role("link", name="Action", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    result, advice = dialog.get_by_label("Result"), dialog.locator("[data-advice]")
    result.press_sequentially(EFFORT)
    expect(advice).to_contain_text(SAID)
    expect(result).to_be_focused()
    result.fill(RESULT)
    expect(advice).to_be_empty()


def test_advice_does_not_keep_anybody_from_saving(owners_page: Page, plan: Plan) -> None:
    page = owners_page
    choice = factories.ChoiceFactory(plan=plan)
    page.goto(f"/plans/{plan.pk}/", wait_until="networkidle")
    page.locator(f"#actions-{choice.pk} a.add").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Result").press_sequentially(EFFORT)
    expect(dialog.locator("[data-advice]")).to_contain_text(SAID)
    dialog.get_by_label("Responsible").select_option(index=1)
    dialog.get_by_label("Deadline").fill("2026-09-01")
    dialog.get_by_role("button", name="Add").click()
    expect(page.locator(f"#actions-{choice.pk}").get_by_role("link", name=EFFORT, exact=True)).to_be_visible()


def test_advice_in_place_takes_no_focus_from_what_is_being_typed(
    owners_page: Page, plan: Plan, choice: Choice, problems: list[str]
) -> None:
    page = owners_page
    page.goto(f"/plans/{plan.pk}/", wait_until="networkidle")
    pen = page.locator(f"#choice-{choice.pk}-text [data-edit]")
    pen.focus()
    page.keyboard.press("Enter")
    form = page.locator(f"#choice-{choice.pk}-text form")
    form.get_by_label("Goal", exact=True).fill("")
    form.get_by_role("button", name="Save").click()
    expect(form.locator("[aria-invalid=true]")).to_be_focused()
    assert "422" in problems.pop()
    how = form.get_by_label("by (how)")
    how.fill("")
    how.press_sequentially("beter samen te werken")
    expect(form.locator("[data-advice]")).to_contain_text("“beter” leaves it open.")
    expect(how).to_be_focused()


def test_a_weak_wording_is_advised_on_as_soon_as_its_form_opens(owners_page: Page, plan: Plan, action: Action) -> None:
    page = owners_page
    Action.objects.filter(pk=action.pk).update(result=EFFORT)
    page.goto(reverse("actions:action_edit", args=[plan.pk, action.pk]))
    expect(page.locator("[data-advice]")).to_contain_text(SAID)


@pytest.mark.parametrize("failure", ["no connection", "error", "signed out"])
def test_advice_that_fails_says_nothing_and_loses_nothing(
    failure: str, owners_page: Page, plan: Plan, choice: Choice, problems: list[str]
) -> None:
    page = owners_page
    page.goto(reverse("actions:action_add", args=[plan.pk]))
    asked = re.compile("/check/hint/")
    if failure == "no connection":
        page.route(asked, lambda route: route.abort())
    elif failure == "error":
        page.route(asked, lambda route: route.fulfill(status=500, body="broken"))
    else:
        page.context.clear_cookies()
    result = page.get_by_label("Result")
    with page.expect_event("requestfinished" if failure != "no connection" else "requestfailed"):
        result.press_sequentially(EFFORT)
    page.wait_for_load_state("networkidle")
    expect(result).to_have_value(EFFORT)
    expect(page.locator("[data-advice]")).to_be_empty()
    expect(page.locator(".toast")).to_have_count(0)
    if failure != "signed out":
        problems.clear()
