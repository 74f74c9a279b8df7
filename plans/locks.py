"""The lock of a plan: its writers wait for each other (docs/decisions/04-one-lock-per-plan.md)."""

from __future__ import annotations

from functools import lru_cache

from django.db import connection

from ogsm.held import is_held
from ogsm.ready_query import FIRST, ReadyQuery

from .models import Plan


def lock_plan(plan_id: int) -> None:
    """Wait for every other writer of this plan; held until the transaction ends. One query, none where the request
    holds it already, or on SQLite, which locked everything when the transaction began (IMMEDIATE).

    Verbs that call each other each ask for it: asking again is free of waiting.
    """
    if connection.features.has_select_for_update and not is_held(plan_id):
        _locked().rows(plan_id)


@lru_cache(maxsize=1)
def _locked() -> ReadyQuery:
    return ReadyQuery(Plan.objects.select_for_update().filter(pk=FIRST).order_by().values_list("pk"))
