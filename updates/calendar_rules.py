"""What somebody's calendar has to be told about a session: pure, from what it was last told and what is true now."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass


class News(enum.StrEnum):
    NEW = "new"
    CHANGED = "changed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Facts:
    """What a calendar shows of a session: a change of any of it is told."""

    starts_at: dt.datetime
    minutes: int
    place: str
    title: str

    @property
    def ends_at(self) -> dt.datetime:
        return self.starts_at + dt.timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Told:
    """What a person's calendar was last told, and with which number."""

    facts: Facts
    sequence: int
    is_cancelled: bool = False


def news_of(told: Told | None, now: Facts, *, belongs: bool, at: dt.datetime) -> News | None:
    """Whether there is something to tell. `belongs`: the session is to come, and the person takes part in its plan.
    Of what is over nothing is told any more."""
    stands = told is not None and not told.is_cancelled
    if belongs and now.ends_at > at:
        if not stands or told is None:
            return News.NEW
        return News.CHANGED if told.facts != now else None
    if not belongs and stands and told is not None and max(told.facts.ends_at, now.ends_at) > at:
        return News.CANCELLED
    return None


def next_sequence(told: Told | None, recorded: int) -> int:
    """Above all that this calendar was told before, and never behind the one to subscribe to (`recorded`)."""
    return max(recorded, told.sequence + 1) if told else recorded
