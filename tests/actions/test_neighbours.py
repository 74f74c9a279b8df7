"""What lies above and below a card, for whatever is picked: the card's menu and the answer to a move ask for it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import pytest
from django.http import QueryDict

from actions.board import Board, lane_key
from actions.cards import card_rows
from actions.filters import Selection
from actions.rules import DONE, FLAG_BY_NAME
from plans.access import PlanAccess
from tests import factories

PICKED = [
    "",
    "off_plan=1",
    "mine=1",
    "q=Boot",
    "status=doing",
    "lanes=choice",
    "lanes=person",
    "lanes=person&off_plan=1",
]


@pytest.fixture
def many(choice, responsible, plan_owner, member, on, at):
    """Two dozen cards of three people and two choices, some of them late, some without a judgement, some done."""
    other = factories.ChoiceFactory(plan=choice.plan)
    people, statuses = [responsible, plan_owner, member], ["todo", "doing", "todo", "done"]
    for number in range(24):
        status = statuses[number % 4]
        done_on = on - dt.timedelta(days=number // 8)
        factories.ActionFactory(
            choice=other if number % 5 == 0 else choice,
            responsible=people[number % 3],
            result=f"{'Boot' if number % 2 else 'Brug'} {number}",
            status=status,
            rank=(number * 7) % 24,
            deadline=on + dt.timedelta(days=-3 if number % 3 else 30),
            light="green" if number % 2 else "",
            last_update_at=at,
            completed_on=done_on if status == DONE else None,
        )


@pytest.mark.parametrize("query", [*PICKED, *(f"flag={name}" for name in FLAG_BY_NAME)])
def test_the_neighbours_of_a_card_are_those_that_are_shown(many, choice, plan_owner, on, query):
    access = PlanAccess(choice.plan, choice.plan.memberships.get(user=plan_owner), plan_owner, on)
    board = Board(access, Selection.read(QueryDict(query)), on=on)
    columns = defaultdict(list)
    for row in card_rows(board.picked.board_order()):
        columns[row.status, lane_key(board.selection, row)].append(row)
    for rows in columns.values():
        ids = [None, *(row.pk for row in rows), None]
        for place, row in enumerate(rows):
            _row, above = board.row(row.pk, row.status)
            assert (above, board.below(row)) == (ids[place], ids[place + 2])
