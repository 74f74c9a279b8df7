"""A token from the profile page to a program that reads along, and away again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from ogsm.accounts.models import User
from plans.models import Plan

SignIn = Callable[[Page, User], Page]


def status(secret: str, plan: Plan) -> int:
    return Client().get(f"/api/v1/plans/{plan.pk}/actions/", headers={"authorization": f"Bearer {secret}"}).status_code


@pytest.mark.parametrize("scripted", [True, False], ids=["script", "no script"])
def test_a_token_is_made_used_and_revoked(
    page: Page,
    signed_in: SignIn,
    plan: Plan,
    viewer: User,
    find_barriers: Callable[..., list[str]],
    scripted: bool,
) -> None:
    if not scripted:
        page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    signed_in(page, viewer).goto("/accounts/profile/")
    page.get_by_role("link", name="Make a token").click()
    page.get_by_label("What is it for?").fill("Kwartaalrapport")
    page.get_by_role("button", name="Make the token").click()
    field = page.get_by_label("Kwartaalrapport")
    secret = field.input_value()
    assert status(secret, plan) == 200
    if scripted:
        assert find_barriers(page) == []
        page.get_by_role("button", name="Copy the token").click()
        expect(page.get_by_text("The token is")).to_be_visible()
    page.get_by_role("link", name="Back to my profile").click()
    tokens = page.locator("#tokens")
    expect(tokens).to_contain_text("last used 11 Jun 2026")
    expect(page.locator("body")).not_to_contain_text(secret)
    if scripted:
        assert find_barriers(page) == []
    tokens.get_by_role("button", name="Revoke Kwartaalrapport").click()
    expect(tokens).not_to_contain_text("last used")
    assert status(secret, plan) == 401
