"""Meeting mode as a page: the steps of the meeting, and everything that belongs to the one on the screen."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext

from actions.lights import light_strip
from actions.models import organisation_day

from .agenda import Kind, Section
from .agenda_view import section_title
from .live_agenda import SHOWN_OF_A_LINE
from .models import AgendaLine, Decision, Session
from .reasons import judgement_words
from .running import CLOSING, FINISHED, OPENING, pulse_seen
from .services import choice_of, open_questions
from .since_last import since_last
from .since_start import since_start
from .steering_services import JUDGING, piece_of

if TYPE_CHECKING:
    from actions.models import Action
    from plans.access import PlanAccess
    from plans.models import Indicator

STRIP_MONTHS = 6
SHOWN_DECISIONS = 2


@dataclass(frozen=True)
class Step:
    """One screen of the meeting: the opening, a line, the finished actions together, or the closing."""

    key: str
    line: AgendaLine | None = None

    @property
    def title(self) -> str:
        if self.line:
            return self.line.title
        words = {OPENING: gettext("Opening"), FINISHED: gettext("Finished"), CLOSING: gettext("Closing")}
        return words[self.key]

    @property
    def is_past(self) -> bool:
        return bool(self.line and self.line.outcome)

    def take_floor(self, session: Session, *, at: dt.datetime) -> None:
        session.turn_to(self.line, at=at, step="" if self.line else self.key)


@dataclass(frozen=True)
class Meeting:
    """The whole meeting; `lines` are those with a turn and the finished ones, without facts. `beats` are the steps
    that count as progress."""

    session: Session
    lines: list[AgendaLine]
    steps: list[Step]

    @property
    def beats(self) -> list[Step]:
        return [step for step in self.steps if step.key not in (OPENING, CLOSING)]

    @property
    def finished(self) -> list[AgendaLine]:
        return [line for line in self.lines if line.section == Section.FINISHED]

    @property
    def undiscussed(self) -> list[AgendaLine]:
        return [line for line in self.lines if line.is_discussed_line and not line.outcome]

    @property
    def unconfirmed(self) -> list[AgendaLine]:
        return [line for line in self.finished if not line.outcome]

    @property
    def discussed_count(self) -> int:
        return sum(line.is_discussed_line for line in self.lines)

    @cached_property
    def outside(self) -> list[AgendaLine]:
        """One query."""
        return list(self.session.lines.filter(section=Section.OUTSIDE).select_related("person"))

    @cached_property
    def on_plan_count(self) -> int:
        """One query."""
        return self.session.lines.filter(section=Section.ON_PLAN).count()

    def step(self, key: str | None) -> Step:
        """The step of that key, or of any other line of the agenda; without a key the one that has the floor."""
        key = key or self.session.floor
        found = next((step for step in self.steps if step.key == key), None)
        return found or Step(key, _other_line(self.session, key))

    def beside(self, step: Step, by: int) -> Step | None:
        """The step before (-1) or after (1); a line outside the session leads back to the closing."""
        keys = [each.key for each in self.steps]
        if step.key not in keys:
            return self.steps[-1] if by > 0 else None
        place = keys.index(step.key) + by
        return self.steps[place] if 0 <= place < len(self.steps) else None


def _other_line(session: Session, key: str) -> AgendaLine:
    """A line without a turn, or 404. One query."""
    number = int(key) if key.isdecimal() and key.isascii() and len(key) < 19 else 0
    return get_object_or_404(session.lines.select_related("person"), pk=number)


def meeting_of(session: Session) -> Meeting:
    """One query."""
    shown = session.lines.exclude(section__in=[Section.OUTSIDE, Section.ON_PLAN])
    lines = list(shown.select_related("person").defer("facts"))
    talked = [line for line in lines if line.is_discussed_line]
    for number, line in enumerate(talked, start=1):
        line.number = number
    steps = [Step(OPENING), *(Step(str(line.pk), line) for line in talked)]
    if any(line.section == Section.FINISHED for line in lines):
        steps.append(Step(FINISHED))
    return Meeting(session, lines, [*steps, Step(CLOSING)])


@dataclass(frozen=True)
class Way:
    """One thing that can be decided about a line: its button, and the key that presses it."""

    key: str
    view: str
    icon: str
    label: str


def ways(line: AgendaLine) -> list[Way]:
    """What can be decided about the line, in the order of its buttons. Each has the same key on every line. Up to three
    queries."""
    if line.session.kind in JUDGING and line.kind in STEERING_KINDS:
        return steering_ways(line)
    labels = {
        "line_deadline": ("date", gettext("New date")),
        "line_result": ("small", gettext("Smaller result")),
        "line_responsible": ("person", gettext("Someone else")),
        "line_extra": ("plus", gettext("Extra action")),
        "line_help": ("hand", gettext("Promise help")),
        "line_agree": ("pact", gettext("Agreement")),
        "line_stop": ("stop", gettext("Stop")),
    }
    stands = line.action is not None and not line.action.is_archived
    absent = set()
    if line.kind != Kind.ACTION or not stands:
        absent |= {"line_deadline", "line_result", "line_responsible", "line_stop"}
    if choice_of(line) is None:
        absent.add("line_extra")
    if not open_questions(line).exists():
        absent.add("line_help")
    return [Way(str(place), view, *labels[view]) for place, view in enumerate(labels, 1) if view not in absent]


STEERING_KINDS = (Kind.CHOICE, Kind.INDICATOR, Kind.GOAL)


def steering_ways(line: AgendaLine) -> list[Way]:
    """What a steering or plan session can decide about a piece of the plan itself. Up to two queries."""
    labels = {
        "line_choice": ("pen", gettext("Change the choice")),
        "line_owner": ("person", gettext("Other owner")),
        "line_judge": ("check", gettext("Judge")),
        "line_indicator": ("pen", gettext("Change the indicator")),
        "line_target": ("small", gettext("New target")),
        "line_extra": ("plus", gettext("Extra action")),
        "line_agree": ("pact", gettext("Agreement")),
    }
    by_kind = {
        Kind.CHOICE: ["line_choice", "line_owner", "line_extra"],
        Kind.INDICATOR: ["line_indicator", "line_target", "line_extra"],
        Kind.GOAL: ["line_judge", "line_target"],
    }
    if line.session.kind != Session.Kind.PLAN:
        by_kind[Kind.GOAL].remove("line_judge")
    views = by_kind[Kind(line.kind)] if piece_of(line) else []
    return [Way(str(place), view, *labels[view]) for place, view in enumerate([*views, "line_agree"], 1)]


def _whole(line: AgendaLine) -> AgendaLine:
    """The line with its facts and what it is about. One query."""
    whole = AgendaLine.objects.select_related(*SHOWN_OF_A_LINE, "session").get(pk=line.pk)
    whole.number = getattr(line, "number", 0)
    return whole


def line_context(line: AgendaLine, session: Session, at: dt.datetime) -> dict[str, Any]:
    """What was said about the line: latest answers, lights, expected end, its decisions. Up to seven queries."""
    decisions = list(line.decisions.standing().select_related("who").order_by("at", "pk"))
    context: dict[str, Any] = {
        "line": line,
        "section_title": section_title(Section(line.section), session.kind),
        "decisions": decisions,
        "ways": ways(line),
        "line_clock": line_clock(line, session, at),
        "earlier": list(_decided_before(line, session)),
        "since_last": since_last(line),
        "since_start": since_start(line, session, decisions),
    }
    if line.kind in (Kind.CHOICE, Kind.GOAL):
        return context | _judged(line, organisation_day(at))
    if line.kind == Kind.INDICATOR and line.indicator:
        return context | _indicator(line.indicator)
    if line.kind == Kind.HELP:
        return context | {"help": line.help_request}
    if line.action and line.kind == Kind.ACTION:
        return context | _answers(line, line.action, organisation_day(at))
    return context


def _judged(line: AgendaLine, on: dt.date) -> dict[str, Any]:
    """The figures of a choice as they are, and how a goal was said to have turned out. Up to two queries."""
    if line.goal:
        facts = line.facts
        actual = Decimal(facts["actual"]) if facts.get("actual") else None
        prepared = judgement_words(facts["judgement"], None, "") if facts.get("judgement") else ""
        return {"goal": line.goal, "prepared": prepared, "prepared_actual": actual}
    if line.choice is None:
        return {}
    indicators = line.choice.indicators.live().with_values().in_order()
    return {"readings": [(indicator, indicator.reading(on)) for indicator in indicators]}


def _decided_before(line: AgendaLine, session: Session) -> Iterable[Decision]:
    """The latest decisions on the line's action in earlier sessions. One query."""
    if line.action is None or line.kind == Kind.AGREEMENT:
        return ()
    earlier = line.action.decisions.standing().exclude(session=session)
    return earlier.select_related("who").order_by("-at", "-pk")[:SHOWN_DECISIONS]


@dataclass(frozen=True)
class LineClock:
    """What is left of a line's minutes, as the page shows it before its script counts on."""

    left: int
    whole: int

    @property
    def is_over(self) -> bool:
        return self.left < 0

    @property
    def used(self) -> int:
        return min(self.whole, self.whole - self.left)

    @property
    def text(self) -> str:
        minutes, seconds = divmod(abs(self.left), 60)
        return f"{'−' if self.is_over else ''}{minutes}:{seconds:02d}"


def line_clock(line: AgendaLine, session: Session, at: dt.datetime) -> LineClock:
    """Seconds, by the clock of the server alone."""
    spent = line.seconds
    if session.current_line_id == line.pk and session.current_line_at:
        spent += max(0, int((at - session.current_line_at).total_seconds()))
    return LineClock(line.minutes * 60 - spent, line.minutes * 60)


def _indicator(indicator: Indicator) -> dict[str, Any]:
    values = list(indicator.values.order_by("-period")[:12])[::-1]
    return {"indicator": indicator, "values": values, "sparkline_values": [value.value for value in values]}


def _answers(line: AgendaLine, action: Action, on: dt.date) -> dict[str, Any]:
    """What was expected is said by who said it: since then the action may have been handed over. One query."""
    updates = list(action.updates.select_related("author", "on_behalf_of", "need_of"))
    later = 0
    if action.expected_end and not action.is_done:
        later = (action.expected_end - action.deadline).days
    return {
        "action": action,
        "latest": updates[0] if updates else None,
        "months": light_strip(updates, on=on, months=STRIP_MONTHS),
        "expected_later": later,
        "expected_by": (updates[0].on_behalf_of or updates[0].author) if updates else line.person,
    }


def minutes_left(session: Session, at: dt.datetime) -> int:
    """Whole minutes of the box, those begun counted; 0 when it is used up. The clock on the page counts the same."""
    return max(0, math.ceil(_seconds_left(session, at) / 60))


def minutes_over(session: Session, at: dt.datetime) -> int:
    """Whole minutes beyond the box, at least one once it is used up; 0 before."""
    over = -_seconds_left(session, at)
    return max(1, int(over // 60)) if over > 0 else 0


def _seconds_left(session: Session, at: dt.datetime) -> float:
    return session.minutes * 60 - (at - session.held_at).total_seconds()


def run_context(access: PlanAccess, session: Session, key: str | None, at: dt.datetime) -> dict[str, Any]:
    """The context of meeting mode at one step: what is there, and who may do what with it."""
    token = pulse_seen(session)
    meeting = meeting_of(session)
    step = meeting.step(key)
    leader = session.leader()
    context: dict[str, Any] = {
        "session": session,
        "meeting": meeting,
        "step": step,
        "previous": meeting.beside(step, -1),
        "following": meeting.beside(step, 1),
        "has_floor": step.key == session.floor,
        "leader": leader,
        "leads": access.may_run_sessions and leader in (None, access.user),
        "minutes_left": minutes_left(session, at),
        "minutes_over": minutes_over(session, at),
        "token": token,
    }
    if step.line:
        return context | line_context(_whole(step.line), session, at)
    if step.key == OPENING:
        context["attendance"] = list(session.attendance.select_related("user"))
    elif step.key == CLOSING:
        context["all_decisions"] = session.decisions.standing().select_related("who", "line").order_by("at", "pk")
    return context
