"""Changes since the last session: everything that happened to an action is told once, in one session's minutes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.models import Action
from tests import factories
from tests.updates.meeting import line_of, planned
from updates import services
from updates.changes import changes_since
from updates.models import Session

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@pytest.fixture
def old(choice, responsible, at) -> Action:
    """An action in progress that has been there since long before the first session."""
    values = {"plan": choice.plan, "choice": choice, "responsible": responsible, "status": "doing"}
    return Action.create(
        by=None, at=at - 90 * DAY, result="Tien klanten bestellen", deadline=factories.ON + 30 * DAY, **values
    )


@pytest.fixture
def first(plan, process_owner, old, at) -> Session:
    """Thirty days ago, for an hour."""
    session = planned(plan, -30)
    session.start(by=process_owner, at=at - 30 * DAY)
    session.close(by=process_owner, at=at - 30 * DAY + HOUR)
    old.refresh_from_db()
    return session


@pytest.fixture
def second(plan, first, process_owner, at) -> Session:
    session = planned(plan)
    session.start(by=process_owner, at=at)
    return session


def told(session: Session) -> list[tuple[str, str, str]]:
    """(kind, before, after) of each change in closed minutes."""
    return [(change["kind"], change["before"], change["after"]) for change in session.minutes_record["changes"]]


def so_far(first: Session, session: Session) -> list[tuple[str, str, str]]:
    return [(change.kind, change.before, change.after) for change in changes_since(first, session)]


def test_finished_on_the_day_of_the_session_after_its_closing_is_told_next_time(plan, first, old, responsible, at):
    old.move_to("done", by=responsible, at=first.closed_at + HOUR)
    assert told(first) == []
    assert so_far(first, planned(plan)) == [("finished", "", "2026-05-12")]


def test_a_shift_made_while_a_session_runs_is_in_its_minutes_unless_it_was_decided_there(
    plan, second, old, choice, responsible, process_owner, on, at
):
    by = {"by": process_owner, "at": at + HOUR / 4}
    services.deadline_decide(line_of(second, old), to_date=on + 60 * DAY, reason="Besloten", **by)
    old.refresh_from_db()
    old.shift_deadline(on + 70 * DAY, reason="Intussen", by=responsible, at=at + HOUR / 2)
    second.close(by=process_owner, at=at + HOUR)
    assert told(second) == [("moved", "2026-08-10", "2026-08-20")]
    third = planned(plan, 30)
    assert changes_since(second, third) == []


def test_new_handed_over_reworded_and_archived_actions_are_told(
    second, old, choice, responsible, member, plan_owner, process_owner, at
):
    by = {"by": plan_owner, "at": at - DAY}
    old.edit(**by, why="Vol", responsible=member, result="Vijf klanten bestellen")
    new = factories.ActionFactory(choice=choice, responsible=responsible, result="Nieuw resultaat")
    second.close(by=process_owner, at=at + HOUR)
    assert told(second) == [
        ("new", "", "Joost van Leeuwen"),
        ("responsible", "Joost van Leeuwen", "Lotte Bakker"),
        ("result", "Tien klanten bestellen", "Vijf klanten bestellen"),
    ]
    third = planned(second.plan, 30)
    for action in (old, new):
        action.archive(by=plan_owner, at=at + DAY, why="Niet meer nodig")
    old.restore(by=plan_owner, at=at + 2 * DAY)
    (change,) = changes_since(second, third)
    assert (change.kind, change.title, change.text) == ("archived", "Nieuw resultaat", "Niet meer nodig")


def test_what_went_to_and_fro_is_no_change(second, old, member, responsible, process_owner, at):
    old.edit(by=process_owner, at=at - 2 * DAY, responsible=member)
    old.edit(by=process_owner, at=at - DAY, responsible=responsible)
    old.move_to("done", by=responsible, at=at - HOUR)
    old.move_to("doing", by=responsible, at=at - HOUR / 2)
    second.close(by=process_owner, at=at + HOUR)
    assert told(second) == []


def test_what_the_session_decided_is_no_change_beside_its_decisions(
    second, old, choice, responsible, member, process_owner, at
):
    line = line_of(second, old)
    by = {"by": process_owner}
    services.responsible_decide(line, responsible=member, reason="", **by, at=at + HOUR / 6)
    taken_back = services.result_decide(line, result="Vijf klanten", reason="", **by, at=at + HOUR / 5)
    services.decision_undo(taken_back, **by, at=at + HOUR / 4)
    services.action_stop(line, reason="Klaar ermee", **by, at=at + HOUR / 3)
    second.close(by=process_owner, at=at + HOUR)
    assert told(second) == []


def test_a_change_before_a_decision_keeps_its_own_words(second, old, member, plan_owner, process_owner, at):
    old.edit(by=plan_owner, at=at - DAY, responsible=member)
    line = line_of(second, old)
    services.responsible_decide(line, responsible=plan_owner, reason="", by=process_owner, at=at + HOUR / 2)
    second.close(by=process_owner, at=at + HOUR)
    assert told(second) == [("responsible", "Joost van Leeuwen", "Lotte Bakker")]


def test_a_shift_made_while_the_first_session_runs_is_in_its_minutes(
    client_of, plan, old, responsible, process_owner, at
):
    session = planned(plan)
    session.start(by=process_owner, at=at)
    old.refresh_from_db()
    old.shift_deadline(old.deadline + DAY, reason="Intussen", by=responsible, at=at + HOUR / 2)
    session.close(by=process_owner, at=at + HOUR)
    assert told(session) == [("moved", "2026-07-11", "2026-07-12")]
    page = client_of(responsible).get(session.get_absolute_url()).content.decode()
    assert "Changed during the session" in page


def test_before_the_first_session_nothing_has_changed(plan, old, responsible, at):
    old.move_to("done", by=responsible, at=at)
    assert changes_since(None, planned(plan)) == []


def test_the_queries_do_not_grow_with_the_changes(plan, first, choice, plan_owner, at):
    session = planned(plan)

    def queries(count: int) -> int:
        for _ in range(count):
            person = factories.UserFactory()
            action = factories.ActionFactory(choice=choice, responsible=person)
            action.shift_deadline(action.deadline + DAY, reason="Later", by=plan_owner, at=at)
            action.move_to("done", by=person, at=at)
        with CaptureQueriesContext(connection) as captured:
            assert changes_since(first, session)
        return len(captured)

    assert queries(2) == queries(15) <= 5
