"""Archived or done work of who left the plan (or only reads by now) comes back with somebody else, or not at all."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from plans.services import member_remove, member_role
from tests import factories
from tests.plans.conftest import HTMX


@pytest.fixture
def leaves(plan, plan_owner, at):
    """Takes somebody out of the plan, or makes them a viewer."""

    def leave(user, role=""):
        membership = plan.memberships.get(user=user)
        if role:
            member_role(membership=membership, role=role, by=plan_owner, at=at)
        else:
            member_remove(membership=membership, by=plan_owner, at=at)

    return leave


@pytest.fixture
def owner(client_of, plan_owner):
    return client_of(plan_owner)


def restore(client, piece, **data):
    app, kind = piece._meta.app_label, piece._meta.model_name
    plan_id = piece.plan_id if hasattr(piece, "plan_id") else piece.choice.plan_id
    headers = data.pop("headers", None)
    return client.post(reverse(f"{app}:{kind}_restore", args=[plan_id, piece.pk]), data, headers=headers)


def test_an_action_comes_back_with_another_responsible(action, responsible, member, plan_owner, leaves, owner, at):
    action.archive(by=plan_owner, at=at)
    leaves(responsible)
    asked = restore(owner, action)
    assert asked.status_code == 409
    assert "Joost van Leeuwen is no longer a member who can be responsible" in asked.text
    assert f'value="{member.pk}"' in asked.text
    action.refresh_from_db()
    assert action.is_archived
    assert restore(owner, action, **{f"heir-{responsible.pk}": member.pk}).status_code == 302
    action.refresh_from_db()
    assert (action.is_archived, action.responsible) == (False, member)


def test_who_takes_over_takes_part(action, responsible, viewer, stranger, plan_owner, leaves, owner, at):
    action.archive(by=plan_owner, at=at)
    leaves(responsible, "viewer")
    for nobody in (viewer.pk, stranger.pk, responsible.pk, "", "x"):
        assert restore(owner, action, **{f"heir-{responsible.pk}": nobody}).status_code == 422, nobody
    assert restore(owner, action, headers=HTMX).status_code == 409
    action.refresh_from_db()
    assert action.is_archived


def test_a_choice_comes_back_with_all_its_people(
    plan, choice, choice_owner, action, responsible, member, plan_owner, leaves, owner, at
):
    second = factories.ActionFactory(choice=choice, responsible=responsible)
    indicator = factories.IndicatorFactory(choice=choice, entered_by=responsible)
    choice.archive(by=plan_owner, at=at)
    leaves(responsible)
    leaves(choice_owner)
    asked = restore(owner, choice)
    assert asked.status_code == 409
    assert "Joost" in asked.text
    assert "Samira" in asked.text
    heirs = {f"heir-{responsible.pk}": member.pk, f"heir-{choice_owner.pk}": plan_owner.pk}
    assert restore(owner, choice, **heirs).status_code == 302
    for piece in (choice, action, second, indicator):
        piece.refresh_from_db()
        assert not piece.is_archived
    assert (choice.owner, action.responsible, second.responsible, indicator.entered_by) == (
        plan_owner, member, member, member,
    )  # fmt: skip


def test_an_indicator_comes_back_with_another_who_enters_it(choice, member, responsible, plan_owner, leaves, owner, at):
    indicator = factories.IndicatorFactory(choice=choice, entered_by=member)
    indicator.archive(by=plan_owner, at=at)
    leaves(member)
    assert restore(owner, indicator).status_code == 409
    restore(owner, indicator, **{f"heir-{member.pk}": responsible.pk})
    indicator.refresh_from_db()
    assert (indicator.is_archived, indicator.entered_by) == (False, responsible)


def test_nobody_is_asked_for_what_is_done(action, responsible, plan_owner, leaves, owner, at):
    action.move_to("done", by=responsible, at=at)
    action.archive(by=plan_owner, at=at)
    leaves(responsible)
    assert restore(owner, action).status_code == 302


def test_no_verb_brings_back_work_of_who_left(choice, action, responsible, plan_owner, leaves, at):
    action.archive(by=plan_owner, at=at)
    leaves(responsible)
    with pytest.raises(ValidationError, match="no longer a member"):
        action.restore(by=plan_owner, at=at)


class TestOpenedAgain:
    @pytest.fixture
    def done(self, action, responsible, at):
        action.move_to("done", by=responsible, at=at)
        return action

    def move(self, client, action, status="doing"):
        return client.post(reverse("actions:action_move", args=[action.plan_id, action.pk]), {"status": status})

    @pytest.mark.parametrize("role", ["", "viewer"])
    def test_not_before_a_member_is_responsible(self, done, responsible, member, leaves, owner, role, fill):
        leaves(responsible, role)
        refused = self.move(owner, done)
        assert refused.status_code == 409
        assert "Joost van Leeuwen is no longer a member who can be responsible" in refused.text
        done.refresh_from_db()
        assert done.is_done
        fill(owner, reverse("actions:action_edit", args=[done.plan_id, done.pk]), responsible=member.pk)
        assert self.move(owner, done).status_code == 302
        done.refresh_from_db()
        assert (done.status, done.responsible) == ("doing", member)

    def test_the_board_hears_why(self, done, responsible, leaves, owner):
        leaves(responsible)
        address = reverse("actions:action_move", args=[done.plan_id, done.pk])
        refused = owner.post(address, {"status": "todo"}, headers=HTMX)
        assert refused.status_code == 409
        assert "no longer a member" in refused.headers["HX-Trigger"]
        assert f'id="action-{done.pk}"' in refused.text

    def test_undoing_a_move_to_done_hears_why_too(self, action, responsible, plan_owner, leaves, owner, at):
        action.move_to("done", by=plan_owner, at=at)
        leaves(responsible)
        assert owner.post(reverse("actions:action_undo", args=[action.plan_id, action.pk])).status_code == 409

    def test_an_update_that_opens_it_again_is_refused_in_its_form(self, done, responsible, leaves, owner):
        leaves(responsible)
        address = reverse("updates:update_give", args=[done.plan_id, done.pk])
        refused = owner.post(address, {"status": "doing", "done": "Toch niet klaar"})
        assert refused.status_code == 422
        assert "no longer a member" in refused.text
        assert "Toch niet klaar" in refused.text

    def test_who_helped_and_left_does_not_help_any_more(self, done, member, viewer, responsible, leaves, owner):
        done.involved.set([member, responsible])
        leaves(member)
        self.move(owner, done)
        assert list(done.involved.all()) == [responsible]
