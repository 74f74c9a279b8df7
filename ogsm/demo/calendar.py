"""The days of the demo, all counted from the day of building."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings

from ogsm.dates import add_months, nth_weekday

from .tables import ROUNDS

SATURDAY, THURSDAY = 5, 3
PREPARATION = dt.timedelta(days=7)
QUIET_MONTHS = (7, 8)
FESTIVE = {(12, 24): -1, (12, 25): -1, (12, 26): -1, (12, 31): -2, (1, 1): 1}
"""Month and day, and by how many weeks a session moves away from it."""


class Calendar:
    """Five sessions behind, one three days ahead, and more to come; the plan starts in the first one's month."""

    def __init__(self, on: dt.date, starts: tuple[int, int]) -> None:
        self.on = on
        self.starts = dt.time(*starts)
        self.coming = self.day(3)
        usual = self.coming
        if usual.weekday() >= SATURDAY:  # the series keeps to working days; only the coming one is fixed
            usual -= dt.timedelta(days=usual.weekday() - THURSDAY)
        self.steering = usual + dt.timedelta(days=14)
        self._weekday, self._nth = usual.weekday(), (usual.day - 1) // 7 + 1
        self._month = usual.replace(day=1)
        self.sessions = [self._series(months) for months in range(1 - ROUNDS, 0)] + [self.coming]
        self.steered = self._working(self.sessions[2] + dt.timedelta(days=14))
        self.starts_on = (self.sessions[0] - dt.timedelta(days=5)).replace(day=1)

    def _series(self, months: int) -> dt.date:
        month = add_months(self._month, months)
        day = nth_weekday(month.year, month.month, self._weekday, self._nth)
        return day + dt.timedelta(weeks=FESTIVE.get((day.month, day.day), 0))

    def _working(self, day: dt.date) -> dt.date:
        while day.weekday() >= SATURDAY or (day.month, day.day) in FESTIVE:
            day += dt.timedelta(days=1)
        return day

    def later_sessions(self, count: int) -> list[dt.date]:
        """The next ones after the coming one, not in the quiet months."""
        days = (self._series(months) for months in range(1, count + len(QUIET_MONTHS) + 1))
        return [day for day in days if day.month not in QUIET_MONTHS][:count]

    def ends_on(self, years: int) -> dt.date:
        return add_months(self.starts_on, 12 * years) - dt.timedelta(days=1)

    def day(self, days: int) -> dt.date:
        return self.on + dt.timedelta(days=days)

    def working_day(self, days: int) -> dt.date:
        """The same day, or the Friday before a weekend."""
        day = self.day(days)
        return day - dt.timedelta(days=max(day.weekday() - 4, 0))

    def start(self, days: int) -> dt.date:
        """A working day, not before the plan starts."""
        return max(self.working_day(days), self.starts_on)

    def moment(self, day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(hour, minute), ZoneInfo(settings.TIME_ZONE))

    def session_at(self, day: dt.date) -> dt.datetime:
        return self.moment(day, self.starts.hour, self.starts.minute)

    def round_moment(self, number: int, index: int) -> dt.datetime:
        """When the update with this index is given in the preparation of a session: on a working day, spread."""
        day = self.sessions[number - 1]
        last = self.on if number == ROUNDS else day
        days = [last - dt.timedelta(days=back) for back in (4, 3, 2, 1)]
        days = [candidate for candidate in days if candidate.weekday() < SATURDAY]
        return self.moment(days[index % len(days)], 11 + index * 5 % 6, index * 17 % 60)
