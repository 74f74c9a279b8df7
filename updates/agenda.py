"""The agenda of a session: which lines, in which order, for how many minutes. Pure: items in, lines out.

Source: product page, 'Agenda' and 'Time box'.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from actions.rules import Flag

OPENING, CLOSING, FINISHED = 3, 3, 2
AT_LEAST = 2
URGENT_UP_TO, OTHERS_UP_TO = 5, 3
UPDATE_BOX_AT_MOST = 60
URGENT = Flag.RED | Flag.LATE


class Section(enum.StrEnum):
    CARRIED = "carried"
    OFF_PLAN = "off-plan"
    INDICATORS = "indicators"
    FINISHED = "finished"
    ON_PLAN = "on-plan"
    OUTSIDE = "outside"


class Kind(enum.StrEnum):
    ACTION = "action"
    INDICATOR = "indicator"
    HELP = "help"
    AGREEMENT = "agreement"
    POINT = "point"
    CHOICE = "choice"
    GOAL = "goal"


@dataclass(frozen=True)
class Item:
    """Something that may be on the agenda, at its place in a section. `hand_minutes` are the facilitator's own; 0 is
    for what is to be settled outside the session."""

    kind: Kind
    id: int
    flags: int = 0
    hand_minutes: int | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.id}"

    @property
    def is_urgent(self) -> bool:
        return bool(self.flags & URGENT)


@dataclass(frozen=True)
class Line:
    item: Item
    section: Section
    minutes: int


class Placed(Protocol):
    """A line in a section, with its whole minutes."""

    @property
    def section(self) -> Any: ...
    @property
    def minutes(self) -> Any: ...


L = TypeVar("L", bound=Placed)


@dataclass(frozen=True)
class Agenda(Generic[L]):
    """The lines in the order of the page, and where the minutes of the box went (all whole minutes)."""

    lines: Sequence[L]
    box: int
    opening: int
    closing: int
    finished: int
    spare: int

    def of(self, section: str) -> list[L]:
        return [line for line in self.lines if line.section == section]

    def minutes_of(self, section: str) -> int:
        return sum(line.minutes for line in self.of(section))

    @property
    def used(self) -> int:
        """Minutes divided over opening, lines, finished and closing; above the box only by hand-set minutes."""
        return self.opening + self.closing + self.finished + sum(line.minutes for line in self.lines)


def usual_up_to(item: Item) -> int:
    """Minutes to which a line grows while there is room."""
    return URGENT_UP_TO if item.is_urgent else OTHERS_UP_TO


def build_agenda(
    box: int,
    *,
    carried: Sequence[Item] = (),
    off_plan: Sequence[Item] = (),
    indicators: Sequence[Item] = (),
    finished: Sequence[Item] = (),
    on_plan: Sequence[Item] = (),
    up_to: Callable[[Item], int] = usual_up_to,
) -> Agenda[Line]:
    """Divide the box over the items, which come in the order of their section.

    Every item is on exactly one line. What does not fit in at least two minutes goes to the section 'outside', from
    the bottom up: indicators, off-plan actions, agreements, help; never the facilitator's own points, nor a line with
    minutes of its own. What the facilitator sends out comes after those. `up_to` says how far a line grows.
    """
    closing_items = FINISHED if finished else 0
    discussed: list[tuple[Section, Item]] = [
        *((Section.CARRIED, item) for item in carried),
        *((Section.OFF_PLAN, item) for item in off_plan),
        *((Section.INDICATORS, item) for item in indicators),
    ]
    sent_out = [pair for pair in discussed if pair[1].hand_minutes == 0]
    discussed = [pair for pair in discussed if pair[1].hand_minutes != 0]
    room = box - OPENING - CLOSING - closing_items - sum(item.hand_minutes or 0 for _, item in discussed)
    free = [pair for pair in discussed if pair[1].hand_minutes is None]
    leaving = _leaving(free)[: max(len(free) - max(room, 0) // AT_LEAST, 0)]
    left = set(leaving)
    free = [pair for pair in free if pair not in left]
    discussed = [pair for pair in discussed if pair not in left]
    outside = [item for _, item in (*reversed(leaving), *sent_out)]
    minutes = dict.fromkeys(free, AT_LEAST)
    room -= AT_LEAST * len(free)
    room = _spread(minutes, [pair for pair in free if pair[1].is_urgent], up_to, room)
    room = _spread(minutes, [pair for pair in free if not pair[1].is_urgent], up_to, room)
    lines = [
        Line(
            item,
            section,
            item.hand_minutes if item.hand_minutes is not None else minutes[(section, item)],
        )
        for section, item in discussed
    ]
    lines += [Line(item, Section.FINISHED, 0) for item in finished]
    lines += [Line(replace(item, hand_minutes=None), Section.OUTSIDE, 0) for item in outside]
    lines += [Line(item, Section.ON_PLAN, 0) for item in on_plan]
    return Agenda(tuple(lines), box, OPENING, CLOSING, closing_items, max(room, 0))


def _leaving(free: Sequence[tuple[Section, Item]]) -> list[tuple[Section, Item]]:
    """The lines that may go to 'outside the session', the first to go first; never the facilitator's points."""
    groups: Iterable[list[tuple[Section, Item]]] = (
        [pair for pair in free if pair[0] == Section.INDICATORS],
        [pair for pair in free if pair[0] == Section.OFF_PLAN],
        [pair for pair in free if pair[1].kind == Kind.AGREEMENT],
        [pair for pair in free if pair[1].kind == Kind.HELP],
    )
    return [pair for group in groups for pair in reversed(group)]


def _spread(
    minutes: dict[tuple[Section, Item], int],
    pairs: Sequence[tuple[Section, Item]],
    up_to: Callable[[Item], int],
    room: int,
) -> int:
    """Give every pair one minute more in rounds while there is room; returns the minutes left."""
    for reached in range(AT_LEAST, max((up_to(item) for _, item in pairs), default=AT_LEAST)):
        for pair in pairs:
            if reached >= up_to(pair[1]):
                continue
            if room <= 0:
                return room
            minutes[pair] += 1
            room -= 1
    return room
