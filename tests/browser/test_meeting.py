"""A meeting of three: the facilitator on the projector, the responsible on a phone, a third on a laptop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from actions.models import Action
from ogsm.accounts.models import User
from tests import factories
from updates.models import Session, Update
from updates.services import agreement_make

SignIn = Callable[[Page, User], Page]
SOON = 2000  # within this everybody sees it
DAY = dt.timedelta(days=1)


@pytest.fixture
def late(choice: Any, responsible: User, member: User, on: dt.date, at: dt.datetime) -> Action:
    action = factories.ActionFactory(
        choice=choice, responsible=responsible, status="doing", deadline=on - 6 * DAY, result="Tien klanten bestellen"
    )
    answers = {"done": "Vier testen", "next": "Derde aansluiten", "need": "Een ontwikkelaar", "need_of": member}
    Update.give(action, by=responsible, at=at - DAY, status="doing", light="red", **answers)
    return action


@pytest.fixture
def session(late: Action, choice: Any, responsible: User, process_owner: User, on: dt.date, at: dt.datetime) -> Session:
    """Running, with the floor at the late action; a second line follows it."""
    factories.ActionFactory(choice=choice, responsible=responsible, deadline=on - DAY, result="Tweede regel")
    session = factories.SessionFactory(plan=late.plan, starts_at=at)
    session.start(by=process_owner, at=at)
    session.turn_to(session.lines.get(title="Tien klanten bestellen"), at=at)
    return session


@pytest.fixture
def opened(
    browser: Browser, browser_context_args: dict[str, Any], signed_in: SignIn, session: Session, answered: None
) -> Iterator[Callable[..., Page]]:
    """Opens the meeting in a browser of one's own, of that size; `ahead`: how wrong its clock is."""
    contexts = []

    def open_meeting(person: User, width: int, height: int, *, ahead: dt.timedelta = dt.timedelta()) -> Page:
        context = browser.new_context(**browser_context_args, viewport={"width": width, "height": height})
        contexts.append(context)
        context.clock.install(time=factories.AT + ahead)
        page = signed_in(context.new_page(), person)
        page.goto(session.get_absolute_url() + "run/", wait_until="networkidle")
        return page

    yield open_meeting
    for context in contexts:
        context.close()


@pytest.fixture
def projector(opened: Callable[..., Page], process_owner: User) -> Page:
    return opened(process_owner, 1440, 900)


@pytest.fixture
def phone(opened: Callable[..., Page], responsible: User) -> Page:
    return opened(responsible, 360, 740)


@pytest.fixture
def laptop(opened: Callable[..., Page], plan_owner: User) -> Page:
    return opened(plan_owner, 1280, 720)


def title(page: Page) -> Any:
    return page.get_by_role("heading", level=1)


def record_new_date(page: Page) -> None:
    page.keyboard.press("1")
    dialog = page.locator("#dialog")
    dialog.get_by_label("New deadline").fill("2026-07-31")
    dialog.get_by_label("Why?").fill("Contract later")
    dialog.get_by_role("button", name="Record").click()


def test_a_decision_appears_on_every_screen_and_goes_when_it_is_taken_back(
    projector: Page, phone: Page, laptop: Page, late: Action
) -> None:
    for page in (projector, phone, laptop):
        expect(title(page)).to_have_text("Tien klanten bestellen")
    record_new_date(projector)
    expect(projector.locator(".decided")).to_contain_text("Contract later")
    for page in (phone, laptop):
        expect(page.locator(".decided")).to_contain_text("31 Jul 2026. Reason: Contract later", timeout=SOON)
    late.refresh_from_db()
    assert late.deadline == dt.date(2026, 7, 31)
    projector.keyboard.press("z")
    for page in (projector, phone, laptop):
        expect(page.locator(".decided")).to_have_count(0, timeout=SOON)
    late.refresh_from_db()
    assert late.deadline == factories.ON - 6 * DAY


def test_everybody_goes_along_with_next_previous_park_and_skip(
    projector: Page, phone: Page, laptop: Page, session: Session
) -> None:
    projector.keyboard.press("s")
    for page in (projector, phone, laptop):
        expect(title(page)).to_have_text("Tweede regel", timeout=SOON)
    projector.keyboard.press("ArrowLeft")
    expect(title(phone)).to_have_text("Tien klanten bestellen", timeout=SOON)
    assert session.lines.get(title="Tien klanten bestellen").outcome == ""
    projector.keyboard.press("p")
    expect(title(projector)).to_have_text("Tweede regel")
    assert session.lines.get(title="Tien klanten bestellen").outcome == "parked"
    projector.keyboard.press("ArrowRight")
    expect(title(laptop)).to_have_text("What have we agreed?", timeout=SOON)


def test_a_presenters_remote_walks_on_and_back_and_does_nothing_in_a_dialog(projector: Page) -> None:
    projector.keyboard.press("PageDown")
    expect(title(projector)).to_have_text("Tweede regel")
    projector.keyboard.press("PageUp")
    expect(title(projector)).to_have_text("Tien klanten bestellen")
    projector.keyboard.press("1")
    expect(projector.locator("#dialog")).to_be_visible()
    projector.keyboard.press("PageDown")
    projector.keyboard.press("Escape")
    expect(projector.locator("#dialog")).not_to_be_visible()
    expect(title(projector)).to_have_text("Tien klanten bestellen")


def test_on_another_line_no_button_of_the_line_before_keeps_the_focus(projector: Page, laptop: Page) -> None:
    projector.keyboard.press("1")
    expect(projector.locator("#dialog")).to_be_visible()
    projector.keyboard.press("Escape")
    expect(projector.locator("[data-key='1']")).to_be_focused()
    projector.keyboard.press("ArrowRight")
    expect(title(projector)).to_have_text("Tweede regel")
    expect(projector.locator("#main")).to_be_focused()
    expect(title(laptop)).to_have_text("Tweede regel", timeout=SOON)
    laptop.keyboard.press("n")
    expect(laptop.locator("#dialog")).to_be_visible()
    projector.keyboard.press("ArrowLeft")
    expect(title(laptop)).to_have_text("Tien klanten bestellen", timeout=SOON)
    laptop.keyboard.press("Escape")
    expect(laptop.locator("#main")).to_be_focused()


def test_who_walks_on_by_the_buttons_alone_stays_at_them(projector: Page) -> None:
    projector.get_by_role("button", name="Next").press("Enter")
    expect(title(projector)).to_have_text("Tweede regel")
    expect(projector.get_by_role("button", name="Next")).to_be_focused()


def test_taking_back_leaves_the_focus_at_the_line_and_at_no_other_button(
    projector: Page, session: Session, process_owner: User, member: User, on: dt.date, at: dt.datetime
) -> None:
    decide_four(session, process_owner, member, on, at)
    projector.reload(wait_until="networkidle")
    projector.get_by_role("button", name="Take back Agreement").first.press("Enter")
    expect(projector.locator(".decided-row")).to_have_count(3)
    expect(projector.locator("#main")).to_be_focused()


def decide_four(session: Session, by: User, who: User, on: dt.date, at: dt.datetime) -> None:
    line = session.lines.get(title="Tien klanten bestellen")
    for text in (
        "Belt de twaalf installateurs die nog niet reageerden op de vraag",
        "Vraagt het na",
        "Schrijft",
        "Belt",
    ):
        agreement_make(line, text=text, who=who, due_on=on + 5 * DAY, by=by, at=at)


def test_four_decisions_cover_no_fact_of_the_line(
    projector: Page,
    laptop: Page,
    session: Session,
    process_owner: User,
    member: User,
    late: Action,
    on: dt.date,
    at: dt.datetime,
) -> None:
    long_title = "Tien installateurs bestellen rechtstreeks vanuit hun calculatiepakket"
    decide_four(session, process_owner, member, on, at)
    session.lines.filter(title="Tien klanten bestellen").update(title=long_title)
    for page in (projector, laptop):
        page.reload(wait_until="networkidle")
        expect(title(page)).to_have_text(long_title)
        expect(page.locator(".decided-row")).to_have_count(4)
        strip, bar = page.locator(".meet-strip").bounding_box(), page.locator(".decide").bounding_box()
        assert strip
        assert bar
        assert strip["y"] + strip["height"] <= bar["y"]
        for name in page.get_by_role("button", name="Take back").all():
            row = name.locator("xpath=ancestor::li").bounding_box()
            assert row
            assert row["height"] <= 32


def test_the_lead_is_taken_over_and_the_other_screen_follows(projector: Page, laptop: Page, phone: Page) -> None:
    expect(laptop.get_by_text("Peter Smit leads")).to_be_visible()
    projector.keyboard.press("h")
    dialog = projector.locator("#dialog")
    dialog.get_by_label("Who leads?").select_option(label="Karin de Boer")
    dialog.get_by_role("button", name="Hand over").click()
    expect(laptop.get_by_role("button", name="Skip")).to_be_visible(timeout=SOON)
    expect(phone.get_by_text("Karin de Boer leads")).to_be_visible(timeout=SOON)
    laptop.keyboard.press("s")
    expect(title(projector)).to_have_text("Tweede regel", timeout=SOON)
    projector.get_by_role("button", name="Take over the lead").click()
    expect(laptop.get_by_text("Peter Smit leads")).to_be_visible(timeout=SOON)


def test_a_screen_that_loses_its_network_says_so_and_catches_up(
    projector: Page, phone: Page, problems: list[str]
) -> None:
    phone.context.set_offline(True)
    expect(phone.locator("[data-following]")).to_have_text(
        "No connection: trying again. What you see may have changed since."
    )
    projector.keyboard.press("ArrowRight")
    expect(title(projector)).to_have_text("Tweede regel")
    expect(title(phone)).to_have_text("Tien klanten bestellen")
    phone.context.set_offline(False)
    expect(title(phone)).to_have_text("Tweede regel", timeout=SOON)
    expect(phone.locator("[data-following]")).not_to_contain_text("No connection")
    assert problems == []


def test_a_facilitator_without_network_loses_nothing(projector: Page, session: Session) -> None:
    projector.context.set_offline(True)
    projector.keyboard.press("ArrowRight")
    expect(projector.locator("#toasts")).to_contain_text("No connection")
    expect(title(projector)).to_have_text("Tien klanten bestellen")
    projector.context.set_offline(False)
    projector.keyboard.press("ArrowRight")
    expect(title(projector)).to_have_text("Tweede regel")
    assert session.lines.get(title="Tien klanten bestellen").outcome == "discussed"


def test_the_clock_is_the_same_on_a_device_that_is_hours_wrong_and_survives_a_reload(
    opened: Callable[..., Page], process_owner: User, responsible: User, session: Session
) -> None:
    right, wrong = opened(process_owner, 1440, 900), opened(responsible, 360, 740, ahead=dt.timedelta(hours=-3))

    def seconds(page: Page) -> int:
        minutes, rest = page.locator("[data-clock-left]").last.inner_text().split(":")
        return int(minutes) * 60 + int(rest)

    for page in (right, wrong):
        page.clock.run_for(1000)
        assert 200 < seconds(page) <= 300
    assert abs(seconds(right) - seconds(wrong)) <= 5
    before = seconds(wrong)
    wrong.reload(wait_until="networkidle")
    assert abs(seconds(wrong) - before) <= 5
    expect(wrong.locator("[data-clock-within]")).to_contain_text("45 of 45 minutes left")


def test_overtime_is_said_and_stops_nothing(
    opened: Callable[..., Page], process_owner: User, session: Session, at: dt.datetime
) -> None:
    long_ago = at - dt.timedelta(minutes=58)
    Session.objects.filter(pk=session.pk).update(started_at=long_ago, current_line_at=long_ago)
    page = opened(process_owner, 1280, 720)
    expect(page.locator("[data-clock-beyond]")).to_contain_text("13 min over the 45 minutes")
    expect(page.locator("[data-clock-note]")).to_have_text("over time")
    page.keyboard.press("ArrowRight")
    expect(title(page)).to_have_text("Tweede regel")


def test_keys_do_nothing_for_who_has_switched_them_off(
    opened: Callable[..., Page], process_owner: User, session: Session
) -> None:
    process_owner.shortcuts = False
    process_owner.save()
    page = opened(process_owner, 1440, 900)
    page.keyboard.press("s")
    page.keyboard.press("1")
    expect(page.locator("#dialog")).not_to_be_visible()
    expect(title(page)).to_have_text("Tien klanten bestellen")
    page.get_by_role("button", name="Skip").click()
    expect(title(page)).to_have_text("Tweede regel")


def test_a_hidden_tab_asks_nothing_and_catches_up_when_it_is_seen(
    projector: Page, phone: Page, session: Session
) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.evaluate("Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })")
    projector.keyboard.press("ArrowRight")
    expect(title(projector)).to_have_text("Tweede regel")
    asked.clear()
    phone.clock.run_for(10_000)
    assert asked == []
    phone.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    expect(title(phone)).to_have_text("Tweede regel", timeout=SOON)


def test_the_page_of_the_session_follows_too_and_shows_the_minutes_at_the_end(
    projector: Page, laptop: Page, session: Session, process_owner: User, at: dt.datetime
) -> None:
    laptop.goto(session.get_absolute_url(), wait_until="networkidle")
    record_new_date(projector)
    expect(laptop.locator("[data-agenda-line] .decision")).to_contain_text("Contract later", timeout=SOON)
    Session.objects.get(pk=session.pk).close(by=process_owner, at=at + dt.timedelta(minutes=40))
    expect(laptop.locator("[data-session-state=closed]")).to_be_visible(timeout=SOON)
    expect(laptop.locator("#session")).to_contain_text("Contract later")
    projector.wait_for_url("**/minutes/")


def test_no_screen_has_a_barrier_nor_scrolls_where_it_must_not(
    projector: Page, phone: Page, laptop: Page, find_barriers: Callable[..., list[str]]
) -> None:
    for page in (projector, phone, laptop):
        assert find_barriers(page) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert laptop.evaluate("document.documentElement.scrollHeight") <= 720
