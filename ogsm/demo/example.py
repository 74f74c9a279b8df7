"""An example plan to look at before making one's own: part of a demo plan, as a draft of whoever asks for it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from actions.models import Action
from ogsm.dates import add_months
from plans.models import Choice, Goal, Indicator, Membership, Plan

from .dutch import PLAN as DUTCH
from .english import PLAN as ENGLISH
from .tables import PlanTable

if TYPE_CHECKING:
    from ogsm.accounts.models import User

FRIDAY, DUE_ON = 4, 19  # a deadline is in the second half of its month, on a working day
WEEKS_OF_WORK = 8
INDICATORS_EACH = 3
# in the order of their deadlines, one a month: what is there first helps what comes later
ACTIONS = {
    "nl": (
        "accountplan", "picfouten", "opleidingsplan", "calculatie", "nps", "avondlijn",
        "loopbaan", "zoeken", "onder65", "retouren", "bbl", "catalogus",
    ),
    "en": (
        "counts", "lessons", "locations", "budgets", "tickets", "booking",
        "loans", "friends", "neighbours", "agreements", "partners", "range",
    ),
}  # fmt: skip


def _table(language: str) -> tuple[PlanTable, tuple[str, ...]]:
    """The plan in the reader's language, and the actions chosen from it."""
    return (DUTCH, ACTIONS["nl"]) if language.startswith("nl") else (ENGLISH, ACTIONS["en"])


def example_name(language: str) -> str:
    """Says that it is an example."""
    return _("Example: %(organisation)s") % {"organisation": _table(language)[0].organisation}


@transaction.atomic
def example_make(*, by: User, at: dt.datetime, on: dt.date, language: str) -> Plan:
    """A complete draft of a year from the coming month, everything in it `by`'s own. About 150 queries."""
    table, keys = _table(language)
    starts_on = add_months(on.replace(day=1), 1)
    ends_on = add_months(starts_on, 12) - dt.timedelta(days=1)
    plan = Plan(
        name=example_name(language),
        organisation=table.organisation,
        starts_on=starts_on,
        ends_on=ends_on,
        ambition=table.ambition.format(start=starts_on.year, end=ends_on.year),
    )
    plan.record(by=by, at=at)
    Membership(plan=plan, user=by, role=Membership.Role.OWNER).record(by=by, at=at)
    acts = {act.key: act for act in table.actions if act.key in keys}
    used = {act.choice for act in acts.values()}
    choices: dict[str, Choice] = {}
    for number, row in enumerate(row for row in table.choices if row.short_name in used):
        choices[row.short_name] = choice = Choice(
            plan=plan, owner=by, position=number, colour=number + 1,
            short_name=row.short_name, goal=row.goal, how=row.how, stops=row.stops, kind=row.kind,
        )  # fmt: skip
        choice.record(by=by, at=at)
    _add_figures(plan, table, choices, by, at)
    for number, act in enumerate(acts[key] for key in keys):
        deadline = _working_day(add_months(starts_on, number) + dt.timedelta(days=DUE_ON))
        Action.create(
            by=by, at=at, plan=plan, choice=choices[act.choice], responsible=by,
            result=act.result, description=act.description,
            starts_on=max(starts_on, deadline - dt.timedelta(weeks=WEEKS_OF_WORK)), deadline=deadline,
        )  # fmt: skip
    return plan


def _working_day(day: dt.date) -> dt.date:
    """The same day, or the Friday before a weekend."""
    return day - dt.timedelta(days=max(day.weekday() - FRIDAY, 0))


def _add_figures(plan: Plan, table: PlanTable, choices: dict[str, Choice], by: User, at: dt.datetime) -> None:
    """Goals, and a few indicators of each choice, from the day before the plan starts to its end."""
    for position, goal in enumerate(table.goals):
        Goal(
            plan=plan, name=goal.name, unit=goal.unit, baseline=Decimal(goal.baseline), target=Decimal(goal.target),
            due_on=plan.ends_on, position=position,
        ).record(by=by, at=at)  # fmt: skip
    for name, choice in choices.items():
        rows = [row for row in table.indicators if row.choice == name][:INDICATORS_EACH]
        for position, row in enumerate(rows):
            Indicator(
                choice=choice, name=row.name, unit=row.unit, direction=row.direction, kind=row.kind,
                frequency=row.frequency, source=row.source, position=position,
                baseline=Decimal(row.baseline), baseline_on=plan.starts_on - dt.timedelta(days=1),
                target=Decimal(row.target), target_on=plan.ends_on,
                amber_limit=None if row.amber_limit is None else Decimal(row.amber_limit),
            ).record(by=by, at=at)  # fmt: skip
