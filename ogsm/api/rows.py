"""Things of a plan as rows: the values of the fields in schemas.py. They read what the querysets fetched, no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Model

from actions.models import Action
from actions.querysets import Figures, percent_current
from ogsm import dates
from plans.models import Choice, Goal, Indicator, IndicatorValue, Plan
from plans.rules import judge, target_path
from updates.models import Decision, Session, Update

Web = Callable[[str], str]
Row = dict[str, Any]
PLACES = Decimal("0.0001")  # of an amount


def _same(thing: Model, *names: str) -> Row:
    """The fields that have the same name in both."""
    return {name: getattr(thing, name) for name in ("id", *names)}


def _who(field: str, person: Any) -> Row:
    return {f"{field}_id": person.pk if person else None, f"{field}_name": str(person) if person else None}


def _amount(amount: Decimal | None) -> Decimal | None:
    """As precise as what is stored, and within what a number of JSON can hold."""
    return None if amount is None else amount.quantize(PLACES)


def plan_row(plan: Plan, role: str, figures: Figures, web: Web) -> Row:
    same = _same(
        plan, "name", "organisation", "state", "starts_on", "ends_on", "ambition", "activated_at", "closed_at",
        "archived_at", "updated_at",
    )  # fmt: skip
    return {
        **same,
        "your_role": role,
        "open_actions": figures["open"],
        "off_plan_actions": figures["off_plan"],
        "done_actions": figures["done"],
        "percent_current": percent_current(figures),
        "web_address": web(plan.get_absolute_url()),
    }


def goal_row(goal: Goal) -> Row:
    same = _same(goal, "plan_id", "name", "unit", "baseline", "target", "due_on", "actual", "archived_at", "updated_at")
    return {**same, "judgement": goal.judgement or None}


def choice_row(choice: Choice) -> Row:
    same = _same(choice, "plan_id", "position", "short_name", "goal", "how", "kind", "archived_at", "updated_at")
    return {**same, **_who("owner", choice.owner), "no_longer": choice.stops}


def action_row(action: Action, web: Web) -> Row:
    same = _same(
        action, "plan_id", "choice_id", "result", "description", "link", "starts_on", "deadline", "original_deadline",
        "deadline_moves", "days_moved", "status", "completed_on", "confirmed_at", "expected_end", "last_update_at",
        "open_help", "archived_at", "updated_at",
    )  # fmt: skip
    return {
        **same,
        **_who("responsible", action.responsible),
        "choice_name": action.choice.short_name,
        "involved": [{"id": user.pk, "name": str(user)} for user in action.involved.all()],
        "indicator_ids": [indicator.pk for indicator in action.serves.all()],
        "light": action.light or None,
        "flags": action.flag_names,
        "off_plan": bool(action.flags),
        "web_address": web(action.get_absolute_url()),
    }


def update_row(update: Update) -> Row:
    same = _same(
        update, "action_id", "at", "status", "done", "next", "need", "expected_end", "unchanged", "corrected_at",
        "updated_at",
    )  # fmt: skip
    return {
        **same,
        **_who("author", update.author),
        **_who("on_behalf_of", update.on_behalf_of),
        "plan_id": update.action.plan_id,
        "light": update.light or None,
    }


def indicator_row(indicator: Indicator, plan_id: int, on: dt.date, address: str) -> Row:
    same = _same(
        indicator, "choice_id", "name", "unit", "direction", "kind", "frequency", "source", "baseline", "baseline_on",
        "target", "target_on", "archived_at", "updated_at",
    )  # fmt: skip
    reading = indicator.reading(on)
    return {
        **same,
        **_who("entered_by", indicator.entered_by),
        "plan_id": plan_id,
        "choice_name": indicator.choice.short_name,
        "green_up_to": indicator.green_limit,
        "amber_up_to": indicator.amber_limit,
        "light": reading.light.value,
        "period": reading.period,
        "value": reading.value,
        "path": _amount(reading.path),
        "web_address": address,
    }


def value_row(value: IndicatorValue, plan_id: int, on: dt.date) -> Row:
    indicator = value.indicator
    end = dates.period_end(value.period, indicator.frequency)
    path = target_path(indicator.facts, end)
    is_judged = path is not None and end < on
    return {
        **_same(value, "indicator_id", "period", "value", "note", "entered_at", "updated_at"),
        **_who("author", value.author),
        "plan_id": plan_id,
        "indicator_name": indicator.name,
        "unit": indicator.unit,
        "period_ends_on": end,
        "path": _amount(path),
        "light": judge(indicator.facts, value.value, end).value if is_judged else None,
    }


def decision_row(decision: Decision) -> Row:
    same = _same(
        decision, "plan_id", "session_id", "action_id", "kind", "text", "before", "after", "due_on", "done_at", "at",
        "updated_at",
    )  # fmt: skip
    return {**same, **_who("who", decision.who), **_who("recorded_by", decision.by)}


def session_row(session: Session, web: Web) -> Row:
    same = _same(
        session, "plan_id", "kind", "state", "starts_at", "minutes_used", "place", "opened_at", "started_at",
        "closed_at", "cancelled_at", "percent_current", "updated_at",
    )  # fmt: skip
    return {
        **same,
        **_who("facilitator", session.facilitator),
        "box_minutes": session.minutes,
        "off_plan_actions": session.off_plan_count,
        "web_address": web(session.get_absolute_url()),
    }


# ---- minutes: from the record, of whatever version ----


def minutes_of(session: Session) -> Row | None:
    """The record of a closed session; None before. One query, for the corrections."""
    record = session.minutes_record
    if not session.is_closed or not record:
        return None
    return {
        "plan": record["plan"],
        "organisation": record["organisation"],
        "facilitator": record["facilitator"],
        "place": record.get("place", ""),
        "attendance": [
            {"person_id": entry.get("user"), "name": entry["name"], "state": entry["state"]}
            for entry in record["attendance"]
        ],
        "figures": record["figures"],
        "lines": [_line(line) for line in record["lines"]],
        "note": record.get("note", ""),
        "other_decisions": [_recorded(decision) for decision in record.get("other_decisions", [])],
        "changes": [{**change, "action_id": change["action"]} for change in record["changes"]],
        "indicator_lights": record.get("indicators", {}),
        "next_session_at": record.get("next_session"),
        "corrections": [
            {**_who("author", note.author), "at": note.at, "text": note.text}
            for note in session.notes.select_related("author")
        ],
    }


def _line(line: Mapping[str, Any]) -> Row:
    about, _dash, item_id = line["key"].partition("-")
    answer = line.get("answer")
    return {
        "about": about,
        "about_id": int(item_id),
        **{name: line[name] for name in ("section", "title", "flags", "times", "minutes", "note")},
        "person_id": line.get("person_id"),
        "person_name": line["person"],
        "outcome": line["outcome"] or None,
        "answer": answer and {"state": answer["state"], "text": answer["text"], "by_name": answer["by"]},
        "decisions": [_recorded(decision) for decision in line["decisions"]],
    }


def _recorded(decision: Mapping[str, Any]) -> Row:
    same = {name: decision[name] for name in ("kind", "text", "before", "after", "due_on")}
    return {
        **same, "who_name": decision["who"], "who_id": decision.get("who_id"), "action_id": decision.get("action")
    }  # fmt: skip
