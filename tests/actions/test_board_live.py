"""Others' changes come to the board that stands open: cheaply when there are none, else the touched cards alone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from actions.board import Board
from actions.filters import Selection
from actions.models import Action
from plans.access import PlanAccess
from plans.models import Plan
from tests import factories

Live = Callable[..., HttpResponse]


@pytest.fixture
def board(client_of, plan_owner, plan: Plan) -> Client:
    return client_of(plan_owner)


@pytest.fixture
def stamp(board: Client, plan: Plan) -> Callable[[], str]:
    """The stamp of the board as the plan owner's page carries it."""

    def read() -> str:
        page = board.get(reverse("actions:action_board", args=[plan.pk])).content.decode()
        return re.search(r'data-since="([^"]+)"', page)[1]

    return read


@pytest.fixture
def live(board: Client, plan: Plan) -> Live:
    def ask(since: str, **filters: Any) -> HttpResponse:
        return board.get(reverse("actions:board_live", args=[plan.pk]), {"since": since, **filters})

    return ask


def test_nothing_changed_is_an_empty_answer_for_two_queries(cards, stamp, live, django_assert_max_num_queries):
    since = stamp()
    live(since)
    with django_assert_max_num_queries(4):  # session, person, plan with membership, stamp
        response = live(since)
    assert (response.status_code, response.content) == (204, b"")


def test_a_move_by_somebody_else_brings_that_card_alone_with_its_place_and_who_did_it(
    cards, stamp, live, responsible, at
):
    since = stamp()
    first, second, third = cards
    third.move_to("todo", before=second.pk, by=responsible, at=at)
    told = live(since).json()
    [card] = told["cards"]
    assert f'id="action-{third.pk}" data-version="2"' in card["html"]
    assert card["place"] == {"lane": "", "status": "todo", "before": second.pk, "after": first.pk}
    assert card["note"] == "Joost moved this just now"
    assert told["said"] == f"Joost moved “{third.result}” to To do."
    assert told["counts"] == {"todo": 3, "doing": 0, "done": 0}
    assert told["gone"] == []
    assert "data-summary" in told["summary"]
    assert told["off_plan"] == 0
    assert live(told["since"]).status_code == 204


def test_the_cards_come_last_one_first_so_that_each_finds_its_neighbour(cards, stamp, live, responsible, at):
    since = stamp()
    for card in cards:
        card.move_to("doing", by=responsible, at=at)
    told = live(since).json()
    assert [card["place"]["before"] for card in told["cards"]] == [None, cards[0].pk, cards[1].pk]
    assert told["said"] == "Others changed 3 cards."


def test_ones_own_change_is_shown_without_a_name_and_not_said(cards, stamp, live, plan_owner, at):
    since = stamp()
    cards[0].move_to("doing", by=plan_owner, at=at)
    told = live(since).json()
    assert (told["cards"][0]["note"], told["said"]) == ("", "")


@pytest.mark.parametrize("change", ["result", "light", "help", "deadline", "involved"])
def test_every_change_of_a_card_is_noticed(change, cards, stamp, live, responsible, member, at):
    since, card = stamp(), cards[0]
    values: dict[str, Any] = {
        "result": {"result": "Another one"},
        "light": {"light": "red"},
        "help": {"open_help": 1},
        "deadline": {"deadline": card.deadline + dt.timedelta(days=3), "why": "later"},
        "involved": {"involved": [member]},
    }[change]
    card.edit(by=responsible, at=at, **values)
    told = live(since).json()
    assert [f'id="action-{card.pk}"' in found["html"] for found in told["cards"]] == [True]
    assert told["cards"][0]["note"] == "Joost changed this just now"


def test_an_archived_card_leaves_and_a_restored_one_returns(cards, stamp, live, responsible, at):
    since, card = stamp(), cards[0]
    card.archive(by=responsible, at=at)
    told = live(since).json()
    assert (told["gone"], told["cards"], told["counts"]["todo"]) == ([card.pk], [], 2)
    card.restore(by=responsible, at=at)
    assert len(live(told["since"]).json()["cards"]) == 1


def test_a_new_card_arrives_in_its_place(cards, stamp, live, choice, responsible, at):
    since = stamp()
    new = Action.create(
        by=responsible, at=at, plan=choice.plan, choice=choice, result="New one", responsible=responsible,
        deadline=cards[0].deadline,
    )  # fmt: skip
    [card] = live(since).json()["cards"]
    assert (card["place"]["after"], card["note"]) == (cards[-1].pk, "Joost added this just now")
    assert f"action-{new.pk}" in card["html"]


def test_filters_of_the_page_hold_what_no_longer_fits_leaves(cards, stamp, live, responsible, member, at):
    since = stamp()
    cards[0].edit(by=responsible, at=at, responsible=member)
    assert live(since, person=responsible.pk).json()["gone"] == [cards[0].pk]
    assert len(live(since, person=member.pk).json()["cards"]) == 1


def test_in_lanes_a_card_says_its_lane(cards, stamp, live, responsible, member, at):
    since = stamp()
    cards[0].edit(by=responsible, at=at, responsible=member)
    told = live(since, lanes="person").json()
    assert told["cards"][0]["place"]["lane"] == f"person-{member.pk}"
    assert told["counts"] == {f"person-{member.pk}-todo": 1, f"person-{responsible.pk}-todo": 2}


def test_what_all_cards_share_asks_for_the_whole_board(cards, stamp, live, choice, plan_owner, responsible, at):
    since = stamp()
    choice.change(by=plan_owner, at=at, colour=5)
    assert live(since).json() == {"whole": True}
    since = stamp()
    responsible.name = "Joost de Wit"
    responsible.save()
    assert live(since).json() == {"whole": True}


def test_at_midnight_the_flags_are_those_of_the_new_day(cards, stamp, live, at):
    since = stamp()
    with time_machine.travel(at + dt.timedelta(days=1)):
        assert live(since).json() == {"whole": True}


@pytest.mark.parametrize("since", ["", "x", "abc.", "abc.99999999999999999999", "a.1"])
def test_a_stamp_that_is_none_asks_for_the_whole_board(since, cards, live):
    assert live(since).json() == {"whole": True}


def test_another_plan_changes_nothing_here(cards, stamp, live, at):
    other = factories.ActionFactory()
    assert other.plan_id != cards[0].plan_id
    since = stamp()
    other.change(by=None, at=at, result="Elsewhere")
    assert live(since).status_code == 204


def test_the_number_of_queries_does_not_grow_with_the_touched_cards(
    choice, stamp, live, responsible, at, django_assert_max_num_queries
):
    since = stamp()
    for _ in range(30):
        card = factories.ActionFactory(choice=choice, responsible=responsible)
        card.move_to("doing", by=responsible, at=at)
    with django_assert_max_num_queries(12):
        assert len(live(since).json()["cards"]) == 30


def test_a_card_that_was_moved_just_before_its_answer_is_placed_where_it_is(cards, choice, plan_owner, at):
    access = PlanAccess(choice.plan, choice.plan.memberships.get(user=plan_owner), plan_owner, at.date())
    first, second, third = cards
    for card in (third, first):  # each on top
        card.move_to("doing", by=plan_owner, at=at)
    second.move_to("doing", by=plan_owner, at=at, after=first.pk)
    _card, place = Board(access, Selection(), on=at.date()).card(Action(pk=second.pk, status="todo"))  # as is believed
    assert place == {"status": "doing", "before": third.pk}
