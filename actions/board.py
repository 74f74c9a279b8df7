"""The board as a page needs it: lanes, their three columns, the cards and counts of what was picked."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from ogsm.ready_query import OPEN_ID, ReadyQuery

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
LANE_FIELDS = {CHOICE: "choice_id", PERSON: "responsible_id"}


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


def in_lane(actions: ActionQuerySet, selection: Selection, row: Any) -> ActionQuerySet:
    """Those that are shown in the same lane as an action."""
    field = LANE_FIELDS.get(selection.lanes)
    return actions.filter(**{field: getattr(row, field)}) if field else actions


class Board:
    """What one reader picked of one plan's board. Seven queries at most, whatever the number of actions."""

    def __init__(self, access: PlanAccess, selection: Selection, *, on: dt.date) -> None:
        self.access, self.selection, self.on = access, selection, on
        self.picked: ActionQuerySet = selection.pick(Action.objects.filter(plan=access.plan), user=access.user, on=on)
        self.choices = access.choices

    @cached_property
    def people(self) -> list[User]:
        """Everyone in the plan, the Dutch way. One query."""
        return [membership.user for membership in self.access.plan.memberships.by_name()]

    @property
    def done_shown(self) -> int:
        return DONE_IN_LANE if self.selection.lanes else DONE_SHOWN

    def counts(self) -> dict[str, int]:
        """Number of picked actions per column key. One query."""
        field = LANE_FIELDS.get(self.selection.lanes)
        by = ["status", field] if field else ["status"]
        counts = {} if field else dict.fromkeys(STATUSES, 0)
        for row in self.picked.order_by().values(*by).annotate(number=Count("pk")):
            lane = f"{self.selection.lanes}-{row[field]}" if field else ""
            counts[column_key(lane, row["status"])] = row["number"]
        return counts

    def open_rows(self) -> list[Row]:
        return card_rows(self.picked.not_done().order_by("rank", "pk"))

    def done_rows(self, shown: int) -> list[Row]:
        """The latest done ones, `shown` in all or, with lanes, in each lane."""
        done = self.picked.filter(status=DONE)
        if field := LANE_FIELDS.get(self.selection.lanes):
            order = [F("completed_on").desc(), F("rank").asc(), F("pk").asc()]
            done = done.annotate(place=Window(RowNumber(), partition_by=[F(field)], order_by=order))
            return card_rows(done.filter(place__lte=shown).board_order())
        return card_rows(done.board_order()[:shown])

    def earlier(self, start: int, shown: int, lane: str) -> Column:
        """More of Done (in one lane when there are lanes): from `start` up to `shown`. The first gets the focus."""
        done = self.picked.filter(status=DONE)
        if field := LANE_FIELDS.get(self.selection.lanes):
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
        maker, links = self.maker(self.people), AddLinks(self.access, self.selection)

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

    def card(self, action: Action, *, people: Iterable[User] = ()) -> tuple[Row, SafeString]:
        """The `<li>` of one action, picked or not. One query, and one more for a responsible who is not among
        `people`."""
        [values] = _one_card(self.on).rows(action.pk)
        row = Row(*values)
        return row, self.maker(people).items([row])

    def place(self, row: Row) -> dict[str, Any]:
        """Where a card stands among the picked ones of its column: before or after which id. Two queries at most."""
        above, below = neighbours_of(in_lane(self.picked, self.selection, row), row)
        if (higher := above.first()) is None:
            return {"status": row.status}
        if (lower := below.first()) is not None:
            return {"status": row.status, "before": lower}
        return {"status": row.status, "after": higher}


@lru_cache(maxsize=16)
def _one_card(on: dt.date) -> ReadyQuery:
    return ReadyQuery.of(Action.objects.filter(pk=OPEN_ID).with_flags(on).values_list(*Row._fields))


def neighbours(column: ActionQuerySet, row: Row) -> tuple[int | None, int | None]:
    """(id above, id below) of an action in a column it may or may not be in, by the order of the board. Two queries."""
    above, below = neighbours_of(column, row)
    return above.first(), below.first()


def neighbours_of(column: ActionQuerySet, row: Row) -> tuple[QuerySet, QuerySet]:
    """(ids above, ids below), the nearest first. No query."""
    higher = Q(rank__lt=row.rank) | Q(rank=row.rank, pk__lt=row.pk)
    lower = Q(rank__gt=row.rank) | Q(rank=row.rank, pk__gt=row.pk)
    if row.status == DONE:
        same_day = Q(completed_on=row.completed_on)
        higher = Q(completed_on__gt=row.completed_on) | same_day & higher
        lower = Q(completed_on__lt=row.completed_on) | same_day & lower
    ids = column.filter(status=row.status).board_order().values_list("pk", flat=True)
    return ids.filter(higher).reverse(), ids.filter(lower)


def status_name(status: str) -> str:
    return {TODO: gettext("To do"), DOING: gettext("In progress"), DONE: gettext("Done")}[status]
