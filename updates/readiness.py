"""Who has given the updates that a session needs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q

from actions.querysets import going
from actions.rules import Flag

if TYPE_CHECKING:
    from ogsm.accounts.models import User
    from plans.models import Plan


@dataclass(frozen=True)
class Ready:
    """A person with the number of going actions they are responsible for, and how many of those lack an update."""

    user: User
    going: int
    owed: int


def readiness(plan: Plan, on: dt.date) -> list[Ready]:
    """Everyone who takes part, in order of name. Two queries."""
    rows = (
        plan.actions.live()
        .with_flags(on)
        .annotate(no_update=F("flag_bits").bitand(int(Flag.NO_UPDATE)))
        .order_by()
        .values("responsible")
        .annotate(going_count=Count("pk", filter=going(on)), owed_count=Count("pk", filter=Q(no_update__gt=0)))
        .values_list("responsible", "going_count", "owed_count")
    )
    counts = {user_id: (going_count, owed) for user_id, going_count, owed in rows}
    return [
        Ready(membership.user, *counts.get(membership.user_id, (0, 0)))
        for membership in plan.memberships.taking_part().by_name()
    ]
