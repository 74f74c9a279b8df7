"""'Are we getting better?': the figures of closed update sessions over time, as small charts and as rows of a table.

Pure but for `figures_of` and the reader's language: facts in, markup out. Like in plans/chart.py the drawings hold no
style and places are percentages, so one drawing fits a phone, a wide screen and paper; how it looks is in figures.css.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actions.models import organisation_day
from ogsm import words
from plans.chart import svg_number

if TYPE_CHECKING:
    from plans.models import Plan

    from .session_models import Session

AT_LEAST = 2
AT_MOST = 12
EDGE = 3.0  # percent left free at both ends, for the points themselves
TOP = 16.0  # and above, for the newest figure


@dataclass(frozen=True)
class Promise:
    """What somebody would do by a day, and on which day it was done; None for not yet."""

    due_on: dt.date
    done_on: dt.date | None


@dataclass(frozen=True)
class Held:
    """One closed update session. `due` agreements fell due since the session before it, `kept` of them were done by
    the day of this one."""

    session: Session
    day: dt.date
    percent_current: int | None
    off_plan: int | None
    used: int | None
    box: int
    due: int = 0
    kept: int = 0

    @property
    def percent_kept(self) -> int | None:
        return round(100 * self.kept / self.due) if self.due else None


def kept_by(promises: Iterable[Promise], after: dt.date | None, day: dt.date) -> tuple[int, int]:
    """(how many fell due after a day, up to and with `day`; how many of those were done by then)."""
    due = [each for each in promises if each.due_on <= day and (after is None or each.due_on > after)]
    return len(due), sum(each.done_on is not None and each.done_on <= day for each in due)


def figures_of(plan: Plan, closed: Sequence[Session]) -> list[Held]:
    """The closed update sessions among `closed`, the oldest first. One query."""
    sessions = sorted((session for session in closed if session.kind == "update"), key=lambda each: each.held_at)
    rows = plan.decisions.promises().exclude(due_on=None).values_list("due_on", "done_at")
    promises = [Promise(due_on, organisation_day(done_at) if done_at else None) for due_on, done_at in rows]
    held, before = [], None
    for session in sessions:
        due, kept = kept_by(promises, before, session.day)
        figures = (session.percent_current, session.off_plan_count, session.minutes_used, session.minutes)
        held.append(Held(session, session.day, *figures, due=due, kept=kept))
        before = session.day
    return held


# ---- charts ----

Value = Callable[[Held], int | None]


@dataclass(frozen=True)
class Chart:
    """One figure over time: its name, the newest value in words, how that compares, and the drawing."""

    key: str
    name: str
    newest: str
    compared: str
    svg: SafeString


def charts_of(held: Sequence[Held]) -> list[Chart]:
    """The four charts; none before there are two sessions to compare."""
    held = held[-AT_MOST:]
    if len(held) < AT_LEAST:
        return []
    percent: Callable[[int], str] = lambda value: f"{value}%"  # noqa: E731
    plain: Callable[[int], str] = str
    minutes: Callable[[int], str] = lambda value: _("%(minutes)d min") % {"minutes": value}  # noqa: E731
    found = [
        _chart("current", _("Updated"), held, lambda each: each.percent_current, percent, most=100),
        _chart("off-plan", _("Off plan"), held, lambda each: each.off_plan, plain),
        _chart("minutes", _("Minutes used"), held, lambda each: each.used, minutes, limit=lambda each: each.box),
        _chart("kept", _("Agreements kept"), held, lambda each: each.percent_kept, percent, most=100),
    ]
    return [chart for chart in found if chart is not None]


def _chart(
    key: str, name: str, held: Sequence[Held], value: Value, said: Callable[[int], str], *, most: int = 0,
    limit: Callable[[Held], int] | None = None,
) -> Chart | None:  # fmt: skip
    values = [value(each) for each in held]
    known = [amount for amount in values if amount is not None]
    if len(known) < AT_LEAST:
        return None
    limits = [limit(each) for each in held] if limit else []
    top = most or max([*known, *limits, 1])
    newest = said(known[-1])
    if limit and limits:
        newest = _("%(used)s of %(box)d") % {"used": newest, "box": limits[-1]}
    labels = [_label(each, amount, said) for each, amount in zip(held, values, strict=True)]
    drawing = _drawing(values, limits, top, labels)
    title = _("%(name)s per session") % {"name": name}
    sentence = "; ".join(labels)
    svg = SafeString(
        f'<svg class="fig-chart" role="img" aria-labelledby="fig-{key}-title" aria-describedby="fig-{key}-words">'
        f'<title id="fig-{key}-title">{escape(title)}</title>'
        f'<desc id="fig-{key}-words">{escape(sentence)}</desc>{drawing}</svg>'
    )
    return Chart(key, name, newest, _compared(known, is_percent=most == 100), svg)


def _label(each: Held, amount: int | None, said: Callable[[int], str]) -> str:
    return f"{words.day_short_year(each.day)}: {words.NOTHING if amount is None else said(amount)}"


def _compared(known: Sequence[int], *, is_percent: bool) -> str:
    """The newest against the one before it."""
    step = known[-1] - known[-2]
    if not step:
        return _("as last time")
    if is_percent:
        more = ngettext("%(n)d point more than last time", "%(n)d points more than last time", abs(step))
        less = ngettext("%(n)d point less than last time", "%(n)d points less than last time", abs(step))
    else:
        more, less = _("%(n)d more than last time"), _("%(n)d less than last time")
    return (more if step > 0 else less) % {"n": abs(step)}


def _drawing(values: Sequence[int | None], limits: Sequence[int], top: int, labels: Sequence[str]) -> str:
    spots = [(_x(place, len(values)), _y(amount, top)) for place, amount in enumerate(values) if amount is not None]
    known = [(place, amount) for place, amount in enumerate(values) if amount is not None]
    drawn = ['<line class="base" x1="0%" y1="100%" x2="100%" y2="100%"/>']
    there_was = [(_x(place, len(values)), _y(amount, top)) for place, amount in enumerate(limits)]
    drawn += [_line("limit", one, other) for one, other in pairwise(there_was)]
    drawn += [_line("line", one, other) for one, other in pairwise(spots)]
    for (place, _amount), (x, y) in zip(known, spots, strict=True):
        kind = "pt last" if place == known[-1][0] else "pt"
        drawn.append(
            f'<circle class="{kind}" cx="{svg_number(x)}%" cy="{svg_number(y)}%" r="{4 if "last" in kind else 3}">'
            f"<title>{escape(labels[place])}</title></circle>"
        )
    return "".join(drawn)


def _line(kind: str, one: tuple[float, float], other: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = one, other
    places = (("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2))
    return f'<line class="{kind}" ' + " ".join(f'{name}="{svg_number(place)}%"' for name, place in places) + "/>"


def _x(place: int, count: int) -> float:
    return EDGE + (100 - 2 * EDGE) * place / max(count - 1, 1)


def _y(amount: int, top: int) -> float:
    return 100 - (100 - TOP) * amount / top
