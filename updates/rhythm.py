"""The rhythm of a year: on which days sessions fall, and what stands in their way. Pure: values in, values out.

Source: product page, 'The session', scheduling.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from ogsm import dates

BY_DAY = 0  # for `nth`: on a day of the month, not on a weekday
LAST = 5
SATURDAY = 5


@dataclass(frozen=True)
class Rule:
    """The nth weekday of a month (Monday = 0; a 5th that does not exist is the last one), or with `nth` 0 a day of the
    month, clamped to its last one."""

    nth: int
    weekday: int = 0
    day: int = 1

    def in_month(self, year: int, month: int) -> dt.date:
        if self.nth == BY_DAY:
            return dates.month_day(year, month, self.day)
        return dates.nth_weekday(year, month, self.weekday, self.nth)

    def days(self, first: dt.date, until: dt.date, months: Collection[int]) -> list[dt.date]:
        """Its days from `first` up to and including `until`, in these months (1..12) only."""
        found, month = [], first.replace(day=1)
        while month <= until:
            day = self.in_month(month.year, month.month)
            if first <= day <= until and month.month in months:
                found.append(day)
            month = dates.add_months(month, 1)
        return found


def rule_of(day: dt.date) -> Rule:
    """The rule that a day follows: its nth weekday, the 5th being the last."""
    return Rule((day.day - 1) // 7 + 1, day.weekday(), day.day)


@dataclass(frozen=True)
class Slot:
    """A session as it would be, or as it is: `label` is its kind in words."""

    kind: str
    label: Any
    starts_at: dt.datetime
    minutes: int
    day: dt.date  # in the organisation's zone
    id: int | None = None

    @property
    def ends_at(self) -> dt.datetime:
        return self.starts_at + dt.timedelta(minutes=self.minutes)

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.day.isoformat()}"

    @property
    def in_weekend(self) -> bool:
        return self.day.weekday() >= SATURDAY

    def overlaps(self, other: Slot) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Row:
    """One line of a preview: the slot, the session that is there already instead of it, and what overlaps it."""

    slot: Slot
    standing: Slot | None
    clashes: tuple[Slot, ...]

    @property
    def is_new(self) -> bool:
        return self.standing is None


def preview(slots: Iterable[Slot], standing: Iterable[Slot]) -> list[Row]:
    """The slots in order of time. A day that has a session of the same kind keeps that one; what overlaps another
    session, or another new one, says so."""
    ordered = sorted(slots, key=lambda slot: (slot.starts_at, slot.kind))
    there = list(standing)
    by_day = {slot.key: slot for slot in there}
    rows = []
    for slot in ordered:
        kept = by_day.get(slot.key)
        others = [other for other in (*there, *ordered) if other is not slot and other.key != slot.key]
        rows.append(Row(slot, kept, () if kept else tuple(other for other in others if slot.overlaps(other))))
    return rows


def months_without(first: dt.date, until: dt.date, days: Iterable[dt.date]) -> list[dt.date]:
    """The first days of the months from `first` up to `until` in which none of the days lies."""
    taken = {day.replace(day=1) for day in days}
    empty, month = [], first.replace(day=1)
    while month <= until:
        if month not in taken:
            empty.append(month)
        month = dates.add_months(month, 1)
    return empty
