"""The server has trouble while somebody works: the page says so, keeps what was typed, and works once it is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import OperationalError
from django.urls import reverse
from playwright.sync_api import Page, expect

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Plan
from tests import factories
from updates import answering

SignIn = Callable[[Page, User], Page]


def refuse(*args: object, **more: object) -> None:
    raise OperationalError("connection refused")


def forgive(problems: list[str]) -> None:
    """The browser says on its console that an answer was 503; that is no fault of the page."""
    problems[:] = [said for said in problems if "503" not in said]


def test_what_is_typed_stays_when_the_database_is_gone_and_is_saved_once_it_is_back(
    page: Page, signed_in: SignIn, plan: Plan, plan_owner: User, monkeypatch: pytest.MonkeyPatch, problems: list[str]
) -> None:
    signed_in(page, plan_owner).goto(plan.get_absolute_url())
    page.locator("#ambition").hover()
    page.locator("#ambition [data-edit]").click()
    field = page.locator("#ambition textarea")
    field.fill("Een ambitie die niet verloren gaat")
    monkeypatch.setattr("plans.views.page.change_piece", refuse)
    page.get_by_role("button", name="Save").click()
    toast = page.locator("#toasts")
    expect(toast).to_contain_text("The database does not answer.")
    expect(toast).to_contain_text("Not saved: what you typed is still here.")
    expect(field).to_have_value("Een ambitie die niet verloren gaat")
    monkeypatch.undo()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#ambition")).to_contain_text("Een ambitie die niet verloren gaat")
    expect(page.locator("#ambition [data-edit-form]")).to_have_count(0)
    assert Plan.objects.get().ambition == "Een ambitie die niet verloren gaat"
    forgive(problems)


def test_a_proxy_without_its_server_is_told_from_a_mistake(
    page: Page, signed_in: SignIn, plan: Plan, plan_owner: User, problems: list[str]
) -> None:
    signed_in(page, plan_owner).goto(plan.get_absolute_url())
    page.locator("#ambition").hover()
    page.route("**/ambition/edit/", lambda route: route.fulfill(status=503, body="<h1>503 Service Unavailable</h1>"))
    page.locator("#ambition [data-edit]").click()
    expect(page.locator("#toasts")).to_contain_text("No connection.")
    forgive(problems)


def test_even_when_nothing_can_be_fetched_any_more_there_is_a_line(
    page: Page, signed_in: SignIn, plan: Plan, plan_owner: User, problems: list[str]
) -> None:
    signed_in(page, plan_owner).goto(plan.get_absolute_url(), wait_until="networkidle")
    page.context.set_offline(True)
    page.locator("#ambition").hover()
    page.locator("#ambition [data-edit]").click()
    expect(page.locator("#toasts")).to_contain_text("No connection. What you typed is still here")
    page.context.set_offline(False)
    problems.clear()


def test_a_card_that_cannot_be_moved_goes_back_and_says_why(
    page: Page, signed_in: SignIn, action: Action, responsible: User, monkeypatch: pytest.MonkeyPatch,
    problems: list[str],
) -> None:  # fmt: skip
    signed_in(page, responsible).goto(reverse("actions:action_board", args=[action.choice.plan_id]))
    monkeypatch.setattr(Action, "move_to", refuse)
    card = page.locator(f"#action-{action.pk}")
    card.locator("summary").click()
    card.get_by_role("button", name="Done").click()
    expect(page.locator("#toasts")).to_contain_text("The database does not answer.")
    expect(page.locator(f"[data-status=todo] #action-{action.pk}")).to_be_visible()
    forgive(problems)


def test_a_draft_says_that_it_waits_and_is_saved_by_itself(
    page: Page, signed_in: SignIn, action: Action, responsible: User, at: dt.datetime, process_owner: User,
    monkeypatch: pytest.MonkeyPatch, problems: list[str],
) -> None:  # fmt: skip
    Action.objects.filter(pk=action.pk).update(status="doing")
    session = factories.SessionFactory(plan=action.choice.plan, starts_at=at + dt.timedelta(days=5))
    session.open(by=process_owner, at=at)
    signed_in(page, responsible).goto(reverse("updates:update_give", args=[action.choice.plan_id, action.pk]))
    monkeypatch.setattr(answering, "keep_draft", refuse)
    page.get_by_label("What did you do?").fill("Half een verhaal")
    page.clock.run_for(1000)
    status = page.locator("[data-draft-status]")
    expect(status).to_contain_text("Not saved yet: the server has trouble. What you typed is still here")
    monkeypatch.undo()
    page.clock.run_for(10_000)
    expect(status).to_contain_text("Draft saved at")
    assert action.update_drafts.get().answers["done"] == "Half een verhaal"
    forgive(problems)
