"""A steering session from its preparation to its minutes: the owner judges a choice on a phone, the choice changes on
the projector, and the minutes keep both wordings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ogsm.accounts.models import User
from plans.models import Choice, Plan
from tests import factories
from updates.models import OutgoingMail, Session

SignIn = Callable[[Page, User], Page]


@pytest.fixture
def session(plan: Plan, choice: Choice, plan_owner: User, at: dt.datetime) -> Session:
    """In preparation, to be held today."""
    indicator = factories.IndicatorFactory(choice=choice, name="NPS")
    factories.IndicatorValueFactory(indicator=indicator, period=dt.date(2026, 5, 1), value=1)
    factories.AgendaPointFactory(plan=plan, text="Vakantierooster", session_kind="steering")
    values = {"kind": "steering", "minutes": 90, "starts_at": at + dt.timedelta(hours=2)}
    session = factories.SessionFactory(plan=plan, **values)
    session.open(by=plan_owner, at=at - dt.timedelta(days=7))
    return session


def test_from_preparation_to_minutes(
    page: Page, signed_in: SignIn, session: Session, choice: Choice, choice_owner: User, process_owner: User
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    signed_in(page, choice_owner).goto("/")
    page.get_by_role("link", name="Give the review").click()
    page.get_by_text("Amber", exact=True).locator("visible=true").last.click()
    page.get_by_label("What did we learn?").fill("Installateurs willen levertijd zien")
    page.get_by_label("What changes?").fill("Levertijd eerst")
    page.get_by_role("button", name="Give the review").click()
    page.wait_for_url("**/")
    expect(page.get_by_role("heading", name="Choices to judge")).to_have_count(0)

    page.set_viewport_size({"width": 1280, "height": 800})
    signed_in(page, process_owner).goto(session.get_absolute_url())
    line = page.locator(f"[data-agenda-line='choice-{choice.pk}']")
    expect(line).to_contain_text("Installateurs willen levertijd zien")
    expect(page.locator("[data-section=indicators] [data-agenda-line]")).to_have_count(1)
    page.get_by_role("button", name="Start session").click()
    page.wait_for_url("**/run/**")
    page.goto(f"{page.url.split('?')[0]}?line={session.lines.get(kind='choice').pk}")
    expect(page.get_by_role("heading", level=1)).to_have_text(choice.goal)
    page.wait_for_load_state("networkidle")  # the script of the keys has come
    page.keyboard.press("1")
    dialog = page.locator("#dialog")
    dialog.get_by_label("By (how)").fill("de levertijd overal te tonen")
    dialog.get_by_label("Why?").fill("Daar vragen ze om")
    dialog.get_by_role("button", name="Record").click()
    expect(page.locator(".decided")).to_contain_text("de levertijd overal te tonen")
    choice.refresh_from_db()
    assert choice.how == "de levertijd overal te tonen"

    page.get_by_role("link", name="Close the session").first.click()
    expect(page.get_by_role("checkbox", name="Vakantierooster")).to_be_checked()
    page.get_by_role("checkbox", name="Vakantierooster").uncheck()
    page.locator("[name=next-day]").fill("2026-09-10")
    page.get_by_role("button", name="Close the session").click()
    page.wait_for_url("**/minutes/**")
    minutes = page.locator("article.doc")
    expect(minutes).to_contain_text("1 of 1")
    expect(minutes.locator("s.from").first).to_have_text("de webshop de snelste weg te maken")
    expect(minutes).to_contain_text("de levertijd overal te tonen. Reason: Daar vragen ze om")
    expect(minutes).to_contain_text("Thursday 10 September 2026")
    expect(minutes).to_contain_text("not carried over")
    assert OutgoingMail.objects.filter(template="minutes").count() == 5


def test_closing_page_has_no_barrier_and_fits_a_phone(
    page: Page, signed_in: SignIn, session: Session, process_owner: User, at: dt.datetime,
    find_barriers: Callable[..., list[str]],
) -> None:  # fmt: skip
    session.start(by=process_owner, at=at)
    address = f"{session.get_absolute_url()}close/"
    signed_in(page, process_owner).goto(address)
    assert find_barriers(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
