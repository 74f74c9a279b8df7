"""What changed on the one-page plan since a moment: the rule. Pure; `since_read.py` fetches what it judges.

It answers the question of a management team, 'what is different from last time?', so it compares what was agreed then
with what is agreed now: the wording of ambition, goals and choices, how an indicator is defined, and an action's
result, choice, responsible, deadline and status. What was changed and changed back is no change.

Left out on purpose: values, lights and judgements (they say how it goes, not what was agreed; every update renews
them, and the filter 'Only off plan' shows them), the place on the page, descriptions and links.

A piece that came back from the archive is new to whoever looks at the page; one that came and went in between was
never missed, and is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import dateformat
from django.utils.translation import gettext as _

from ogsm import dates, words

if TYPE_CHECKING:
    from .changes import Difference
    from .models import Plan
    from .sheet import ChoiceRow

NEW, CHANGED, GONE = "new", "changed", "gone"
# What was agreed of a piece; the history shows these of indicators and choices too.
COUNTED: Mapping[str, tuple[str, ...]] = {
    "plan": ("ambition",),
    "goal": ("name", "unit", "baseline", "target", "due_on"),
    "choice": ("short_name", "goal", "how", "kind", "owner", "stops"),
    "indicator": (
        "name",
        "unit",
        "direction",
        "kind",
        "source",
        "baseline",
        "baseline_on",
        "target",
        "target_on",
        "frequency",
        "entered_by",
        "green_limit",
        "amber_limit",
    ),
    "action": ("result", "choice", "responsible", "starts_on", "deadline", "status"),
}
EARLIEST, LATEST = 1900, 9000


def read_day(text: str) -> dt.date | None:
    """A day of an address, '2026-10-13'; None for what is not one, or lies out of every plan's reach."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day.year < LATEST else None


def asked_value(query: Mapping[str, Any]) -> str:
    """The moment as the address names it; `since=date&day=…` is what the form of the page sends, a day alone counts
    too. '' without one."""
    value = query.get("since", "")
    return query.get("day", "") if value in ("", "date") else value


def kind_of_change(*, was_there: bool, is_there: bool, changed: Iterable[str]) -> str:
    """NEW, CHANGED, GONE, or '' for a piece that a reader finds as it was. `changed`: counted fields that differ."""
    if not is_there:
        return GONE if was_there else ""
    if not was_there:
        return NEW
    return CHANGED if any(True for _name in changed) else ""


@dataclass(frozen=True)
class Moment:
    """Since when: `value` as the address says it, `label` as it follows 'since'."""

    value: str
    at: dt.datetime
    label: str

    @property
    def is_day(self) -> bool:
        return read_day(self.value) is not None


def session_moment(session: Any) -> Moment:
    """From the closing of a closed session."""
    day = dateformat.format(session.day, "j F")
    return Moment(f"session-{session.pk}", session.closed_at, _("the session of %(day)s") % {"day": day})


def moments_of(plan: Plan, sessions: Iterable[Any]) -> list[Moment]:
    """What a reader can choose from: closed sessions, the latest first, and the plan's activation."""
    found = [session_moment(session) for session in sessions]
    if plan.activated_at:
        found.append(Moment("active", plan.activated_at, _("the plan became active")))
    return found


def moment_of(value: str, moments: Iterable[Moment]) -> Moment | None:
    """The moment an address means: one of `moments`, or the start of a day. None for anything else."""
    for moment in moments:
        if moment.value == value:
            return moment
    day = read_day(value)
    if day is None:
        return None
    return Moment(day.isoformat(), dates.start_of_day(day, settings.TIME_ZONE), words.day_short_year(day))


@dataclass(frozen=True)
class PieceChange:
    """One piece that is not as it was: its kind of piece, its name now, and per field from what to what."""

    what: str
    piece: str
    name: str
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True)
class Since:
    """All that changed since a moment, by piece ('action-12'; the ambition is 'plan-<id>')."""

    moment: Moment
    pieces: Mapping[str, PieceChange]

    def count(self, what: str) -> int:
        return sum(one.what == what for one in self.pieces.values())

    @property
    def gone(self) -> list[PieceChange]:
        return [one for one in self.pieces.values() if one.what == GONE]

    def shown(self, rows: Iterable[ChoiceRow]) -> list[ChoiceRow]:
        """Of the page's rows what changed: a choice stays for what it holds."""
        found = []
        for row in rows:
            row.indicators = [line for line in row.indicators if f"indicator-{line.indicator.pk}" in self.pieces]
            row.open, row.done = (
                [action for action in actions if f"action-{action.pk}" in self.pieces]
                for actions in (row.open, row.done)
            )
            if not row.is_empty or f"choice-{row.choice.pk}" in self.pieces:
                found.append(row)
        return found
