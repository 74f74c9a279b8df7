"""Pieces of a plan as the check sees them, without a fault unless a test gives them one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from plans.check.core import CheckedAction, CheckedChoice, CheckedGoal, CheckedIndicator, CheckedPlan, Person

ON = dt.date(2026, 6, 11)
STARTS_ON, ENDS_ON = dt.date(2026, 1, 1), dt.date(2027, 12, 31)
KARIN = Person(1, "Karin de Boer", "Boer, Karin de")
JOOST = Person(2, "Joost van Leeuwen", "Leeuwen, Joost van")


def goal(pk: int = 1, **values: Any) -> CheckedGoal:
    return replace(CheckedGoal(pk, "vaste klanten", Decimal(80), ENDS_ON), **values)


def choice(pk: int = 1, **values: Any) -> CheckedChoice:
    whole = CheckedChoice(pk, f"Keuze {pk}", "Wij kennen elke klant", "actief accountmanagement", "losse acties")
    return replace(whole, **values)


def indicator(pk: int = 1, choice_id: int = 1, **values: Any) -> CheckedIndicator:
    return replace(CheckedIndicator(pk, choice_id, "Klanten met een plan", "CRM"), **values)


def action(pk: int = 1, choice_id: int = 1, **values: Any) -> CheckedAction:
    whole = CheckedAction(
        pk, choice_id, f"Elke klant heeft accountplan {pk}", KARIN, ON + dt.timedelta(days=30), starts_on=ON
    )
    return replace(whole, **values)


def plan(**values: Any) -> CheckedPlan:
    """A plan in mid-year that nothing can be said of."""
    whole = CheckedPlan(
        STARTS_ON,
        ENDS_ON,
        ambition="In 2027 is elke klant een vaste klant",
        goals=(goal(),),
        choices=(choice(),),
        indicators=(indicator(),),
        actions=(action(),),
    )
    return replace(whole, **values)
