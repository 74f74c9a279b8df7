"""Members leave a remark on an update; its author words it anew or takes it away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import Action
from ogsm.accounts.models import User
from tests import factories
from updates.models import Remark, Update

from .conftest import Give

SignIn = Callable[[User], Client]


def url(thing: Update | Remark, verb: str) -> str:
    update = thing if isinstance(thing, Update) else thing.update
    return reverse(f"updates:remark_{verb}", args=[update.action.plan_id, thing.pk])


@pytest.fixture
def update(going: Action, give: Give) -> Update:
    return give(going, 1, done="Leverancier gekozen")


def test_a_member_leaves_a_remark_that_everybody_reads(
    update: Update, going: Action, member: User, viewer: User, client_of: SignIn
) -> None:
    page = going.get_absolute_url()
    assert url(update, "add") in client_of(member).get(page).text
    answer = client_of(member).post(url(update, "add"), {"text": "Welke is het\r\ngeworden?"})
    assert answer.url == f"{page}#update-{update.pk}"
    remark = update.remarks.get()
    assert (remark.text, remark.author) == ("Welke is het\ngeworden?", member)
    shown = client_of(viewer).get(page).text
    assert "Welke is het<br>geworden?" in shown
    assert url(update, "add") not in shown
    assert url(remark, "edit") not in shown


def test_what_is_written_is_text_and_nothing_else(update: Update, going: Action, member: User, client_of: SignIn):
    client = client_of(member)
    client.post(url(update, "add"), {"text": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in client.get(going.get_absolute_url()).text


def test_sent_twice_it_is_one_remark(update: Update, member: User, client_of: SignIn) -> None:
    for _ in range(2):
        client_of(member).post(url(update, "add"), {"text": "Mooi!"})
    assert update.remarks.count() == 1


def test_its_author_words_it_anew_and_takes_it_away(
    update: Update, going: Action, member: User, client_of: SignIn
) -> None:
    remark, client = factories.RemarkFactory(update=update, author=member, text="Moi!"), client_of(member)
    assert "Moi!" in client.get(url(remark, "edit")).text
    client.post(url(remark, "edit"), {"text": "Mooi!"})
    remark.refresh_from_db()
    assert remark.text == "Mooi!"
    assert remark.corrected_at is not None
    assert "corrected today" in client.get(going.get_absolute_url()).text
    assert client.post(url(remark, "remove")).status_code == 302
    assert not update.remarks.exists()
    assert Remark.history.filter(id=remark.pk, history_type="-").get().history_user == member


def test_nobody_changes_what_another_wrote(update: Update, member: User, plan_owner: User, client_of: SignIn) -> None:
    remark = factories.RemarkFactory(update=update, author=member)
    assert client_of(plan_owner).post(url(remark, "edit"), {"text": "Anders"}).status_code == 403
    assert client_of(plan_owner).post(url(remark, "remove")).status_code == 403


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 1001, "\0"])
def test_a_mistake_is_said_beside_the_field(update: Update, member: User, client_of: SignIn, text: str) -> None:
    answer = client_of(member).post(url(update, "add"), {"text": text})
    assert answer.status_code == 422
    assert answer.context["form"].errors["text"]
    assert not update.remarks.exists()


def test_nothing_is_remarked_in_a_plan_that_has_ended(update: Update, member: User, client_of: SignIn) -> None:
    type(update.action.plan).objects.update(state="closed")
    assert client_of(member).post(url(update, "add"), {"text": "Mooi!"}).status_code == 403


def test_in_place_it_closes_the_dialog(update: Update, member: User, client_of: SignIn) -> None:
    headers = {"HX-Request": "true", "HX-Target": "dialog-body"}
    answer = client_of(member).post(url(update, "add"), {"text": "Mooi!"}, headers=headers)
    assert answer.status_code == 204
    assert "actionSaved" in answer.headers["HX-Trigger"]


def test_the_page_costs_the_same_with_many_remarks(
    going: Action, give: Give, plan_owner: User, client_of: SignIn
) -> None:
    client = client_of(plan_owner)

    def queries(updates: int) -> int:
        for days in range(updates):
            for _ in range(3):
                factories.RemarkFactory(update=give(going, days))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(going.get_absolute_url()).status_code == 200
        return len(asked)

    queries(2)
    assert queries(2) == queries(8)


def test_a_remark_of_long_ago_can_be_made_again(update: Update, member: User, at: dt.datetime) -> None:
    for moment in (at, at + dt.timedelta(minutes=5)):
        Remark.leave(update, "Mooi!", by=member, at=moment)
    assert update.remarks.count() == 2
