"""Goals only judge, at the end, whether the ambition was reached: nothing but closing the plan judges them."""

import pytest
from django.urls import reverse

from plans.models import Goal
from tests.addresses import ALL_ADDRESSES, PLAN_ADDRESSES
from tests.factories import GoalFactory
from tests.plans.conftest import fields_of

CLOSING = "plans:plan_close"
OTHERS = [
    name
    for name, (_get, post) in PLAN_ADDRESSES.items()
    if post is not None and set(ALL_ADDRESSES.get(name, ())) <= {"plan_id", "goal_id"} and name != CLOSING
]


@pytest.fixture
def goal(plan):
    return GoalFactory(plan=plan, name="Omzet")


def judgement_of(goal):
    """As the goal's own form and the closing would name its fields."""
    fields = {"judgement": "reached", "actual": "900000"}
    return {**fields, **{f"goal-{goal.pk}-{name}": value for name, value in fields.items()}}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("state", ["draft", "active"])
def test_no_other_address_judges_a_goal(client_of, plan, plan_owner, goal, at, name, state):
    plan.change(by=plan_owner, at=at, state=state)
    client, ids = client_of(plan_owner), {"plan_id": plan.pk, "goal_id": goal.pk}
    address = reverse(name, kwargs={key: ids[key] for key in ALL_ADDRESSES[name]})
    page = client.get(address)
    form = page.content.decode() if page.status_code == 200 else ""
    client.post(address, {**(fields_of(form) if "<form" in form else {}), **judgement_of(goal)})
    assert set(Goal.objects.values_list("judgement", "actual")) == {("", None)}


def test_the_goals_own_form_asks_no_judgement(client_of, plan, plan_owner, goal):
    form = fields_of(client_of(plan_owner).get(reverse("plans:goal_edit", args=[plan.pk, goal.pk])).content.decode())
    assert not {"judgement", "actual"} & form.keys()


def test_the_administration_asks_none_either(client_of, admin, goal):
    page = client_of(admin).get(reverse("admin:plans_goal_change", args=[goal.pk])).content.decode()
    assert 'name="judgement"' not in page
    assert 'name="actual"' not in page


def test_only_the_owner_judges_by_closing(client_of, plan, plan_owner, process_owner, choice_owner, goal):
    address = reverse(CLOSING, args=[plan.pk])
    for user in (process_owner, choice_owner):
        assert client_of(user).post(address, judgement_of(goal)).status_code == 403
    assert client_of(plan_owner).post(address, judgement_of(goal)).status_code == 302
    goal.refresh_from_db()
    assert (goal.judgement, goal.actual) == ("reached", 900_000)


def test_a_draft_cannot_be_closed_and_so_judges_nothing(client_of, plan, plan_owner, goal, at):
    plan.change(by=plan_owner, at=at, state="draft")
    assert client_of(plan_owner).post(reverse(CLOSING, args=[plan.pk]), judgement_of(goal)).status_code == 409
    goal.refresh_from_db()
    assert goal.judgement == ""
