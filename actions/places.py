"""Places in a column of the board: the gap a card is put in, and ranks spread again when a gap is closed."""

from __future__ import annotations

from django.db.models import Q

from . import rules
from .querysets import ActionQuerySet

Place = tuple[int, int]  # (rank, id): the order of a column


def gap(column: ActionQuerySet, before: int | None, after: int | None) -> tuple[Place | None, Place | None]:
    """(rank, id) of the cards just above and below the wanted place; the top when the neighbour is not there."""
    places = column.values_list("rank", "pk")
    if before is not None and (below := places.filter(pk=before).first()):
        higher = Q(rank__lt=below[0]) | Q(rank=below[0], pk__lt=below[1])
        return places.filter(higher, rank__lte=below[0]).order_by("-rank", "-pk").first(), below
    if after is not None and (above := places.filter(pk=after).first()):
        lower = Q(rank__gt=above[0]) | Q(rank=above[0], pk__gt=above[1])
        return above, places.filter(lower, rank__gte=above[0]).order_by("rank", "pk").first()
    return None, places.order_by("rank", "pk").first()


def rebalance(column: ActionQuerySet, below: Place | None) -> int:
    """Spread a column's ranks evenly again and return the rank that is free above `below`. No history, since the
    order stays the same. Rare: two neighbours must have been halved 32 times."""
    actions = list(column.order_by("rank", "pk").only("pk", "rank"))
    place = next((index for index, action in enumerate(actions) if below and action.pk == below[1]), len(actions))
    for index, action in enumerate(actions):
        action.rank = (index + (index >= place)) * rules.RANK_STEP
    column.model.objects.bulk_update(actions, ["rank"], batch_size=500)
    return place * rules.RANK_STEP
