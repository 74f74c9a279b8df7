"""A new action: only under a live strategic choice of the plan, and only by who may add it there."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from actions.models import Action
from tests import factories


@pytest.fixture
def add(plan, responsible, on, client_of):
    """Posts the form of a new action as somebody; `query` is what its address asks for."""

    def post(by, choice, query="", **fields):
        fields = {
            "result": "Iedere installateur heeft een vaste monteur",
            "choice": choice.pk,
            "responsible": responsible.pk,
            "deadline": on.replace(month=9).isoformat(),
            **fields,
        }
        return client_of(by).post(reverse("actions:action_add", args=[plan.pk]) + query, fields)

    return post


def test_a_choice_owner_adds_to_their_own_choice(add, choice, choice_owner):
    assert add(choice_owner, choice).status_code == 302
    assert Action.objects.get().choice == choice


def test_an_address_gives_no_right_to_somebody_elses_choice(add, choice, choice_owner, plan, member):
    other = factories.ChoiceFactory(plan=plan, owner=member)
    response = add(choice_owner, other, f"?choice={other.pk}")
    assert response.status_code == 422
    assert response.context["form"].errors["choice"]
    assert not Action.objects.exists()


def test_the_form_of_an_address_offers_only_what_one_may_add_to(choice, choice_owner, plan, member, client_of):
    other = factories.ChoiceFactory(plan=plan, owner=member, short_name="Andermans")
    page = client_of(choice_owner).get(reverse("actions:action_add", args=[plan.pk]), {"choice": other.pk})
    assert "Andermans" not in page.content.decode()
    assert "Webshop" in page.content.decode()


def test_an_archived_choice_takes_no_new_action_whatever_the_address_asks(add, choice, plan_owner, at):
    choice.archive(by=plan_owner, at=at)
    response = add(plan_owner, choice, f"?choice={choice.pk}")
    assert response.status_code == 422
    assert not Action.objects.exists()


def test_no_verb_makes_an_action_under_an_archived_choice(choice, plan, plan_owner, responsible, on, at):
    choice.archive(by=plan_owner, at=at)
    values = {"plan": plan, "choice": choice, "responsible": responsible, "result": "Iets", "deadline": on}
    with pytest.raises(ValidationError, match="archived"):
        Action.create(by=plan_owner, at=at, **values)
    with pytest.raises(ValidationError, match="archived"):
        Action(**values).full_clean()


def test_an_action_stays_editable_in_a_choice_that_is_not_the_editors(action, choice_owner, member, plan, client_of):
    """Its own choice stands in the form, also for the owner of another choice."""
    factories.ChoiceFactory(plan=plan, owner=member, short_name="Andermans")
    page = client_of(choice_owner).get(reverse("actions:action_edit", args=[plan.pk, action.pk])).content.decode()
    assert "Webshop" in page
    assert "Andermans" not in page


class TestADayThatHasPassed:
    @pytest.fixture
    def passed(self, on):
        return (on - dt.timedelta(days=1)).isoformat()

    def test_is_no_deadline_for_a_new_action(self, add, choice, plan_owner, passed):
        response = add(plan_owner, choice, deadline=passed)
        assert response.status_code == 422
        assert response.context["form"].errors["deadline"] == ["This day has passed."]

    def test_is_fine_for_what_is_added_as_done(self, add, choice, plan_owner, passed):
        assert add(plan_owner, choice, "?status=done", deadline=passed).status_code == 302

    def test_is_fine_in_a_draft(self, add, choice, plan, plan_owner, passed):
        type(plan).objects.update(state="draft")
        assert add(plan_owner, choice, deadline=passed).status_code == 302

    def test_today_has_not(self, add, choice, plan_owner, on):
        assert add(plan_owner, choice, deadline=on.isoformat()).status_code == 302

    @pytest.mark.parametrize("page", ["action_edit", "action_deadline"])
    def test_is_no_new_deadline_either(self, page, action, plan_owner, client_of, passed, fill):
        address = reverse(f"actions:{page}", args=[action.plan_id, action.pk])
        response = fill(client_of(plan_owner), address, deadline=passed, reason="Was al zo")
        assert response.status_code == 422
        assert response.context["form"].errors["deadline"] == ["This day has passed."]

    def test_a_late_action_is_edited_without_a_new_deadline(self, choice, responsible, plan_owner, client_of, on, fill):
        late = factories.ActionFactory(choice=choice, responsible=responsible, deadline=on - dt.timedelta(days=9))
        address = reverse("actions:action_edit", args=[late.plan_id, late.pk])
        assert fill(client_of(plan_owner), address, description="Met foto's").status_code == 302


def test_a_reason_that_is_needed_is_not_called_optional(action, plan_owner, client_of):
    page = client_of(plan_owner).get(reverse("actions:action_edit", args=[action.plan_id, action.pk])).text
    label = page[page.index("Why does the deadline move?") :]
    assert "(optional)" not in label[: label.index("</label>")]


def test_the_only_choice_is_chosen_already(choice, choice_owner, plan, client_of):
    address = reverse("actions:action_add", args=[plan.pk])
    client = client_of(choice_owner)
    assert f'<option value="{choice.pk}" selected' in client.get(address).content.decode()


def test_of_several_choices_none_is_chosen(choice, plan, plan_owner, client_of):
    factories.ChoiceFactory(plan=plan)
    shown = client_of(plan_owner).get(reverse("actions:action_add", args=[plan.pk])).content.decode()
    assert f'<option value="{choice.pk}" selected' not in shown
