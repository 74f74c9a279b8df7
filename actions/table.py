"""The rows of the action plan: each cell is made here, in Python, because a page holds thousands of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ogsm import marks, words

from .columns import RESULT, Column
from .rules import DOING
from .table_selection import TableSelection

if TYPE_CHECKING:
    from ogsm.accounts.models import User
    from plans.access import PlanAccess

DECIDED = {"result", "choice", "responsible"}
NOTHING = SafeString("")
LONGEST = 160


@dataclass(frozen=True)
class Cell:
    """`edits` is the field that the reader may change here, '' when there is none."""

    name: str
    html: SafeString
    edits: str = ""
    label: Any = ""

    @property
    def is_head(self) -> bool:
        return self.name == RESULT


@dataclass(frozen=True)
class Row:
    action: Any
    cells: list[Cell]
    may_tick: bool
    number: int = 0


@dataclass(frozen=True)
class Group:
    """Rows under one head; without groups all rows stand in one that has none."""

    rows: list[Row]
    name: str = ""
    count: int = 0


def may_change(access: PlanAccess, action: Any, field: str) -> bool:
    """Whether the reader may change this field of an action: what is decided, its place, or its facts."""
    if field in DECIDED:
        return access.may_decide_action(action)
    return access.may_move_action(action) if field == "status" else access.may_edit_action(action)


class Table:
    """Makes the rows for one reader. No queries but the two that the reader's rights cost, once."""

    def __init__(self, access: PlanAccess, columns: list[Column], *, on: dt.date) -> None:
        self.access, self.columns, self.on = access, columns, on

    def row(self, action: Any, number: int = 0) -> Row:
        cells = [self._cell(column, action) for column in self.columns]
        return Row(action, cells, self.access.may_move_action(action), number)

    def groups(self, actions: Iterable[Any], selection: TableSelection, counts: dict[Any, int], first: int) -> list:
        """The rows of one page under the heads of their groups; `first` is the number of the first row."""
        rows = [self.row(action, number) for number, action in enumerate(actions, start=first)]
        if not selection.group:
            return [Group(rows)]
        return list(_in_groups(rows, selection, counts))

    def _cell(self, column: Column, action: Any) -> Cell:
        field = column.field if column.field and may_change(self.access, action, column.field) else ""
        return Cell(column.name, CELLS[column.name](action, self.on, self.access.user), field, column.label)


def _in_groups(rows: list[Row], selection: TableSelection, counts: dict[Any, int]) -> Iterator[Group]:
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(selection.group_of(row.action), []).append(row)
    for key, members in found.items():
        yield Group(members, selection.group_name(members[0].action), counts.get(key, 0))


def _day(day: dt.date | None, *, week: bool = False) -> SafeString:
    if day is None:
        return NOTHING
    shown = f"{words.day_short(day)} {words.week(day)}" if week else words.day_short(day)
    full = words.full_date(day)
    return format_html('<time class="due" datetime="{}" title="{}">{}</time>', day.isoformat(), full, shown)


def _text(text: str | None) -> SafeString:
    short = Truncator(" ".join((text or "").split())).chars(LONGEST)
    return format_html('<span class="cell-text">{}</span>', short) if short else NOTHING


def _number(action: Any, on: dt.date, reader: User) -> SafeString:
    return format_html('<a class="plain" href="{}">{}</a>', action.get_absolute_url(), action.pk)


def _result(action: Any, on: dt.date, reader: User) -> SafeString:
    flags = marks.flags_html(action)
    return format_html('<a class="plain" href="{}">{}</a>{}', action.get_absolute_url(), action.result, flags)


def _responsible(action: Any, on: dt.date, reader: User) -> SafeString:
    return marks.person_html(action.responsible, me=action.responsible_id == reader.pk)


def _involved(action: Any, on: dt.date, reader: User) -> SafeString:
    return _text(", ".join(user.name for user in sorted(action.involved.all(), key=lambda user: user.sort_name)))


def _deadline(action: Any, on: dt.date, reader: User) -> SafeString:
    if action.is_done:
        return _day(action.deadline, week=True)
    day = f"{words.day_short(action.deadline)} {words.week(action.deadline)}"
    return format_html('{} <span class="cell-more">{}</span>', marks.due_html(action, on), day)


def _moved(action: Any, on: dt.date, reader: User) -> SafeString:
    if not action.deadline_moves and not action.days_moved:
        return NOTHING
    days = action.days_moved
    if action.deadline_moves:
        return format_html("{}", marks.moved_words(action.deadline_moves, days))
    return format_html("{}", _("%(days)s d") % {"days": f"{'+' if days > 0 else words.MINUS}{abs(days)}"})


def _status(action: Any, on: dt.date, reader: User) -> SafeString:
    if action.is_done:
        return marks.action_light_html(action, dated=True)
    return format_html("{}", action.get_status_display())


def _light(action: Any, on: dt.date, reader: User) -> SafeString:
    return marks.action_light_html(action) if action.light or action.status == DOING else NOTHING


def _update(action: Any, on: dt.date, reader: User) -> SafeString:
    at = action.last_update_at
    return (
        format_html('<time class="due" datetime="{}">{}</time>', at.isoformat(), words.ago(at, on)) if at else NOTHING
    )


def _help(action: Any, on: dt.date, reader: User) -> SafeString:
    if not action.open_help:
        return NOTHING
    asked = ngettext("%(count)d question", "%(count)d questions", action.open_help) % {"count": action.open_help}
    return format_html('<span class="flag flag-help">{}{}</span>', marks.icon_html("hand"), asked)


def _steps(action: Any, on: dt.date, reader: User) -> SafeString:
    return format_html("{}/{}", action.steps_done, action.steps_all) if action.steps_all else NOTHING


def _link(action: Any, on: dt.date, reader: User) -> SafeString:
    if not action.link:
        return NOTHING
    host = Truncator(action.link.split("//")[-1].rstrip("/")).chars(30)
    return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', action.link, host)


CELLS: dict[str, Callable[[Any, dt.date, User], SafeString]] = {
    "number": _number,
    "result": _result,
    "choice": lambda action, on, reader: marks.choice_html(action.choice),
    "responsible": _responsible,
    "involved": _involved,
    "start": lambda action, on, reader: _day(action.starts_on),
    "deadline": _deadline,
    "original": lambda action, on, reader: _day(action.original_deadline),
    "moved": _moved,
    "status": _status,
    "light": _light,
    "expected": lambda action, on, reader: NOTHING if action.is_done else _day(action.expected_end),
    "update": _update,
    "said": lambda action, on, reader: _text(action.last_said),
    "help": _help,
    "done": lambda action, on, reader: _day(action.completed_on),
    "steps": _steps,
    "description": lambda action, on, reader: _text(action.description),
    "link": _link,
}
