"""The steps of an action: a list to tick off on its page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from actions.step_models import MOST
from tests import factories


@pytest.fixture
def post(action, client_of):
    """Posts to a step's address (or, without a step, adds one) as somebody."""

    def send(by, verb, step=None, **fields):
        at = [action.plan_id, action.pk, *([step.pk] if step else [])]
        return client_of(by).post(reverse(f"actions:step_{verb}", args=at), fields, follow=True)

    return send


def texts(action):
    return [step.text for step in action.steps.live()]


def test_steps_stand_in_the_order_in_which_they_were_added(post, action, responsible):
    post(responsible, "add", text="Offertes opvragen")
    response = post(responsible, "add", text="  Leverancier \n kiezen ")
    assert texts(action) == ["Offertes opvragen", "Leverancier kiezen"]
    assert b"0 of 2 done" in response.content


def test_a_step_without_words_is_refused(post, action, responsible):
    response = post(responsible, "add", text="   ")
    assert response.status_code == 422
    assert texts(action) == []


def test_a_full_list_says_so(post, action, responsible):
    for number in range(MOST):
        factories.StepFactory(action=action, text=f"Stap {number}")
    response = post(responsible, "add", text="Nog een")
    assert response.status_code == 422
    assert b"make it two actions" in response.content


def test_who_is_involved_ticks_and_the_list_says_who_did(post, action, member, on):
    action.involved.add(member)
    step = factories.StepFactory(action=action)
    response = post(member, "tick", step, done="1")
    assert member.name in response.content.decode()
    step.refresh_from_db()
    assert (step.is_done, step.done_by) == (True, member)
    post(member, "tick", step, done="0")
    step.refresh_from_db()
    assert (step.is_done, step.done_by) == (False, None)


def test_ticking_twice_keeps_who_was_first(post, action, member, responsible):
    action.involved.add(member)
    step = factories.StepFactory(action=action)
    post(responsible, "tick", step, done="1")
    post(member, "tick", step, done="1")
    step.refresh_from_db()
    assert step.done_by == responsible


def test_steps_change_places(post, action, responsible):
    first, _second, third = (factories.StepFactory(action=action, text=text) for text in "ABC")
    post(responsible, "move", third, to="up")
    assert texts(action) == ["A", "C", "B"]
    post(responsible, "move", first, to="down")
    assert texts(action) == ["C", "A", "B"]
    post(responsible, "move", third, to="up")
    assert texts(action) == ["C", "A", "B"]


def test_what_was_taken_off_comes_back(post, action, responsible):
    step = factories.StepFactory(action=action)
    post(responsible, "remove", step)
    assert texts(action) == []
    post(responsible, "restore", step)
    assert texts(action) == [step.text]


def test_a_step_of_another_action_is_not_found(post, plan, responsible):
    step = factories.StepFactory()
    assert post(responsible, "tick", step, done="1").status_code == 404


def test_the_form_in_place_merges_with_what_a_colleague_saved(action, responsible, client_of):
    step = factories.StepFactory(action=action, text="Offertes")
    address = reverse("actions:step_edit", args=[action.plan_id, action.pk, step.pk])
    step.change(by=None, at=factories.AT, text="Drie offertes")
    response = client_of(responsible).post(address, {"text": "Vier offertes", "first-text": "Offertes"})
    assert response.status_code == 409
    assert b"Drie offertes" in response.content
    assert b"Vier offertes" in response.content


def test_the_page_asks_as_much_of_the_database_with_many_steps(
    action, responsible, client_of, django_assert_max_num_queries, django_assert_num_queries
):
    client = client_of(responsible)
    factories.StepFactory(action=action).tick(True, by=responsible, at=factories.AT)
    with django_assert_max_num_queries(30) as few:
        client.get(action.get_absolute_url())
    for _ in range(8):
        factories.StepFactory(action=action).tick(True, by=responsible, at=factories.AT)
    with django_assert_num_queries(len(few)):
        client.get(action.get_absolute_url())


def test_a_description_is_markdown_without_anything_harmful(action, responsible, client_of):
    action.description = (
        "**Eerst** [bellen](javascript:alert(1))\n\n- <script>alert(2)</script>\n- ![x](https://x.example/y.png)"
    )
    action.save()
    page = client_of(responsible).get(action.get_absolute_url()).content.decode()
    assert "<strong>Eerst</strong>" in page
    assert "<li>" in page
    for harm in ('href="javascript:', "<script>alert", '<img src="https://x'):
        assert harm not in page


def test_an_action_serves_indicators_and_both_pages_say_so(action, plan, choice, plan_owner, client_of):
    indicator = factories.IndicatorFactory(choice=choice, name="Online omzet")
    client = client_of(plan_owner)
    address = reverse("actions:action_edit", args=[plan.pk, action.pk])
    assert "Online omzet" in client.get(address).content.decode()
    fields = {"result": action.result, "choice": action.choice_id, "responsible": action.responsible_id}
    client.post(address, {**fields, "deadline": action.deadline, "serves": indicator.pk, "first-serves": ""})
    assert list(action.serves.all()) == [indicator]
    assert "Online omzet" in client.get(action.get_absolute_url()).content.decode()
    page = client.get(reverse("plans:indicator_page", args=[plan.pk, indicator.pk])).content.decode()
    assert action.result in page


@pytest.mark.parametrize("verb", ["move", "tick"])
def test_a_step_that_was_taken_off_meanwhile_is_not_found(post, action, responsible, verb):
    step = factories.StepFactory(action=action)
    post(responsible, "remove", step)
    assert post(responsible, verb, step, to="up", done="1").status_code == 404
    assert post(responsible, "remove", step).status_code == 200
