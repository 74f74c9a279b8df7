"""Editing the one-page plan in place, as people do it."""

import datetime as dt
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from plans.models import Goal
from tests import factories


@pytest.fixture
def goal(plan):
    return factories.GoalFactory(plan=plan, name="Omzet", unit="eur", baseline=Decimal(40), target=Decimal(48))


@pytest.fixture
def open_plan(page, signed_in, plan, plan_owner):
    """The plan page, as its owner sees it."""

    def open_page(plan=plan, query=""):
        signed_in(page, plan_owner).goto(plan.get_absolute_url() + query)
        return page

    return open_page


def edit(page, piece):
    page.locator(piece).hover()
    page.locator(f"{piece} [data-edit]").click()
    expect(page.locator(f"{piece} [data-edit-form]")).to_be_visible()


def menu(page, piece, item):
    page.locator(piece).hover()
    page.locator(f"{piece} .piece-menu summary").click()
    page.locator(f"{piece} .piece-menu").get_by_text(item).click()


def test_a_goal_is_edited_where_it_stands(open_plan, goal):
    page = open_plan()
    piece = f"#goal-{goal.pk}"
    edit(page, piece)
    expect(page.get_by_label("Name")).to_be_focused()
    page.get_by_label("Target").fill("12.500.000,00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(f"{piece} b")).to_have_text("€12.5m")
    expect(page.locator(f"{piece} [data-edit]")).to_be_focused()


def test_a_mistake_stays_in_place_with_its_sentence(open_plan, goal, problems):
    page = open_plan()
    edit(page, f"#goal-{goal.pk}")
    page.get_by_label("Target").fill("veel")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Enter a number")).to_be_visible()
    expect(page.get_by_label("Target")).to_be_focused()
    problems[:] = [text for text in problems if "422" not in text]


def test_escape_puts_the_goal_back_and_keeps_what_was_typed(open_plan, goal):
    page = open_plan()
    piece = f"#goal-{goal.pk}"
    edit(page, piece)
    page.get_by_label("Name").fill("Netto-omzet")
    page.keyboard.press("Escape")
    expect(page.locator(piece)).to_contain_text("Omzet")
    edit(page, piece)
    expect(page.get_by_label("Name")).to_have_value("Netto-omzet")


def test_two_people_at_one_field_both_see_both_values(open_plan, goal, process_owner, at, problems):
    page = open_plan()
    edit(page, f"#goal-{goal.pk}")
    goal.change(by=process_owner, at=at, name="Omzet groep")
    page.get_by_label("Name").fill("Netto-omzet")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".conflict")).to_contain_text("Omzet groep")
    expect(page.get_by_label("Name")).to_have_value("Netto-omzet")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(f"#goal-{goal.pk}")).to_contain_text("Netto-omzet")
    problems[:] = [text for text in problems if "409" not in text]


def test_an_archived_goal_is_brought_back_by_undo(open_plan, goal):
    page = open_plan()
    menu(page, f"#goal-{goal.pk}", "Archive")
    expect(page.locator(f"#goal-{goal.pk}")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(f"#goal-{goal.pk}")).to_contain_text("Omzet")


def test_a_choice_moves_up_through_its_menu(open_plan, choice):
    other = factories.ChoiceFactory(plan=choice.plan, short_name="Mensen")
    page = open_plan()
    menu(page, f"#choice-{other.pk}-text", "Move up")
    expect(page.locator(".ogsm-row").first).to_have_attribute("aria-label", "1 Mensen")


def test_a_menu_over_other_rows_does_what_it_says(open_plan, choice):
    first, *_others, last = factories.IndicatorFactory.create_batch(5, choice=choice)
    page = open_plan()
    menu(page, f"#indicator-{first.pk}", "Archive")
    expect(page.locator(f"#indicator-{first.pk}")).to_have_count(0)
    menu(page, f"#indicator-{last.pk}", "Move up")
    expect(page.locator(".ind tbody tr").nth(2)).to_have_id(f"indicator-{last.pk}")


def test_archiving_a_choice_asks_in_a_dialog(open_plan, choice, action):
    page = open_plan()
    menu(page, f"#choice-{choice.pk}-text", "Archive")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 action")
    dialog.get_by_role("button", name="Archive").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(f"#choice-{choice.pk}")).to_have_count(0)


def test_a_value_is_entered_from_the_plan(open_plan, choice):
    indicator = factories.IndicatorFactory(choice=choice, name="Bestellingen")
    page = open_plan()
    row = page.locator(f"#indicator-{indicator.pk}")
    expect(row).to_contain_text("Not measured")
    row.locator("td a").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Value")).to_be_focused()
    dialog.get_by_label("Value").fill("190")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(row).to_contain_text("190")
    expect(row).to_contain_text("Green")


def test_an_indicator_is_added_in_the_row_of_its_choice(open_plan, choice):
    page = open_plan()
    page.locator(f"#choice-{choice.pk}").hover()
    page.get_by_role("link", name="Indicator Webshop").click()
    page.get_by_label("Name", exact=True).fill("Levertijd")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(f"#indicators-{choice.pk} table")).to_contain_text("Levertijd")


def test_an_edited_action_shows_on_the_plan_at_once(open_plan, action):
    page = open_plan()
    page.locator(f"#edit-action-{action.pk}").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Result").fill("Webshop toont levertijd en prijs")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".act")).to_contain_text("Webshop toont levertijd en prijs")


def test_done_actions_unfold(open_plan, choice, responsible):
    done = factories.ActionFactory(
        choice=choice, responsible=responsible, status="done", completed_on=dt.date(2026, 5, 1)
    )
    page = open_plan()
    expect(page.get_by_text(done.result)).to_be_hidden()
    page.get_by_text("Show", exact=True).click()
    expect(page.get_by_text(done.result)).to_be_visible()


def test_a_draft_leads_from_step_to_step(open_plan, plan_owner):
    plan = factories.PlanFactory(state="draft", ambition="Wij leveren elke dag")
    factories.MembershipFactory(plan=plan, user=plan_owner, role="owner")
    page = open_plan(plan)
    expect(page.locator("#plan-steps h2")).to_have_text("Next: Goals")
    page.get_by_role("link", name="Add a goal").click()
    page.get_by_label("Name").fill("Omzet")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#plan-steps h2")).to_contain_text("Strategic choices")
    assert Goal.objects.get().name == "Omzet"


def test_everything_on_the_plan_is_reached_by_keyboard(open_plan, goal, choice):
    page = open_plan()
    page.locator(f"#goal-{goal.pk} [data-edit]").focus()
    page.keyboard.press("Tab")
    expect(page.locator(f"#goal-{goal.pk} [data-grip]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(f"#goal-{goal.pk} .menu-list")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Escape")
    expect(page.locator(f"#goal-{goal.pk} .menu-list")).to_be_hidden()


def test_the_paper_fills_while_the_ambition_is_typed(page, signed_in, plan_owner):
    signed_in(page, plan_owner).goto("/plans/new/")
    page.get_by_label("What do you want to achieve").type("In 2028 zijn wij er")
    expect(page.locator(".g-amb")).to_have_text("In 2028 zijn wij er")
