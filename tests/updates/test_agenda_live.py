"""The agenda of a real plan: exactly what is off plan, in the order of the method, with its reasons."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.models import Action
from actions.rules import Flag, action_flags
from ogsm.accounts.models import User
from plans.models import Choice, Plan
from tests import factories
from tests.updates.meeting import closed, line_of, planned, running, titles
from updates.live_agenda import agenda_of, make_lines
from updates.models import Update

GROUPS = (
    Flag.RED,
    Flag.LATE,
    Flag.HELP,
    Flag.CONTRADICTION,
    Flag.AMBER,
    Flag.START_OVERDUE | Flag.EXPECTED_LATE | Flag.SLIPPED,
    Flag.NOT_JUDGED | Flag.NO_UPDATE,
)
DAY = dt.timedelta(days=1)


@pytest.fixture
def many(choice: Choice, responsible: User, on: dt.date, at: dt.datetime) -> list[Action]:
    """Every combination of status, light, deadline, start, expected end, update and help."""
    actions = []
    for status, light, late, start, expected, updated, helped in product(
        ("todo", "doing"), ("", "green", "amber", "red"), (-9, -2, 20), (None, -30), (None, 5), (True, False), (0, 1)
    ):
        action = factories.ActionFactory(
            choice=choice,
            responsible=responsible,
            status=status,
            deadline=on + late * DAY,
            starts_on=start and on + start * DAY,
        )
        action.light, action.open_help = light, helped
        action.expected_end = expected and action.deadline + expected * DAY
        action.last_update_at = at - DAY if updated else None
        actions.append(action)
    Action.objects.bulk_update(actions, ["light", "open_help", "expected_end", "last_update_at"])
    return actions


def place_by_the_book(action: Action, on: dt.date, since: dt.datetime) -> tuple:
    flags = action_flags(action.facts, on=on, current_since=since)
    worst = next((place for place, group in enumerate(GROUPS) if flags & group), None)
    days_late = (on - action.deadline).days if flags & Flag.LATE else 0
    return worst, -days_late, action.deadline, action.pk


def test_the_agenda_is_exactly_the_off_plan_actions_in_the_order_of_the_method(plan: Plan, many, on, at):
    session = planned(plan, minutes=60)
    since = plan.current_since_on(on)
    places = {action.pk: place_by_the_book(action, on, since) for action in many}
    expected = sorted((pk for pk, place in places.items() if place[0] is not None), key=lambda pk: places[pk])
    agenda = make_lines(session, on)
    assert [line.item_id for line in [*agenda.of("off-plan"), *agenda.of("outside")]] == expected
    assert {line.item_id for line in agenda.of("on-plan")} == {action.pk for action in many} - set(expected)


def test_an_agenda_of_three_hundred_actions_takes_few_queries(plan: Plan, many, on):
    assert len(many) > 300
    session = planned(plan, 3, minutes=60)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        agenda_of(session, on)
    assert len(queries) <= 15


def test_done_and_archived_actions_are_not_discussed(plan: Plan, choice, responsible, on, at):
    done = factories.ActionFactory(choice=choice, responsible=responsible, status="done")
    gone = factories.ActionFactory(choice=choice, responsible=responsible, deadline=on - DAY)
    gone.archive(by=responsible, at=at)
    agenda = make_lines(planned(plan), on)
    assert [line.item_id for line in agenda.lines] == [done.pk]
    assert agenda.lines[0].section == "finished"


def test_help_asked_on_a_listed_action_is_a_reason_and_not_a_line_of_its_own(
    plan: Plan, action: Action, responsible, on, at
):
    Update.give(action, by=responsible, at=at, status="doing", light="green", need="Een jurist")
    agenda = make_lines(planned(plan), on)
    assert agenda.of("carried") == []
    (line,) = agenda.of("off-plan")
    assert line.facts["help"] == ["Een jurist"]
    assert line.flags == ["help"]


def test_help_on_a_finished_action_is_carried_over_until_it_is_answered(
    plan: Plan, action, responsible, member, on, at
):
    Update.give(action, by=responsible, at=at, status="doing", light="green", need="Een jurist", need_of=member)
    action.refresh_from_db()
    action.move_to("done", by=responsible, at=at)
    (line,) = make_lines(planned(plan), on).of("carried")
    assert (line.kind, line.title, line.person) == ("help", "Een jurist", member)
    line.help_request.reply("no", by=member, at=at)
    assert make_lines(planned(plan, 1), on).of("carried") == []


def test_agreements_due_by_the_session_are_carried_over(plan: Plan, member, on):
    late = factories.DecisionFactory(plan=plan, who=member, due_on=on - 12 * DAY, text="Belt tien klanten")
    soon = factories.DecisionFactory(plan=plan, who=member, due_on=on + 3 * DAY, text="Stuurt de lijst")
    factories.DecisionFactory(plan=plan, who=member, due_on=on + 4 * DAY, text="Later")
    factories.DecisionFactory(plan=plan, who=member, due_on=on, text="Klaar", done_at=factories.AT)
    lines = make_lines(planned(plan, 3), on).of("carried")
    assert [line.agreement for line in lines] == [late, soon]
    assert lines[0].facts["days_late"] == 12


def test_an_undecided_point_comes_back_and_a_discussed_one_does_not(plan: Plan, process_owner, on):
    kept = factories.AgendaPointFactory(plan=plan, text="Vakantierooster", person=process_owner)
    dealt = factories.AgendaPointFactory(plan=plan, text="Kerstborrel", person=process_owner)
    session = running(plan, process_owner)
    line_of(session, dealt).mark("discussed", by=process_owner, at=factories.AT)
    line_of(session, kept).mark("parked", by=process_owner, at=factories.AT)
    session.close(by=process_owner, at=factories.AT)
    assert titles(make_lines(planned(plan, 30), on + 30 * DAY), "carried") == ["Vakantierooster"]


def test_a_point_of_another_kind_of_session_is_not_listed(plan: Plan, on):
    factories.AgendaPointFactory(plan=plan, session_kind="steering")
    assert make_lines(planned(plan), on).lines == []


@pytest.fixture
def late(choice: Choice, responsible: User, on: dt.date) -> Action:
    return factories.ActionFactory(choice=choice, responsible=responsible, status="doing", deadline=on - 90 * DAY)


def times_of(plan: Plan, action: Action, days: int = 0) -> int:
    agenda = make_lines(planned(plan, days), factories.ON + days * DAY)
    return next(line.times for line in agenda.lines if line.item_id == action.pk)


def test_a_line_counts_the_consecutive_closed_sessions_that_listed_it(plan: Plan, process_owner, late):
    assert times_of(plan, late) == 1
    closed(plan, process_owner, -60)
    closed(plan, process_owner, -30)
    assert times_of(plan, late) == 3


def test_a_gap_starts_the_count_again(plan: Plan, process_owner, late, at):
    closed(plan, process_owner, -70)
    late.archive(by=process_owner, at=at - 69 * DAY)
    closed(plan, process_owner, -40)
    late.restore(by=process_owner, at=at - 39 * DAY)
    assert times_of(plan, late) == 1
    closed(plan, process_owner, -10)
    assert times_of(plan, late) == 2


def test_a_session_that_did_not_close_or_of_another_kind_does_not_count(plan: Plan, process_owner, late, at):
    closed(plan, process_owner, -30, kind="steering")
    planned(plan, -20).cancel(by=process_owner, at=at - 20 * DAY)
    assert times_of(plan, late) == 1


def test_a_line_outside_the_session_counts_as_listed(plan: Plan, process_owner, choice, responsible, on):
    actions = [
        factories.ActionFactory(choice=choice, responsible=responsible, status="doing", deadline=on + n * DAY)
        for n in range(10)
    ]
    session = closed(plan, process_owner, -10, minutes=15)
    assert session.lines.filter(section="outside").exists()
    assert {times_of(plan, action) for action in actions} == {2}


@pytest.fixture
def indicator(choice: Choice, member: User):
    """100 on 1 January to 200 at the end of the year, each month; so 150 in mid-year."""
    return factories.IndicatorFactory(choice=choice, name="Bestellingen", entered_by=member)


def enter(indicator, month: int, value: int, at: dt.datetime) -> None:
    indicator.enter(dt.date(2026, month, 1), value, by=None, at=at)


def test_an_indicator_that_became_red_is_listed_once(plan: Plan, process_owner, indicator, member, on, at):
    for month in (1, 2, 3, 4):
        enter(indicator, month, 160, at - 45 * DAY)
    closed(plan, process_owner, -30)
    assert titles(make_lines(planned(plan), on - 5 * DAY), "indicators") == []
    enter(indicator, 5, 100, at - 2 * DAY)
    (line,) = make_lines(planned(plan), on).of("indicators")
    assert (line.title, line.person, line.flags, line.facts["value"]) == ("Bestellingen", member, ["red"], "100.0000")
    closed(plan, process_owner, -1)
    assert titles(make_lines(planned(plan), on), "indicators") == []


def test_an_indicator_nobody_entered_becomes_unmeasured(plan: Plan, process_owner, indicator, on, at):
    for month in (1, 2, 3, 4):
        enter(indicator, month, 160, at - 40 * DAY)
    closed(plan, process_owner, -30)
    (line,) = make_lines(planned(plan), on).of("indicators")
    assert line.flags == ["unmeasured"]
    assert line.facts["missing"] == "2026-05-01"


def test_a_value_entered_after_the_last_session_does_not_change_what_was_known_then(
    plan: Plan, process_owner, indicator, on, at
):
    for month in (1, 2, 3):
        enter(indicator, month, 160, at - 60 * DAY)
    closed(plan, process_owner, -30)
    enter(indicator, 4, 100, at - 5 * DAY)
    enter(indicator, 5, 100, at - 5 * DAY)
    assert titles(make_lines(planned(plan), on), "indicators") == ["Bestellingen"]


def test_an_indicator_that_became_red_by_a_correction_is_listed(plan: Plan, process_owner, indicator, on, at):
    for month in (1, 2, 3, 4, 5):
        enter(indicator, month, 160, at - 6 * DAY)
    closed(plan, process_owner, -1)
    assert titles(make_lines(planned(plan), on), "indicators") == []
    enter(indicator, 5, 20, at)
    assert titles(make_lines(planned(plan), on), "indicators") == ["Bestellingen"]


def test_an_indicator_that_was_red_already_is_not_listed_for_a_corrected_value(
    plan: Plan, process_owner, indicator, on, at
):
    for month in (1, 2, 3, 4, 5):
        enter(indicator, month, 20, at - 6 * DAY)
    closed(plan, process_owner, -1)
    enter(indicator, 5, 30, at)
    assert titles(make_lines(planned(plan), on), "indicators") == []


def test_without_a_session_before_every_red_indicator_is_listed(plan: Plan, indicator, on, at):
    enter(indicator, 5, 100, at)
    assert titles(make_lines(planned(plan), on), "indicators") == ["Bestellingen"]


def test_indicators_of_an_archived_choice_are_left_out(plan: Plan, indicator, process_owner, on, at):
    enter(indicator, 5, 100, at)
    indicator.choice.archive(by=process_owner, at=at)
    assert make_lines(planned(plan), on).lines == []


def test_a_frozen_agenda_stays_as_it_was(plan: Plan, process_owner, late, choice, responsible, on):
    session = running(plan, process_owner)
    before = [(line.key, line.section, line.minutes) for line in agenda_of(session, on).lines]
    factories.ActionFactory(choice=choice, responsible=responsible, deadline=on - DAY)
    late.edit(by=process_owner, at=factories.AT, result="Heel iets anders")
    frozen = agenda_of(session, on + 5 * DAY)
    assert [(line.key, line.section, line.minutes) for line in frozen.lines] == before
    assert frozen.lines[0].title != "Heel iets anders"
