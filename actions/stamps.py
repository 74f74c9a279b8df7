"""The stamp of a board: a short text that is another one as soon as a card may look different, or stand elsewhere.

All of it is there already: histories are numbered, and whoever writes below a plan holds the plan's lock, so within a
plan a higher number is never seen before a lower one. Changes of people wait for no lock: a number that comes late (two
commit in another order than they began, on PostgreSQL) is one more all the same, so these are counted too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from ogsm.accounts.models import User
from plans.models import Choice, Membership

from .filters import whole_number
from .models import Action

if TYPE_CHECKING:
    from plans.access import PlanAccess

SHAPE = re.compile(r"(\w{1,32})\.(\d{1,19})")


class Stamp(NamedTuple):
    """`frame` is what all cards share: the day, the choices, the people, the plan and the reader's role. `actions` is
    the number of the last change of one of them."""

    frame: str
    actions: int

    def __str__(self) -> str:
        return f"{self.frame}.{self.actions}"

    @classmethod
    def read(cls, text: str) -> Stamp | None:
        """The stamp a page was given; None for anything else."""
        found = SHAPE.fullmatch(text)
        number = whole_number(found[2]) if found else None
        return cls(found[1], number) if found and number is not None else None


def newest_change(plan_id: int) -> QuerySet:
    """The number of the last change of an action of the plan, as the end of the plan's part of the index. Asked for the
    plan alone PostgreSQL may go back through the changes of all plans until it meets one of this one."""
    changes = Action.history.filter(plan_id__gte=plan_id, plan_id__lte=plan_id)
    return changes.order_by("-plan_id", "-history_id").values_list("history_id", flat=True)[:1]


@lru_cache(maxsize=1)
def _latest() -> str:
    """The last numbers of four histories, in SQL by hand: one row, and Django needs longer to write it than the
    database to answer it. That of the actions as `newest_change` does."""
    action, choice, membership, user = (
        connection.ops.quote_name(model.history.model._meta.db_table) for model in (Action, Choice, Membership, User)
    )
    return (
        f"SELECT (SELECT history_id FROM {action} WHERE plan_id >= %s AND plan_id <= %s"  # noqa: S608  (our own tables)
        f" ORDER BY plan_id DESC, history_id DESC LIMIT 1),"
        f" (SELECT MAX(history_id) FROM {choice} WHERE plan_id = %s),"
        f" (SELECT MAX(history_id) FROM {membership} WHERE plan_id = %s),"
        f" (SELECT MAX(history_id) FROM {user}), (SELECT COUNT(*) FROM {user})"
    )


def board_stamp(access: PlanAccess, *, on: dt.date) -> Stamp:
    """What the board of a plan is like now for a reader. One query."""
    plan = access.plan
    with connection.cursor() as cursor:
        cursor.execute(_latest(), [plan.pk] * 4)
        actions, *shared = cursor.fetchone()
    facts = (on, plan.state, plan.archived_at, plan.current_since, access.role, *shared)
    frame = hashlib.sha256(repr(facts).encode()).hexdigest()[:12]
    return Stamp(frame, actions or 0)
