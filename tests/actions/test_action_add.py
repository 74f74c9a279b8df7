"""A new action: only under a live strategic choice of the plan, and only by who may add it there."""

from __future__ import annotations

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
