"""Deciding in one step changes the plan and the record, and can be taken back while the session runs."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Choice
from tests import factories
from tests.updates.meeting import line_of, running
from updates import services
from updates.models import AgendaLine, Decision

DAY = dt.timedelta(days=1)


@pytest.fixture
def late(choice: Choice, responsible: User, on: dt.date, at: dt.datetime) -> Action:
    action = factories.ActionFactory(
        choice=choice, responsible=responsible, status="doing", deadline=on - 6 * DAY, result="Tien klanten bestellen"
    )
    action.change(by=None, at=at, light="amber")
    return action


@pytest.fixture
def line(plan, process_owner, late) -> AgendaLine:
    return line_of(running(plan, process_owner), late)


@pytest.fixture
def by(process_owner, at) -> dict:
    return {"by": process_owner, "at": at}


def stored(action: Action) -> Action:
    return Action.objects.get(pk=action.pk)


def fields(action: Action) -> tuple:
    now = stored(action)
    return now.deadline, now.deadline_moves, now.result, now.responsible, now.light, now.archived_at


def decide(kind: str, line: AgendaLine, member: User, on: dt.date, by: dict) -> Decision:
    verbs = {
        "new_deadline": lambda: services.deadline_decide(line, to_date=on + 30 * DAY, reason="Levering", **by),
        "smaller_result": lambda: services.result_decide(line, result="Vijf klanten bestellen", reason="", **by),
        "other_responsible": lambda: services.responsible_decide(line, responsible=member, reason="Vol", **by),
        "stop": lambda: services.action_stop(line, reason="Niet meer nodig", **by),
        "agreement": lambda: services.agreement_make(line, text="Belt", who=member, due_on=on + DAY, **by),
    }
    return verbs[kind]()


KINDS = ["new_deadline", "smaller_result", "other_responsible", "stop", "agreement"]


def test_a_new_deadline_moves_the_action_with_its_reason(late, line, on, by):
    decision = services.deadline_decide(line, to_date=on + 30 * DAY, reason=" Levering later ", **by)
    now = stored(late)
    assert (now.deadline, now.deadline_moves) == (on + 30 * DAY, 1)
    assert (decision.before, decision.after, decision.text) == ("2026-06-05", "2026-07-11", "Levering later")
    assert now.shifts.get().reason == "Levering later"
    line.refresh_from_db()
    assert line.outcome == "discussed"


def test_a_smaller_result_is_the_new_result(late, line, by):
    services.result_decide(line, result="Vijf klanten bestellen", reason="", **by)
    assert stored(late).result == "Vijf klanten bestellen"


def test_somebody_else_has_not_judged_yet(late, line, member, by):
    services.responsible_decide(line, responsible=member, reason="", **by)
    assert (stored(late).responsible, stored(late).light) == (member, "")


def test_stopping_archives_the_action(late, line, by, at):
    services.action_stop(line, reason="Niet meer nodig", **by)
    assert stored(late).archived_at == at


def test_an_agreement_is_open_until_it_is_done(plan, line, member, on, by):
    agreement = services.agreement_make(line, text="Belt", who=member, due_on=on + DAY, **by)
    assert list(plan.decisions.open_promises()) == [agreement]


@pytest.mark.parametrize("kind", KINDS)
def test_every_decision_can_be_taken_back(late, line, member, on, by, kind):
    before = fields(late)
    decision = decide(kind, line, member, on, by)
    assert decision.kind == kind
    services.decision_undo(decision, **by)
    services.decision_undo(decision, **by)
    assert fields(late) == before
    assert not line.session.decisions.standing().exists()


@pytest.mark.parametrize("kind", KINDS)
def test_after_the_closing_nothing_is_taken_back(late, line, member, on, by, kind):
    decision = decide(kind, line, member, on, by)
    after = fields(late)
    line.session.close(**by)
    with pytest.raises(ValidationError, match="closed by now"):
        services.decision_undo(decision, **by)
    assert fields(late) == after


@pytest.mark.parametrize("kind", KINDS)
def test_after_the_closing_nothing_is_decided(late, line, member, on, by, kind):
    line.session.close(**by)
    with pytest.raises(ValidationError, match="closed by now"):
        decide(kind, line, member, on, by)


def test_two_decisions_are_taken_back_one_by_one(late, line, member, on, by):
    before = fields(late)
    first = decide("new_deadline", line, member, on, by)
    second = services.deadline_decide(line, to_date=on + 60 * DAY, reason="Toch later", **by)
    with pytest.raises(ValidationError, match="changed again"):
        services.decision_undo(first, **by)
    services.decision_undo(second, **by)
    services.decision_undo(first, **by)
    assert fields(late) == before


def test_a_new_deadline_stays_when_the_start_has_moved_past_the_old_one(late, line, responsible, on, by, at):
    decision = services.deadline_decide(line, to_date=on + 30 * DAY, reason="Levering", **by)
    stored(late).edit(by=responsible, at=at, starts_on=on + 10 * DAY)
    with pytest.raises(ValidationError, match="Move the start first"):
        services.decision_undo(decision, **by)
    decision.refresh_from_db()
    assert (stored(late).deadline, decision.undone_at) == (on + 30 * DAY, None)


def test_a_result_changed_by_someone_since_is_not_taken_back(late, line, member, on, by, responsible, at):
    decision = decide("smaller_result", line, member, on, by)
    stored(late).edit(by=responsible, at=at, result="Acht klanten bestellen")
    with pytest.raises(ValidationError, match="changed again"):
        services.decision_undo(decision, **by)
    assert stored(late).result == "Acht klanten bestellen"


@pytest.mark.parametrize("kind", ["new_deadline", "smaller_result", "other_responsible", "stop"])
def test_a_stopped_action_gets_no_further_decision(line, member, on, by, kind):
    decide("stop", line, member, on, by)
    with pytest.raises(ValidationError, match="still stands"):
        decide(kind, line, member, on, by)


def test_a_decision_that_changes_nothing_is_refused(late, line, responsible, by):
    with pytest.raises(ValidationError, match="deadline already"):
        services.deadline_decide(line, to_date=late.deadline, reason="x", **by)
    with pytest.raises(ValidationError, match="result already"):
        services.result_decide(line, result=late.result, reason="", **by)
    with pytest.raises(ValidationError, match="responsible already"):
        services.responsible_decide(line, responsible=responsible, reason="", **by)
    assert not Decision.objects.exists()


def test_a_new_deadline_without_a_reason_leaves_all_as_it_was(late, line, on, by):
    before = fields(late)
    with pytest.raises(ValidationError):
        services.deadline_decide(line, to_date=on + DAY, reason="  ", **by)
    line.refresh_from_db()
    assert (fields(late), line.outcome, Decision.objects.count()) == (before, "", 0)


def test_a_decision_on_a_finished_action_keeps_its_not_right(plan, choice, responsible, process_owner, member, on, by):
    done = factories.ActionFactory(choice=choice, responsible=responsible, status="done")
    line = line_of(running(plan, process_owner), done)
    line.mark("not_right", **by)
    decide("agreement", line, member, on, by)
    line.refresh_from_db()
    assert (line.outcome, stored(done).status) == ("not_right", "doing")


def test_an_agreement_on_a_finished_line_leaves_its_question_open(
    plan, choice, responsible, process_owner, member, on, by
):
    done = factories.ActionFactory(choice=choice, responsible=responsible, status="done")
    line = line_of(running(plan, process_owner), done)
    decide("agreement", line, member, on, by)
    services.finished_confirm(line.session, **by)
    line.refresh_from_db()
    assert line.outcome == "confirmed"


def test_a_stop_is_not_taken_back_into_an_archived_choice(late, line, choice, plan_owner, by, at):
    decision = services.action_stop(line, reason="Niet meer nodig", **by)
    choice.archive(by=plan_owner, at=at)
    with pytest.raises(ValidationError, match="restore that first"):
        services.decision_undo(decision, **by)
    assert stored(late).is_archived


@pytest.mark.parametrize("marked", ["", "discussed"])
def test_taking_back_the_last_decision_leaves_what_was_marked_by_hand(line, member, on, by, at, marked):
    line.mark(marked, **by)
    later = {"by": by["by"], "at": at + dt.timedelta(minutes=1)}
    first, second = (decide(kind, line, member, on, later) for kind in ("agreement", "new_deadline"))
    services.decision_undo(second, **later)
    line.refresh_from_db()
    assert line.outcome == "discussed", "one still stands"
    services.decision_undo(first, **later)
    line.refresh_from_db()
    assert line.outcome == marked


def test_work_does_not_go_back_to_who_takes_part_no_more(plan, late, line, responsible, member, on, by):
    decision = decide("other_responsible", line, member, on, by)
    membership = plan.memberships.filter(user=responsible)
    membership.update(role="viewer")
    with pytest.raises(ValidationError, match="does not take part"):
        services.decision_undo(decision, **by)
    membership.delete()
    with pytest.raises(ValidationError, match="does not take part"):
        services.decision_undo(decision, **by)
    decision.refresh_from_db()
    assert (stored(late).responsible, decision.undone_at) == (member, None)
