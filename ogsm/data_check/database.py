"""What the database itself refuses, asked again: a restored or hand-mended database may have lost its constraints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import CheckConstraint, Count, Exists, OuterRef, QuerySet, UniqueConstraint

from .core import Finding, Scope, own_models, place, rule

BY_HAND = "put the row right in the administration, or by hand, and run `manage.py migrate` so that nothing is missing."


@rule
def refused(scope: Scope) -> Iterator[Finding]:
    """Every named check of a model holds: an end after its beginning, done with its day, known states and lights.
    Source: `constraints` of the models."""
    for model in own_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, CheckConstraint):
                for pk in scope.of(model).exclude(constraint.condition).values_list("pk", flat=True):
                    yield Finding(constraint.name, place(model, pk), str(constraint.violation_error_message), BY_HAND)


@rule
def twice(scope: Scope) -> Iterator[Finding]:
    """What may be there once is there once: one running session per plan, one value per period, one mail per person and
    occasion, one membership. Source: `constraints` and unique fields of the models."""
    for model in own_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, UniqueConstraint):
                keys = _keys(constraint)
                rows = scope.of(model).filter(constraint.condition) if constraint.condition else scope.of(model)
                said = str(constraint.violation_error_message)
                yield from _doubles(rows, keys, constraint.name, said)
        for field in model._meta.concrete_fields:
            if field.unique and not field.primary_key:
                said = f"More than one has the same {field.name}."
                yield from _doubles(scope.of(model), {field.name: field.attname}, f"unique_{field.name}", said)


def _keys(constraint: UniqueConstraint) -> dict[str, Any]:
    """Name → field or expression that together may be there once."""
    expressions = {f"key{number}": one for number, one in enumerate(getattr(constraint, "expressions", ()))}
    return expressions or {name: name for name in constraint.fields}


def _doubles(rows: QuerySet[Any], keys: dict[str, Any], name: str, said: str) -> Iterator[Finding]:
    made = {key: value for key, value in keys.items() if not isinstance(value, str)}
    plain = [value for value in keys.values() if isinstance(value, str)]
    known = rows.exclude(**{f"{field}__isnull": True for field in plain}) if len(plain) == 1 else rows
    grouped = known.order_by().annotate(**made).values(*made, *plain)
    for found in grouped.annotate(times=Count("pk")).filter(times__gt=1).order_by(*made, *plain):
        times = found.pop("times")
        where = f"{rows.model._meta.model_name} with " + ", ".join(f"{key} {value}" for key, value in found.items())
        yield Finding(name, where, f"{said} There are {times}.", "keep the one that is right and delete the others.")


@rule
def orphan(scope: Scope) -> Iterator[Finding]:
    """No row points at one that is not there. Source: the foreign keys of the models."""
    for model in own_models():
        between: list[Any] = [field.remote_field.through for field in model._meta.local_many_to_many]
        for holder in [model, *(one for one in between if one._meta.auto_created)]:
            for field in holder._meta.concrete_fields:
                if field.is_relation:
                    yield from _orphans(scope, model, holder, field)


def _orphans(scope: Scope, model: Any, holder: Any, field: Any) -> Iterator[Finding]:
    rows = scope.of(model) if holder is model else holder._default_manager.order_by("pk")
    if holder is not model and scope.plan is not None:
        own = next(one for one in holder._meta.concrete_fields if one.related_model is model)
        rows = rows.filter(**{f"{own.attname}__in": scope.of(model).values("pk")})
    there = field.related_model._base_manager.filter(pk=OuterRef(field.attname))
    lost = rows.filter(~Exists(there), **{f"{field.attname}__isnull": False})
    for pk, missing in lost.values_list("pk", field.attname):
        what = f"Its {field.name} is {missing}, which does not exist."
        mend = "restore what is missing from a backup" + (", or empty the field." if field.null else ", or delete it.")
        yield Finding("orphan", place(holder, pk), what, mend)
