"""The order of a column: total, stable, and what a person would get by moving cards about on a table."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.models import Action
from actions.rules import RANK_STEP, rank_between
from tests import factories
from tests.factories import AT

COLUMNS = ("todo", "doing")


def column(plan, status: str) -> list[int]:
    return list(plan.actions.live().filter(status=status).board_order().values_list("pk", flat=True))


def a_board(choice, responsible, size: int) -> list[Action]:
    return [factories.ActionFactory(choice=choice, responsible=responsible) for _ in range(size)]


@given(st.lists(st.integers(-(2**62), 2**62), min_size=2, max_size=2, unique=True).map(sorted))
def test_a_rank_between_two_lies_strictly_between_or_there_is_no_room(pair):
    above, below = pair
    middle = rank_between(above, below)
    if below - above == 1:
        assert middle is None
    else:
        assert above < middle < below


def test_the_ends_of_a_column_have_room_of_their_own():
    assert rank_between(None, None) == 0
    assert rank_between(7, None) == 7 + RANK_STEP
    assert rank_between(None, 7) == 7 - RANK_STEP


move = st.tuples(
    st.integers(0, 5), st.sampled_from(COLUMNS), st.sampled_from(["before", "after", "top"]), st.integers(0, 5)
)


@given(st.lists(move, max_size=25))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_series_of_moves_gives_the_order_one_would_get_by_hand(choice, responsible, moves):
    Action.objects.all().delete()
    cards = [action.pk for action in a_board(choice, responsible, 6)]
    table: dict[str, list[int]] = {"todo": list(cards), "doing": []}
    for which, status, where, near in moves:
        card, neighbour = cards[which], cards[near]
        place = {} if where == "top" or card == neighbour else {where: neighbour}
        Action.objects.get(pk=card).move_to(status, by=responsible, at=AT, **place)
        source = next(name for name, pile in table.items() if card in pile)
        if source == status and not place:
            continue  # in its column already, and no place was asked for
        table[source].remove(card)
        pile = table[status]
        if place and neighbour in pile:
            pile.insert(pile.index(neighbour) + (where == "after"), card)
        else:
            pile.insert(0, card)
    for status in COLUMNS:
        assert column(choice.plan, status) == table[status]


def test_when_two_ranks_touch_the_column_is_spread_and_nobody_moves(choice, responsible, at):
    first, second, third, fourth = a_board(choice, responsible, 4)
    Action.objects.filter(pk=second.pk).update(rank=1)
    Action.objects.filter(pk=third.pk).update(rank=2)
    rows = Action.history.count()
    fourth.move_to("todo", by=responsible, at=at, before=third.pk)
    assert column(choice.plan, "todo") == [first.pk, second.pk, fourth.pk, third.pk]
    assert Action.history.count() == rows + 1
    ranks = list(choice.plan.actions.values_list("rank", flat=True))
    assert len(set(ranks)) == 4


def test_cards_with_equal_ranks_still_have_an_order_and_can_be_moved(choice, responsible, at):
    cards = a_board(choice, responsible, 5)
    choice.plan.actions.update(rank=0)
    assert column(choice.plan, "todo") == [card.pk for card in cards]
    cards[4].move_to("todo", by=responsible, at=at, after=cards[1].pk)
    assert column(choice.plan, "todo") == [cards[place].pk for place in (0, 1, 4, 2, 3)]


def test_a_new_card_comes_at_the_bottom(choice, responsible):
    cards = a_board(choice, responsible, 3)
    assert column(choice.plan, "todo") == [card.pk for card in cards]


@pytest.mark.slow
def test_ten_thousand_moves_between_the_same_two_cards_keep_the_order(choice, responsible, at):
    upper, lower, *moving = [factories.ActionFactory(choice=choice, responsible=responsible) for _ in range(4)]
    for number in range(10_000):
        card, other = moving[number % 2], moving[(number + 1) % 2]
        assert card.move_to("todo", before=lower.pk, by=responsible, at=at)
        if number:
            places = Action.objects.filter(status="todo").order_by("rank", "pk").values_list("pk", "rank")
            assert [pk for pk, _rank in places] == [upper.pk, other.pk, card.pk, lower.pk]
            assert len({rank for _pk, rank in places}) == 4


def ranks(plan) -> list[int]:
    return list(plan.actions.live().filter(status="todo").values_list("rank", flat=True))


def test_a_restored_card_takes_no_rank_that_another_has_by_now(plan, choice, responsible):
    above, away, below = a_board(choice, responsible, 3)
    away.archive(by=responsible, at=AT)
    new = factories.ActionFactory(choice=choice, responsible=responsible)
    new.move_to("todo", before=below.pk, by=responsible, at=AT)
    assert new.rank == away.rank
    away.restore(by=responsible, at=AT)
    assert column(plan, "todo") == [above.pk, new.pk, away.pk, below.pk]
    assert len(set(ranks(plan))) == 4


def test_an_undone_move_takes_no_rank_that_another_has_by_now(plan, choice, responsible):
    above, away, below = a_board(choice, responsible, 3)
    away.move_to("doing", by=responsible, at=AT)
    new = factories.ActionFactory(choice=choice, responsible=responsible)
    new.move_to("todo", after=above.pk, by=responsible, at=AT)
    away.undo_move(by=responsible, at=AT)
    assert column(plan, "todo") == [above.pk, new.pk, away.pk, below.pk]
    assert len(set(ranks(plan))) == 4


def test_a_taken_rank_without_room_below_it_spreads_the_column(plan, choice, responsible):
    taken, away, below = a_board(choice, responsible, 3)
    away.archive(by=responsible, at=AT)
    for action, rank in ((taken, 5), (below, 6), (away, 5)):
        Action.objects.filter(pk=action.pk).update(rank=rank)
    away.refresh_from_db()
    away.restore(by=responsible, at=AT)
    assert column(plan, "todo") == [taken.pk, away.pk, below.pk]
    assert len(set(ranks(plan))) == 3
