"""Moves at the same moment, over real connections: each card stands in exactly one place, and who lost is told."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection
from django.urls import reverse

from actions.models import Action
from tests import factories

from .conftest import HX, column, url

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def at_once(*works: Callable[[], object]) -> list:
    """Runs all of them in threads that start at the same moment; each thread has its own connection."""
    start = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        start.wait(timeout=20)
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.fixture
def posting(client_of, cards, responsible, plan_owner):
    """A move as one of two people, ready to be sent."""
    clients = [client_of(responsible), client_of(plan_owner)]

    def ready(who: int, card: Action, **fields) -> Callable[[], int]:
        return lambda: clients[who].post(url("action_move", card), fields, headers=HX).status_code

    return ready


def assert_each_card_in_one_place(plan, cards) -> None:
    standing = Counter(pk for status in ("todo", "doing", "done") for pk in column(cards[0], status))
    assert standing == Counter(card.pk for card in cards)
    for status in ("todo", "doing"):
        ranks = list(plan.actions.filter(status=status).values_list("rank", flat=True))
        assert len(ranks) == len(set(ranks))


def test_of_two_who_move_the_same_card_one_wins_and_one_is_told(plan, cards, posting):
    first = cards[0]
    for _ in range(ROUNDS):
        first.refresh_from_db()
        moves, version = first.history.values("version").distinct().count(), first.version
        ways = [status for status in ("todo", "doing", "done") if status != first.status]
        codes = at_once(
            posting(0, first, status=ways[0], version=version), posting(1, first, status=ways[1], version=version)
        )
        assert sorted(codes) == [200, 409]
        first.refresh_from_db()
        assert first.status == ways[codes.index(200)]
        assert first.version == version + 1
        assert first.history.values("version").distinct().count() == moves + 1
        assert_each_card_in_one_place(plan, cards)


def test_two_who_make_the_very_same_move_both_get_what_they_want(plan, cards, posting):
    same = {"status": "doing", "version": 1}
    rows = cards[0].history.count()
    assert at_once(posting(0, cards[0], **same), posting(1, cards[0], **same)) == [200, 200]
    assert cards[0].history.count() == rows + 1
    assert_each_card_in_one_place(plan, cards)


def test_neighbours_that_are_moved_next_to_each_other_keep_one_order(plan, cards, posting):
    first, second, third = cards
    for _ in range(ROUNDS):
        codes = at_once(
            posting(0, first, status="todo", after=second.pk), posting(1, second, status="todo", after=third.pk)
        )
        assert codes == [200, 200]
        assert_each_card_in_one_place(plan, cards)
        order = column(first, "todo")
        assert order.index(second.pk) > order.index(third.pk)


def test_cards_dropped_between_the_same_two_get_places_of_their_own(plan, cards, choice, responsible, posting):
    more = [factories.ActionFactory(choice=choice, responsible=responsible, status="doing") for _ in range(4)]
    works = [posting(n % 2, card, status="todo", after=cards[0].pk, version=1) for n, card in enumerate(more)]
    assert at_once(*works) == [200] * 4
    order = column(cards[0], "todo")
    assert order[0] == cards[0].pk
    assert order[-2:] == [cards[1].pk, cards[2].pk]
    assert_each_card_in_one_place(plan, [*cards, *more])


def test_a_crowd_moving_everything_about_loses_and_doubles_nothing(plan, cards, posting):
    def wander(who: int, seed: int) -> Callable[[], set[int]]:
        draw = random.Random(seed)  # noqa: S311

        def work() -> set[int]:
            codes = set()
            for _ in range(12):
                card, near = draw.sample(cards, 2)
                place = draw.choice([{}, {"before": near.pk}, {"after": near.pk}])
                codes.add(posting(who, card, status=draw.choice(["todo", "doing", "done"]), **place)())
            return codes

        return work

    assert at_once(*(wander(seed % 2, seed) for seed in range(4))) == [{200}] * 4
    assert_each_card_in_one_place(plan, cards)


def test_many_cards_moved_together_while_others_move_some_of_them(plan, cards, choice, posting, client_of, responsible):
    more = [factories.ActionFactory(choice=choice, responsible=responsible) for _ in range(3)]
    together = client_of(responsible)
    address = reverse("actions:actions_move", args=[plan.pk])
    all_cards = [*cards, *more]
    for turn in range(ROUNDS):
        for card in all_cards:
            card.refresh_from_db()
        goal, other = ("doing", "done") if turn % 2 else ("done", "todo")
        fields = {"status": goal, "card": [f"{card.pk}.{card.version}" for card in all_cards]}
        single = [posting(1, card, status=other, version=card.version) for card in all_cards[turn % 3 :: 3]]
        many = partial(together.post, address, fields, headers=HX)
        answer, *codes = at_once(many, *single)
        assert {answer.status_code, *codes} <= {200, 409}
        assert_each_card_in_one_place(plan, all_cards)
        asked = {card.pk for card in all_cards[turn % 3 :: 3]}
        settled = set(column(cards[0], goal)) | {pk for pk in column(cards[0], other) if pk in asked}
        assert settled == {card.pk for card in all_cards}
