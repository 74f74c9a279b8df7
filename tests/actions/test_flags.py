"""The flags exist twice: as pure rules and in SQL. Generated actions keep the two equal."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions import rules
from actions.models import Action
from actions.querysets import percent_current
from actions.rules import DOING, DONE, TODO, ActionFacts, Flag, action_flags, is_going
from ogsm import dates
from plans.models import Plan
from tests import factories
from tests.factories import ON

MIDNIGHT = dates.start_of_day(ON, "Europe/Amsterdam")
NEVER = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def a_day(draw: random.Random, *, maybe: bool = False) -> dt.date | None:
    if maybe and draw.random() < 0.3:
        return None
    return ON + dt.timedelta(days=draw.choice([-400, -40, -2, -1, 0, 1, 2, 40]))


def a_moment(draw: random.Random) -> dt.datetime | None:
    """Often just before, at or just after the moments that matter."""
    if draw.random() < 0.3:
        return None
    days = draw.choice([0, 1, 29, 30, 31, 44, 45, 46, 400])
    return MIDNIGHT - dt.timedelta(days=days) + dt.timedelta(microseconds=draw.choice([-1, 0, 1]))


def an_action(draw: random.Random, **fixed: object) -> Action:
    status = draw.choice([TODO, DOING, DONE])
    deadline = a_day(draw)
    starts_on = a_day(draw, maybe=True)
    return Action(
        result="Webshop toont levertijd",
        status=status,
        completed_on=ON if status == DONE else None,
        deadline=deadline,
        starts_on=starts_on if starts_on is None or starts_on <= deadline else deadline,
        expected_end=a_day(draw, maybe=True),
        light=draw.choice(["", "green", "amber", "red"]),
        last_update_at=a_moment(draw),
        open_help=draw.choice([0, 0, 1, 3]),
        deadline_moves=draw.choice([0, 1, 2, 5]),
        last_moved_at=a_moment(draw),
        slip_discussed_at=a_moment(draw),
        archived_at=NEVER if draw.random() < 0.1 else None,
        **fixed,
    )


@pytest.fixture
def many(choice, responsible):
    """Replaces the actions of two plans by several hundred generated ones, in a plan and in an active-since one."""
    other = factories.ChoiceFactory()

    def make(seed: int) -> dict[int, Plan]:
        draw = random.Random(seed)  # noqa: S311
        Action.objects.all().delete()
        for each in (choice, other):
            Plan.objects.filter(pk=each.plan_id).update(
                current_since=a_moment(draw), state=draw.choice(["draft", "active"])
            )
            Action.objects.bulk_create(
                an_action(draw, plan_id=each.plan_id, choice=each, responsible=responsible) for _ in range(150)
            )
        return Plan.objects.in_bulk()

    return make


@given(seed=st.integers(0, 2**32))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sql_and_rules_give_every_action_the_same_flags(many, seed):
    plans = many(seed)
    actions = list(Action.objects.with_flags(ON))
    assert len(actions) == 300
    for action in actions:
        since = plans[action.plan_id].current_since_on(ON)
        expected = action_flags(action.facts, on=ON, current_since=since)
        assert action.flags == expected, action.facts


@given(seed=st.integers(0, 2**32))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_picking_by_flag_off_plan_owed_and_the_figures_agree_with_the_rules(many, seed):
    plans = many(seed)
    flags = {
        action.pk: action_flags(action.facts, on=ON, current_since=plans[action.plan_id].current_since_on(ON))
        for action in Action.objects.all()
    }
    for flag in Flag:
        picked = set(Action.objects.flagged(flag, ON).values_list("pk", flat=True))
        assert picked == {pk for pk, bits in flags.items() if bits & flag}
    assert set(Action.objects.flagged(~Flag(0), ON).values_list("pk", flat=True)) == {
        pk for pk, bits in flags.items() if bits
    }

    live = {action.pk: action for action in Action.objects.live()}
    owed = set(Action.objects.owed(ON).values_list("pk", flat=True))
    assert owed == {pk for pk, action in live.items() if flags[pk] & Flag.NO_UPDATE and plans[action.plan_id].is_active}
    going = {pk for pk, action in live.items() if is_going(action.status, action.starts_on, ON)}
    assert Action.objects.figures(ON) == {
        "open": sum(action.status != DONE for action in live.values()),
        "off_plan": sum(bool(flags[pk]) for pk in live),
        "going": len(going),
        "current": sum(not flags[pk] & Flag.NO_UPDATE for pk in going),
        "done": sum(action.status == DONE for action in live.values()),
    }


def flags_of(**facts) -> list[str]:
    facts = {"status": DOING, "deadline": ON, "light": "green", "last_update_at": MIDNIGHT, **facts}
    return rules.flag_names(action_flags(ActionFacts(**facts), on=ON, current_since=MIDNIGHT - dt.timedelta(days=30)))


def test_an_action_that_runs_well_has_no_flag():
    assert flags_of() == []


def test_a_deadline_is_late_from_the_day_after():
    assert flags_of(deadline=ON, light="amber") == ["amber"]
    assert flags_of(deadline=ON - dt.timedelta(days=1), light="amber") == ["late", "amber"]


def test_green_while_the_dates_say_otherwise_is_a_contradiction():
    assert flags_of(deadline=ON - dt.timedelta(days=9)) == ["late", "contradiction"]
    assert flags_of(status=TODO, starts_on=ON - dt.timedelta(days=1)) == ["start-overdue", "contradiction"]
    assert flags_of(expected_end=ON + dt.timedelta(days=1)) == ["expected-late", "contradiction"]


def test_slipping_alone_is_no_contradiction():
    assert flags_of(deadline_moves=2, last_moved_at=MIDNIGHT) == ["slipped"]


def test_a_slip_is_over_once_a_session_had_it_after_the_last_move():
    moved = {"deadline_moves": 3, "last_moved_at": MIDNIGHT}
    assert flags_of(**moved, slip_discussed_at=MIDNIGHT - dt.timedelta(days=1)) == ["slipped"]
    assert flags_of(**moved, slip_discussed_at=MIDNIGHT) == []
    assert flags_of(deadline_moves=1, last_moved_at=MIDNIGHT) == []


def test_an_empty_start_has_never_passed():
    assert flags_of(status=TODO, light="", last_update_at=None) == []


def test_what_should_have_started_needs_a_judgement_and_an_update():
    begun = flags_of(status=TODO, starts_on=ON - dt.timedelta(days=1), light="", last_update_at=None)
    assert begun == ["start-overdue", "not-judged", "no-update"]


def test_done_carries_no_flag_at_all():
    assert flags_of(status=DONE, deadline=ON - dt.timedelta(days=90), light="red", open_help=2) == []


@pytest.mark.parametrize(
    ("figures", "percent"),
    [({"going": 0, "current": 0}, None), ({"going": 3, "current": 2}, 67), ({"going": 4, "current": 4}, 100)],
)
def test_percent_current_is_unknown_while_nothing_is_going(figures, percent):
    assert percent_current({"open": 9, "off_plan": 0, "done": 0, **figures}) == percent
