"""The line above every page of a plan: how many actions are off plan, how current the updates are, what comes next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from django.db import connection

from actions.models import Action
from actions.querysets import Figures, no_figures, percent_current
from plans.models import Plan
from updates.models import Session
from updates.my_work import owed_count

from .ready_query import FIRST, ReadyQuery
from .request import Request


@dataclass(frozen=True)
class PlanHeader:
    """`percent_current` is None when no action is in progress yet; `next_session` when none is planned."""

    plan: Plan
    open_count: int
    off_plan_count: int
    percent_current: int | None
    next_session: Session | None


def plan_header(plan: Plan, *, on: dt.date) -> PlanHeader:
    """Two queries."""
    figures = _figures(plan, on)
    return PlanHeader(
        plan=plan,
        open_count=figures["open"],
        off_plan_count=figures["off_plan"],
        percent_current=percent_current(figures),
        next_session=next_session(plan, on=on),
    )


def next_session(plan: Plan, *, on: dt.date) -> Session | None:
    """The session that runs, or the one that comes next. One query."""
    for session in _next_session(on).objects(plan.pk):
        session.plan = plan
        return session
    return None


@lru_cache(maxsize=16)
def _next_session(on: dt.date) -> ReadyQuery[Session]:
    return ReadyQuery(Session.objects.filter(plan=FIRST).next_on(on)[:1])


def _figures(plan: Plan, on: dt.date) -> Figures:
    for row in _counts(on).rows(plan.pk):
        return cast(Figures, dict(zip(Figures.__annotations__, row, strict=True)))
    return no_figures()


@lru_cache(maxsize=16)
def _counts(on: dt.date) -> ReadyQuery:
    counted = Action.objects.filter(plan=FIRST).counted_by_plan(on)
    return ReadyQuery(counted.values_list(*Figures.__annotations__))


def my_work_count(request: Request) -> int:
    """How many updates the reader owes, beside 'My work' on every page. One query, asked once per request."""
    if not hasattr(request, "owed_count"):
        request.owed_count = owed_count(request.user, request.on)  # type: ignore[attr-defined]
    return request.owed_count  # type: ignore[attr-defined]


def header_stamp(plan: Plan, request: Request) -> tuple[Any, ...]:
    """What the page's head shows beside the plan and its actions: another value when that changed. Two queries."""
    with connection.cursor() as cursor:  # by hand: it is asked for every board, also for one that has not changed
        cursor.execute(_latest_session(), [plan.pk])
        [last] = cursor.fetchone()
    return last, my_work_count(request)


@lru_cache(maxsize=1)
def _latest_session() -> str:
    table = connection.ops.quote_name(Session.history.model._meta.db_table)
    return f"SELECT MAX(history_id) FROM {table} WHERE plan_id = %s"  # noqa: S608  (our own table)
