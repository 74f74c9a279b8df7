"""What a workbook that comes back would change: every addition and every change of a cell, and what is wrong with it.

A cell counts as changed when it no longer means what it did as it went out, and the plan does not say the same by now.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.utils import get_column_letter

from ogsm import words

from . import layout
from .layout import ACTIONS, CHOICES, GOALS, HEAD_ROW, ID, INDICATORS, PARTICULARS, STATE, Value
from .opening import Grid

if TYPE_CHECKING:
    from plans.access import PlanAccess
    from plans.models import Plan

ORDER = (PARTICULARS, GOALS, CHOICES, INDICATORS, ACTIONS)
MOST_CHANGES = 400  # taken over at once; a browser sends a limited number of ticks
MOST_SHOWN = 200  # faults
NOT_YOURS = gettext_lazy("You may not change this.")


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be brought in, and why; `of` is the piece it is about."""

    address: str
    text: str
    of: str = ""


class Faults:
    """Of what has `faults`: those that a page shows at once."""

    faults: list[Fault]

    @property
    def shown_faults(self) -> list[Fault]:
        return self.faults[:MOST_SHOWN]

    @property
    def more_faults(self) -> int:
        return max(len(self.faults) - MOST_SHOWN, 0)


@dataclass
class Change:
    """One cell: what the plan says, and what it would become. `meanwhile`: the plan has changed there too since the
    workbook went out. `key` is the name of its tick."""

    key: str
    field: str
    address: str
    label: str
    before: str
    after: str
    value: Any
    meanwhile: bool = False


@dataclass
class RowChange:
    """One row: the changes of a piece of the plan, or (without `piece`) one that would be added. `is_double`: the
    plan has one of the same words already. `defaults`: what a new one gets that its row does not say."""

    kind: str
    number: int
    title: str
    piece: Any = None
    changes: list[Change] = field(default_factory=list)
    is_double: bool = False
    defaults: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.kind}-new-{self.number}"

    @property
    def is_new(self) -> bool:
        return self.piece is None

    @property
    def of(self) -> str:
        """What kind of piece it is; '' for an action, which most are."""
        from .piece_layout import KINDS

        return str(KINDS[self.kind].one) if self.kind in KINDS else ""

    @property
    def facts(self) -> list[Change]:
        """What a new row says besides its name."""
        return [change for change in self.changes if change.field not in ("result", "name", "short_name")]


@dataclass
class SheetRow:
    """One row of a sheet, its cells by the key of their column."""

    sheet: Sheet
    number: int
    cells: dict[str, Value]

    def address(self, key: str) -> str:
        return f"{self.sheet.grid.name}!{get_column_letter(self.sheet.places[key] + 1)}{self.number}"

    @property
    def pk(self) -> Value:
        return self.cells.get(ID)

    @property
    def marks(self) -> dict[str, str]:
        return layout.read_marks(str(self.cells.get(STATE) or ""))

    @property
    def is_blank(self) -> bool:
        return not any(value not in (None, "") for key, value in self.cells.items() if key not in (ID, STATE))


class Sheet:
    """A sheet of rows that one of our workbooks has, as it came back."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        _ours, self.kind, self.plan_id, _version, self.birth_mark = [*str(grid.first).split(":"), "", "", "", ""][:5]
        keys = [ID, *(str(cell or "") for cell in grid.rows[0][1][1:])]
        self.places = {key: place for place, key in reversed(list(enumerate(keys))) if key}
        self.labels = dict(self._labels(keys))
        self.rows = [
            SheetRow(self, number, {key: _at(cells, place) for key, place in self.places.items()})
            for number, cells in grid.rows[1:]
            if number > HEAD_ROW + 1
        ]

    def is_of(self, plan: Plan, birth_mark: str) -> bool:
        """Whether it went out of this plan; one of another installation can have the same number."""
        return self.plan_id == str(plan.pk) and self.birth_mark in ("", birth_mark)

    def _labels(self, keys: list[str]) -> Iterable[tuple[str, str]]:
        heads = next((cells for number, cells in self.grid.rows if number == HEAD_ROW + 1), [])
        for place, key in enumerate(keys):
            yield key, str(_at(heads, place) or key)


def _at(cells: list[Value], place: int) -> Value:
    return cells[place] if place < len(cells) else None


def is_sheet_of_ours(grid: Grid) -> bool:
    ours, kind, *_rest = [*str(grid.first or "").split(":"), ""]
    return ours == "ogsm" and kind in ORDER


def own_sheets(grids: Iterable[Grid]) -> list[Sheet]:
    """The sheets that went out of a plan, the first of each kind, in the order in which they are taken over."""
    found: dict[str, Sheet] = {}
    for grid in grids:
        if is_sheet_of_ours(grid):
            sheet = Sheet(grid)
            found.setdefault(sheet.kind, sheet)
    return [found[kind] for kind in ORDER if kind in found]


@dataclass
class Difference(Faults):
    """All of it. `missing` counts the live actions that the workbook does not have; they stay."""

    rows: list[RowChange] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    missing: int = 0
    left_over: int = 0

    @property
    def additions(self) -> list[RowChange]:
        return [row for row in self.rows if row.is_new]

    @property
    def changed(self) -> list[RowChange]:
        return [row for row in self.rows if not row.is_new]

    @property
    def change_count(self) -> int:
        return sum(len(row.changes) for row in self.changed)

    @property
    def moves_deadline(self) -> bool:
        return any(change.field == layout.DEADLINE for row in self.changed for change in row.changes)

    @property
    def seen(self) -> str:
        """Another text when anything that is shown is another."""
        said = [
            (row.key if row.is_new else change.key, change.before, change.after, change.meanwhile)
            for row in self.rows
            for change in row.changes
        ]
        return hashlib.sha256(repr(said).encode("utf-8", "replace")).hexdigest()[:20]

    def limit(self) -> None:
        """Keeps no more than can be ticked at once; what is left over comes when the same workbook is chosen again."""
        kept, count = [], 0
        for row in self.rows:
            size = 1 if row.is_new else len(row.changes)
            if count + size > MOST_CHANGES:
                self.left_over += size
            else:
                kept.append(row)
                count += size
        self.rows = kept


def difference(access: PlanAccess, sheets: Iterable[Sheet], on: dt.date) -> Difference:
    """What the sheets would change in the plan. Some fifteen queries, however many rows."""
    from .action_rows import ActionRows
    from .indicator_rows import IndicatorRows
    from .lookup import Lookup
    from .piece_rows import PieceRows

    found, lookup = Difference(), Lookup.of(access.plan)
    readers: dict[str, Any] = {ACTIONS: ActionRows, INDICATORS: IndicatorRows}
    for sheet in sheets:
        readers.get(sheet.kind, PieceRows)(access, sheet, on, found, lookup).read()
    found.limit()
    return found


def by_id(sheet: Sheet) -> dict[int, list[SheetRow]]:
    """The rows that carry an id, which a copied row shares with its original."""
    found: dict[int, list[SheetRow]] = defaultdict(list)
    for row in sheet.rows:
        number = whole(row.pk)
        if number is not None and not row.is_blank:
            found[number].append(row)
    return found


def whole(value: Value) -> int | None:
    """An id, however the spreadsheet kept it."""
    try:
        return int(float(value)) if value not in (None, "") else None  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return -1


def shown(value: Value) -> str:
    """A cell as the preview shows it."""
    if isinstance(value, dt.date):
        return words.day_short_year(value)
    return layout.plain(value)


def notes_of(row: SheetRow, columns: Iterable[layout.Column], title: str) -> Iterable[Fault]:
    """The cells somebody changed in columns that do not come in."""
    marks = row.marks
    for column in columns:
        if column.comes_in or column.key not in marks or column.key not in row.cells:
            continue
        if layout.mark(layout.plain(row.cells[column.key])) != marks[column.key]:
            yield Fault(row.address(column.key), _("This column is not read: the plan keeps what it has."), title)
