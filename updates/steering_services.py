"""Decisions of a steering or plan session: on a choice, an indicator, a target, a goal. Like those of services.py each
writes the plan and the record in one transaction, under the plan's lock, and can be taken back until the closing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from copy import copy
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ogsm.pieces import UNDONE
from plans.undo.words import who_left

from .models import AgendaLine, Decision, Session

if TYPE_CHECKING:
    from ogsm.accounts.models import User
    from plans.models import Choice, Goal, Indicator

Kind = Decision.Kind
JUDGING = (Session.Kind.STEERING, Session.Kind.PLAN)
PERSONS = ("responsible_id", "owner_id", "entered_by_id")


def piece_of(line: AgendaLine) -> Choice | Indicator | Goal | None:
    """What such a line is about, if it still stands."""
    piece = line.choice or line.indicator or line.goal
    if piece is None or piece.is_archived:
        return None
    return None if line.indicator and line.indicator.choice.is_archived else piece


def _locked(line: AgendaLine, kind: str) -> Any:
    """The line's piece, fresh and locked with its plan. ValidationError when it has none of that kind, or when this is
    no session that changes the plan itself."""
    line.session._lock(Session.State.RUNNING)
    line.refresh_from_db()
    piece = piece_of(line)
    if piece is None or piece._meta.model_name != kind:
        raise ValidationError(_("This line is not about something of the plan that still stands."), code="piece")
    if line.session.kind not in JUDGING:
        raise ValidationError(_("The plan itself changes in a steering or plan session only."), code="kind")
    return piece


@transaction.atomic
def _change(
    line: AgendaLine, piece: Any, kind: str, values: Mapping[str, Any], *, reason: str, by: User, at: dt.datetime,
    before: str, after: str, **record: Any,
) -> Decision:  # fmt: skip
    """Set the values with the reason in the piece's history, and keep what they were to take it back."""
    from .services import _record

    old = {name: _stored(piece, name) for name in values}
    changed = piece.change(by=by, at=at, why=reason.strip(), **values)
    if not changed:
        raise ValidationError(_("Nothing is changed: it says so already."), code="same")
    piece.refresh_from_db()
    replaced = {name: [old[name], now] for name in values if (now := _stored(piece, name)) != old[name]}
    text = reason.strip()
    return _record(line, kind, by=by, at=at, text=text, before=before, after=after, replaced=replaced, **record)


def _stored(piece: Any, name: str) -> Any:
    """A field's value as JSON can hold it, the same before and after a save."""
    field = piece._meta.get_field(name)
    value = getattr(piece, field.attname)
    if isinstance(value, Decimal):
        return f"{value.quantize(Decimal('0.0001')):f}"
    return value.isoformat() if isinstance(value, dt.date) else value


def statement(goal: str, how: str) -> str:
    """A choice's two halves as a decision keeps them: a line each, joined by the reader's own word when read."""
    return f"{goal}\n{how}" if how else goal


@transaction.atomic
def choice_change(line: AgendaLine, *, goal: str, how: str, reason: str, by: User, at: dt.datetime) -> Decision:
    """Other words for what we want with a choice, or for how."""
    choice: Choice = _locked(line, "choice")
    return _change(
        line, choice, Kind.CHOICE_CHANGED, {"goal": goal, "how": how}, reason=reason, by=by, at=at,
        before=statement(choice.goal, choice.how), after=statement(goal, how),
    )  # fmt: skip


@transaction.atomic
def owner_change(line: AgendaLine, *, owner: User, reason: str, by: User, at: dt.datetime) -> Decision:
    """Hand the choice to another owner."""
    choice: Choice = _locked(line, "choice")
    if owner == choice.owner:
        raise ValidationError({"owner": _("This person owns the choice already.")})
    return _change(
        line, choice, Kind.OTHER_OWNER, {"owner": owner}, reason=reason, by=by, at=at,
        before=str(choice.owner or ""), after=str(owner),
    )  # fmt: skip


@transaction.atomic
def indicator_change(
    line: AgendaLine, *, name: str, source: str, entered_by: User | None, reason: str, by: User, at: dt.datetime
) -> Decision:
    """Another name or definition for an indicator, or somebody else who enters it."""
    indicator: Indicator = _locked(line, "indicator")
    values = {"name": name, "source": source, "entered_by": entered_by}
    was = {each: getattr(indicator, each) for each in values}
    differing = [each for each in values if was[each] != values[each]]
    before, after = (" · ".join(str(said[each] or "—") for each in differing)[:500] for said in (was, values))
    return _change(
        line, indicator, Kind.INDICATOR_CHANGED, values, reason=reason, by=by, at=at, before=before, after=after
    )


@transaction.atomic
def target_change(
    line: AgendaLine, *, target: Decimal, due_on: dt.date | None, reason: str, by: User, at: dt.datetime
) -> Decision:
    """Another target for an indicator or a goal, with the reason; `due_on` is the day it is for."""
    piece: Any = _locked(line, "goal" if line.goal_id else "indicator")
    day = "due_on" if line.goal_id else "target_on"
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the target changes.")})
    if day == "due_on" and due_on is None:
        raise ValidationError({"due_on": _("A goal has a day.")})
    starts = getattr(piece, "baseline_on", None)
    if due_on and starts and due_on < starts:
        raise ValidationError({"due_on": _("The target's date lies before the baseline's.")})
    return _change(
        line, piece, Kind.TARGET_CHANGED, {"target": target, day: due_on}, reason=reason, by=by, at=at,
        before=amount_and_day(piece.target, piece.unit, getattr(piece, day)),
        after=amount_and_day(target, piece.unit, due_on),
    )  # fmt: skip


def amount_and_day(amount: Decimal | None, unit: str, day: dt.date | None) -> str:
    """'80000.0000 eur 2026-12-31': facts that are put in words when they are read; '-' stands for nothing."""
    return " ".join([_amount(amount), unit, day.isoformat() if day else "-"])


def _amount(amount: Decimal | None) -> str:
    return "-" if amount is None else f"{amount.normalize():f}"


@transaction.atomic
def goal_judge(
    line: AgendaLine, *, judgement: str, actual: Decimal | None, reason: str = "", by: User, at: dt.datetime
) -> Decision:
    """Reached, partly or not, with the actual value: only in a plan session."""
    goal: Goal = _locked(line, "goal")
    if line.session.kind != Session.Kind.PLAN:
        raise ValidationError(_("Goals are judged in a plan session only."), code="kind")
    before = f"{goal.judgement} {_amount(goal.actual)} {goal.unit}" if goal.judgement else ""
    return _change(
        line, goal, Kind.GOAL_JUDGED, {"judgement": judgement, "actual": actual}, reason=reason, by=by, at=at,
        before=before, after=f"{judgement} {_amount(actual)} {goal.unit}",
    )  # fmt: skip


def take_back(decision: Decision, *, by: User, at: dt.datetime) -> None:
    """Put the piece's fields back, unless one has changed again since."""
    line = decision.line
    piece: Any = piece_of(line) if line else None
    if piece is None:
        raise ValidationError(_("What it was about no longer stands."), code="stale")
    if any(_stored(piece, name) != new for name, (_old, new) in decision.replaced.items()):
        raise ValidationError(_("It has changed again since."), code="stale")
    values = {}
    for name, (old, _new) in decision.replaced.items():
        field = piece._meta.get_field(name)
        values[field.attname] = None if old is None else field.to_python(old)
    require_taking_part(decision, values)
    together = copy(piece)
    for name, value in values.items():
        setattr(together, name, value)
    together.validate_constraints()
    piece.change(by=by, at=at, why=UNDONE, **values)


def require_taking_part(decision: Decision, values: Mapping[str, Any]) -> None:
    """ValidationError when somebody would get work back who takes no part in the plan any more. One query, if any."""
    people = {values[name] for name in PERSONS if values.get(name)}
    taking_part = decision.plan.memberships.taking_part()
    if people and taking_part.filter(user__in=people).count() < len(people):
        raise ValidationError(f"{capfirst(who_left())}.", code="left")
