"""After a move to Done the toast asks what came of it; the answer is given in the dialog, and the board stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from playwright.sync_api import Page, expect

from actions.models import Action
from ogsm.accounts.models import User
from updates.models import Update

SignIn = Callable[[Page, User], Page]


def test_the_result_of_a_card_is_told_on_the_board(
    page: Page, signed_in: SignIn, action: Action, responsible: User, at: dt.datetime
) -> None:
    Update.give(action, by=responsible, at=at, status="doing", light="green", need="Een tester")
    signed_in(page, responsible).goto(f"/plans/{action.plan_id}/board/", wait_until="networkidle")
    page.evaluate("window.stillHere = true")
    page.locator(f"#menu-{action.pk}").click()
    page.locator(f"#action-{action.pk} .menu-list").get_by_role("button", name="Done").click()
    toast = page.locator("#toasts .toast")
    toast.get_by_role("link", name="What was the result?").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("What was the result?").fill("Twaalf installateurs bestellen zelf")
    dialog.get_by_label("Close the open question").check()
    dialog.get_by_role("button", name="Save").click()
    expect(toast).to_contain_text("That is noted.")
    expect(dialog).to_be_hidden()
    assert page.evaluate("window.stillHere")
    expect(page.locator(f"[data-status=done] #action-{action.pk}")).to_be_visible()
    action.refresh_from_db()
    assert (action.updates.first().done, action.open_help) == ("Twaalf installateurs bestellen zelf", 0)
