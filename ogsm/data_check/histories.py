"""What exists has a history, and its latest row says what the row itself says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Max

from actions.models import Action
from plans.models import Plan

from .core import Finding, Scope, own_models, place, rule

# Derived or ordering only, and checked by rules of their own: written without a history on purpose.
NOT_KEPT = {Plan: {"current_since"}, Action: {"rank"}}


@rule
def history(scope: Scope) -> Iterator[Finding]:
    """Every row has a history, and the latest of it equals the row in all that it keeps. Source: method page, 'who
    changed what, when'; `ogsm.pieces.history`. Two queries per model."""
    for model in own_models():
        if hasattr(model, "history"):
            yield from _differences(scope, model)


def _differences(scope: Scope, model: Any) -> Iterator[Finding]:
    kept = model.history.model
    present = {field.attname for field in model._meta.concrete_fields}
    names = [field.attname for field in kept.tracked_fields if field.attname in present]
    names = [name for name in names if name not in {*NOT_KEPT.get(model, ()), model._meta.pk.attname}]
    rows = scope.of(model)
    last = kept.objects.order_by().values("id").annotate(last=Max("history_id")).values("last")
    if scope.plan is not None:
        last = last.filter(id__in=rows.order_by().values("pk"))
    written = kept.objects.filter(history_id__in=last).order_by()
    then = {pk: (kind, values) for pk, kind, *values in written.values_list("id", "history_type", *names)}
    for pk, *values in rows.values_list("pk", *names):
        kind, before = then.get(pk, ("", []))
        if not kind:
            what, mend = "It has no history.", "save it once in the administration; a restore may have lost it."
        elif kind == "-":
            what, mend = "By its history it was deleted.", "delete it, or save it once."
        elif values == before:
            continue
        else:
            differing = [name for name, now, was in zip(names, values, before, strict=True) if now != was]
            what = f"Its history says otherwise of {', '.join(differing)}."
            mend = "look at its history and save what is right, so that both say the same."
        yield Finding("history", place(model, pk), what, mend)
