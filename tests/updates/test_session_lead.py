"""Who leads the meeting, and what belongs to no line: the general note and an agreement."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from actions.models import Action
from tests import factories
from tests.updates.meeting import line_of, planned, running, url
from updates.models import AgendaLine, Decision, Session

DAY = dt.timedelta(days=1)


@pytest.fixture
def late(choice, responsible, on) -> Action:
    return factories.ActionFactory(choice=choice, responsible=responsible, status="doing", deadline=on - 6 * DAY)


@pytest.fixture
def session(plan, process_owner, late) -> Session:
    return running(plan, process_owner)


@pytest.fixture
def line(session, late) -> AgendaLine:
    return line_of(session, late)


@pytest.fixture
def facilitator(client_of, process_owner):
    return client_of(process_owner)


def screen(client, session: Session, key: object = "") -> str:
    values = {"line": str(key)} if key else {}
    return client.get(url("session_run", session.plan_id, session.pk), values).content.decode()


def address(name: str, session: Session) -> str:
    return url(name, session.plan_id, session.pk)


# ---- the lead ----


def test_whoever_starts_leads_and_the_others_are_told(facilitator, client_of, plan_owner, member, session, line, at):
    session.turn_to(line, at=at)
    assert 'data-key="p"' in screen(facilitator, session)
    second = screen(client_of(plan_owner), session)
    assert "Peter Smit leads" in second
    assert "Take over the lead" in second
    assert "What do we decide?" in second, "who may lead can record decisions for the one who does"
    assert 'data-key="p"' not in second
    assert "Peter Smit leads" in screen(client_of(member), session)


def test_the_lead_is_handed_over_and_taken_back(facilitator, client_of, plan_owner, process_owner, session, line, at):
    session.turn_to(line, at=at)
    owner = client_of(plan_owner)
    form = facilitator.get(address("session_lead", session)).content.decode()
    assert "Karin de Boer" in form
    assert f'<option value="{process_owner.pk}"' not in form
    assert facilitator.post(address("session_lead", session), {"lead": plan_owner.pk}).status_code == 302
    assert 'data-key="p"' in screen(owner, session)
    assert "Karin de Boer leads" in screen(facilitator, session)
    facilitator.post(address("session_lead", session), {"lead": process_owner.pk})
    session.refresh_from_db()
    assert session.lead == process_owner
    assert [row.lead_id for row in session.history.order_by("history_id")][-2:] == [plan_owner.pk, process_owner.pk]


def test_only_who_may_lead_gets_the_lead(facilitator, client_of, session, member, viewer, stranger):
    for person in (member, viewer, stranger):
        assert facilitator.post(address("session_lead", session), {"lead": person.pk}).status_code == 422
    assert client_of(member).post(address("session_lead", session), {"lead": member.pk}).status_code == 403


def test_before_the_start_nobody_takes_the_lead(facilitator, plan, process_owner):
    session = planned(plan)
    assert facilitator.post(address("session_lead", session), {"lead": process_owner.pk}).status_code == 409


# ---- through the lines ----


def test_a_skipped_line_is_neither_discussed_nor_parked(facilitator, session, line):
    assert facilitator.post(address("session_turn", session), {"line": "closing"}).status_code == 302
    line.refresh_from_db()
    assert line.outcome == ""
    page = screen(facilitator, session)
    assert "Not discussed yet" in page
    assert line.title in page


def test_the_step_without_a_line_is_the_one_everybody_sees(facilitator, client_of, member, session):
    assert "Who is here" in screen(client_of(member), session)
    facilitator.post(address("session_turn", session), {"line": "closing"})
    assert "What have we agreed?" in screen(client_of(member), session)


def test_a_line_sent_outside_says_who_settles_it_and_comes_back_next_time(
    facilitator, session, line, plan, process_owner, choice_owner, on, at
):
    facilitator.post(
        url("line_discussed", session.plan_id, session.pk, line.pk), {"outcome": "outside", "next": "closing"}
    )
    assert "Outside the session: Joost van Leeuwen with Samira el Amrani." in screen(facilitator, session, line.pk)
    session.close(by=process_owner, at=at)
    minutes = facilitator.get(url("session_minutes", plan.pk, session.pk)).content.decode()
    assert "To be settled outside the session." in minutes
    page = facilitator.get(planned(plan, 30).get_absolute_url()).content.decode()
    assert "for the 2nd time" in page


def test_deciding_on_a_line_that_was_sent_outside_makes_it_discussed(facilitator, session, line, member):
    there = url("line_discussed", session.plan_id, session.pk, line.pk)
    facilitator.post(there, {"outcome": "outside", "next": "closing"})
    values = {"text": "Belt", "who": member.pk, "due_on": "2026-06-20"}
    facilitator.post(url("line_agree", session.plan_id, session.pk, line.pk), values)
    line.refresh_from_db()
    assert line.outcome == "discussed"


def test_the_clock_is_right_without_a_script(facilitator, plan, process_owner, late, at):
    session = planned(plan)
    session.start(by=process_owner, at=at - dt.timedelta(minutes=52))
    line = line_of(session, late)
    session.turn_to(line, at=at - dt.timedelta(seconds=80))
    page = screen(facilitator, session)
    assert '<p class="clock" role="timer" data-clock-left>3:40</p>' in page
    assert '<b class="num" data-clock-over>7</b> min over the 45 minutes' in page


def test_what_was_decided_before_stands_beside_the_line(facilitator, plan, process_owner, late, at):
    from updates import services

    earlier = planned(plan, -30)
    earlier.start(by=process_owner, at=at - 30 * DAY)
    services.deadline_decide(
        line_of(earlier, late), to_date=at.date() - DAY, reason="Contract later", by=process_owner, at=at - 30 * DAY
    )
    earlier.close(by=process_owner, at=at - 30 * DAY)
    session = running(plan, process_owner)
    page = screen(facilitator, session, line_of(session, late).pk)
    assert "Contract later" in page
    assert "for the 2nd time" in page


# ---- what belongs to no line ----


def test_a_general_note_comes_in_the_minutes(facilitator, plan, session, process_owner, at):
    assert facilitator.post(address("session_note", session), {"note": " Volgende keer bij Joost. "}).status_code == 302
    assert "Volgende keer bij Joost." in screen(facilitator, session, "closing")
    session.close(by=process_owner, at=at)
    minutes = facilitator.get(url("session_minutes", plan.pk, session.pk)).content.decode()
    assert "Volgende keer bij Joost." in minutes
    assert facilitator.post(address("session_note", session), {"note": "Te laat"}).status_code == 409


def test_two_who_write_the_general_note_at_once_see_each_other(facilitator, session):
    facilitator.post(address("session_note", session), {"note": "Van Karin"})
    response = facilitator.post(address("session_note", session), {"note": "Van Peter", "first-note": ""})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Van Karin" in page
    assert "Van Peter" in page


def test_an_agreement_about_nothing_on_the_agenda_is_recorded_once_and_taken_back(
    facilitator, plan, session, member, process_owner, at
):
    values = {"text": "Boekt de zaal", "who": member.pk, "due_on": "2026-06-20"}
    for _twice in range(2):
        assert facilitator.post(address("session_agree", session), values).status_code == 302
    made = Decision.objects.get()
    assert "Boekt de zaal" in screen(facilitator, session, "closing")
    facilitator.post(url("decision_undo", plan.pk, made.pk))
    assert "Boekt de zaal" not in screen(facilitator, session, "closing")
    facilitator.post(address("session_agree", session), {**values, "text": "Boekt een andere zaal"})
    session.close(by=process_owner, at=at)
    minutes = facilitator.get(url("session_minutes", plan.pk, session.pk)).content.decode()
    assert "Boekt een andere zaal" in minutes
    assert "Lotte Bakker" in minutes


def test_an_agreement_without_who_or_when_is_refused(facilitator, session):
    assert (
        facilitator.post(address("session_agree", session), {"text": "x", "who": "", "due_on": ""}).status_code == 422
    )
    assert not Decision.objects.exists()


def test_a_general_note_keeps_the_session_from_being_unstarted(facilitator, session):
    facilitator.post(address("session_note", session), {"note": "Iets"})
    assert facilitator.post(address("session_unstart", session)).status_code == 409


@pytest.mark.parametrize("change", ["member_remove", "member_role"])
def test_once_the_lead_left_the_plan_or_leads_it_no_more_whoever_may_goes_on(
    client_of, plan, plan_owner, process_owner, session, line, change
):
    owner = client_of(plan_owner)
    assert 'data-key="p"' not in screen(owner, session, line.pk)
    membership = plan.memberships.get(user=process_owner)
    owner.post(reverse(f"plans:{change}", args=[plan.pk, membership.pk]), {"role": "member"})
    page = screen(owner, session, line.pk)
    assert "Peter Smit leads" not in page
    assert "Close the session" in page
    assert "Take over the lead" not in page
    owner.post(address("session_turn", session), {"line": line.pk})
    assert 'data-key="p"' in screen(owner, session)
