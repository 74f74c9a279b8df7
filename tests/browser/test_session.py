"""A session in the hand and by the keys: the agenda on a phone, the question before the start, a promise by one key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from actions.models import Action
from ogsm.accounts.models import User
from tests import factories
from updates.models import Decision, Session, Update

SignIn = Callable[[Page, User], Page]


@pytest.fixture
def session(action: Action, responsible: User, member: User, at: dt.datetime) -> Session:
    """In three days, with one red action on its agenda that asks the member for help."""
    Update.give(action, by=responsible, at=at, status="doing", light="red", need="Een jurist", need_of=member)
    return factories.SessionFactory(plan=action.plan, starts_at=at + dt.timedelta(days=3))


def test_on_a_phone_a_line_says_whose_it_is(page: Page, signed_in: SignIn, session: Session, member: User) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    signed_in(page, member).goto(session.get_absolute_url())
    line = page.locator("[data-section=off-plan] [data-agenda-line]")
    expect(line.get_by_text("JL", exact=True)).to_be_visible()


def test_help_is_promised_by_key_after_the_session_was_started_early(
    page: Page, signed_in: SignIn, session: Session, process_owner: User, member: User
) -> None:
    signed_in(page, process_owner).goto(session.get_absolute_url())
    page.get_by_role("button", name="Start session").click()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("This session is planned for Sunday 14 June 2026. Start it now?")
    dialog.get_by_role("button", name="Start session").click()
    page.wait_for_url("**/run/**")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Webshop toont levertijd per artikel")
    page.wait_for_load_state("networkidle")  # the script of the keys has come
    page.keyboard.press("5")
    expect(dialog.get_by_label("Who")).to_have_value(str(member.pk))
    dialog.get_by_label("By when").fill("2026-07-31")
    dialog.get_by_role("button", name="Record").click()
    expect(page.locator(".decided")).to_contain_text("Help promised: Een jurist (Lotte Bakker, 31 Jul 2026)")
    assert Decision.objects.get().who == member
