"""The main job, as somebody does it who has never seen the product: on the demo's plans, in Dutch and in English."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Locator, Page, expect

from actions.models import Action
from actions.rules import Flag
from plans.models import Plan

from .conftest import LOCALES, SignInAs


def drag(page: Page, card: Locator, target: Locator) -> None:
    """By hand: pressed, moved in steps, let go."""
    start, end = card.locator("h3").bounding_box(), target.bounding_box()
    page.mouse.move(start["x"] + 20, start["y"] + 5)
    page.mouse.down()
    for step in (0.1, 0.5, 1, 1):
        x = start["x"] + (end["x"] + 40 - start["x"]) * step
        page.mouse.move(x, start["y"] + (end["y"] + 10 - start["y"]) * step, steps=6)
    page.mouse.up()


@pytest.mark.parametrize("language", LOCALES)
def test_the_main_job_from_reading_the_plan_to_reading_the_minutes(
    language: str, page: Page, demo_plans: list[Plan], sign_in_as: SignInAs, on: dt.date
) -> None:
    plan = demo_plans[0] if language == "nl" else demo_plans[1]
    with translation.override(language):
        says = {text: gettext(text) for text in ("Give update", "What did you do?", "Start session", "Save", "Board")}
        next_word, close_word = gettext("Next"), gettext("Close the session")

    # Read the plan.
    sign_in_as(page, "responsible").goto(f"/plans/{plan.pk}/")
    expect(page.locator(".ambition")).to_contain_text(plan.ambition[:40])
    assert page.locator("html").get_attribute("lang") == language

    # Answer the three questions, without leaving the page.
    page.goto("/")
    page.evaluate("window.stillHere = true")
    owed = Action.objects.owed(on).filter(responsible__email="responsible@demo.example").count()
    form = page.locator("form.update-form").first
    form.get_by_label(says["What did you do?"]).fill("Done what we said")
    form.get_by_role("button", name=says["Give update"]).click()
    expect(page.locator("#toasts .toast")).to_be_visible()
    assert page.evaluate("window.stillHere")
    assert Action.objects.owed(on).filter(responsible__email="responsible@demo.example").count() == owed - 1

    # Move a card with the mouse.
    sign_in_as(page, "choice").goto(f"/plans/{plan.pk}/board/", wait_until="networkidle")
    card = page.locator("[data-status=todo] .card[data-move-url]").first
    card_id = card.get_attribute("id")
    drag(page, card, page.locator("[data-status=doing] .card").first)
    expect(page.locator(f"[data-status=doing] #{card_id}")).to_be_visible()
    expect(page.locator("#toasts .toast")).to_be_visible()
    assert Action.objects.get(pk=card_id.split("-")[1]).status == "doing"

    # Open the agenda: exactly what is off plan, within its box.
    sign_in_as(page, "process").goto(f"/plans/{plan.pk}/sessions/")
    session = plan.sessions.get(state="open")
    page.goto(session.get_absolute_url())
    off_plan = {f"action-{pk}" for pk in plan.actions.live().flagged(~Flag(0), on).values_list("pk", flat=True)}
    listed = page.locator(
        "[data-section=off-plan] [data-agenda-line], [data-section=outside] [data-agenda-line^=action]"
    )
    assert {line.get_attribute("data-agenda-line") for line in listed.all()} == off_plan
    assert listed.first.get_attribute("data-flags")

    # Run it: a new deadline with a reason, for the first action that is discussed.
    key = page.locator("[data-section=off-plan] [data-agenda-line]").first.get_attribute("data-agenda-line")
    action = Action.objects.get(pk=key.split("-")[1])
    page.get_by_role("button", name=says["Start session"]).click()
    page.locator("#dialog .btn-primary").click()  # three days early: it is asked first
    expect(page.locator("#meet[data-session-state=running]")).to_be_visible()
    page.wait_for_load_state("networkidle")  # its keys are there
    while page.locator(f"[data-agenda-line={key}]").count() == 0:
        shown = page.get_by_role("heading", level=1).inner_text()
        page.get_by_role("button", name=re.compile(f"^{next_word}")).click()
        expect(page.get_by_role("heading", level=1)).not_to_have_text(shown)
    page.keyboard.press("1")
    new = max(action.deadline, on) + dt.timedelta(days=21)
    page.locator("#dialog input[type=date]").fill(new.isoformat())
    page.locator("#dialog textarea").fill("Two weeks of testing first")
    page.locator("#dialog .btn-primary").click()
    expect(page.locator(".decided")).to_contain_text("Two weeks of testing first")
    action.refresh_from_db()
    assert action.deadline == new

    # Close it and read the minutes; what changes afterwards leaves them as they were.
    page.get_by_role("link", name=close_word).first.click()
    page.wait_for_url("**/close/")
    page.get_by_role("button", name=close_word).click()
    page.wait_for_url("**/minutes/")
    expect(page.locator(".doc")).to_contain_text("Two weeks of testing first")
    before = page.locator(".doc").inner_text()
    action.edit(by=None, at=action.plan.activated_at, why="later", result="Something else entirely", deadline=on)
    page.reload()
    assert page.locator(".doc").inner_text() == before
