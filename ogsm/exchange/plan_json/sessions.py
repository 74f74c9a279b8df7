"""Sessions in a plan.json: their agendas, who was there, what was decided. Part of format.py."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, ValidationInfo, model_validator

from updates.agenda import Kind
from updates.models import Session

from .fields import (
    KINDS,
    Amount,
    Count,
    Day,
    Key,
    Many,
    Moment,
    Name200,
    Number,
    OneOf,
    Piece,
    Small,
    Text10,
    Text200,
    Text300,
    Text500,
    Text2000,
    Text4000,
    ToAction,
    ToGoal,
    ToLine,
    ToPerson,
    ToSession,
    ToShift,
    Whole,
    look_up,
    wrong,
)
from .minutes import (
    Facts,
    Flag,
    Judgement,
    Made,
    Outcome,
    Present,
    Record,
    SectionWord,
    SessionWord,
    check_facts,
    check_words,
)
from .replaced import Replaced, check_replaced

LineKind = Annotated[str, OneOf.of(Kind)]


class Point(Piece):
    """A point somebody put on the agenda by hand."""

    id: Number
    session_kind: SessionWord = "update"
    text: Name200
    person: ToPerson | None = None
    hand_minutes: Small | None = None
    added_at: Moment
    decided_at: Moment | None = None


class Line(Piece):
    """A line of a frozen agenda. `item` is the number of what it is about; below zero when that is there no more."""

    id: Number
    kind: LineKind
    item: Whole
    section: SectionWord
    title: Text300
    person: ToPerson | None = None
    action: ToAction | None = None
    flags: Many[Flag] = []
    facts: Facts = {}
    minutes: Small = 0
    times: Small = 1
    outcome: Outcome = ""
    outcome_at: Moment | None = None
    note: Text2000 = ""
    seconds: Count = 0

    @model_validator(mode="after")
    def _facts_fit(self, info: ValidationInfo) -> Self:
        look_up(KINDS[self.kind], self.item, info, gone=True)
        check_facts(self.kind, self.facts)
        return self


class Attended(Piece):
    person: ToPerson
    state: Present


class Note(Piece):
    """A correction below closed minutes."""

    text: Text2000
    author: ToPerson
    at: Moment


class GoalReview(Piece):
    """How a goal turned out, as prepared for a plan session."""

    goal: ToGoal
    judgement: Judgement
    actual: Amount | None = None
    text: Text2000 = ""
    author: ToPerson
    at: Moment


class Placed(Piece):
    """A line put between two others of a coming agenda; nothing above: it is the first."""

    line: Key
    above: Key | None = None
    below: Key | None = None


class GivenMinutes(Piece):
    line: Key
    minutes: Annotated[int, Field(ge=0, le=60)]


class Wishes(Piece):
    """The facilitator's own order and minutes of a coming agenda."""

    moves: Annotated[list[Placed], Field(max_length=300)] = []
    minutes: Annotated[list[GivenMinutes], Field(max_length=300)] = []


class ASession(Piece):
    """`minutes` is its box; `record` are the minutes of a closed one."""

    id: Number
    kind: SessionWord = "update"
    state: Annotated[str, OneOf.of(Session.State.values)] = "planned"
    starts_at: Moment
    minutes: Annotated[int, Field(ge=15, le=1440)] = 45
    place: Text200 = ""
    facilitator: ToPerson | None = None
    opened_at: Moment | None = None
    started_at: Moment | None = None
    closed_at: Moment | None = None
    cancelled_at: Moment | None = None
    percent_current: Annotated[int, Field(ge=0, le=100)] | None = None
    off_plan_count: Small | None = None
    note: Text4000 = ""
    lead: ToPerson | None = None
    floor: ToLine | None = None
    floor_at: Moment | None = None
    step: Text10 = ""
    wishes: Wishes | None = None
    lines: Many[Line] = []
    attendance: Many[Attended] = []
    goal_reviews: Many[GoalReview] = []
    record: Record | None = None
    notes: Many[Note] = []

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.kind == "update" and self.minutes > 60:
            raise wrong("update_box")
        is_closed, has_begun = self.state == "closed", self.state in ("running", "closed")
        if is_closed != (self.closed_at is not None) or is_closed != (self.record is not None):
            raise wrong("closed_has_minutes")
        if has_begun != (self.started_at is not None):
            raise wrong("started_has_moment")
        keys = [(line.kind, line.item) for line in self.lines]
        if len(set(keys)) < len(keys):
            raise wrong("line_twice")
        if self.floor is not None and self.floor not in {line.id for line in self.lines}:
            raise wrong("no_lines", number=self.floor)
        if self.step not in ("", "opening", "finished", "closing"):
            raise wrong("step")
        people = [one.person for one in self.attendance]
        goals = [one.goal for one in self.goal_reviews]
        if len(set(people)) < len(people) or len(set(goals)) < len(goals):
            raise wrong("once_a_session")
        return self


class ADecision(Piece):
    """What was decided or agreed; an agreement has who and by when."""

    id: Number
    session: ToSession | None = None
    line: ToLine | None = None
    action: ToAction | None = None
    kind: Made
    text: Text2000 = ""
    before: Text500 = ""
    after: Text500 = ""
    shift: ToShift | None = None
    replaced: Replaced = {}
    who: ToPerson | None = None
    due_on: Day | None = None
    by: ToPerson | None = None
    at: Moment
    undone_at: Moment | None = None
    done_at: Moment | None = None

    @model_validator(mode="after")
    def _makes_sense(self, info: ValidationInfo) -> Self:
        if self.kind == "agreement" and (self.who is None or self.due_on is None):
            raise wrong("agreement_who_when")
        check_words(self.kind, self.before, self.after)
        about = (info.context or {}).get("line_kinds", {}).get(self.line, "")
        check_replaced(self.kind, self.replaced, has_action=self.action is not None, about=about)
        return self
