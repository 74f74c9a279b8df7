"""The sheets of the workbook: their columns, what a cell shows, and what it says of what was there when it went out.

A sheet of rows begins with a hidden row of keys, so that it is known again in any language and in any order of columns,
and with two hidden columns: the id of the piece, and the marks of its cells as they went out. A cell that still has its
mark was not touched, whatever others have changed in the plan meanwhile.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy, override

from actions.filters import FLAG_WORDS
from actions.models import Action, organisation_day
from actions.rules import DONE
from ogsm import marks

if TYPE_CHECKING:
    from plans.models import Plan

VERSION = 1
ID, STATE = "id", "state"
ACTIONS, INDICATORS, PLAN, LISTS = "actions", "indicators", "plan", "lists"
PARTICULARS, GOALS, CHOICES = "particulars", "goals", "choices"
SHEETS = {
    PLAN: gettext_lazy("OGSM Plan"),
    PARTICULARS: gettext_lazy("Ambition"),
    GOALS: gettext_lazy("Goals"),
    CHOICES: gettext_lazy("Strategic choices"),
    INDICATORS: gettext_lazy("Indicators"),
    ACTIONS: gettext_lazy("Action plan"),
}
KEY_ROW, HEAD_ROW = 0, 1  # counted from 0
CHOICE, RESULT, RESPONSIBLE, INVOLVED = "choice", "result", "responsible", "involved"
START, DEADLINE, STATUS, LIGHT = "starts_on", "deadline", "status", "light"
DESCRIPTION, LINK = "description", "link"
LIGHTS = ("green", "amber", "red")
PAGE_MARK = "page:"
LISTS_PEOPLE, LISTS_ADDRESSES = 1, 5  # columns of the hidden sheet, from 0
BETWEEN_PEOPLE = "; "
Value = str | int | float | dt.date | None  # what a cell of a sheet holds


@dataclass(frozen=True)
class Column:
    """`comes_in`: whether a change of it is taken over when the workbook comes back; `width` in letters."""

    key: str
    label: Any
    width: int
    comes_in: bool = False


ACTION_COLUMNS = (
    Column(CHOICE, gettext_lazy("Strategic choice"), 20, True),
    Column(RESULT, gettext_lazy("Result"), 52, True),
    Column(RESPONSIBLE, gettext_lazy("Responsible"), 22, True),
    Column(INVOLVED, gettext_lazy("Involved"), 24, True),
    Column(START, gettext_lazy("Start"), 12, True),
    Column(DEADLINE, gettext_lazy("Deadline"), 12, True),
    Column(STATUS, gettext_lazy("Status"), 14, True),
    Column(LIGHT, gettext_lazy("Light"), 12, True),
    Column(DESCRIPTION, gettext_lazy("Description"), 40, True),
    Column(LINK, gettext_lazy("Link"), 24, True),
    Column("flags", gettext_lazy("Off plan because"), 26),
    Column("original_deadline", gettext_lazy("First deadline"), 14),
    Column("expected_end", gettext_lazy("Expected end"), 14),
    Column("last_update_at", gettext_lazy("Last update"), 14),
    Column("completed_on", gettext_lazy("Done on"), 12),
)
INDICATOR_LIGHT = Column(LIGHT, gettext_lazy("Light"), 14)  # between what defines an indicator and its periods
PERIOD_WIDTH = 11
PERIOD = "value:"  # before the first day of a period: the field of a value
DAYS = {
    START, DEADLINE, "original_deadline", "expected_end", "last_update_at", "completed_on", "target_on", "baseline_on",
    "due_on", "ends_on",
}  # fmt: skip


def first_key(kind: str, plan_id: int, born: str) -> str:
    """What stands in the first cell of a sheet of rows: which sheet, of which plan, where that plan was made."""
    return f"ogsm:{kind}:{plan_id}:{VERSION}:{born}"


def birth_mark(plan: Plan) -> str:
    """Of the moment the plan was made: another installation has another plan with this number. One query."""
    born = plan.history.filter(history_type="+").values_list("history_date", flat=True).first()
    return mark(born.isoformat(timespec="milliseconds")) if born else ""


def in_all_languages(text: Any) -> set[str]:
    """A word of ours as any of our workbooks may have it."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            found.add(str(text))
    return found


def light_words() -> dict[str, str]:
    return {light: marks.light_word(light) for light in LIGHTS}


def status_words() -> dict[str, str]:
    return {value: str(label) for value, label in Action.Status.choices}


class Names:
    """How people and choices are called in the workbook, and found again: a name that two people have carries the
    address too."""

    def __init__(self, people: Iterable[Any], choices: Iterable[Any]) -> None:
        self.people, self.choices = list(people), list(choices)
        twice = {name for name, count in Counter(one.name for one in self.people).items() if count > 1}
        self._person = {
            one.pk: f"{one.name} ({one.email})" if one.name in twice or not one.name else one.name
            for one in self.people
        }
        self._choice = {one.pk: f"{one.number} {one.short_name}" for one in self.choices}

    def person(self, user: Any) -> str:
        return self._person.get(user.pk) or str(user)

    def choice(self, choice_id: int) -> str:
        return self._choice.get(choice_id, "")

    @property
    def all_people(self) -> list[str]:
        return list(self._person.values())

    @property
    def all_choices(self) -> list[str]:
        return list(self._choice.values())


def tidy(text: str) -> str:
    """A text as any program that keeps spreadsheets gives it back: its lines end alike, nothing around it."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()


def action_cells(action: Any, names: Names) -> dict[str, Value]:
    """What the row of an action shows, by column. No query: wants choice, responsible, involved and flags fetched."""
    done = action.status == DONE
    involved = sorted(involved_in(action), key=lambda user: (user.sort_name, user.pk))
    last = action.last_update_at
    return {
        CHOICE: names.choice(action.choice_id),
        RESULT: action.result,
        RESPONSIBLE: names.person(action.responsible),
        INVOLVED: BETWEEN_PEOPLE.join(names.person(user) for user in involved),
        START: action.starts_on,
        DEADLINE: action.deadline,
        STATUS: str(Action.Status(action.status).label),
        LIGHT: "" if done or not action.light else marks.light_word(action.light),
        DESCRIPTION: tidy(action.description),
        LINK: action.link,
        "flags": ", ".join(str(FLAG_WORDS[name]) for name in action.flag_names if name in FLAG_WORDS),
        "original_deadline": action.original_deadline,
        "expected_end": None if done else action.expected_end,
        "last_update_at": organisation_day(last) if last else None,
        "completed_on": action.completed_on,
    }


def involved_in(action: Any) -> list[Any]:
    """Of one that was fetched with them, without a queryset for each of thousands."""
    fetched = getattr(action, "_prefetched_objects_cache", {}).get("involved")
    return list(action.involved.all() if fetched is None else fetched)


def action_values(action: Any) -> dict[str, str]:
    """What the cells that come in mean, the same in every language: what is compared."""
    return {
        CHOICE: str(action.choice_id),
        RESULT: one_line(action.result),
        RESPONSIBLE: str(action.responsible_id),
        INVOLVED: ",".join(map(str, sorted(user.pk for user in involved_in(action)))),
        START: action.starts_on.isoformat() if action.starts_on else "",
        DEADLINE: action.deadline.isoformat(),
        STATUS: action.status,
        LIGHT: "" if action.status == DONE else action.light,
        DESCRIPTION: tidy(action.description),
        LINK: action.link,
    }


def one_line(text: str) -> str:
    return " ".join(text.split())


def indicator_light(line: Any) -> str:
    """The word that the row of an indicator shows between its definition and its periods."""
    return line.light_label or marks.light_word(line.reading.light.value)


def number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def plain(value: Value) -> str:
    """A cell as text, the same whatever program saved it: what the marks of cells that do not come in are made of."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return tidy(value)


def mark(text: str) -> str:
    """Eight letters and digits for what a cell meant as it went out."""
    return hashlib.blake2s(text.encode("utf-8", "replace"), digest_size=4).hexdigest()


def mark_of_page(cells: Mapping[tuple[int, int], Value]) -> str:
    """Of all that stands on a sheet, by (number of the row, place from 0)."""
    said = sorted((place, plain(value)) for place, value in cells.items())
    return PAGE_MARK + mark(repr([each for each in said if each[1]]))


def marks_of(meant: Mapping[str, str]) -> str:
    return " ".join(f"{key}={mark(text)}" for key, text in meant.items())


def read_marks(text: str) -> dict[str, str]:
    """The marks of a row by column; {} when somebody emptied them."""
    parts = (part.partition("=") for part in text.split())
    return {key: value for key, _sign, value in parts if value}
