"""Closing a session: what is carried over, the next session, and mails that go out exactly once."""

import datetime as dt
import re

import pytest
from django.utils.html import escape

from tests import factories
from tests.updates.meeting import line_of, planned, running, url
from updates import closing, outbox
from updates.live_agenda import make_lines
from updates.models import OutgoingMail

DAY = dt.timedelta(days=1)
BARE = {"asked": "1"}


@pytest.fixture
def point(plan, process_owner):
    return factories.AgendaPointFactory(plan=plan, text="Vakantierooster", person=process_owner)


@pytest.fixture
def indicator(choice):
    """Red since May."""
    indicator = factories.IndicatorFactory(choice=choice, name="NPS")
    factories.IndicatorValueFactory(indicator=indicator, period=dt.date(2026, 5, 1), value=1)
    return indicator


def close_url(session):
    return url("session_close", session.plan_id, session.pk)


def next_fields(session):
    """The next session as the form shows it."""
    day, time = session.starts_at.date().isoformat(), "09:00"
    shown = {"next-day": day, "next-time": time, "next-place": session.place}
    return {**shown, **{f"first-{name}": value for name, value in shown.items()}}


def page_of(client, session):
    return client.get(close_url(session)).content.decode()


# ---- what is carried over ----


@pytest.mark.parametrize("outcome", ["parked", "outside"])
def test_the_closing_ticks_what_is_undecided_and_not_what_was_discussed(
    client_of, plan, plan_owner, process_owner, point, indicator, at, outcome
):
    other = factories.AgendaPointFactory(plan=plan, text="Nieuwe leverancier")
    session = running(plan, process_owner)
    line_of(session, other).mark("discussed", by=process_owner, at=at)
    line_of(session, point).mark(outcome, by=process_owner, at=at)
    page = page_of(client_of(plan_owner), session)
    ticked = {int(pk) for pk in re.findall(r'name="carry" value="(\d+)"[^>]*checked', page)}
    assert ticked == {line_of(session, point).pk, line_of(session, indicator).pk}
    assert "Nieuwe leverancier" in page


def test_what_comes_back_by_itself_is_said_and_not_asked(client_of, plan, plan_owner, process_owner, action, on):
    action.change(by=None, at=factories.AT, deadline=on - DAY)
    session = running(plan, process_owner)
    page = page_of(client_of(plan_owner), session)
    assert action.result in page[page.index("come back by themselves") :]
    assert 'name="carry"' not in page


def test_unticked_a_point_is_dealt_with_and_ticked_it_comes_back(client_of, plan, plan_owner, process_owner, point, on):
    kept = factories.AgendaPointFactory(plan=plan, text="Nieuwe leverancier")
    session, following = running(plan, process_owner), planned(plan, 30)
    client_of(plan_owner).post(
        close_url(session), {**BARE, "carry": [line_of(session, kept).pk], **next_fields(following)}
    )
    session.refresh_from_db()
    assert session.is_closed
    (line,) = make_lines(following, on + 30 * DAY).of("carried")
    assert (line.title, line.times) == ("Nieuwe leverancier", 2)


def test_without_the_boxes_what_is_undecided_comes_back(plan, process_owner, point, on, at):
    session = running(plan, process_owner)
    session.close(by=process_owner, at=at)
    assert [line.title for line in make_lines(planned(plan, 30), on + 30 * DAY).of("carried")] == ["Vakantierooster"]


def test_a_discussed_point_comes_back_when_that_is_asked(plan, process_owner, point, on, at):
    session = running(plan, process_owner)
    line = line_of(session, point)
    line.mark("discussed", by=process_owner, at=at)
    session.close(by=process_owner, at=at, carried={line.pk})
    assert [line.title for line in make_lines(planned(plan, 30), on + 30 * DAY).of("carried")] == ["Vakantierooster"]


@pytest.mark.parametrize("comes_back", [True, False])
def test_an_indicator_comes_back_once_more_when_that_is_asked(plan, process_owner, indicator, on, at, comes_back):
    session = running(plan, process_owner)
    line = line_of(session, indicator)
    line.mark("parked", by=process_owner, at=at)
    session.close(by=process_owner, at=at, carried={line.pk} if comes_back else set())
    lines = make_lines(planned(plan, 3), on + 3 * DAY).of("indicators")
    assert [line.title for line in lines] == (["NPS"] if comes_back else [])


def test_the_minutes_say_that_a_parked_point_was_not_carried_over(client_of, plan, viewer, process_owner, point, at):
    session = running(plan, process_owner)
    line_of(session, point).mark("parked", by=process_owner, at=at)
    session.close(by=process_owner, at=at, carried=set())
    page = client_of(viewer).get(url("session_minutes", plan.pk, session.pk)).content.decode()
    assert "Parked, and not carried over." in page


def test_a_line_of_something_else_is_not_carried_over(client_of, plan, plan_owner, process_owner, action, on):
    action.change(by=None, at=factories.AT, deadline=on - DAY)
    session = running(plan, process_owner)
    answer = client_of(plan_owner).post(close_url(session), {**BARE, "carry": [line_of(session, action).pk]})
    assert answer.status_code == 422
    session.refresh_from_db()
    assert session.is_running


# ---- the next session ----


def test_the_next_session_is_shown_and_left_alone(client_of, plan, plan_owner, process_owner):
    session, following = running(plan, process_owner), planned(plan, 30, place="Kantine")
    planned(plan, 10, kind="steering", minutes=90)
    client = client_of(plan_owner)
    page = page_of(client, session)
    assert "Saturday 11 July 2026, 09:00" in page
    assert "Kantine" in page
    client.post(close_url(session), {**BARE, **next_fields(following)})
    following.refresh_from_db()
    assert following.history.count() == 1
    session.refresh_from_db()
    assert session.minutes_record["next_session"].startswith("2026-07-11")


def test_the_next_session_is_moved_from_here_and_the_minutes_say_so(client_of, plan, plan_owner, process_owner):
    session, following = running(plan, process_owner), planned(plan, 30)
    new = {**next_fields(following), "next-day": "2026-07-14", "next-place": "Zaal 2"}
    client_of(plan_owner).post(close_url(session), {**BARE, **new})
    following.refresh_from_db()
    session.refresh_from_db()
    assert (following.day, following.place) == (dt.date(2026, 7, 14), "Zaal 2")
    assert session.minutes_record["next_session"].startswith("2026-07-14")


def test_moved_by_somebody_else_meanwhile_it_is_not_moved_back(client_of, plan, plan_owner, process_owner, at):
    session, following = running(plan, process_owner), planned(plan, 30)
    form = next_fields(following)
    following.reschedule(by=process_owner, at=at, starts_at=following.starts_at + DAY)
    client_of(plan_owner).post(close_url(session), {**BARE, **form})
    following.refresh_from_db()
    session.refresh_from_db()
    assert session.is_closed
    assert following.day == dt.date(2026, 7, 12)


def test_cancelled_by_somebody_else_meanwhile_it_is_not_planned_again(client_of, plan, plan_owner, process_owner, at):
    session, following = running(plan, process_owner), planned(plan, 30)
    form = next_fields(following)
    following.cancel(by=process_owner, at=at)
    answer = client_of(plan_owner).post(close_url(session), {**BARE, **form})
    assert answer.status_code == 422
    assert "has been cancelled meanwhile" in answer.content.decode()
    session.refresh_from_db()
    assert session.is_running
    assert not plan.sessions.filter(state="planned").exists()


def test_where_none_is_planned_one_can_be_planned_of_the_same_kind(client_of, plan, plan_owner, process_owner, choice):
    session = running(plan, process_owner, kind="steering", minutes=90, facilitator=process_owner)
    client_of(plan_owner).post(close_url(session), {**BARE, "next-day": "2026-09-10", "next-time": "10:00"})
    made = plan.sessions.get(state="planned")
    assert (made.kind, made.minutes, made.facilitator, made.day) == (
        "steering", 90, process_owner, dt.date(2026, 9, 10),
    )  # fmt: skip


def test_without_a_day_none_is_planned(client_of, plan, plan_owner, process_owner):
    session = running(plan, process_owner)
    client_of(plan_owner).post(close_url(session), {**BARE, "next-day": "", "next-time": "10:00"})
    session.refresh_from_db()
    assert session.is_closed
    assert plan.sessions.count() == 1


@pytest.mark.parametrize(
    ("day", "words"), [("2026-06-01", "This day has passed."), ("2026-07-20", "on this day already")]
)
def test_an_impossible_next_day_is_said_and_nothing_is_closed(client_of, plan, plan_owner, process_owner, day, words):
    session, following = running(plan, process_owner), planned(plan, 30)
    planned(plan, 39)
    answer = client_of(plan_owner).post(close_url(session), {**BARE, **next_fields(following), "next-day": day})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    session.refresh_from_db()
    assert session.is_running


# ---- the mails ----


def minutes_mails():
    return OutgoingMail.objects.filter(template="minutes")


def test_everybody_who_takes_part_gets_one_mail_however_often_it_is_closed(
    client_of, plan, plan_owner, process_owner, viewer, member, at
):
    session = running(plan, process_owner)
    for _ in range(2):
        client_of(plan_owner).post(close_url(session), BARE)
    assert minutes_mails().count() == 5
    assert not minutes_mails().filter(user=viewer).exists()
    session.refresh_from_db()
    closing.queue_minutes(session, at=at)
    assert minutes_mails().count() == 5


def test_a_refused_closing_queues_nothing(client_of, plan, plan_owner, process_owner):
    session = running(plan, process_owner)
    client_of(plan_owner).post(close_url(session), {**BARE, "next-day": "gisteren"})
    assert not minutes_mails().exists()


def test_the_mails_go_out_once_each(plan, process_owner, member, mailoutbox, at):
    session = running(plan, process_owner)
    closing.session_close(session, by=process_owner, at=at)
    for _ in range(2):
        outbox.send_due(at + DAY)
    assert sorted(mail.to[0] for mail in mailoutbox) == sorted(
        ["joost@example.org", "karin@example.org", "lotte@example.org", "peter@example.org", "samira@example.org"]
    )


def test_who_left_the_plan_gets_none(plan, process_owner, member, mailoutbox, at):
    session = running(plan, process_owner)
    closing.session_close(session, by=process_owner, at=at)
    plan.memberships.filter(user=member).delete()
    outbox.send_due(at + DAY)
    assert "lotte@example.org" not in {mail.to[0] for mail in mailoutbox}


def test_a_hostile_title_is_harmless_in_page_and_mail(client_of, plan, plan_owner, process_owner, mailoutbox, at):
    text = "<script>alert(1)</script>"
    point = factories.AgendaPointFactory(plan=plan, text=text)
    session = running(plan, process_owner)
    line_of(session, point).mark("discussed", by=process_owner, at=at)
    assert escape(text) in page_of(client_of(plan_owner), session)
    closing.session_close(session, by=process_owner, at=at)
    outbox.send_due(at + DAY)
    html = mailoutbox[0].alternatives[0][0]
    assert text not in html
    assert escape(text) in html
