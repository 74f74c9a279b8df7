"""An action added in a column of the board: only what it has to have is asked, and the board says where it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Choice, Plan
from tests import factories

from .conftest import HX, events

Post = Callable[..., HttpResponse]


@pytest.fixture
def add(plan: Plan, choice: Choice, responsible: User, client_of: Callable[[User], Client]) -> Post:
    """Posts the short form as somebody; `query` says the column, `page` the filters of the reader's board."""

    def post(by: User, query: str = "?status=doing", page: str = "", **fields: Any) -> HttpResponse:
        sent = {
            "result": "Twintig scholen hebben een tuin",
            "choice": choice.pk,
            "responsible": responsible.pk,
            "deadline": "2026-12-01",
            **fields,
        }
        board = "http://testserver" + reverse("actions:action_board", args=[plan.pk]) + page
        address = reverse("actions:action_quick", args=[plan.pk]) + query
        return client_of(by).post(address, sent, headers={**HX, "HX-Current-URL": board})

    return post


@pytest.fixture
def board(plan: Plan, client_of: Callable[[User], Client]) -> Callable[..., str]:
    def page(by: User, query: str = "") -> str:
        return client_of(by).get(reverse("actions:action_board", args=[plan.pk]) + query).content.decode()

    return page


def test_it_lands_at_the_bottom_of_its_column_and_the_page_is_told(add, cards, plan_owner):
    response = add(plan_owner, "?status=todo")
    assert response.status_code == 200
    action = Action.objects.latest("pk")
    assert (action.status, action.rank > cards[-1].rank, action.original_deadline) == ("todo", True, action.deadline)
    told = events(response)
    assert "boardChanged" in told
    assert told["toast"]["text"] == "“Twintig scholen hebben een tuin” is in the plan, in To do."


def test_the_form_asks_for_the_next_one_with_the_focus_on_its_result(add, choice, responsible, plan_owner):
    form = add(plan_owner).content.decode()
    assert "Twintig scholen" not in form
    assert f'<option value="{choice.pk}" selected' in form
    assert f'<option value="{responsible.pk}" selected' in form
    assert 'value="2026-12-01"' in form
    result = form[form.index("<textarea") :]
    assert "autofocus" in result[: result.index(">")]


def test_it_asks_nothing_but_what_an_action_has_to_have(plan, choice, plan_owner, client_of):
    address = reverse("actions:action_quick", args=[plan.pk]) + "?status=todo"
    form = client_of(plan_owner).get(address, headers=HX).context["form"]
    assert list(form.fields) == ["result", "choice", "responsible", "deadline"]


def test_what_is_missing_is_said_beside_the_field_and_nothing_is_made(add, plan_owner):
    response = add(plan_owner, deadline="31-02-2026", responsible="")
    assert response.status_code == 422
    form = response.content.decode()
    assert "There is no such day" in form
    assert 'id="quick-doing-responsible_error"' in form
    wrong = form[form.index('name="responsible"') :]
    assert "autofocus" in wrong[: wrong.index(">")]
    assert not Action.objects.exists()


def test_sent_twice_it_is_one_action(add, plan_owner):
    add(plan_owner)
    assert add(plan_owner).status_code == 200
    assert Action.objects.count() == 1


def test_what_the_filters_leave_out_is_said(add, plan_owner):
    told = events(add(plan_owner, page="?mine=1"))
    assert told["toast"]["text"].endswith("The filters of this board leave it out.")


def test_a_choice_owner_adds_to_their_own_choice_alone(add, plan, choice_owner, member):
    other = factories.ChoiceFactory(plan=plan, owner=member)
    refused = add(choice_owner, choice=other.pk)
    assert (refused.status_code, Action.objects.count()) == (422, 0)
    assert add(choice_owner).status_code == 200


def test_without_script_the_same_address_leads_to_the_page_that_adds(plan, choice, plan_owner, client_of):
    client = client_of(plan_owner)
    response = client.get(reverse("actions:action_quick", args=[plan.pk]) + f"?status=doing&choice={choice.pk}")
    assert response.headers["Location"] == f"/plans/{plan.pk}/actions/add/?status=doing&choice={choice.pk}"


def test_the_page_that_adds_starts_with_the_person_of_the_lane(plan, choice, responsible, plan_owner, client_of):
    page = client_of(plan_owner).get(reverse("actions:action_add", args=[plan.pk]), {"person": responsible.pk}).text
    assert f'<option value="{responsible.pk}" selected' in page


def test_an_address_names_nobody_from_outside_the_plan(plan, choice, stranger, plan_owner, client_of):
    page = client_of(plan_owner).get(reverse("actions:action_add", args=[plan.pk]), {"person": stranger.pk}).text
    assert stranger.name not in page


def test_a_choice_that_is_not_there_is_asked_for_again(add, plan_owner, plan, client_of):
    assert add(plan_owner, "?status=todo&choice=999999", choice="").status_code == 422
    address = reverse("actions:action_add", args=[plan.pk]) + "?choice=999999"
    assert client_of(plan_owner).post(address, {"result": "Iets", "choice": ""}).status_code == 422


class TestTheBoard:
    def test_offers_it_in_what_is_not_done(self, board, cards, plan_owner, plan):
        page = board(plan_owner)
        assert page.count("data-quick>") == 2
        assert f'href="/plans/{plan.pk}/actions/add/?status=doing"' in page

    @pytest.mark.parametrize("who", ["member", "viewer", "responsible"])
    def test_shows_no_button_to_who_may_not_add(self, board, cards, who, request):
        assert "data-quick" not in board(request.getfixturevalue(who))

    def test_in_lanes_it_is_offered_where_one_may_add(self, board, cards, plan, choice, choice_owner, member):
        factories.ChoiceFactory(plan=plan, owner=member)
        page = board(choice_owner, "?lanes=choice")
        assert page.count("data-quick>") == 2
        assert f"choice={choice.pk}&amp;lanes=choice&amp;status=todo" in page

    def test_a_lane_of_a_person_fills_that_person_in(self, board, cards, responsible, plan_owner):
        assert f"person={responsible.pk}&amp;lanes=person&amp;status=doing" in board(plan_owner, "?lanes=person")

    def test_filters_fill_in_what_they_pick(self, board, cards, choice, plan_owner):
        page = board(plan_owner, f"?choice={choice.pk}&mine=1")
        assert f"?person={plan_owner.pk}&amp;choice={choice.pk}&amp;status=todo" in page
