"""Many cards at once: moved to a column together, and taken back together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef

from plans.locks import lock_plan

from .models import Action, StaleMove

if TYPE_CHECKING:
    from ogsm.accounts.models import User
    from plans.models import Plan

MOST_AT_ONCE = 200
Why = StaleMove | ValidationError | None  # None: may not


@dataclass
class Together:
    """Which cards moved, in the order asked for, and which did not with the reason; those that were there already are
    in `same`, the numbers of those that are archived or never were in `gone`."""

    moved: list[Action] = field(default_factory=list)
    refused: list[tuple[Action, Why]] = field(default_factory=list)
    same: list[Action] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)

    @property
    def touched(self) -> list[int]:
        """The numbers of all cards that were asked for and are still there."""
        return [action.pk for action in (*self.moved, *self.same, *(action for action, _why in self.refused))]

    def take(self, action: Action, may: Callable[[Action], bool], act: Callable[[], bool]) -> None:
        """Tries it on one action; a verb that refuses has changed nothing."""
        if not may(action):
            self.refused.append((action, None))
            return
        try:
            changed = act()
        except (StaleMove, ValidationError) as error:
            self.refused.append((action, error))
        else:
            (self.moved if changed else self.same).append(action)


@transaction.atomic
def move_together(
    plan: Plan,
    seen: Mapping[int, int | None],
    status: str,
    *,
    may: Callable[[Action], bool],
    by: User | None,
    at: dt.datetime,
) -> Together:
    """Put cards, by number with the version that was seen, on top of a column, in the order given.

    Each is judged by itself: whether it `may` be moved, and whether it is still where it was seen. What cannot move
    stays and is told with why; the others move. Some ten queries for each card that moves.
    """
    actions, outcome = _live(plan, seen)
    for action in reversed(actions):  # each goes on top, so the first one goes last
        outcome.take(action, may, partial(action.move_to, status, by=by, at=at, version=seen[action.pk]))
    outcome.moved.reverse()
    outcome.refused.reverse()
    return outcome


@transaction.atomic
def undo_together(
    plan: Plan, acted_at: dt.datetime, *, may: Callable[[Action], bool], by: User, at: dt.datetime
) -> Together:
    """Take back all one moved at a moment, card by card: what has been moved again since stays, and is told.

    The moves are found in the history, by who made them and when: nothing else has to be kept. Asking twice changes
    nothing more. Some ten queries for each card that goes back.
    """
    history = Action.history.filter(plan_id=plan.pk)
    earlier = history.filter(id=OuterRef("id"), version=OuterRef("version"), history_id__lt=OuterRef("history_id"))
    moves = history.filter(~Exists(earlier), history_date=acted_at, history_user=by, history_type="~")
    versions = dict(moves.order_by("history_id").values_list("id", "version"))
    actions, outcome = _live(plan, versions)
    for action in actions:
        outcome.take(action, may, partial(action.undo_move, by=by, at=at, version=versions[action.pk]))
    return outcome


def _live(plan: Plan, numbers: Iterable[int]) -> tuple[list[Action], Together]:
    """The actions with these numbers, in this order, and an outcome that knows which are gone. Under the plan's
    lock. Three queries."""
    lock_plan(plan.pk)
    wanted = list(numbers)
    actions = plan.actions.live().filter(pk__in=wanted).select_related("plan", "choice", "responsible")
    found = {action.pk: action for action in actions.prefetch_related("involved")}
    return [found[pk] for pk in wanted if pk in found], Together(gone=[pk for pk in wanted if pk not in found])
