"""The demo keeps its promises on whatever day it is built."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from actions.models import organisation_day
from actions.querysets import percent_current
from actions.rules import FLAG_NAMES
from ogsm import demo
from ogsm.demo.calendar import Calendar
from plans.models import Indicator, Plan
from plans.rules import Light
from updates.live_agenda import agenda_of

ZONE = ZoneInfo(settings.TIME_ZONE)


def promises_hold(plans: list[Plan], on: dt.date) -> None:
    for plan in plans:
        figures = plan.actions.figures(on)
        assert 70 <= percent_current(figures) <= 75
        assert 8 <= figures["off_plan"] <= 12
        flags = {name for action in plan.actions.live().with_flags(on) for name in action.flag_names}
        assert flags == set(FLAG_NAMES.values())
        agenda = agenda_of(plan.sessions.get(state="open"), on)
        assert agenda.used <= 45
        assert not agenda.of("outside")
        assert plan.sessions.closed().filter(kind="update").count() == 5
        session = plan.sessions.get(state="open")
        assert organisation_day(session.starts_at) == on + dt.timedelta(days=3)
        lights = {row.reading(on).light for row in Indicator.objects.live().filter(choice__plan=plan)}
        assert lights == {Light.GREEN, Light.AMBER, Light.RED, Light.UNMEASURED}


@pytest.mark.django_db
def test_it_is_built_on_a_leap_day() -> None:
    at = dt.datetime(2028, 2, 29, 23, 59, tzinfo=ZONE)
    promises_hold(demo.build(at=at), at.date())


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(
    "on",
    [
        "2026-01-05",
        "2026-03-29",
        "2026-06-30",
        "2026-10-25",
        "2026-12-31",
        "2026-01-28",
        "2027-01-01",
        "2027-05-09",
        "2027-08-28",
    ],
)
def test_it_is_built_on_any_day(on: str) -> None:
    at = dt.datetime.combine(dt.date.fromisoformat(on), dt.time(0, 1), ZONE)
    promises_hold(demo.build(at=at), at.date())


def test_the_calendar_holds_on_every_day() -> None:
    """Sessions keep their month's distance, so that nothing in the tables overtakes its cause."""
    windows = [(-163, -142), (-135, -116), (-104, -81), (-72, -53), (-44, -25), (3, 3)]
    for days in range(4 * 366):
        on = dt.date(2026, 1, 1) + dt.timedelta(days=days)
        calendar = Calendar(on, (9, 0))
        away = [(session - on).days for session in calendar.sessions]
        assert all(low <= days <= high for days, (low, high) in zip(away, windows, strict=True)), (on, away)
        assert all(session.weekday() < 5 for session in calendar.sessions[:-1])
        assert calendar.starts_on <= calendar.sessions[0]
        assert len(calendar.later_sessions(6)) == 6
