"""What changed about a line: since the session before, and since the agenda was fixed."""

from __future__ import annotations

import datetime as dt

import pytest

from actions.models import Action
from tests import factories
from tests.updates.meeting import closed, line_of, page_of, planned, running, url
from updates import services
from updates.live_agenda import make_lines
from updates.models import Session, Update
from updates.since_last import since_last
from updates.since_start import since_start

DAY = dt.timedelta(days=1)


@pytest.fixture
def late(choice, responsible, on) -> Action:
    return factories.ActionFactory(
        choice=choice, responsible=responsible, status="doing", deadline=on - 90 * DAY, result="Tien klanten bestellen"
    )


def said_next_time(action: Action) -> str:
    """What the next agenda says of the action, compared with the session before."""
    agenda = make_lines(planned(action.plan), factories.ON)
    return next(since_last(line) for line in agenda.lines if line.key == f"action-{action.pk}")


# ---- since the session before ----


def test_without_a_session_before_nothing_is_compared(late):
    assert said_next_time(late) == ""


def test_a_line_nothing_happened_to_says_so(plan, process_owner, late):
    closed(plan, process_owner, -30)
    assert said_next_time(late) == "nothing new since 12 May"


def test_a_new_action_says_so(plan, process_owner, late, choice, on):
    closed(plan, process_owner, -30)
    new = factories.ActionFactory(choice=choice, status="doing", deadline=on - DAY)
    assert said_next_time(new) == "new since 12 May"


def test_a_new_judgement_deadline_and_person_are_told(plan, process_owner, late, responsible, member, on, at):
    Update.give(late, by=responsible, at=at - 40 * DAY, status="doing", light="amber")
    closed(plan, process_owner, -30)
    Update.give(late, by=responsible, at=at - 2 * DAY, status="doing", light="red")
    late.refresh_from_db()
    late.shift_deadline(on + 5 * DAY, reason="Later", by=responsible, at=at - DAY)
    assert said_next_time(late) == "since 12 May: was amber, deadline was 13 Mar"
    late.edit(by=process_owner, at=at, responsible=member)
    assert said_next_time(late).endswith("Joost van Leeuwen had it")


def test_what_was_on_plan_then_says_so(plan, process_owner, choice, responsible, on):
    action = factories.ActionFactory(choice=choice, responsible=responsible, deadline=on - DAY)
    session = planned(plan, -30)
    session.start(by=process_owner, at=session.starts_at)
    assert line_of(session, action).section == "on-plan"
    session.close(by=process_owner, at=session.starts_at + DAY / 24)
    assert said_next_time(action) == "since 12 May: was on plan"


def test_it_is_fixed_with_the_agenda_and_stands_on_both_pages(client_of, plan, process_owner, late):
    closed(plan, process_owner, -30)
    session = running(plan, process_owner)
    client = client_of(process_owner)
    assert "nothing new since 12 May" in page_of(client, session)
    run = client.get(url("session_run", plan.pk, session.pk), {"line": str(line_of(session, late).pk)})
    assert "Nothing new since 12 May" in run.content.decode()


# ---- since the agenda was fixed ----


@pytest.fixture
def session(plan, process_owner, late) -> Session:
    return running(plan, process_owner)


def marks(session: Session, action: Action) -> list[str]:
    line = line_of(session, action)
    return since_start(line, session, line.decisions.standing())


def test_a_line_as_it_was_has_no_mark(session, late):
    assert marks(session, late) == []


def test_what_colleagues_did_meanwhile_is_marked_and_the_line_stays_as_it_was(
    client_of, session, late, responsible, member, process_owner, on, at
):
    late.edit(by=process_owner, at=at, result="Iets anders", responsible=member)
    late.shift_deadline(on + 20 * DAY, reason="Later", by=member, at=at)
    later = at + dt.timedelta(minutes=12)
    late.refresh_from_db()
    Update.give(late, by=member, at=later, status="doing", light="red")
    assert marks(session, late) == [
        "now called “Iets anders”", "now Lotte Bakker's", "deadline now 1 Jul", "new update at 09:12", "now red",
    ]  # fmt: skip
    page = page_of(client_of(process_owner), session)
    assert "Changed since the start:" in page
    assert "Tien klanten bestellen" in page
    assert line_of(session, late).facts["days_late"] == 90


@pytest.mark.parametrize(("status", "said"), [("done", "now done"), ("todo", "now to do")])
def test_another_column_is_marked(session, late, responsible, at, status, said):
    late.move_to(status, by=responsible, at=at)
    assert marks(session, late) == [said]


def test_an_archived_action_is_marked(client_of, session, late, process_owner, at):
    late.archive(by=process_owner, at=at)
    assert marks(session, late) == ["now in the archive"]
    run = client_of(process_owner).get(
        url("session_run", session.plan_id, session.pk), {"line": str(line_of(session, late).pk)}
    )
    assert "now in the archive" in run.content.decode()


DECISIONS = {
    "date": lambda line, on, person, **by: services.deadline_decide(line, to_date=on + 9 * DAY, reason="x", **by),
    "result": lambda line, on, person, **by: services.result_decide(line, result="Minder", reason="", **by),
    "person": lambda line, on, person, **by: services.responsible_decide(line, responsible=person, reason="", **by),
    "stop": lambda line, on, person, **by: services.action_stop(line, reason="x", **by),
}


@pytest.mark.parametrize("what", DECISIONS)
def test_what_the_session_decides_itself_is_no_change_behind_its_back(
    session, late, member, process_owner, on, at, what
):
    DECISIONS[what](line_of(session, late), on, member, by=process_owner, at=at)
    assert marks(session, late) == []


def test_an_agreement_kept_meanwhile_is_marked(plan, process_owner, member, on, at):
    agreement = factories.DecisionFactory(plan=plan, who=member, due_on=on)
    session = running(plan, process_owner)
    agreement.finish(by=member, at=at + dt.timedelta(minutes=5))
    assert marks(session, agreement) == ["now done"]
    line_of(session, agreement).mark("confirmed", by=process_owner, at=at + dt.timedelta(minutes=6))
    assert marks(session, agreement) == []


def test_closed_minutes_have_no_marks(client_of, session, late, responsible, process_owner, at):
    session.close(by=process_owner, at=at)
    late.move_to("done", by=responsible, at=at + DAY)
    session.refresh_from_db()
    assert marks(session, late) == []
    assert "Changed since the start" not in page_of(client_of(process_owner), session)
