"""The small marks of every page as HTML: light, flags, deadline, person, choice, sparkline.

Template tags are thin wrappers around these; a page with a thousand cards calls them directly. What depends on few
values is remembered per language, so a mark costs a dictionary look-up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext

from actions.rules import DOING, DONE, TODO, Flag

from . import words

AT_MOST = 3
_LATE, _CONTRADICTION = int(Flag.LATE), int(Flag.CONTRADICTION)  # plain numbers: enum arithmetic shows on a full board
Amount = Decimal | float | int | None


@cache
def _sprite() -> str:
    return escape(static("img/icons.svg"))


@cache
def icon_html(name: str) -> SafeString:
    """A line icon of the sprite; decoration only, the word stands beside it or in the label."""
    return SafeString(f'<svg class="i" aria-hidden="true"><use href="{_sprite()}#i-{escape(name)}"/></svg>')


# ---- light ----


def light_word(value: str) -> str:
    """The word that belongs to a light."""
    words_by_value = {
        "green": pgettext("light", "Green"),
        "amber": pgettext("light", "Amber"),
        "red": pgettext("light", "Red"),
        "todo": gettext("To do"),
        "done": gettext("Done"),
        "unmeasured": gettext("Not measured"),
    }
    return words_by_value.get(value) or gettext("No judgement")


def _shape(value: str) -> str:
    return value if value in {"green", "amber", "red", "todo", "done"} else "none"


@lru_cache(maxsize=1024)
def _light(value: str, label: str, size: str, language: str | None) -> SafeString:
    return format_html(
        '<span class="light light-{}{}">{}</span>',
        _shape(value),
        f" light-{size}" if size else "",
        label or light_word(value),
    )


def light_html(value: str | None, label: str = "", size: str = "") -> SafeString:
    """Shape and word of a light: green, amber, red, '' (no judgement), todo, done, unmeasured."""
    return _light(str(value or ""), str(label), size, get_language())


def action_light_html(action: Any, *, dated: bool = False) -> SafeString:
    """Done (with its day when `dated`), else the light, else 'To do', else 'No judgement'."""
    if action.status == DONE:
        label = ""
        if dated and action.completed_on:
            label = gettext("Done %(day)s") % {"day": words.day_short(action.completed_on)}
        return light_html("done", label)
    if not action.light and action.status == TODO:
        return light_html("todo")
    return light_html(action.light)


def light_strip_html(points: Iterable[tuple[dt.date, str]], *, worded: bool = True) -> SafeString:
    """One light, word and month each; `points` oldest first, the last one is now."""
    points = list(points)
    items = []
    for place, (month, value) in enumerate(points, start=1):
        items.append(
            format_html(
                '<li{}><span class="light light-{}"><b{}>{}</b></span>{}</li>',
                SafeString(' aria-current="true"') if place == len(points) else "",
                _shape(value),
                "" if worded else SafeString(' class="sr"'),
                light_word(value),
                words.month_short(month),
            )
        )
    return SafeString(f'<ul class="strip{" worded" if worded else ""}">{"".join(items)}</ul>')


# ---- flags ----

_CONTRADICTIONS = (
    (Flag.LATE, lambda: gettext("green, but late")),
    (Flag.START_OVERDUE, lambda: gettext("green, but not started")),
    (Flag.EXPECTED_LATE, lambda: gettext("green, but expected later")),
)
# amber, red and not judged have no chip: the light says it
_CHIPS = (
    (Flag.LATE, "late", "clock", lambda: gettext("late")),
    (Flag.HELP, "help", "hand", lambda: gettext("help wanted")),
    (Flag.CONTRADICTION, "contradiction", "speech", None),
    (Flag.START_OVERDUE, "start-overdue", "clock", lambda: gettext("should have started")),
    (Flag.EXPECTED_LATE, "expected-late", "clock", lambda: gettext("expected later")),
    (Flag.SLIPPED, "slipped", "clock", None),
    (Flag.NO_UPDATE, "no-update", "speech", lambda: gettext("no update")),
)


def moved_words(moves: int, days: int) -> str:
    """'+12 d, moved 1×'; without the days when the deadline is back where it began."""
    moved = ngettext("moved %(times)d×", "moved %(times)d×", moves) % {"times": moves}
    if not days:
        return moved
    sign = "+" if days > 0 else words.MINUS
    return gettext("%(days)s d, %(moved)s") % {"days": f"{sign}{abs(days)}", "moved": moved}


def _chip(kind: str, icon: str, word: str) -> str:
    return f'<span class="flag flag-{kind}">{icon_html(icon)}{escape(word)}</span>'


@lru_cache(maxsize=4096)
def _flags(bits: int, moves: int, days: int, language: str | None) -> SafeString:
    cause = next((flag for flag, _ in _CONTRADICTIONS if bits & flag), None)
    if bits & Flag.CONTRADICTION and cause is not None:
        bits &= ~cause  # said once: in the chip of the contradiction
    chips = []
    for flag, kind, icon, word in _CHIPS:
        if flag is Flag.SLIPPED:
            if moves:
                chips.append(_chip("slipped" if bits & flag else "moved", icon, moved_words(moves, days)))
        elif bits & flag and flag is Flag.CONTRADICTION:
            chips.append(_chip(kind, icon, next(text() for by, text in _CONTRADICTIONS if by is cause)))
        elif bits & flag and word is not None:
            chips.append(_chip(kind, icon, word()))
    if not chips:
        return SafeString("")
    rest = chips[AT_MOST:]
    shown = "".join(chips[:AT_MOST])
    if rest:
        label = ngettext("%(count)d more reason", "%(count)d more reasons", len(rest)) % {"count": len(rest)}
        shown += (
            f'<details class="flags-more"><summary class="flag" aria-label="{escape(label)}">+{len(rest)}</summary>'
            f"{''.join(rest)}</details>"
        )
    return SafeString(f'<span class="flags">{shown}</span>')


def flags_html(action: Any, *, late: bool = False) -> SafeString:
    """The reasons an action is off plan as chips, three at most and the rest behind '+2'; '' when there are none.

    `late` adds the chip for lateness, for places that show no deadline. Needs an action from `with_flags`.
    """
    bits = int(action.flags)
    if not late and not bits & _CONTRADICTION:
        bits &= ~_LATE
    moves = action.deadline_moves if action.status in {TODO, DOING} else 0
    original = action.original_deadline
    days = (action.deadline - original).days if moves and original else 0
    return _flags(bits, moves, days, get_language())


# ---- deadline, person, choice ----


@lru_cache(maxsize=8192)
def _due(day: dt.date, on: dt.date | None, clock: bool, language: str | None) -> SafeString:
    short = words.day_short(day)
    if on is None:
        return format_html(
            '<time class="due" datetime="{}" title="{}">{}</time>', day.isoformat(), words.full_date(day), short
        )
    near = words.nearness(day, on)
    late = near == words.LATE
    paper = gettext("late: %(day)s") % {"day": short} if late else short
    return format_html(
        '<time class="due due-{}" datetime="{}" title="{}">{}'
        '<span class="due-screen">{}</span><span class="due-print">{}</span></time>',
        near,
        day.isoformat(),
        words.full_date(day),
        icon_html("clock") if clock and late else "",
        words.in_words(day, on),
        paper,
    )


def due_date_html(day: dt.date | None, on: dt.date, *, clock: bool = False) -> SafeString:
    """A day on which something is due: words on the screen, the date on paper; '' when there is none."""
    return _due(day, on, clock, get_language()) if day else SafeString("")


def due_html(action: Any, on: dt.date, *, clock: bool = False) -> SafeString:
    """An action's deadline; of a finished one the day it was done."""
    if action.status == DONE:
        return _due(action.completed_on, None, False, get_language()) if action.completed_on else SafeString("")
    return _due(action.deadline, on, clock, get_language())


@lru_cache(maxsize=2048)
def _who(initials: str, name: str, me: bool, size: str) -> SafeString:
    return format_html(
        '<span class="who{}{}" title="{}"><span aria-hidden="true">{}</span><span class="sr">{}</span></span>',
        " who-me" if me else "",
        f" who-{size}" if size else "",
        name,
        initials,
        name,
    )


def who_html(user: Any, *, me: bool = False, size: str = "") -> SafeString:
    """A person's initials, the full name in title and for readers; '' for nobody."""
    return _who(user.initials, user.name, me, size) if user else SafeString("")


def person_html(user: Any, *, me: bool = False, size: str = "") -> SafeString:
    """Initials and name."""
    if not user:
        return SafeString("")
    return format_html(
        '<span class="person"><span class="who{}{}" aria-hidden="true">{}</span>{}</span>',
        " who-me" if me else "",
        f" who-{size}" if size else "",
        user.initials,
        user.name,
    )


@lru_cache(maxsize=1024)
def _choice(colour: int, text: str) -> SafeString:
    return format_html('<span class="choice c{}">{}</span>', colour, text)


def choice_html(choice: Any, *, number: bool = True) -> SafeString:
    """Colour bar, number and short name of a strategic choice; '' for none."""
    if not choice:
        return SafeString("")
    place = getattr(choice, "number", None) if number else None
    return _choice(choice.colour, f"{place} {choice.short_name}" if place else choice.short_name)


# ---- sparkline ----

# On a screen the stylesheet colours these shapes by theme. The PDF engine styles no drawings: it takes the attributes.
_DOT = {"green": ("g", 'fill="#1c7c4c"'), "amber": ("a", 'fill="#c27400"'), "red": ("r", 'fill="#c62f2b"')}
_HOLLOW = ("n", 'fill="#ffffff" stroke="#857b6d" stroke-width="1.5"')
_STROKES = {
    "path": 'fill="none" stroke="#857b6d" stroke-dasharray="2 3"',
    "line": 'fill="none" stroke="#544d43" stroke-width="1.4"',
}
_LEFT, _RIGHT, _TOP, _BOTTOM = 2.0, 70.0, 3.0, 19.0


def sparkline_html(
    values: Sequence[Amount], path: Sequence[Amount] = (), light: str | None = "", title: str = ""
) -> SafeString:
    """A line of 72 by 22: values as ink, the target path dashed, the last value in the light's colour.

    Both are oldest first and one per period; the longer one sets the width. None is a period without a value. With a
    `title` it is a figure of its own for readers; without, the words beside it say the same.
    """
    known = [float(amount) for amount in (*values, *path) if amount is not None]
    if not known:
        return SafeString("")
    low, high = min(known), max(known)
    steps = max(len(values), len(path)) - 1

    def points(amounts: Sequence[Amount]) -> list[tuple[str, str]]:
        found = []
        for place, amount in enumerate(amounts):
            if amount is not None:
                x = _LEFT + (_RIGHT - _LEFT) * (place / steps if steps else 1)
                height = (float(amount) - low) / (high - low) if high > low else 0.5
                found.append((f"{x:.1f}", f"{_BOTTOM - (_BOTTOM - _TOP) * height:.1f}"))
        return found

    def line(kind: str, amounts: Sequence[Amount]) -> str:
        pairs = points(amounts)
        if len(pairs) < 2:
            return ""
        place = " ".join(f"{x},{y}" for x, y in pairs)
        return f'<polyline class="{kind}" points="{place}" {_STROKES[kind]}/>'

    drawn = line("path", path) + line("line", values)
    if last := points(values)[-1:]:
        kind, paint = _DOT.get(light or "", _HOLLOW)
        drawn += f'<circle class="last {kind}" cx="{last[0][0]}" cy="{last[0][1]}" r="2.6" {paint}/>'
    if title:
        return SafeString(f'<svg class="spark" viewBox="0 0 72 22"><title>{escape(title)}</title>{drawn}</svg>')
    return SafeString(f'<svg class="spark" viewBox="0 0 72 22" aria-hidden="true">{drawn}</svg>')
