"""One move posts one card: its column, a neighbour, and the version seen. Source: product page, 'The board'."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from actions.models import Action
from tests import factories
from updates.models import Update

from .conftest import HX, column, events, url


def test_a_card_goes_where_it_was_dropped(cards, move, responsible):
    first, second, third = cards
    assert move(third, responsible, status="todo", before=second.pk, version=1).status_code == 200
    assert column(first, "todo") == [first.pk, third.pk, second.pk]
    assert move(first, responsible, status="todo", after=second.pk, version=1).status_code == 200
    assert column(first, "todo") == [third.pk, second.pk, first.pk]


def test_the_answer_is_the_touched_card_the_counts_and_an_undo(cards, move, responsible):
    _first, second, _third = cards
    response = move(second, responsible, status="doing", version=1)
    body = response.content.decode()
    assert body.startswith("<li>")
    assert body.count("<article") == 1
    assert f'id="action-{second.pk}" data-version="2"' in body
    told = events(response)
    assert told["counts"] == {"todo": 2, "doing": 1, "done": 0}
    assert told["place"] == {"status": "doing"}
    assert second.result in told["toast"]["text"]
    assert told["toast"]["undo_url"] == url("action_undo", second) + "?version=2"
    assert len(response.content) < 3000


def test_the_answer_says_between_whom_the_card_stands(cards, move, responsible):
    first, second, third = cards
    assert events(move(third, responsible, status="todo", after=first.pk, version=1))["place"] == {
        "status": "todo",
        "before": second.pk,
    }
    assert events(move(third, responsible, status="todo", after=second.pk, version=2))["place"] == {
        "status": "todo",
        "after": second.pk,
    }


def test_on_a_filtered_board_counts_and_place_are_those_of_what_is_shown(cards, move, responsible, member, choice):
    other = factories.ActionFactory(choice=choice, responsible=member)
    first, _, third = cards
    told = events(move(third, responsible, page=f"?person={responsible.pk}", status="todo", before=other.pk, version=1))
    assert told["counts"] == {"todo": 3, "doing": 0, "done": 0}
    assert told["place"] == {"status": "todo", "after": cards[1].pk}
    assert column(first, "todo")[-2:] == [third.pk, other.pk]


def test_in_lanes_each_column_of_a_lane_has_its_own_count(cards, move, responsible, choice):
    factories.ActionFactory(choice=factories.ChoiceFactory(plan=choice.plan), responsible=responsible)
    told = events(move(cards[0], responsible, page="?lanes=choice", status="doing", version=1))
    assert told["counts"][f"choice-{choice.pk}-todo"] == 2
    assert told["counts"][f"choice-{choice.pk}-doing"] == 1


def test_a_repeated_move_is_200_and_no_history(cards, move, responsible):
    first, second, third = cards
    fields = {"status": "doing", "version": 1}
    move(first, responsible, **fields)
    rows = first.history.count()
    again = move(first, responsible, **fields)
    assert again.status_code == 200
    assert "toast" not in events(again)
    assert first.history.count() == rows
    beside = {"status": "todo", "before": second.pk, "version": 1}
    move(third, responsible, **beside)
    rows = third.history.count()
    assert move(third, responsible, **beside).status_code == 200
    assert third.history.count() == rows


def test_a_stale_version_is_409_with_a_sentence_and_the_true_place(cards, move, responsible, plan_owner):
    first, second, _ = cards
    move(first, plan_owner, status="doing", version=1)
    late = move(first, responsible, status="done", version=1)
    assert late.status_code == 409
    told = events(late)
    assert told["place"] == {"status": "doing"}
    assert plan_owner.name in told["toast"]["text"]
    assert "undo_url" not in told["toast"]
    assert 'data-version="2"' in late.content.decode()
    first.refresh_from_db()
    assert first.status == "doing"
    assert column(second, "doing") == [first.pk]


def test_a_colleagues_update_never_refuses_a_drag(cards, move, responsible, at):
    first = cards[0]
    Update.give(first, by=responsible, at=at, status="todo", light="amber", done="Offertes gevraagd")
    assert move(first, responsible, status="doing", version=1).status_code == 200
    first.refresh_from_db()
    assert (first.status, first.light) == ("doing", "amber")


def test_a_vanished_neighbour_means_the_top_of_the_column(cards, move, responsible):
    first, second, third = cards
    move(second, responsible, status="doing", version=1)
    assert move(third, responsible, status="todo", before=second.pk, version=1).status_code == 200
    assert column(first, "todo") == [third.pk, first.pk]
    assert move(first, responsible, status="doing", after=999_999, version=1).status_code == 200
    assert column(first, "doing") == [first.pk, second.pk]


def test_an_archived_neighbour_has_vanished_too(cards, move, responsible, at):
    first, second, third = cards
    second.archive(by=responsible, at=at)
    move(third, responsible, status="todo", after=second.pk, version=1)
    assert column(first, "todo") == [third.pk, first.pk]


def test_done_is_ordered_by_completion_newest_first_whatever_the_neighbour(cards, move, responsible, at):
    first, second, third = cards
    first.move_to("done", by=responsible, at=at - dt.timedelta(days=9))
    second.move_to("done", by=responsible, at=at - dt.timedelta(days=2))
    told = events(move(third, responsible, status="done", after=first.pk, version=1))
    assert column(first, "done") == [third.pk, second.pk, first.pk]
    assert told["place"] == {"status": "done"}
    rows = first.history.count()
    assert move(first, responsible, status="done", before=third.pk).status_code == 200
    assert (column(first, "done")[-1], first.history.count()) == (first.pk, rows)


def test_two_finished_on_one_day_stand_latest_first(cards, move, responsible):
    for card in cards:
        move(card, responsible, status="done", version=1)
    assert column(cards[0], "done") == [card.pk for card in reversed(cards)]


def test_finishing_writes_the_day_and_reopening_empties_what_was_judged(cards, move, responsible, at, on):
    first = cards[0]
    Update.give(first, by=responsible, at=at, status="doing", light="green")
    move(first, responsible, status="done")
    first.refresh_from_db()
    assert (first.status, first.completed_on) == ("done", on)
    move(first, responsible, status="doing")
    first.refresh_from_db()
    assert (first.status, first.completed_on, first.light) == ("doing", None, "")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"status": "gone"},
        {"status": "doing", "before": "x"},
        {"status": "doing", "after": "-1"},
        {"status": "doing", "after": "9" * 40},
        {"status": "doing", "version": "one"},
        {"status": "doing", "version": "\0"},
        {"status": "doing", "before": "1e3"},
    ],
)
def test_what_makes_no_sense_is_422_in_words(cards, move, responsible, fields):
    response = move(cards[0], responsible, **fields)
    assert response.status_code == 422
    assert response.content.decode().strip()
    assert column(cards[0], "todo") == [card.pk for card in cards]


def test_the_involved_may_move_and_other_members_may_not(cards, move, member, viewer, stranger):
    first = cards[0]
    assert move(first, member, status="doing").status_code == 403
    assert move(first, viewer, status="doing").status_code == 403
    assert move(first, stranger, status="doing").status_code == 404
    first.involved.add(member)
    assert move(first, member, status="doing").status_code == 200


def test_only_cards_of_the_plan_itself_can_be_moved_through_it(cards, plan_owner, client_of, at):
    foreign = factories.ActionFactory()
    address = reverse("actions:action_move", args=[cards[0].plan_id, foreign.pk])
    assert client_of(plan_owner).post(address, {"status": "doing"}).status_code == 404
    cards[0].archive(by=plan_owner, at=at)
    assert client_of(plan_owner).post(url("action_move", cards[0]), {"status": "doing"}).status_code == 404


def test_a_foreign_neighbour_is_no_neighbour(cards, move, responsible):
    foreign = factories.ActionFactory()
    move(cards[2], responsible, status="todo", before=foreign.pk)
    assert column(cards[0], "todo")[0] == cards[2].pk


def test_without_script_a_move_leads_back_to_where_it_was_made(cards, responsible, client_of):
    first = cards[0]
    client = client_of(responsible)
    response = client.post(url("action_move", first), {"status": "doing", "version": 1})
    assert (response.status_code, response.url) == (302, first.get_absolute_url())
    assert "In progress" in client.get(response.url).content.decode()
    board = reverse("actions:action_board", args=[first.plan_id])
    response = client.post(
        url("action_move", first), {"status": "done"}, headers={"Referer": f"http://testserver{board}?mine=1&x=2"}
    )
    assert response.url == f"{board}?mine=1"


def test_without_script_a_stale_move_says_so(cards, responsible, client_of):
    client = client_of(responsible)
    client.post(url("action_move", cards[0]), {"status": "doing", "version": 1})
    response = client.post(url("action_move", cards[0]), {"status": "done", "version": 1})
    assert response.status_code == 409
    assert "meanwhile" in response.content.decode()


def test_on_the_actions_page_the_page_itself_answers(cards, responsible, client_of):
    response = client_of(responsible).post(
        url("action_move", cards[0]), {"status": "doing"}, headers={**HX, "HX-Target": "action"}
    )
    assert '<article id="action"' in response.content.decode()
    assert "<html" not in response.content.decode()
    assert "undo_url" in events(response)["toast"]


def test_a_move_costs_the_same_on_a_long_board(cards, move, responsible, choice, django_assert_max_num_queries):
    Action.objects.bulk_create(
        Action(plan=choice.plan, choice=choice, responsible=responsible, result="x", deadline=cards[0].deadline, rank=n)
        for n in range(100, 400)
    )
    move(cards[1], responsible, status="todo")  # signs in
    with django_assert_max_num_queries(24):
        assert move(cards[0], responsible, status="todo", after=cards[2].pk, version=1).status_code == 200


@pytest.mark.parametrize("near", ["before", "after"])
def test_a_card_is_not_its_own_neighbour(cards, move, responsible, near):
    first, second, third = cards
    rows = second.history.count()
    assert move(second, responsible, status="todo", version=1, **{near: second.pk}).status_code == 200
    assert column(first, "todo") == [first.pk, second.pk, third.pk]
    assert second.history.count() == rows
