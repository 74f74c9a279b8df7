"""Everything a leaver carries changes hands in one step, or nothing does."""

import datetime as dt

import pytest
from django.urls import reverse

from tests import factories


@pytest.fixture
def owner(client_of, plan_owner):
    return client_of(plan_owner)


@pytest.fixture
def carried(plan, choice, responsible, process_owner, plan_owner, at):
    """One of each of the six kinds, all the responsible's."""
    choice.change(by=plan_owner, at=at, owner=responsible)
    action = factories.ActionFactory(choice=choice, responsible=responsible, status="doing", result="Webshop staat")
    action.change(by=plan_owner, at=at, light="red")
    other = factories.ActionFactory(choice=choice, responsible=process_owner)
    return {
        "choice": choice,
        "action": action,
        "indicator": factories.IndicatorFactory(choice=choice, entered_by=responsible),
        "help": factories.HelpRequestFactory(action=other, asked_by=process_owner, asked_of=responsible),
        "agreement": factories.DecisionFactory(plan=plan, who=responsible, by=plan_owner),
        "session": factories.SessionFactory(plan=plan, facilitator=responsible),
    }


HOLDER = {
    "choice": "owner", "action": "responsible", "indicator": "entered_by",
    "help": "asked_of", "agreement": "who", "session": "facilitator",
}  # fmt: skip


def holders(carried):
    for piece in carried.values():
        piece.refresh_from_db()
    return {kind: getattr(piece, HOLDER[kind]) for kind, piece in carried.items()}


def keys(carried):
    return {kind: f"{kind}-{piece.pk}" for kind, piece in carried.items()}


def address(plan, user):
    return reverse("updates:member_hand_over", args=[plan.pk, plan.memberships.get(user=user).pk])


def send(client, plan, user, carried, to, **more):
    lines = dict.fromkeys(keys(carried).values(), "")
    return client.post(address(plan, user), {**lines, "to": to.pk if to else "", **more})


def test_the_page_lists_everything_by_kind(owner, plan, carried, responsible, viewer):
    page = owner.get(address(plan, responsible)).text
    headings = (
        "Strategic choices",
        "Open actions",
        "Indicators to enter",
        "Help asked",
        "Agreements",
        "Sessions to lead",
    )
    for heading in headings:
        assert heading in page
    assert all(f'name="{key}"' in page for key in keys(carried).values())
    assert f'<option value="{viewer.pk}"' not in page
    assert f'<option value="{responsible.pk}"' not in page


def test_all_of_it_goes_to_one_person(owner, plan, carried, responsible, member, plan_owner):
    response = send(owner, plan, responsible, carried, member)
    assert response["Location"] == reverse("plans:member_list", args=[plan.pk])
    assert set(holders(carried).values()) == {member}
    assert "6 pieces are handed over." in owner.get(response["Location"]).text
    for piece in carried.values():
        row = piece.history.first()
        assert (row.history_user, row.history_change_reason) == (plan_owner, "Handed over by Joost van Leeuwen")
    assert carried["action"].light == "", "who takes over has not judged yet"
    assert plan.memberships.filter(user=responsible).exists()


def test_a_line_of_its_own_goes_before_the_one_for_everything(owner, plan, carried, responsible, member, process_owner):
    key = keys(carried)
    send(owner, plan, responsible, carried, member, **{key["choice"]: process_owner.pk, key["action"]: "stays"})
    now = holders(carried)
    assert (now.pop("choice"), now.pop("action")) == (process_owner, responsible)
    assert set(now.values()) == {member}
    assert carried["action"].light == "red"


def test_single_lines_need_nobody_for_everything(owner, plan, carried, responsible, process_owner):
    send(owner, plan, responsible, carried, None, **{keys(carried)["action"]: process_owner.pk})
    now = holders(carried)
    assert now.pop("action") == process_owner
    assert set(now.values()) == {responsible}


def test_who_asked_for_help_is_not_asked_by_themselves(owner, plan, carried, responsible, process_owner):
    for _ in range(2):
        response = send(owner, plan, responsible, carried, process_owner)
        assert "meanwhile" not in owner.get(response["Location"]).text
    now = holders(carried)
    assert now.pop("help") is None, "the team is asked"
    assert set(now.values()) == {process_owner}


def test_hand_over_and_remove_is_one_step(owner, plan, carried, responsible, member):
    response = send(owner, plan, responsible, carried, member, remove="1")
    assert response.status_code == 302
    assert set(holders(carried).values()) == {member}
    assert not plan.memberships.filter(user=responsible).exists()
    assert "Joost van Leeuwen is no longer a member." in owner.get(response["Location"]).text


def test_with_something_left_nobody_is_removed_and_nothing_changes_hands(owner, plan, carried, responsible, member):
    response = send(owner, plan, responsible, carried, member, remove="1", **{keys(carried)["agreement"]: "stays"})
    assert response.status_code == 422
    assert "bound by 1 open agreement" in response.text
    assert set(holders(carried).values()) == {responsible}
    assert carried["action"].light == "red"
    assert plan.memberships.filter(user=responsible).exists()


def test_the_last_owner_hands_over_but_does_not_leave(owner, plan, choice, plan_owner, member, at):
    choice.change(by=plan_owner, at=at, owner=plan_owner)
    response = send(owner, plan, plan_owner, {"choice": choice}, member, remove="1")
    assert response.status_code == 422
    assert "A plan has at least one owner." in response.text
    assert send(owner, plan, plan_owner, {"choice": choice}, member).status_code == 302
    choice.refresh_from_db()
    assert choice.owner == member


@pytest.mark.parametrize("who", ["viewer", "stranger", "responsible", "nobody"])
def test_who_takes_over_takes_part(who, owner, plan, carried, responsible, request):
    nobody = "" if who == "nobody" else request.getfixturevalue(who).pk
    lines = dict.fromkeys(keys(carried).values(), "")
    response = owner.post(address(plan, responsible), {**lines, "to": nobody})
    assert response.status_code == 422
    assert "to" in response.context["form"].errors
    if nobody:
        assert (
            owner.post(address(plan, responsible), {**lines, "to": "", keys(carried)["help"]: nobody}).status_code
            == 422
        )
    assert set(holders(carried).values()) == {responsible}


def test_what_is_in_other_hands_meanwhile_is_left_there_and_named(
    owner, plan, carried, responsible, member, process_owner, plan_owner, at
):
    carried["action"].edit(by=plan_owner, at=at, responsible=process_owner)
    carried["agreement"].finish(by=plan_owner, at=at)
    response = send(owner, plan, responsible, carried, member)
    now = holders(carried)
    assert (now["action"], now["agreement"], now["choice"]) == (process_owner, responsible, member)
    page = owner.get(response["Location"]).text
    assert "4 pieces are handed over." in page
    assert "in other hands meanwhile: ‘Webshop staat’, ‘Belt de leverancier’" in page


def test_what_came_in_since_the_page_was_opened_stays(owner, plan, choice, carried, responsible, member):
    new = factories.ActionFactory(choice=choice, responsible=responsible)
    send(owner, plan, responsible, carried, member)
    new.refresh_from_db()
    assert new.responsible == responsible


def test_sent_twice_it_says_nothing_strange(owner, plan, carried, responsible, member):
    send(owner, plan, responsible, carried, member)
    rows = carried["action"].history.count()
    response = send(owner, plan, responsible, carried, member)
    assert "meanwhile" not in owner.get(response["Location"]).text
    assert carried["action"].history.count() == rows


def test_pieces_of_another_plan_are_out_of_reach(owner, plan, carried, responsible, member):
    foreign = factories.ActionFactory(responsible=responsible)
    lines = {f"action-{foreign.pk}": "", "action-999999999999999": "", "user-1": "", "action-x": ""}
    assert owner.post(address(plan, responsible), {**lines, "to": member.pk}).status_code == 302
    foreign.refresh_from_db()
    assert foreign.responsible == responsible


def test_done_and_archived_work_is_not_on_the_page(owner, plan, choice, responsible, plan_owner, at):
    factories.ActionFactory(choice=choice, responsible=responsible, status="done")
    factories.ActionFactory(choice=choice, responsible=responsible).archive(by=plan_owner, at=at)
    factories.SessionFactory(plan=plan, facilitator=responsible, state="cancelled", cancelled_at=at)
    assert "has nothing to hand over" in owner.get(address(plan, responsible)).text


def test_refusals_lead_to_it(owner, plan, carried, responsible):
    membership = plan.memberships.get(user=responsible)
    for answer in (
        owner.post(reverse("plans:member_remove", args=[plan.pk, membership.pk])),
        owner.post(reverse("plans:member_role", args=[plan.pk, membership.pk]), {"role": "viewer"}),
        owner.get(reverse("plans:member_list", args=[plan.pk])),
    ):
        assert address(plan, responsible) in answer.text


def test_who_promised_something_or_was_asked_for_help_is_not_removed_but_may_read_along(
    owner, plan, choice, member, responsible
):
    factories.DecisionFactory(plan=plan, who=member)
    action = factories.ActionFactory(choice=choice, responsible=responsible)
    factories.HelpRequestFactory(action=action, asked_of=member)
    membership = plan.memberships.get(user=member)
    refused = owner.post(reverse("plans:member_remove", args=[plan.pk, membership.pk]))
    assert refused.status_code == 422
    assert "asked to help with 1 action; bound by 1 open agreement" in refused.text
    assert (
        owner.post(reverse("plans:member_role", args=[plan.pk, membership.pk]), {"role": "viewer"}).status_code == 302
    )


def test_who_leads_a_coming_session_hands_it_over_before_they_go(owner, plan, member):
    factories.SessionFactory(plan=plan, facilitator=member)
    refused = owner.post(reverse("plans:member_remove", args=[plan.pk, plan.memberships.get(user=member).pk]))
    assert refused.status_code == 422
    assert "leading 1 coming session" in refused.text
    assert address(plan, member) in owner.get(reverse("plans:member_list", args=[plan.pk])).text


def test_other_plans_of_this_person_are_named_where_i_am_in_them_too(owner, plan, responsible, plan_owner):
    both, hidden = factories.PlanFactory(name="Plan van ons"), factories.PlanFactory(name="Plan van hen")
    for user in (responsible, plan_owner):
        factories.MembershipFactory(plan=both, user=user)
    factories.MembershipFactory(plan=hidden, user=responsible)
    page = owner.get(address(plan, responsible)).text
    assert reverse("plans:member_list", args=[both.pk]) in page
    assert "Plan van hen" not in page


def test_a_closed_plan_hands_nothing_over(owner, plan, carried, responsible, member):
    type(plan).objects.update(state="closed")
    assert send(owner, plan, responsible, carried, member).status_code == 403


def test_the_number_of_queries_does_not_grow_with_what_is_carried(
    owner, plan, choice, carried, responsible, member, django_assert_max_num_queries
):
    owner.get(address(plan, responsible))
    with django_assert_max_num_queries(17):
        owner.get(address(plan, responsible))
    for number in range(30):
        action = factories.ActionFactory(choice=choice, responsible=responsible)
        factories.IndicatorFactory(choice=choice, entered_by=responsible)
        factories.HelpRequestFactory(action=action, asked_of=responsible)
        factories.DecisionFactory(plan=plan, who=responsible)
        factories.SessionFactory(
            plan=plan, facilitator=responsible, starts_at=factories.AT + dt.timedelta(days=20 + number)
        )
    with django_assert_max_num_queries(17):
        owner.get(address(plan, responsible))
