"""What the API answers: one flat row per thing, so that a table has a column per field. The names are the method's.

They are a promise: a field may be added, none is renamed or removed below /api/v1/. Amounts are numbers (see
docs/decisions), days are '2026-06-11', moments '2026-06-11T07:00:00Z'.
"""

from __future__ import annotations

import datetime as dt
from typing import Generic, Literal, TypeVar

from ninja import Field, Schema

Row = TypeVar("Row", bound=Schema)
Unit = Literal["number", "percent", "eur", "score", "count"]
Light = Literal["green", "amber", "red"]
Status = Literal["todo", "doing", "done"]
FlagName = Literal[
    "late", "start-overdue", "expected-late", "slipped", "amber", "red", "not-judged", "no-update", "help",
    "contradiction",
]  # fmt: skip
Kind = Literal["update", "steering", "plan"]
State = Literal["planned", "open", "running", "closed", "cancelled"]

UPDATED = "When it was last changed: what `updated_since` asks about."
ARCHIVED = "Set when it is archived; shown only with `archived=true`."


class Page(Schema, Generic[Row]):
    items: list[Row]
    next: str | None = Field(description="The address of the next page; null on the last one.")


class Person(Schema):
    id: int
    name: str


class Problem(Schema):
    """RFC 9457."""

    status: int
    title: str
    detail: str
    errors: list[dict[str, str]] | None = Field(None, description="Which parameter, and what is wrong with it.")


class Root(Schema):
    organisation: str
    person: Person = Field(description="Whom this token speaks for.")
    token: str = Field(description="The name of this token.")
    expires_on: dt.date | None
    today: dt.date = Field(description="The day by which flags and lights are given.")
    plans: str = Field(description="Where to begin.")
    openapi: str


class PlanRow(Schema):
    id: int
    name: str
    organisation: str
    state: Literal["draft", "active", "closed"]
    starts_on: dt.date
    ends_on: dt.date
    ambition: str
    your_role: Literal["owner", "process_owner", "member", "viewer"]
    open_actions: int
    off_plan_actions: int = Field(description="Open actions with any flag.")
    done_actions: int
    percent_current: int | None = Field(description="Share of the actions that are going with a current update.")
    activated_at: dt.datetime | None
    closed_at: dt.datetime | None
    archived_at: dt.datetime | None = Field(description=ARCHIVED)
    updated_at: dt.datetime | None = Field(description="When the plan's own fields were last changed.")
    web_address: str


class GoalRow(Schema):
    id: int
    plan_id: int
    name: str
    unit: Unit
    baseline: float | None
    target: float | None
    due_on: dt.date
    judgement: Literal["reached", "partly", "not_reached"] | None
    actual: float | None
    archived_at: dt.datetime | None = Field(description=ARCHIVED)
    updated_at: dt.datetime | None = Field(description=UPDATED)


class ChoiceRow(Schema):
    id: int
    plan_id: int
    position: int = Field(description="Its order on the page.")
    short_name: str
    goal: str
    how: str
    kind: Literal["business", "enabling"]
    owner_id: int | None
    owner_name: str | None
    no_longer: str = Field(description="What is stopped for it.")
    archived_at: dt.datetime | None = Field(description=ARCHIVED)
    updated_at: dt.datetime | None = Field(description=UPDATED)


class ActionRow(Schema):
    id: int
    plan_id: int
    choice_id: int
    choice_name: str
    result: str
    description: str = Field(description="Markdown.")
    link: str
    responsible_id: int
    responsible_name: str
    involved: list[Person]
    indicator_ids: list[int] = Field(description="The indicators it serves.")
    starts_on: dt.date | None
    deadline: dt.date
    original_deadline: dt.date | None = Field(description="As it was when the plan was activated.")
    deadline_moves: int = Field(description="On how many days the deadline moved later since.")
    days_moved: int
    status: Status
    completed_on: dt.date | None
    confirmed_at: dt.datetime | None = Field(description="When a session said it was rightly finished.")
    light: Light | None = Field(description="Of the latest update.")
    expected_end: dt.date | None
    last_update_at: dt.datetime | None
    open_help: int = Field(description="Help requests without an answer.")
    flags: list[FlagName] = Field(description="Why it is off plan today; empty when it is on plan or done.")
    off_plan: bool
    archived_at: dt.datetime | None = Field(description=ARCHIVED)
    updated_at: dt.datetime | None = Field(description=f"{UPDATED} A flag that comes with the day changes nothing.")
    web_address: str


class UpdateRow(Schema):
    id: int
    plan_id: int
    action_id: int
    at: dt.datetime
    author_id: int
    author_name: str
    on_behalf_of_id: int | None
    on_behalf_of_name: str | None
    status: Status
    light: Light | None
    done: str = Field(description="What was done since last time.")
    next: str = Field(description="What comes next.")
    need: str = Field(description="What is needed from whom.")
    expected_end: dt.date | None
    unchanged: bool
    corrected_at: dt.datetime | None
    updated_at: dt.datetime | None = Field(description=UPDATED)


class IndicatorRow(Schema):
    id: int
    plan_id: int
    choice_id: int
    choice_name: str
    name: str
    unit: Unit
    direction: Literal["higher", "lower", "at_least", "at_most"]
    kind: Literal["level", "running_total"]
    frequency: Literal["month", "quarter", "year"]
    source: str
    baseline: float | None
    baseline_on: dt.date | None
    target: float | None
    target_on: dt.date | None
    green_up_to: float | None = Field(description="The shortfall against the path that is still green.")
    amber_up_to: float | None
    entered_by_id: int | None
    entered_by_name: str | None
    light: Literal["green", "amber", "red", "unmeasured", "waiting"] = Field(
        description="Today's: 'unmeasured' when a value is missing, 'waiting' when there is nothing to judge yet."
    )
    period: dt.date | None = Field(description="First day of the period the light was read from.")
    value: float | None = Field(description="That period's value.")
    path: float | None = Field(description="Where it should have been at the end of that period.")
    archived_at: dt.datetime | None = Field(description=ARCHIVED)
    updated_at: dt.datetime | None = Field(description=f"{UPDATED} A new value is a change of the value.")
    web_address: str


class ValueRow(Schema):
    id: int
    plan_id: int
    indicator_id: int
    indicator_name: str
    unit: Unit
    period: dt.date = Field(description="First day of the period.")
    period_ends_on: dt.date
    value: float
    path: float | None = Field(description="Where it should be at the end of the period.")
    light: Light | None = Field(description="Of a finished period of an indicator with a target.")
    note: str
    author_id: int | None
    author_name: str | None
    entered_at: dt.datetime
    updated_at: dt.datetime | None = Field(description=UPDATED)


class DecisionRow(Schema):
    id: int
    plan_id: int
    session_id: int | None
    action_id: int | None
    kind: Literal[
        "new_deadline", "smaller_result", "other_responsible", "extra_action", "help_promised", "stop", "agreement",
        "choice_changed", "other_owner", "indicator_changed", "target_changed", "goal_judged",
    ]  # fmt: skip
    text: str
    before: str
    after: str
    who_id: int | None
    who_name: str | None
    due_on: dt.date | None = Field(description="Of an agreement or promised help: by when.")
    done_at: dt.datetime | None = Field(description="When what was promised was done.")
    recorded_by_id: int | None
    recorded_by_name: str | None
    at: dt.datetime
    updated_at: dt.datetime | None = Field(description=UPDATED)


class SessionRow(Schema):
    id: int
    plan_id: int
    kind: Kind
    state: State
    starts_at: dt.datetime
    box_minutes: int = Field(description="How long it may take.")
    minutes_used: int | None
    place: str
    facilitator_id: int | None
    facilitator_name: str | None
    opened_at: dt.datetime | None
    started_at: dt.datetime | None
    closed_at: dt.datetime | None
    cancelled_at: dt.datetime | None
    percent_current: int | None = Field(description="As it was when the session started.")
    off_plan_actions: int | None = Field(description="As it was when the session started.")
    updated_at: dt.datetime | None = Field(description=UPDATED)
    web_address: str


class RecordedDecision(Schema):
    kind: str
    text: str
    before: str
    after: str
    who_id: int | None = None
    who_name: str
    due_on: dt.date | None
    action_id: int | None = None


class RecordedAnswer(Schema):
    state: str = Field(description="yes, partly, no or closed (no longer needed).")
    text: str
    by_name: str


class RecordedLine(Schema):
    about: str = Field(description="Of what kind: action, indicator, help, agreement, point, choice or goal.")
    about_id: int
    section: str
    title: str
    person_id: int | None
    person_name: str
    flags: list[str]
    times: int = Field(description="For the how manieth time it was on the agenda.")
    minutes: int
    outcome: str | None
    note: str
    answer: RecordedAnswer | None = Field(description="Of a help request: how it was answered.")
    decisions: list[RecordedDecision]


class RecordedChange(Schema):
    kind: str
    action_id: int
    title: str
    before: str
    after: str
    text: str


class Attendee(Schema):
    person_id: int | None
    name: str
    state: Literal["present", "excused", "absent"]


class Correction(Schema):
    at: dt.datetime
    author_id: int
    author_name: str
    text: str


class Minutes(Schema):
    """The facts as they were when the session closed: later edits of plan or people never change them."""

    plan: str
    organisation: str
    facilitator: str
    place: str
    attendance: list[Attendee]
    figures: dict[str, int | None]
    lines: list[RecordedLine]
    note: str
    other_decisions: list[RecordedDecision]
    changes: list[RecordedChange] = Field(description="What happened to the actions since the session before.")
    indicator_lights: dict[str, str] = Field(description="By the id of the indicator.")
    next_session_at: dt.datetime | None
    corrections: list[Correction]


class SessionWhole(SessionRow):
    decisions: list[DecisionRow]
    minutes: Minutes | None = Field(description="Of a closed session.")
