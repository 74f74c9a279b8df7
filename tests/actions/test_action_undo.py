"""Undo takes back one's own last move, until the place changes again; it is a new line in the history."""

from __future__ import annotations

import datetime as dt

import pytest

from updates.models import Update

from .conftest import HX, column, events, url


@pytest.fixture
def undo(client_of):
    def post(action, by, version=None):
        query = "" if version is None else f"?version={version}"
        return client_of(by).post(url("action_undo", action) + query, headers=HX)

    return post


def test_a_card_goes_back_to_its_column_and_place(cards, move, undo, responsible):
    first, second, third = cards
    move(second, responsible, status="doing", version=1)
    rows = second.history.count()
    response = undo(second, responsible, version=2)
    assert response.status_code == 200
    assert column(first, "todo") == [first.pk, second.pk, third.pk]
    assert events(response)["place"] == {"status": "todo", "before": third.pk}
    assert events(response)["counts"] == {"todo": 3, "doing": 0, "done": 0}
    assert second.history.count() == rows + 1


def test_undoing_done_gives_back_day_and_light(cards, move, undo, responsible, at):
    first = cards[0]
    Update.give(first, by=responsible, at=at, status="doing", light="red")
    move(first, responsible, status="done")
    undo(first, responsible)
    first.refresh_from_db()
    assert (first.status, first.completed_on, first.light) == ("doing", None, "red")


def test_undoing_a_reopening_gives_back_the_day_it_was_done(cards, undo, move, responsible, at):
    first = cards[0]
    first.move_to("done", by=responsible, at=at - dt.timedelta(days=9))
    move(first, responsible, status="doing")
    undo(first, responsible)
    first.refresh_from_db()
    assert (first.status, first.completed_on) == ("done", (at - dt.timedelta(days=9)).date())


def test_an_update_in_between_stays(cards, move, undo, responsible, at):
    first = cards[0]
    move(first, responsible, status="doing", version=1)
    Update.give(first, by=responsible, at=at, status="doing", light="amber")
    assert undo(first, responsible, version=2).status_code == 200
    first.refresh_from_db()
    assert (first.status, first.light) == ("todo", "amber")


def test_somebody_elses_move_is_not_mine_to_undo(cards, move, undo, responsible, plan_owner):
    first = cards[0]
    move(first, responsible, status="doing")
    assert undo(first, plan_owner).status_code == 409
    move(first, plan_owner, status="done")
    response = undo(first, responsible, version=2)
    assert response.status_code == 409
    assert plan_owner.name in events(response)["toast"]["text"]
    first.refresh_from_db()
    assert first.status == "done"


def test_asking_twice_for_the_same_undo_changes_nothing_more(cards, move, undo, responsible):
    first = cards[0]
    move(first, responsible, status="doing", version=1)
    undo(first, responsible, version=2)
    rows = first.history.count()
    assert undo(first, responsible, version=2).status_code == 200
    first.refresh_from_db()
    assert (first.status, first.history.count()) == ("todo", rows)


def test_an_undo_of_long_ago_is_409(cards, move, undo, responsible):
    first = cards[0]
    for status in ("doing", "done", "doing", "todo"):
        move(first, responsible, status=status)
    assert undo(first, responsible, version=2).status_code == 409


def test_a_card_that_never_moved_has_nothing_to_undo(cards, undo, responsible):
    assert undo(cards[0], responsible).status_code == 409


@pytest.mark.parametrize("version", ["x", "-4", "9" * 40, "0", "99"])
def test_a_version_that_makes_no_sense_does_no_harm(cards, move, undo, responsible, version):
    move(cards[0], responsible, status="doing")
    assert undo(cards[0], responsible, version=version).status_code in {200, 409}


def test_without_script_undo_leads_to_the_actions_page(cards, move, responsible, client_of):
    move(cards[0], responsible, status="doing")
    response = client_of(responsible).post(url("action_undo", cards[0]))
    assert (response.status_code, response.url) == (302, cards[0].get_absolute_url())
