"""What a plan.json is: the one definition, from which docs/plan.schema.json is made. docs/plan-json.md tells it.

Pieces are numbered within the file, each kind from 1; a piece names another by that number. The order of a list is the
order on the page. Whatever has a default here may be left out of a file written by hand; ours are always whole.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from actions.models import Action
from ogsm.dates import period_start
from plans.models import Choice, Indicator, Membership, Plan
from updates.models import Session

from .fields import (
    Amount,
    Day,
    Email,
    Many,
    Moment,
    Name24,
    Name120,
    Name200,
    Name240,
    Name1000,
    Number,
    OneOf,
    Piece,
    Text120,
    Text200,
    Text300,
    Text500,
    Text1000,
    Text2000,
    Text5000,
    ToAction,
    ToChoice,
    ToIndicator,
    ToPerson,
    ToUpdate,
    wrong,
)
from .minutes import (
    ActionLight,
    AnswerWord,
    FrequencyWord,
    JudgementOrNone,
    Status,
    UnitWord,
)
from .sessions import ADecision, ASession, Point

NAME, VERSION = "ogsm-plan", 1
MOST_PEOPLE = 1000  # each is asked about or gets an account; the largest plans have a few hundred
_FORMER = re.compile(r"former-[0-9]{1,10}@removed\.invalid", re.ASCII)  # as ogsm/removal.py calls them
ActionLightOrNone = Annotated[str, OneOf.of(Action.Light.values, "")]


class Person(Piece):
    """Somebody who takes part, or who did something here once."""

    id: Number
    email: Email
    name: Text120 = ""

    @property
    def is_former(self) -> bool:
        """Whose account was removed where the file comes from."""
        return _FORMER.fullmatch(self.email.lower()) is not None


class Origin(Piece):
    """The choice of another plan that this one springs from: by name, since that plan is not in the file."""

    plan: Name120
    choice: Name24


class ThePlan(Piece):
    name: Name120
    organisation: Text120 = ""
    state: Annotated[str, OneOf.of(Plan.State.values)] = "draft"
    starts_on: Day
    ends_on: Day
    ambition: Text1000 = ""
    origin: Origin | None = None
    made_at: Moment | None = None
    activated_at: Moment | None = None
    closed_at: Moment | None = None
    archived_at: Moment | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends_on < self.starts_on:
            raise wrong("plan_ends")
        return self


class Member(Piece):
    person: ToPerson
    role: Annotated[str, OneOf.of(Membership.Role.values)]


class StandIn(Piece):
    """Somebody is away, both days included; somebody else stands in."""

    person: ToPerson
    deputy: ToPerson
    first_on: Day
    last_on: Day
    withdrawn_at: Moment | None = None

    @model_validator(mode="after")
    def _is_somebody_else(self) -> Self:
        if self.last_on < self.first_on:
            raise wrong("last_before_first")
        if self.person == self.deputy:
            raise wrong("own_deputy")
        return self


class Goal(Piece):
    id: Number
    name: Name120
    unit: UnitWord = "number"
    baseline: Amount | None = None
    target: Amount | None = None
    due_on: Day
    judgement: JudgementOrNone = ""
    actual: Amount | None = None
    made_at: Moment | None = None
    archived_at: Moment | None = None


class ChoiceReview(Piece):
    """A choice judged by its owner."""

    author: ToPerson
    on_behalf_of: ToPerson | None = None
    light: ActionLight
    learned: Text2000 = ""
    changes: Text2000 = ""
    at: Moment


class StrategicChoice(Piece):
    """GOAL by HOW."""

    id: Number
    short_name: Name24
    goal: Name200
    how: Text200 = ""
    kind: Annotated[str, OneOf.of(Choice.Kind.values)] = "business"
    owner: ToPerson | None = None
    stops: Text200 = ""
    colour: Annotated[int, Field(ge=1, le=8)] = 1
    made_at: Moment | None = None
    archived_at: Moment | None = None
    reviews: Many[ChoiceReview] = []


class Value(Piece):
    """The value of the period that begins on a day."""

    period: Day
    value: Amount
    note: Text300 = ""
    author: ToPerson | None = None
    entered_at: Moment


class AnIndicator(Piece):
    id: Number
    choice: ToChoice
    name: Name120
    unit: UnitWord = "number"
    direction: Annotated[str, OneOf.of(Indicator.Direction.values)] = "higher"
    kind: Annotated[str, OneOf.of(Indicator.Kind.values)] = "level"
    source: Text300 = ""
    baseline: Amount | None = None
    baseline_on: Day | None = None
    target: Amount | None = None
    target_on: Day | None = None
    frequency: FrequencyWord = "month"
    entered_by: ToPerson | None = None
    green_limit: Amount | None = None
    amber_limit: Amount | None = None
    made_at: Moment | None = None
    archived_at: Moment | None = None
    archived_with_choice: bool = False
    values: Many[Value] = []

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.baseline_on and self.target_on and self.target_on < self.baseline_on:
            raise wrong("target_before_baseline")
        green, amber = self.green_limit, self.amber_limit
        if any(limit is not None and limit < 0 for limit in (green, amber)):
            raise wrong("limit_negative")
        if green is not None and amber is not None and amber < green:
            raise wrong("amber_below_green")
        periods = [value.period for value in self.values]
        if len(set(periods)) < len(periods):
            raise wrong("period_twice")
        if any(period_start(period, self.frequency) != period for period in periods):
            raise wrong("period_begins")
        _with_choice(self)
        return self


def _with_choice(piece: Any) -> None:
    if piece.archived_with_choice and piece.archived_at is None:
        raise wrong("archived_with")


class Step(Piece):
    text: Name200
    done_at: Moment | None = None
    done_by: ToPerson | None = None
    archived_at: Moment | None = None


class Shift(Piece):
    """One move of the deadline of an action."""

    id: Number
    from_date: Day
    to_date: Day
    reason: Text2000
    by: ToPerson | None = None
    at: Moment
    undone_at: Moment | None = None

    @model_validator(mode="after")
    def _moves(self) -> Self:
        if self.from_date == self.to_date:
            raise wrong("shift_stays")
        return self


class Remark(Piece):
    author: ToPerson
    text: Name1000
    at: Moment
    corrected_at: Moment | None = None


class AnUpdate(Piece):
    """The answer to the three questions."""

    id: Number
    author: ToPerson
    on_behalf_of: ToPerson | None = None
    done: Text2000 = ""
    next: Text2000 = ""
    need: Text2000 = ""
    need_of: ToPerson | None = None
    status: Status
    light: ActionLightOrNone = ""
    expected_end: Day | None = None
    at: Moment
    unchanged: bool = False
    corrected_at: Moment | None = None
    remarks: Many[Remark] = []


class AnAction(Piece):
    """`place` is its place in its column of the board, from 1."""

    id: Number
    choice: ToChoice
    result: Name240
    description: Text5000 = ""
    link: Text500 = ""
    responsible: ToPerson
    involved: Many[ToPerson] = []
    serves: Many[ToIndicator] = []
    starts_on: Day | None = None
    deadline: Day
    original_deadline: Day | None = None
    status: Status = "todo"
    place: Number | None = None
    completed_on: Day | None = None
    confirmed_at: Moment | None = None
    light: ActionLightOrNone = ""
    expected_end: Day | None = None
    slip_discussed_at: Moment | None = None
    made_at: Moment | None = None
    archived_at: Moment | None = None
    archived_with_choice: bool = False
    steps: Many[Step] = []
    shifts: Many[Shift] = []
    updates: Many[AnUpdate] = []

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.starts_on and self.deadline < self.starts_on:
            raise wrong("deadline_before_start")
        if (self.status == Action.Status.DONE) != (self.completed_on is not None):
            raise wrong("done_has_day")
        _with_choice(self)
        return self


class Help(Piece):
    """'What do you need': asked of a person, or of the team."""

    id: Number
    action: ToAction
    update: ToUpdate | None = None
    text: Text2000
    asked_by: ToPerson
    asked_of: ToPerson | None = None
    asked_at: Moment
    state: AnswerWord = "open"
    answer: Text2000 = ""
    promised_on: Day | None = None
    answered_by: ToPerson | None = None
    answered_for: ToPerson | None = None
    answered_at: Moment | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if (self.state == "open") != (self.answered_at is None):
            raise wrong("answer_has_moment")
        if self.state == "yes" and self.promised_on is None:
            raise wrong("yes_has_day")
        return self


class PlanFile(Piece):
    """A whole plan of OGSM."""

    format: Literal["ogsm-plan"]
    version: Literal[1]
    plan: ThePlan
    people: Annotated[Many[Person], Field(max_length=MOST_PEOPLE)]
    members: Many[Member] = []
    stand_ins: Many[StandIn] = []
    goals: Many[Goal] = []
    choices: Many[StrategicChoice] = []
    indicators: Many[AnIndicator] = []
    actions: Many[AnAction] = []
    help_requests: Many[Help] = []
    points: Many[Point] = []
    sessions: Many[ASession] = []
    decisions: Many[ADecision] = []

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        emails = [person.email.lower() for person in self.people]
        members = [member.person for member in self.members]
        if len(set(emails)) < len(emails):
            raise wrong("email_twice")
        if len(set(members)) < len(members):
            raise wrong("member_twice")
        if sum(session.state == Session.State.RUNNING for session in self.sessions) > 1:
            raise wrong("two_running")
        return self
