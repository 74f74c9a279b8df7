"""A plan as a plan.json. The same plan gives the same bytes: nothing in it says when, or by whom, it was written."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Min, Model, QuerySet

from actions.models import Action, DeadlineShift, Step
from ogsm.accounts.models import User
from plans.models import Choice, Goal, Indicator, IndicatorValue, Plan
from updates.models import (
    AgendaLine,
    AgendaPoint,
    Attendance,
    ChoiceReview,
    Decision,
    GoalReview,
    HelpRequest,
    Remark,
    SessionNote,
    Update,
)

from .format import NAME, VERSION
from .people import former_address
from .records import is_key, key_of, people_in, record_of, replaced_of
from .replaced import PEOPLE


def plan_json(plan: Plan) -> bytes:
    """The whole plan. Some thirty queries, whatever it holds."""
    return (json.dumps(_Writing(plan).document(), ensure_ascii=False, indent=1) + "\n").encode()


class _Rows:
    """All rows of a plan, each kind in the order in which it was made."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.members = self._all(plan.memberships.all())
        self.stand_ins = self._all(plan.stand_ins.all())
        self.goals = self._all(plan.goals.order_by("position", "pk"))
        self.choices = self._all(plan.choices.order_by("position", "pk"))
        self.reviews = self._by("choice_id", ChoiceReview.objects.filter(choice__plan=plan))
        indicators = Indicator.objects.filter(choice__plan=plan)
        self.indicators = self._all(indicators.order_by("choice__position", "choice", "position", "pk"))
        self.values = self._by("indicator_id", IndicatorValue.objects.filter(indicator__choice__plan=plan), "period")
        self.actions = self._all(plan.actions.all())
        self.involved = self._pairs(Action.involved.through, "user_id")
        self.serves = self._pairs(Action.serves.through, "indicator_id")
        self.steps = self._by("action_id", Step.objects.filter(action__plan=plan), "position", "pk")
        self.shifts = self._by("action_id", DeadlineShift.objects.filter(action__plan=plan))
        self.updates = self._by("action_id", Update.objects.filter(action__plan=plan))
        self.remarks = self._by("update_id", Remark.objects.filter(update__action__plan=plan))
        self.help = self._all(HelpRequest.objects.filter(action__plan=plan))
        self.points = self._all(AgendaPoint.objects.filter(plan=plan))
        self.sessions = self._all(plan.sessions.all())
        of_sessions = {"session__plan": plan}
        self.lines = self._by("session_id", AgendaLine.objects.filter(**of_sessions), "position", "pk")
        self.attendance = self._by("session_id", Attendance.objects.filter(**of_sessions))
        self.goal_reviews = self._by("session_id", GoalReview.objects.filter(**of_sessions))
        self.notes = self._by("session_id", SessionNote.objects.filter(**of_sessions))
        self.decisions = self._all(plan.decisions.all())

    people: set[int]

    def _all(self, rows: QuerySet[Any]) -> list[Any]:
        """One query. Notes who is named in them."""
        found = list(rows if rows.query.order_by else rows.order_by("pk"))
        names = [field.attname for field in rows.model._meta.concrete_fields if field.related_model is User]
        self.people = getattr(self, "people", set())
        self.people |= {number for row in found for name in names if (number := getattr(row, name)) is not None}
        return found

    def _by(self, name: str, rows: QuerySet[Any], *order: str) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        for row in self._all(rows.order_by(*(order or ("pk",)))):
            found[getattr(row, name)].append(row)
        return found

    def _pairs(self, through: type[Model], name: str) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        rows = through._default_manager.filter(action__plan=self.plan)
        for action, number in rows.order_by(name).values_list("action_id", name):
            found[action].append(number)
            if name == "user_id":
                self.people.add(number)
        return found

    def everybody(self) -> list[User]:
        """Who is named anywhere, in the order of their addresses; whose account was removed at the end. One query."""
        for session in self.sessions:
            self.people |= set(people_in(session.minutes_record)) if session.minutes_record else set()
        for decision in self.decisions:
            pairs = [pair for name, pair in decision.replaced.items() if name in PEOPLE]
            self.people |= {number for pair in pairs for number in pair if number is not None}
        return sorted(User.objects.filter(pk__in=self.people), key=_by_address)


def _by_address(user: User) -> tuple[bool, str, int]:
    return (False, user.email, 0) if user.removed_at is None else (True, "", user.pk)


class _Numbers:
    """The numbers of the file, by those of the database. What was deleted is counted below zero as it comes up."""

    def __init__(self, rows: _Rows) -> None:
        self._gone: dict[str, dict[int, int]] = defaultdict(dict)
        self.everybody = rows.everybody()
        flat = {
            "people": self.everybody,
            "goals": rows.goals,
            "choices": rows.choices,
            "indicators": rows.indicators,
            "actions": rows.actions,
            "updates": _in_order(rows.actions, rows.updates),
            "shifts": _in_order(rows.actions, rows.shifts),
            "help_requests": rows.help,
            "points": rows.points,
            "sessions": rows.sessions,
            "lines": _in_order(rows.sessions, rows.lines),
            "decisions": rows.decisions,
        }
        self._there = {
            kind: {row.pk: number for number, row in enumerate(found, start=1)} for kind, found in flat.items()
        }

    def of(self, kind: str, pk: int | None) -> int | None:
        """None for none, and for what is not there."""
        return None if pk is None else self._there[kind].get(pk)

    def person(self, number: int | None) -> int | None:
        return self.of("people", number)

    def item(self, kind: str, number: int) -> int:
        if number in self._there[kind]:
            return self._there[kind][number]
        gone = self._gone[kind]
        return gone.setdefault(number, -len(gone) - 1)


def _in_order(owners: Iterable[Any], rows: dict[int, list[Any]]) -> list[Any]:
    return [row for owner in owners for row in rows.get(owner.pk, ())]


# ---- values ----
def _plain(value: Any) -> Any:
    """As it stands in the file."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return value


def _sorted(value: Any) -> Any:
    """What the database keeps as JSON, in one order: not every database keeps the order it was written in."""
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def _same(row: Any, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _made_at(rows: list[Any], model: Any) -> dict[int, str]:
    """When each was made, by its history. One query."""
    made = model.history.filter(id__in=[row.pk for row in rows], history_type="+").order_by()
    return {pk: _plain(at) for pk, at in made.values_list("id").annotate(at=Min("history_date"))}


class _Writing:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rows = _Rows(plan)
        self.numbers = _Numbers(self.rows)

    def _number(self, row: Any, kind: str) -> dict[str, Any]:
        return {"id": self.numbers.of(kind, row.pk)}

    def _people(self, row: Any, *names: str) -> dict[str, Any]:
        return {name: self.numbers.person(getattr(row, f"{name}_id")) for name in names}

    def _to(self, kind: str, pk: int | None) -> int | None:
        return self.numbers.of(kind, pk)

    def document(self) -> dict[str, Any]:
        rows = self.rows
        return {
            "format": NAME,
            "version": VERSION,
            "plan": self._plan(),
            "people": [
                {"id": number, "email": former_address(number) if user.removed_at else user.email, "name": user.name}
                for number, user in enumerate(self.numbers.everybody, start=1)
            ],
            "members": sorted(
                ({"person": self.numbers.person(one.user_id), "role": one.role} for one in rows.members),
                key=lambda member: member["person"] or 0,
            ),
            "stand_ins": [
                self._people(one, "person", "deputy") | _same(one, "first_on", "last_on", "withdrawn_at")
                for one in rows.stand_ins
            ],
            "goals": self._goals(),
            "choices": self._choices(),
            "indicators": self._indicators(),
            "actions": self._actions(),
            "help_requests": [self._help(one) for one in rows.help],
            "points": [
                self._number(one, "points")
                | _same(one, "session_kind", "text")
                | self._people(one, "person")
                | _same(one, "hand_minutes", "added_at", "decided_at")
                for one in rows.points
            ],
            "sessions": [self._session(one) for one in rows.sessions],
            "decisions": [self._decision(one) for one in rows.decisions],
        }

    # ---- the plan ----
    def _plan(self) -> dict[str, Any]:
        plan = self.plan
        origin = plan.origin_choice
        return {
            **_same(plan, "name", "organisation", "state", "starts_on", "ends_on", "ambition"),
            "origin": {"plan": origin.plan.name, "choice": origin.short_name} if origin else None,
            "made_at": _made_at([plan], Plan).get(plan.pk),
            **_same(plan, "activated_at", "closed_at", "archived_at"),
        }

    def _goals(self) -> list[dict[str, Any]]:
        made = _made_at(self.rows.goals, Goal)
        fields = ("name", "unit", "baseline", "target", "due_on", "judgement", "actual")
        return [
            self._number(goal, "goals")
            | _same(goal, *fields)
            | {"made_at": made.get(goal.pk)}
            | _same(goal, "archived_at")
            for goal in self.rows.goals
        ]

    def _choices(self) -> list[dict[str, Any]]:
        made = _made_at(self.rows.choices, Choice)
        return [
            self._number(choice, "choices")
            | _same(choice, "short_name", "goal", "how", "kind")
            | self._people(choice, "owner")
            | _same(choice, "stops", "colour")
            | {"made_at": made.get(choice.pk)}
            | _same(choice, "archived_at")
            | {
                "reviews": [
                    self._people(one, "author", "on_behalf_of") | _same(one, "light", "learned", "changes", "at")
                    for one in self.rows.reviews[choice.pk]
                ]
            }
            for choice in self.rows.choices
        ]

    def _indicators(self) -> list[dict[str, Any]]:
        made = _made_at(self.rows.indicators, Indicator)
        defined = ("name", "unit", "direction", "kind", "source")
        aimed = ("baseline", "baseline_on", "target", "target_on", "frequency")
        return [
            self._number(one, "indicators")
            | {"choice": self._to("choices", one.choice_id)}
            | _same(one, *defined, *aimed)
            | self._people(one, "entered_by")
            | _same(one, "green_limit", "amber_limit")
            | {"made_at": made.get(one.pk)}
            | _same(one, "archived_at", "archived_with_choice")
            | {
                "values": [
                    _same(value, "period", "value", "note") | self._people(value, "author") | _same(value, "entered_at")
                    for value in self.rows.values[one.pk]
                ]
            }
            for one in self.rows.indicators
        ]

    # ---- actions ----
    def _actions(self) -> list[dict[str, Any]]:
        made = _made_at(self.rows.actions, Action)
        places = self._places()
        return [self._action(action, places[action.pk], made.get(action.pk)) for action in self.rows.actions]

    def _places(self) -> dict[int, int]:
        """The place of each in its column, from 1."""
        places, counted = {}, defaultdict[str, int](int)
        for action in sorted(self.rows.actions, key=lambda action: (action.rank, action.pk)):
            counted[action.status] += 1
            places[action.pk] = counted[action.status]
        return places

    def _action(self, action: Action, place: int, made_at: str | None) -> dict[str, Any]:
        rows, pk = self.rows, action.pk
        return {
            **self._number(action, "actions"),
            "choice": self._to("choices", action.choice_id),
            **_same(action, "result", "description", "link"),
            **self._people(action, "responsible"),
            "involved": sorted(filter(None, map(self.numbers.person, rows.involved[pk]))),
            "serves": sorted(filter(None, (self._to("indicators", one) for one in rows.serves[pk]))),
            **_same(action, "starts_on", "deadline", "original_deadline", "status"),
            "place": place,
            **_same(action, "completed_on", "confirmed_at", "light", "expected_end", "slip_discussed_at"),
            "made_at": made_at,
            **_same(action, "archived_at", "archived_with_choice"),
            "steps": [
                _same(step, "text", "done_at") | self._people(step, "done_by") | _same(step, "archived_at")
                for step in rows.steps[pk]
            ],
            "shifts": [
                self._number(shift, "shifts")
                | _same(shift, "from_date", "to_date", "reason")
                | self._people(shift, "by")
                | _same(shift, "at", "undone_at")
                for shift in rows.shifts[pk]
            ],
            "updates": [self._update(update) for update in rows.updates[pk]],
        }

    def _update(self, update: Update) -> dict[str, Any]:
        return {
            **self._number(update, "updates"),
            **self._people(update, "author", "on_behalf_of"),
            **_same(update, "done", "next", "need"),
            **self._people(update, "need_of"),
            **_same(update, "status", "light", "expected_end", "at", "unchanged", "corrected_at"),
            "remarks": [
                self._people(one, "author") | _same(one, "text", "at", "corrected_at")
                for one in self.rows.remarks[update.pk]
            ],
        }

    def _help(self, asked: HelpRequest) -> dict[str, Any]:
        return {
            **self._number(asked, "help_requests"),
            "action": self._to("actions", asked.action_id),
            "update": self._to("updates", asked.update_id),
            **_same(asked, "text"),
            **self._people(asked, "asked_by", "asked_of"),
            **_same(asked, "asked_at", "state", "answer", "promised_on"),
            **self._people(asked, "answered_by", "answered_for"),
            **_same(asked, "answered_at"),
        }

    # ---- sessions ----
    def _session(self, session: Any) -> dict[str, Any]:
        rows, pk, record = self.rows, session.pk, session.minutes_record
        moments = ("opened_at", "started_at", "closed_at", "cancelled_at")
        return {
            **self._number(session, "sessions"),
            **_same(session, "kind", "state", "starts_at", "minutes", "place"),
            **self._people(session, "facilitator"),
            **_same(session, *moments, "percent_current", "off_plan_count", "note"),
            **self._people(session, "lead"),
            "floor": self._to("lines", session.current_line_id),
            "floor_at": _plain(session.current_line_at),
            "step": session.current_step,
            "wishes": self._wishes(session),
            "lines": [self._line(line) for line in rows.lines[pk]],
            "attendance": [
                {"person": self._to("people", one.user_id), "state": one.state} for one in rows.attendance[pk]
            ],
            "goal_reviews": [
                {"goal": self._to("goals", one.goal_id)}
                | _same(one, "judgement", "actual", "text")
                | self._people(one, "author")
                | _same(one, "at")
                for one in rows.goal_reviews[pk]
            ],
            "record": _sorted(record_of(record, self.numbers)) if record else None,
            "notes": [
                _same(note, "text") | self._people(note, "author") | _same(note, "at") for note in rows.notes[pk]
            ],
        }

    def _wishes(self, session: Any) -> dict[str, Any] | None:
        """None without, and once the agenda is frozen."""
        wishes = session.wishes
        if not wishes or session.state not in session.COMING:
            return None

        def key(stored: str | None) -> str | None:
            return key_of(stored, self.numbers) if stored is not None else None

        moves = [
            move
            for move in wishes.moves
            if all(one is None or is_key(one) for one in (move.key, move.above, move.below))
        ]
        return {
            "moves": [{"line": key(one.key), "above": key(one.above), "below": key(one.below)} for one in moves],
            "minutes": [
                {"line": key(line), "minutes": given} for line, given in sorted(wishes.minutes.items()) if is_key(line)
            ],
        }

    def _line(self, line: AgendaLine) -> dict[str, Any]:
        key = key_of(line.key, self.numbers)
        return {
            **self._number(line, "lines"),
            "kind": line.kind,
            "item": int(key.partition("-")[2]),
            **_same(line, "section", "title"),
            **self._people(line, "person"),
            "action": self._to("actions", line.action_id),
            "flags": line.flags,
            "facts": _sorted(line.facts),
            **_same(line, "minutes", "times", "outcome", "outcome_at", "note", "seconds"),
        }

    def _decision(self, decision: Decision) -> dict[str, Any]:
        return {
            **self._number(decision, "decisions"),
            "session": self._to("sessions", decision.session_id),
            "line": self._to("lines", decision.line_id),
            "action": self._to("actions", decision.action_id),
            **_same(decision, "kind", "text", "before", "after"),
            "shift": self._to("shifts", decision.shift_id),
            "replaced": _sorted(replaced_of(decision.replaced, self.numbers)),
            **self._people(decision, "who"),
            **_same(decision, "due_on"),
            **self._people(decision, "by"),
            **_same(decision, "at", "undone_at", "done_at"),
        }
