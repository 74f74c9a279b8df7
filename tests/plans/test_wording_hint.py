"""A word about a wording while it is typed: what is answered to whom, and which fields ask for it."""

import re

import pytest
from django.urls import reverse

from tests import factories
from tests.plans.conftest import HTMX


def address(plan):
    return reverse("plans:wording_hint", args=[plan.pk])


def hint(client, plan, **text):
    response = client.get(address(plan), text, headers=HTMX)
    assert response.status_code == 200
    return response.content.decode()


def test_an_effort_gets_one_line_and_a_result_none(client_of, plan, viewer):
    client = client_of(viewer)
    said = hint(client, plan, result="Communicatie verbeteren")
    assert said == "“verbeteren” is an effort. What will be true when it is done?"
    assert hint(client, plan, result="Elke klant heeft een contactpersoon") == ""


def test_a_how_is_judged_as_a_how(client_of, plan, viewer):
    client = client_of(viewer)
    assert hint(client, plan, how="beter samen te werken").startswith("“beter” leaves it open. What will you do")
    assert hint(client, plan, how="accountmanagement") == ""


def test_the_line_is_in_the_readers_language_whatever_the_plans(client_of, plan, viewer):
    response = client_of(viewer).get(
        address(plan), {"result": "Improve the website"}, headers={"Accept-Language": "nl"}
    )
    assert "‘Improve’" in response.content.decode()


@pytest.mark.parametrize("query", [{}, {"result": ""}, {"how": "  "}, {"other": "verbeteren"}])
def test_nothing_to_say_is_an_empty_answer(client_of, plan, viewer, query):
    assert hint(client_of(viewer), plan, **query) == ""


def test_what_was_typed_is_never_markup(client_of, plan, viewer):
    assert (
        hint(client_of(viewer), plan, result="<b>Website")
        == "“&lt;b&gt;Website” is a subject. What will be true about it when the action is done?"
    )


def test_only_members_are_answered(client_of, plan, stranger, client):
    assert client_of(stranger).get(address(plan), {"result": "Website"}).status_code == 404
    assert client.get(address(plan), {"result": "Website"}).status_code == 302


def test_it_costs_no_more_than_finding_the_membership(client_of, plan, viewer, django_assert_num_queries):
    client = client_of(viewer)
    with django_assert_num_queries(2):  # the person and the membership
        hint(client, plan, result="Communicatie verbeteren")


def asks(page, plan, field):
    """Whether the field with this id asks for advice, and has a place for it that is read aloud."""
    tag = re.search(rf'<(?:textarea|input)[^>]*id="{field}"[^>]*>', page)
    assert tag, f"no field {field}"
    place = f'id="{field}_advice" data-advice aria-live="polite"'
    return f'hx-get="{address(plan)}"' in tag[0] and f'hx-target="#{field}_advice"' in tag[0] and place in page


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_results_and_hows_ask_for_advice_in_every_form(client_of, plan, choice, action, plan_owner, headers):
    client = client_of(plan_owner)
    forms = {
        (reverse("actions:action_add", args=[plan.pk]), "action-new-result"),
        (reverse("actions:action_add", args=[plan.pk]) + f"?choice={choice.pk}", f"action-new{choice.pk}-result"),
        (reverse("actions:action_edit", args=[plan.pk, action.pk]), f"action-{action.pk}-result"),
        (reverse("plans:choice_add", args=[plan.pk]), "choice-new-how"),
        (reverse("plans:choice_edit", args=[plan.pk, choice.pk]), f"choice-{choice.pk}-how"),
    }
    for path, field in forms:
        assert asks(client.get(path, headers=headers).content.decode(), plan, field), path


def test_what_stands_there_already_is_looked_at_when_the_form_opens(client_of, plan, choice, action, plan_owner):
    client = client_of(plan_owner)
    edit = client.get(reverse("actions:action_edit", args=[plan.pk, action.pk])).content.decode()
    add = client.get(reverse("actions:action_add", args=[plan.pk])).content.decode()
    assert 'hx-trigger="input changed delay:500ms, load"' in edit
    assert 'hx-trigger="input changed delay:500ms"' in add


def test_who_may_not_reword_the_result_is_asked_nothing(client_of, plan, action, responsible):
    shown = client_of(responsible).get(reverse("actions:action_edit", args=[plan.pk, action.pk])).content.decode()
    assert "data-advice" not in shown


def test_a_weak_wording_is_saved_all_the_same(client_of, plan, choice, plan_owner, fill):
    path = reverse("actions:action_add", args=[plan.pk])
    made = {"result": "Communicatie verbeteren", "choice": choice.pk, "responsible": plan_owner.pk}
    assert fill(client_of(plan_owner), path, **made, deadline="2026-09-01").status_code == 302
    assert plan.actions.filter(result="Communicatie verbeteren").exists()


def test_other_forms_have_no_place_for_advice(client_of, plan, plan_owner):
    factories.GoalFactory(plan=plan)
    shown = client_of(plan_owner).get(reverse("plans:goal_add", args=[plan.pk])).content.decode()
    assert "data-advice" not in shown
