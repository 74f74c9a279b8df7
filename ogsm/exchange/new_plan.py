"""What a workbook would become as a new plan: read once, with what is asked and what is left out and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from actions import recognise as known
from actions.rules import DONE, TODO
from ogsm.pages import refusal
from plans.models import Indicator, Plan

from . import layout
from .action_cells import ActionCells
from .difference import Fault, Faults, Sheet, SheetRow, shown
from .indicator_rows import periods_of
from .layout import (
    ACTION_COLUMNS,
    ACTIONS,
    CHOICE,
    CHOICES,
    DEADLINE,
    GOALS,
    INDICATORS,
    INVOLVED,
    LIGHT,
    PARTICULARS,
    RESPONSIBLE,
    RESULT,
    START,
    STATUS,
    Value,
)  # fmt: skip
from .lookup import Lookup
from .new_people import NewPeople, addresses_in
from .piece_layout import KINDS, OF_CHOICE, PAIRED, PERSON, amount_of, is_needed, kind_of, value_of, wrongs
from .writer import period_in

if TYPE_CHECKING:
    from ogsm.accounts.models import User

    from .uploads import Upload

COLUMNS = [column.key for column in ACTION_COLUMNS if column.comes_in]


@dataclass
class NewChoice:
    """A strategic choice that would be made; `pk` is its place, by which indicators and actions know it."""

    pk: int
    number: int
    values: dict[str, Any]

    @property
    def short_name(self) -> str:
        return self.values["short_name"]

    @property
    def goal(self) -> str:
        return self.values["goal"]

    @property
    def how(self) -> str:
        return self.values.get("how", "")


@dataclass
class NewIndicator:
    choice: NewChoice
    values: dict[str, Any]
    entries: dict[dt.date, Decimal] = field(default_factory=dict)


@dataclass
class NewAction:
    choice: NewChoice
    values: dict[str, Any]
    involved: list[User] = field(default_factory=list)


@dataclass
class NewPlan(Faults):
    """All of it. `faults` are the cells that are left out, with their address and the reason."""

    people: NewPeople
    particulars: dict[str, Any] = field(default_factory=dict)
    goals: list[dict[str, Any]] = field(default_factory=list)
    choices: list[NewChoice] = field(default_factory=list)
    indicators: list[NewIndicator] = field(default_factory=list)
    actions: list[NewAction] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def value_count(self) -> int:
        return sum(len(indicator.entries) for indicator in self.indicators)


def new_plan(upload: Upload, user: User, on: dt.date, answers: Mapping[str, Any]) -> NewPlan:
    """Reads all sheets. Two queries, however long they are."""
    found = NewPlan(NewPeople(user, addresses_in(upload.grids), answers))
    _Reading(found, user, on, {sheet.kind: sheet for sheet in upload.sheets}).read()
    return found


class _NewChoices(Lookup):
    """The strategic choices of the workbook by name: '2 Webshop' is the Webshop, wherever it stands by now."""

    def __init__(self, people: NewPeople, choices: Iterable[NewChoice]) -> None:
        super().__init__([], choices)
        self.new_people = people
        self._short = {known.bare(choice.short_name): choice for choice in self.choices.values()}

    def choice(self, text: str) -> Any:
        number, _space, name = text.partition(" ")
        short = self._short.get(known.bare(name if number.strip(".").isdecimal() else text))
        return short or super().choice(text)


class _Reading:
    def __init__(self, found: NewPlan, user: User, on: dt.date, sheets: dict[str, Sheet]) -> None:
        self.found, self.user, self.on, self.sheets = found, user, on, sheets
        self.people = found.people

    def read(self) -> None:
        self._particulars()
        self.found.goals = [values for _row, values in self._pieces(GOALS)]
        rows = self._pieces(CHOICES)
        self.found.choices = [NewChoice(place, place, values) for place, (_row, values) in enumerate(rows, start=1)]
        self.lookup = _NewChoices(self.people, self.found.choices)
        for row, values in self._pieces(INDICATORS):
            indicator = NewIndicator(values.pop(CHOICE), values)
            self._entries(row, indicator)
            self.found.indicators.append(indicator)
        self._actions()

    def _rows(self, kind: str) -> list[SheetRow]:
        sheet = self.sheets.get(kind)
        return [row for row in sheet.rows if not row.is_blank] if sheet else []

    def _fault(self, row: SheetRow, key: str, text: str, of: Value = None) -> None:
        key = key if key in row.sheet.places else next(iter(row.sheet.places))
        self.found.faults.append(Fault(row.address(key), text, shown(of)[:80]))

    # ---- ambition, goals, choices, indicators ----
    def _particulars(self) -> None:
        for row in self._rows(PARTICULARS)[:1]:
            for key in KINDS[PARTICULARS].fields:
                cell = row.cells.get(key)
                try:
                    value = value_of(Plan, key, cell, self.on) if cell not in (None, "") else None
                except ValidationError as error:
                    self._fault(row, key, refusal(error), cell)
                else:
                    self.found.particulars |= {key: value} if value else {}

    def _pieces(self, name: str) -> list[tuple[SheetRow, dict[str, Any]]]:
        """The rows of a sheet with their values. A cell that cannot be read is left out; its row too, when it cannot
        do without."""
        kind, found = KINDS[name], []
        for row in self._rows(name):
            values, title = {}, row.cells.get(kind.title)
            is_whole = True
            for key in kind.fields:
                cell = row.cells.get(key)
                if cell in (None, "") and not self._is_needed(name, key):
                    continue
                try:
                    values[key] = self._value(kind.model, key, cell)
                except ValidationError as error:
                    self._fault(row, key, refusal(error), title)
                    is_whole = is_whole and not self._is_needed(name, key)
            if is_whole:
                self._drop_what_is_at_odds(row, kind.model, values, title)
                found.append((row, values))
        return found

    def _is_needed(self, name: str, key: str) -> bool:
        return is_needed(KINDS[name].model, key) and (name, key) != (GOALS, "due_on")

    def _value(self, model: Any, key: str, cell: Value) -> Any:
        of = kind_of(model, key)
        if of == PERSON and cell not in (None, ""):
            return self.people.person(layout.plain(cell))
        if of == OF_CHOICE:
            return self.lookup.choice(layout.plain(cell))
        return value_of(model, key, cell, self.on)

    def _drop_what_is_at_odds(self, row: SheetRow, model: Any, values: dict[str, Any], title: Value) -> None:
        if model is not Indicator:
            return
        for key, text in wrongs(Indicator(**{name: value for name, value in values.items() if name != CHOICE})).items():
            self._fault(row, key, text, title)
            for name in (key, PAIRED.get(key, key)):
                values.pop(name, None)

    def _entries(self, row: SheetRow, indicator: NewIndicator) -> None:
        frequency = indicator.values.get("frequency", Indicator.Frequency.MONTH)
        for key, (unit, column) in periods_of(row.sheet).items():
            cell, own = row.cells[key], period_in(column, unit, frequency)
            if cell in (None, ""):
                continue
            try:
                if own is None:
                    raise ValidationError(_("This indicator is not measured in this period."))
                indicator.entries[own] = amount_of(cell)
            except ValidationError as error:
                self._fault(row, key, refusal(error), indicator.values["name"])

    # ---- actions ----
    def _actions(self) -> None:
        cells = _NewCells(self.lookup, self.on)
        for row in self._rows(ACTIONS):
            if (action := self._action(row, cells)) is not None:
                self.found.actions.append(action)

    def _action(self, row: SheetRow, cells: ActionCells) -> NewAction | None:
        values, title = {}, row.cells.get(RESULT)
        for key in COLUMNS:
            cell = row.cells.get(key)
            if cell in (None, "") and key not in (CHOICE, RESULT, DEADLINE):
                continue
            try:
                values[key], _meant, _shown = cells.read(key, cell)
            except ValidationError as error:
                self._fault(row, key, refusal(error), title)
                if key in (CHOICE, RESULT, DEADLINE):
                    return None
        values[RESPONSIBLE] = values.get(RESPONSIBLE) or self.user
        values.setdefault(STATUS, TODO)
        if values.get(START) and values[DEADLINE] < values[START]:
            self._fault(row, START, _("The deadline lies before the start."), title)
            del values[START]
        if values[STATUS] == DONE:
            values.pop(LIGHT, None)
            values["completed_on"] = self._done_on(row)
        involved = [user for user in values.pop(INVOLVED, []) if user != values[RESPONSIBLE]]
        return NewAction(values.pop(CHOICE), values, involved)

    def _done_on(self, row: SheetRow) -> dt.date:
        cell = row.cells.get("completed_on")
        return min(cell, self.on) if isinstance(cell, dt.date) else self.on


class _NewCells(ActionCells):
    """People are found or asked, and never in the way."""

    lookup: _NewChoices

    def read(self, key: str, cell: Value) -> tuple[Any, str, str]:
        """Names are counted, each time."""
        return self._readers[key](self, cell) if key in (RESPONSIBLE, INVOLVED) else super().read(key, cell)

    def _responsible_of(self, cell: Value) -> tuple[Any, str, str]:
        return self.lookup.new_people.person(layout.plain(cell)), "", ""

    def _involved_of(self, cell: Value) -> tuple[Any, str, str]:
        return self.lookup.new_people.several(layout.plain(cell)), "", ""

    _readers = {**ActionCells._readers, RESPONSIBLE: _responsible_of, INVOLVED: _involved_of}
