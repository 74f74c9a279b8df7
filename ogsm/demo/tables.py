"""The shapes of the demo's tables. Days are counted from the day of building (-10 is ten days ago); rounds are the
preparations of the sessions 1 to 6, of which 1 to 5 lie behind and 6 is the coming one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

ROUNDS = 6
TEAM = ""


@dataclass(frozen=True)
class Person:
    key: str
    name: str
    email: str
    language: str = ""
    is_admin: bool = False


@dataclass(frozen=True)
class Goal:
    name: str
    unit: str
    baseline: str
    target: str


@dataclass(frozen=True)
class Choice:
    short_name: str
    owner: str
    goal: str
    how: str
    stops: str
    kind: str = "business"


@dataclass(frozen=True)
class Indicator:
    """`course`: per period, the newest last, how far ahead (+) or behind (-) the target path, in amber limits: below 0
    is amber, below -1 is red. A shorter course starts with its first value repeated."""

    choice: str
    name: str
    unit: str
    baseline: str
    target: str
    course: Sequence[float]
    step: str = "1"
    direction: str = "higher"
    kind: str = "level"
    frequency: str = "month"
    source: str = ""
    amber_limit: str | None = None
    entered_by: str = ""
    notes: Mapping[int, str] = field(default_factory=dict)
    """By place in the course, the newest being -1."""
    turned: bool = False
    """The newest value came in after the last session, so that its light is news for the coming one."""
    forgotten: bool = False
    """The newest value is missing."""


@dataclass(frozen=True)
class Said:
    """One update: the three answers and the judgement. `of` is whom help is asked of (TEAM: everybody); `remarks` are
    what colleagues say about it: (who, words)."""

    done: str
    next: str = ""
    light: str = "green"
    need: str = ""
    of: str = TEAM
    ends: int | None = None
    status: str = "doing"
    by: str = ""
    remarks: tuple[tuple[str, str], ...] = ()


SAME = Said("", light="same")
"""The last update again, in one stroke."""


@dataclass(frozen=True)
class Moved:
    """A deadline moved between two sessions, by the responsible."""

    on: int
    to: int
    reason: str


@dataclass(frozen=True)
class Answer:
    """An answer to the open request for help, between two sessions. `kept`: the day the promise was kept."""

    on: int
    state: str
    by: str
    words: str
    promised: int | None = None
    kept: int | None = None


@dataclass(frozen=True)
class Act:
    """An action. `deadline` is the first one; `said` maps rounds to updates; `begun` is a move on the board."""

    key: str
    choice: str
    result: str
    who: str
    start: int
    deadline: int
    said: Mapping[int, Said] = field(default_factory=dict)
    involved: Sequence[str] = ()
    description: str = ""
    begun: int | None = None
    moved: Sequence[Moved] = ()
    answers: Sequence[Answer] = ()
    made: int | None = None
    """The day it was added; None: with the draft."""


@dataclass(frozen=True)
class NewDate:
    action: str
    to: int
    reason: str


@dataclass(frozen=True)
class Smaller:
    action: str
    result: str
    reason: str


@dataclass(frozen=True)
class Other:
    action: str
    who: str
    reason: str


@dataclass(frozen=True)
class Stopped:
    action: str
    reason: str


@dataclass(frozen=True)
class Promised:
    """Help promised in the session, by the one asked or anybody."""

    action: str
    who: str
    words: str
    due: int
    kept: int | None = None


@dataclass(frozen=True)
class Agreed:
    """An agreement made at an action's line. `kept`: the day it was done."""

    action: str
    text: str
    who: str
    due: int
    kept: int | None = None


Decided = NewDate | Smaller | Other | Stopped | Promised | Agreed


@dataclass(frozen=True)
class Meeting:
    """What happened in a closed session. `notes` and `parked` go by the key of an action."""

    minutes_used: int
    decided: Sequence[Decided] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    parked: Sequence[str] = ()
    excused: Sequence[str] = ()
    absent: Sequence[str] = ()
    correction: tuple[int, str, str] | None = None
    """(days after the session, who, text)"""


@dataclass(frozen=True)
class NewWords:
    """A choice, by its short name, is done another way from then on."""

    about: str
    how: str
    reason: str


@dataclass(frozen=True)
class NewSource:
    """An indicator, by its name, is measured another way."""

    about: str
    source: str
    reason: str


@dataclass(frozen=True)
class Pact:
    """An agreement about a choice or an indicator."""

    about: str
    text: str
    who: str
    due: int
    kept: int | None = None


@dataclass(frozen=True)
class Steering:
    """The steering session that lies behind: what the owners said of their choices (light, learned, changes), and what
    was decided; `later` are reviews since: (day, short name, review)."""

    minutes_used: int
    reviews: Mapping[str, tuple[str, str, str]]
    decided: Sequence[NewWords | NewSource | Pact] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    excused: Sequence[str] = ()
    absent: Sequence[str] = ()
    later: Sequence[tuple[int, str, tuple[str, str, str]]] = ()


@dataclass(frozen=True)
class Point:
    """A free point for the coming session."""

    text: str
    person: str
    on: int
    minutes: int | None = None


@dataclass(frozen=True)
class PlanTable:
    name: str
    organisation: str
    ambition: str
    """With {end}: the year in which the plan ends. In `name` also {start}."""
    years: int
    roles: Mapping[str, Sequence[str]]
    place: str
    starts: tuple[int, int]
    """Hour and minute at which its sessions start."""
    goals: Sequence[Goal]
    choices: Sequence[Choice]
    indicators: Sequence[Indicator]
    actions: Sequence[Act]
    meetings: Mapping[int, Meeting]
    steering: Steering
    points: Sequence[Point] = ()
    rewordings: Sequence[tuple[int, str, Mapping[str, str], str]] = ()
    """(day, short name of a choice, fields, why): the plan is a living document"""
    away: Sequence[tuple[str, str, int, int]] = ()
    """(who is away, who stands in, first day, last day)"""
