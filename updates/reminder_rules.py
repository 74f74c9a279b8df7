"""When a session's mails are due, and which one. Pure: moments in, a stage out. Source: product page, 'The session'."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection
from zoneinfo import ZoneInfo

QUIET = dt.timedelta(hours=12)  # between two mails to one person about the same session
DIGEST_FROM = dt.time(7)  # agreements falling due: one mail in the morning
TOLD_LATE_FOR = 14  # days; what has been due for longer is a matter for the session


class Stage(enum.Enum):
    """How near the session is, and so what is said of it."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    LAST_CALL = "last-call"


DAYS_BEFORE = {Stage.INVITATION: 7, Stage.REMINDER: 3, Stage.LAST_CALL: 1}


def moment_of(stage: Stage, starts_at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """So many days earlier at the time of day at which the session starts, whatever the clock did in between."""
    local = starts_at.astimezone(zone)
    return local - dt.timedelta(days=DAYS_BEFORE[stage])  # a local time minus days keeps its hour


def stage_of(starts_at: dt.datetime, at: dt.datetime, zone: ZoneInfo) -> Stage | None:
    """The stage a session in preparation is in; None once it should have started. Preparation that was opened by hand,
    earlier than a week before, is in the first."""
    if at >= starts_at:
        return None
    passed = [stage for stage in Stage if at >= moment_of(stage, starts_at, zone)]
    return passed[-1] if passed else Stage.INVITATION


def wanted(stage: Stage, *, owes: bool, leads_silent: bool, told: Collection[str]) -> Stage | None:
    """What one person is to get in this stage, or None. `told`: what they got about this session before, by any name.

    Only the most urgent: who missed the invitation because no machine was running gets the reminder instead, unless
    nothing is owed. `leads_silent`: leads the plan, and others have yet to give their updates.
    """
    if stage is Stage.LAST_CALL and (owes or leads_silent):
        return stage
    if stage is Stage.REMINDER and owes:
        return stage
    return None if told else Stage.INVITATION


def is_quiet(last: dt.datetime | None, at: dt.datetime) -> bool:
    """Whether the last mail about this session is too fresh for another."""
    return last is not None and at < last + QUIET


class Falling(enum.Enum):
    """What is said of something promised by a date."""

    SOON = "soon"
    LATE = "late"


def falling(due_on: dt.date, on: dt.date) -> Falling | None:
    """From the day before it is due, and once more when it is late."""
    days = (due_on - on).days
    if -TOLD_LATE_FOR <= days < 0:
        return Falling.LATE
    return Falling.SOON if 0 <= days <= 1 else None
