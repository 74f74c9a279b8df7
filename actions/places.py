"""Places in a column of the board: the gap a card is put in, and ranks spread again when a gap is closed."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from ogsm.ready_query import FIRST, FOURTH, SECOND, THIRD, ReadyQuery

from . import rules
from .querysets import ActionQuerySet

if TYPE_CHECKING:
    from .models import Action

Place = tuple[int, int]  # (rank, id): the order of a column
SEEN = ["status", "rank", "version", "completed_on", "confirmed_at", "light"]


def higher(rank: Any, pk: Any) -> Q:
    """The cards above a place."""
    return Q(rank__lt=rank) | Q(rank=rank, pk__lt=pk)


def lower(rank: Any, pk: Any) -> Q:
    """The cards below a place."""
    return Q(rank__gt=rank) | Q(rank=rank, pk__gt=pk)


def see_place(moving: Action) -> None:
    """What others made of its place since it was read; what cannot be moved any more raises DoesNotExist. One query,
    none when nobody could."""
    if moving.is_fresh:
        moving.is_fresh = False  # that holds for one verb
        return
    model = type(moving)
    for found in _one(model).objects(moving.pk):
        for name in SEEN:
            setattr(moving, name, getattr(found, name))
        return
    raise model.DoesNotExist


@lru_cache(maxsize=1)
def _one(model: type[Action]) -> ReadyQuery[Action]:
    return ReadyQuery(model.objects.filter(pk=FIRST).only(*SEEN))


def column_without(moving: Action, status: str) -> ActionQuerySet:
    """The other cards in a column of its board. No query of its own."""
    return type(moving).objects.live().filter(plan_id=moving.plan_id, status=status).exclude(pk=moving.pk)


def gap(moving: Action, status: str, before: int | None, after: int | None) -> tuple[Place | None, Place | None]:
    """(rank, id) of the cards just above and below the wanted place in a column; the top when the neighbour is not
    there. Two queries at most."""
    places, of = _places(type(moving), status), (moving.plan_id, moving.pk)
    if before is not None and (below := _first(places.one, *of, before)):
        return _first(places.above, *of, *below), below
    if after is not None and (above := _first(places.one, *of, after)):
        return above, _first(places.below, *of, *above)
    return None, _first(places.top, *of)


class _Places:
    """What is asked about the places in a column: after the plan and the card that moves come the numbers of a card,
    or its rank and its number."""

    def __init__(self, model: type[Action], status: str) -> None:
        others = model.objects.live().filter(plan=FIRST, status=status).exclude(pk=SECOND)
        places = others.order_by("rank", "pk").values_list("rank", "pk")
        self.top = ReadyQuery(places[:1])
        self.one = ReadyQuery(places.filter(pk=THIRD))
        self.above = ReadyQuery(places.filter(higher(THIRD, FOURTH), rank__lte=THIRD).reverse()[:1])
        self.below = ReadyQuery(places.filter(lower(THIRD, FOURTH), rank__gte=THIRD)[:1])


_places = lru_cache(maxsize=4)(_Places)


def _first(query: ReadyQuery, *numbers: int) -> Place | None:
    for rank, pk in query.rows(*numbers):
        return rank, pk
    return None


def own_rank(rank: int, *, status: str, moving: Action) -> int:
    """The rank that a card goes back to, or where another one has it by now, one between that card and the next. Done
    is ordered by completion. One query, three where it is taken."""
    if status == rules.DONE:
        return rank
    column = column_without(moving, status)
    if not column.filter(rank=rank).exists():
        return rank
    below = column.filter(rank__gt=rank).order_by("rank", "pk").values_list("rank", "pk").first()
    between = rules.rank_between(rank, below and below[0])
    return rebalance(below, status=status, moving=moving) if between is None else between


def rebalance(below: Place | None, *, status: str, moving: Action) -> int:
    """Spread a column's ranks evenly again and return the rank that is free above `below`, for the card that moves.
    No history, since the order stays the same; but the places that an undo would go back to move along.
    Rare: two neighbours must have been halved 32 times. Queries grow with the column by one per 500 cards."""
    cards = list(column_without(moving, status).order_by("rank", "pk").only("pk", "rank"))
    before = [(card.rank, card.pk) for card in cards]
    place = next((index for index, card in enumerate(cards) if below and card.pk == below[1]), len(cards))
    for index, card in enumerate(cards):
        card.rank = (index + (index >= place)) * rules.RANK_STEP
    type(moving).objects.bulk_update(cards, ["rank"], batch_size=500)
    left = list(_places_left(status, moving))
    for row in left:
        index = bisect_left(before, (row.rank, row.id))
        next_rank = cards[index].rank if index < len(cards) else (len(cards) + 1) * rules.RANK_STEP
        row.rank = next_rank - rules.RANK_STEP // 2
    type(moving).history.bulk_update(left, ["rank"], batch_size=500)
    return place * rules.RANK_STEP


def _places_left(status: str, moving: Action) -> QuerySet:
    """The history rows that hold the place in a column which a card of the plan left with its last move; of the
    card that moves now, the place it is leaving."""
    model = type(moving)
    version = model.objects.filter(pk=OuterRef("id")).values("version")
    rows = model.history.filter(plan_id=moving.plan_id, status=status)
    return rows.annotate(now=Subquery(version)).filter(Q(id=moving.pk, version=F("now")) | Q(version=F("now") - 1))
