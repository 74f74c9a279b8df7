"""Moving to Done asks nothing, but offers to say what came of it and to close what was still asked."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from actions.models import Action
from ogsm.accounts.models import User

from .conftest import Give

SignIn = Callable[[User], Client]
HX = {"HX-Request": "true"}


def url(action: Action, name: str = "updates:update_result") -> str:
    return reverse(name, args=[action.plan_id, action.pk])


@pytest.fixture
def done(going: Action, responsible: User, give: Give, at: dt.datetime) -> Action:
    """Finished just now by a move, with a question still open."""
    give(going, 3, light="amber", need="Een tester")
    going.move_to("done", by=responsible, at=at)
    return going


@pytest.fixture
def client(client_of: SignIn, responsible: User) -> Client:
    return client_of(responsible)


def toast(response) -> dict[str, str]:
    return json.loads(response.headers["HX-Trigger"])["toast"]


def test_the_toast_of_a_move_to_done_asks_what_came_of_it(going: Action, client: Client) -> None:
    moved = client.post(url(going, "actions:action_move"), {"status": "done"}, headers=HX)
    assert (toast(moved)["ask_url"], toast(moved)["ask_label"]) == (url(going), "What was the result?")
    back = client.post(url(going, "actions:action_move"), {"status": "doing"}, headers=HX)
    assert "ask_url" not in toast(back)


def test_on_its_own_page_the_page_asks(going: Action, client: Client) -> None:
    headers = {**HX, "HX-Target": "action"}
    moved = client.post(url(going, "actions:action_move"), {"status": "done"}, headers=headers)
    assert "ask_url" not in toast(moved)
    assert f'action="{url(going)}"' in moved.text


def test_who_may_not_update_is_not_asked(going: Action, member: User, client_of: SignIn) -> None:
    """In a draft everybody moves cards."""
    type(going.plan).objects.update(state="draft")
    moved = client_of(member).post(url(going, "actions:action_move"), {"status": "done"}, headers=HX)
    assert moved.status_code == 200
    assert "ask_url" not in toast(moved)


def test_the_result_is_an_update_by_the_mover(done: Action, client: Client, responsible: User) -> None:
    assert "Close the open question." in client.get(url(done), headers=HX).text
    answer = client.post(url(done), {"result": "Twaalf installateurs bestellen zelf", "close_help": "on"}, headers=HX)
    assert answer.status_code == 204
    assert {"dialogClose", "actionSaved"} <= json.loads(answer.headers["HX-Trigger"]).keys()
    update = done.updates.first()
    assert (update.author, update.status, update.done) == (responsible, "done", "Twaalf installateurs bestellen zelf")
    done.refresh_from_db()
    assert (done.status, done.light, done.open_help) == ("done", "amber", 0)


def test_nothing_has_to_be_said(done: Action, client: Client) -> None:
    updates = done.updates.count()
    assert client.post(url(done), {"result": "  "}, headers=HX).status_code == 204
    assert client.post(url(done), {"close_help": "on"}).status_code == 302
    done.refresh_from_db()
    assert (done.updates.count(), done.open_help) == (updates, 0)


def test_sent_twice_it_is_one_update(done: Action, client: Client) -> None:
    form = {"result": "Klaar", "token": "7d3c0d5e-7b1c-4b6e-9a55-0d4bcd4bd5f1"}
    for _ in range(2):
        client.post(url(done), form)
    assert done.updates.filter(done="Klaar").count() == 1


def test_without_script_the_actions_page_asks_until_somebody_has_said_it(
    done: Action, client: Client, client_of: SignIn, viewer: User
) -> None:
    page = done.get_absolute_url()
    assert f'action="{url(done)}"' in client.get(page).text
    assert f'action="{url(done)}"' not in client_of(viewer).get(page).text
    assert client.post(url(done), {"result": "Twaalf bestellen zelf"}).url == page
    shown = client.get(page).text
    assert "Twaalf bestellen zelf" in shown
    assert f'action="{url(done)}"' not in shown


def test_what_was_said_before_it_was_opened_again_does_not_count(
    done: Action, client: Client, responsible: User, at: dt.datetime
) -> None:
    client.post(url(done), {"result": "Twaalf bestellen zelf"})
    done.refresh_from_db()
    done.move_to("doing", by=responsible, at=at + dt.timedelta(days=1))
    done.move_to("done", by=responsible, at=at + dt.timedelta(days=2))
    assert f'action="{url(done)}"' in client.get(done.get_absolute_url()).text


def test_of_what_is_not_done_there_is_no_result_yet(going: Action, client: Client) -> None:
    refused = client.post(url(going), {"result": "Bijna"})
    assert refused.status_code == 422
    assert "not done any more" in refused.text
    assert "Bijna" in refused.text
    assert not going.updates.exists()


@pytest.mark.parametrize("form", [{"result": "x" * 9000}, {"result": "\0"}])
def test_a_mistake_is_said_beside_the_field(done: Action, client: Client, form: dict[str, str]) -> None:
    assert client.post(url(done), form, headers=HX).status_code == 422
