"""Closing a session: what is undecided and may be carried over, the next session, the minutes and their mails.

Everything is one transaction under the plan's lock: minutes without mails, or a mail about minutes that are not there,
cannot be. A second closing finds the session closed and does nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from actions.models import organisation_day
from plans.locks import lock_plan

from . import outbox
from .agenda import Kind, Section
from .agenda_models import AgendaLine, SessionKind
from .services import UNDECIDED
from .session_models import Session

if TYPE_CHECKING:
    from ogsm.accounts.models import User

MINUTES_MAIL = "minutes"


def may_be_dropped(line: AgendaLine) -> bool:
    """Whether it only comes back when we say so: a point of our own, and in an update session an indicator, which is
    on the agenda when its light changes. All else comes back by the facts, as long as they last."""
    if line.section == Section.ON_PLAN:
        return False
    if line.kind == Kind.POINT:
        return True
    return line.kind == Kind.INDICATOR and line.session.kind == SessionKind.UPDATE


def is_undecided(line: AgendaLine) -> bool:
    """Not discussed, parked or sent outside, whether it had its turn or stood outside the session."""
    return line.section not in (Section.FINISHED, Section.ON_PLAN) and line.outcome in UNDECIDED


def carried_by_default(lines: Iterable[AgendaLine]) -> set[int]:
    """Ids of the lines that the closing proposes to carry over: whatever is undecided."""
    return {line.pk for line in lines if may_be_dropped(line) and is_undecided(line)}


def carried_unasked(lines: Iterable[AgendaLine]) -> set[int]:
    """Ids of the lines that come back when nobody was asked: points of our own that are undecided."""
    return {line.pk for line in lines if line.kind == Kind.POINT and is_undecided(line)}


@dataclass(frozen=True)
class Undecided:
    """What the closing asks about: `asked` may be dropped or carried over, `by_itself` comes back by its facts."""

    asked: list[AgendaLine]
    by_itself: list[AgendaLine]


def undecided_of(lines: Iterable[AgendaLine]) -> Undecided:
    """Points that were discussed are among those asked: they may come back all the same."""
    lines = list(lines)
    asked = [line for line in lines if may_be_dropped(line) and (is_undecided(line) or line.kind == Kind.POINT)]
    by_itself = [line for line in lines if is_undecided(line) and not may_be_dropped(line)]
    return Undecided(asked, by_itself)


def following_of(session: Session) -> Session | None:
    """The next session of the same kind after this one that has not been held. One query."""
    others = session.plan.sessions.filter(kind=session.kind).exclude(pk=session.pk)
    return others.next_on(session.day).select_related("facilitator").first()


@transaction.atomic
def session_close(
    session: Session, *, by: User, at: dt.datetime, attendance: Mapping[int, str] | None = None,
    carried: Collection[int] | None = None, following: Session | None = None,
    next_values: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Move or plan the next session, close this one, and queue the mails with its minutes.

    `carried`: ids of the lines to carry over of those that may be dropped (None: nobody was asked). `next_values`: what
    changes of `following`, or what a new next session is made of. ValidationError when it is not running any more.
    """
    lock_plan(session.plan_id)
    if next_values and following:
        following.reschedule(by=by, at=at, **next_values)
    elif next_values:
        _plan_next(session, next_values, by=by, at=at)
    session.close(by=by, at=at, attendance=attendance, carried=carried)
    queue_minutes(session, at=at)


def _plan_next(session: Session, values: Mapping[str, Any], *, by: User, at: dt.datetime) -> None:
    """Another one of the same kind, length and leader."""
    day = organisation_day(values["starts_at"])
    standing = session.plan.sessions.filter(kind=session.kind).exclude(state=Session.State.CANCELLED)
    if any(organisation_day(each) == day for each in standing.values_list("starts_at", flat=True)):
        raise ValidationError(_("There is a session on this day already."), code="taken")
    like = {"kind": session.kind, "minutes": session.minutes, "facilitator": session.facilitator}
    Session(plan=session.plan, **like, **values).record(by=by, at=at)


def queue_minutes(session: Session, *, at: dt.datetime) -> None:
    """One mail for everybody who takes part in the plan; queued twice it still goes out once. It goes out even when the
    plan is closed right after, as a plan session may do. Three queries."""
    people = [membership.user for membership in session.plan.memberships.taking_part().by_name()]
    occasion = f"session-{session.pk}-minutes"
    facts = {"session": session.pk}
    outbox.queue_all(occasion=occasion, users=people, template=MINUTES_MAIL, at=at, plan=None, facts=facts)
