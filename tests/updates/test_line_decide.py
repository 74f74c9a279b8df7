"""What is decided on a line of a running session beside its dates: help, extra actions, notes; and nothing twice."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse

from actions.models import Action
from tests import factories
from tests.updates.meeting import line_of, page_of, pulse, running, still_right
from updates.models import AgendaLine, Decision, Session, Update

DAY = dt.timedelta(days=1)
HTMX = {"HX-Request": "true", "HX-Target": "dialog-body"}
WHO = object()
ANSWERS = {
    "line_deadline": {"deadline": "2026-07-31", "reason": "Contract later"},
    "line_result": {"result": "Vijf klanten bestellen", "reason": ""},
    "line_responsible": {"responsible": WHO, "reason": ""},
    "line_extra": {"result": "Contract getekend", "responsible": WHO, "deadline": "2026-07-31"},
    "line_help": {"who": WHO, "due_on": "2026-07-31", "text": ""},
    "line_agree": {"text": "Belt", "who": WHO, "due_on": "2026-07-31"},
    "line_stop": {"reason": "Niet meer nodig"},
}


@pytest.fixture
def late(choice, responsible, member, on, at) -> Action:
    """Six days late; help of the member is asked."""
    action = factories.ActionFactory(
        choice=choice, responsible=responsible, status="doing", deadline=on - 6 * DAY, result="Tien klanten bestellen"
    )
    Update.give(
        action, by=responsible, at=at - DAY, status="doing", light="red", need="Een ontwikkelaar", need_of=member
    )
    return action


@pytest.fixture
def second(choice, responsible, on) -> Action:
    return factories.ActionFactory(choice=choice, responsible=responsible, deadline=on - DAY, result="Tweede regel")


@pytest.fixture
def session(plan, process_owner, late, second) -> Session:
    return running(plan, process_owner)


@pytest.fixture
def line(session, late) -> AgendaLine:
    return line_of(session, late)


@pytest.fixture
def facilitator(client_of, process_owner):
    return client_of(process_owner)


def url(name: str, line: AgendaLine) -> str:
    return reverse(f"updates:{name}", args=[line.session.plan_id, line.session_id, line.pk])


def minutes_of(session: Session) -> str:
    return reverse("updates:session_minutes", args=[session.plan_id, session.pk])


def screen(client, line: AgendaLine) -> str:
    response = client.get(
        reverse("updates:session_run", args=[line.session.plan_id, line.session_id]), {"line": line.pk}
    )
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", ANSWERS)
def test_a_decision_sent_twice_is_recorded_once(facilitator, plan, line, member, name):
    values = {key: member.pk if value is WHO else value for key, value in ANSWERS[name].items()}
    for _ in range(2):
        assert facilitator.post(url(name, line), values).status_code == 302
    decision = Decision.objects.get()
    assert plan.actions.count() == (3 if name == "line_extra" else 2)
    facilitator.post(reverse("updates:decision_undo", args=[plan.pk, decision.pk]))
    assert facilitator.post(url(name, line), values).status_code == 302
    assert Decision.objects.standing().count() == 1, "after it was taken back it may be decided again"


def test_a_choice_of_one_person_says_so(facilitator, line):
    for name in ("line_agree", "line_responsible", "line_extra"):
        page = facilitator.get(url(name, line)).content.decode()
        assert "Choose one person" in page
        assert "---------" not in page


def test_two_notes_at_once_are_shown_beside_each_other(client_of, plan_owner, facilitator, line):
    address, other = url("line_note", line), client_of(plan_owner)
    assert 'name="first-note" value=""' in facilitator.get(address).content.decode()
    other.post(address, {"note": "Marijke belt de leverancier.", "first-note": ""})
    response = facilitator.post(address, {"note": "Joost licht toe.", "first-note": ""}, headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Marijke belt de leverancier." in page
    assert "Joost licht toe.</textarea>" in page
    line.refresh_from_db()
    assert line.note == "Marijke belt de leverancier."
    (first,) = re.findall(r'name="first-note" value="([^"]*)"', page)
    assert facilitator.post(address, {"note": "Beide.", "first-note": first}).status_code == 302
    line.refresh_from_db()
    assert line.note == "Beide."


# ---- help and extra actions ----


def test_help_is_promised_on_the_line_of_its_action_and_taken_back(facilitator, session, line, late, member):
    address = url("line_help", line)
    assert address in screen(facilitator, line)
    form = facilitator.get(address, headers=HTMX).content.decode()
    assert "Een ontwikkelaar" in form
    assert f'<option value="{member.pk}" selected>' in form, "the one who was asked"
    facilitator.post(address, {"who": member.pk, "due_on": "2026-07-31", "text": "Vanaf maandag"})
    late.refresh_from_db()
    assert late.open_help == 0
    page = screen(facilitator, line)
    assert "Vanaf maandag" in page
    assert address not in page
    assert "Vanaf maandag" in page_of(facilitator, session)
    facilitator.post(reverse("updates:decision_undo", args=[session.plan_id, Decision.objects.get().pk]))
    late.refresh_from_db()
    assert late.open_help == 1
    assert address in screen(facilitator, line)


def test_of_several_questions_it_is_said_which_one_is_answered(facilitator, line, late, member, responsible, at):
    Update.give(late, by=responsible, at=at, status="doing", light="red", need="Een bus")
    first, second = late.help_requests.open()
    values = {"who": member.pk, "due_on": "2026-07-31", "text": ""}
    assert facilitator.post(url("line_help", line), values).status_code == 422
    assert facilitator.post(url("line_help", line), {**values, "question": second.pk}).status_code == 302
    assert list(late.help_requests.open()) == [first]
    assert Decision.objects.get().text == "Een bus"


def test_help_that_nobody_asked_for_is_not_promised(facilitator, session, second, member):
    line = line_of(session, second)
    assert url("line_help", line) not in screen(facilitator, line)
    assert facilitator.get(url("line_help", line)).status_code == 409
    assert facilitator.post(url("line_help", line), {"who": member.pk, "due_on": "2026-07-31"}).status_code == 409


@pytest.fixture
def question(plan, process_owner, action, responsible, at) -> AgendaLine:
    """Help carried over: its action is finished."""
    Update.give(action, by=responsible, at=at - DAY, status="done", need="Wie kent een jurist?")
    return running(plan, process_owner).lines.get(kind="help")


def test_a_carried_question_is_answered_by_a_promise(facilitator, question, member, process_owner, at):
    session = question.session
    facilitator.post(url("line_help", question), {"who": member.pk, "due_on": "2026-07-31", "text": "Mijn zus"})
    question.refresh_from_db()
    assert (question.help_request.state, question.help_request.answered_by) == ("yes", member)
    session.refresh_from_db()
    session.close(by=process_owner, at=at)
    page = facilitator.get(minutes_of(session)).content.decode()
    assert "Mijn zus" in page
    assert "Answered: yes" not in page, "the promise says so"


def test_no_is_said_to_a_carried_question_and_taken_back(facilitator, question, process_owner, member, at):
    session, address = question.session, url("line_help_no", question)
    assert address in screen(facilitator, question)
    assert facilitator.post(address).status_code == 302
    assert facilitator.post(address).status_code == 409, "answered already"
    question.refresh_from_db()
    assert (question.outcome, question.help_request.state) == ("discussed", "no")
    assert "Answered: no, Peter Smit." in screen(facilitator, question)
    assert "Answered: no, Peter Smit." in page_of(facilitator, session)
    facilitator.post(address, {"undo": "1"})
    facilitator.post(address, {"undo": "1"})
    question.refresh_from_db()
    assert (question.outcome, question.help_request.state) == ("", "open")
    facilitator.post(address)
    session.close(by=process_owner, at=at)
    assert "Answered: no, Peter Smit." in facilitator.get(minutes_of(session)).content.decode()


def test_who_follows_sees_a_no(client_of, member, facilitator, question):
    follower = client_of(member)
    seen = pulse(follower, question.session)
    assert still_right(follower, question.session, seen)
    facilitator.post(url("line_help_no", question))
    assert not still_right(follower, question.session, seen)


def test_no_is_said_only_to_a_question_the_line_carries(facilitator, line):
    assert facilitator.post(url("line_help_no", line)).status_code == 409


def test_an_extra_action_comes_under_the_choice_of_the_line_and_goes_when_taken_back(
    facilitator, plan, session, line, late, member
):
    values = {"result": "Contract  getekend", "responsible": member.pk, "deadline": "2026-07-31"}
    assert facilitator.post(url("line_extra", line), values).status_code == 302
    made = Decision.objects.get()
    action = made.action
    assert (action.result, action.choice, action.responsible) == ("Contract getekend", late.choice, member)
    assert (action.deadline, action.original_deadline) == (dt.date(2026, 7, 31), dt.date(2026, 7, 31))
    for page in (screen(facilitator, line), page_of(facilitator, session)):
        assert "Extra action:" in page
        assert "Contract getekend (Lotte Bakker, 31 Jul 2026)" in page
    facilitator.post(reverse("updates:decision_undo", args=[plan.pk, made.pk]))
    action.refresh_from_db()
    assert action.is_archived
    assert "Contract getekend" not in screen(facilitator, line)


def test_a_point_of_our_own_has_no_choice_for_an_extra_action(facilitator, plan, process_owner, member):
    point = factories.AgendaPointFactory(plan=plan, person=member)
    line = line_of(running(plan, process_owner), point)
    assert url("line_extra", line) not in screen(facilitator, line)
    values = {"result": "Contract getekend", "responsible": member.pk, "deadline": "2026-07-31"}
    assert facilitator.post(url("line_extra", line), values).status_code == 409
    assert not plan.actions.exists()


def test_the_decisions_have_their_keys_in_the_order_of_the_buttons(facilitator, session, line):
    keys = re.findall(r'data-key="(\d)" href="[^"]*/(\w+)/"', screen(facilitator, line))
    assert keys == [
        ("1", "deadline"), ("2", "result"), ("3", "responsible"), ("4", "extra"), ("5", "help"), ("6", "agree"),
        ("7", "stop"),
    ]  # fmt: skip
