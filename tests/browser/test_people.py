"""People come into a plan and go: invited, in through the mailed link, and their work handed over."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Invitation, Plan
from updates.outbox import send_due

SignIn = Callable[[Page, User], Page]


def test_somebody_is_invited_and_comes_in_through_the_link(
    page: Page, signed_in: SignIn, plan: Plan, plan_owner: User, find_barriers: Callable[..., list[str]]
) -> None:
    signed_in(page, plan_owner).goto(reverse("plans:member_list", args=[plan.pk]))
    page.get_by_role("link", name="Invite people").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail addresses").fill("nina.de.wit@example.org")
    dialog.get_by_role("button", name="Invite").click()
    row = page.get_by_role("row").filter(has_text="nina.de.wit@example.org")
    expect(row).to_contain_text("Invited, until 25 Jun")
    expect(page.get_by_text("Nina de Wit is invited, and can be given work right away.")).to_be_visible()
    assert find_barriers(page) == []

    page.context.clear_cookies()
    send_due(timezone.now())
    found = re.search(r"https?://[^/]+(/accounts/invitation/\S+)", str(mail.outbox[0].body))
    assert found
    page.goto(found[1])
    assert find_barriers(page) == []
    expect(page.get_by_label("Name")).to_have_value("Nina de Wit")
    page.get_by_label("Password", exact=True).fill("fietsbel-en-regenjas")
    page.get_by_label("Password once more").fill("fietsbel-en-regenjas")
    page.get_by_role("button", name="Take part").click()
    expect(page.get_by_role("heading", name="Groei 2026")).to_be_visible()
    assert Invitation.objects.get().accepted_at is not None


@pytest.mark.parametrize("scripted", [True, False], ids=["script", "no script"])
def test_a_refused_removal_leads_to_handing_over_and_out(
    page: Page,
    signed_in: SignIn,
    plan: Plan,
    action: Action,
    plan_owner: User,
    responsible: User,
    member: User,
    scripted: bool,
) -> None:
    signed_in(page, plan_owner)
    if not scripted:
        page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(reverse("plans:member_list", args=[plan.pk]))
    page.get_by_role("link", name="Remove Joost van Leeuwen").click()
    expect(page.get_by_text("Hand that over first.")).to_be_visible()
    page.locator("a.btn-primary", has_text="Hand over").click()
    expect(page.get_by_role("heading", name="Hand over what Joost van Leeuwen does")).to_be_visible()
    page.get_by_label("Everything to").select_option(str(member.pk))
    page.get_by_role("button", name="Hand over and remove from the plan").click()
    expect(page.get_by_role("row").filter(has_text="Lotte Bakker")).to_contain_text("Responsible for 1 open action")
    expect(page.get_by_role("row").filter(has_text="Joost van Leeuwen")).to_have_count(0)
    action.refresh_from_db()
    assert action.responsible == member
