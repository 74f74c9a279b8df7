"""How long a plan is on paper: whether it fits on one A3, in which type, and what makes it too long. Pure.

An estimate in millimetres, from the widths of letters; the sizes are those of static/css/print.css and pdf.css, and a
test holds it against real pages. The limits, 30 actions at 9 pt and 44 at 8 pt, were measured with actions of one line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import ClassVar

PAGE = 279.0  # A3 landscape between its margins
TIGHT_FROM = 31  # actions: from here on the type is smaller
MOST = 44  # actions that one page shows well
MOST_ADVICE = 6
POINT = 25.4 / 72


@dataclass(frozen=True)
class Piece:
    """An indicator or action as far as paper is concerned: its words, and the number of chips behind them."""

    pk: int
    text: str
    chips: int = 0


@dataclass(frozen=True)
class Row:
    """A choice: its statement, the small lines below it, its indicators and its actions."""

    pk: int
    name: str
    statement: str
    small: tuple[str, ...] = ()
    indicators: tuple[Piece, ...] = ()
    actions: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Advice:
    """One thing to make shorter: the ambition, a choice, an indicator or an action, where `count` is its lines; or the
    goals, indicators or actions, where it is their number. `saves`, in lines of actions, is for the order."""

    kind: str
    count: int
    saves: int
    pk: int = 0
    name: str = ""
    choice: str = ""


@dataclass(frozen=True)
class Paper:
    """`lines_over`: by how many lines of actions the plan is too long for one page; `too_many`: the number of its
    actions where that is more than a page shows well, which is `most`. Both are 0 when all is well."""

    most: ClassVar[int] = MOST
    is_tight: bool
    lines_over: int = 0
    too_many: int = 0
    advice: tuple[Advice, ...] = ()

    @property
    def is_too_full(self) -> bool:
        return bool(self.lines_over or self.too_many)


@dataclass(frozen=True)
class Type:
    """A size of type and the room around it, in millimetres: `…_line` is the height of a line, `action` the least
    height of an action (its person's mark), `around_…` what is above and below."""

    text: float
    text_line: float
    around_text: float
    action: float
    statement: float
    statement_line: float
    around_row: float
    ambition: float
    ambition_line: float
    below_top: float


NORMAL = Type(
    text=9 * POINT, text_line=4.0, around_text=1.1, action=5.6,
    statement=11 * POINT, statement_line=4.97, around_row=4.85,
    ambition=18.5 * POINT, ambition_line=8.16, below_top=4.5,
)  # fmt: skip
TIGHT = Type(
    text=8 * POINT, text_line=3.39, around_text=0.44, action=4.3,
    statement=9.5 * POINT, statement_line=4.29, around_row=2.85,
    ambition=15.5 * POINT, ambition_line=6.84, below_top=2.5,
)  # fmt: skip
SMALL, SMALL_LINE = 8 * POINT, 3.81
WIDTH, AMBITION_ROOM, GOAL_ROOM, CHOICE_ROOM, NAME_ROOM, RESULT_ROOM = 400.0, 206.0, 42.0, 67.0, 46.0, 139.0
CHIP, PERSON = 23.0, 32.0  # a flag with its word; initials with a name
GOALS_IN_A_LINE, GOAL_FIGURES = 4, 15.0
AMBITION_LINES = 3  # what an ambition may well take
COLUMN_HEADS, FOOT = 7.1, 6.0


# ---- widths and lines of text ----

_LETTERS = (
    (0.28, "Iijl !',.:;’‘"), (0.36, "()/[]|tfr"), (0.45, '1"-^“”'), (0.56, "acksvxyzJL7?*–"),
    (0.61, "bdeghnopqu235689EF"), (0.65, "BKPRSTZ04&+=€$"), (0.71, "ADVXY"), (0.75, "CGHNOQU"),
    (0.82, "w"), (0.9, "Mm—"), (1.0, "W%@…"),
)  # fmt: skip
_WIDTHS = {letter: wide for wide, letters in _LETTERS for letter in letters}
_CAPITAL, _OTHER = 0.7, 0.6


def width(text: str, size: float) -> float:
    """Of a text on one line, in the unit of `size`."""
    return size * sum(_WIDTHS.get(letter) or (_CAPITAL if letter.isupper() else _OTHER) for letter in text)


@lru_cache(maxsize=8192)
def lines(text: str, size: float, room: float, chips: int = 0) -> int:
    """The lines a text takes where it is broken between words over `room`, with its chips behind the last word."""
    taken, used, gap = 0, room, width(" ", size)
    for wide in (*(width(word, size) for word in text.split()), *([CHIP] * chips)):
        if used + gap + wide <= room:
            used += gap + wide
        else:  # a word longer than a line is broken too
            taken, used = taken + max(1, ceil(wide / room)), wide % room
    return taken


# ---- heights ----


def _action_height(action: Piece, type_: Type) -> float:
    taken = lines(action.text, type_.text, RESULT_ROOM, action.chips)
    return max(type_.action, taken * type_.text_line + type_.around_text)


def _indicator_height(indicator: Piece, type_: Type) -> float:
    return lines(indicator.text, type_.text, NAME_ROOM) * type_.text_line + type_.around_text


def _choice_height(row: Row, type_: Type) -> float:
    small = sum(lines(text, SMALL, CHOICE_ROOM) * SMALL_LINE + 1 for text in row.small)
    return SMALL_LINE + 0.6 + lines(row.statement, type_.statement, CHOICE_ROOM) * type_.statement_line + small


@dataclass(frozen=True)
class _Columns:
    """The heights of a row's three columns; the highest one is the row's."""

    choice: float
    indicators: float
    actions: float

    @property
    def highest(self) -> float:
        return max(self.choice, self.indicators, self.actions)


def _columns(row: Row, type_: Type) -> _Columns:
    return _Columns(
        _choice_height(row, type_),
        sum(_indicator_height(indicator, type_) for indicator in row.indicators),
        sum(_action_height(action, type_) for action in row.actions),
    )


def _goals_height(goals: Sequence[str]) -> float:
    names = [lines(name, SMALL, GOAL_ROOM) * SMALL_LINE for name in goals]
    in_lines = [names[start : start + GOALS_IN_A_LINE] for start in range(0, len(names), GOALS_IN_A_LINE)]
    return sum(max(line) + GOAL_FIGURES for line in in_lines)


def _height(ambition: str, goals: Sequence[str], rows: Sequence[Row], people: int, type_: Type) -> float:
    ambition_height = lines(ambition, type_.ambition, AMBITION_ROOM) * type_.ambition_line + 1.5
    top = SMALL_LINE + max(ambition_height, _goals_height(goals)) + type_.below_top + COLUMN_HEADS
    people_height = 2 + 4.5 * ceil(people * PERSON / WIDTH)
    return top + sum(_columns(row, type_).highest + type_.around_row for row in rows) + people_height + FOOT


# ---- does it fit, and what would help ----


def paper_of(ambition: str, goals: Sequence[str], rows: Sequence[Row], people: int) -> Paper:
    """Whether the plan fits on one page, and else what to make shorter, what helps most first."""
    count = sum(len(row.actions) for row in rows)
    is_tight = count >= TIGHT_FROM or _height(ambition, goals, rows, people, NORMAL) > PAGE
    over = _height(ambition, goals, rows, people, TIGHT) - PAGE if is_tight else 0.0
    lines_over, too_many = max(ceil(over / TIGHT.action), 0), count if count > MOST else 0
    if not (lines_over or too_many):
        return Paper(is_tight)
    advice = [*_top_advice(ambition, goals), *(one for row in rows for one in _row_advice(row, MOST // len(rows)))]
    best = sorted(advice, key=lambda one: -one.saves)[:MOST_ADVICE]
    return Paper(is_tight, lines_over, too_many, tuple(best))


def _top_advice(ambition: str, goals: Sequence[str]) -> list[Advice]:
    taken = lines(ambition, TIGHT.ambition, AMBITION_ROOM)
    ambition_height = taken * TIGHT.ambition_line + 1.5
    found = []
    if taken > AMBITION_LINES and ambition_height >= _goals_height(goals):
        saved = (taken - AMBITION_LINES) * TIGHT.ambition_line
        found.append(Advice("ambition", taken, round(saved / TIGHT.action)))
    if len(goals) > GOALS_IN_A_LINE and _goals_height(goals) > ambition_height:
        saved = _goals_height(goals) - max(ambition_height, _goals_height(goals[:GOALS_IN_A_LINE]))
        found.append(Advice("goals", len(goals), round(saved / TIGHT.action)))
    return found


def _row_advice(row: Row, share: int) -> list[Advice]:
    """Only what its highest column holds: making another one shorter saves nothing. `share`: actions per choice."""
    columns = _columns(row, TIGHT)
    others = sorted((columns.choice, columns.indicators, columns.actions))[1]
    found = []
    if columns.actions == columns.highest:
        if len(row.actions) > share:
            found.append(Advice("actions", len(row.actions), len(row.actions) - share, row.pk, choice=row.name))
        for action in row.actions:
            taken = lines(action.text, TIGHT.text, RESULT_ROOM)
            if taken > 1:
                found.append(Advice("action", taken, taken - 1, action.pk, action.text, row.name))
    elif columns.indicators == columns.highest:
        saved = max(1, round((columns.indicators - others) / TIGHT.action))
        found.append(Advice("indicators", len(row.indicators), saved, row.pk, choice=row.name))
        for indicator in row.indicators:
            taken = lines(indicator.text, TIGHT.text, NAME_ROOM)
            if taken > 1:
                found.append(Advice("indicator", taken, taken - 1, indicator.pk, indicator.text, row.name))
    else:
        taken = lines(row.statement, TIGHT.statement, CHOICE_ROOM)
        taken += sum(lines(text, SMALL, CHOICE_ROOM) for text in row.small)
        saved = max(1, round((columns.choice - others) / TIGHT.action))
        found.append(Advice("choice", taken, saved, row.pk, choice=row.name))
    return found
