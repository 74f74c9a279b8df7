"""Pieces of the plan change places: by dragging, by keys, by their menu. And what is typed elsewhere stays."""

import pytest
from playwright.sync_api import expect

from tests import factories


@pytest.fixture
def goals(plan):
    return [
        factories.GoalFactory(plan=plan, name=name, position=n) for n, name in enumerate(["Omzet", "Winst", "Team"])
    ]


@pytest.fixture
def open_plan(page, signed_in, plan, plan_owner):
    """The plan page, as its owner sees it, when everything it needs has come."""

    def open_page():
        signed_in(page, plan_owner).goto(plan.get_absolute_url())
        page.wait_for_load_state("networkidle")
        return page

    return open_page


def names(page):
    return page.locator(".goals [data-sortable] > span")


def hold(page, piece):
    """The focus on the grip of a piece, ready for keys."""
    page.locator(f"#{piece} [data-grip]").first.focus()
    expect(page.locator(f"[data-drags] > #{piece}")).to_be_visible()


def drag(page, piece, onto):
    page.locator(f"#{piece}").hover()
    expect(page.locator(f"[data-drags] > #{piece}")).to_be_visible()
    page.locator(f"#{piece} [data-grip]").first.hover()
    page.mouse.down()
    box = page.locator(f"#{onto}").bounding_box()
    for part in (0.5, 0.2):
        page.mouse.move(box["x"] + 30, box["y"] + box["height"] * part, steps=8)
    page.mouse.up()


def test_an_indicator_is_dragged_above_another(open_plan, choice):
    first, _middle, last = factories.IndicatorFactory.create_batch(3, choice=choice)
    page = open_plan()
    drag(page, f"indicator-{last.pk}", f"indicator-{first.pk}")
    expect(page.locator("#toasts")).to_contain_text("is now number 1 of 3")
    expect(page.locator(".ind tbody tr").first).to_have_id(f"indicator-{last.pk}")
    expect(page.locator(f"#indicator-{last.pk} [data-grip]")).to_be_focused()
    assert choice.indicators.in_order().first() == last


def test_a_choice_moves_by_keys_and_all_numbers_with_it(open_plan, plan):
    *others, last = [
        factories.ChoiceFactory(plan=plan, short_name=name) for name in ("Webshop", "Mensen", "Data", "Zorg")
    ]
    page = open_plan()
    hold(page, f"choice-{last.pk}")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#toasts")).to_contain_text("“Zorg” is now number 3 of 4.")
    expect(page.locator(f"#choice-{last.pk}")).to_have_attribute("aria-label", "3 Zorg")
    expect(page.locator(f"#choice-{others[-1].pk}")).to_have_attribute("aria-label", "4 Data")
    expect(page.locator(".jump a").nth(2)).to_have_text("3 Zorg")
    expect(page.locator(f"#choice-{last.pk} [data-grip]").first).to_be_focused()
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text("back where it was")
    expect(page.locator(f"#choice-{last.pk}")).to_have_attribute("aria-label", "4 Zorg")


def test_a_refused_move_puts_the_piece_back_and_says_why(open_plan, goals, plan_owner, at, problems):
    page = open_plan()
    goals[0].archive(by=plan_owner, at=at)
    drag(page, f"goal-{goals[2].pk}", f"goal-{goals[0].pk}")
    expect(page.locator("#toasts")).to_contain_text("no such place")
    expect(names(page)).to_have_text(["Omzet", "Winst", "Team"])
    problems[:] = [text for text in problems if "422" not in text]


def test_the_menu_moves_too_and_a_form_that_is_open_stays(open_plan, goals):
    page = open_plan()
    page.locator(f"#goal-{goals[0].pk} [data-edit]").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name")).to_be_focused()
    page.get_by_label("Name").fill("Netto-omzet")
    page.locator(f"#goal-{goals[2].pk}").hover()
    page.locator(f"#goal-{goals[2].pk} .piece-menu summary").click()
    page.locator(f"#goal-{goals[2].pk} .piece-menu").get_by_text("Move up").click()
    expect(page.locator("#toasts")).to_contain_text("is now number 2 of 3")
    expect(names(page)).to_have_text(["Team", "Winst"])
    expect(page.get_by_label("Name")).to_have_value("Netto-omzet")
    page.get_by_label("Name").focus()
    page.keyboard.press("Control+Enter")
    expect(names(page)).to_have_text(["Netto-omzet", "Team", "Winst"])


def test_a_text_that_is_clicked_opens_its_own_field(open_plan, choice):
    page = open_plan()
    page.get_by_text(choice.how).click()
    expect(page.locator("[name=how]")).to_be_focused()
    page.locator("[name=how]").fill("elke week iets beters te tonen")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"#choice-{choice.pk} h3")).to_contain_text("elke week iets beters te tonen")


def test_goal_after_goal_is_added_without_the_mouse(open_plan, plan):
    page = open_plan()
    page.locator("#goal-add [data-edit]").focus()
    for name in ("Omzet", "Winst"):
        page.keyboard.press("Enter")
        expect(page.get_by_label("Name")).to_be_focused()
        page.keyboard.type(name)
        page.keyboard.press("Control+Enter")
        expect(names(page).last).to_have_text(name)
        expect(page.locator("#goal-add [data-edit]")).to_be_focused()


def test_choice_after_choice_is_added_without_the_mouse(open_plan, plan):
    page = open_plan()
    page.locator("#choice-add [data-edit]").focus()
    for number, name in enumerate(("Webshop", "Mensen"), start=1):
        page.keyboard.press("Enter")
        expect(page.locator("#choice-add [data-edit-form]")).to_be_visible()
        page.locator("#choice-add [name=short_name]").fill(name)
        page.locator("#choice-add [name=goal]").fill("Meer")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".ogsm-row[id]")).to_have_count(number)
        expect(page.locator("#choice-add [data-edit]")).to_be_focused()


def test_saving_an_action_leaves_an_open_form_as_it_is(open_plan, choice, action):
    indicator = factories.IndicatorFactory(choice=choice)
    page = open_plan()
    page.locator(f"#indicator-{indicator.pk} [data-edit]").focus()
    page.keyboard.press("Enter")
    form = page.locator(f"#indicator-{indicator.pk} [data-edit-form]")
    expect(form.locator("[name=name]")).to_be_focused()
    form.locator("[name=name]").fill("Levertijd in dagen")
    page.locator(f"#edit-action-{action.pk}").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Result").fill("Webshop toont levertijd en prijs")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".act")).to_contain_text("Webshop toont levertijd en prijs")
    expect(form.locator("[name=name]")).to_have_value("Levertijd in dagen")


def test_text_kept_by_escape_meets_what_a_colleague_saved_meanwhile(open_plan, goals, process_owner, at, problems):
    page, goal = open_plan(), goals[0]
    opener = page.locator(f"#goal-{goal.pk} [data-edit]")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name")).to_be_focused()
    page.get_by_label("Name").fill("Netto-omzet")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    goal.change(by=process_owner, at=at, name="Omzet groep", target=7)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name")).to_have_value("Netto-omzet")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".conflict")).to_contain_text("Omzet groep")
    page.keyboard.press("Control+Enter")
    expect(names(page).first).to_have_text("Netto-omzet")
    goal.refresh_from_db()
    assert (goal.name, goal.target) == ("Netto-omzet", 7)
    problems[:] = [text for text in problems if "409" not in text]


@pytest.fixture
def second_page(browser, browser_context_args, answered, signed_in, process_owner):
    """A colleague's browser."""
    context = browser.new_context(**browser_context_args)
    yield signed_in(context.new_page(), process_owner)
    context.close()


@pytest.mark.parametrize("first", [0, 1])
def test_two_browsers_at_one_action_lose_nothing_in_either_order(
    first, page, second_page, signed_in, plan, plan_owner, action, problems
):
    typed = ["Webshop toont levertijd en prijs", "Webshop toont voorraad per vestiging"]
    pages = [signed_in(page, plan_owner), second_page]
    for browser, text in zip(pages, typed, strict=True):
        browser.goto(plan.get_absolute_url())
        browser.wait_for_load_state("networkidle")
        browser.locator(f"#edit-action-{action.pk}").focus()
        browser.keyboard.press("Enter")
        expect(browser.get_by_role("dialog").get_by_label("Result")).to_be_focused()
        browser.get_by_role("dialog").get_by_label("Result").fill(text)
    one, other = pages[first], pages[1 - first]
    other.get_by_role("dialog").locator("[name=starts_on]").fill("2026-06-15")
    one.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(one.locator(".act")).to_contain_text(typed[first])
    dialog = other.get_by_role("dialog")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator(".conflict").first).to_contain_text(typed[first])
    expect(dialog.get_by_label("Result")).to_have_value(typed[1 - first])
    expect(dialog.locator("[name=starts_on]")).to_have_value("2026-06-15")
    dialog.get_by_role("button", name="Save").click()
    expect(other.locator(".act")).to_contain_text(typed[1 - first])
    action.refresh_from_db()
    assert (action.result, str(action.starts_on)) == (typed[1 - first], "2026-06-15")
    problems[:] = [text for text in problems if "409" not in text]
