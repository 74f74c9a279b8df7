"""What a rule of the plan check is, and what it looks at. Pure: no database, request or clock.

A rule is one function: the plan's values and the day in, findings out. The sentences are made in the reader's language.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

# ---- what is looked at ----


@dataclass(frozen=True)
class CheckedGoal:
    pk: int
    name: str
    target: Decimal | None
    due_on: dt.date


@dataclass(frozen=True)
class CheckedChoice:
    pk: int
    name: str
    goal: str
    how: str = ""
    stops: str = ""
    is_enabling: bool = False
    has_owner: bool = True


@dataclass(frozen=True)
class CheckedIndicator:
    """`path_lacks` is the field without which there is no path to the target; '' when there is one, or need not be."""

    pk: int
    choice_id: int
    name: str
    source: str = ""
    has_target: bool = True
    path_lacks: str = ""
    is_unmeasured: bool = False


@dataclass(frozen=True)
class Person:
    pk: int
    name: str
    sort_name: str


@dataclass(frozen=True)
class CheckedAction:
    pk: int
    choice_id: int
    result: str
    responsible: Person
    deadline: dt.date
    starts_on: dt.date | None = None
    is_going: bool = False
    is_done: bool = False


@dataclass(frozen=True)
class CheckedPlan:
    """The live pieces of a plan, in the order of the page."""

    starts_on: dt.date
    ends_on: dt.date
    ambition: str = ""
    is_draft: bool = False
    has_session: bool = True
    goals: tuple[CheckedGoal, ...] = ()
    choices: tuple[CheckedChoice, ...] = ()
    indicators: tuple[CheckedIndicator, ...] = ()
    actions: tuple[CheckedAction, ...] = ()

    @property
    def open_actions(self) -> list[CheckedAction]:
        return [action for action in self.actions if not action.is_done]


# ---- what comes out ----


class Place(enum.StrEnum):
    """Where something can be done about a finding."""

    AMBITION = "ambition"
    GOAL = "goal"
    NEW_GOAL = "new goal"
    CHOICE = "choice"
    CHOICES = "choices"  # the rows of the page
    INDICATOR = "indicator"
    NEW_INDICATOR = "new indicator"  # `pk` is the choice's
    VALUE = "value"
    ACTION = "action"
    NEW_ACTION = "new action"  # `pk` is the choice's
    DEADLINES = "deadlines"  # the table of actions
    SESSIONS = "sessions"
    STATE = "state"


@dataclass(frozen=True)
class Spot:
    """A field of a piece. `label` names the piece where a finding has several."""

    place: Place
    pk: int = 0
    field: str = ""
    label: str = ""


@dataclass(frozen=True)
class Finding:
    """`what` is a sentence about this one case, '' where the rule's title says it all; `choice_id` is None for the plan
    as a whole."""

    what: str
    spots: tuple[Spot, ...] = ()
    choice_id: int | None = None


def quoted(text: str) -> str:
    """What people wrote, between the quotation marks of the reader's language."""
    return gettext("“%(text)s”") % {"text": text}


class About(enum.StrEnum):
    """What there must be before a rule can hold or not."""

    PLAN = "plan"
    GOALS = "goals"
    CHOICES = "choices"
    INDICATORS = "indicators"
    VALUES = "values"  # indicators of a plan that is no draft
    ACTIONS = "actions"  # open ones

    def applies_to(self, plan: CheckedPlan) -> bool:
        return {
            About.PLAN: True,
            About.GOALS: bool(plan.goals),
            About.CHOICES: bool(plan.choices),
            About.INDICATORS: bool(plan.indicators),
            About.VALUES: bool(plan.indicators) and not plan.is_draft,
            About.ACTIONS: bool(plan.open_actions),
        }[self]


Check = Callable[[CheckedPlan, dt.date], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    """`norm` is true when nothing was found, `title` is the heading of what was; `todo` is what the link says.

    `asks`: a question that only the readers can answer, so it counts neither for nor against the plan.
    """

    name: str
    about: About
    norm: Any
    title: Any
    why: Any
    todo: Any
    check: Check
    asks: bool = False

    def findings(self, plan: CheckedPlan, on: dt.date) -> tuple[Finding, ...]:
        return tuple(self.check(plan, on)) if self.about.applies_to(plan) else ()


def rule(about: About, *, norm: Any, title: Any, why: Any, todo: Any, asks: bool = False) -> Callable[[Check], Rule]:
    """Makes a rule of a function; its name is the function's."""

    def named(check: Check) -> Rule:
        return Rule(getattr(check, "__name__", "").replace("_", "-"), about, norm, title, why, todo, check, asks)

    return named
