"""The line above every page of a plan: how many actions are off plan, how current the updates are, what comes next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from actions.querysets import percent_current
from plans.models import Plan
from updates.models import Session


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
    figures = plan.actions.figures(on)
    return PlanHeader(
        plan=plan,
        open_count=figures["open"],
        off_plan_count=figures["off_plan"],
        percent_current=percent_current(figures),
        next_session=plan.sessions.next_on(on).first(),
    )
