"""The agenda of generated plans, against its definition in the words of the method."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.models import Action
from actions.rules import action_flags
from tests import factories
from tests.updates.meeting import planned
from tests.updates.test_agenda_live import place_by_the_book
from updates.live_agenda import make_lines
from updates.models import Session

DAY = dt.timedelta(days=1)
ON, AT = factories.ON, factories.AT
DISCUSSED = ("carried", "off-plan", "indicators")


def days(first: int, last: int) -> st.SearchStrategy[dt.timedelta]:
    return st.integers(first, last).map(lambda number: number * DAY)


generated = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["todo", "doing", "doing", "done"]),
        "light": st.sampled_from(["", "green", "amber", "red"]),
        "late": days(-40, 40),
        "started": st.none() | days(-60, 60),
        "expected": st.none() | days(-10, 30),
        "updated": st.none() | days(-50, 0),
        "help": st.integers(0, 2),
        "archived": st.sampled_from([False, False, False, True]),
    }
)


def make(choice: Any, responsible: Any, facts: dict[str, Any]) -> Action:
    deadline = ON + facts["late"]
    starts = ON + facts["started"] if facts["started"] is not None else None
    action = factories.ActionFactory(
        choice=choice, responsible=responsible, status=facts["status"], deadline=deadline,
        starts_on=min(starts, deadline) if starts else None,
    )  # fmt: skip
    is_open = facts["status"] != "done"
    Action.objects.filter(pk=action.pk).update(
        light=facts["light"] if is_open else "",
        expected_end=deadline + facts["expected"] if is_open and facts["expected"] is not None else None,
        last_update_at=AT + facts["updated"] if facts["updated"] is not None else None,
        open_help=facts["help"] if is_open else 0,
        archived_at=AT if facts["archived"] else None,
    )
    return Action.objects.get(pk=action.pk)


@pytest.mark.django_db
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(generated, max_size=25), st.sampled_from([15, 30, 45, 60]), st.integers(0, 3))
def test_every_off_plan_action_is_there_once_in_order_and_the_minutes_fit(
    plan, choice, responsible, process_owner, all_facts, box, points
):
    with transaction.atomic():
        actions = [make(choice, responsible, facts) for facts in all_facts]
        for number in range(points):
            factories.AgendaPointFactory(plan=plan, person=process_owner, hand_minutes=number or None)
        session = planned(plan, minutes=box)
        _check(session, actions, points)
        session.start(by=process_owner, at=AT)
        fixed = list(session.lines.values_list("kind", "item_id", "section", "minutes"))
        live = make_lines(session, ON)
        assert fixed == [(line.kind, line.item_id, line.section, line.minutes) for line in live.lines]
        transaction.set_rollback(True)  # the next example starts with an empty plan


def _check(session: Session, actions: list[Action], points: int) -> None:
    since = session.plan.current_since_on(ON)
    open_ones = [action for action in actions if not action.is_archived and not action.is_done]
    off_plan = [action for action in open_ones if action_flags(action.facts, on=ON, current_since=since)]
    expected = [action.pk for action in sorted(off_plan, key=lambda action: place_by_the_book(action, ON, since))]
    agenda = make_lines(session, ON)
    of = {
        section: [line.item_id for line in agenda.of(section) if line.kind == "action"]
        for section in ("carried", "off-plan", "outside", "on-plan", "finished")
    }
    assert of["off-plan"] + of["outside"] == expected, "each exactly once, in order, what does not fit at the end"
    assert sorted(of["on-plan"]) == sorted({action.pk for action in open_ones} - set(expected))
    assert sorted(of["finished"]) == sorted(
        action.pk for action in actions if action.is_done and not action.is_archived
    )
    assert agenda.used <= agenda.box
    assert agenda.used + agenda.spare == agenda.box
    talked = [line for line in agenda.lines if line.section in DISCUSSED]
    assert sum(line.minutes for line in talked) + agenda.opening + agenda.closing + agenda.finished == agenda.used
    assert sum(line.kind == "point" for line in talked) == points, "our own points never leave"
    assert all(line.minutes >= 2 for line in talked if line.kind == "action")
    if of["outside"]:
        free = [line for line in talked if line.kind != "point" or line.minutes != 1]
        assert agenda.spare < 2 or not free
