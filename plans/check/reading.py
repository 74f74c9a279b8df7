"""The plan as the check sees it, read in five queries however long it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from actions.models import Action
from actions.rules import DOING
from ogsm.accounts.models import User
from plans.models import Choice, Indicator, Plan
from plans.rules import FLAT, Light, read_light
from plans.sheet import live_indicators, values_of

from .core import CheckedAction, CheckedChoice, CheckedGoal, CheckedIndicator, CheckedPlan, Person


@dataclass(frozen=True)
class Reading:
    """What the rules look at, and the pieces it was read from by key: they say who may change what."""

    plan: CheckedPlan
    choices: dict[int, Any]
    indicators: dict[int, Indicator]
    actions: dict[int, Action]


def read(plan: Plan, on: dt.date) -> Reading:
    """Five queries, six with values."""
    choices = {choice.pk: choice for choice in plan.choices.numbered()}
    found = live_indicators(plan)
    values = values_of(found)
    indicators = {indicator.pk: indicator for indicator in found if indicator.choice_id in choices}
    live_actions = plan.actions.live().filter(choice__archived_at=None).select_related("responsible")
    actions = {action.pk: action for action in live_actions if action.choice_id in choices}
    checked = CheckedPlan(
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        ambition=plan.ambition,
        is_draft=plan.is_draft,
        has_session=plan.sessions.coming().exists(),
        goals=tuple(CheckedGoal(goal.pk, goal.name, goal.target, goal.due_on) for goal in plan.goals.live()),
        choices=tuple(_choice(choice) for choice in choices.values()),
        indicators=tuple(_indicator(one, values.get(one.pk, {}), on) for one in indicators.values()),
        actions=tuple(_action(action) for action in actions.values()),
    )
    return Reading(checked, choices, indicators, actions)


def _choice(choice: Choice) -> CheckedChoice:
    return CheckedChoice(
        pk=choice.pk,
        name=choice.short_name,
        goal=choice.goal,
        how=choice.how,
        stops=choice.stops,
        is_enabling=choice.kind == Choice.Kind.ENABLING,
        has_owner=choice.owner_id is not None,
    )


def _indicator(indicator: Indicator, values: dict[dt.date, Decimal], on: dt.date) -> CheckedIndicator:
    return CheckedIndicator(
        pk=indicator.pk,
        choice_id=indicator.choice_id,
        name=indicator.name,
        source=indicator.source,
        has_target=indicator.target is not None,
        path_lacks=_path_lacks(indicator),
        is_unmeasured=read_light(indicator.facts, values, on).light == Light.UNMEASURED,
    )


def _path_lacks(indicator: Indicator) -> str:
    """Only a level that has to rise or fall goes from somewhere to somewhere."""
    if indicator.direction in FLAT or indicator.kind != Indicator.Kind.LEVEL:
        return ""
    ends = ("baseline", "baseline_on", "target_on")
    return next((field for field in ends if getattr(indicator, field) is None), "")


def _action(action: Action) -> CheckedAction:
    return CheckedAction(
        pk=action.pk,
        choice_id=action.choice_id,
        result=action.result,
        responsible=_person(action.responsible),
        deadline=action.deadline,
        starts_on=action.starts_on,
        is_going=action.status == DOING,
        is_done=action.is_done,
    )


def _person(user: User) -> Person:
    return Person(user.pk, str(user), user.sort_name)
