"""What a board asks of the database, its SQL written once for each selection: any plan's board of that day asks the
same. In each the first number to fill in is the plan's."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from ogsm.ready_query import FIRST, SECOND, ReadyQuery

from .cards import Row
from .filters import CHOICE, PERSON, Selection
from .models import Action
from .places import higher, lower
from .querysets import ActionQuerySet
from .rules import DONE

LANE_FIELDS = {CHOICE: "choice_id", PERSON: "responsible_id"}
PLACE, DAY = (OuterRef("rank"), OuterRef("pk")), OuterRef("completed_on")  # of the card that others lie above or below


class Picked(NamedTuple):
    """What is asked for; whose it is matters only where one's own are picked."""

    selection: Selection
    user_id: int
    on: dt.date

    @classmethod
    def by(cls, selection: Selection, *, user_id: int, on: dt.date) -> Picked:
        return cls(selection, user_id if selection.mine else 0, on)

    @property
    def actions(self) -> ActionQuerySet:
        """Of any plan. No query."""
        return self.selection.pick(Action.objects.filter(plan=FIRST), user_id=self.user_id, on=self.on)

    @property
    def lane_field(self) -> str:
        """The field that says in which lane an action is shown; '' without lanes."""
        return LANE_FIELDS.get(self.selection.lanes, "")


@lru_cache(maxsize=64)
def open_cards(picked: Picked) -> ReadyQuery:
    """Rows of what is not done, in the order of the board."""
    return ReadyQuery(picked.actions.not_done().order_by("rank", "pk").values_list(*Row._fields))


@lru_cache(maxsize=64)
def done_cards(picked: Picked, shown: int) -> ReadyQuery:
    """Rows of the latest that are done."""
    return ReadyQuery(picked.actions.filter(status=DONE).board_order().values_list(*Row._fields)[:shown])


@lru_cache(maxsize=64)
def counted(picked: Picked) -> ReadyQuery:
    """Status, lane (where there are lanes) and how many are in it."""
    by = ["status", picked.lane_field] if picked.lane_field else ["status"]
    return ReadyQuery(picked.actions.order_by().values(*by).annotate(number=Count("pk")).values_list(*by, "number"))


@lru_cache(maxsize=64)
def one_card(picked: Picked, status: str) -> ReadyQuery:
    """The row of one action, picked or not, and the id of the nearest picked card above it, in its lane of the column
    of this status. Its own id is the other number."""
    actions = Action.objects.filter(pk=SECOND).with_flags(picked.on)
    return ReadyQuery(actions.annotate(above=Subquery(_above(picked, status))).values_list(*Row._fields, "above"))


@lru_cache(maxsize=64)
def card_below(picked: Picked, status: str) -> ReadyQuery:
    """The id of the nearest one below it, asked in the same way."""
    return ReadyQuery(Action.objects.filter(pk=SECOND).values_list(Subquery(_below(picked, status))))


def _above(picked: Picked, status: str) -> QuerySet:
    before = higher(*PLACE)
    if status == DONE:
        before = Q(completed_on__gt=DAY) | Q(completed_on=DAY) & before
    return _column(picked, status).filter(before).reverse()[:1]


def _below(picked: Picked, status: str) -> QuerySet:
    after = lower(*PLACE)
    if status == DONE:
        after = Q(completed_on__lt=DAY) | Q(completed_on=DAY) & after
    return _column(picked, status).filter(after)[:1]


def _column(picked: Picked, status: str) -> QuerySet:
    """The ids in the column of an action, in its lane where there are lanes, in the order of the board."""
    lane = {picked.lane_field: OuterRef(picked.lane_field)} if picked.lane_field else {}
    column = picked.actions.filter(status=status, **lane)
    return (column.board_order() if status == DONE else column.order_by("rank", "pk")).values("pk")
