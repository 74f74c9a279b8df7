"""Pure calendar: periods, days and nth weekdays. No clock is read here; `on` is always an argument."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from zoneinfo import ZoneInfo

MONTH, QUARTER, YEAR = "month", "quarter", "year"
_MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}


@lru_cache(maxsize=4096)
def add_months(day: dt.date, months: int) -> dt.date:
    """The same day `months` later (or earlier), clamped to the month's last day: 31 Jan + 1 = 28 Feb."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def period_start(day: dt.date, frequency: str) -> dt.date:
    """First day of the month, quarter or year that `day` lies in."""
    span = _MONTHS[frequency]
    return dt.date(day.year, (day.month - 1) // span * span + 1, 1)


def next_span(first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
    """The period of the same length that follows the one from `first` to `last`: whole months where those are, else
    days."""
    start = last + dt.timedelta(days=1)
    months = (start.year - first.year) * 12 + start.month - first.month
    if months and add_months(first, months) == start:
        return start, add_months(start, months) - dt.timedelta(days=1)
    return start, last + (start - first)


def finest(frequencies: Iterable[str]) -> str:
    """The shortest of some periods; a month when there is none."""
    return min(frequencies, key=lambda frequency: _MONTHS[frequency], default=MONTH)


def next_period(first: dt.date, frequency: str) -> dt.date:
    """First day of the period after the one that starts on `first`."""
    return add_months(first, _MONTHS[frequency])


def later_period(first: dt.date, steps: int, frequency: str) -> dt.date:
    """First day of the period `steps` after the one that starts on `first`."""
    return add_months(first, steps * _MONTHS[frequency])


def periods_between(first: dt.date, other: dt.date, frequency: str) -> int:
    """How many periods the one that `other` lies in comes after the one that `first` lies in; negative when before."""
    months = (other.year - first.year) * 12 + other.month - first.month
    return (months + (first.month - 1) % _MONTHS[frequency]) // _MONTHS[frequency]


def previous_period(first: dt.date, frequency: str) -> dt.date:
    """First day of the period before the one that starts on `first`."""
    return add_months(first, -_MONTHS[frequency])


def period_end(first: dt.date, frequency: str) -> dt.date:
    """Last day of the period that starts on `first`."""
    return next_period(first, frequency) - dt.timedelta(days=1)


def latest_finished_period(on: dt.date, frequency: str) -> dt.date:
    """First day of the last period that had ended before `on`."""
    return previous_period(period_start(on, frequency), frequency)


def share_of_year(day: dt.date) -> tuple[int, int]:
    """(days elapsed including `day`, days in the year): a fraction kept exact."""
    return day.timetuple().tm_yday, 366 if calendar.isleap(day.year) else 365


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> dt.date:
    """The nth (1..5) `weekday` (Monday = 0) of a month; a 5th that does not exist gives the last one."""
    first = dt.date(year, month, 1)
    day = 1 + (weekday - first.weekday()) % 7 + 7 * (nth - 1)
    while day > calendar.monthrange(year, month)[1]:
        day -= 7
    return dt.date(year, month, day)


def month_day(year: int, month: int, day: int) -> dt.date:
    """The `day` of a month, clamped to its last one: the 31st of February is the 28th or 29th."""
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def start_of_day(day: dt.date, zone: dt.tzinfo | str) -> dt.datetime:
    """Midnight at the start of `day` in `zone`, aware."""
    return dt.datetime.combine(day, dt.time.min, ZoneInfo(zone) if isinstance(zone, str) else zone)


def local_moment(day: dt.date, time: dt.time, zone: dt.tzinfo | str) -> dt.datetime:
    """A wall-clock time on a day in `zone`, aware: nine o'clock stays nine o'clock over daylight saving."""
    return dt.datetime.combine(day, time, ZoneInfo(zone) if isinstance(zone, str) else zone)


def local_time(moment: dt.datetime, zone: dt.tzinfo | str) -> dt.time:
    """What the clock in `zone` shows at a moment."""
    return moment.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone).time()
