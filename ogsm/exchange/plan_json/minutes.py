"""The minutes of closed sessions and the facts of agenda lines in a plan.json: records, kept to the letter.

Their pages read them without a second look, so nothing comes in here that these could not show. `updates/minutes.py`
writes the records; what only newer ones have may be missing, and stays missing.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, NotRequired

from pydantic import AfterValidator, ConfigDict, Field, with_config
from typing_extensions import TypedDict

from actions.models import Action
from actions.rules import FLAG_NAMES
from plans.models import Goal, Indicator, Unit
from plans.rules import Light
from updates.agenda import Section
from updates.models import AgendaLine, Attendance, Decision, HelpRequest, Session

from .fields import (
    AMOUNT,
    DAY,
    AmountText,
    Count,
    DayText,
    Key,
    Many,
    MomentText,
    OneOf,
    PreciseText,
    Small,
    Text24,
    Text120,
    Text200,
    Text300,
    Text500,
    Text2000,
    Text4000,
    ToActionOnce,
    ToPerson,
    Whole,
    day,
    wrong,
)

STRICT = ConfigDict(extra="forbid", strict=True)
ActionLight = Annotated[str, OneOf.of(Action.Light.values)]
AnyLight = Annotated[str, OneOf.of(Light)]
LightOrNone = Annotated[str, OneOf.of(Light, "")]
Status = Annotated[str, OneOf.of(Action.Status.values)]
Flag = Annotated[str, OneOf.of(sorted({*FLAG_NAMES.values(), *map(str, Light)}))]
SectionWord = Annotated[str, OneOf.of(Section)]
Outcome = Annotated[str, OneOf.of(AgendaLine.Outcome.values, "")]
Present = Annotated[str, OneOf.of(Attendance.State.values)]
Made = Annotated[str, OneOf.of(Decision.Kind.values)]
Judgement = Annotated[str, OneOf.of(Goal.Judgement.values)]
JudgementOrNone = Annotated[str, OneOf.of(Goal.Judgement.values, "")]
UnitWord = Annotated[str, OneOf.of(Unit.values)]
FrequencyWord = Annotated[str, OneOf.of(Indicator.Frequency.values)]
SessionWord = Annotated[str, OneOf.of(Session.Kind.values)]
AnswerWord = Annotated[str, OneOf.of(HelpRequest.State.values)]
ChangeWord = Annotated[str, OneOf(("finished", "moved", "new", "responsible", "result", "restored", "archived"))]
IndicatorKey = Annotated[str, Field(pattern=r"^-?[1-9][0-9]{0,9}$")]

_UNITS = "|".join(Unit.values)
_TARGET = re.compile(rf"(-|{AMOUNT[1:-1]}) ({_UNITS}) (-|{DAY[1:-1]})", re.ASCII)
_JUDGED = re.compile(rf"({'|'.join(Goal.Judgement.values)}) (-|{AMOUNT[1:-1]}) ({_UNITS})", re.ASCII)
ACTION_FACTS = ("status", "light", "deadline")
STEERING_FIGURES = ("choices", "reviewed", "off_path")


@with_config(STRICT)
class ChoiceThen(TypedDict):
    """The strategic choice as it was called then."""

    number: Small
    short_name: Text24
    colour: Annotated[int, Field(ge=1, le=8)]


@with_config(STRICT)
class Nothing(TypedDict):
    """No strategic choice."""


@with_config(STRICT)
class LastTime(TypedDict):
    """What was different at the session before."""

    day: DayText
    new: NotRequired[bool]
    on_plan: NotRequired[bool]
    updated: NotRequired[bool]
    done: NotRequired[bool]
    light: NotRequired[ActionLight]
    deadline: NotRequired[DayText]
    person: NotRequired[Text300]


@with_config(STRICT)
class Facts(TypedDict, total=False):
    """What a line knew about its piece on the day. Which of these are there depends on what it is about."""

    choice: ChoiceThen | Nothing
    choice_owner: Text300
    light: LightOrNone
    # an action
    status: Status
    deadline: DayText
    days_late: Whole
    starts_on: DayText | None
    expected_end: DayText | None
    expected_days: Whole
    moves: Small
    days_moved: Whole
    completed_on: DayText | None
    help: Many[Text2000]
    last: LastTime
    # help and agreements
    asked_by: Text300
    asked_at: MomentText
    due_on: DayText
    # an indicator
    unit: UnitWord
    value: AmountText | None
    path: PreciseText | None
    period: DayText | None
    missing: DayText | None
    frequency: FrequencyWord
    # a choice
    how: Text200
    learned: Text2000
    changes: Text2000
    reviewed_by: Text300
    reviewed_at: MomentText | None
    is_current: bool
    indicators: dict[AnyLight, Small]
    # a goal
    target: AmountText | None
    baseline: AmountText | None
    judgement: JudgementOrNone
    actual: AmountText | None
    text: Text2000


def check_facts(kind: str, facts: Facts) -> None:
    """A line about an action says how that stood."""
    if kind == "action" and not (
        all(name in facts for name in ACTION_FACTS) and facts["light"] in ("", *Action.Light.values)
    ):
        raise wrong("action_facts")


def check_words(kind: str, before: str, after: str) -> None:
    """What a decision keeps as amounts and days is amounts and days."""
    if kind == Decision.Kind.TARGET_CHANGED and not (_TARGET.fullmatch(before) and _TARGET.fullmatch(after)):
        raise wrong("decision_words")
    if kind == Decision.Kind.GOAL_JUDGED and not all(map(_JUDGED.fullmatch, filter(None, (after, before or after)))):
        raise wrong("decision_words")


def _words_fit(decision: Any) -> Any:
    check_words(decision["kind"], decision["before"], decision["after"])
    return decision


@with_config(STRICT)
class DecisionThen(TypedDict):
    """A decision as the minutes have it."""

    kind: Made
    text: Text2000
    before: Text500
    after: Text500
    who: Text300
    due_on: DayText | None
    who_id: NotRequired[ToPerson | None]
    action: NotRequired[ToActionOnce | None]
    from_id: NotRequired[ToPerson | None]
    to_id: NotRequired[ToPerson | None]


CheckedDecision = Annotated[DecisionThen, AfterValidator(_words_fit)]


@with_config(STRICT)
class AnswerThen(TypedDict):
    """How a question had been answered by the end."""

    state: AnswerWord
    text: Text2000
    by: Text300


@with_config(STRICT)
class LineThen(TypedDict):
    """A line of the agenda as the minutes have it."""

    key: Key
    section: SectionWord
    title: Text300
    person: Text300
    flags: Many[Flag]
    facts: Facts
    times: Small
    outcome: Outcome
    note: Text2000
    minutes: Small
    action: ToActionOnce | None
    decisions: Many[CheckedDecision]
    person_id: NotRequired[ToPerson | None]
    seconds: NotRequired[Count]
    carried: NotRequired[bool]
    answer: NotRequired[AnswerThen | None]


def _facts_fit(line: Any) -> Any:
    check_facts(line["key"].partition("-")[0], line["facts"])
    return line


@with_config(STRICT)
class PersonThen(TypedDict):
    """Somebody on the list of who was there."""

    name: Text300
    state: Present
    user: NotRequired[ToPerson | None]


@with_config(STRICT)
class ChangeThen(TypedDict):
    """What had changed about an action since the session before."""

    kind: ChangeWord
    title: Text300
    action: ToActionOnce
    before: Text500
    after: Text500
    text: Text2000


def _days_are_days(change: Any) -> Any:
    for name in {"moved": ("before", "after"), "finished": ("after",)}.get(change["kind"], ()):
        if not re.fullmatch(DAY[1:-1], change[name], re.ASCII):
            raise wrong("day")
        day(change[name])
    return change


@with_config(STRICT)
class Figures(TypedDict):
    """The session in figures; the last four only of steering and plan sessions."""

    percent_current: Small | None
    percent_current_last: NotRequired[Small | None]
    off_plan: Small | None
    off_plan_last: NotRequired[Small | None]
    decisions: Small
    new_deadlines: NotRequired[Small]
    minutes_used: Count | None
    minutes: Small
    choices: NotRequired[Small]
    reviewed: NotRequired[Small]
    off_path: NotRequired[Small]
    goals: NotRequired[Small]


def _figures_fit(figures: Any) -> Any:
    if sum(name in figures for name in STEERING_FIGURES) not in (0, len(STEERING_FIGURES)):
        raise wrong("figures")
    return figures


@with_config(STRICT)
class Record(TypedDict):
    """The minutes of a closed session, as they were written at its closing. The numbers in it are those of the file."""

    version: NotRequired[Literal[1, 2]]
    plan: Text120
    organisation: NotRequired[Text120]
    kind: SessionWord
    planned_at: MomentText
    started_at: MomentText
    closed_at: MomentText
    facilitator: Text300
    place: Text200
    attendance: Many[PersonThen]
    figures: Annotated[Figures, AfterValidator(_figures_fit)]
    lines: Many[Annotated[LineThen, AfterValidator(_facts_fit)]]
    note: NotRequired[Text4000]
    other_decisions: NotRequired[Many[CheckedDecision]]
    last_session: NotRequired[MomentText | None]
    changes: Many[Annotated[ChangeThen, AfterValidator(_days_are_days)]]
    indicators: NotRequired[dict[IndicatorKey, AnyLight]]
    next_session: MomentText | None
    next_place: NotRequired[Text200]
