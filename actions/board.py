"""The board as a page needs it: lanes, their three columns, the cards and counts of what was picked."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from ogsm.ready_query import ReadyQuery

from . import board_queries as queries
from .board_queries import LANE_FIELDS
from .cards import CardMaker, Row, card_rows
from .filters import CHOICE, PERSON, Selection, whole_number
from .models import Action
from .querysets import ActionQuerySet
from .quick import AddLinks
from .rules import DOING, DONE, TODO

if TYPE_CHECKING:
    from ogsm.accounts.models import User
    from plans.access import PlanAccess
    from plans.models import Choice

STATUSES = (TODO, DOING, DONE)
DONE_SHOWN, DONE_IN_LANE, DONE_MORE = 20, 5, 100


@dataclass(frozen=True)
class Column:
    """`key` names its count and list on the page; `earlier` is how many more the link under Done brings;
    `add` is the query of an action that is added here, '' for who may not, and `foot` the link that does."""

    key: str
    status: str
    name: str
    count: int
    cards: SafeString
    earlier: int = 0
    shown: int = 0
    lane: str = ""
    is_folded: bool = False
    fold: SafeString | None = None  # the button that folds it
    add: str = ""
    foot: str = ""

    @property
    def next_shown(self) -> int:
        return self.shown + self.earlier


@dataclass(frozen=True)
class Lane:
    """One row of three columns; the board without lanes has one, without a key."""

    key: str
    columns: list[Column]
    choice: Choice | None = None
    person: Any = None
    is_folded: bool = False
    counts: SafeString | None = None  # of its columns, for when it is folded


def totals(lanes: Iterable[Lane]) -> list[Column]:
    """The three columns without their cards, with the counts of all lanes together."""
    counts: Counter[str] = Counter()
    for lane in lanes:
        counts.update({column.status: column.count for column in lane.columns})
    return [Column(status, status, status_name(status), counts[status], SafeString()) for status in STATUSES]


def column_key(lane: str, status: str) -> str:
    return f"{lane}-{status}" if lane else status


def lane_key(selection: Selection, row: Any) -> str:
    """The lane an action is shown in; '' without lanes."""
    field = LANE_FIELDS.get(selection.lanes)
    return f"{selection.lanes}-{getattr(row, field)}" if field else ""


class Board:
    """What one reader picked of one plan's board. Seven queries at most, whatever the number of actions."""

    def __init__(self, access: PlanAccess, selection: Selection, *, on: dt.date) -> None:
        self.access, self.selection, self.on = access, selection, on
        self.asked = queries.Picked.by(selection, user_id=access.user.pk, on=on)
        self.choices = access.choices

    @cached_property
    def picked(self) -> ActionQuerySet:
        """The actions that were asked for, with their flags. No query of its own."""
        actions = Action.objects.filter(plan=self.access.plan)
        return self.selection.pick(actions, user_id=self.access.user.pk, on=self.on)

    @property
    def done_shown(self) -> int:
        return DONE_IN_LANE if self.selection.lanes else DONE_SHOWN

    def counts(self) -> dict[str, int]:
        """Number of picked actions per column key. One query."""
        counts = {} if self.asked.lane_field else dict.fromkeys(STATUSES, 0)
        for status, *lane, number in queries.counted(self.asked).rows(self.access.plan.pk):
            counts[column_key(f"{self.selection.lanes}-{lane[0]}" if lane else "", status)] = number
        return counts

    def open_rows(self) -> list[Row]:
        return self._rows(queries.open_cards(self.asked))

    def _rows(self, query: ReadyQuery) -> list[Row]:
        return [Row(*values) for values in query.rows(self.access.plan.pk)]

    def done_rows(self, shown: int) -> list[Row]:
        """The latest done ones, `shown` in all or, with lanes, in each lane."""
        if field := self.asked.lane_field:
            done = self.picked.filter(status=DONE)
            order = [F("completed_on").desc(), F("rank").asc(), F("pk").asc()]
            done = done.annotate(place=Window(RowNumber(), partition_by=[F(field)], order_by=order))
            return card_rows(done.filter(place__lte=shown).board_order())
        return self._rows(queries.done_cards(self.asked, shown))

    def earlier(self, start: int, shown: int, lane: str) -> Column:
        """More of Done (in one lane when there are lanes): from `start` up to `shown`. The first gets the focus."""
        done = self.picked.filter(status=DONE)
        if field := self.asked.lane_field:
            done = done.filter(**{field: whole_number(lane.removeprefix(f"{self.selection.lanes}-"))})
        else:
            lane = ""
        rows = card_rows(done.board_order()[start : max(start, shown)])
        key, last = column_key(lane, DONE), start + len(rows)
        count = done.count()
        cards = self.maker().items(rows, focus=True)
        return Column(key, DONE, status_name(DONE), count, cards, min(count - last, DONE_MORE), last, lane)

    def lanes(self, shown: int) -> list[Lane]:
        """All lanes with their cards; Done holds the latest `shown`."""
        counts = self.counts()
        rows: dict[str, list[Row]] = defaultdict(list)
        for row in [*self.open_rows(), *self.done_rows(shown)]:
            rows[column_key(lane_key(self.selection, row), row.status)].append(row)
        maker, links = self.maker(self.access.people), AddLinks(self.access, self.selection)

        def lane(key: str = "", **title: Any) -> Lane:
            query = links.query(**title)
            columns = [self._column(maker, counts, rows, key, status) for status in STATUSES]
            return Lane(key, [self._with_foot(column, links, query) for column in columns], **title)

        if self.selection.lanes == CHOICE:
            return [lane(f"choice-{choice.pk}", choice=choice) for choice in self.choices]
        if self.selection.lanes == PERSON:
            busy = maker.know({int(key.split("-")[1]) for key in counts})
            return [lane(f"person-{user.pk}", person=user) for user in busy]
        return [lane()]

    def maker(self, people: Iterable[User] = ()) -> CardMaker:
        return CardMaker(self.access, on=self.on, choices=self.choices, people=people)

    def _column(
        self, maker: CardMaker, counts: dict[str, int], rows: dict[str, list[Row]], lane: str, status: str
    ) -> Column:
        key = column_key(lane, status)
        count, shown = counts.get(key, 0), len(rows[key])
        earlier = min(count - shown, DONE_MORE) if status == DONE else 0
        return Column(key, status, status_name(status), count, maker.items(rows[key]), earlier, shown, lane)

    @staticmethod
    def _with_foot(column: Column, links: AddLinks, query: str) -> Column:
        if not query or column.status == DONE:
            return column
        add = query + column.status
        return replace(column, add=add, foot=links.html(add, key=column.key, name=column.name))

    def card(self, action: Action, *, people: Iterable[User] = ()) -> tuple[SafeString, dict[str, Any]]:
        """The `<li>` of one action, picked or not, and its place: before or after which of the picked cards of its
        column. Two queries, and one more for a responsible who is not among `people`."""
        row, above = self.row(action.pk, action.status)
        return self.maker(people).items([row]), self._place(row, above)

    def _place(self, row: Row, above: int | None) -> dict[str, Any]:
        if above is None:
            return {"status": row.status}
        if (below := self.below(row)) is not None:
            return {"status": row.status, "before": below}
        return {"status": row.status, "after": above}

    def row(self, pk: int, status: str) -> tuple[Row, int | None]:
        """What the card of one action needs, picked or not, and the id of the picked one above it in its column and
        lane. One query when it has the `status` it is thought to have, else two."""
        [(*values, above)] = queries.one_card(self.asked, status).rows(self.access.plan.pk, pk)
        row = Row(*values)
        return (row, above) if row.status == status else self.row(pk, row.status)

    def below(self, row: Row) -> int | None:
        """The id of the picked card below one that may be picked or not, in its column and lane. One query."""
        [(below,)] = queries.card_below(self.asked, row.status).rows(self.access.plan.pk, row.pk)
        return below


def status_name(status: str) -> str:
    return {TODO: gettext("To do"), DOING: gettext("In progress"), DONE: gettext("Done")}[status]
