"""Undo takes back one's own last move, until the place changes again; it is a new line in the history."""

from __future__ import annotations

import datetime as dt

import pytest

from actions.models import Action
from tests import factories
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


@pytest.mark.parametrize("version", ["x", "-4", "9" * 40])
def test_a_version_that_is_no_number_is_refused_as_bad_input(cards, move, undo, responsible, version):
    move(cards[0], responsible, status="doing")
    assert undo(cards[0], responsible, version=version).status_code == 422
    cards[0].refresh_from_db()
    assert cards[0].status == "doing"


@pytest.mark.parametrize("version", ["0", "99"])
def test_a_version_that_never_was_is_409(cards, move, undo, responsible, version):
    move(cards[0], responsible, status="doing")
    assert undo(cards[0], responsible, version=version).status_code == 409


class TestTouchingRanks:
    """The column was spread evenly again, so a place of before has another rank now."""

    @pytest.fixture
    def packed(self, choice, responsible):
        """Five cards without room between them."""
        five = [factories.ActionFactory(choice=choice, responsible=responsible) for _ in range(5)]
        for rank, card in enumerate(five):
            Action.objects.filter(pk=card.pk).update(rank=rank)
            card.history.update(rank=rank)
        return five

    @pytest.mark.parametrize(("which", "before"), [(4, 1), (0, 4), (3, 1), (2, 1), (1, 3)])
    def test_undoing_the_move_that_spread_them_gives_the_order_back(
        self, packed, move, undo, responsible, which, before
    ):
        order = column(packed[0], "todo")
        move(packed[which], responsible, status="todo", before=packed[before].pk)
        assert column(packed[0], "todo") != order
        undo(packed[which], responsible)
        assert column(packed[0], "todo") == order

    def test_a_card_that_left_before_comes_back_to_its_place(self, packed, move, undo, responsible, plan_owner):
        order = column(packed[0], "todo")
        move(packed[2], responsible, status="doing")
        move(packed[4], plan_owner, status="todo", before=packed[1].pk)
        undo(packed[2], responsible)
        first, second, third, fourth, fifth = order
        assert column(packed[0], "todo") == [first, fifth, second, third, fourth]


def test_without_script_undo_leads_to_the_actions_page(cards, move, responsible, client_of):
    move(cards[0], responsible, status="doing")
    response = client_of(responsible).post(url("action_undo", cards[0]))
    assert (response.status_code, response.url) == (302, cards[0].get_absolute_url())
