"""What a reader of the action plan has picked besides: a period of deadlines, groups, and any column to sort by."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.http import QueryDict
from django.utils.translation import gettext as _

from ogsm import dates, words
from ogsm.fields import DayField

from .board import status_name
from .columns import BY_NAME, Column, with_columns
from .filters import CHOICE, PERSON, SORTS, Menu, Option, Selection, _one_of
from .querysets import ActionQuerySet

if TYPE_CHECKING:
    pass

STATUS, MONTH = "status", "month"
THIS_MONTH, THIS_QUARTER = dates.MONTH, dates.QUARTER
# how a group is found, and the order the groups come in
GROUPS: dict[str, tuple[str, list[Any]]] = {
    CHOICE: ("choice_id", ["choice__position", "choice__pk"]),
    PERSON: ("responsible_id", ["responsible__sort_name", "responsible__pk"]),
    STATUS: ("status", [SORTS["status"]]),
    MONTH: ("month_due", ["month_due"]),
}


def read_day(text: str | None) -> dt.date | None:
    """A day from an address, as typed in a field for days; None for anything else."""
    try:
        return DayField(required=False).clean((text or "")[:20])
    except ValidationError:
        return None


def period_of(due: str, on: dt.date) -> tuple[dt.date, dt.date] | None:
    """First and last day of this month or this quarter; None for no such period."""
    if due not in (THIS_MONTH, THIS_QUARTER):
        return None
    first = dates.period_start(on, due)
    return first, dates.period_end(first, due)


@dataclass(frozen=True)
class TableSelection(Selection):
    """Also lives in the address. A quick period goes before the two days."""

    EVERYTHING: ClassVar[str] = ""

    due: str = ""
    due_from: dt.date | None = None
    due_to: dt.date | None = None
    group: str = ""

    @classmethod
    def read(cls, data: QueryDict) -> TableSelection:
        columns = [*BY_NAME, *(f"-{name}" for name in BY_NAME)]
        due = _one_of(data.get("due"), (THIS_MONTH, THIS_QUARTER))
        picked: TableSelection = super().read(data)  # type: ignore[assignment]
        return replace(
            picked,
            due=due,
            due_from=None if due else read_day(data.get("due_from")),
            due_to=None if due else read_day(data.get("due_to")),
            group=_one_of(data.get("group"), GROUPS),
            sort=_one_of(data.get("sort"), columns),
        )

    @property
    def has_period(self) -> bool:
        return bool(self.due or self.due_from or self.due_to)

    @property
    def is_filtered(self) -> bool:
        return super().is_filtered or self.has_period

    @property
    def without_filters(self) -> str:
        return TableSelection(sort=self.sort, group=self.group).address()

    @property
    def besides_period(self) -> list[tuple[str, Any]]:
        """What a period typed by hand keeps, as names and values of hidden fields."""
        return replace(self, due="", due_from=None, due_to=None, q="").others + ([("q", self.q)] if self.q else [])

    def pick(self, actions: ActionQuerySet, *, user_id: int, on: dt.date) -> ActionQuerySet:
        actions = super().pick(actions, user_id=user_id, on=on)
        first, last = period_of(self.due, on) or (self.due_from, self.due_to)
        if first:
            actions = actions.filter(deadline__gte=first)
        if last:
            actions = actions.filter(deadline__lte=last)
        return actions

    @property
    def sort_column(self) -> Column:
        return BY_NAME[self.sort.removeprefix("-") or CHOICE]

    def order(self, actions: ActionQuerySet) -> ActionQuerySet:
        """By group, then by the chosen column, else by choice and deadline."""
        actions = with_columns(actions, [self.sort_column])
        if self.group == MONTH:
            actions = actions.annotate(month_due=TruncMonth("deadline"))
        column, is_down = self.sort_column.sort, self.sort.startswith("-")
        first = column.desc(nulls_last=True) if is_down else column.asc(nulls_last=True)
        groups: list[Any] = GROUPS[self.group][1] if self.group else []
        return actions.order_by(*groups, first, "choice__position", "choice__pk", "deadline", "pk")

    def group_counts(self, picked: ActionQuerySet) -> dict[Any, int]:
        """Number of picked actions per group, on all pages together. One query."""
        field = GROUPS[self.group][0]
        if self.group == MONTH:
            picked = picked.annotate(month_due=TruncMonth("deadline"))
        rows = picked.order_by().values(field).annotate(number=Count("pk"))
        return {row[field]: row["number"] for row in rows}

    def group_of(self, action: Any) -> Any:
        """The key of `group_counts` that an action belongs to."""
        if self.group == MONTH:
            return action.deadline.replace(day=1)
        return getattr(action, GROUPS[self.group][0])

    def group_name(self, action: Any) -> str:
        """What stands above the group of an action."""
        names = {
            CHOICE: lambda: f"{getattr(action.choice, 'number', '')} {action.choice.short_name}".strip(),
            PERSON: lambda: action.responsible.name,
            STATUS: lambda: status_name(action.status),
            MONTH: lambda: words.month_year(action.deadline),
        }
        return names[self.group]()


def group_menu(selection: TableSelection) -> Menu:
    """The drop-down of groups. No query."""
    labels = {"": _("No groups"), CHOICE: _("Choice"), PERSON: _("Person"), STATUS: _("Status"), MONTH: _("Month")}
    options = [Option(label, selection.address(group=name), name == selection.group) for name, label in labels.items()]
    label = _("Group: %(by)s") % {"by": labels[selection.group]} if selection.group else _("Group")
    return Menu(label, bool(selection.group), options)


def period_menu(selection: TableSelection) -> Menu:
    """The drop-down of periods; days typed by hand show as '1 Jun – 30 Jun'. No query."""
    labels = {"": _("Any time"), THIS_MONTH: _("This month"), THIS_QUARTER: _("This quarter")}
    options = [
        Option(label, selection.address(due=name, due_from=None, due_to=None), _is_picked(selection, name))
        for name, label in labels.items()
    ]
    label = _("Deadline")
    if selection.due:
        label = labels[selection.due]
    elif selection.has_period:
        ends = [words.day_short_year(day) if day else "…" for day in (selection.due_from, selection.due_to)]
        label = " – ".join(ends)
    return Menu(label, selection.has_period, options)


def _is_picked(selection: TableSelection, name: str) -> bool:
    return selection.due == name if name else not selection.has_period
