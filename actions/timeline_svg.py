"""The timeline as SVG: a bar in, markup out. Pure but for the reader's language.

As in the chart of an indicator, places are percentages, text and strokes have the page's own size, and classes say what
a piece is; static/css/timeline.css how it looks. The drawing is for who sees it: the table around it says it in words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ogsm import dates, words
from plans.chart import SHAPES, svg_number

from .rules import AMBER, DONE, GREEN, RED
from .timeline import BAR, EXPECTED, GHOST, LATE, TAIL, Bar, Days, Window, end_of

GRID = "timeline-grid"  # drawn once, used by every row
LAST_LABEL = 94  # percent; a label further right would leave the drawing
ROOM_FOR_WORD = 88  # percent; further right a word would leave the drawing
SHORT_WEEK = 4  # days; a shorter rest of a week has no label of its own
CHECK = '<path class="check" d="M-4.5 0-1.5 3.2 4-4"/>'
LETTERS = {GREEN: "g", AMBER: "a", RED: "r"}
ZOOM_WORDS = {
    dates.MONTH: gettext_lazy("Month"),
    dates.QUARTER: gettext_lazy("Quarter"),
    dates.YEAR: gettext_lazy("Year"),
}


def _upright(kind: str, x: float) -> str:
    return f'<line class="{kind}" x1="{svg_number(x)}%" x2="{svg_number(x)}%" y1="0" y2="100%"/>'


def _text(kind: str, x: float, y: int, text: str) -> str:
    return f'<text class="{kind}" x="{svg_number(x)}%" y="{y}">{escape(text)}</text>'


def _at(x: float, shape: str, kind: str) -> str:
    return f'<svg class="{kind}" x="{svg_number(x)}%">{shape}</svg>'


# ---- the days along the top ----


def axis_svg(window: Window, on: dt.date, sessions: Iterable[dt.date]) -> SafeString:
    """The head of the column: months, weeks, today and the sessions; with the lines that every row uses."""
    days = [day for day in sessions if window.holds(day)]
    drawn = [f'<defs><g id="{GRID}">{"".join(_lines(window, on, days))}</g></defs>']
    drawn += _week_labels(window) if window.zoom == dates.MONTH else _month_labels(window)
    if window.zoom == dates.QUARTER:
        drawn += [
            _text("wk spare" if place % 2 else "wk", window.before(day), 32, words.week(day))
            for place, day in enumerate(window.mondays())
            if window.before(day) < LAST_LABEL
        ]
    drawn += [_tick(_middle(window, day)) for day in days]
    if window.holds(on):
        drawn.append(_today(_middle(window, on)))
    return SafeString(f'<svg class="tl-axis" aria-hidden="true">{"".join(drawn)}</svg>')


def _tick(x: float) -> str:
    return f'<line class="session" x1="{svg_number(x)}%" x2="{svg_number(x)}%" y1="41" y2="48"/>'


def _today(x: float) -> str:
    """A dot and the word: at its left where there is no room at its right."""
    kind, dx = ("now end", -7) if x > ROOM_FOR_WORD else ("now", 7)
    place = f"{svg_number(x)}%"
    word = f'<text class="{kind}" x="{place}" dx="{dx}" y="58">{escape(_("today"))}</text>'
    return f'<circle class="now" cx="{place}" cy="54" r="3.5"/>{word}'


def _middle(window: Window, day: dt.date) -> float:
    return (window.before(day) + window.after(day)) / 2


def _lines(window: Window, on: dt.date, sessions: Iterable[dt.date]) -> list[str]:
    months = [_upright("month", window.before(day)) for day in window.months()]
    weeks = [] if window.zoom == dates.YEAR else [_upright("week", window.before(day)) for day in window.mondays()]
    held = [_upright("held", _middle(window, day)) for day in sessions]
    today = [_upright("today", _middle(window, on))] if window.holds(on) else []
    return weeks + months + held + today


def _month_labels(window: Window) -> list[str]:
    drawn = []
    for place, day in enumerate(window.months()):
        x = window.before(day)
        drawn.append(_text("mon", x, 14, words.month_short(day)))
        if window.zoom == dates.YEAR:
            drawn.append(_text("wk spare" if place % 2 else "wk", x, 32, words.week(day)))
    return drawn


def _week_labels(window: Window) -> list[str]:
    """Weeks by number and Monday; what is left of a week at the beginning by its first day."""
    starts = window.mondays()
    if (starts[0] - window.first).days >= SHORT_WEEK:
        starts.insert(0, window.first)
    drawn = []
    for day in starts:
        if window.before(day) < LAST_LABEL:
            drawn += [_text("mon", window.before(day), 14, words.week(day))]
            drawn += [_text("wk", window.before(day), 32, words.day_short(day))]
    return drawn


# ---- one action ----


def row_svg(bar: Bar, days: Days, window: Window, *, light: str, href: str, said: str) -> SafeString:
    """The bar of one action over the grid, with a link for the pointer; `said` appears under the pointer."""
    drawn = [_part(part.kind, part.x, part.width, days.status) for part in bar.parts]
    drawn += _ends(days, window, light)
    late = next((part for part in bar.parts if part.kind == LATE), None)
    if late and late.x + late.width < ROOM_FOR_WORD:
        drawn.append(_at(late.x + late.width, f'<text x="6" y="4">{escape(_("late"))}</text>', "word"))
    if bar.is_cut_left:
        drawn.append(_at(0, '<path d="M8-4.5 3 0 8 4.5"/>', "more"))
    if bar.is_cut_right:
        drawn.append(_at(100, '<path d="M-8-4.5-3 0-8 4.5"/>', "more"))
    return SafeString(
        f'<svg class="tl" aria-hidden="true"><use href="#{GRID}"/><a href="{escape(href)}" tabindex="-1">'
        f'<title>{escape(said)}</title><svg class="in" y="50%">{"".join(drawn)}</svg></a></svg>'
    )


def _part(kind: str, x: float, width: float, status: str) -> str:
    left, wide, right = svg_number(x), svg_number(width), svg_number(x + width)
    if kind in {TAIL, GHOST, EXPECTED, LATE}:
        done = " done" if status == DONE else ""
        return f'<line class="{kind}{done}" x1="{left}%" x2="{right}%"/>'
    if kind == BAR and status == DONE:
        return f'<line class="bar done" x1="{left}%" x2="{right}%"/>'
    name = f"{kind} {status}" if kind == BAR else kind
    return f'<rect class="{name}" x="{left}%" y="-4" width="{wide}%" height="8" rx="2"/>'


def _ends(days: Days, window: Window, light: str) -> list[str]:
    """What stands on a day: where the deadline was, what is expected, and at the end the light or the tick."""
    drawn = []
    original, expected, end = days.original_deadline, days.expected_end, end_of(days)
    if days.status != DONE and original and original != end and window.holds(original):
        drawn.append(_at(window.after(original), '<path d="M0-9V9"/>', "was"))
    if days.status != DONE and expected and expected > end and window.holds(expected):
        drawn.append(_at(window.after(expected), '<path d="M0-5 5 0 0 5-5 0Z"/>', "hoped"))
    if window.holds(end):
        letter = LETTERS.get(light, "n")
        shape = CHECK if days.status == DONE else SHAPES[letter]
        drawn.append(_at(window.after(end), shape, "pt done" if days.status == DONE else f"pt {letter}"))
    return drawn
