"""What a session does to itself and its plan: opening, starting, closing, and going back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from actions.models import Action
from plans.models import Choice, Plan
from tests import factories
from tests.updates.meeting import closed, line_of, planned, running
from updates import services
from updates.models import AgendaPoint, Session

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def since(plan: Plan) -> dt.datetime | None:
    return Plan.objects.get(pk=plan.pk).current_since


def test_between_sessions_the_closing_before_the_last_one_counts(plan, process_owner, at):
    assert since(plan) is None
    first = closed(plan, process_owner, -60)
    assert since(plan) is None, "one closed session is too few"
    second = closed(plan, process_owner, -30)
    assert since(plan) == first.closed_at
    session = planned(plan, 3)
    session.open(by=process_owner, at=at)
    assert since(plan) == second.closed_at
    session.start(by=process_owner, at=at + 3 * DAY)
    assert since(plan) == second.closed_at
    session.close(by=process_owner, at=at + 4 * DAY)
    assert since(plan) == second.closed_at


def test_cancelling_a_session_in_preparation_takes_its_moment_back(plan, process_owner, at):
    first, second = closed(plan, process_owner, -60), closed(plan, process_owner, -30)
    session = planned(plan, 3)
    session.open(by=process_owner, at=at)
    assert since(plan) == second.closed_at
    session.cancel(by=process_owner, at=at)
    assert since(plan) == first.closed_at


def test_not_started_after_all_stays_in_preparation(plan, process_owner, at):
    closed(plan, process_owner, -60)
    second = closed(plan, process_owner, -30)
    session = planned(plan)
    session.open(by=process_owner, at=at - DAY)
    session.start(by=process_owner, at=at)
    session.unstart(by=process_owner, at=at)
    assert session.state == Session.State.OPEN
    assert (session.started_at, session.percent_current, session.off_plan_count) == (None, None, None)
    assert not session.lines.exists()
    assert not session.attendance.exists()
    assert since(plan) == second.closed_at


def test_a_planned_session_that_has_not_started_after_all_is_planned_again(plan, process_owner, at):
    first = closed(plan, process_owner, -60)
    closed(plan, process_owner, -30)
    session = planned(plan, 12)
    session.start(by=process_owner, at=at)
    session.unstart(by=process_owner, at=at)
    assert session.state == Session.State.PLANNED
    assert since(plan) == first.closed_at, "what was current before the start still is"


def test_a_steering_session_does_not_touch_what_is_current(plan, process_owner, at):
    closed(plan, process_owner, -60)
    closed(plan, process_owner, -30)
    before = since(plan)
    session = planned(plan, 3, kind="steering", minutes=90)
    session.open(by=process_owner, at=at)
    assert since(plan) == before


@pytest.mark.parametrize("record", ["note", "outcome", "attendance", "decision"])
def test_after_a_record_it_has_started(plan, process_owner, member, action, on, at, record):
    action.change(by=None, at=at, deadline=on - DAY)
    session = running(plan, process_owner)
    line = session.lines.first()
    if record == "note":
        line.write_note("Besproken")
    elif record == "outcome":
        line.mark("discussed", by=process_owner, at=at)
    elif record == "attendance":
        session.attendance.first().note("absent")
    else:
        factories.DecisionFactory(plan=plan, session=session, who=member)
    with pytest.raises(ValidationError, match="recorded already"):
        session.unstart(by=process_owner, at=at)
    session.refresh_from_db()
    assert session.state == Session.State.RUNNING


def test_what_was_taken_back_is_no_record(plan, process_owner, member, action, on, at):
    action.change(by=None, at=at, deadline=on - DAY)
    session = running(plan, process_owner)
    line = session.lines.get()
    made = services.agreement_make(line, text="Belt", who=member, due_on=on, by=process_owner, at=at)
    assert session.has_records
    services.decision_undo(made, by=process_owner, at=at + HOUR)
    line.refresh_from_db()
    assert line.outcome == ""
    assert not session.has_records


@pytest.fixture
def slipped(choice: Choice, responsible, at: dt.datetime) -> Action:
    """Moved later twice."""
    action = factories.ActionFactory(choice=choice, responsible=responsible, deadline=factories.ON + 40 * DAY)
    for days in (-9, -6):
        action.shift_deadline(action.deadline + 10 * DAY, reason="Druk", by=responsible, at=at + days * DAY)
    return action


def flags(action: Action, on: dt.date) -> list[str]:
    return Action.objects.with_flags(on).get(pk=action.pk).flag_names


def test_a_closed_session_clears_the_slip_until_the_next_move(plan, process_owner, slipped, on, at):
    assert flags(slipped, on) == ["slipped"]
    session = running(plan, process_owner)
    assert flags(slipped, on) == ["slipped"]
    session.close(by=process_owner, at=at)
    assert flags(slipped, on) == []
    slipped.refresh_from_db()
    slipped.shift_deadline(slipped.deadline + DAY, reason="Weer", by=process_owner, at=at + 2 * DAY)
    assert flags(slipped, on) == ["slipped"]


def test_a_steering_session_does_not_clear_the_slip(plan, process_owner, slipped, on):
    closed(plan, process_owner, kind="steering", minutes=90)
    assert flags(slipped, on) == ["slipped"]


def test_starting_keeps_the_figures_of_that_moment(plan, process_owner, responsible, choice, on, at):
    factories.ActionFactory(choice=choice, responsible=responsible, status="doing")
    fresh = factories.ActionFactory(choice=choice, responsible=responsible, status="doing")
    fresh.change(by=None, at=at, light="green", last_update_at=at - DAY)
    session = running(plan, process_owner)
    assert (session.percent_current, session.off_plan_count) == (50, 1)


def test_starting_lists_everyone_who_takes_part_as_present(plan, process_owner, viewer):
    session = running(plan, process_owner)
    assert set(session.attendance.values_list("state", flat=True)) == {"present"}
    assert session.attendance.count() == 5
    assert not session.attendance.filter(user=viewer).exists()


def test_a_draft_starts_no_session(plan, process_owner, at):
    plan.state = "draft"
    plan.save()
    with pytest.raises(ValidationError, match="active plan"):
        planned(plan).start(by=process_owner, at=at)


def test_one_session_runs_at_a_time(plan, process_owner, at):
    running(plan, process_owner)
    with pytest.raises(ValidationError, match="is running"):
        planned(plan, 1).start(by=process_owner, at=at)


@pytest.mark.parametrize("verb", ["open", "start", "unstart", "cancel", "close"])
def test_a_closed_session_is_closed_for_good(plan, process_owner, at, verb):
    session = closed(plan, process_owner)
    with pytest.raises(ValidationError, match="closed by now"):
        getattr(session, verb)(by=process_owner, at=at)
    with pytest.raises(ValidationError):
        session.reschedule(by=process_owner, at=at, minutes=30)


def test_nothing_is_written_on_a_closed_agenda(plan, process_owner, action, at):
    session = closed(plan, process_owner)
    line = session.lines.get()
    with pytest.raises(ValidationError):
        line.mark("discussed", by=process_owner, at=at)
    with pytest.raises(ValidationError):
        line.write_note("Nog iets")
    with pytest.raises(ValidationError):
        session.attendance.first().note("absent")


def test_the_clock_of_a_line_runs_only_while_it_has_the_floor(plan, process_owner, choice, responsible, on, at):
    for days in (1, 2):
        factories.ActionFactory(choice=choice, responsible=responsible, deadline=on - days * DAY)
    session = running(plan, process_owner)
    first, second = session.lines.all()
    minute = dt.timedelta(minutes=1)
    session.turn_to(first, at=at)
    session.turn_to(first, at=at + minute)
    session.turn_to(second, at=at + 2 * minute)
    session.turn_to(first, at=at + 3 * minute)
    session.close(by=process_owner, at=at + 4 * minute)
    assert list(session.lines.values_list("seconds", flat=True)) == [180, 60]
    assert session.current_line is None


def test_rightly_finished_is_confirmed_at_the_closing(plan, process_owner, choice, responsible, on, at):
    right, open_, wrong = (
        factories.ActionFactory(choice=choice, responsible=responsible, status="done") for _ in range(3)
    )
    session = running(plan, process_owner)
    line_of(session, right).mark("confirmed", by=process_owner, at=at)
    line_of(session, wrong).mark("not_right", by=process_owner, at=at)
    wrong.refresh_from_db()
    assert (wrong.status, wrong.completed_on) == ("doing", None)
    session.close(by=process_owner, at=at)
    for action in (right, open_, wrong):
        action.refresh_from_db()
    assert right.confirmed_at == at
    assert open_.confirmed_at is None
    assert wrong.status == "doing"


def test_not_right_can_be_taken_back(plan, process_owner, choice, responsible, on, at):
    action = factories.ActionFactory(choice=choice, responsible=responsible, status="done")
    action.change(by=None, at=at, completed_on=on - 5 * DAY, light="green")
    line = running(plan, process_owner).lines.get()
    line.mark("not_right", by=process_owner, at=at)
    line.mark("", by=process_owner, at=at)
    action.refresh_from_db()
    assert (action.status, action.completed_on, action.light) == ("done", on - 5 * DAY, "green")


def test_any_leader_takes_not_right_back(plan, process_owner, plan_owner, choice, responsible, on, at):
    action = factories.ActionFactory(choice=choice, responsible=responsible, status="done")
    action.change(by=None, at=at, completed_on=on - 5 * DAY, light="green")
    line = running(plan, process_owner).lines.get()
    line.mark("not_right", by=process_owner, at=at + HOUR)
    line.mark("", by=plan_owner, at=at + 2 * HOUR)
    action.refresh_from_db()
    assert (action.status, action.completed_on, action.light) == ("done", on - 5 * DAY, "green")
    assert action.history.first().history_user == plan_owner


def test_not_right_is_not_taken_back_over_somebody_elses_move(plan, process_owner, choice, responsible, at):
    action = factories.ActionFactory(choice=choice, responsible=responsible, status="done")
    line = running(plan, process_owner).lines.get()
    line.mark("not_right", by=process_owner, at=at)
    action.refresh_from_db()
    action.move_to("todo", by=responsible, at=at)
    with pytest.raises(ValidationError, match="moved since"):
        line.mark("confirmed", by=process_owner, at=at)


def test_an_agreement_is_ticked_off_in_the_meeting_and_back(plan, process_owner, member, on, at):
    agreement = factories.DecisionFactory(plan=plan, who=member, due_on=on)
    line = running(plan, process_owner).lines.get()
    line.mark("confirmed", by=process_owner, at=at)
    agreement.refresh_from_db()
    assert agreement.done_at == at
    line.mark("", by=process_owner, at=at)
    agreement.refresh_from_db()
    assert agreement.done_at is None


@pytest.mark.parametrize("later", [0, 1])
def test_taking_a_confirmation_back_keeps_the_persons_own_tick(plan, process_owner, member, on, at, later):
    agreement = factories.DecisionFactory(plan=plan, who=member, due_on=on)
    line = running(plan, process_owner).lines.get()
    agreement.refresh_from_db()
    agreement.finish(by=member, at=at + HOUR)
    line.mark("confirmed", by=process_owner, at=at + (1 + later) * HOUR)
    line.mark("", by=process_owner, at=at + 3 * HOUR)
    agreement.refresh_from_db()
    assert agreement.done_at == at + HOUR


@pytest.mark.parametrize("outcome", ["discussed", "parked"])
def test_only_a_line_with_its_turn_is_discussed_or_parked(plan, process_owner, choice, responsible, on, at, outcome):
    for values in ({"status": "done"}, {}, *({"deadline": on - DAY} for _ in range(5))):
        factories.ActionFactory(choice=choice, responsible=responsible, **values)
    session = running(plan, process_owner, minutes=15)
    for section in ("finished", "on-plan", "outside"):
        line = session.lines.filter(section=section).first()
        with pytest.raises(ValidationError, match="its turn"):
            line.mark(outcome, by=process_owner, at=at)


def test_the_attendance_confirmed_at_the_closing_is_in_the_minutes(plan, process_owner, member, responsible, at):
    session = running(plan, process_owner)
    session.attendance.get(user=responsible).note("excused")
    session.close(by=process_owner, at=at, attendance={member.pk: "absent"})
    states = {entry["name"]: entry["state"] for entry in session.minutes_record["attendance"]}
    assert (states["Lotte Bakker"], states["Joost van Leeuwen"], states["Peter Smit"]) == (
        "absent",
        "excused",
        "present",
    )


def test_a_point_can_be_withdrawn_and_brought_back(plan, process_owner, at):
    session = planned(plan)
    point = AgendaPoint.add(session, "Vakantie", minutes=4, by=process_owner, at=at)
    assert (point.person, point.hand_minutes, point.session_kind) == (process_owner, 4, "update")
    point.withdraw(by=process_owner, at=at)
    assert point.decided_at == at
    point.bring_back(by=process_owner, at=at)
    assert point.decided_at is None
    assert point.history.count() == 3


def test_no_point_is_added_to_a_fixed_agenda(plan, process_owner, at):
    session = running(plan, process_owner)
    with pytest.raises(ValidationError, match="running by now"):
        AgendaPoint.add(session, "Te laat", by=process_owner, at=at)


def test_moving_one_session_leaves_the_others(plan, process_owner, at):
    session, other = planned(plan, 3), planned(plan, 33)
    session.reschedule(by=process_owner, at=at, starts_at=at + 5 * DAY, minutes=30)
    other.refresh_from_db()
    assert other.starts_at == at + 33 * DAY
    assert Session.objects.get(pk=session.pk).minutes == 30
