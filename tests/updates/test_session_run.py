"""Meeting mode: one line at a time, decided in one step, followed by everyone."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import Action
from tests import factories
from tests.updates.meeting import closed, line_of, planned, running
from updates.models import AgendaLine, Decision, Session, Update

DAY = dt.timedelta(days=1)
HTMX = {"HX-Request": "true", "HX-Target": "dialog-body"}


@pytest.fixture
def late(choice, responsible, member, on, at) -> Action:
    action = factories.ActionFactory(
        choice=choice, responsible=responsible, status="doing", deadline=on - 6 * DAY, result="Tien klanten bestellen"
    )
    answers = {"done": "Vier testen", "next": "Derde aansluiten", "need": "Een ontwikkelaar", "need_of": member}
    for days, light in ((70, "green"), (40, "amber"), (1, "red")):
        Update.give(action, by=responsible, at=at - days * DAY, status="doing", light=light, **answers)
    action.change(by=None, at=at, expected_end=on + 40 * DAY)
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


def url(name: str, thing: Session | AgendaLine) -> str:
    if isinstance(thing, AgendaLine):
        return reverse(f"updates:{name}", args=[thing.session.plan_id, thing.session_id, thing.pk])
    return reverse(f"updates:{name}", args=[thing.plan_id, thing.pk])


def screen(client, session: Session, key: object = "") -> str:
    response = client.get(url("session_run", session) + (f"?line={key}" if key else ""))
    assert response.status_code == 200
    return response.content.decode()


def heading(page: str) -> str:
    return re.search(r"<h1>(.*?)</h1>", page).group(1)


# ---- what is on the screen ----


def test_a_line_shows_reasons_answers_lights_and_the_expected_end(facilitator, session, line):
    page = screen(facilitator, session, line.pk)
    assert heading(page) == "Tien klanten bestellen"
    for words in ("6 days late", "Vier testen", "Derde aansluiten", "Een ontwikkelaar", "Asked of Lotte Bakker."):
        assert words in page, words
    assert "point <b>1</b> of 2" in page
    assert "Joost expects <b>21 Jul</b>, that is 46 days after the deadline" in page
    assert re.findall(r"<b>(Green|Amber|Red)</b>", page) == ["Green", "Amber", "Red"]
    assert 'data-minutes="5"' in page


def test_an_expected_end_stays_with_who_said_it_when_somebody_else_takes_over(facilitator, line, session, member):
    facilitator.post(url("line_responsible", line), {"responsible": member.pk, "reason": ""})
    page = screen(facilitator, session, line.pk)
    assert "Joost expects <b>21 Jul</b>" in page
    assert "Lotte expects" not in page


def test_an_expected_end_given_on_somebodys_behalf_is_theirs(
    facilitator, line, session, late, responsible, process_owner, on, at
):
    given = {"status": "doing", "light": "red", "expected_end": on + 40 * DAY}
    update = Update.give(late, by=process_owner, at=at, **given)
    assert update.on_behalf_of == responsible
    assert "Joost expects <b>21 Jul</b>" in screen(facilitator, session, line.pk)


def test_without_a_line_it_shows_the_one_that_has_the_floor(facilitator, session, second, at):
    assert "Who is here" in screen(facilitator, session)
    session.turn_to(line_of(session, second), at=at)
    assert heading(screen(facilitator, session)) == "Tweede regel"
    session.turn_to(None, step="closing", at=at)
    assert heading(screen(facilitator, session)) == "What have we agreed?"


@pytest.mark.parametrize("key", ["0", "999999", "x", "-1", "٣", "9" * 40])
def test_a_line_that_does_not_exist_is_not_found(facilitator, session, key):
    assert facilitator.get(url("session_run", session) + f"?line={key}").status_code == 404


def test_starting_opens_the_meeting_with_who_is_here(facilitator, plan, late):
    session = planned(plan)
    response = facilitator.post(url("session_start", session))
    assert response.url == url("session_run", session)
    page = facilitator.get(response.url).content.decode()
    assert "Who is here" in page
    assert 'data-session-state="running"' in page


def test_before_and_after_the_session_meeting_mode_leads_to_the_right_page(client_of, viewer, plan, process_owner):
    client = client_of(viewer)
    coming, past = planned(plan, 3), closed(plan, process_owner, -30)
    assert client.get(url("session_run", coming)).url == coming.get_absolute_url()
    assert client.get(url("session_run", past)).url == url("session_minutes", past)


def test_everyone_may_look_and_only_those_who_lead_may_decide(client_of, viewer, member, stranger, session, line):
    for person in (viewer, member):
        page = screen(client_of(person), session, line.pk)
        assert "Vier testen" in page
        assert "<form" not in page
        assert "What do we decide?" not in page
    assert client_of(stranger).get(url("session_run", session)).status_code == 404


@pytest.mark.parametrize(
    "name",
    ["discussed", "note", "deadline", "result", "responsible", "extra", "help", "help_no", "agree", "stop", "confirm"],
)
def test_a_member_records_nothing(client_of, member, stranger, line, name):
    address = url(f"line_{name}", line)
    assert client_of(member).post(address, {"outcome": "discussed"}).status_code == 403
    assert client_of(stranger).post(address).status_code == 404
    line.refresh_from_db()
    assert (line.outcome, line.note, Decision.objects.count()) == ("", "", 0)


def test_a_line_of_another_session_is_not_found(facilitator, session, line):
    other = planned(session.plan, 30)
    address = reverse("updates:line_agree", args=[session.plan_id, other.pk, line.pk])
    assert facilitator.post(address).status_code == 404


def test_a_screen_takes_few_queries_however_long_the_agenda(facilitator, plan, process_owner, choice, responsible, on):
    for days in range(1, 60):
        factories.ActionFactory(choice=choice, responsible=responsible, deadline=on - days * DAY)
    session = running(plan, process_owner, minutes=60)
    with CaptureQueriesContext(connection) as queries:
        screen(facilitator, session)
    assert len(queries) <= 12


# ---- going through it ----


def test_next_marks_the_line_and_gives_the_next_one_the_floor(facilitator, session, line, second):
    following = line_of(session, second)
    response = facilitator.post(url("line_discussed", line), {"outcome": "discussed", "next": following.pk})
    assert response.url == url("session_run", session)
    line.refresh_from_db()
    session.refresh_from_db()
    assert line.outcome == "discussed"
    assert session.current_line == following


def test_parking_keeps_it_for_next_time(facilitator, session, line, plan, process_owner, at):
    facilitator.post(url("line_discussed", line), {"outcome": "parked", "next": "closing"})
    assert "Parked: comes back in the next session." in screen(facilitator, session, line.pk)
    session.close(by=process_owner, at=at)
    assert (
        "Parked: comes back in the next session." in facilitator.get(url("session_minutes", session)).content.decode()
    )


@pytest.mark.parametrize(
    "values", [{"outcome": "confirmed"}, {"outcome": "x"}, {"outcome": "discussed", "next": "1234"}]
)
def test_an_outcome_that_does_not_fit_is_refused(facilitator, line, values):
    assert facilitator.post(url("line_discussed", line), values).status_code in (404, 422)
    line.refresh_from_db()
    assert line.outcome == ""


# ---- deciding ----


def test_from_start_to_minutes_the_plan_changes_itself(facilitator, plan, late, on):
    session = planned(plan)
    facilitator.post(url("session_start", session))
    line = line_of(session, late)
    response = facilitator.post(url("line_deadline", line), {"deadline": "2026-07-31", "reason": "Contract later"})
    assert response.url == url("session_run", session) + f"?line={line.pk}"
    late.refresh_from_db()
    assert late.deadline == dt.date(2026, 7, 31)
    assert "Contract later" in screen(facilitator, session, line.pk)
    assert facilitator.post(url("session_close", session)).url == url("session_minutes", session)
    page = facilitator.get(url("session_minutes", session)).content.decode()
    assert "Contract later" in page
    assert "31 Jul 2026" in page
    assert facilitator.post(url("line_deadline", line), {"deadline": "2026-09-30", "reason": "x"}).status_code == 409


DECISIONS = {
    "line_deadline": {"deadline": "2026-07-31", "reason": "Contract later"},
    "line_result": {"result": "Vijf klanten bestellen", "reason": ""},
    "line_stop": {"reason": "Niet meer nodig"},
}


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_appears_on_the_line_and_can_be_taken_back(facilitator, session, line, late, name):
    before = (late.deadline, late.result, late.archived_at)
    facilitator.post(url(name, line), DECISIONS[name])
    decision = Decision.objects.get()
    undo = reverse("updates:decision_undo", args=[session.plan_id, decision.pk])
    assert undo in screen(facilitator, session, line.pk)
    assert facilitator.post(undo).status_code == 302
    assert undo not in screen(facilitator, session, line.pk)
    late.refresh_from_db()
    assert (late.deadline, late.result, late.archived_at) == before


def test_a_decision_that_can_no_longer_be_taken_back_says_why(facilitator, session, line, late, responsible, on, at):
    facilitator.post(url("line_deadline", line), DECISIONS["line_deadline"])
    late.refresh_from_db()
    late.edit(by=responsible, at=at, starts_on=on + 10 * DAY)
    undo = reverse("updates:decision_undo", args=[session.plan_id, Decision.objects.get().pk])
    response = facilitator.post(undo)
    assert response.status_code == 409
    assert "The start lies after the old deadline now" in response.content.decode()


def test_handing_over_offers_only_who_takes_part(facilitator, line, late, member, viewer, stranger):
    for person in (viewer, stranger):
        assert facilitator.post(url("line_responsible", line), {"responsible": person.pk}).status_code == 422
    assert facilitator.post(url("line_responsible", line), {"responsible": member.pk}).status_code == 302
    late.refresh_from_db()
    assert late.responsible == member


@pytest.mark.parametrize(
    ("name", "values", "field"),
    [
        ("line_deadline", {"deadline": "2026-07-31", "reason": ""}, "reason"),
        ("line_deadline", {"deadline": "2026-06-01", "reason": "x"}, "deadline"),
        ("line_deadline", {"deadline": "9999-12-31", "reason": "x"}, "deadline"),
        ("line_deadline", {"deadline": "31-02-2026", "reason": "x"}, "deadline"),
        ("line_deadline", {"deadline": "2026-07-31", "reason": "x" * 1001}, "reason"),
        ("line_result", {"result": " "}, "result"),
        ("line_result", {"result": "x" * 241}, "result"),
        ("line_result", {"result": "Tien klanten bestellen"}, "result"),
        ("line_responsible", {"responsible": ""}, "responsible"),
        ("line_agree", {"text": "Belt", "who": "", "due_on": "2026-07-31"}, "who"),
        ("line_agree", {"text": "", "who": "", "due_on": ""}, "text"),
        ("line_agree", {"text": "a\x00b", "who": "", "due_on": ""}, "text"),
        ("line_stop", {"reason": " "}, "reason"),
        ("line_note", {"note": "x" * 2001}, "note"),
    ],
)
def test_bad_input_comes_back_with_the_error_beside_its_field(facilitator, line, name, values, field):
    response = facilitator.post(url(name, line), values, headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 422
    assert "<html" not in page
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', page)
    assert not Decision.objects.exists()


def test_a_deadline_before_the_start_is_said_at_the_field(facilitator, line, late, on, at):
    late.change(by=None, at=at, starts_on=on - 40 * DAY, deadline=on + 60 * DAY)
    late.change(by=None, at=at, starts_on=on + 30 * DAY)
    response = facilitator.post(url("line_deadline", line), {"deadline": str(on + 10 * DAY), "reason": "x"})
    assert response.status_code == 422
    assert "deadline" in response.context["form"].errors


@pytest.mark.parametrize("name", [*DECISIONS, "line_responsible", "line_agree", "line_note"])
def test_every_decision_has_a_page_of_its_own_and_a_dialog(facilitator, line, name):
    page = facilitator.get(url(name, line)).content.decode()
    assert "<html" in page
    assert "Tien klanten bestellen" in page
    fragment = facilitator.get(url(name, line), headers=HTMX).content.decode()
    assert "<html" not in fragment
    assert 'id="dialog-title"' in fragment


def test_somebody_else_closed_it_meanwhile(facilitator, session, line, member, process_owner, at):
    session.close(by=process_owner, at=at)
    values = {"text": "Belt", "who": member.pk, "due_on": "2026-07-31"}
    response = facilitator.post(url("line_agree", line), values, headers=HTMX)
    assert response.status_code == 409
    assert "This session is closed by now." in response.content.decode()
    assert facilitator.post(url("line_discussed", line)).status_code == 409
    assert facilitator.post(url("session_turn", session), {"line": line.pk}).status_code == 409
    assert facilitator.post(url("session_close", session)).status_code == 409
    assert not Decision.objects.exists()


def test_a_note_is_kept_on_the_line(facilitator, session, line):
    facilitator.post(url("line_note", line), {"note": " Joost licht toe. "})
    assert "Joost licht toe." in screen(facilitator, session, line.pk)
    assert "Joost licht toe." in facilitator.get(session.get_absolute_url()).content.decode()


def test_the_minutes_left_are_there_without_script(facilitator, plan, process_owner, late, at):
    session = planned(plan)
    session.start(by=process_owner, at=at - dt.timedelta(minutes=12, seconds=20))
    assert '<b class="num" data-clock-left>33</b> of 45 minutes left' in screen(facilitator, session)


# ---- the other kinds of lines ----


def test_help_agreement_point_and_indicator_have_their_own_screen(
    facilitator, plan, process_owner, choice, action, responsible, member, on, at
):
    Update.give(action, by=responsible, at=at, status="done", need="Wie kent een jurist?")
    agreement = factories.DecisionFactory(plan=plan, who=member, due_on=on, text="Belt de leverancier")
    point = factories.AgendaPointFactory(plan=plan, text="Vakantie", person=member)
    indicator = factories.IndicatorFactory(choice=choice, name="Bestellingen", unit="percent")
    indicator.enter(dt.date(2026, 5, 1), 90, by=None, at=at)
    session = running(plan, process_owner)
    help_page = screen(facilitator, session, session.lines.get(kind="help").pk)
    assert "Joost van Leeuwen asks" in help_page
    page = screen(facilitator, session, line_of(session, agreement).pk)
    assert "It is done" in page
    assert "New date" not in page
    assert heading(screen(facilitator, session, line_of(session, point).pk)) == "Vakantie"
    assert "90%" in screen(facilitator, session, line_of(session, indicator).pk)


def test_an_agreement_is_ticked_off_by_one_button(facilitator, plan, process_owner, member, on):
    agreement = factories.DecisionFactory(plan=plan, who=member, due_on=on)
    session = running(plan, process_owner)
    line = line_of(session, agreement)
    facilitator.post(url("line_confirm", line), {"outcome": "confirmed"})
    agreement.refresh_from_db()
    assert agreement.done_at is not None
    assert "Done, as agreed." in screen(facilitator, session, line.pk)


def test_finished_actions_are_confirmed_in_one_stroke_or_one_by_one(
    facilitator, plan, process_owner, choice, responsible
):
    right, wrong = (factories.ActionFactory(choice=choice, responsible=responsible, status="done") for _ in range(2))
    session = running(plan, process_owner)
    assert heading(screen(facilitator, session, "finished")) == "Rightly finished?"
    facilitator.post(url("line_confirm", line_of(session, wrong)), {"outcome": "not_right"})
    facilitator.post(url("lines_confirm", session))
    assert line_of(session, right).outcome == "confirmed"
    assert line_of(session, wrong).outcome == "not_right"
    wrong.refresh_from_db()
    assert wrong.status == "doing"
    page = facilitator.post(url("session_close", session), follow=True).content.decode()
    assert "not finished after all" in page


@pytest.mark.parametrize("outcome", ["discussed", "parked"])
def test_a_finished_line_is_not_discussed(facilitator, plan, process_owner, choice, responsible, outcome):
    done = factories.ActionFactory(choice=choice, responsible=responsible, status="done")
    line = line_of(running(plan, process_owner), done)
    response = facilitator.post(url("line_discussed", line), {"outcome": outcome})
    assert response.status_code == 409
    assert "Only a line with its turn in the meeting" in response.content.decode()
    line.refresh_from_db()
    assert line.outcome == ""


def test_only_what_is_finished_can_be_confirmed(facilitator, line):
    assert facilitator.post(url("line_confirm", line), {"outcome": "confirmed"}).status_code == 422


# ---- who is there ----


def test_attendance_is_set_with_one_click(facilitator, session, member):
    address = url("attendance_set", session)
    fragment = facilitator.post(address, {"user": member.pk, "state": "excused"}, headers={"HX-Request": "true"})
    assert "<html" not in fragment.content.decode()
    assert session.attendance.get(user=member).state == "excused"
    assert facilitator.post(address, {"user": member.pk, "state": "absent", "run": "1"}).url.endswith("?line=opening")
    assert facilitator.post(address, {"user": member.pk, "state": "asleep"}).status_code == 422
    for who in ("", "x", "0", "9" * 30):
        assert facilitator.post(address, {"user": who, "state": "absent"}).status_code == 404


def test_a_member_sets_no_attendance(client_of, member, session):
    address = url("attendance_set", session)
    assert client_of(member).post(address, {"user": member.pk, "state": "absent"}).status_code == 403


# ---- closing ----


def test_closing_says_what_was_not_discussed(facilitator, session, line):
    def undecided() -> str:
        page = facilitator.get(url("session_close", session)).content.decode()
        return page[page.index("data-undecided") : page.index("data-next-session")]

    assert line.title in undecided()
    assert "Tweede regel" in undecided()
    facilitator.post(url("line_discussed", line), {"outcome": "discussed"})
    assert line.title not in undecided()
    assert "Tweede regel" in undecided()


def test_the_closing_asks_who_was_there_and_the_minutes_keep_the_answer(
    facilitator, session, member, responsible, process_owner
):
    session.attendance.get(user=responsible).note("excused")
    page = facilitator.get(url("session_close", session), headers=HTMX).content.decode()
    shown = re.findall(r'name="attendance-(\d+)".*?<option value="(\w+)" selected>', page, re.S)
    assert dict(shown)[str(responsible.pk)] == "excused"
    assert dict(shown)[str(member.pk)] == "present"
    assert len(shown) == 5
    assert facilitator.post(url("session_close", session), {f"attendance-{member.pk}": "asleep"}).status_code == 422
    facilitator.post(url("session_close", session), {f"attendance-{member.pk}": "absent"})
    page = facilitator.get(url("session_minutes", session)).content.decode()
    assert "Absent: Lotte Bakker." in page
    assert "Apologies: Joost van Leeuwen." in page


def test_the_page_of_a_running_session_shows_what_was_decided(client_of, member, facilitator, session, line):
    facilitator.post(url("line_agree", line), {"text": "Belt Kees", "who": member.pk, "due_on": "2026-06-20"})
    page = client_of(member).get(session.get_absolute_url()).content.decode()
    assert 'data-session-state="running"' in page
    assert "Belt Kees" in page
    assert "To the meeting" in page


def test_a_started_session_can_go_back_while_nothing_is_recorded(facilitator, session, line):
    assert "Not started after all" in facilitator.get(session.get_absolute_url()).content.decode()
    facilitator.post(url("line_note", line), {"note": "Iets"})
    assert "Not started after all" not in facilitator.get(session.get_absolute_url()).content.decode()
    assert facilitator.post(url("session_unstart", session)).status_code == 409
    session.refresh_from_db()
    assert session.state == "running"
