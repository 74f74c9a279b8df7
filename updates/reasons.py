"""Why a line is on the agenda, in words of the active language. Pure but for that language: the facts are the line's.

The same words serve the agenda, meeting mode and the minutes, so `line` is an AgendaLine or a line as it was recorded:
anything with kind, flags, facts and times.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.utils import dateformat
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext, ngettext, pgettext

from ogsm import words

from .agenda import Kind

HELP_SHOWN = 110


class Line(Protocol):
    kind: Any
    flags: Any
    facts: Any
    times: Any


@dataclass(frozen=True)
class Reason:
    """One reason. `light` is set when the reason is a judgement (its value), `late` when it is lateness."""

    text: str = ""
    light: str | None = None
    late: bool = False


def reasons(line: Line, *, brief: bool = False) -> list[Reason]:
    """The line's reasons, the judgement first, 'for the nth time' last; `brief` where the question asked stands beside
    them in full."""
    facts = dict(line.facts or {})
    if brief and facts.get("help"):
        facts["help"] = [""]
    said = list(_BY_KIND.get(str(line.kind), _no_reason)(facts, frozenset(line.flags or ())))
    if line.times and line.times > 1:
        said.append(Reason(nth_time(line.times)))
    return said


def nth_time(times: int) -> str:
    """'for the 2nd time'."""
    return gettext("for the %(nth)s time") % {"nth": ordinal(times)}


def ordinal(number: int) -> str:
    """'2nd' in English, '2e' in Dutch."""
    if (get_language() or "en").startswith("nl"):
        return f"{number}e"
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def day_month(day: dt.date) -> str:
    """'31 July'."""
    return dateformat.format(day, "j F")


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text[:10]) if text else None


def _no_reason(facts: dict[str, Any], flags: frozenset[str]) -> Iterator[Reason]:
    return iter(())


def _action(facts: dict[str, Any], flags: frozenset[str]) -> Iterator[Reason]:
    light, status = facts.get("light", ""), facts.get("status", "")
    if status == "done":
        yield Reason(light="done", text=_done_on(_day(facts.get("completed_on"))))
        return
    if light or "not-judged" in flags:
        yield Reason(light=light)
    elif status == "todo":
        yield Reason(light="todo")
    yield from _time_reasons(facts, flags)
    moves = facts.get("moves", 0)
    if moves:
        yield Reason(_moved(moves, facts.get("days_moved", 0)))
    if "no-update" in flags:
        yield Reason(gettext("no update"))
    for text in facts.get("help", ()):
        asked = gettext("help asked: %(question)s") % {"question": Truncator(text).chars(HELP_SHOWN)}
        yield Reason(asked if text else gettext("help asked"))


def _time_reasons(facts: dict[str, Any], flags: frozenset[str]) -> Iterator[Reason]:
    """Lateness; the first one of an action on green says 'but'."""
    but = "contradiction" in flags
    if "late" in flags:
        late = words.days_late(facts.get("days_late", 0))
        yield Reason(pgettext("green", "but %(reason)s") % {"reason": late} if but else late, late=True)
        but = False
    if "start-overdue" in flags and (start := _day(facts.get("starts_on"))):
        text = gettext("should have started %(day)s") % {"day": day_month(start)}
        yield Reason(pgettext("green", "but %(reason)s") % {"reason": text} if but else text)
        but = False
    if "expected-late" in flags and (end := _day(facts.get("expected_end"))):
        days = facts.get("expected_days", 0)
        text = ngettext("expected %(day)s, %(days)d day later", "expected %(day)s, %(days)d days later", days)
        text %= {"day": day_month(end), "days": days}
        yield Reason(pgettext("green", "but %(reason)s") % {"reason": text} if but else text)


def _moved(moves: int, days: int) -> str:
    if moves == 1:
        return ngettext("moved once, %(days)d day", "moved once, %(days)d days", days) % {"days": days}
    text = ngettext("moved %(moves)d×, %(days)d day in all", "moved %(moves)d×, %(days)d days in all", days)
    return text % {"moves": moves, "days": days}


def _done_on(day: dt.date | None) -> str:
    return gettext("Done %(day)s") % {"day": words.day_short(day)} if day else ""


def _help(facts: dict[str, Any], flags: frozenset[str]) -> Iterator[Reason]:
    yield Reason(gettext("help not answered yet"))
    if (asked := _day(facts.get("asked_at"))) and facts.get("asked_by"):
        text = gettext("asked by %(name)s on %(day)s")
        yield Reason(text % {"name": facts["asked_by"], "day": day_month(asked)})


def _agreement(facts: dict[str, Any], flags: frozenset[str]) -> Iterator[Reason]:
    if due := _day(facts.get("due_on")):
        yield Reason(gettext("agreement for %(day)s") % {"day": day_month(due)})
    if facts.get("days_late", 0) > 0:
        yield Reason(words.days_late(facts["days_late"]), late=True)


def _point(facts: dict[str, Any], flags: frozenset[str]) -> Iterator[Reason]:
    yield Reason(gettext("point of our own"))


def _indicator(facts: dict[str, Any], flags: frozenset[str]) -> Iterator[Reason]:
    light, unit = facts.get("light", ""), facts.get("unit", "")
    yield Reason(light=light)
    if light == "unmeasured":
        if period := _day(facts.get("missing")):
            text = gettext("nothing entered for %(period)s")
            yield Reason(text % {"period": words.period(period, facts.get("frequency", "month"))})
        return
    if facts.get("value") is not None:
        amount = Decimal(facts["value"])
        value = words.quantity(amount, unit)
        if facts.get("path") is None:
            yield Reason(value)
        else:
            path = words.quantity(_as_precise(Decimal(facts["path"]), amount), unit)
            yield Reason(gettext("%(value)s, should be %(path)s") % {"value": value, "path": path})
    if period := _day(facts.get("period")):
        yield Reason(words.period(period, facts.get("frequency", "month")))


def _as_precise(path: Decimal, value: Decimal) -> Decimal:
    """A point of the path with as many decimals as people use for the value."""
    exponent = value.normalize().as_tuple().exponent
    return path.quantize(Decimal(1).scaleb(min(int(exponent), 0)))


def _choice(facts: dict[str, Any], flags: frozenset[str]) -> Iterator[Reason]:
    reviewed = _day(facts.get("reviewed_at"))
    if reviewed:
        yield Reason(light=facts.get("light", ""))
    if not reviewed:
        yield Reason(gettext("no review yet"))
    elif not facts.get("is_current"):
        yield Reason(gettext("no new review since %(day)s") % {"day": day_month(reviewed)})
    counts = facts.get("indicators") or {}
    if "contradiction" in flags:
        text = ngettext("but %(count)d indicator is red", "but %(count)d indicators are red", counts.get("red", 0))
        yield Reason(text % {"count": counts.get("red", 0)})
    elif off := sum(counts.values()):
        text = ngettext("%(count)d indicator off its path", "%(count)d indicators off their path", off)
        yield Reason(text % {"count": off})


def _goal(facts: dict[str, Any], flags: frozenset[str]) -> Iterator[Reason]:
    unit, due = facts.get("unit", ""), _day(facts.get("due_on"))
    if facts.get("target") is not None and due:
        target = {"target": words.quantity(Decimal(facts["target"]), unit), "day": words.day_short_year(due)}
        yield Reason(gettext("target %(target)s on %(day)s") % target)
    judged = facts.get("judgement", "")
    yield Reason(judgement_words(judged, facts.get("actual"), unit) if judged else gettext("not judged yet"))


def judgement_words(judgement: str, actual: str | None, unit: str) -> str:
    """'partly reached: €950,000', the words of a goal's judgement with its actual value."""
    said = {
        "reached": gettext("reached"),
        "partly": gettext("partly reached"),
        "not_reached": gettext("not reached"),
    }.get(judgement, judgement)
    return f"{said}: {words.quantity(Decimal(actual), unit)}" if actual else said


_BY_KIND = {
    Kind.CHOICE.value: _choice,
    Kind.GOAL.value: _goal,
    Kind.ACTION.value: _action,
    Kind.HELP.value: _help,
    Kind.AGREEMENT.value: _agreement,
    Kind.POINT.value: _point,
    Kind.INDICATOR.value: _indicator,
}
