"""The minutes: complete when the session closes, and the same ever after."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from tests import factories
from tests.updates.meeting import closed, line_of, planned, running
from updates import services
from updates.models import Session, Update

DAY = dt.timedelta(days=1)


@pytest.fixture
def late(choice, responsible, on, at):
    """An action in progress, six days late, on red, with help asked."""
    action = factories.ActionFactory(
        choice=choice, responsible=responsible, status="doing", deadline=on - 6 * DAY, result="Tien klanten bestellen"
    )
    Update.give(action, by=responsible, at=at - DAY, status="doing", light="red", need="Een jurist")
    return action


def minutes_url(session: Session) -> str:
    return reverse("updates:session_minutes", args=[session.plan_id, session.pk])


@pytest.fixture
def held(plan, process_owner, member, late, choice, responsible, on, at) -> Session:
    """A session with a decision, an agreement, a note and somebody absent; another one is planned."""
    closed(plan, process_owner, -30)
    factories.ActionFactory(choice=choice, responsible=responsible, result="Rustig op groen")
    factories.ActionFactory(choice=choice, responsible=responsible, status="done", result="Site staat live")
    planned(plan, 30)
    session = running(plan, process_owner, facilitator=process_owner, place="Kantine")
    by = {"by": process_owner, "at": at + dt.timedelta(minutes=10)}
    line = line_of(session, late)
    services.deadline_decide(line, to_date=on + 30 * DAY, reason="Het contract komt later", **by)
    services.agreement_make(line, text="Belt de leverancier", who=member, due_on=on + 4 * DAY, **by)
    line.write_note("Joost licht toe.")
    session.attendance.get(user=member).note("excused")
    services.finished_confirm(session, **by)
    session.close(by=process_owner, at=at + dt.timedelta(minutes=42))
    return session


def text_of(client, session: Session) -> str:
    response = client.get(minutes_url(session))
    assert response.status_code == 200
    return response.content.decode()


def test_the_minutes_say_what_was_decided_and_agreed(client_of, viewer, held):
    page = text_of(client_of(viewer), held)
    for words in (
        "Tien klanten bestellen",
        "Het contract komt later",
        "5 Jun 2026",
        "11 Jul 2026",
        "Belt de leverancier",
        "15 Jun 2026",
        "Joost licht toe.",
        "Apologies: Lotte Bakker",
        "led by Peter Smit",
        "Kantine",
        "42 min",
        "6 days late",
        "Site staat live",
        "Next session: Saturday 11 July 2026",
    ):
        assert words in page, words


def test_the_figures_are_those_of_the_start_beside_last_time(held):
    figures = held.minutes_record["figures"]
    assert figures == {
        "percent_current": 100,
        "percent_current_last": 100,
        "off_plan": 1,
        "off_plan_last": 1,
        "decisions": 1,
        "new_deadlines": 1,
        "minutes_used": 42,
        "minutes": 45,
    }


def test_later_edits_of_plan_and_people_change_nothing(
    client_of, viewer, held, late, choice, plan, process_owner, member, responsible, at
):
    before = text_of(client_of(viewer), held)
    late.refresh_from_db()
    late.edit(by=process_owner, at=at, why="Anders", result="Iets heel anders", deadline=late.deadline + 90 * DAY)
    late.archive(by=process_owner, at=at)
    choice.change(by=process_owner, at=at, short_name="Anders", colour=7)
    for person in (member, responsible, process_owner):
        person.name = "Iemand Anders"
        person.save()
    held.decisions.all().update(text="Vervalst", after="2030-01-01")
    held.lines.all().update(title="Vervalst", note="Vervalst")
    held.attendance.all().update(state="absent")
    after = text_of(client_of(viewer), held)
    start, end = '<article class="sheet doc"', "</article>"
    assert after[after.index(start) : after.index(end)] == before[before.index(start) : before.index(end)]


def test_the_page_of_a_closed_session_is_its_minutes_and_stays_as_it_was(
    client_of, plan_owner, held, late, responsible, process_owner, at
):
    client = client_of(plan_owner)

    def page() -> str:
        text = client.get(held.get_absolute_url()).content.decode()
        return text[text.index('id="session"') : text.index("Add a correction")]

    before = page()
    for words in (
        'data-session-state="closed"',
        "Het contract komt later",
        "Site staat live",
        "Joost van Leeuwen",
        minutes_url(held),
        "data-print",
    ):
        assert words in before, words
    late.refresh_from_db()
    late.shift_deadline(late.deadline + 90 * DAY, reason="Achteraf", by=process_owner, at=at + DAY)
    late.archive(by=process_owner, at=at + DAY)
    responsible.name = "Piet Anders"
    responsible.save()
    assert page() == before


def test_a_correction_can_be_made_from_the_page_of_the_session(client_of, plan_owner, member, held):
    address = reverse("updates:note_add", args=[held.plan_id, held.pk])
    assert address in client_of(plan_owner).get(held.get_absolute_url()).content.decode()
    assert address not in client_of(member).get(held.get_absolute_url()).content.decode()


def test_the_minutes_are_read_in_the_readers_language(client_of, viewer, held):
    viewer.language = "nl"
    viewer.save()
    page = text_of(client_of(viewer), held)
    assert "11 juni 2026" in page
    assert "Het contract komt later" in page


@pytest.mark.parametrize("state", ["planned", "running", "cancelled"])
def test_there_are_no_minutes_before_the_closing(client_of, plan, plan_owner, state, at):
    session = planned(plan)
    if state == "running":
        session.start(by=plan_owner, at=at)
    elif state == "cancelled":
        session.cancel(by=plan_owner, at=at)
    assert client_of(plan_owner).get(minutes_url(session)).status_code == 404


def test_what_was_not_reached_is_said(client_of, viewer, plan, process_owner, late):
    page = text_of(client_of(viewer), closed(plan, process_owner))
    assert "Not reached" in page
    assert "Tien klanten bestellen" in page


def test_the_next_session_is_the_first_one_that_was_not_missed(plan, process_owner):
    planned(plan, -9)
    planned(plan, 5)
    planned(plan, 33)
    assert closed(plan, process_owner).minutes_record["next_session"].startswith("2026-06-16")


def test_what_did_not_fit_names_the_responsible_and_the_choice_owner(
    client_of, viewer, plan, process_owner, choice, responsible, on
):
    for days in range(1, 9):
        factories.ActionFactory(
            choice=choice, responsible=responsible, deadline=on - days * DAY, result=f"Actie {days}"
        )
    page = text_of(client_of(viewer), closed(plan, process_owner, minutes=15))
    assert "Joost van Leeuwen with Samira el Amrani" in page


def test_changes_since_the_last_session_are_told(client_of, viewer, plan, process_owner, action, responsible, at):
    closed(plan, process_owner, -30)
    action.shift_deadline(action.deadline + 9 * DAY, reason="Nieuwe leverancier", by=responsible, at=at - 9 * DAY)
    page = text_of(client_of(viewer), closed(plan, process_owner))
    assert "Nieuwe leverancier" in page
    assert 'data-change="moved"' in page


def test_answered_help_is_in_the_minutes(client_of, viewer, plan, process_owner, action, responsible, member, at):
    Update.give(action, by=responsible, at=at, status="doing", light="green", need="Een jurist", need_of=member)
    action.refresh_from_db()
    action.move_to("done", by=responsible, at=at)
    session = running(plan, process_owner)
    session.lines.get(kind="help").help_request.reply("no", by=member, at=at, answer="Geen tijd")
    session.close(by=process_owner, at=at)
    assert "Answered: no, Lotte Bakker: Geen tijd." in text_of(client_of(viewer), session)


# ---- corrections ----


def add_note(client, session: Session, text: str):
    return client.post(reverse("updates:note_add", args=[session.plan_id, session.pk]), {"text": text})


def test_a_correction_is_dated_and_leaves_the_record_alone(client_of, plan_owner, viewer, held):
    record = held.minutes_record
    assert add_note(client_of(plan_owner), held, "Lotte was er wel.").status_code == 302
    page = text_of(client_of(viewer), held)
    assert "Lotte was er wel." in page
    assert "Karin de Boer, 11 Jun 2026" in page
    held.refresh_from_db()
    assert held.minutes_record == record


def test_a_correction_sent_twice_is_one_note(client_of, plan_owner, held):
    for _ in range(2):
        add_note(client_of(plan_owner), held, "Lotte was er wel.")
    assert held.notes.count() == 1
    add_note(client_of(plan_owner), held, "Peter ook.")
    assert held.notes.count() == 2


def test_an_empty_correction_says_so_beside_the_field(client_of, plan_owner, held):
    response = add_note(client_of(plan_owner), held, "  ")
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()


def test_a_member_corrects_nothing(client_of, member, held):
    assert add_note(client_of(member), held, "Mag niet").status_code == 403
    assert not held.notes.exists()


def test_no_correction_before_there_are_minutes(client_of, plan_owner, plan):
    assert add_note(client_of(plan_owner), planned(plan), "Te vroeg").status_code == 404


# ---- versions of the record ----


def as_first_written(record: dict) -> dict:
    """The record as the first version of the product wrote it."""
    record["version"] = 1
    del record["next_place"]
    for entry in record["attendance"]:
        del entry["user"]
    for line in record["lines"]:
        del line["person_id"], line["carried"]
        for decision in line["decisions"]:
            for key in ("who_id", "action", "from_id", "to_id"):
                decision.pop(key, None)
    return record


def test_minutes_of_the_first_version_still_say_the_same(client_of, viewer, held):
    def article() -> str:
        page = text_of(client_of(viewer), held)
        return page[page.index('<article class="sheet doc"') : page.index("</article>")]

    now = article()
    assert held.minutes_record["version"] == 2
    Session.objects.filter(pk=held.pk).update(minutes_record=as_first_written(held.minutes_record))
    assert article() == now
