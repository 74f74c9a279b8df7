"""Summer time as written in a calendar, read by python-dateutil and held against the zone's own data."""

from __future__ import annotations

import datetime as dt
import io
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from updates.calendar_zone import zone_component

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2027, 12, 31)


@pytest.mark.parametrize(
    "key",
    ["Europe/Amsterdam", "Europe/London", "America/New_York", "Australia/Sydney", "Asia/Tokyo", "Asia/Kolkata"],
)
def test_every_hour_of_two_years_has_the_offset_of_the_zone(key):
    text = zone_component(key, FIRST, LAST).to_ical().decode()
    read, zone = tzical(io.StringIO(text)).get(), ZoneInfo(key)
    moment = dt.datetime.combine(FIRST, dt.time())
    wrong = []
    while moment.date() <= LAST:
        if moment.replace(tzinfo=read).utcoffset() != moment.replace(tzinfo=zone).utcoffset():
            wrong.append(moment)
        moment += dt.timedelta(hours=1)
    assert len(wrong) <= 4, "only an hour that does not exist, or exists twice, may be read another way"


def test_summer_time_is_written_as_a_rule_with_the_clock_before_the_change():
    text = zone_component("Europe/Amsterdam", FIRST, LAST).to_ical().decode()
    assert "DTSTART:20250330T020000" in text
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in text
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10" in text


def test_a_zone_without_a_rule_still_has_its_changes_listed():
    assert "RDATE" in zone_component("Africa/Casablanca", FIRST, LAST).to_ical().decode()
