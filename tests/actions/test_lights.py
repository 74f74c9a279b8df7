"""The strip of lights: for each month the last light given in it, and no judgement where none was."""

from __future__ import annotations

import datetime as dt

from actions.lights import light_strip
from tests import factories


def given(action, *lights):
    """Updates as (month, day, light), the newest first, as pages have them."""
    for month, day, light in lights:
        moment = dt.datetime(2026, month, day, 12, tzinfo=dt.UTC)
        factories.UpdateFactory(action=action, light=light, at=moment)
    return list(action.updates.all())


def words(strip):
    return [(month.month, light) for month, light in strip]


def test_a_month_shows_the_last_light_given_in_it(action, on):
    updates = given(action, (4, 2, "green"), (4, 20, "red"), (5, 3, "amber"), (6, 1, "green"), (6, 9, ""))
    assert words(light_strip(updates, on=on)) == [(4, "red"), (5, "amber"), (6, "green")]


def test_a_month_without_a_light_shows_no_judgement(action, on):
    updates = given(action, (2, 2, "green"), (4, 2, ""))
    assert words(light_strip(updates, on=on)) == [(2, "green"), (3, ""), (4, ""), (5, ""), (6, "")]


def test_it_holds_the_latest_months_at_most(action, on):
    updates = given(action, (1, 2, "green"), (6, 2, "red"))
    assert words(light_strip(updates, on=on, months=2)) == [(5, ""), (6, "red")]


def test_without_updates_there_is_none(on):
    assert light_strip([], on=on) == []


def test_the_meeting_shows_the_strip_of_the_actions_page(action, plan, process_owner, client_of, on):
    given(action, (2, 2, "green"), (6, 2, "red"))
    type(action).objects.filter(pk=action.pk).update(deadline=on - dt.timedelta(days=1))
    session = factories.SessionFactory(plan=plan, starts_at=factories.AT)
    session.start(by=process_owner, at=factories.AT)
    line = session.lines.get(action=action)
    client = client_of(process_owner)
    meeting = client.get(f"/plans/{plan.pk}/sessions/{session.pk}/run/", {"line": line.pk}).context["months"]
    assert meeting == client.get(action.get_absolute_url()).context["strip"]
