"""What the rules share: what they find, the rows they look at, one state of the data for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from plans.models import Plan

APPS = ("accounts", "plans", "actions", "updates")
MODULES = ("database", "board", "people", "judgements", "sessions", "parents", "histories", "mails")
FARTHEST = 4  # links from a row to its plan


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be: which rule, where, what is wrong, and how to put it right."""

    rule: str
    where: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}: {self.what} To mend: {self.mend}"


@dataclass(frozen=True)
class Scope:
    """The rows that are looked at: of one plan (its id), or of all plans and what belongs to none."""

    plan: int | None = None

    def of(self, model: type[models.Model]) -> Any:
        """The rows of a model, in the order of their numbers; none where it belongs to no plan but one is asked for."""
        rows = model._default_manager.order_by("pk")
        if self.plan is None:
            return rows
        path = path_to_plan(model)
        return rows.filter(**{path: self.plan}) if path else rows.none()


Rule = Callable[[Scope], Iterator[Finding]]
RULES: list[Rule] = []


def rule(function: Rule) -> Rule:
    """Registers a rule; its findings carry its name."""
    RULES.append(function)
    return function


def own_models() -> list[type[models.Model]]:
    """The product's models, without the histories."""
    found = [model for label in APPS for model in apps.get_app_config(label).get_models()]
    return [model for model in found if not str(model._meta.model_name).startswith("historical")]


@cache
def path_to_plan(model: type[models.Model]) -> str:
    """The shortest way from a row to the plan it belongs to, as a lookup; links that may be empty only where nothing
    else leads there. '' for what belongs to no plan."""
    for may_be_empty in (False, True):
        ways: list[tuple[str, Any]] = [("", model)]
        for _step in range(FARTHEST):
            for way, here in ways:
                if here is Plan:
                    return way or "pk"
            ways = [
                (f"{way}__{field.name}".removeprefix("__"), field.related_model)
                for way, here in ways
                for field in here._meta.concrete_fields
                if field.is_relation and (may_be_empty or not field.null)
            ]
    return ""


def check_data(plan: int | None = None) -> list[Finding]:
    """Every rule over one plan or over everything. Reads only; the queries do not grow with the rows."""
    for module in MODULES:
        import_module(f"{__package__}.{module}")
    scope = Scope(plan)
    with one_state():
        return [finding for each in RULES for finding in each(scope)]


@contextmanager
def one_state() -> Iterator[None]:
    """What was true at one moment, however many write meanwhile, and nothing can be written. Inside a transaction
    that is open already, its state."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # by hand: a transaction of Django's would hold the lock for writing
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = ON")
            cursor.execute("BEGIN")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
                cursor.execute("PRAGMA query_only = OFF")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def place(row: models.Model | type[models.Model], pk: object, plan: object = None) -> str:
    """'action 12 in plan 3': what somebody can look up."""
    name = row._meta.model_name
    return f"{name} {pk}" + (f" in plan {plan}" if plan is not None else "")
