"""What an action holds of its updates, help and shifts, computed again by the code that stores it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from actions.models import Action, DeadlineShift
from actions.rules import count_moves_later, was_emptied
from updates.models import HelpRequest, Update

from .core import Finding, Scope, place, rule

GIVE_ONE = "give an update of it: that stores status, light and expected end anew."


def _with_latest(scope: Scope, *fields: str) -> Any:
    """Actions with what their latest update says, each as `said_<field>`."""
    latest = Update.objects.filter(action=OuterRef("pk")).order_by("-at", "-pk")
    said = {f"said_{name}": Subquery(latest.values(name)[:1]) for name in fields}
    return scope.of(Action).annotate(**said)


@rule
def action_last_update(scope: Scope) -> Iterator[Finding]:
    """An action holds the moment of its latest update and the end expected in it. Source: docs/decisions/03-flags.md;
    `Action.note_update`."""
    rows = _with_latest(scope, "at", "expected_end")
    names = ("last_update_at", "expected_end", "said_at", "said_expected_end")
    for pk, plan, at, end, said_at, said_end in rows.values_list("pk", "plan", *names):
        for name, now, said in (("last_update_at", at, said_at), ("expected_end", end, said_end)):
            if now != said:
                what = f"Its {name} is {now}; its latest update says {said}."
                yield Finding("action_last_update", place(Action, pk, plan), what, GIVE_ONE)


@rule
def action_light(scope: Scope) -> Iterator[Finding]:
    """The light of an action is that of its latest update, unless it was emptied since: reopened, or handed over.
    Source: product page, lights; `Action.light_emptied_since`."""
    rows = _with_latest(scope, "at", "light").annotate(told=Coalesce("said_light", Value("")))
    other = list(rows.exclude(light=F("told")).values_list("pk", "plan", "light", "told", "said_at"))
    histories = _histories(pk for pk, _plan, light, *_rest in other if not light)
    for pk, plan, light, told, at in other:
        if light or not was_emptied(histories[pk], since=at):
            what = f"Its light is '{light}'; its latest update says '{told}'."
            yield Finding("action_light", place(Action, pk, plan), what, GIVE_ONE)


def _histories(pks: Any) -> dict[int, list[Any]]:
    """History rows of some actions, oldest first. One query."""
    found: dict[int, list[Any]] = defaultdict(list)
    rows = Action.history.filter(id__in=list(pks)).order_by("history_date", "history_id")
    for row in rows.only("id", "history_date", "status", "light", "responsible_id"):
        found[row.id].append(row)
    return found


@rule
def action_open_help(scope: Scope) -> Iterator[Finding]:
    """An action counts its open help. Source: `updates.help_models.recount_help`."""
    is_open = HelpRequest.objects.open().filter(action=OuterRef("pk")).order_by()
    number = is_open.values("action").annotate(number=Count("pk")).values("number")
    rows = scope.of(Action).annotate(number=Coalesce(Subquery(number, output_field=IntegerField()), 0))
    for pk, plan, counted, number_open in rows.filter(~Q(open_help=F("number"))).values_list(
        "pk", "plan", "open_help", "number"
    ):
        what = f"It counts {counted} open questions; there are {number_open}."
        mend = "in `manage.py shell`: recount_help(action, by=None, at=timezone.now())."
        yield Finding("action_open_help", place(Action, pk, plan), what, mend)


@rule
def action_deadline_moves(scope: Scope) -> Iterator[Finding]:
    """An action counts the days on which its deadline moved later. Source: method page, 'slipped';
    `actions.rules.count_moves_later`."""
    moves = defaultdict(list)
    for shift in scope.of(DeadlineShift).filter(undone_at=None):
        moves[shift.action_id].append(shift.as_move)
    rows = scope.of(Action).filter(Q(deadline_moves__gt=0) | Q(pk__in=scope.of(DeadlineShift).values("action")))
    for pk, plan, *stored in rows.values_list("pk", "plan", "deadline_moves", "last_moved_at"):
        count, last = count_moves_later(moves[pk])
        if stored != [count, last]:
            what = f"It counts {stored[0]} moves, the last on {stored[1]}; its shifts say {count}, the last on {last}."
            mend = "move the deadline and take that back: both count anew."
            yield Finding("action_deadline_moves", place(Action, pk, plan), what, mend)
