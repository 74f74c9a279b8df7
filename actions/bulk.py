"""One change for many actions at once: what may and can change does, the rest is named with why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ogsm.fields import EARLIEST, LATEST, PASSED
from ogsm.pages import refusal

from .models import Action
from .table import may_change
from .table_forms import DEADLINE, RESPONSIBLE, SHIFT, STATUS

if TYPE_CHECKING:
    from plans.access import PlanAccess

FIELDS = {SHIFT: "deadline", DEADLINE: "deadline", RESPONSIBLE: "responsible", STATUS: "status"}


@dataclass
class Outcome:
    """Which actions changed, and which did not with the reason; those that were so already are in neither."""

    changed: list[Action] = field(default_factory=list)
    refused: list[tuple[Action, str]] = field(default_factory=list)
    same: int = 0


def change_many(
    access: PlanAccess, actions: Iterable[Action], wanted: dict[str, Any], *, on: dt.date, at: dt.datetime
) -> Outcome:
    """Carries out `wanted`, a valid `BulkForm`'s data, on each action. Ask under the plan's lock, in a transaction;
    each action has a savepoint of its own. Some ten queries for each action that changes."""
    outcome, name = Outcome(), FIELDS[wanted["change"]]
    for action in actions:
        if not may_change(access, action, name):
            outcome.refused.append((action, _("you may not change this")))
            continue
        try:
            with transaction.atomic():
                changed = _change(access, action, wanted, on=on, at=at)
        except ValidationError as error:
            outcome.refused.append((action, refusal(error)))
        else:
            if changed:
                outcome.changed.append(action)
            else:
                outcome.same += 1
    return outcome


def _change(access: PlanAccess, action: Action, wanted: dict[str, Any], *, on: dt.date, at: dt.datetime) -> bool:
    """True when anything changed. ValidationError with the reason why it cannot."""
    by, change = access.user, wanted["change"]
    if change == STATUS:
        return action.move_to(wanted["status"], by=by, at=at)
    if change == RESPONSIBLE:
        return bool(action.edit(by=by, at=at, responsible=wanted["responsible"]))
    if action.is_done:
        raise ValidationError(_("It is done already."))
    deadline = wanted["deadline"] if change == DEADLINE else action.deadline + dt.timedelta(days=wanted["days"])
    if not EARLIEST <= deadline <= LATEST:
        raise ValidationError(_("Choose a day between 2000 and 2099."))
    if deadline < on and not access.plan.is_draft:
        raise ValidationError(PASSED)
    return bool(action.edit(by=by, at=at, why=wanted["reason"], deadline=deadline))
