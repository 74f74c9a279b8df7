"""The table of rights: who may do what in a draft, an active, a closed and an archived plan."""

import datetime as dt

import pytest

from plans.access import PlanAccess
from plans.models import Membership
from tests.factories import ON, ActionFactory, ChoiceFactory, HelpRequestFactory, IndicatorFactory, StandInFactory

ROLES = ["owner", "process", "choice", "responsible", "involved", "member", "viewer"]
LEADS = {"owner", "process"}
TAKES_PART = set(ROLES) - {"viewer"}
NOBODY: set[str] = set()

# right: (draft, active)
RIGHTS = {
    "edit plan": (TAKES_PART, LEADS),
    "edit own choice": (TAKES_PART, LEADS | {"choice"}),
    "edit other choice": (TAKES_PART, LEADS),
    "define own indicator": (TAKES_PART, LEADS | {"choice"}),
    "define other indicator": (TAKES_PART, LEADS),
    "enter value": (LEADS | {"choice", "member"}, LEADS | {"choice", "member"}),
    "add action in own choice": (TAKES_PART, LEADS | {"choice"}),
    "add action in other choice": (TAKES_PART, LEADS),
    "add action somewhere": (TAKES_PART, LEADS | {"choice"}),
    "decide action": (TAKES_PART, LEADS | {"choice"}),
    "edit action": (TAKES_PART, LEADS | {"choice", "responsible"}),
    "move action": (TAKES_PART, LEADS | {"choice", "responsible", "involved"}),
    "update": (LEADS | {"choice", "responsible", "involved"}, LEADS | {"choice", "responsible", "involved"}),
    "run sessions": (LEADS, LEADS),
    "manage members": ({"owner"}, {"owner"}),
    "set the plan's state": ({"owner"}, {"owner"}),
    "leave a remark": (TAKES_PART, TAKES_PART),
    "answer when asked": (LEADS | {"member"}, LEADS | {"member"}),
    "answer for the team": (TAKES_PART, TAKES_PART),
    "update of who is away": (LEADS | {"member"}, LEADS | {"member"}),
    "answer of who is away": (LEADS | {"member"}, LEADS | {"member"}),
    "edit the action of who is away": (TAKES_PART, LEADS),
    "name a stand-in": (TAKES_PART, TAKES_PART),
    "name a stand-in for somebody": (LEADS, LEADS),
}
STILL_WHEN_CLOSED = {"set the plan's state"}


@pytest.fixture
def questions(plan, choice, action, responsible, member, choice_owner, process_owner, viewer):
    """Each right as a question to a person's access, about the same pieces."""
    other = ChoiceFactory(plan=plan, short_name="Elders", owner=process_owner)
    indicator = IndicatorFactory(choice=choice, entered_by=member)
    asked = HelpRequestFactory(action=action, asked_by=responsible, asked_of=member)
    team = HelpRequestFactory(action=action, asked_by=responsible, asked_of=None)
    theirs = ActionFactory(choice=other)
    away = theirs.responsible
    StandInFactory(plan=plan, person=away, deputy=member)
    other_days = {"first_on": ON + dt.timedelta(days=20), "last_on": ON + dt.timedelta(days=30)}
    StandInFactory(plan=plan, person=away, deputy=viewer, **other_days)
    asked_of_away = HelpRequestFactory(action=action, asked_by=responsible, asked_of=away)
    return {
        "edit plan": lambda access: access.may_edit_plan,
        "edit own choice": lambda access: access.may_edit_choice(choice),
        "edit other choice": lambda access: access.may_edit_choice(other),
        "define own indicator": lambda access: access.may_define_indicator(choice),
        "define other indicator": lambda access: access.may_define_indicator(other),
        "enter value": lambda access: access.may_enter_value(indicator),
        "add action in own choice": lambda access: access.may_add_action(choice),
        "add action in other choice": lambda access: access.may_add_action(other),
        "add action somewhere": lambda access: access.may_add_action(),
        "decide action": lambda access: access.may_decide_action(action),
        "edit action": lambda access: access.may_edit_action(action),
        "move action": lambda access: access.may_move_action(action),
        "update": lambda access: access.may_update(action),
        "run sessions": lambda access: access.may_run_sessions,
        "manage members": lambda access: access.may_manage_members,
        "set the plan's state": lambda access: access.may_set_state,
        "leave a remark": lambda access: access.may_remark,
        "answer when asked": lambda access: access.may_answer(asked),
        "update of who is away": lambda access: access.may_update(theirs),
        "answer of who is away": lambda access: access.may_answer(asked_of_away),
        "edit the action of who is away": lambda access: access.may_edit_action(theirs),
        "name a stand-in": lambda access: access.may_name_stand_in(),
        "name a stand-in for somebody": lambda access: access.may_name_stand_in(away.pk),
        "answer for the team": lambda access: access.may_answer(team),
    }


@pytest.fixture
def people(plan, action, plan_owner, process_owner, choice_owner, responsible, member, viewer):
    from tests.factories import MembershipFactory, UserFactory

    involved = UserFactory(name="Ilse Kok")
    MembershipFactory(plan=plan, user=involved)
    action.involved.add(involved)
    cast = [plan_owner, process_owner, choice_owner, responsible, involved, member, viewer]
    return dict(zip(ROLES, cast, strict=True))


def access_of(user, plan):
    plan.refresh_from_db()
    return PlanAccess(plan, Membership.objects.get(plan=plan, user=user), user, ON)


@pytest.mark.parametrize("state", ["draft", "active"])
def test_each_role_has_exactly_the_rights_of_the_table(state, plan, people, questions):
    type(plan).objects.update(state=state)
    for right, allowed in RIGHTS.items():
        may = {role for role, user in people.items() if questions[right](access_of(user, plan))}
        assert may == allowed[state == "active"], f"{right} in a plan that is {state}"


@pytest.mark.parametrize("change", ["closed", "archived"])
def test_a_plan_that_has_ended_is_read_only(change, plan, people, questions, at):
    type(plan).objects.update(**({"state": "closed"} if change == "closed" else {"archived_at": at}))
    for right in RIGHTS.keys() - STILL_WHEN_CLOSED:
        assert not [role for role, user in people.items() if questions[right](access_of(user, plan))], right


def test_owning_a_choice_gives_a_viewer_nothing(plan, viewer, action):
    choice = ChoiceFactory(plan=plan, owner=viewer)
    mine = ActionFactory(choice=choice, responsible=viewer)
    access = access_of(viewer, plan)
    assert not access.may_edit_choice(choice)
    assert not access.may_update(mine)
