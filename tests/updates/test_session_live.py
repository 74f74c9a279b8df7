"""Every screen of a meeting follows: it asks whether it is still right, and is told when it is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.models import Action
from tests import factories
from tests.updates.meeting import line_of, planned, pulse, running, still_right, url
from updates.models import Decision, Session, Update

DAY = dt.timedelta(days=1)


@pytest.fixture
def late(choice, responsible, on) -> Action:
    return factories.ActionFactory(
        choice=choice, responsible=responsible, status="doing", deadline=on - 6 * DAY, result="Tien klanten bestellen"
    )


@pytest.fixture
def session(plan, process_owner, late, choice, responsible, on) -> Session:
    factories.ActionFactory(choice=choice, responsible=responsible, deadline=on - DAY, result="Tweede regel")
    return running(plan, process_owner)


@pytest.fixture
def facilitator(client_of, process_owner):
    return client_of(process_owner)


@pytest.fixture
def follower(client_of, member):
    return client_of(member)


def post(client, name: str, session: Session, *more: int, **values) -> None:
    assert client.post(url(name, session.plan_id, session.pk, *more), values).status_code == 302


def test_a_screen_that_is_right_gets_an_empty_answer_for_few_queries(follower, session):
    seen = pulse(follower, session)
    with CaptureQueriesContext(connection) as queries:
        answer = follower.get(url("session_live", session.plan_id, session.pk), {"seen": seen})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(queries) <= 4


def test_the_answer_says_the_time_of_the_server(follower, session, at):
    answer = follower.get(url("session_live", session.plan_id, session.pk))
    assert abs(int(answer.headers["X-Server-Time"]) / 1000 - at.timestamp()) < 60


Change = Callable[..., None]
CHANGES: dict[str, Change] = {
    "the next line": lambda c, s, line, **_: post(c, "session_turn", s, line=str(line.pk)),
    "the closing": lambda c, s, **_: post(c, "session_turn", s, line="closing"),
    "parked": lambda c, s, line, **_: post(c, "line_discussed", s, line.pk, outcome="parked", next="closing"),
    "a note": lambda c, s, line, **_: post(c, "line_note", s, line.pk, note="Iets"),
    "the general note": lambda c, s, **_: post(c, "session_note", s, note="Iets"),
    "somebody is absent": lambda c, s, person, **_: post(c, "attendance_set", s, user=person.pk, state="absent"),
    "another lead": lambda c, s, boss, **_: post(c, "session_lead", s, lead=boss.pk),
    "an agreement": lambda c, s, line, person, **_: post(
        c, "line_agree", s, line.pk, text="Belt", who=person.pk, due_on="2026-06-20"
    ),
    "an agreement about nothing": lambda c, s, person, **_: post(
        c, "session_agree", s, text="Belt", who=person.pk, due_on="2026-06-20"
    ),
    "a new date": lambda c, s, line, **_: post(c, "line_deadline", s, line.pk, deadline="2026-07-31", reason="x"),
    "closed": lambda c, s, **_: post(c, "session_close", s),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_happens_shows_on_every_screen(facilitator, follower, session, late, member, plan_owner, what):
    seen = pulse(follower, session)
    assert still_right(follower, session, seen)
    CHANGES[what](facilitator, session, line=line_of(session, late), person=member, boss=plan_owner)
    assert not still_right(follower, session, seen)


def test_a_decision_taken_back_shows_too(facilitator, follower, session, late):
    CHANGES["a new date"](facilitator, session, line=line_of(session, late))
    seen = pulse(follower, session)
    undo = url("decision_undo", session.plan_id, Decision.objects.get().pk)
    assert facilitator.post(undo).status_code == 302
    assert not still_right(follower, session, seen)


def test_what_a_colleague_does_on_the_board_shows_while_the_session_runs(follower, session, late, responsible, at):
    seen = pulse(follower, session)
    late.move_to("done", by=responsible, at=at)
    assert not still_right(follower, session, seen)


def test_looking_changes_nothing(facilitator, follower, session, late):
    seen = pulse(follower, session)
    for client in (facilitator, follower):
        client.get(url("session_run", session.plan_id, session.pk), {"line": str(line_of(session, late).pk)})
        client.get(session.get_absolute_url())
    assert still_right(follower, session, seen)


def test_the_part_that_follows_comes_without_the_page_around_it(follower, session, late, at):
    session.turn_to(line_of(session, late), at=at)
    part = follower.get(url("session_run", session.plan_id, session.pk), headers={"HX-Request": "true"})
    text = part.content.decode()
    assert text.lstrip().startswith('<div class="meet" id="meet"')
    assert "Tien klanten bestellen" in text
    assert f'data-seen="{pulse(follower, session)}"' in text
    assert f'data-view="{url("session_run", session.plan_id, session.pk)}"' in text


def test_who_looks_at_another_line_stays_there_and_can_follow_again(facilitator, follower, session, late, at):
    session.turn_to(line_of(session, late), at=at)
    other = session.lines.get(title="Tweede regel")
    page = follower.get(url("session_run", session.plan_id, session.pk), {"line": other.pk}).content.decode()
    assert f'data-view="{url("session_run", session.plan_id, session.pk)}?line={other.pk}"' in page
    assert "Follow the session" in page


@pytest.mark.parametrize("state", ["planned", "running"])
def test_the_page_of_the_session_follows_on_its_day(follower, plan, process_owner, late, state):
    session = planned(plan) if state == "planned" else running(plan, process_owner)
    page = follower.get(session.get_absolute_url()).content.decode()
    assert f'data-follow="{url("session_live", plan.pk, session.pk)}"' in page
    assert f'data-seen="{pulse(follower, session)}"' in page
    if state == "planned":
        session.start(by=process_owner, at=factories.AT)
        assert 'data-session-state="running"' in follower.get(session.get_absolute_url()).content.decode()


def test_a_session_of_another_day_or_a_closed_one_asks_for_nothing(follower, plan, process_owner, late, at):
    assert "data-follow=" not in follower.get(planned(plan, 3).get_absolute_url()).content.decode()
    session = running(plan, process_owner)
    session.close(by=process_owner, at=at)
    assert "data-follow=" not in follower.get(session.get_absolute_url()).content.decode()


def test_a_session_that_does_not_exist_is_not_found(follower, plan, session):
    other = factories.SessionFactory()
    assert follower.get(url("session_live", plan.pk, other.pk)).status_code == 404
    assert follower.get(url("session_live", plan.pk, 0)).status_code == 404


def test_an_update_given_in_the_meeting_reaches_the_screens(follower, session, late, responsible, at):
    seen = pulse(follower, session)
    Update.give(late, by=responsible, at=at + dt.timedelta(minutes=5), status="doing", light="red")
    assert not still_right(follower, session, seen)
