"""An action opened beside the board, and one added in its column: by keyboard, with others at work, and on a phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from actions.models import Action
from ogsm.accounts.models import User
from tests import factories

SignedIn = Callable[[Page, User], Page]
PHONE = {"width": 390, "height": 844}
CONFLICT = "Failed to load resource: the server responded with a status of 409 (Conflict)"
REFUSED = "Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"


@pytest.fixture
def cards(transactional_db: None, choice: Any, responsible: User, at: dt.datetime) -> list[Action]:
    names = ("First", "Second", "Third")
    return [factories.ActionFactory(choice=choice, responsible=responsible, result=f"{name} card") for name in names]


@pytest.fixture
def board(cards: list[Action], page: Page, signed_in: SignedIn, plan_owner: User) -> Page:
    """The plan owner's board, in a window of a usual size."""
    page.set_viewport_size({"width": 1440, "height": 900})
    signed_in(page, plan_owner).goto(f"/plans/{cards[0].plan_id}/board/", wait_until="networkidle")
    page.evaluate("window.stillHere = true")
    return page


@pytest.fixture
def panel(board: Page) -> Locator:
    return board.locator("#panel")


def link(page: Page, card: Action) -> Locator:
    return page.locator(f"#action-{card.pk} h3 a")


def open_card(page: Page, card: Action) -> None:
    link(page, card).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel #act-title")).to_have_text(card.result)
    expect(page.locator("#panel")).to_be_focused()


def pass_time(page: Page, seconds: int = 5) -> None:
    page.clock.run_for(seconds * 1000)
    page.wait_for_load_state("networkidle")


def columns(page: Page) -> dict[str, list[str]]:
    return {
        status: page.locator(f"[data-status={status}] .card h3").all_text_contents()
        for status in ("todo", "doing", "done")
    }


class TestThePanel:
    def test_opens_by_keyboard_and_escape_leads_back_to_the_card(
        self, board: Page, panel: Locator, cards: list[Action]
    ) -> None:
        open_card(board, cards[1])
        expect(board).to_have_url(f"/plans/{cards[1].plan_id}/board/?action={cards[1].pk}")
        expect(board.get_by_role("region", name="Second card")).to_be_visible()
        expect(board.locator("#board-page")).to_be_visible()
        board.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        expect(link(board, cards[1])).to_be_focused()
        assert "action=" not in board.url
        assert board.evaluate("window.stillHere")

    def test_back_forward_and_reload_keep_what_was_open(self, board: Page, panel: Locator, cards: list[Action]) -> None:
        title = panel.locator("#act-title")
        link(board, cards[0]).click()
        expect(title).to_have_text("First card")
        link(board, cards[1]).click()
        expect(title).to_have_text("Second card")
        board.go_back()
        expect(title).to_have_text("First card")
        board.go_back()
        expect(panel).to_be_hidden()
        board.go_forward()
        expect(title).to_have_text("First card")
        assert board.evaluate("window.stillHere")
        board.reload()
        expect(title).to_have_text("First card")

    def test_stays_open_when_the_filter_changes_and_back_leads_to_the_board_before(
        self, board: Page, panel: Locator, cards: list[Action]
    ) -> None:
        open_card(board, cards[0])
        board.get_by_role("link", name="Mine", exact=True).click()
        expect(board.locator(".none-yet").first).to_be_visible()
        expect(panel.locator("#act-title")).to_have_text("First card")
        expect(board).to_have_url(f"/plans/{cards[0].plan_id}/board/?mine=1&action={cards[0].pk}")
        board.locator("[data-panel-close]").click()
        expect(panel).to_be_hidden()
        board.go_back()
        expect(panel.locator("#act-title")).to_have_text("First card")
        board.go_back()
        expect(link(board, cards[0])).to_be_visible()
        expect(panel.locator("#act-title")).to_have_text("First card")

    def test_a_key_held_down_opens_the_page_itself(self, board: Page, panel: Locator, cards: list[Action]) -> None:
        with board.context.expect_page() as opened:
            link(board, cards[0]).click(modifiers=["ControlOrMeta"])
        expect(opened.value).to_have_url(cards[0].get_absolute_url())
        expect(panel).to_be_hidden()

    def test_an_action_that_is_not_there_opens_nothing_and_says_so(
        self, board: Page, panel: Locator, problems: list[str]
    ) -> None:
        board.goto(board.url + "?action=987654")
        expect(board.locator("#toasts .toast")).to_contain_text("no longer exists")
        expect(panel).to_be_hidden()
        assert "action=" not in board.url
        problems.clear()  # the 404 stands on the console

    def test_has_no_barrier(self, board: Page, cards: list[Action], find_barriers: Callable[..., list[str]]) -> None:
        open_card(board, cards[0])
        assert find_barriers(board) == []
        board.emulate_media(color_scheme="dark")
        assert find_barriers(board, rules=["color-contrast"]) == []
        board.emulate_media(color_scheme="light")
        board.locator("#act-edit").click()
        expect(board.locator("#panel dialog")).to_be_visible()
        assert find_barriers(board) == []
        board.locator("[data-panel-close]").click()
        board.locator("[data-status=doing] .quick > a").click()
        expect(board.get_by_role("form", name="Add an action in In progress")).to_be_visible()
        assert find_barriers(board) == []


class TestEditedInThePanel:
    def test_the_card_changes_by_itself_and_the_board_stays(
        self, board: Page, panel: Locator, cards: list[Action]
    ) -> None:
        open_card(board, cards[1])
        board.locator("#act-edit").focus()
        board.keyboard.press("Enter")
        result = panel.get_by_label("Result")
        expect(result).to_be_focused()
        expect(link(board, cards[0])).to_be_enabled()  # it is no modal dialog
        result.fill("Second card, in other words")
        board.keyboard.press("ControlOrMeta+Enter")
        expect(panel.locator("#act-title")).to_have_text("Second card, in other words")
        expect(link(board, cards[1])).to_have_text("Second card, in other words")
        expect(board.locator("#act-edit")).to_be_focused()
        expect(board.locator("#toasts .toast")).to_contain_text("is saved")
        assert board.evaluate("window.stillHere")

    def test_escape_leaves_the_form_and_keeps_what_was_typed(
        self, board: Page, panel: Locator, cards: list[Action]
    ) -> None:
        open_card(board, cards[0])
        board.locator("#act-edit").press("Enter")
        panel.get_by_label("Result").fill("Half a")
        board.keyboard.press("Escape")
        expect(board.locator("#act-edit")).to_be_focused()
        expect(panel).to_be_visible()
        board.keyboard.press("Enter")
        expect(panel.get_by_label("Result")).to_have_value("Half a")

    def test_what_somebody_else_saved_meanwhile_is_shown_in_the_panel(
        self, board: Page, panel: Locator, cards: list[Action], responsible: User, problems: list[str]
    ) -> None:
        open_card(board, cards[0])
        board.locator("#act-edit").press("Enter")
        panel.get_by_label("Result").fill("Mine")
        Action.objects.get(pk=cards[0].pk).edit(by=responsible, at=factories.AT, result="Theirs")
        panel.get_by_role("button", name="Save").click()
        expect(panel.get_by_role("alert")).to_contain_text("Joost van Leeuwen changed this while you were typing")
        expect(panel.locator(".conflict")).to_contain_text("Theirs")
        expect(panel.get_by_label("Result")).to_have_value("Mine")
        problems.remove(CONFLICT)
        panel.get_by_role("button", name="Save").click()
        expect(link(board, cards[0])).to_have_text("Mine")

    def test_a_move_and_its_undo_are_on_the_board_at_once(
        self, board: Page, panel: Locator, cards: list[Action]
    ) -> None:
        open_card(board, cards[0])
        panel.get_by_role("button", name="In progress").click()
        expect(board.locator(f"[data-status=doing] #action-{cards[0].pk}")).to_be_visible()
        expect(panel.get_by_role("button", name="In progress")).to_have_attribute("aria-pressed", "true")
        expect(panel.get_by_role("button", name="In progress")).to_be_focused()
        board.locator("#toasts [data-undo]").click()
        expect(board.locator(f"[data-status=todo] #action-{cards[0].pk}")).to_be_visible()
        expect(panel.get_by_role("button", name="To do")).to_have_attribute("aria-pressed", "true")
        assert board.evaluate("window.stillHere")

    def test_a_card_that_somebody_else_moved_first_stays_where_they_put_it(
        self, board: Page, panel: Locator, cards: list[Action], responsible: User, problems: list[str]
    ) -> None:
        open_card(board, cards[0])
        Action.objects.get(pk=cards[0].pk).move_to("doing", by=responsible, at=factories.AT)
        panel.get_by_role("button", name="Done").click()
        expect(panel.get_by_role("alert")).to_contain_text("Joost van Leeuwen has moved “First card” meanwhile")
        expect(panel.get_by_role("button", name="In progress")).to_have_attribute("aria-pressed", "true")
        problems.remove(CONFLICT)

    def test_an_update_is_given_in_it(self, board: Page, panel: Locator, cards: list[Action]) -> None:
        open_card(board, cards[0])
        board.locator("#act-update").press("Enter")
        panel.get_by_label("What did you do?").fill("Asked three suppliers")
        panel.get_by_label("What will you do next?").fill("Choose one")
        panel.get_by_text("Amber", exact=True).click()
        panel.get_by_text("In progress", exact=True).last.click()
        panel.get_by_role("button", name="Give update").click()
        expect(panel.locator(".log")).to_contain_text("Asked three suppliers")
        expect(board.locator(f"[data-status=doing] #action-{cards[0].pk} .light-amber")).to_be_visible()
        assert board.evaluate("window.stillHere")

    def test_steps_and_remarks_are_added_in_it(
        self, board: Page, panel: Locator, cards: list[Action], responsible: User
    ) -> None:
        factories.UpdateFactory(action=cards[0], author=responsible)
        open_card(board, cards[0])
        panel.get_by_label("New step").fill("Ask three suppliers")
        board.keyboard.press("Enter")
        expect(panel.locator(".step-list")).to_contain_text("Ask three suppliers")
        expect(panel.get_by_label("New step")).to_be_focused()
        panel.get_by_text("Leave a remark").click()
        panel.locator(".more-fields textarea").fill("Well done")
        panel.locator(".more-fields").get_by_role("button", name="Save").click()
        expect(panel.locator(".remarks")).to_contain_text("Well done")
        assert board.evaluate("window.stillHere")

    def test_archived_it_leaves_the_board_and_comes_back_from_the_panel(
        self, board: Page, panel: Locator, cards: list[Action]
    ) -> None:
        open_card(board, cards[0])
        board.locator("#act-archive").click()
        expect(link(board, cards[0])).to_have_count(0)
        panel.get_by_role("button", name="Restore").click()
        expect(link(board, cards[0])).to_be_visible()
        expect(board.locator("#act-archive")).to_be_visible()
        board.keyboard.press("Escape")
        expect(link(board, cards[0])).to_be_focused()

    def test_in_lanes_the_card_goes_to_its_new_lane_without_a_visit(
        self, board: Page, panel: Locator, cards: list[Action], choice_owner: User
    ) -> None:
        factories.ActionFactory(choice=cards[0].choice, responsible=choice_owner, result="Of Samira")
        board.goto(f"/plans/{cards[0].plan_id}/board/?lanes=person", wait_until="networkidle")
        board.evaluate("window.stillHere = true")
        open_card(board, cards[0])
        board.locator("#act-edit").press("Enter")
        panel.get_by_label("Responsible").select_option(label="Samira el Amrani")
        panel.get_by_role("button", name="Save").click()
        expect(board.locator(f"#lane-person-{choice_owner.pk} #action-{cards[0].pk}")).to_be_visible()
        assert board.evaluate("window.stillHere")

    def test_an_edit_is_taken_back_from_the_toast_and_from_its_history(
        self, board: Page, panel: Locator, cards: list[Action]
    ) -> None:
        open_card(board, cards[0])
        for undo in (board.locator("#toasts [data-undo]"), panel.locator(".undo").get_by_role("button").first):
            board.locator("#act-edit").press("Enter")
            panel.get_by_label("Result").fill("In other words")
            panel.get_by_role("button", name="Save").click()
            expect(panel.locator("#act-title")).to_have_text("In other words")
            undo.click()
            expect(panel.locator("#act-title")).to_have_text("First card")
            expect(link(board, cards[0])).to_have_text("First card")
        assert board.evaluate("window.stillHere")

    def test_in_lanes_a_card_that_is_edited_from_its_menu_moves_without_a_visit_too(
        self, board: Page, panel: Locator, cards: list[Action], choice_owner: User
    ) -> None:
        factories.ActionFactory(choice=cards[0].choice, responsible=choice_owner, result="Of Samira")
        board.goto(f"/plans/{cards[0].plan_id}/board/?lanes=person", wait_until="networkidle")
        board.evaluate("window.stillHere = true")
        board.locator(f"#menu-{cards[0].pk}").click()
        board.locator(f"#action-{cards[0].pk} .menu-list").get_by_role("link", name="Edit").click()
        dialog = board.locator("dialog[open]")
        dialog.get_by_label("Responsible").select_option(label="Samira el Amrani")
        dialog.get_by_role("button", name="Save").click()
        expect(board.locator(f"#lane-person-{choice_owner.pk} #action-{cards[0].pk}")).to_be_visible()
        expect(panel).to_be_hidden()
        assert board.evaluate("window.stillHere")


class TestOthersAtWork:
    def test_what_somebody_else_saved_is_in_the_open_panel_too_and_the_focus_stays(
        self, board: Page, panel: Locator, cards: list[Action], responsible: User
    ) -> None:
        open_card(board, cards[0])
        board.locator("#act-edit").focus()
        Action.objects.get(pk=cards[0].pk).edit(by=responsible, at=factories.AT, result="In other words")
        pass_time(board)
        expect(panel.locator("#act-title")).to_have_text("In other words")
        expect(link(board, cards[0])).to_have_text("In other words")
        expect(board.locator("#act-edit")).to_be_focused()

    def test_a_form_in_the_panel_is_not_disturbed_while_the_board_goes_on(
        self, board: Page, panel: Locator, cards: list[Action], responsible: User
    ) -> None:
        open_card(board, cards[0])
        board.locator("#act-edit").press("Enter")
        result = panel.get_by_label("Result")
        result.fill("Half a")
        for card in cards:
            Action.objects.get(pk=card.pk).move_to("doing", by=responsible, at=factories.AT)
        pass_time(board, 9)
        expect(board.locator("[data-status=doing] .card")).to_have_count(3)
        expect(result).to_be_focused()
        expect(result).to_have_value("Half a")
        board.keyboard.press("Escape")
        expect(panel.get_by_role("button", name="In progress")).to_have_attribute("aria-pressed", "true")


class TestQuickAdd:
    @pytest.fixture
    def form(self, board: Page) -> Locator:
        return board.get_by_role("form", name="Add an action in In progress")

    def open(self, board: Page, form: Locator) -> None:
        board.locator("[data-status=doing] .quick > a").focus()
        board.keyboard.press("Enter")
        expect(form.get_by_label("Result")).to_be_focused()

    def fill(self, form: Locator, choice: Any, responsible: User) -> None:
        form.get_by_label("Strategic choice").select_option(str(choice.pk))
        form.get_by_label("Responsible").select_option(str(responsible.pk))
        form.get_by_label("Deadline").fill("2026-12-01")

    def test_two_actions_are_typed_one_after_the_other(
        self, board: Page, form: Locator, cards: list[Action], choice: Any, responsible: User
    ) -> None:
        self.open(board, form)
        result, names = form.get_by_label("Result"), board.locator("[data-status=doing] .card h3")
        board.keyboard.type("Twenty schools have a garden")
        self.fill(form, choice, responsible)
        form.get_by_label("Deadline").press("Enter")
        expect(names).to_have_text(["Twenty schools have a garden"])
        expect(board.locator("#toasts .toast")).to_contain_text(
            "“Twenty schools have a garden” is in the plan, in In progress."
        )
        expect(board.locator("[data-count-for=doing]")).to_have_text("1")
        expect(result).to_be_focused()
        expect(result).to_have_value("")
        board.keyboard.type("Thirty schools have a cook")
        board.keyboard.press("Enter")
        expect(names).to_have_text(["Twenty schools have a garden", "Thirty schools have a cook"])
        expect(board.locator("[data-status=doing]")).to_have_attribute("data-count", "2")
        expect(result).to_be_focused()
        assert board.evaluate("window.stillHere")
        since = board.locator("[data-live]").get_attribute("data-since")
        pass_time(board, 6)
        assert board.locator("[data-live]").get_attribute("data-since") == since  # nothing is left to fetch

    def test_what_is_wrong_stands_beside_its_field_and_has_the_focus(
        self, board: Page, form: Locator, cards: list[Action], problems: list[str]
    ) -> None:
        self.open(board, form)
        board.keyboard.type("Twenty schools have a garden")
        board.keyboard.press("Enter")
        expect(form.locator(".err")).to_have_count(2)  # the only choice is chosen already
        expect(form.get_by_label("Responsible")).to_be_focused()
        expect(form.get_by_label("Result")).to_have_value("Twenty schools have a garden")
        problems.remove(REFUSED)

    def test_escape_puts_it_away_and_keeps_what_was_typed(
        self, board: Page, form: Locator, cards: list[Action]
    ) -> None:
        self.open(board, form)
        board.keyboard.type("Half a")
        board.keyboard.press("Escape")
        expect(form).to_be_hidden()
        expect(board.locator("[data-status=doing] .quick > a")).to_be_focused()
        board.keyboard.press("Enter")
        expect(form.get_by_label("Result")).to_have_value("Half a")
        expect(form.get_by_label("Result")).to_be_focused()

    def test_typing_holds_others_changes_back_and_a_new_board_keeps_the_form(
        self, board: Page, form: Locator, cards: list[Action], choice: Any, plan_owner: User, responsible: User
    ) -> None:
        self.open(board, form)
        board.clock.run_for(3000)
        Action.objects.get(pk=cards[0].pk).move_to("doing", by=responsible, at=factories.AT)
        for _ in range(6):
            board.keyboard.type("a")
            board.clock.run_for(1000)
        expect(board.locator(f"[data-status=todo] #action-{cards[0].pk}")).to_be_visible()
        choice.change(by=plan_owner, at=factories.AT, colour=7)
        pass_time(board, 9)
        expect(board.locator(f"[data-status=doing] #action-{cards[0].pk}.c7")).to_be_visible()
        expect(form.get_by_label("Result")).to_have_value("aaaaaa")
        expect(form.get_by_label("Result")).to_be_focused()

    def test_the_wording_gets_its_hint_while_it_is_typed(self, board: Page, form: Locator, cards: list[Action]) -> None:
        self.open(board, form)
        board.keyboard.type("Improve the website")
        expect(form.locator("[data-advice]")).not_to_be_empty()

    def test_in_a_lane_its_choice_is_filled_in(self, board: Page, cards: list[Action], choice: Any) -> None:
        factories.ChoiceFactory(plan=choice.plan)
        board.goto(f"/plans/{choice.plan_id}/board/?lanes=choice", wait_until="networkidle")
        lane = board.locator(f"#lane-choice-{choice.pk}")
        lane.locator("[data-status=todo] .quick > a").click()
        expect(lane.get_by_label("Strategic choice")).to_have_value(str(choice.pk))
        expect(lane.get_by_label("Result")).to_be_focused()

    def test_without_script_it_is_a_page_with_the_column_filled_in(self, board: Page, cards: list[Action]) -> None:
        address = board.locator("[data-status=doing] .quick > a").get_attribute("href")
        board.goto(str(address))
        expect(board.get_by_role("heading", name="Add an action")).to_be_visible()


class TestOnAPhone:
    @pytest.fixture(autouse=True)
    def phone(self, board: Page) -> None:
        board.set_viewport_size(PHONE)

    def test_the_panel_covers_the_page_and_leads_back_to_the_card(
        self, board: Page, panel: Locator, cards: list[Action]
    ) -> None:
        link(board, cards[2]).click()
        dialog = board.get_by_role("dialog", name="Third card")
        expect(dialog).to_be_visible()
        box = panel.bounding_box()
        assert box is not None
        assert (box["x"], box["width"], box["height"]) == (0, PHONE["width"], PHONE["height"])
        expect(board.locator("#board-page")).to_have_js_property("inert", True)
        for width in (PHONE["width"], 320):
            board.set_viewport_size({**PHONE, "width": width})
            assert board.evaluate("document.documentElement.scrollWidth") <= width
            assert board.locator("#panel-body").evaluate("body => body.scrollWidth <= body.clientWidth")
        board.locator("#act-edit").click()
        panel.get_by_label("Result").fill("Third card, in other words")
        panel.get_by_role("button", name="Save").click()
        expect(panel.locator("#act-title")).to_have_text("Third card, in other words")
        board.locator("[data-panel-close]").click()
        expect(link(board, cards[2])).to_be_focused()
        expect(link(board, cards[2])).to_have_text("Third card, in other words")

    def test_an_action_is_added_in_its_column(
        self, board: Page, cards: list[Action], choice: Any, responsible: User
    ) -> None:
        column = board.locator("[data-status=todo]")
        column.locator(".quick > a").click()
        column.get_by_label("Result").fill("Twenty schools have a garden")
        column.get_by_label("Strategic choice").select_option(str(choice.pk))
        column.get_by_label("Responsible").select_option(str(responsible.pk))
        column.get_by_label("Deadline").fill("2026-12-01")
        column.get_by_role("button", name="Add", exact=True).click()
        expect(column.locator(".card h3").last).to_have_text("Twenty schools have a garden")
        assert board.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
