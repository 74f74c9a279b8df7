"""The timeline as arithmetic: the days a page shows, and where the days of an action stand in them. Pure.

Places are percentages of the width. A bar never leaves the window: what lies outside is cut off, and said to be.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from ogsm import dates

from .rules import DONE

ZOOMS = (dates.MONTH, dates.QUARTER, dates.YEAR)
TAIL_DAYS = 14  # how long before its deadline an action without a start is shown to come
WEEK = 7
# what a stretch of days is
TAIL, BAR, SLIP, GHOST, LATE, EXPECTED = "tail", "bar", "slip", "ghost", "late", "expected"


def days_before(day: dt.date, days: int) -> dt.date:
    """So many days earlier, or the first day there is."""
    return dt.date.fromordinal(max(day.toordinal() - days, dt.date.min.toordinal()))


def days_after(day: dt.date, days: int) -> dt.date:
    """So many days later, or the last day there is."""
    return dt.date.fromordinal(min(day.toordinal() + days, dt.date.max.toordinal()))


# ---- the window ----


@dataclass(frozen=True)
class Window:
    """One calendar month, quarter or year, from its first day; `around` makes it from any day in it."""

    first: dt.date
    zoom: str

    @classmethod
    def around(cls, day: dt.date, zoom: str) -> Window:
        return cls(dates.period_start(day, zoom), zoom)

    @property
    def last(self) -> dt.date:
        month = {dates.MONTH: self.first.month, dates.QUARTER: self.first.month + 2, dates.YEAR: 12}[self.zoom]
        return dt.date(self.first.year, month, calendar.monthrange(self.first.year, month)[1])

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def earlier(self) -> Window | None:
        """The one before; None at the beginning of the calendar."""
        return Window.around(days_before(self.first, 1), self.zoom) if self.first > dt.date.min else None

    @property
    def later(self) -> Window | None:
        """The one after; None at the end of the calendar."""
        return Window.around(days_after(self.last, 1), self.zoom) if self.last < dt.date.max else None

    def holds(self, day: dt.date) -> bool:
        return self.first <= day <= self.last

    def zoomed(self, zoom: str, on: dt.date) -> Window:
        """The same days nearer by or further off: around today while that is in sight, else around the first day."""
        return Window.around(on if self.holds(on) else self.first, zoom)

    def before(self, day: dt.date) -> float:
        """Where a day begins: 0 at the left, 100 at the right, and beyond for days that are not in sight."""
        return 100 * (day.toordinal() - self.first.toordinal()) / self.days

    def after(self, day: dt.date) -> float:
        """Where a day ends."""
        return 100 * (day.toordinal() + 1 - self.first.toordinal()) / self.days

    def months(self) -> list[dt.date]:
        """The first day of each month in sight."""
        count = (self.last.month - self.first.month) + 1
        return [dt.date(self.first.year, self.first.month + place, 1) for place in range(count)]

    def mondays(self) -> list[dt.date]:
        start = self.first.toordinal() + -self.first.weekday() % WEEK
        return [dt.date.fromordinal(number) for number in range(start, self.last.toordinal() + 1, WEEK)]


def read_day(text: str) -> dt.date | None:
    """A day as an address writes it, '2026-06-11'; None for anything else."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def read_window(zoom: str, start: str, on: dt.date) -> Window:
    """What the address asks for; the year, and the days around today, for what it cannot mean."""
    return Window.around(read_day(start) or on, zoom if zoom in ZOOMS else dates.YEAR)


# ---- the days of an action ----


@dataclass(frozen=True)
class Days:
    """The days of an action that a timeline shows."""

    status: str
    deadline: dt.date
    starts_on: dt.date | None = None
    original_deadline: dt.date | None = None
    expected_end: dt.date | None = None
    completed_on: dt.date | None = None


@dataclass(frozen=True)
class Stretch:
    """Days of one kind, first and last included."""

    kind: str
    first: dt.date
    last: dt.date


def end_of(days: Days) -> dt.date:
    """The day a bar ends: of what is done the day it was done, else the deadline."""
    return days.completed_on or days.deadline if days.status == DONE else days.deadline


def stretches(days: Days, on: dt.date) -> list[Stretch]:
    """What is drawn of an action, in the order of drawing. What is done has its bar only.

    Without a start it is a short tail up to the deadline that was first agreed: nobody said when the work begins.
    """
    if days.status == DONE:
        end = end_of(days)
        return [_work(days.starts_on and min(days.starts_on, end), end, tail_to=end)]
    return list(_open(days, on))


def _work(start: dt.date | None, end: dt.date, *, tail_to: dt.date) -> Stretch:
    if start is None:
        return Stretch(TAIL, days_before(tail_to, TAIL_DAYS - 1), tail_to)
    return Stretch(BAR, start, end)


def _open(days: Days, on: dt.date) -> Iterator[Stretch]:
    deadline, original = days.deadline, days.original_deadline or days.deadline
    work = _work(days.starts_on, deadline, tail_to=min(original, deadline))
    yield work
    if original < work.first:
        yield Stretch(GHOST, original, days_before(work.first, 1))
    if original < deadline:
        yield Stretch(SLIP, max(days_after(original, 1), work.first), deadline)
    elif original > deadline:
        yield Stretch(GHOST, days_after(deadline, 1), original)
    reached = deadline
    if deadline < on:
        yield Stretch(LATE, days_after(deadline, 1), on)
        reached = on
    if days.expected_end and days.expected_end > reached:
        yield Stretch(EXPECTED, days_after(reached, 1), days.expected_end)


def extent(days: Days, on: dt.date) -> tuple[dt.date, dt.date]:
    """(first, last) day of all that is drawn; `ActionQuerySet.between` is its twin in SQL."""
    drawn = stretches(days, on)
    return min(stretch.first for stretch in drawn), max(stretch.last for stretch in drawn)


# ---- what of it is in sight ----


@dataclass(frozen=True)
class Part:
    """A stretch as far as it is in sight, in percentages."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    """All that is in sight of an action, and whether there is more at the left or the right."""

    parts: tuple[Part, ...]
    is_cut_left: bool
    is_cut_right: bool


def bar(days: Days, window: Window, on: dt.date) -> Bar:
    """Where an action stands in the window; without parts when nothing of it is in sight."""
    first, last = extent(days, on)
    parts = tuple(
        _in_sight(stretch, window)
        for stretch in stretches(days, on)
        if stretch.first <= window.last and stretch.last >= window.first
    )
    return Bar(parts, first < window.first, last > window.last)


def _in_sight(stretch: Stretch, window: Window) -> Part:
    left = window.before(max(stretch.first, window.first))
    return Part(stretch.kind, left, window.after(min(stretch.last, window.last)) - left)
