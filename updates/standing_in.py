"""My work of who stands in for somebody: the updates that person owes and the help asked of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q

from actions.models import Action
from actions.rules import off_plan_key
from plans.models import Choice
from plans.stand_in_models import StandIn

from .items import UpdateItem, latest_updates
from .models import HelpRequest

if TYPE_CHECKING:
    from ogsm.accounts.models import User

SOON_DAYS = 14


@dataclass
class Cover:
    """Somebody the user stands in for, the updates they owe in that plan and the help asked of them."""

    stand_in: StandIn
    plan_name: str = ""
    owed: list[UpdateItem] = field(default_factory=list)
    helps: list[HelpRequest] = field(default_factory=list)

    @property
    def person(self) -> User:
        return self.stand_in.person


def stand_ins_of(
    user: User, names: dict[int, str], numbers: dict[int, Choice], on: dt.date, *, plans: list[int]
) -> tuple[list[Cover], list[StandIn]]:
    """(those the user stands in for today, with what they owe; who stands in for the user, now or soon), in these
    plans (their ids). `names` are the plans' names, `numbers` live choices with their number. One query; five when the
    user stands in for somebody."""
    if not plans:
        return [], []
    soon = on + dt.timedelta(days=SOON_DAYS)
    rows = list(
        StandIn.objects.not_over(on)
        .filter(Q(person=user) | Q(deputy=user), plan__in=plans, first_on__lte=soon)
        .select_related("person", "deputy", "plan")
    )
    absences = [row for row in rows if row.person_id == user.pk]
    covers = {
        (row.plan_id, row.person_id): Cover(row, names[row.plan_id])
        for row in rows
        if row.deputy_id == user.pk and row.holds_on(on)
    }
    if covers:
        for item in _owed_by_others(user, covers.keys(), names, numbers, on):
            covers[item.action.plan_id, item.action.responsible_id].owed.append(item)
        for request in _asked_of_others(covers.keys(), names, numbers):
            covers[request.action.plan_id, request.asked_of_id or 0].helps.append(request)
    return list(covers.values()), absences


def _owed_by_others(
    user: User, whose: Iterable[tuple[int, int]], names: dict[int, str], numbers: dict[int, Choice], on: dt.date
) -> list[UpdateItem]:
    """What others owe, for (plan, person) pairs; worst first. Three queries."""
    wanted = Q()
    for plan, person in whose:
        wanted |= Q(plan=plan, responsible=person)
    actions = list(
        Action.objects.owed(on).filter(wanted).with_flags(on).select_related("choice", "responsible", "plan")
    )
    actions.sort(key=lambda action: off_plan_key(action.flag_bits, action.deadline, on, action.pk))
    updates, drafts = latest_updates(user, [action.pk for action in actions])
    for action in actions:
        action.choice = numbers.get(action.choice_id, action.choice)
    return [
        UpdateItem(
            action, on, updates.get(action.pk), drafts.get(action.pk), names[action.plan_id],
            on_behalf=action.responsible,
        )
        for action in actions
    ]  # fmt: skip


def _asked_of_others(
    whose: Iterable[tuple[int, int]], names: dict[int, str], numbers: dict[int, Choice]
) -> list[HelpRequest]:
    """Open help asked by name of others, for (plan, person) pairs; each says that it is (`stands_in`). One query."""
    pairs = set(whose)
    asked = HelpRequest.objects.asked_of_any({person for _plan, person in pairs})
    helps = [request for request in asked if (request.action.plan_id, request.asked_of_id) in pairs]
    for request in helps:
        request.stands_in = True
        request.plan_name = names[request.action.plan_id]
        request.action.choice = numbers.get(request.action.choice_id, request.action.choice)
    return helps
