"""Every page of the product, with the demo's plans on it: no barrier in either theme, and it fits a narrow phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from actions.models import Action
from plans.models import Plan
from tests import factories
from tests.addresses import ALL_ADDRESSES, FRAGMENTS, PLAN_ADDRESSES
from tests.exchange.conftest import brought_back, handed_in, sent_by_another
from updates.due import run_due
from updates.models import AgendaLine, OutgoingMail, RunRecord, Update
from updates.prepare_links import prepare_token

from .conftest import LOCALES, SignInAs

DOCUMENTS = ("_pdf", "_ics", "_xlsx", "_json")  # what a browser shows or saves without a page of ours around it
NO_PAGES = {*FRAGMENTS, *(name for name in PLAN_ADDRESSES if name.endswith(DOCUMENTS))}
SHOWN = [name for name, (get, _post) in PLAN_ADDRESSES.items() if get is not None and name not in NO_PAGES]
OUTSIDE_A_PLAN = [
    "updates:my_work",
    "plans:plan_list",
    "plans:plan_new",
    "plan_bring_in",
    "accounts:profile",
    "accounts:places",
    "accounts:token_make",
    "api:api_page",
]
NARROWEST = 320


@pytest.fixture
def paths(demo_plans: list[Plan], language: str, at: dt.datetime, on: dt.date) -> dict[str, str]:
    """The address of every page, for pieces of the demo plan in the reader's language."""
    plan = demo_plans[0] if language == "nl" else demo_plans[1]
    owner = plan.memberships.get(role="owner").user
    coming, closed = plan.sessions.get(state="open"), plan.sessions.closed()[0]
    help_request = next(request for action in plan.actions.live() for request in action.help_requests.open())
    update = Update.objects.filter(action__plan=plan).latest("at")
    Update.objects.filter(pk=update.pk).update(author=owner, at=at + dt.timedelta(hours=1))
    ids = {
        "plan_id": plan.pk,
        "goal_id": plan.goals.live()[0].pk,
        "choice_id": plan.choices.live()[0].pk,
        "indicator_id": plan.choices.live()[0].indicators.live()[0].pk,
        "action_id": update.action_id,
        "update_id": update.pk,
        "step_id": factories.StepFactory(action=update.action).pk,
        "remark_id": factories.RemarkFactory(update=update, author=owner).pk,
        "help_id": help_request.pk,
        "decision_id": factories.DecisionFactory(plan=plan, who=owner).pk,
        "session_id": coming.pk,
        "stand_in_id": factories.StandInFactory(plan=plan, person=owner, deputy=update.action.responsible).pk,
        "membership_id": plan.memberships.filter(role="member").first().pk,
    }
    running = plan.sessions.filter(state="planned", kind="update").first()
    running.start(by=owner, at=at)
    lines = list(AgendaLine.objects.filter(session=running, section="off-plan"))
    line = next(line for line in lines if "help" in line.flags)
    yearly = factories.SessionFactory(plan=plan, kind="plan", minutes=240, starts_at=at + dt.timedelta(days=200))
    other = next(each for each in demo_plans if each != plan)
    steering = other.sessions.get(state="planned", kind="steering")
    steering.start(by=owner, at=at)
    special = {
        "updates:goal_review": {"session_id": yearly.pk},
        "updates:session_minutes": {"session_id": closed.pk},
        "updates:session_run": {"session_id": running.pk},
        "updates:session_close": {"session_id": running.pk},
    }
    for name in SHOWN:
        if "line_id" in ALL_ADDRESSES[name]:
            special[name] = {"session_id": running.pk, "line_id": line.pk}
    found = {name: reverse(name) for name in OUTSIDE_A_PLAN}
    for name in SHOWN:
        chosen = {**ids, **special.get(name, {})}
        found[name] = reverse(name, kwargs={key: chosen[key] for key in ALL_ADDRESSES[name]})
    found["a line of the meeting"] = f"{found['updates:session_run']}?line={line.pk}"
    found["the agenda of a steering session"] = plan.sessions.get(state="planned", kind="steering").get_absolute_url()
    found["the agenda of a plan session"] = yearly.get_absolute_url()
    found["the minutes of a steering session"] = plan.sessions.get(state="closed", kind="steering").get_absolute_url()
    in_steering = reverse("updates:session_run", args=[other.pk, steering.pk])
    found["a choice in a steering session"] = f"{in_steering}?line={steering.lines.filter(kind='choice')[0].pk}"
    found["the closing of a steering session"] = reverse("updates:session_close", args=[other.pk, steering.pk])
    found["answered help"] = f"{found['updates:help_list']}?show=answered"
    responsible = plan.memberships.get(user__email="responsible@demo.example").user
    token = prepare_token(coming, responsible)
    found["a mailed link"] = reverse("updates:prepare_page", args=[token])
    owed = Action.objects.owed(on).filter(plan=plan, responsible=responsible).first() or update.action
    Action.objects.filter(pk=owed.pk).update(responsible=responsible)
    found["an update by link"] = reverse("updates:prepare_update_give", args=[token, owed.pk])
    for way in ("example", "copy", "workbook", "plan-json"):
        found[f"a new plan: {way}"] = f"{found['plans:plan_new']}?start={way}"
    found["a year of sessions"] = f"{found['updates:session_add']}?repeat=1"
    found["a workbook that came back"] = f"{found['exchange:plan_import']}?file={brought_back(plan, owner, at.date())}"
    new = reverse("new_plan:plan_from_file")
    found["a new plan from a workbook"] = new
    found["what a workbook would become"] = f"{new}?file={sent_by_another(plan, owner, at.date())}"
    found["a plan.json to look at"] = f"{found['plan_bring_in']}?file={handed_in(plan, owner)}"
    found["the board in lanes"] = f"{found['actions:action_board']}?lanes=choice"
    found["the plan with marks"] = f"{found['plans:plan_page']}?since=session-{closed.pk}"
    found["the history of an action"] = f"{found['plans:plan_history']}?piece=action-{ids['action_id']}&since=active"
    found["the timeline of a month"] = f"{found['actions:action_timeline']}?zoom=month&lanes=person"
    found["the timeline without actions"] = f"{found['actions:action_timeline']}?zoom=month&start=2019-02-01"
    return found


@pytest.mark.parametrize("language", LOCALES)
def test_no_page_has_a_barrier_in_either_theme_nor_scrolls_sideways_on_a_phone(
    language: str,
    page: Page,
    paths: dict[str, str],
    sign_in_as: SignInAs,
    find_barriers: Callable[..., list[str]],
) -> None:
    sign_in_as(page, "owner")
    found: dict[str, object] = {}
    for name, path in paths.items():
        page.set_viewport_size({"width": 1280, "height": 800})
        answer = page.goto(path)
        if answer is None or answer.status != 200:
            found[name] = answer and answer.status
            continue
        if barriers := find_barriers(page):
            found[f"{name} light"] = barriers
        page.emulate_media(color_scheme="dark")
        if barriers := find_barriers(page, rules=["color-contrast"]):
            found[f"{name} dark"] = barriers
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": NARROWEST, "height": 640})
        if (width := page.evaluate("document.documentElement.scrollWidth")) > NARROWEST:
            found[f"{name} is too wide"] = width
    assert found == {}


@pytest.mark.parametrize("language", LOCALES)
def test_the_operations_page_has_no_barrier_and_fits_a_phone(
    language: str,
    page: Page,
    demo_plans: list[Plan],
    sign_in_as: SignInAs,
    find_barriers: Callable[..., list[str]],
    at: dt.datetime,
) -> None:
    def look() -> None:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(reverse("operations"))
        assert find_barriers(page) == []
        page.emulate_media(color_scheme="dark")
        assert find_barriers(page, rules=["color-contrast"]) == []
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": NARROWEST, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST

    sign_in_as(page, "admin")
    look()
    run_due(at)
    RunRecord.objects.create(started_at=at, machine="web-2")
    OutgoingMail.objects.update(given_up_at=at, tries=9, last_error="SMTPRecipientsRefused: " + "x" * 200)
    look()
