"""The rows of the sheet 'Action plan' held against the plan."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from actions import recognise as known
from actions.models import Action
from actions.rules import DONE, TODO
from actions.table import may_change
from ogsm.fields import PASSED
from ogsm.pages import refusal

from . import layout
from .action_cells import ActionCells
from .difference import NOT_YOURS, Change, Difference, Fault, RowChange, Sheet, SheetRow, by_id, notes_of, shown, whole
from .layout import ACTION_COLUMNS, CHOICE, DEADLINE, LIGHT, RESPONSIBLE, RESULT, START, STATUS
from .lookup import Lookup

if TYPE_CHECKING:
    from plans.access import PlanAccess

COLUMNS = [column for column in ACTION_COLUMNS if column.comes_in]
NEEDED = (CHOICE, RESULT, RESPONSIBLE, DEADLINE)


class ActionRows:
    def __init__(self, access: PlanAccess, sheet: Sheet, on: dt.date, found: Difference, lookup: Lookup) -> None:
        self.access, self.plan, self.sheet, self.on, self.found = access, access.plan, sheet, on, found
        self.choices, self.names = lookup.choices, lookup.names
        self._cells = ActionCells(lookup, on)
        self._columns = [column for column in COLUMNS if column.key in sheet.places]

    def read(self) -> None:
        actions = self._actions()
        rows = by_id(self.sheet)
        originals = {}
        for pk, same in rows.items():
            action = actions.get(pk)
            originals[pk] = _original(same, action) if action else same[0]
        for row in self.sheet.rows:
            if row.is_blank:
                continue
            number = whole(row.pk)
            if number is None or originals[number] is not row:
                self._new(row, actions)
            elif (action := actions.get(number)) is None:
                self._fault(row, RESULT, _("This row is of an action that this plan does not have. It is left out."))
            elif action.is_archived or action.choice.is_archived:
                self._fault(row, RESULT, _("This action was archived. Restore it first."), action.result)
            else:
                self._changes(row, action)
        live = {pk for pk, action in actions.items() if not (action.is_archived or action.choice.is_archived)}
        self.found.missing += len(live - rows.keys())

    def _actions(self) -> dict[int, Action]:
        """Three queries."""
        rows = self.plan.actions.with_flags(self.on).select_related("choice", "responsible")
        actions = {action.pk: action for action in rows.prefetch_related("involved")}
        for action in actions.values():
            action.plan = self.plan
            if action.choice_id in self.choices:
                action.choice = self.choices[action.choice_id]
        return actions

    def _fault(self, row: SheetRow, key: str, text: str, of: str = "") -> None:
        key = key if key in self.sheet.places else next(iter(self.sheet.places))
        self.found.faults.append(Fault(row.address(key), text, of or shown(row.cells.get(RESULT))[:80]))

    # ---- an action the plan has ----
    def _changes(self, row: SheetRow, action: Action) -> None:
        stored, cells = layout.action_values(action), layout.action_cells(action, self.names)
        went_out = row.marks
        found = RowChange(layout.ACTIONS, row.number, action.result, action)
        for column in self._columns:
            key, cell = column.key, row.cells[column.key]
            if layout.plain(cell) == layout.plain(cells[key]):
                continue
            try:
                value, meant, text = self._cells.read(key, cell)
            except ValidationError as error:
                self._fault(row, key, refusal(error), action.result)
                continue
            before = went_out.get(key)
            if meant == stored[key] or layout.mark(meant) == before:
                continue
            if not self._may(action, key):
                self._fault(row, key, str(NOT_YOURS), action.result)
                continue
            meanwhile = before is not None and layout.mark(stored[key]) != before
            tick = f"{layout.ACTIONS}-{action.pk}-{key}"
            found.changes.append(
                Change(tick, key, row.address(key), str(column.label), shown(cells[key]), text, value, meanwhile)
            )
        found.changes = self._that_hold(row, found, action)
        self.found.notes += notes_of(row, ACTION_COLUMNS, action.result)
        if found.changes:
            self.found.rows.append(found)

    def _may(self, action: Action, key: str) -> bool:
        return self.access.may_update(action) if key == LIGHT else may_change(self.access, action, key)

    def _that_hold(self, row: SheetRow, found: RowChange, action: Action) -> list[Change]:
        """Without those that go against what the action is or would be."""
        new = {change.field: change.value for change in found.changes}
        status, start = new.get(STATUS, action.status), new.get(START, action.starts_on)
        deadline = new.get(DEADLINE, action.deadline)
        wrong: dict[str, str] = {}
        if start and deadline < start:
            wrong[DEADLINE if DEADLINE in new else START] = _("The deadline lies before the start.")
        elif DEADLINE in new and deadline < self.on and not self.plan.is_draft and status != DONE:
            wrong[DEADLINE] = str(PASSED)
        if LIGHT in new and status == DONE:
            wrong[LIGHT] = _("A done action has no light.")
        if CHOICE in new and not self.access.may_add_action(new[CHOICE]):
            wrong[CHOICE] = str(NOT_YOURS)
        for key, text in wrong.items():
            if key in new:
                self._fault(row, key, text, action.result)
        return [change for change in found.changes if change.field not in wrong]

    # ---- one that would be added ----
    def _new(self, row: SheetRow, actions: dict[int, Action]) -> None:
        found = RowChange(layout.ACTIONS, row.number, shown(row.cells.get(RESULT)))
        values, is_whole = {}, True
        for key in NEEDED:
            is_whole = is_whole and key in self.sheet.places
        for column in self._columns:
            key, cell = column.key, row.cells[column.key]
            if cell in (None, "") and key not in NEEDED:
                continue
            try:
                value, _meant, text = self._cells.read(key, cell)
            except ValidationError as error:
                self._fault(row, key, refusal(error))
                is_whole = False
                continue
            values[key] = value
            found.changes.append(Change(found.key, key, row.address(key), str(column.label), "", text, value))
        if not is_whole or not self._new_holds(row, values):
            return
        same = (values[CHOICE].pk, known.bare(values[RESULT]))
        live = (action for action in actions.values() if not action.is_archived)
        found.is_double = any(same == (action.choice_id, known.bare(action.result)) for action in live)
        self.found.rows.append(found)

    def _new_holds(self, row: SheetRow, values: dict[str, Any]) -> bool:
        deadline, start, status = values[DEADLINE], values.get(START), values.get(STATUS, TODO)
        if not self.access.may_add_action(values[CHOICE]):
            self._fault(row, CHOICE, _("You may not add an action to this strategic choice."))
        elif start and deadline < start:
            self._fault(row, DEADLINE, _("The deadline lies before the start."))
        elif deadline < self.on and not self.plan.is_draft and status != DONE:
            self._fault(row, DEADLINE, str(PASSED))
        elif values.get(LIGHT) and status == DONE:
            self._fault(row, LIGHT, _("A done action has no light."))
        else:
            return True
        return False


def _original(same: list[SheetRow], action: Action) -> SheetRow:
    """Of a row and its copies the one that still has the words of the action."""
    result = layout.one_line(action.result)
    for row in same:
        if layout.one_line(layout.plain(row.cells.get(RESULT))) == result:
            return row
    return same[0]
