"""A year of sessions planned on a phone and on a wide screen, and a stand-in for a holiday named and used there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ogsm.accounts.models import User
from plans.models import Plan
from tests import factories
from tests.updates.meeting import planned, url

SignedIn = Callable[[Page, User], Page]


@pytest.mark.parametrize("width", [390, 1280])
def test_the_days_of_a_year_follow_the_form_and_are_then_planned(
    page: Page,
    process_owner: User,
    plan: Plan,
    signed_in: SignedIn,
    find_barriers: Callable[..., list[str]],
    width: int,
) -> None:
    planned(plan, 96, kind="plan", minutes=240)  # Tuesday 15 September, 9:00
    signed_in(page, process_owner).set_viewport_size({"width": width, "height": 844})
    page.goto(url("session_add", plan.pk) + "?repeat=1", wait_until="networkidle")
    days = page.locator("#year-preview")
    expect(days).to_contain_text("Tuesday 8 September 2026 wk 37")
    expect(days).to_contain_text("July 2026, August 2026")
    expect(days).to_contain_text("at the same time as a plan session, 09:00–13:00")
    update = page.locator(".series").first
    update.get_by_label("On the").select_option("day of the month")
    expect(update.get_by_label("Weekday")).to_be_hidden()
    update.get_by_label("Day of the month").fill("31")
    update.get_by_label("Day of the month").press("Tab")
    expect(days).to_contain_text("Wednesday 30 September 2026")
    page.get_by_role("checkbox", name="Steering sessions").uncheck()
    expect(days).not_to_contain_text("Steering")
    expect(page.get_by_role("group", name="In", exact=True)).to_be_hidden()
    days.get_by_label("Leave out update session Saturday 31 October 2026").check()
    expect(days.get_by_role("heading")).to_have_text("4 new sessions")
    assert find_barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Plan these sessions").click()
    expect(page.get_by_text("4 sessions planned")).to_be_visible()
    starts = plan.sessions.filter(kind="update").values_list("starts_at", flat=True)
    assert [f"{at:%d-%m %H}" for at in starts] == ["30-06 07", "30-09 07", "30-11 08", "31-12 08"]


def test_all_coming_ones_are_changed_after_seeing_how(
    page: Page, process_owner: User, plan: Plan, signed_in: SignedIn
) -> None:
    for days in (12, 40, 68):
        planned(plan, days)
    signed_in(page, process_owner).set_viewport_size({"width": 390, "height": 844})
    page.goto(url("session_list", plan.pk), wait_until="networkidle")
    page.get_by_role("link", name="Change all coming ones").click()
    page.wait_for_url("**/sessions/change/", wait_until="networkidle")
    page.get_by_label("Time").fill("13:30")
    page.get_by_label("Time").press("Tab")
    expect(page.locator("#change-preview")).to_contain_text("13:30–14:15")
    page.get_by_role("button", name="Change these sessions").click()
    expect(page.get_by_text("3 sessions changed")).to_be_visible()
    assert {f"{at:%H:%M}" for at in plan.sessions.values_list("starts_at", flat=True)} == {"11:30"}


def test_a_stand_in_is_named_on_a_phone_and_gives_the_update(
    page: Page, plan: Plan, responsible: User, member: User, signed_in: SignedIn, on: dt.date
) -> None:
    choice = factories.ChoiceFactory(plan=plan)
    action = factories.ActionFactory(
        choice=choice, responsible=responsible, status="doing", result="Portaal staat live"
    )
    signed_in(page, responsible).set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/plans/{plan.pk}/members/", wait_until="networkidle")
    page.get_by_role("link", name="Name a stand-in").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Who stands in").select_option("Lotte Bakker")
    form.get_by_label("From").fill(on.isoformat())
    form.get_by_label("Up to and including").fill((on + dt.timedelta(days=9)).isoformat())
    form.get_by_role("button", name="Name this stand-in").click()
    expect(page.get_by_text("away until 20 Jun: Lotte Bakker stands in")).to_be_visible()
    page.context.clear_cookies()
    signed_in(page, member)
    page.goto("/", wait_until="networkidle")
    part = page.locator("[data-cover]")
    part.get_by_role("link", name="Update: Portaal staat live").click()
    expect(part.get_by_text("You give this update on behalf of")).to_be_visible()
    part.get_by_label("What did you do?").fill("Leverancier gekozen")
    part.get_by_text("Green", exact=True).click()
    part.get_by_role("button", name="Give update").click()
    expect(part.get_by_text("No update of Joost is missing.")).to_be_visible()
    update = action.updates.get()
    assert (update.author, update.on_behalf_of) == (member, responsible)
