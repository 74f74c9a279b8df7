"""A plan with everything in it, and ways to break it that neither the product nor its database would allow."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model

from ogsm.data_check import check_data
from tests import factories
from tests.updates.meeting import closed, planned
from updates import outbox
from updates.models import Update

DAY = dt.timedelta(days=1)


@pytest.fixture
def world(plan, choice, action, responsible, member, process_owner, plan_owner, on, at) -> SimpleNamespace:
    """Everything made by its own verb; a second plan for what lies in the wrong one."""
    before = {"by": responsible, "at": at - 40 * DAY}
    doing = factories.ActionFactory(choice=choice, responsible=responsible, status="doing", involved=[member])
    Update.give(doing, status="doing", light="amber", need="Wie helpt?", expected_end=on + 9 * DAY, **before)
    doing.shift_deadline(on + 60 * DAY, reason="Later", by=responsible, at=at - 39 * DAY)
    point = factories.AgendaPointFactory(plan=plan)
    held = [closed(plan, process_owner, days) for days in (-30, -10)]
    done = factories.ActionFactory(choice=choice, responsible=responsible, status="done")
    indicator = factories.IndicatorFactory(choice=choice, entered_by=member)
    promise = factories.DecisionFactory(plan=plan, session=held[1], who=member, action=doing)
    outbox.queue(occasion="greeting", user=member, template="minutes", at=at, plan=plan)
    other = factories.MembershipFactory(role="owner").plan
    session = held[1]
    return SimpleNamespace(
        plan=plan, choice=choice, todo=action, doing=doing, done=done, promise=promise, session=session, point=point,
        line=session.lines.get(action=doing), coming=planned(plan, 12), mail=outbox.OutgoingMail.objects.get(),
        value=factories.IndicatorValueFactory(indicator=indicator), indicator=indicator, update=doing.updates.get(),
        member=plan.memberships.get(user=member), owner=plan.memberships.get(user=plan_owner), other=other,
        people=session.attendance.first(), step=factories.StepFactory(action=action), shift=doing.shifts.get(),
        help=doing.help_requests.get(), other_choice=factories.ChoiceFactory(plan=other),
    )  # fmt: skip


def loosen(table: str) -> None:
    """Puts a copy of a table without any constraint in its place, until the test ends."""
    where = "main" if connection.vendor == "sqlite" else "public"
    with connection.cursor() as cursor:
        copied = f'SELECT * FROM {where}."{table}"'  # noqa: S608  (a table of ours)
        cursor.execute(f'CREATE TEMP TABLE IF NOT EXISTS "{table}" AS {copied}')


def put(row: Model, **values: Any) -> None:
    """Writes values into a row and into the latest of its history, past all rules."""
    model = type(row)
    loosen(model._meta.db_table)
    model._base_manager.filter(pk=row.pk).update(**values)
    if hasattr(model, "history"):
        kept = {name for field in model.history.model.tracked_fields for name in (field.name, field.attname)}
        loosen(model.history.model._meta.db_table)
        last = model.history.filter(id=row.pk).order_by("-history_id").first()
        told = {name: value for name, value in values.items() if name in kept}
        if told:
            model.history.filter(history_id=last.history_id).update(**told)


def again(row: Model, **values: Any) -> None:
    """The same row a second time, with its history."""
    model = type(row)
    loosen(model._meta.db_table)
    second = copy.copy(row)
    second.pk = 10_000 + row.pk
    model._base_manager.bulk_create([second])
    if hasattr(model, "history"):
        loosen(model.history.model._meta.db_table)
        last = model.history.filter(id=row.pk).order_by("-history_id").first()
        last.history_id, last.id = 10_000 + last.history_id, second.pk
        model.history.model.objects.bulk_create([last])
    put(second, **values)


@pytest.fixture
def found() -> Callable[[], list[str]]:
    """The names of the rules that are broken."""
    return lambda: [finding.rule for finding in check_data()]
