"""Short ways of saying what the tests of actions do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Choice
from tests import factories
from tests.plans.conftest import fill  # noqa: F401  (a fixture)

HX = {"HX-Request": "true"}


@pytest.fixture
def cards(choice: Choice, responsible: User) -> list[Action]:
    """Three cards in To do, top to bottom, of the responsible."""
    return [factories.ActionFactory(choice=choice, responsible=responsible) for _ in range(3)]


@pytest.fixture
def move(client_of: Callable[[User], Client]) -> Callable[..., HttpResponse]:
    """Posts one move as somebody, the way the board's script does; each person signs in once."""
    clients: dict[int, Client] = {}

    def post(action: Action, by: User, *, page: str = "", **fields: Any) -> HttpResponse:
        board = "http://testserver" + reverse("actions:action_board", args=[action.plan_id]) + page
        address = reverse("actions:action_move", args=[action.plan_id, action.pk])
        if by.pk not in clients:
            clients[by.pk] = client_of(by)
        return clients[by.pk].post(address, fields, headers={**HX, "Referer": board})

    return post


def events(response: HttpResponse) -> dict[str, Any]:
    """What the answer tells the page's scripts."""
    return json.loads(response.headers.get("HX-Trigger", "{}"))


def column(action: Action, status: str) -> list[int]:
    """The cards of a column of the action's plan, top to bottom."""
    column = Action.objects.live().filter(plan_id=action.plan_id, status=status)
    return list(column.board_order().values_list("pk", flat=True))


def url(name: str, action: Action) -> str:
    return reverse(f"actions:{name}", args=[action.plan_id, action.pk])
