"""Children lie in the plan of their parents, whichever way one goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q

from actions.models import Action
from ogsm.dates import period_start
from plans.models import IndicatorValue
from updates.models import AgendaLine, Decision, GoalReview, HelpRequest, Session

from .core import Finding, Scope, path_to_plan, place, rule

# model, one way, another way: both must lead to the same, where both lead anywhere
SAME: list[tuple[Any, str, str]] = [
    (Action, "plan", "choice__plan"),
    (Action.serves.through, "action__plan", "indicator__choice__plan"),
    (HelpRequest, "action", "update__action"),
    (Session, "pk", "current_line__session"),
    (AgendaLine, "session__plan", "action__plan"),
    (AgendaLine, "session__plan", "indicator__choice__plan"),
    (AgendaLine, "session__plan", "choice__plan"),
    (AgendaLine, "session__plan", "goal__plan"),
    (AgendaLine, "session__plan", "help_request__action__plan"),
    (AgendaLine, "session__plan", "agreement__plan"),
    (Decision, "plan", "session__plan"),
    (Decision, "plan", "action__plan"),
    (Decision, "session", "line__session"),
    (Decision, "action", "shift__action"),
    (GoalReview, "session__plan", "goal__plan"),
]


@rule
def parents(scope: Scope) -> Iterator[Finding]:
    """Everything lies in the plan of what it belongs to: an action in that of its choice, a decision or agreement in
    that of its session and its action. Source: product page, 'the plan is the boundary'; `plans.access`."""
    for model, one, other in SAME:
        rows = model._default_manager.order_by("pk")
        if scope.plan is not None:
            rows = rows.filter(**{_plan_of(model): scope.plan})
        apart = rows.exclude(Q(**{one: None}) | Q(**{other: None})).exclude(**{one: F(other)})
        for pk, here, there in apart.values_list("pk", one, other):
            what = f"{_said(one).capitalize()} is {here}, but {_said(other)} is {there}."
            yield Finding("parents", place(model, pk), what, "put right which of the two it belongs to.")


def _plan_of(model: Any) -> str:
    return "action__plan" if model is Action.serves.through else path_to_plan(model)


def _said(way: str) -> str:
    """'the plan of its choice' for choice__plan."""
    if way == "pk":
        return "its number"
    *through, last = way.split("__")
    return " of ".join([f"the {last}", *(f"its {one}" for one in reversed(through))]) if through else f"its {last}"


@rule
def value_period(scope: Scope) -> Iterator[Finding]:
    """A value stands on the first day of a period of its indicator. Source: `Indicator.enter`."""
    rows = scope.of(IndicatorValue).values_list("pk", "indicator", "period", "indicator__frequency")
    for pk, indicator, period, frequency in rows:
        if period != period_start(period, frequency):
            what = f"It stands on {period}, which begins no {frequency}."
            mend = "enter it on its period and delete this one."
            yield Finding("value_period", f"{place(IndicatorValue, pk)} of indicator {indicator}", what, mend)
