"""The states of a plan: each page says what will happen, and only the owner makes it happen."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests import factories
from tests.plans.conftest import HTMX


def at_plan(verb, plan):
    return reverse(f"plans:plan_{verb}", args=[plan.pk])


@pytest.fixture
def draft(plan_owner):
    plan = factories.PlanFactory(state="draft")
    factories.MembershipFactory(plan=plan, user=plan_owner, role="owner")
    return plan


@pytest.fixture
def owner(client_of, plan_owner):
    return client_of(plan_owner)


def test_activating_says_what_it_freezes_and_then_does(owner, draft, plan_owner):
    action = factories.ActionFactory(choice=factories.ChoiceFactory(plan=draft), responsible=plan_owner)
    asked = owner.get(at_plan("activate", draft), headers=HTMX).content.decode()
    assert "The deadline of the 1 action is kept" in asked
    draft.refresh_from_db()
    assert draft.is_draft
    assert owner.post(at_plan("activate", draft)).status_code == 302
    draft.refresh_from_db()
    action.refresh_from_db()
    assert draft.is_active
    assert action.original_deadline == action.deadline


def test_activating_twice_is_refused_in_words(owner, draft):
    owner.post(at_plan("activate", draft))
    response = owner.post(at_plan("activate", draft), headers=HTMX)
    assert response.status_code == 409
    assert "Only a draft can be activated." in response.content.decode()


def test_closing_names_the_sessions_it_cancels(owner, plan):
    session = factories.SessionFactory(plan=plan)
    assert "1 coming session is cancelled." in owner.get(at_plan("close", plan)).content.decode()
    owner.post(at_plan("close", plan))
    plan.refresh_from_db()
    session.refresh_from_db()
    assert (plan.state, session.state) == ("closed", "cancelled")


def test_closing_judges_the_goals(owner, plan, plan_owner):
    goal = factories.GoalFactory(plan=plan, name="Omzet", unit="eur")
    other = factories.GoalFactory(plan=plan)
    assert "Omzet" in owner.get(at_plan("close", plan), headers=HTMX).content.decode()
    judged = {f"goal-{goal.pk}-judgement": "partly", f"goal-{goal.pk}-actual": "950.000,50"}
    assert owner.post(at_plan("close", plan), judged).status_code == 302
    goal.refresh_from_db()
    other.refresh_from_db()
    assert (goal.judgement, goal.actual, other.judgement) == ("partly", Decimal("950000.50"), "")
    assert goal.history.first().history_user == plan_owner


@pytest.mark.parametrize(("field", "value"), [("judgement", "ruim"), ("actual", "veel"), ("actual", "1\x00")])
def test_a_judgement_that_is_none_closes_nothing(owner, plan, field, value):
    goal = factories.GoalFactory(plan=plan)
    response = owner.post(at_plan("close", plan), {f"goal-{goal.pk}-{field}": value}, headers=HTMX)
    assert response.status_code == 422
    plan.refresh_from_db()
    assert plan.is_active


def test_a_refused_closing_judges_nothing(owner, plan, process_owner, at):
    goal = factories.GoalFactory(plan=plan)
    factories.SessionFactory(plan=plan, starts_at=at).start(by=process_owner, at=at)
    assert owner.post(at_plan("close", plan), {f"goal-{goal.pk}-judgement": "reached"}).status_code == 409
    goal.refresh_from_db()
    assert goal.judgement == ""


def test_nothing_in_a_closed_plan_can_be_changed(owner, plan, choice, plan_owner, at):
    goal = factories.GoalFactory(plan=plan)
    indicator = factories.IndicatorFactory(choice=choice)
    plan.close(by=plan_owner, at=at)
    for address in (
        reverse("plans:ambition_edit", args=[plan.pk]),
        reverse("plans:goal_edit", args=[plan.pk, goal.pk]),
        reverse("plans:choice_add", args=[plan.pk]),
        reverse("plans:value_enter", args=[plan.pk, indicator.pk]),
    ):
        response = owner.post(address)
        assert response.status_code == 403
        assert "This plan is closed: it can be read, not changed." in response.content.decode()


def test_an_archived_plan_is_restored_as_it_was(owner, plan):
    owner.post(at_plan("archive", plan))
    plan.refresh_from_db()
    assert plan.archived_at
    assert "This plan was archived" in owner.get(plan.get_absolute_url()).content.decode()
    assert owner.post(at_plan("activate", plan)).status_code == 403
    owner.post(at_plan("restore", plan))
    plan.refresh_from_db()
    assert (plan.archived_at, plan.state) == (None, "active")


def test_for_htmx_the_page_is_loaded_again(owner, draft):
    response = owner.post(
        at_plan("activate", draft),
        headers={**HTMX, "HX-Current-URL": "http://testserver" + draft.get_absolute_url()},
    )
    assert response["HX-Refresh"] == "true"
    assert "The plan is active." in owner.get(draft.get_absolute_url()).content.decode()


def test_a_running_session_ends_first(owner, plan, process_owner, at):
    session = factories.SessionFactory(plan=plan, starts_at=at)
    session.start(by=process_owner, at=at)
    response = owner.post(at_plan("close", plan))
    assert response.status_code == 409
    assert "A session is running" in response.content.decode()


TABS = [
    "plans:plan_page",
    "actions:action_board",
    "actions:action_list",
    "plans:indicator_list",
    "updates:session_list",
    "updates:decision_list",
    "plans:plan_check",
    "plans:member_list",
    "plans:plan_history",
]


@pytest.mark.parametrize("tab", TABS)
def test_every_page_says_what_the_state_of_its_plan_allows(owner, client_of, draft, plan_owner, viewer, tab, at):
    factories.MembershipFactory(plan=draft, user=viewer, role="viewer")
    reader, path = client_of(viewer), reverse(tab, args=[draft.pk])
    activate, copy, restore = (f'href="{at_plan(verb, draft)}"' for verb in ("activate", "copy", "restore"))

    def shown(client):
        return client.get(path).content.decode()

    assert "Draft: everybody who takes part may change it." in shown(reader)
    assert activate in shown(owner)
    assert activate not in shown(reader)
    draft.activate(by=plan_owner, at=at)
    assert "Draft:" not in shown(reader)
    assert "it can be read, not changed" not in shown(reader)
    draft.close(by=plan_owner, at=at)
    assert "This plan was closed on" in shown(reader)
    assert copy in shown(owner)
    assert copy not in shown(reader)
    draft.archive(by=plan_owner, at=at)
    assert "This plan was archived on" in shown(reader)
    assert restore in shown(owner)


def test_the_board_of_a_closed_plan_offers_no_move(owner, plan, choice, action, plan_owner, at):
    board = reverse("actions:action_board", args=[plan.pk])
    move = reverse("actions:action_move", args=[plan.pk, action.pk])
    add = reverse("actions:action_add", args=[plan.pk])
    assert add in owner.get(board).content.decode()
    plan.close(by=plan_owner, at=at)
    shown = owner.get(board).content.decode()
    assert action.result in shown
    assert move not in shown
    assert add not in shown
    assert owner.post(move, {"status": "doing", "version": 1}).status_code == 403
