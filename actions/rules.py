"""Rules of the action: its flags, what is owed, slips. Pure; the same flags exist in SQL in querysets.py."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

TODO, DOING, DONE = "todo", "doing", "done"
GREEN, AMBER, RED = "green", "amber", "red"
SLIPS_THAT_FLAG = 2


class Flag(enum.IntFlag):
    """Why an action is off plan: time axis (facts) or content axis (judgement). Any flag means off plan."""

    LATE = 1
    START_OVERDUE = 2
    EXPECTED_LATE = 4
    SLIPPED = 8
    RED = 16
    HELP = 32
    CONTRADICTION = 64
    AMBER = 128
    NOT_JUDGED = 256
    NO_UPDATE = 512


ANY_FLAG = ~Flag(0)
TIME_FLAGS = Flag.LATE | Flag.START_OVERDUE | Flag.EXPECTED_LATE | Flag.SLIPPED
_TIME_FACTS = Flag.LATE | Flag.START_OVERDUE | Flag.EXPECTED_LATE
_ORDER = (
    Flag.LATE,
    Flag.START_OVERDUE,
    Flag.EXPECTED_LATE,
    Flag.SLIPPED,
    Flag.AMBER,
    Flag.RED,
    Flag.NOT_JUDGED,
    Flag.NO_UPDATE,
    Flag.HELP,
    Flag.CONTRADICTION,
)
FLAG_NAMES = {
    Flag.LATE: "late",
    Flag.START_OVERDUE: "start-overdue",
    Flag.EXPECTED_LATE: "expected-late",
    Flag.SLIPPED: "slipped",
    Flag.AMBER: "amber",
    Flag.RED: "red",
    Flag.NOT_JUDGED: "not-judged",
    Flag.NO_UPDATE: "no-update",
    Flag.HELP: "help",
    Flag.CONTRADICTION: "contradiction",
}
FLAG_BY_NAME = {name: flag for flag, name in FLAG_NAMES.items()}
SEVERITY: tuple[Flag, ...] = (
    Flag.RED,
    Flag.LATE,
    Flag.HELP,
    Flag.CONTRADICTION,
    Flag.AMBER,
    Flag.START_OVERDUE | Flag.EXPECTED_LATE | Flag.SLIPPED,
    Flag.NOT_JUDGED | Flag.NO_UPDATE,
)


@dataclass(frozen=True)
class ActionFacts:
    """What the flags of an action depend on."""

    status: str
    deadline: dt.date
    starts_on: dt.date | None = None
    expected_end: dt.date | None = None
    light: str = ""
    last_update_at: dt.datetime | None = None
    open_help: int = 0
    deadline_moves: int = 0
    last_moved_at: dt.datetime | None = None
    slip_discussed_at: dt.datetime | None = None


def is_going(status: str, starts_on: dt.date | None, on: dt.date) -> bool:
    """Whether an action is in progress, or should be: its start has passed. An empty start has never passed."""
    return status == DOING or (status == TODO and starts_on is not None and starts_on < on)


def has_slipped(facts: ActionFacts) -> bool:
    """Moved later twice or more, and no closed update session has had it on its agenda since the last move."""
    if facts.deadline_moves < SLIPS_THAT_FLAG:
        return False
    if facts.slip_discussed_at is None or facts.last_moved_at is None:
        return True
    return facts.slip_discussed_at < facts.last_moved_at


def action_flags(facts: ActionFacts, *, on: dt.date, current_since: dt.datetime) -> Flag:
    """All flags of an action on a day. Done actions carry none. Source: product page, table of flags."""
    flags = Flag(0)
    if facts.status == DONE:
        return flags
    if facts.deadline < on:
        flags |= Flag.LATE
    if facts.status == TODO and facts.starts_on is not None and facts.starts_on < on:
        flags |= Flag.START_OVERDUE
    if facts.expected_end is not None and facts.expected_end > facts.deadline:
        flags |= Flag.EXPECTED_LATE
    if has_slipped(facts):
        flags |= Flag.SLIPPED
    if facts.light == RED:
        flags |= Flag.RED
    if facts.light == AMBER:
        flags |= Flag.AMBER
    if is_going(facts.status, facts.starts_on, on):
        if not facts.light:
            flags |= Flag.NOT_JUDGED
        if facts.last_update_at is None or facts.last_update_at < current_since:
            flags |= Flag.NO_UPDATE
    if facts.open_help:
        flags |= Flag.HELP
    if facts.light == GREEN and flags & _TIME_FACTS:
        flags |= Flag.CONTRADICTION
    return flags


def flag_names(flags: int) -> list[str]:
    """The names of the flags, in the fixed order of the pages' `data-flags`."""
    return [FLAG_NAMES[flag] for flag in _ORDER if flags & flag]


def severity(flags: int) -> int:
    """Place of the worst flag on the agenda: 0 is the worst; one past the last group when there is no flag."""
    for place, group in enumerate(SEVERITY):
        if flags & group:
            return place
    return len(SEVERITY)


def off_plan_key(flags: int, deadline: dt.date, on: dt.date, action_id: int) -> tuple[int, int, dt.date, int]:
    """Sort key of the agenda's off-plan actions: worst flag, then longest late, then earliest deadline."""
    days_late = max((on - deadline).days, 0) if flags & Flag.LATE else 0
    return severity(flags), -days_late, deadline, action_id


@dataclass(frozen=True)
class Move:
    """One change of a deadline, on the day it was made."""

    on: dt.date
    at: dt.datetime
    from_date: dt.date
    to_date: dt.date


def count_moves_later(moves: Iterable[Move]) -> tuple[int, dt.datetime | None]:
    """(days on which the deadline ended up later, moment of the last such move).

    Moves of one day count as one, by where the day began and ended; leave undone moves out.
    """
    days: dict[dt.date, list[Move]] = {}
    for move in sorted(moves, key=lambda move: move.at):
        days.setdefault(move.on, []).append(move)
    later = [day for day in days.values() if day[-1].to_date > day[0].from_date]
    return len(later), later[-1][-1].at if later else None


class Judged(Protocol):
    """What a history row says of an action's light."""

    history_date: dt.datetime
    status: str
    light: str
    responsible_id: int


def was_emptied(rows: Iterable[Judged], *, since: dt.datetime) -> bool:
    """Whether an action was handed over, or reopened with an empty light, after a moment. `rows`: its history, oldest
    first."""
    then: Judged | None = None
    for now in rows:
        if then and now.history_date > since:
            if then.responsible_id != now.responsible_id:
                return True
            if then.status == DONE != now.status and not now.light:
                return True
        then = now
    return False


RANK_STEP = 1 << 32


def rank_between(above: int | None, below: int | None) -> int | None:
    """A rank between two neighbours (None: no neighbour there); None when there is no room left between them."""
    if above is not None and below is not None:
        return (above + below) // 2 if below - above > 1 else None
    if below is not None:
        return below - RANK_STEP
    return 0 if above is None else above + RANK_STEP
