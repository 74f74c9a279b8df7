"""What is saved in the panel beside the board is answered without a page of its own: board and panel fetch it again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from actions.models import Action
from tests import factories

from .conftest import HX, events, url

DAY = dt.timedelta(days=1)


@pytest.fixture
def beside(client_of, plan_owner, action: Action) -> Any:
    """Posts as the plan owner from a board with this action, or another, in its panel."""
    client: Client = client_of(plan_owner)

    def post(address: str, fields: dict[str, Any] | None = None, *, query: str = f"?action={action.pk}") -> Any:
        page = "http://testserver" + reverse("actions:action_board", args=[action.plan_id]) + query
        return client.post(address, fields or {}, headers={**HX, "HX-Current-URL": page, "HX-Target": "dialog-body"})

    return post


def fields_of(action: Action, **changed: Any) -> dict[str, Any]:
    return {
        "result": action.result,
        "choice": action.choice_id,
        "responsible": action.responsible_id,
        "deadline": action.deadline.isoformat(),
        **changed,
    }


@pytest.mark.parametrize("lanes", ["", "&lanes=choice"])
def test_an_edit_tells_board_and_panel_that_it_is_saved(beside, action, lanes):
    response = beside(
        url("action_edit", action), fields_of(action, result="Anders"), query=f"?action={action.pk}{lanes}"
    )
    assert response.status_code == 204
    told = events(response)
    assert told["actionSaved"] == {"action": action.pk, "choice": action.choice_id}
    assert {"dialogClose", "toast"} <= told.keys()


def test_the_card_of_another_action_is_answered_as_ever(beside, action):
    response = beside(url("action_edit", action), fields_of(action, result="Anders"), query="?action=987654")
    assert f'id="action-{action.pk}"' in response.content.decode()


def test_archived_and_restored_it_tells_so_too(beside, action):
    for name in ("action_archive", "action_restore"):
        response = beside(url(name, action))
        assert (response.status_code, events(response)["actionSaved"]["action"]) == (204, action.pk)


def test_an_update_is_given_without_leaving_the_board(beside, action):
    address = reverse("updates:update_give", args=[action.plan_id, action.pk])
    answers = {"done": "Gebeld", "next": "Kiezen", "status": "doing", "light": "green", "ask": ""}
    response = beside(address, answers)
    assert (response.status_code, action.updates.get().done) == (204, "Gebeld")
    assert "actionSaved" in events(response)
    assert not {"HX-Redirect", "HX-Refresh"} & response.headers.keys()


def test_help_is_answered_without_leaving_the_board(beside, action, responsible):
    asked = factories.HelpRequestFactory(action=action, asked_by=responsible, asked_of=None)
    address = reverse("updates:help_answer", args=[action.plan_id, asked.pk])
    response = beside(address, {"state": "no", "answer": "Niet dit jaar"})
    assert (response.status_code, "actionSaved" in events(response)) == (204, True)


def test_its_neighbours_are_those_of_the_filtered_board(client_of, plan_owner, choice, responsible, member):
    first, other, last = (
        factories.ActionFactory(choice=choice, responsible=who) for who in (responsible, member, responsible)
    )
    page = "http://testserver" + reverse("actions:action_board", args=[first.plan_id])
    query = f"?person={responsible.pk}&action={last.pk}"
    client = client_of(plan_owner)
    address = last.get_absolute_url()
    beside = client.get(address, headers={**HX, "HX-Current-URL": page + query})
    assert beside.context["above"] == first.pk
    assert client.get(address, headers={"Referer": page + query}).context["above"] == other.pk


def test_page_and_panel_are_one_template(client_of, plan_owner, action):
    client = client_of(plan_owner)
    page = client.get(action.get_absolute_url()).content.decode()
    panel = client.get(action.get_absolute_url(), headers=HX).content.decode()
    assert panel.lstrip().startswith('<article id="action"')
    assert panel.count("<section") == page[page.index('<article id="action"') : page.index("</article>")].count(
        "<section"
    )


def test_the_page_ends_with_what_changed_last_and_who_did_it(client_of, plan_owner, responsible, action, at):
    for number in range(7):
        action.edit(by=responsible, at=at + dt.timedelta(minutes=number), result=f"Versie {number}")
    action.edit(by=plan_owner, at=at + dt.timedelta(minutes=9), deadline=action.deadline + DAY, why="Leverancier laat")
    page = client_of(plan_owner).get(action.get_absolute_url()).content.decode()
    history = page[page.index('id="history-head"') :]
    assert history.count("<li>") == 5
    assert "Leverancier laat" in history
    assert "Versie 6" in history
    assert f"?piece=action-{action.pk}" in history


def test_the_page_costs_the_same_however_much_was_said(
    client_of, plan_owner, responsible, action, at, django_assert_max_num_queries
):
    for number in range(12):
        moment = at + dt.timedelta(minutes=number)
        update = factories.UpdateFactory(action=action, author=responsible, at=moment)
        factories.RemarkFactory(update=update, author=plan_owner)
        factories.StepFactory(action=action)
        action.edit(by=responsible, at=moment, result=f"Versie {number}")
    client = client_of(plan_owner)
    with django_assert_max_num_queries(30):
        client.get(action.get_absolute_url(), headers=HX)
