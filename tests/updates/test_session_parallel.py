"""Two people do the same thing to a session at once, over connections of their own: it happens once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.updates.meeting import line_of, planned, running
from updates import closing, scheduling, services
from updates.models import AgendaLine, Decision, OutgoingMail, Session
from updates.prepare_links import prepare_token
from updates.rhythm import Slot

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], object]) -> list[Exception | None]:
    """Runs the calls in threads that start together; what each of them raised."""
    together = threading.Barrier(len(calls))
    raised: list[Exception | None] = [None] * len(calls)

    def run(place: int, call: Callable[[], object]) -> None:
        try:
            together.wait(timeout=20)
            call()
        except Exception as error:
            raised[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


def refusals(raised: list[Exception | None]) -> int:
    assert all(error is None or isinstance(error, ValidationError) for error in raised), raised
    return sum(error is not None for error in raised)


@pytest.fixture
def late(choice, responsible, on):
    return factories.ActionFactory(
        choice=choice, responsible=responsible, status="doing", deadline=on - dt.timedelta(days=6)
    )


def test_a_session_started_twice_at_once_has_one_agenda(plan, process_owner, plan_owner, late, at):
    session = planned(plan)
    raised = at_once(
        *(lambda by=by: Session.objects.get(pk=session.pk).start(by=by, at=at) for by in (process_owner, plan_owner))
    )
    assert refusals(raised) == 1
    assert list(AgendaLine.objects.values_list("item_id", flat=True)) == [late.pk]
    assert session.attendance.count() == 5


def test_two_sessions_started_at_once_are_not_both_running(plan, process_owner, late, at):
    first, second = planned(plan), planned(plan, 1)
    raised = at_once(
        *(lambda pk=each.pk: Session.objects.get(pk=pk).start(by=process_owner, at=at) for each in (first, second))
    )
    assert refusals(raised) == 1
    assert sorted(plan.sessions.values_list("state", flat=True)) == ["planned", "running"]


def test_a_session_closed_twice_at_once_has_one_record(plan, process_owner, plan_owner, late, at):
    session = running(plan, process_owner)
    moments = [at + dt.timedelta(minutes=minutes) for minutes in (40, 41)]
    raised = at_once(*(lambda at=at: Session.objects.get(pk=session.pk).close(by=plan_owner, at=at) for at in moments))
    assert refusals(raised) == 1
    session.refresh_from_db()
    assert session.closed_at in moments
    assert dt.datetime.fromisoformat(session.minutes_record["closed_at"]) == session.closed_at
    assert session.history.filter(state="closed").count() == 1


def test_a_decision_at_the_moment_of_closing_is_in_the_minutes_or_refused(plan, process_owner, late, on, at):
    session = running(plan, process_owner)
    line = line_of(session, late)
    to_date = on + dt.timedelta(days=30)
    raised = at_once(
        lambda: Session.objects.get(pk=session.pk).close(by=process_owner, at=at),
        lambda: services.deadline_decide(
            AgendaLine.objects.get(pk=line.pk), to_date=to_date, reason="Later", by=process_owner, at=at
        ),
    )
    refused = refusals(raised)
    session.refresh_from_db()
    late.refresh_from_db()
    (recorded,) = session.minutes_record["lines"]
    assert raised[0] is None
    assert len(recorded["decisions"]) == Decision.objects.count() == 1 - refused
    assert (late.deadline == to_date) is (refused == 0)


def test_a_decision_taken_back_twice_at_once_is_taken_back_once(plan, process_owner, late, on, at):
    session = running(plan, process_owner)
    by = {"by": process_owner, "at": at}
    before = late.deadline
    decision = services.deadline_decide(
        line_of(session, late), to_date=on + dt.timedelta(days=30), reason="Later", **by
    )
    raised = at_once(*(lambda: services.decision_undo(Decision.objects.get(pk=decision.pk), **by) for _ in range(2)))
    assert refusals(raised) == 0
    late.refresh_from_db()
    assert (late.deadline, late.deadline_moves) == (before, 0)


def test_a_year_planned_twice_at_once_is_planned_once(plan, process_owner, at):
    moments = [at + dt.timedelta(days=30 * month) for month in range(1, 6)]
    slots = [Slot("update", "", moment, 45, moment.date()) for moment in moments]
    raised = at_once(*(lambda: scheduling.sessions_schedule(plan, slots, by=process_owner, at=at) for _ in range(2)))
    assert refusals(raised) == 0
    assert plan.sessions.count() == 5


def test_closed_twice_at_once_everybody_gets_one_mail_and_one_next_session_is_planned(
    plan, process_owner, plan_owner, late, at
):
    session = running(plan, process_owner)
    following = {"starts_at": at + dt.timedelta(days=30), "place": "Kantine"}
    raised = at_once(
        *(
            lambda by=by: closing.session_close(
                Session.objects.get(pk=session.pk), by=by, at=at + dt.timedelta(hours=1), next_values=following
            )
            for by in (process_owner, plan_owner)
        )
    )
    assert refusals(raised) == 1
    assert OutgoingMail.objects.filter(template="minutes").count() == 5
    assert plan.sessions.filter(state="planned").count() == 1


def test_an_answer_by_link_and_the_start_at_once_is_on_the_agenda_or_refused(
    plan, process_owner, responsible, late, at
):
    """Whoever came first: what was given counts for the frozen agenda, what came after the start was not given."""
    session = planned(plan)
    session.open(by=process_owner, at=at - dt.timedelta(hours=1))
    path = reverse("updates:prepare_update_give", args=[prepare_token(session, responsible), late.pk])
    answers = []

    def answer() -> None:
        form = {"done": "Net op tijd", "status": "doing", "light": "green"}
        answers.append(Client().post(path, form).status_code)

    raised = at_once(answer, lambda: Session.objects.get(pk=session.pk).start(by=process_owner, at=timezone.now()))
    assert raised == [None, None]
    line = AgendaLine.objects.get(action=late)
    given = late.updates.exists()
    assert answers == [302 if given else 410]
    assert ("contradiction" in line.flags, "no-update" in line.flags) == (given, not given)
