"""What the page does under hand and keyboard: menus, the dialog, editing in place, undo, and paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Choice, Plan

SignIn = Callable[[Page, User], Page]


@pytest.fixture
def owners_page(page: Page, signed_in: SignIn, plan_owner: User, action: Action) -> Page:
    return signed_in(page, plan_owner)


@contextmanager
def menus_at_work(page: Page) -> Iterator[None]:
    """The script of the menus comes with the first focus or hover; waits until it has run, too."""
    with page.expect_response("**/menu*.js") as script:
        yield
    page.evaluate("address => import(address).then(() => true)", script.value.url)


def test_a_menu_is_walked_by_arrow_keys_and_left_by_escape(owners_page: Page, plan: Plan) -> None:
    page = owners_page
    page.goto(f"/plans/{plan.pk}/board/", wait_until="networkidle")
    more = page.locator(".tab-more")
    with menus_at_work(page):
        more.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(more.get_by_role("link", name="Members")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(more.get_by_role("link", name="History")).to_be_focused()
    page.keyboard.press("Escape")
    expect(more).not_to_have_attribute("open", re.compile(""))
    expect(more.locator("summary")).to_be_focused()


def test_a_menu_closes_when_another_thing_is_clicked(owners_page: Page, plan: Plan) -> None:
    page = owners_page
    page.goto(f"/plans/{plan.pk}/board/", wait_until="networkidle")
    more = page.locator(".tab-more")
    with menus_at_work(page):
        more.locator("summary").hover()
    more.locator("summary").click()
    expect(more.get_by_role("link", name="Members")).to_be_visible()
    page.get_by_role("heading", level=1).click()
    expect(more.get_by_role("link", name="Members")).to_be_hidden()


def test_a_dialog_keeps_what_was_typed_and_gives_the_focus_back(owners_page: Page, plan: Plan) -> None:
    page = owners_page
    page.goto(f"/plans/{plan.pk}/board/", wait_until="networkidle")
    add = page.get_by_role("link", name="Action", exact=True)
    add.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Result").fill("Half a sentence")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(add).to_be_focused()
    add.click()
    expect(dialog.get_by_label("Result")).to_have_value("Half a sentence")
    dialog.get_by_role("link", name="Cancel").click()
    expect(dialog).to_be_hidden()
    expect(page).to_have_url(re.compile("/board/$"))


def test_a_dialog_with_a_mistake_stays_open_at_the_field(owners_page: Page, plan: Plan, problems: list[str]) -> None:
    page = owners_page
    page.goto(f"/plans/{plan.pk}/board/", wait_until="networkidle")
    page.get_by_role("link", name="Action", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=re.compile("Add|Save")).click()
    expect(dialog.locator("[aria-invalid=true]").first).to_be_focused()
    assert "422" in problems.pop()


def test_editing_in_place_keeps_the_text_of_whoever_leaves(owners_page: Page, plan: Plan) -> None:
    page = owners_page
    page.goto(f"/plans/{plan.pk}/", wait_until="networkidle")
    pen = page.locator("#ambition [data-edit]")
    pen.focus()
    page.keyboard.press("Enter")
    field = page.locator("#ambition textarea")
    expect(field).to_be_focused()
    field.fill("Everybody builds with us")
    page.keyboard.press("Escape")
    expect(page.locator("#ambition [data-edit]")).to_be_focused()
    assert Plan.objects.get(pk=plan.pk).ambition == plan.ambition
    page.keyboard.press("Enter")
    expect(field).to_have_value("Everybody builds with us")
    page.locator("#ambition").get_by_role("button", name="Save").click()
    expect(page.locator("#ambition .ambition")).to_have_text("Everybody builds with us")
    expect(page.locator("#ambition [data-edit]")).to_be_focused()


def test_a_move_is_undone_by_one_key_and_not_while_typing(owners_page: Page, plan: Plan, action: Action) -> None:
    page = owners_page
    page.goto(f"/plans/{plan.pk}/board/", wait_until="networkidle")
    card = page.locator(f"#action-{action.pk}")
    card.locator("summary").click()
    card.get_by_role("button", name="In progress").click()
    expect(page.locator("[data-status=doing]").locator(card)).to_be_visible()
    expect(page.locator("[data-count-for=doing]")).to_have_text("1")
    expect(page.locator("[data-status=doing]")).to_have_attribute("data-count", "1")
    page.locator("[data-search]").press("z")
    expect(page.get_by_role("link", name="Show all").first).to_be_visible()  # it searched; nothing has a z
    page.locator("[data-search]").fill("")
    expect(page.locator("[data-status=doing]").locator(card)).to_be_visible()
    page.locator("[data-search]").blur()
    page.keyboard.press("z")
    expect(page.locator("[data-status=todo]").locator(card)).to_be_visible()
    expect(page.locator("[data-count-for=doing]")).to_have_text("0")


def test_letters_typed_while_an_answer_comes_are_kept(owners_page: Page, plan: Plan, action: Action) -> None:
    page, asked = owners_page, []

    def slowly(route: Route) -> None:
        asked.append(route.request.url)
        field.press_sequentially("shop")  # the answer to the first letters is on its way
        route.continue_()

    page.goto(f"/plans/{plan.pk}/board/", wait_until="networkidle")
    field = page.locator("[data-search]")
    page.route("**/board/?q=Web", slowly)
    field.press_sequentially("Web")
    page.wait_for_url("**/board/?q=Webshop")
    assert len(asked) == 1, "the first letters were asked for"
    expect(field).to_have_value("Webshop")
    expect(page.locator(f"#action-{action.pk}")).to_be_visible()


def test_the_plan_prints_on_one_sheet(owners_page: Page, plan: Plan, choice: Choice) -> None:
    page = owners_page
    page.goto(f"/plans/{plan.pk}/", wait_until="networkidle")
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    width, height = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", sheet)[0]
    assert (round(float(width) / 72 * 25.4), round(float(height) / 72 * 25.4)) == (420, 297)
