"""Preparing a session in two minutes: on a phone, without a password, with a connection that drops, and seen live by
whoever leads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Choice, Plan
from tests import factories
from updates.models import OutgoingMail, Session, Update
from updates.prepare_links import prepare_token

SignIn = Callable[[Page, User], Page]
THUMB = 44  # px
NARROW = {"width": 360, "height": 740}


@pytest.fixture
def session(transactional_db: None, plan: Plan, process_owner: User, at: dt.datetime) -> Session:
    session = factories.SessionFactory(plan=plan, starts_at=at + dt.timedelta(days=5))
    session.open(by=process_owner, at=at - dt.timedelta(hours=1))
    return session


@pytest.fixture
def actions(session: Session, choice: Choice, responsible: User, at: dt.datetime) -> list[Action]:
    """Five on plan, each with an update of last month."""
    made = []
    for number in range(1, 6):
        action = factories.ActionFactory(
            choice=choice, responsible=responsible, status="doing", result=f"Installateur {number} bestelt zelf",
            deadline=dt.date(2026, 9, number),
        )  # fmt: skip
        Update.give(
            action, by=responsible, at=at - dt.timedelta(days=40), status="doing", light="green", next="Het vervolg"
        )
        made.append(action)
    return made


def link(session: Session, user: User) -> str:
    return reverse("updates:prepare_page", args=[prepare_token(session, user)])


@pytest.fixture
def phone(page: Page, session: Session, actions: list[Action], responsible: User) -> Page:
    """The link, opened on a phone by somebody who is not signed in."""
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto(link(session, responsible), wait_until="networkidle")
    return page


def size_of(target: Locator) -> dict[str, float]:
    box = target.bounding_box()
    assert box is not None
    return box  # type: ignore[return-value]


def go_offline(page: Page, problems: list[str], *, off: bool = True) -> None:
    """The browser says so on its console; that is no fault of the page."""
    page.context.set_offline(off)
    if not off:
        problems[:] = [said for said in problems if "ERR_INTERNET_DISCONNECTED" not in said and "htmx:" not in said]


# ---- two minutes ----


def test_five_actions_are_five_taps_that_need_no_scrolling(phone: Page, actions: list[Action]) -> None:
    """'Unchanged' lies on the screen, under the thumb, each time the next action has opened."""
    for given in range(5):
        expect(phone.locator("#my-updates .count").first).to_have_text(f"{given} of 5")
        button = phone.locator(".at-thumb").get_by_role("button", name="Unchanged")
        box = size_of(button)
        assert box["height"] >= THUMB
        assert NARROW["height"] / 2 < box["y"] <= NARROW["height"] - box["height"], "low on the screen, and on it"
        button.tap() if phone.evaluate("navigator.maxTouchPoints") else button.click()
        expect(phone.locator("#my-updates .count").first).to_have_text(f"{given + 1} of 5")
    expect(phone.get_by_role("heading", name="Ready: until Tuesday 09:00")).to_be_visible()
    assert Update.objects.filter(unchanged=True).count() == 5


def test_whatever_is_pressed_is_big_enough_for_a_thumb_and_nothing_sticks_out(
    phone: Page, find_barriers: Callable[..., list[str]]
) -> None:
    small = phone.locator("main :is(.btn, .pick label):visible").evaluate_all(
        f"all => all.filter((one) => one.getBoundingClientRect().height < {THUMB}).map((one) => one.textContent)"
    )
    assert small == []
    for width in (360, 320):
        phone.set_viewport_size({"width": width, "height": 740})
        assert phone.evaluate("document.documentElement.scrollWidth") <= width
    assert find_barriers(phone) == []
    phone.emulate_media(color_scheme="dark")
    assert find_barriers(phone, rules=["color-contrast"]) == []


# ---- from the mail to the thanks ----


def test_everything_that_is_asked_is_answered_by_link_alone(
    page: Page, session: Session, actions: list[Action], choice: Choice, responsible: User, member: User, on: dt.date,
    at: dt.datetime,
) -> None:  # fmt: skip
    """An update with a changed answer, a done one, an answer to a colleague, a value, an agreement moved."""
    Update.give(actions[4], by=responsible, at=at, status="doing", light="green")
    for action in actions[2:4]:
        action.archive(by=None, at=at)
    late = actions[1]
    Action.objects.filter(pk=late.pk).update(deadline=on - dt.timedelta(days=3))
    asking = factories.ActionFactory(choice=choice, responsible=member, result="Het contract ligt er")
    Update.give(asking, by=member, at=at, status="todo", light="amber", need="Kijk je het na?", need_of=responsible)
    indicator = factories.IndicatorFactory(choice=choice, entered_by=responsible, name="Bestellingen online")
    agreement = factories.DecisionFactory(plan=session.plan, who=responsible, text="Belt de notaris")
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto(link(session, responsible), wait_until="networkidle")

    page.get_by_text("New date, and why").click()
    page.get_by_label("New deadline").fill((on + dt.timedelta(days=30)).isoformat())
    page.get_by_label("Why?").fill("De leverancier schoof op")
    page.get_by_role("button", name="Give update").click()
    expect(page.locator("#my-updates .count").first).to_have_text("2 of 3")

    page.get_by_label("What did you do?").fill("Alles getest")
    page.locator(".update-status").get_by_text("Done", exact=True).click()
    page.get_by_role("button", name="Give update").click()
    expect(page.get_by_role("heading", name="You are up to date")).to_be_visible()

    page.get_by_role("link", name="Partly").click()
    page.get_by_label("In words").fill("De eerste helft")
    page.get_by_role("button", name="Answer").click()
    expect(page.locator("#my-help-title .count")).to_have_text("0")

    page.get_by_role("link", name="Enter the value of Bestellingen online").click()
    page.locator("#dialog").get_by_label("Value").fill("144")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Ready: until Tuesday 09:00")).to_be_visible()

    page.get_by_role("link", name="New date").click()
    page.get_by_label("New date").fill((on + dt.timedelta(days=20)).isoformat())
    page.get_by_label("Why?").fill("Hij is op reis")
    page.get_by_role("button", name="Save the new date").click()
    expect(page.locator(f"#agreement-{agreement.pk}")).to_contain_text("in 3 weeks")

    late.refresh_from_db()
    assert (late.deadline, late.updates.first().author) == (on + dt.timedelta(days=30), responsible)
    assert Action.objects.get(pk=actions[0].pk).status == "done"
    assert asking.help_requests.get().answer == "De eerste helft"
    assert indicator.values.get().value == 144
    assert [cookie["name"] for cookie in page.context.cookies()] == ["csrftoken"]
    page.goto("/")
    expect(page.locator("[name=password]")).to_be_visible()


def test_the_link_is_dead_after_the_start_and_the_text_being_typed_stays(
    phone: Page, session: Session, actions: list[Action], process_owner: User, responsible: User, problems: list[str],
    at: dt.datetime,
) -> None:  # fmt: skip
    session.start(by=process_owner, at=at + dt.timedelta(minutes=1))
    phone.get_by_label("What did you do?").fill("Nog net iets")
    phone.get_by_role("button", name="Give update").click()
    expect(phone.locator("#toasts")).to_contain_text("The session has started")
    expect(phone.get_by_label("What did you do?")).to_have_value("Nog net iets")
    assert not actions[0].updates.filter(done="Nog net iets").exists()
    phone.goto(link(session, responsible))
    expect(phone.get_by_role("heading", name="The session has started")).to_be_visible()
    expect(phone.get_by_role("link", name="Sign in")).to_be_visible()
    problems[:] = [said for said in problems if "410" not in said]


# ---- a connection that drops ----


def test_what_is_typed_without_a_connection_survives_even_a_closed_page(
    phone: Page, session: Session, actions: list[Action], responsible: User, problems: list[str]
) -> None:
    go_offline(phone, problems)
    phone.get_by_label("What did you do?").press_sequentially("In de trein getypt")
    phone.clock.run_for(1000)
    expect(phone.locator("[data-draft-status]")).to_contain_text("No connection")
    phone.evaluate("window.stop()")
    phone.close()
    go_offline(phone, problems, off=False)
    assert not actions[0].update_drafts.exists(), "nothing of it has reached the server"

    again = phone.context.new_page()
    again.goto(link(session, responsible), wait_until="networkidle")
    expect(again.get_by_label("What did you do?")).to_have_value("In de trein getypt")
    expect(again.locator("[data-kept]")).to_contain_text("Put back from this device")
    expect(again.locator("[data-draft-status]")).to_contain_text("Draft saved at")
    assert actions[0].update_drafts.get().answers["done"] == "In de trein getypt"
    again.get_by_role("button", name="Give update").click()
    expect(again.locator("#my-updates .count").first).to_have_text("1 of 5")
    assert again.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('ogsm.kept'))") == []


def test_sending_without_a_connection_keeps_the_form_and_works_once_it_is_back(
    phone: Page, actions: list[Action], problems: list[str]
) -> None:
    phone.get_by_label("What did you do?").fill("Met de hand verstuurd")
    go_offline(phone, problems)
    phone.get_by_role("button", name="Give update").click()
    expect(phone.locator("#toasts")).to_contain_text("No connection. What you typed is still here")
    go_offline(phone, problems, off=False)
    phone.get_by_role("button", name="Give update").click()
    expect(phone.locator("#my-updates .count").first).to_have_text("1 of 5")
    assert actions[0].updates.filter(done="Met de hand verstuurd").count() == 1


def test_a_closed_item_says_that_there_is_text_and_it_can_be_thrown_away(
    phone: Page, actions: list[Action], problems: list[str]
) -> None:
    second = phone.locator(f"#update-{actions[1].pk}")
    second.get_by_role("link", name="Update: ").click()
    expect(second.get_by_label("What did you do?")).to_be_visible()
    phone.evaluate("navigator.sendBeacon = () => true")  # what leaving the page would send is lost, too
    phone.route("**/draft/", lambda route: route.abort())
    second.get_by_label("What did you do?").fill("Half")
    phone.clock.run_for(1000)
    expect(second.locator("[data-draft-status]")).to_contain_text("No connection")
    phone.reload(wait_until="networkidle")
    phone.unroute_all()
    problems[:] = [said for said in problems if "ERR_FAILED" not in said]
    second = phone.locator(f"#update-{actions[1].pk}")
    expect(second.locator("[data-kept-for]")).to_contain_text("was not sent yet")
    second.get_by_role("link", name="Update: ").click()
    expect(second.get_by_label("What did you do?")).to_have_value("Half")
    second.get_by_role("button", name="Throw it away").click()
    expect(second.get_by_label("What did you do?")).to_have_value("")
    expect(second.locator("[data-kept]")).to_be_hidden()


# ---- seen by whoever leads it ----


@pytest.fixture
def facilitator(
    context: BrowserContext, browser: Browser, browser_context_args: dict[str, Any], session: Session,
    actions: list[Action], signed_in: SignIn, process_owner: User, at: dt.datetime,
) -> Iterator[Page]:  # fmt: skip
    """The session's page on the laptop of who leads it."""
    second = browser.new_context(**browser_context_args)
    second.clock.install(time=at)
    page = signed_in(second.new_page(), process_owner)
    page.goto(session.get_absolute_url(), wait_until="networkidle")
    yield page
    second.close()


def test_the_facilitator_sees_within_seconds_who_became_ready_and_what_it_does_to_the_agenda(
    phone: Page, facilitator: Page, actions: list[Action], responsible: User
) -> None:
    facilitator.evaluate("window.stillHere = true")
    row = facilitator.locator(f"[data-person='{responsible.pk}']")
    expect(row).to_contain_text("5 to go")
    assert facilitator.locator("[data-section='off-plan'] [data-agenda-line]").count() == 5
    for given in range(5):
        phone.locator(".at-thumb").get_by_role("button", name="Unchanged").click()
        expect(phone.locator("#my-updates .count").first).to_have_text(f"{given + 1} of 5")
    facilitator.clock.run_for(5000)
    expect(row).to_contain_text("ready")
    expect(facilitator.locator("#session-side .figure").nth(1)).to_have_text("100%")
    expect(facilitator.locator(".head .summary")).to_contain_text("100%")
    expect(facilitator.locator("[data-section='off-plan'] [data-agenda-line]")).to_have_count(0)
    assert facilitator.evaluate("window.stillHere"), "without a reload"


def test_one_click_reminds_somebody_and_says_so(facilitator: Page, responsible: User) -> None:
    facilitator.get_by_role("button", name=f"Remind {responsible.name} by mail").click()
    expect(facilitator.locator("#toasts")).to_contain_text(f"{responsible.name} gets a mail")
    expect(facilitator.locator(f"[data-person='{responsible.pk}']")).to_contain_text("Reminded today")
    assert OutgoingMail.objects.get().user == responsible


def test_an_answer_for_somebody_else_is_given_on_the_page(
    facilitator: Page, actions: list[Action], responsible: User, process_owner: User
) -> None:
    facilitator.locator(f"#for-{responsible.pk}").click()
    facilitator.get_by_role("link", name=f"Update: {actions[0].result}").click()
    dialog = facilitator.locator("#dialog")
    expect(dialog).to_contain_text(f"on behalf of {responsible.name}")
    dialog.get_by_label("What did you do?").fill("Hij belde het door")
    dialog.get_by_role("button", name="Give update").click()
    expect(facilitator.locator(f"[data-person='{responsible.pk}']")).to_contain_text("4 to go")
    update = actions[0].updates.first()
    assert update is not None
    assert (update.author, update.on_behalf_of) == (process_owner, responsible)
