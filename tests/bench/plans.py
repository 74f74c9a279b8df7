"""The plans that are measured, each made once in an empty database."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from itertools import count

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from ogsm.accounts.models import User
from ogsm.demo.people import make_people
from plans.models import Choice, Goal, Indicator, IndicatorValue, Plan
from updates.models import Session

VALUES = (102, 110, 109, 121, 126, 140)


def people() -> dict[str, User]:
    """The demo people, by their first name."""
    return make_people(at=timezone.now())


def board_plan(actions: int, **options: int) -> Plan:
    """An active plan with that many actions, 20 % of them done."""
    call_command("load_bench", actions=actions, stdout=StringIO(), **options)
    return Plan.objects.order_by("-pk")[0]


def sheet_plan() -> Plan:
    """7 choices, each with 8 indicators with six months of values and 12 actions; 4 goals."""
    plan, at = board_plan(7 * 12, choices=7), timezone.now()
    author = plan.memberships.all()[0].user
    for name in ("Turnover", "Margin", "Customers", "Days absent"):
        Goal.objects.create(plan=plan, name=name, target=100, due_on=plan.ends_on)
    numbers = count(1)
    for choice in plan.choices.all():
        for _place in range(8):
            _indicator(choice, next(numbers), author, at)
    return plan


def settle() -> None:
    """Lets PostgreSQL look at what was just loaded, as it does by itself within a minute."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _indicator(choice: Choice, number: int, author: User, at: dt.datetime) -> None:
    plan = choice.plan
    indicator = Indicator.objects.create(
        choice=choice,
        position=number,
        name=f"Orders by way {number}",
        baseline=100,
        baseline_on=plan.starts_on,
        target=200,
        target_on=plan.ends_on,
    )
    month = plan.starts_on.replace(day=1)
    for value in VALUES:
        IndicatorValue.objects.create(indicator=indicator, period=month, value=value, author=author, entered_at=at)
        month = (month + dt.timedelta(days=32)).replace(day=1)


def agenda_session(actions: int) -> Session:
    """A session planned in three days, of a plan with that many actions."""
    at = timezone.now()
    session = Session(plan=board_plan(actions), starts_at=at + dt.timedelta(days=3))
    session.record(by=None, at=at)
    return session


def running_session(actions: int) -> Session:
    """The same, started a moment ago."""
    session = agenda_session(actions)
    session.start(by=None, at=timezone.now())
    return session
