"""Querysets of actions. `with_flags` is the SQL twin of `rules.action_flags`; a generated test keeps them equal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.conf import settings
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Expression,
    F,
    Field,
    IntegerField,
    Max,
    Min,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Greatest
from django.db.models.sql import Query

from ogsm import dates
from ogsm.pieces import LiveQuerySet
from plans import rules as plan_rules
from plans.models import Plan

from . import timeline
from .rules import AMBER, DOING, DONE, GREEN, RED, SLIPS_THAT_FLAG, TODO, Flag

if TYPE_CHECKING:
    from .models import Action


class Figures(TypedDict):
    """Counts over live actions: open, off plan, going (in progress or start passed), current among those, done."""

    open: int
    off_plan: int
    going: int
    current: int
    done: int


def going(on: dt.date) -> Q:
    """In progress, or to do with its start passed."""
    return Q(status=DOING) | Q(status=TODO, starts_on__lt=on)


def _current_since(on: dt.date) -> Expression:
    """Per row: the plan's current-since moment, as `plans.rules.current_since` says it."""
    midnight = dates.start_of_day(on, settings.TIME_ZONE)
    floor = plan_rules.current_since(dt.datetime.min.replace(tzinfo=dt.UTC), midnight)
    of_plan = Subquery(Plan.objects.filter(pk=OuterRef("plan_id")).order_by().values("current_since"))
    return Greatest(Coalesce(of_plan, Value(plan_rules.current_since(None, midnight))), Value(floor))


def _conditions(on: dt.date) -> dict[Flag, Q]:
    """Each flag of an open action as a condition."""
    late = Q(deadline__lt=on)
    start_overdue = Q(status=TODO, starts_on__lt=on)
    expected_late = Q(expected_end__gt=F("deadline"))
    return {
        Flag.LATE: late,
        Flag.START_OVERDUE: start_overdue,
        Flag.EXPECTED_LATE: expected_late,
        Flag.SLIPPED: Q(deadline_moves__gte=SLIPS_THAT_FLAG)
        & (Q(slip_discussed_at=None) | Q(last_moved_at=None) | Q(slip_discussed_at__lt=F("last_moved_at"))),
        Flag.RED: Q(light=RED),
        Flag.AMBER: Q(light=AMBER),
        Flag.NOT_JUDGED: going(on) & Q(light=""),
        Flag.NO_UPDATE: going(on) & (Q(last_update_at=None) | Q(last_update_at__lt=_current_since(on))),
        Flag.HELP: Q(open_help__gt=0),
        Flag.CONTRADICTION: Q(light=GREEN) & (late | start_overdue | expected_late),
    }


def _flag_bits(on: dt.date) -> Expression:
    """The flags of a row added up; 0 of what is done."""
    flags = [
        Case(When(condition, then=Value(int(flag))), default=Value(0), output_field=IntegerField())
        for flag, condition in _conditions(on).items()
    ]
    bits = sum(flags, start=Value(0, output_field=IntegerField()))
    return Case(When(status=DONE, then=Value(0)), default=bits, output_field=IntegerField())


class _ReadyCount(RawSQL):
    """A count over rows, as SQL."""

    contains_aggregate = True

    def get_group_by_cols(self) -> list[Any]:
        return []


class _Ready:
    """The annotations of `with_flags` and the counts over them for a day, as the SQL that Django makes of them: making
    it takes longer than the database takes to answer, and all pages of a day ask for the same. They name the table: a
    subquery about actions cannot be filtered by them, `flagged` can."""

    def __init__(self, model: type[Model], on: dt.date, using: str) -> None:
        self.query = Query(model)
        self.query.get_initial_alias()
        self.compiler = self.query.get_compiler(using)
        self.since = self._sql(_current_since(on), DateTimeField())
        self.bits = self._sql(_flag_bits(on), IntegerField())
        self.query.add_annotation(self.since, "since")
        self.query.add_annotation(self.bits, "flag_bits")
        self.counts = {name: self._sql(count, IntegerField(), _ReadyCount) for name, count in _counts(on).items()}

    def _sql(self, expression: Expression, field: Field, kind: type[RawSQL] = RawSQL) -> RawSQL:
        sql, params = self.compiler.compile(expression.resolve_expression(self.query))
        return kind(sql, params, field)


_ready = lru_cache(maxsize=16)(_Ready)


def _counts(on: dt.date) -> dict[str, Count]:
    """The figures as counts over annotated actions."""
    return {
        "open": Count("pk", filter=~Q(status=DONE)),
        "off_plan": Count("pk", filter=Q(flag_bits__gt=0)),
        "going": Count("pk", filter=going(on)),
        "current": Count("pk", filter=going(on) & Q(last_update_at__gte=F("since"))),
        "done": Count("pk", filter=Q(status=DONE)),
    }


class ActionQuerySet(LiveQuerySet):
    def in_active_plans(self) -> ActionQuerySet:
        return self.filter(plan__state="active", plan__archived_at=None)

    def not_done(self) -> ActionQuerySet:
        return self.exclude(status=DONE)

    def with_flags(self, on: dt.date) -> ActionQuerySet:
        """Annotates `flag_bits`, read through `action.flags`. No query of its own."""
        ready = _ready(self.model, on, self.db)
        return self.annotate(since=ready.since, flag_bits=ready.bits)

    def flagged(self, flags: Flag, on: dt.date) -> ActionQuerySet:
        """Open actions with any of the given flags, annotated."""
        conditions = [condition for flag, condition in _conditions(on).items() if flag in flags]
        return self.with_flags(on).not_done().filter(reduce(or_, conditions))

    def owed(self, on: dt.date) -> ActionQuerySet:
        """Live actions of active plans that are going and have no current update: an update is owed."""
        return self.live().in_active_plans().flagged(Flag.NO_UPDATE, on)

    def board_order(self) -> ActionQuerySet:
        """To do and in progress by rank; done by completion, newest first."""
        return self.order_by(F("completed_on").desc(nulls_first=True), "rank", "pk")

    def for_display(self, on: dt.date) -> ActionQuerySet:
        """With what a card or row shows: flags, choice and responsible. One query."""
        return self.with_flags(on).select_related("choice", "responsible")

    def between(self, first: dt.date, last: dt.date, on: dt.date) -> ActionQuerySet:
        """Those of which the timeline draws something from the first up to the last day: the twin of
        `timeline.extent`."""
        tail = timeline.days_after(last, timeline.TAIL_DAYS - 1)
        no_start, done = Q(starts_on=None), Q(status=DONE)
        done_begins = Q(starts_on__lte=last) | Q(completed_on__lte=last) | no_start & Q(completed_on__lte=tail)
        begins = (
            Q(starts_on__lte=last)
            | Q(original_deadline__lte=last)
            | no_start & (Q(deadline__lte=tail) | Q(original_deadline__lte=tail))
        )
        ends = Q(deadline__gte=first) | Q(original_deadline__gte=first) | Q(expected_end__gte=first)
        if on >= first:
            ends |= Q(deadline__lt=on)
        return self.filter(done & done_begins & Q(completed_on__gte=first) | ~done & begins & ends)

    def timeline_order(self, group: str) -> ActionQuerySet:
        """By strategic choice or by person ('choice', 'person'), in each what is open by deadline, then the done."""
        groups = {"choice": ["choice__position", "choice_id"], "person": ["responsible__sort_name", "responsible_id"]}
        done_last = Case(When(status=DONE, then=1), default=0, output_field=IntegerField())
        return self.order_by(*groups[group], done_last, "deadline", "pk")

    def nearest_to(self, first: dt.date, last: dt.date) -> tuple[dt.date | None, dt.date | None]:
        """(the last end before the first day, the first end after the last day) of a window without actions. An end is
        the deadline, or the day it was done. One query."""
        ends = self.order_by().annotate(end=Coalesce("completed_on", "deadline"))
        found = ends.aggregate(before=Max("end", filter=Q(end__lt=first)), after=Min("end", filter=Q(end__gt=last)))
        return found["before"], found["after"]

    def figures(self, on: dt.date) -> Figures:
        """Counts of live actions, in one query."""
        return cast(Figures, self.live().aggregate(**_ready(self.model, on, self.db).counts))

    def figures_by_plan(self, plan_ids: Iterable[int], on: dt.date) -> dict[int, Figures]:
        """The same counts for each of the plans, in one query."""
        rows = self.filter(plan__in=plan_ids).counted_by_plan(on)
        found = {row.pop("plan_id"): cast(Figures, row) for row in rows}
        return {plan_id: found.get(plan_id) or no_figures() for plan_id in plan_ids}

    def counted_by_plan(self, on: dt.date) -> QuerySet[Action, dict[str, Any]]:
        """`plan_id` and the counts of its live actions, for each plan that has any. No query of its own."""
        counts = _ready(self.model, on, self.db).counts
        return self.live().order_by().values("plan_id").annotate(**counts)


def no_figures() -> Figures:
    """Of a plan without actions."""
    return cast(Figures, dict.fromkeys(Figures.__annotations__, 0))


def percent_current(figures: Figures) -> int | None:
    """Whole percentage of going actions with a current update; None when nothing is going."""
    return round(100 * figures["current"] / figures["going"]) if figures["going"] else None
