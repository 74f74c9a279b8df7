"""Takes over what was ticked, through the verbs of the models: who, when, and in the reason the name of the file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, TypedDict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from actions.models import Action
from ogsm.pages import refusal
from ogsm.pieces import next_position
from plans.locks import lock_plan
from plans.models import Choice, IndicatorValue
from updates.models import Update

from . import layout
from .difference import Change, Difference, Fault, RowChange
from .layout import DEADLINE, LIGHT, PERIOD, STATUS
from .lookup import ComingChoice
from .piece_layout import KINDS

if TYPE_CHECKING:
    from ogsm.accounts.models import User
    from plans.access import PlanAccess
    from plans.models import Plan


class Who(TypedDict):
    by: User
    at: dt.datetime


class NotTaken(Exception):
    """Something of it cannot be done, so nothing was; `faults` says what."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults


@transaction.atomic
def take_over(
    access: PlanAccess, found: Difference, ticked: Collection[str], *, reason: str, moved_because: str, at: dt.datetime
) -> int:
    """All that is ticked or none of it; returns how many cells and rows that were. Ask under the plan's lock. Some ten
    queries for each row. NotTaken, with everything that cannot be done."""
    lock_plan(access.plan.pk)  # race: a colleague moves one of the same cards
    taken, faults = 0, []
    made: dict[str, Any] = {}  # the strategic choices that are new, by their tick
    for row in found.rows:
        chosen = [change for change in row.changes if (row.key if row.is_new else change.key) in ticked]
        if not chosen:
            continue
        try:
            with transaction.atomic():
                _place(chosen, made)
                piece = _take(access, row, chosen, reason=reason, moved_because=moved_because, at=at)
                made |= {row.key: piece} if row.is_new and row.kind == layout.CHOICES else {}
        except ValidationError as error:
            faults.append(Fault(chosen[0].address, refusal(error), row.title))
        taken += 1 if row.is_new else len(chosen)
    if faults:
        raise NotTaken(faults)
    return taken


def _place(chosen: list[Change], made: dict[str, Any]) -> None:
    """What is of a strategic choice that came with the same workbook, under the one that was just made."""
    for change in chosen:
        if isinstance(change.value, ComingChoice):
            if change.value.key not in made:
                raise ValidationError(_("Its strategic choice is new and not ticked. Tick both, or neither."))
            change.value = made[change.value.key]


def _take(
    access: PlanAccess, row: RowChange, chosen: list[Change], *, reason: str, moved_because: str, at: dt.datetime
) -> Any:
    if row.kind != layout.ACTIONS:
        return _take_piece(access, row, chosen, reason, at)
    values: dict[str, Any] = {change.field: change.value for change in chosen}
    light = values.pop(LIGHT, None)
    if row.is_new:
        action = Action.create(by=access.user, at=at, why=reason, plan=access.plan, **values)
    else:
        action = row.piece
        status = values.pop(STATUS, None)
        if values:
            why = moved_because if DEADLINE in values else reason
            action.edit(by=access.user, at=at, why=why, **values)
        if status:
            action.move_to(status, by=access.user, at=at, why=reason)
    if light is not None and light != action.light:
        said: dict[str, Any] = {"status": action.status, "light": light, "expected_end": action.expected_end}
        Update.give(action, by=access.user, at=at, done=_("Light: %(reason)s") % {"reason": reason}, **said)
    return action


def _take_piece(access: PlanAccess, row: RowChange, chosen: list[Change], reason: str, at: dt.datetime) -> Any:
    fields = {change.field: change.value for change in chosen if not change.field.startswith(PERIOD)}
    piece, who = row.piece, Who(by=access.user, at=at)
    if row.is_new:
        piece = piece_add(access.plan, row.kind, {**row.defaults, **fields}, why=reason, **who)
    elif fields:
        piece.change(why=reason, **who, **fields)
    values = {change.field.removeprefix(PERIOD): change.value for change in chosen if change.field.startswith(PERIOD)}
    entries = {entry.period.isoformat(): entry for entry in piece.values.all()} if values else {}
    for period, value in values.items():
        entry = entries.get(period) or IndicatorValue(indicator=piece, period=dt.date.fromisoformat(period))
        entry.enter(value, note=entry.note, why=reason, **who)
    return piece


def piece_add(plan: Plan, kind: str, values: dict[str, Any], *, by: User, at: dt.datetime, why: str) -> Any:
    """A new goal, strategic choice or indicator, after those there are. Up to four queries."""
    if kind == layout.CHOICES:
        return Choice.create(plan, by=by, at=at, why=why, **values)
    siblings: Any = values["choice"].indicators if kind == layout.INDICATORS else plan.goals
    of = {} if kind == layout.INDICATORS else {"plan": plan}
    piece = KINDS[kind].model(position=next_position(siblings.all()), **of, **values)
    piece.record(by=by, at=at, why=why)
    return piece
