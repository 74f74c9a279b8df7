"""The facilitator's own order and minutes over what the rules would make. Pure: items and wishes in, items out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .agenda import Item

NOT_ARRANGED = ("finished", "on_plan")  # these take no turns


@dataclass(frozen=True)
class Move:
    """A line put between two others of its section; None: there was none, so it is the first, or the last."""

    key: str
    above: str | None
    below: str | None


@dataclass(frozen=True)
class Wishes:
    """Moves in the order they were made, and minutes by the key of a line (0: outside the session)."""

    moves: tuple[Move, ...] = ()
    minutes: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Wishes:
        return cls(tuple(Move(*move) for move in stored.get("moves", ())), dict(stored.get("minutes", {})))

    def as_json(self) -> dict[str, Any]:
        return {"moves": [[move.key, move.above, move.below] for move in self.moves], "minutes": dict(self.minutes)}

    def __bool__(self) -> bool:
        return bool(self.moves or self.minutes)

    def concern(self, keys: Iterable[str]) -> bool:
        """Whether one of these lines has another place or other minutes than the rules would give it."""
        wished = {move.key for move in self.moves} | set(self.minutes)
        return not wished.isdisjoint(keys)


def arranged(sections: Mapping[str, Sequence[Item]], wishes: Wishes) -> dict[str, Sequence[Item]]:
    """The sections with the discussed ones as wished. What is not wished for stays as the rules have it, and follows
    them as they change; a wish about a line that is not there does nothing."""
    if not wishes:
        return dict(sections)
    return {
        name: items if name in NOT_ARRANGED else [_timed(item, wishes) for item in placed(items, wishes.moves)]
        for name, items in sections.items()
    }


def _timed(item: Item, wishes: Wishes) -> Item:
    minutes = wishes.minutes.get(item.key)
    return item if minutes is None else replace(item, hand_minutes=minutes)


def placed(items: Sequence[Item], moves: Iterable[Move]) -> list[Item]:
    """The items in their own order, but for those that were moved: below what they were put under, else above what they
    were put over; with neither there any more, where the rules have them."""
    order = {item.key: item for item in items}
    keys = list(order)
    for move in moves:
        if move.key not in order:
            continue
        others = [key for key in keys if key != move.key]
        if move.above is None:
            place = 0
        elif move.above in others:
            place = others.index(move.above) + 1
        elif move.below in others:
            place = others.index(move.below)
        elif move.below is None:
            place = len(others)
        else:
            continue
        keys = [*others[:place], move.key, *others[place:]]
    return [order[key] for key in keys]
