"""A time zone as calendar programs want it: the yearly rules of summer time, as every one of them reads.

The icalendar library lists the single changes instead, with the hour of spring one late (it gives the clock after the
change, RFC 5545 asks for the one before), and Outlook reads rules only.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
STEP = dt.timedelta(minutes=15)
YEARS_ALIKE = 5  # a zone that changes by the same rule for so long is taken to go on so


class Change(NamedTuple):
    """A change of the clock: `when` is what it showed just before, in local time."""

    when: dt.datetime
    before: dt.timedelta
    after: dt.timedelta
    name: str

    def by_rule(self) -> tuple[int, str, dt.time, dt.timedelta, dt.timedelta]:
        """What is the same every year: month, '-1SU' or '2SU', the time and both offsets from UTC."""
        is_last = (self.when + dt.timedelta(days=7)).month != self.when.month
        nth = -1 if is_last else (self.when.day - 1) // 7 + 1
        return self.when.month, f"{nth}{DAYS[self.when.weekday()]}", self.when.time(), self.before, self.after


def _offset(zone: ZoneInfo, moment: dt.datetime) -> dt.timedelta:
    return moment.astimezone(zone).utcoffset() or dt.timedelta()


@cache
def changes_in(key: str, year: int) -> tuple[Change, ...]:
    """The changes of the clock in a year, to the quarter of an hour."""
    zone, found = ZoneInfo(key), []
    day, end = dt.datetime(year, 1, 1, tzinfo=dt.UTC), dt.datetime(year + 1, 1, 1, tzinfo=dt.UTC)
    while day < end:
        following = day + dt.timedelta(days=1)
        before, after = _offset(zone, day), _offset(zone, following)
        if before != after:
            moment = next(day + n * STEP for n in range(1, 97) if _offset(zone, day + n * STEP) == after)
            name = moment.astimezone(zone).tzname() or key
            found.append(Change((moment + before).replace(tzinfo=None), before, after, name))
        day = following
    return tuple(found)


def zone_component(key: str, first: dt.date, last: dt.date) -> Timezone:
    """The VTIMEZONE of a zone, good for moments between these days; by rule, and so for later ones, where its changes
    follow one."""
    year = first.year - 1
    rules = [change.by_rule() for change in changes_in(key, year)]
    later = range(year + 1, max(last.year, year + YEARS_ALIKE) + 1)
    if any([change.by_rule() for change in changes_in(key, other)] != rules for other in later):
        return Timezone.from_tzid(key, first_date=dt.date(year, 1, 1), last_date=dt.date(last.year + 2, 1, 1))
    component = Timezone()
    component.add("tzid", key)
    for change in changes_in(key, year) or [_never(key, year)]:
        part = TimezoneDaylight() if change.after > change.before else TimezoneStandard()
        part.add("dtstart", change.when)
        part.add("tzoffsetfrom", change.before)
        part.add("tzoffsetto", change.after)
        part.add("tzname", change.name)
        if rules:
            part.add("rrule", {"freq": "yearly", "bymonth": change.when.month, "byday": change.by_rule()[1]})
        component.add_component(part)
    return component


def _never(key: str, year: int) -> Change:
    """Of a zone without summer time: one offset, always."""
    start = dt.datetime(year, 1, 1, tzinfo=ZoneInfo(key))
    offset = start.utcoffset() or dt.timedelta()
    return Change(start.replace(tzinfo=None), offset, offset, start.tzname() or key)
