"""Sessions in everybody's calendar by mail: who is told what, once, and files that a second parser (vobject) reads."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from email import message_from_bytes
from email.message import Message

import pytest
import vobject
from django.core import mail as postbox
from django.core.mail.backends import locmem
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from plans.services import member_remove
from tests import factories
from updates.calendar_mails import calendar_mails
from updates.calendar_rules import Facts, News, Told, news_of, next_sequence
from updates.due import look_ahead, run_due
from updates.models import CalendarInvitation
from updates.outbox_models import OutgoingMail

from .meeting import planned
from .test_calendar_feed import address_of, events_at

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
FAR = 60  # days: long before its preparation opens


def run(at: dt.datetime) -> list[postbox.EmailMultiAlternatives]:
    """The mails about calendars that one run sends."""
    postbox.outbox.clear()
    run_due(at)
    return [letter for letter in postbox.outbox if letter.attachments]


def told_to(letters) -> list[str]:
    return sorted(letter.to[0].partition("@")[0] for letter in letters)


def parts_of(letter) -> list[Message]:
    return list(message_from_bytes(letter.message().as_bytes()).walk())


def files_of(letter) -> dict[str, object]:
    """METHOD → calendar, of the attached files, as the second parser reads them."""
    files = {}
    for part in parts_of(letter):
        if part.get_content_type() == "text/calendar" and part.get_filename():
            calendar = vobject.readOne(part.get_payload(decode=True).decode())
            assert part.get_param("method") == calendar.method.value
            files[calendar.method.value] = calendar
    return files


def only_event(letter, method: str = "REQUEST"):
    return files_of(letter)[method].vevent


def letter_to(letters, user):
    return next(letter for letter in letters if letter.to == [user.email])


EVERYBODY = ["joost", "karin", "lotte", "peter", "samira"]


# ---- planned ----


def test_everybody_who_takes_part_is_invited_and_a_reader_is_not(plan, at):
    planned(plan, FAR)
    assert told_to(run(at)) == EVERYBODY


def test_a_second_run_and_one_on_another_machine_send_nothing_more(plan, at):
    planned(plan, FAR)
    run(at)
    assert run(at) == []
    assert run(at + DAY) == []
    assert CalendarInvitation.objects.count() == len(EVERYBODY)


def test_the_invitation_is_one_that_calendars_know(plan, member, at, settings):
    settings.DEFAULT_FROM_EMAIL = "Veldwijk <ogsm@veldwijk.example>"
    settings.ORGANISATION_NAME = 'Veldwijk "Techniek"'
    session = planned(plan, FAR, place="Zaal 2; boven", minutes=60)
    letter = letter_to(run(at), member)
    assert letter.from_email == "Veldwijk <ogsm@veldwijk.example>"
    event = only_event(letter)
    assert event.organizer.value == "mailto:ogsm@veldwijk.example"
    assert event.organizer.params["CN"] == ["Veldwijk 'Techniek'"]
    assert event.attendee.value == "mailto:lotte@example.org"
    assert event.attendee.params["CN"] == ["Lotte Bakker"]
    assert (event.dtstart.value, event.duration.value) == (session.starts_at, dt.timedelta(hours=1))
    assert (event.location.value, event.status.value) == ("Zaal 2; boven", "CONFIRMED")
    (same,) = events_at(address_of(member)).values()
    assert event.uid.value == same.uid.value, "the same event as in the calendar to subscribe to"
    inside = [part for part in parts_of(letter) if part.get_content_type() == "text/calendar"]
    assert [part.get_filename() for part in inside] == [None, "sessions.ics"], "in the mail itself and as a file"
    assert {part.get_param("method") for part in inside} == {"REQUEST"}


def test_a_year_at_once_is_one_mail_with_one_file(plan, member, at):
    starts = [planned(plan, FAR + 30 * month).starts_at for month in range(12)]
    letters = run(at)
    assert told_to(letters) == EVERYBODY
    letter = letter_to(letters, member)
    assert "12 new sessions" in letter.subject
    (calendar,) = files_of(letter).values()
    assert [event.dtstart.value for event in calendar.vevent_list] == starts
    assert letter.body.count("Update session · wk") == 12
    inside = [part for part in parts_of(letter) if part.get_content_type() == "text/calendar"]
    assert len(inside) == 1


@pytest.mark.parametrize(("day", "hours"), [(dt.date(2026, 10, 24), 2), (dt.date(2026, 10, 26), 1)])
def test_nine_in_the_morning_is_nine_on_both_sides_of_summer_time(plan, member, at, day, hours):
    starts_at = dt.datetime.combine(day, dt.time(9), dt.timezone(dt.timedelta(hours=hours)))
    factories.SessionFactory(plan=plan, starts_at=starts_at)
    letter = letter_to(run(at), member)
    event = only_event(letter)
    assert event.dtstart.value == starts_at
    assert event.dtstart.value.utcoffset() == dt.timedelta(hours=hours)  # by the file's own VTIMEZONE
    assert "09:00–09:45" in letter.body


def test_everybody_reads_it_in_their_own_language(plan, member, at):
    member.language = "nl"
    member.save()
    planned(plan, FAR)
    letter = letter_to(run(at), member)
    assert "updatesessie" in letter.subject
    assert "09.00" in letter.subject
    assert only_event(letter).summary.value.startswith("Updatesessie")


# ---- only what is so ----


@pytest.mark.parametrize("state", [{"state": "draft", "activated_at": None}, {"archived_at": factories.AT}])
def test_a_draft_or_archived_plan_sends_nothing(plan, at, state):
    planned(plan, FAR)
    type(plan).objects.filter(pk=plan.pk).update(**state)
    assert run(at) == []


def test_on_activation_the_invitations_go_out(plan, plan_owner, at):
    planned(plan, FAR)
    type(plan).objects.filter(pk=plan.pk).update(state="draft", activated_at=None)
    assert run(at) == []
    plan.refresh_from_db()
    plan.activate(by=plan_owner, at=at)
    assert told_to(run(at)) == EVERYBODY


def test_of_a_session_that_is_over_nobody_is_told(plan, process_owner, at):
    planned(plan, -2)
    session = planned(plan, FAR)
    run(at)
    session.cancel(by=process_owner, at=at + (FAR + 1) * DAY)
    assert run(at + (FAR + 1) * DAY) == []


def test_what_was_planned_and_cancelled_before_anybody_was_told_is_not_told(plan, process_owner, at):
    planned(plan, FAR).cancel(by=process_owner, at=at)
    assert run(at) == []


# ---- moved, changed, cancelled ----


def test_a_moved_session_is_the_same_event_with_a_higher_number_and_says_what_it_was(plan, member, process_owner, at):
    session, _other = planned(plan, FAR), planned(plan, FAR + 30)
    first = letter_to(run(at), member)
    before = files_of(first)["REQUEST"].vevent_list[0]
    session.reschedule(by=process_owner, at=at + DAY, starts_at=session.starts_at + DAY)
    letters = run(at + DAY)
    assert told_to(letters) == EVERYBODY
    letter = letter_to(letters, member)
    after = only_event(letter)
    assert after.uid.value == before.uid.value
    assert int(after.sequence.value) > int(before.sequence.value)
    assert after.dtstart.value == session.starts_at
    assert "is now on Tuesday 11 August at 09:00" in letter.subject
    assert "was: Monday 10 August, 09:00" in letter.body
    assert run(at + DAY) == []


@pytest.mark.parametrize("values", [{"minutes": 30}, {"place": "Zaal 9"}])
def test_another_length_or_place_is_told(plan, process_owner, at, values):
    session = planned(plan, FAR)
    run(at)
    session.reschedule(by=process_owner, at=at, **values)
    (event,) = {only_event(letter).serialize() for letter in [run(at + DAY)[0]]}
    assert "SEQUENCE:1" in event


def test_a_new_name_of_the_plan_is_told_with_a_higher_number(plan, member, plan_owner, at):
    planned(plan, FAR)
    run(at)
    plan.change(by=plan_owner, at=at, name="Groei 2027")
    event = only_event(letter_to(run(at + DAY), member))
    assert "Groei 2027" in event.summary.value
    assert event.sequence.value == "1"


def test_another_leader_is_no_news_for_a_calendar(plan, process_owner, at):
    session = planned(plan, FAR)
    run(at)
    session.reschedule(by=process_owner, at=at, facilitator=process_owner)
    assert run(at + DAY) == []


def test_the_number_rises_with_each_change(plan, member, plan_owner, process_owner, at):
    session, numbers = planned(plan, FAR), []
    for day in range(4):
        numbers.append(int(only_event(letter_to(run(at + day * DAY), member)).sequence.value))
        if day % 2:
            session.reschedule(by=process_owner, at=at + day * DAY, place=f"Zaal {day}")
        else:
            plan.change(by=plan_owner, at=at, name=f"Groei {day}")
    assert numbers == sorted(set(numbers))


def test_a_cancelled_session_is_cancelled_in_the_calendar_once(plan, member, process_owner, at):
    session = planned(plan, FAR)
    invited = only_event(letter_to(run(at), member))
    session.cancel(by=process_owner, at=at + DAY)
    letter = letter_to(run(at + DAY), member)
    (method,) = files_of(letter)
    event = only_event(letter, "CANCEL")
    assert method == "CANCEL"
    assert (event.uid.value, event.status.value) == (invited.uid.value, "CANCELLED")
    assert int(event.sequence.value) > int(invited.sequence.value)
    assert "is cancelled" in letter.subject
    assert run(at + DAY) == []


def test_what_was_moved_and_what_was_cancelled_come_in_one_mail_with_a_file_of_each(plan, member, process_owner, at):
    one, other = planned(plan, FAR), planned(plan, FAR + 30)
    run(at)
    one.reschedule(by=process_owner, at=at, place="Zaal 9")
    other.cancel(by=process_owner, at=at)
    letters = run(at + DAY)
    assert told_to(letters) == EVERYBODY
    files = files_of(letter_to(letters, member))
    assert {method: calendar.vevent.uid.value.partition("@")[0] for method, calendar in files.items()} == {
        "REQUEST": f"session-{one.pk}", "CANCEL": f"session-{other.pk}",
    }  # fmt: skip
    assert "1 changed, 1 cancelled" in letters[0].subject


def test_a_cancelled_session_that_takes_place_after_all_is_invited_again(plan, member, process_owner, at):
    session = planned(plan, FAR)
    run(at)
    session.cancel(by=process_owner, at=at)
    cancelled = only_event(letter_to(run(at + DAY), member), "CANCEL")
    session.reinstate(by=process_owner, at=at + DAY)
    again = only_event(letter_to(run(at + 2 * DAY), member))
    assert again.uid.value == cancelled.uid.value
    assert int(again.sequence.value) > int(cancelled.sequence.value)


def test_closing_the_plan_takes_its_sessions_off_the_calendars(plan, plan_owner, at):
    planned(plan, FAR)
    run(at)
    plan.close(by=plan_owner, at=at)
    letters = run(at + DAY)
    assert told_to(letters) == EVERYBODY
    assert all(set(files_of(letter)) == {"CANCEL"} for letter in letters)


# ---- people come and go ----


def test_who_joins_later_gets_the_coming_ones_and_nobody_else_anything(plan, at):
    planned(plan, -1)
    planned(plan, FAR)
    planned(plan, FAR + 30)
    run(at)
    newcomer = factories.MembershipFactory(plan=plan).user
    (letter,) = run(at + DAY)
    assert letter.to == [newcomer.email]
    assert len(files_of(letter)["REQUEST"].vevent_list) == 2


def test_who_leaves_is_told_that_they_are_off_and_on_coming_back_gets_them_again(plan, member, plan_owner, at):
    planned(plan, FAR)
    first = only_event(letter_to(run(at), member))
    member_remove(membership=plan.memberships.get(user=member), by=plan_owner, at=at)
    (letter,) = run(at + DAY)
    assert (letter.to, set(files_of(letter))) == ([member.email], {"CANCEL"})
    assert run(at + DAY) == []
    factories.MembershipFactory(plan=plan, user=member)
    (letter,) = run(at + 2 * DAY)
    assert int(only_event(letter).sequence.value) > int(first.sequence.value)


def test_who_no_longer_signs_in_gets_nothing(plan, member, at):
    planned(plan, FAR)
    member.is_active = False
    member.save()
    assert "lotte" not in told_to(run(at))


# ---- nothing lost, nothing twice ----


def test_a_mail_server_that_does_not_answer_loses_and_doubles_nothing(plan, at, monkeypatch):
    def refuse(self: object) -> None:
        raise ConnectionRefusedError

    planned(plan, FAR)
    with monkeypatch.context() as patched:
        patched.setattr(locmem.EmailBackend, "open", refuse)
        assert run(at) == []
    assert told_to(run(at + dt.timedelta(hours=1))) == EVERYBODY
    assert run(at + dt.timedelta(hours=2)) == []


def test_killed_between_noting_and_queueing_nothing_is_noted(plan, at, monkeypatch):
    planned(plan, FAR)

    def killed(*args: object, **more: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(CalendarInvitation.objects, "bulk_create", killed)
        assert run(at) == []
    assert not OutgoingMail.objects.exists()
    assert told_to(run(at + DAY)) == EVERYBODY


def test_the_trouble_of_one_plan_stops_no_other(plan, at, monkeypatch):
    from updates import calendar_mails as module

    other = factories.PlanFactory(name="Ander plan")
    factories.MembershipFactory(plan=other, user=factories.UserFactory(email="ander@example.org"))
    planned(plan, FAR)
    planned(other, FAR)
    real = module.files_of

    def troubled(mail, at):
        if mail.plan == plan:
            raise ValueError("no words")
        return real(mail, at)

    monkeypatch.setattr(module, "files_of", troubled)
    assert told_to(run(at)) == ["ander"]


def test_a_dry_run_says_who_would_be_told_and_tells_nobody(plan, at):
    planned(plan, FAR)
    lines = [line for line in look_ahead(at) if "calendar-" in line]
    assert len(lines) == len(EVERYBODY)
    assert not CalendarInvitation.objects.exists()


def test_looking_costs_the_same_for_more_people_and_sessions(plan, at):
    def queries(more: int) -> int:
        for days in range(more):
            planned(plan, FAR + days)
            factories.MembershipFactory(plan=plan)
        with CaptureQueriesContext(connection) as captured:
            assert calendar_mails(at)
        return len(captured)

    assert queries(1) == queries(5) == 3


# ---- the rule ----

moments = st.integers(-3, 3).map(lambda days: factories.AT + days * DAY)
facts = st.builds(Facts, moments, st.sampled_from([30, 60]), st.sampled_from(["", "Zaal"]), st.just("update Groei"))
tolds = st.none() | st.builds(Told, facts, st.integers(0, 5), st.booleans())


@given(tolds, facts, st.booleans())
def test_telling_it_leaves_nothing_to_tell(told, now, belongs):
    news = news_of(told, now, belongs=belongs, at=factories.AT)
    if news is None:
        return
    after = Told(now, next_sequence(told, 0), news is News.CANCELLED)
    assert news_of(after, now, belongs=belongs, at=factories.AT) is None
    assert told is None or after.sequence > told.sequence


@given(tolds, facts, st.booleans())
def test_only_what_was_told_is_cancelled_and_only_what_is_to_come_is_told(told, now, belongs):
    news = news_of(told, now, belongs=belongs, at=factories.AT)
    if news is News.CANCELLED:
        assert told is not None
        assert not told.is_cancelled
        assert not belongs
    if news in (News.NEW, News.CHANGED):
        assert belongs
        assert now.ends_at > factories.AT
    assert Counter([news])[News.CHANGED] == 0 or (told is not None and told.facts != now)
