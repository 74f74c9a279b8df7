"""What comes out of the browser's own print, and the way to the PDF."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from ogsm.accounts.models import User
from plans.models import Plan
from tests import factories
from tests.documents import document_of, missing, names_on, size_of, words_of

from .conftest import LOCALES, SignInAs

A3 = (420, 297)


def printed(page: Page) -> PdfReader:
    """As the print dialog makes it, on the paper that the page asks for and without background graphics."""
    return document_of(page.pdf(prefer_css_page_size=True, print_background=False))


@pytest.mark.parametrize("language", LOCALES)
def test_the_printed_plan_is_one_page_with_the_names_that_the_pdf_has(
    language: str, page: Page, demo_plans: list[Plan], sign_in_as: SignInAs
) -> None:
    plan = demo_plans[0] if language == "nl" else demo_plans[1]
    sign_in_as(page, "owner").goto(plan.get_absolute_url())
    paper = printed(page)
    assert len(paper.pages) == 1
    assert size_of(paper) == A3
    assert missing(names_on(plan), words_of(paper)) == []

    link = page.get_by_role("link", name="PDF", exact=True)
    pdf = document_of(page.request.get(link.get_attribute("href") or "").body())
    assert missing(names_on(plan), words_of(pdf)) == []


@pytest.mark.parametrize(("actions", "points"), [(30, 9), (44, 8)])
def test_a_full_plan_stays_on_one_printed_page(
    actions: int, points: int, page: Page, plan: Plan, plan_owner: User, signed_in: Callable[[Page, User], Page]
) -> None:
    """Five choices, eighteen indicators, and as many actions of one line as each size of type can hold."""
    plan.ambition = "In 2028 zijn wij voor installateurs in Noord- en Oost-Nederland de groothandel van hun keuze " * 2
    plan.save()
    people = [factories.UserFactory() for _ in range(8)]
    for number in range(4):
        factories.GoalFactory(plan=plan, name=f"tevreden medewerkers {number}", baseline=5)
    choices = [
        factories.ChoiceFactory(plan=plan, owner=people[number], stops="losse acties op folderprijs")
        for number in range(5)
    ]
    for number in range(18):
        factories.IndicatorValueFactory(indicator=factories.IndicatorFactory(choice=choices[number % 5]))
    for number in range(actions):
        factories.ActionFactory(
            choice=choices[number % 5],
            responsible=people[number % 8],
            result=f"Elke installateur in het noorden heeft een accountplan met groei {number}",
        )
    signed_in(page, plan_owner).goto(plan.get_absolute_url())
    assert len(printed(page).pages) == 1
    page.emulate_media(media="print")
    expect(page.locator(".act td").first).to_have_css("font-size", f"{points * 96 / 72:g}px")
    assert len(document_of(page.request.get(f"{plan.get_absolute_url()}export/plan.pdf").body()).pages) == 1


def test_a_server_without_pango_has_a_page_that_everybody_can_read(
    page: Page,
    plan: Plan,
    plan_owner: User,
    signed_in: Callable[[Page, User], Page],
    find_barriers: Callable[..., list[str]],
    without_pango: None,
) -> None:
    signed_in(page, plan_owner).goto(plan.get_absolute_url())
    page.get_by_role("link", name="PDF", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No PDF on this server")
    assert find_barriers(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("link", name="To the page, to print it").click()
    expect(page).to_have_url(plan.get_absolute_url())
    page.get_by_label("More for this plan").click()
    expect(page.get_by_role("link", name="No PDF on this server")).to_be_visible()
