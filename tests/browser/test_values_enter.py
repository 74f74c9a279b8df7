"""Entering many values at once: with the keyboard alone, and with a column out of a spreadsheet."""

import datetime as dt
import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from plans.models import IndicatorValue
from tests import factories

MAY = dt.date(2026, 5, 1)
NAMES = ["Bestellingen", "Retouren", "Levertijd", "Marge"]


@pytest.fixture
def indicators(choice):
    return [factories.IndicatorFactory(choice=choice, name=name) for name in NAMES]


@pytest.fixture
def open_sheet(page, signed_in, plan, plan_owner, indicators):
    def open_page(query=""):
        signed_in(page, plan_owner).goto(f"/plans/{plan.pk}/indicators/enter/{query}", wait_until="networkidle")
        return page

    return open_page


def value(page, name):
    return page.get_by_label(f"Value: {name}")


def note(page, name):
    return page.get_by_label(f"Note: {name}")


def paste(page, field, text):
    """Through the real clipboard, as after copying cells."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    field.focus()
    page.keyboard.press("ControlOrMeta+v")


def entered():
    """What is stored, by the indicator's name."""
    return {entry.indicator.name: float(entry.value) for entry in IndicatorValue.objects.select_related("indicator")}


def test_a_column_of_a_spreadsheet_fills_the_fields_downward(open_sheet):
    page = open_sheet()
    paste(page, value(page, "Bestellingen"), "1.250,50\r\n\r\n1,250.50\r\n-3\r\n")
    for name, text in zip(NAMES, ["1.250,50", "", "1,250.50", "-3"], strict=True):
        expect(value(page, name)).to_have_value(text)
    expect(page.get_by_role("status").filter(has_text="3 values filled in.")).to_be_visible()
    expect(value(page, "Marge")).to_be_focused()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("3 values saved.")
    assert entered() == {"Bestellingen": 1250.5, "Levertijd": 1250.5, "Marge": -3}


def test_a_paste_begins_where_the_focus_is_and_says_what_did_not_fit(open_sheet):
    page = open_sheet()
    paste(page, value(page, "Levertijd"), "1\tJan\n2\tFeb\n3\tMar\n")
    expect(value(page, "Bestellingen")).to_have_value("")
    expect(value(page, "Levertijd")).to_have_value("1")
    expect(value(page, "Marge")).to_have_value("2")
    expect(page.get_by_text("2 values filled in; there was no row left for 1 more.")).to_be_visible()


def test_one_pasted_number_goes_where_the_cursor_is(open_sheet):
    page = open_sheet()
    value(page, "Bestellingen").fill("1")
    paste(page, value(page, "Bestellingen"), "25")
    expect(value(page, "Bestellingen")).to_have_value("125")
    expect(value(page, "Retouren")).to_have_value("")


def test_the_keyboard_alone_fills_and_saves_the_page(open_sheet):
    page = open_sheet()
    expect(value(page, "Bestellingen")).to_be_focused()
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(value(page, "Retouren")).to_be_focused()
    page.keyboard.type("2")
    page.keyboard.press("ArrowDown")
    expect(value(page, "Levertijd")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(value(page, "Bestellingen")).to_be_focused()
    for name in NAMES[1:]:
        page.keyboard.press("Tab")
        expect(value(page, name)).to_be_focused()
    page.keyboard.type("4")
    page.keyboard.press("Tab")
    expect(note(page, "Bestellingen")).to_be_focused()
    page.keyboard.type("Nageteld")
    page.keyboard.press("Shift+Tab")
    expect(value(page, "Marge")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Save")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("3 values saved.")
    assert entered() == {"Bestellingen": 1, "Retouren": 2, "Marge": 4}
    assert IndicatorValue.objects.get(indicator__name="Bestellingen").note == "Nageteld"


def test_tab_leaves_the_rows_at_both_ends(open_sheet):
    page = open_sheet()
    note(page, "Marge").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Cancel")).to_be_focused()
    value(page, "Bestellingen").focus()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Show")).to_be_focused()


def test_the_reason_is_asked_only_where_a_value_is_changed(open_sheet, indicators, member, problems):
    factories.IndicatorValueFactory(indicator=indicators[0], period=MAY, value=140)
    page = open_sheet("?period=2026-05-01")
    why = page.get_by_label("Why is it corrected?")
    expect(why).to_be_hidden()
    value(page, "Bestellingen").fill("150")
    expect(why).to_be_visible()
    value(page, "Bestellingen").fill("140")
    expect(why).to_be_hidden()
    value(page, "Bestellingen").fill("150")
    value(page, "Retouren").fill("veel")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("2 rows need another look.")).to_be_visible()
    expect(why).to_be_focused()
    expect(value(page, "Retouren")).to_have_value("veel")
    problems[:] = [text for text in problems if "422" not in text]
    page.keyboard.type("Twee klanten vergeten")
    value(page, "Retouren").fill("2")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("2 values saved.")
    assert entered() == {"Bestellingen": 150, "Retouren": 2}


def test_leaving_with_something_typed_asks_first(open_sheet):
    page = open_sheet()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    value(page, "Bestellingen").press_sequentially("1")
    page.get_by_role("link", name="Board").first.click(no_wait_after=True)
    expect(value(page, "Bestellingen")).to_have_value("1")
    assert asked == ["beforeunload"]
    page.get_by_role("link", name="Cancel").click()
    expect(page).to_have_url(re.compile("/indicators/$"))
    assert asked == ["beforeunload"]


def test_without_script_it_is_a_plain_form(browser, live_server, signed_in, plan, plan_owner, indicators):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="en-GB")
    page = signed_in(context.new_page(), plan_owner)
    page.goto(f"/plans/{plan.pk}/indicators/enter/")
    value(page, "Bestellingen").fill("1.250,50")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("1,250.5")
    context.close()
    assert entered() == {"Bestellingen": 1250.5}


def test_a_value_entered_from_my_work_is_gone_from_the_list(page, signed_in, choice_owner, indicators):
    signed_in(page, choice_owner).goto("/", wait_until="networkidle")
    page.get_by_role("link", name="Enter the value of Bestellingen").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Value").fill("140")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Enter the value of Bestellingen")).to_have_count(0)
    expect(page.get_by_role("link", name="Enter all 3 on one page")).to_be_visible()


def test_a_value_corrected_on_the_indicators_page_shows_in_its_chart(page, signed_in, plan, plan_owner, indicators):
    factories.IndicatorValueFactory(indicator=indicators[0], period=MAY, value=140)
    signed_in(page, plan_owner).goto(f"/plans/{plan.pk}/indicators/{indicators[0].pk}/", wait_until="networkidle")
    expect(page.get_by_role("img", name="Course of Bestellingen")).to_be_visible()
    expect(page.locator(".chart .now")).to_have_text("140")
    page.get_by_role("link", name="Correct May 2026").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Value").fill("150")
    dialog.get_by_label("Why is it corrected?").fill("Twee klanten vergeten")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator(".chart .now")).to_have_text("150")
    expect(page.get_by_text("Because: Twee klanten vergeten")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_chart_stays_in_its_frame_with_readable_labels(page, signed_in, plan, plan_owner, indicators, width):
    indicator = indicators[0]
    indicator.unit, indicator.baseline, indicator.target = "eur", 10_000, 80_000
    indicator.save()
    page.set_viewport_size({"width": width, "height": 800})
    signed_in(page, plan_owner).goto(f"/plans/{plan.pk}/indicators/{indicator.pk}/", wait_until="networkidle")
    frame = page.locator(".indicator-chart").bounding_box()
    for text in page.locator(".chart text:visible").all():
        box = text.bounding_box()
        assert box["x"] >= frame["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"]
        assert text.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") >= 12
    across = [one.bounding_box() for one in page.locator(".chart text.tick[dy='22']:visible").all()]
    across.sort(key=lambda box: box["x"])
    assert len(across) >= 2
    assert all(left["x"] + left["width"] < right["x"] for left, right in pairwise(across))
