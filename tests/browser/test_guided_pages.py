"""The guided start and the preview of pasted rows: no barrier in either theme, and they fit a narrow phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from plans.models import Plan
from plans.steps import KEYS

from .test_every_page import NARROWEST

ROWS = "Actie;Keuze;Wie;Klaar;Zomaar\nA is af;1;Truus;31-2-2026;x\nB is af;Webshop;Lotte;1-9-2026;y\n"


@pytest.fixture
def draft_page(page, signed_in, plan, plan_owner, choice):
    Plan.objects.update(state="draft")
    return signed_in(page, plan_owner)


def check(page, find_barriers):
    assert find_barriers(page) == []
    page.emulate_media(color_scheme="dark")
    assert find_barriers(page, rules=["color-contrast"]) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST
    page.set_viewport_size({"width": 1280, "height": 800})


def test_every_step_of_the_guided_start_is_without_barriers(draft_page, plan, find_barriers):
    for key in KEYS:
        draft_page.goto(f"{plan.get_absolute_url()}?guide={key}")
        draft_page.wait_for_load_state("networkidle")
        expect(draft_page.locator("#plan-steps")).to_contain_text(f"Step {KEYS.index(key) + 1} of 8")
        check(draft_page, find_barriers)


def test_the_preview_of_pasted_rows_is_without_barriers(draft_page, plan, find_barriers):
    draft_page.goto(reverse("actions:actions_paste", args=[plan.pk]))
    draft_page.get_by_label("Rows from your list").fill(ROWS)
    draft_page.get_by_role("button", name="Look at the rows").click()
    expect(draft_page.get_by_role("button", name="Add the ticked actions")).to_be_visible()
    check(draft_page, find_barriers)
