"""Planning sessions and changing them, several at once, under the plan's lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import transaction

from actions.models import organisation_day
from plans.locks import lock_plan

from .models import Session
from .rhythm import Slot

if TYPE_CHECKING:
    from ogsm.accounts.models import User
    from plans.models import Plan


@transaction.atomic
def sessions_schedule(plan: Plan, slots: Iterable[Slot], *, by: User, at: dt.datetime, **values: Any) -> list[Session]:
    """A session at each of the slots; returns the new ones.

    A day that already has one of the same kind that was not cancelled is left alone, so a form sent twice plans
    nothing twice.
    """
    lock_plan(plan.pk)
    standing = plan.sessions.exclude(state=Session.State.CANCELLED).values_list("kind", "starts_at")
    taken = {(kind, organisation_day(starts_at)) for kind, starts_at in standing}
    sessions = [
        Session(plan=plan, kind=slot.kind, starts_at=slot.starts_at, minutes=slot.minutes, **values)
        for slot in slots
        if (slot.kind, slot.day) not in taken
    ]
    for session in sessions:
        session.record(by=by, at=at)
    return sessions


@transaction.atomic
def sessions_change(changes: Iterable[tuple[Session, dict[str, Any]]], *, by: User, at: dt.datetime) -> list[Session]:
    """Other values for several coming sessions: all of them or, with a ValidationError, none. Twice changes nothing
    more. Queries grow with the sessions."""
    changed = []
    for session, values in changes:
        session.reschedule(by=by, at=at, **values)
        changed.append(session)
    return changed
