"""What may be taken back of an act: the rule. Pure; `acts.py` reads what it judges.

Each field is judged by itself: an act on two fields, one of which a colleague has changed since, is taken back for the
other one. Source: product page, 'The board': own last act, until that field changes again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any


class Verdict(Enum):
    OPEN = "open"  # can be taken back
    SAME = "same"  # is as it was before, whoever put it back
    CHANGED = "changed"  # has changed again since


def verdict(before: Any, after: Any, since: Iterable[Any], now: Any) -> Verdict:
    """`before` and `after` are the field's values around the act, `since` those it was saved with afterwards, oldest
    first, `now` the stored one. Changed and changed back is changed: whoever did that meant it."""
    if now == before:
        return Verdict.SAME
    return Verdict.OPEN if all(value == after for value in (*since, now)) else Verdict.CHANGED


def changed_last(after: Any, since: Sequence[Any]) -> int | None:
    """The place in `since` where the value was last changed; None when it stayed."""
    earlier = (after, *since)
    return next((place for place in reversed(range(len(since))) if since[place] != earlier[place]), None)


# The fields that can be taken back, by kind of piece, and those that change along with them.
OF_GOAL = ("name", "unit", "baseline", "target", "due_on")
FIELDS: dict[str, tuple[str, ...]] = {
    "plan": ("name", "organisation", "starts_on", "ends_on", "ambition"),
    "goal": (*OF_GOAL, "archived_at"),
    "choice": ("short_name", "goal", "how", "kind", "owner", "stops", "archived_at"),
    "indicator": (
        "name", "unit", "direction", "kind", "source", "baseline", "baseline_on", "target", "target_on", "frequency",
        "entered_by", "green_limit", "amber_limit", "archived_at",
    ),
    "action": (
        "result", "description", "link", "choice", "responsible", "involved", "serves", "starts_on", "deadline",
        "version", "archived_at",
    ),
}  # fmt: skip
ALONG: dict[str, set[str]] = {
    "action": {
        "status", "rank", "light", "completed_on", "confirmed_at", "deadline_moves", "last_moved_at",
        "original_deadline",
    },
}  # fmt: skip


def fields_to_take_back(kind: str, acted: Iterable[str]) -> list[str]:
    """Of the fields an act changed on a piece those that can be taken back, in a fixed order. None when it changed
    others too: an update, a judgement, a state, or what went along with its strategic choice."""
    changed = set(acted)
    known = FIELDS.get(kind, ())
    return [name for name in known if name in changed] if changed <= {*known, *ALONG.get(kind, ())} else []
