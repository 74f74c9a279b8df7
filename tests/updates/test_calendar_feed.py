"""The calendar at its secret address, read by a second parser (vobject)."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import vobject
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from ogsm.accounts.calendar_models import CalendarFeed
from ogsm.accounts.models import User
from tests import factories
from updates.calendar import Entry, calendar_text

from .meeting import closed, planned, url

pytestmark = pytest.mark.django_db
SUMMER = dt.timezone(dt.timedelta(hours=2))


def address_of(user: User, **values: object) -> str:
    feed = CalendarFeed.make(user, language="en", at=factories.AT)
    CalendarFeed.objects.filter(pk=feed.pk).update(**values)
    return reverse("updates:calendar_feed", args=[feed.secret])


def events_at(path: str) -> dict[str, object]:
    """The events at an address by their uid, as the second parser reads them."""
    response = Client().get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return events_in(response.content)


def events_in(data: bytes) -> dict[str, object]:
    calendar = vobject.readOne(data.decode())
    return {event.uid.value: event for event in calendar.contents.get("vevent", [])}


def summaries_at(path: str) -> set[str]:
    return {event.summary.value for event in events_at(path).values()}


def test_my_sessions_and_deadlines_are_in_it(plan, action, responsible):
    session = planned(plan, 12, place="Zaal 2")
    events = events_at(address_of(responsible))
    assert set(events) == {f"session-{session.pk}@127.0.0.1", f"action-{action.pk}@127.0.0.1"}
    meeting, deadline = events[f"session-{session.pk}@127.0.0.1"], events[f"action-{action.pk}@127.0.0.1"]
    assert meeting.summary.value == "Update session · Groei 2026"
    assert meeting.dtstart.value == session.starts_at
    assert meeting.duration.value == dt.timedelta(minutes=45)
    assert (meeting.location.value, meeting.status.value) == ("Zaal 2", "CONFIRMED")
    assert meeting.url.value == f"http://testserver{session.get_absolute_url()}"
    assert deadline.summary.value == "Deadline: Webshop toont levertijd per artikel"
    assert (deadline.dtstart.value, deadline.dtend.value) == (action.deadline, action.deadline + dt.timedelta(days=1))
    assert "valarm" not in deadline.contents


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (dt.date(2026, 10, 24), 2), (dt.date(2026, 10, 25), 1), (dt.date(2026, 10, 26), 1),
        (dt.date(2027, 3, 27), 1), (dt.date(2027, 3, 28), 2), (dt.date(2027, 3, 29), 2),
    ],
)  # fmt: skip
def test_ten_in_the_morning_is_ten_on_both_sides_of_summer_time(plan, member, day, hours):
    starts_at = dt.datetime.combine(day, dt.time(10), dt.timezone(dt.timedelta(hours=hours)))
    factories.SessionFactory(plan=plan, starts_at=starts_at)
    path = address_of(member)
    assert f"DTSTART;TZID=Europe/Amsterdam:{day:%Y%m%d}T100000" in Client().get(path).content.decode()
    (event,) = events_at(path).values()
    assert event.dtstart.value.utcoffset() == dt.timedelta(hours=hours)  # by the file's own VTIMEZONE
    assert event.dtstart.value == starts_at


def test_the_hour_that_comes_twice_is_not_shortened(plan, member):
    starts_at = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)  # 02:30 in summer time, for an hour
    factories.SessionFactory(plan=plan, starts_at=starts_at, minutes=60)
    written = Client().get(address_of(member)).content.decode()
    assert "DURATION:PT1H" in written


def test_a_moved_session_is_the_same_event_with_a_higher_sequence(plan, member, process_owner, at):
    session = planned(plan, 12)
    session.change(by=process_owner, at=at, place="Zaal 1")
    path = address_of(member)
    ((uid, before),) = events_at(path).items()
    later = at + dt.timedelta(hours=2)
    session.reschedule(by=process_owner, at=later, starts_at=session.starts_at + dt.timedelta(days=7))
    ((same, after),) = events_at(path).items()
    assert same == uid
    assert int(after.sequence.value) > int(before.sequence.value)
    assert after.contents["last-modified"][0].value == later
    assert after.dtstart.value == session.starts_at


def test_a_cancelled_session_says_so_until_three_months_after_its_day(plan, member, process_owner, at):
    planned(plan, 12).cancel(by=process_owner, at=at)
    planned(plan, -100).cancel(by=process_owner, at=at)
    ((_uid, event),) = events_at(address_of(member)).items()
    assert event.status.value == "CANCELLED"
    assert event.summary.value == "Cancelled: update session · Groei 2026"


def test_a_session_held_stays_three_months_and_stands_on_the_day_it_was_held(plan, member, process_owner, at):
    session = planned(plan, 3)
    session.start(by=process_owner, at=at)
    session.close(by=process_owner, at=at + dt.timedelta(minutes=30))
    closed(plan, process_owner, -100)
    ((_uid, event),) = events_at(address_of(member)).items()
    assert event.dtstart.value == at
    assert "Minutes: http" in event.description.value


def test_a_done_or_archived_action_is_gone(action, responsible, choice_owner, at):
    path = address_of(responsible)
    other = factories.ActionFactory(choice=action.choice, responsible=responsible)
    assert len(events_at(path)) == 2
    action.move_to("done", by=responsible, at=at)
    other.archive(by=choice_owner, at=at)
    assert events_at(path) == {}


def test_what_is_another_persons_is_absent(plan, action, member, stranger):
    assert events_at(address_of(member)) == {}
    assert events_at(address_of(stranger)) == {}


def test_actions_i_am_involved_in_are_in_it_on_request_and_once(action, member, responsible, viewer):
    action.involved.add(member, viewer)
    assert events_at(address_of(member)) == {}
    ((_uid, event),) = events_at(address_of(member, with_involved=True)).items()
    assert "Responsible: Joost van Leeuwen" in event.description.value
    text = Client().get(address_of(responsible, with_involved=True)).content.decode()
    assert text.count("BEGIN:VEVENT") == 1


@pytest.mark.parametrize("state", [{"state": "draft"}, {"archived_at": factories.AT}])
def test_a_plan_that_is_not_active_is_not_in_it(plan, action, responsible, state):
    planned(plan, 12)
    type(plan).objects.filter(pk=plan.pk).update(**state)
    assert events_at(address_of(responsible)) == {}


def test_nothing_is_told_of_a_plan_i_left(plan, action, responsible):
    planned(plan, 12)
    path = address_of(responsible)
    plan.memberships.filter(user=responsible).delete()
    assert events_at(path) == {}


def test_it_speaks_the_persons_language(plan, member):
    planned(plan, 12)
    path = address_of(member, language="nl")
    assert summaries_at(path) == {"Updatesessie · Groei 2026"}
    User.objects.filter(pk=member.pk).update(language="en")
    assert summaries_at(path) == {"Update session · Groei 2026"}


def test_an_unknown_or_replaced_secret_or_a_person_who_left_is_not_found(member):
    old = address_of(member)
    new = address_of(member)
    assert Client().get(old).status_code == 404
    for unknown in ("no-such-secret", "\0"):
        assert Client().get(reverse("updates:calendar_feed", args=[unknown])).status_code == 404
    assert Client().get(new).status_code == 200
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert Client().get(new).status_code == 404


def test_no_cookie_decides_what_is_answered(plan, action, member, responsible, client_of):
    path = address_of(member)
    signed_in = client_of(responsible).get(path, headers={"accept-language": "nl"})
    anonymous = Client().get(path)
    assert signed_in.content == anonymous.content
    assert "Vary" not in signed_in
    assert not signed_in.cookies
    assert signed_in["Cache-Control"] == "private, no-cache"


def test_what_has_not_changed_is_not_sent_again(plan, action, responsible, at):
    path = address_of(responsible)
    etag = Client().get(path)["ETag"]
    again = Client().get(path, headers={"if-none-match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    action.shift_deadline(action.deadline + dt.timedelta(days=9), reason="Later", by=responsible, at=at)
    assert Client().get(path, headers={"if-none-match": etag}).status_code == 200


def test_more_events_cost_no_more_queries(plan, choice, responsible):
    path = address_of(responsible)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert Client().get(path).status_code == 200
        return len(caught)

    few = queries()
    factories.ActionFactory.create_batch(20, choice=choice, responsible=responsible)
    for days in range(1, 20):
        planned(plan, days)
    assert queries() == few <= 5


def test_one_session_is_the_same_event_as_in_the_feed(plan, member, client_of):
    session = planned(plan, 12)
    response = client_of(member).get(url("session_ics", plan.pk, session.pk))
    assert "attachment" in response["Content-Disposition"]
    assert set(events_in(response.content)) == set(events_at(address_of(member)))


def test_a_result_cannot_add_lines_of_its_own(choice, responsible):
    nasty = "Klaar; a, b\\n\nEND:VEVENT\r\nBEGIN:VALARM\u2028ATTACH:x 🎉" + "é" * 90
    factories.ActionFactory(choice=choice, responsible=responsible, result=nasty)
    content = Client().get(address_of(responsible)).content
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert b"\nBEGIN:VALARM" not in content
    (event,) = events_in(content).values()
    assert event.summary.value == "Deadline: Klaar; a, b\\n\nEND:VEVENT\nBEGIN:VALARM\nATTACH:x 🎉" + "é" * 90


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=240))
def test_whatever_is_typed_comes_out_as_one_event(text):
    from updates.calendar import plain

    day = dt.date(2026, 6, 11)
    said = {"summary": plain(text), "description": plain(text), "place": plain(text)}
    entry = Entry("x@y", 1, factories.AT, day, day + dt.timedelta(days=1), url="https://ogsm.example/", **said)
    data = calendar_text([entry], name=text)
    assert not re.search(rb"[\x00-\x09\x0b\x0c\x0e-\x1f]", data)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    ((_uid, event),) = events_in(data).items()
    assert event.summary.value == plain(text)
    assert set(event.contents) <= {
        "uid", "dtstamp", "last-modified", "sequence", "dtstart", "dtend", "duration", "summary", "description", "url",
        "location", "status", "transp",
    }  # fmt: skip
