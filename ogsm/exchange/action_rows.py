"""The rows of the sheet 'Action plan' held against the plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from actions import cell_texts as texts
from actions import recognise as known
from actions.models import Action
from actions.rules import DONE, TODO
from actions.table import may_change
from ogsm import marks
from ogsm.fields import EARLIEST, LATEST, PASSED
from ogsm.pages import refusal
from plans.forms import people_of

from . import layout
from .difference import NOT_YOURS, Change, Difference, Fault, RowChange, Sheet, SheetRow, by_id, notes_of, shown, whole
from .layout import (
    ACTION_COLUMNS,
    CHOICE,
    DEADLINE,
    DESCRIPTION,
    INVOLVED,
    LIGHT,
    LINK,
    RESPONSIBLE,
    RESULT,
    START,
    STATUS,
    Names,
    Value,
)

if TYPE_CHECKING:
    from plans.access import PlanAccess

Read = tuple[Any, str, str]  # (the value, what it means, how it is shown)
COLUMNS = [column for column in ACTION_COLUMNS if column.comes_in]
NEEDED = (CHOICE, RESULT, RESPONSIBLE, DEADLINE)


class ActionRows:
    def __init__(self, access: PlanAccess, sheet: Sheet, on: dt.date, found: Difference) -> None:
        self.access, self.plan, self.sheet, self.on, self.found = access, access.plan, sheet, on, found
        people, choices = list(people_of(self.plan)), self.plan.choices.numbered()
        self.names = Names(people, choices)
        self.people = {person.pk: person for person in people}
        self.choices = {choice.pk: choice for choice in choices}
        self._person_named = {self.names.person(person): person.pk for person in people}
        self._choice_named = {self.names.choice(choice.pk): choice.pk for choice in choices}
        self._known_people = [known.Person(one.pk, one.name, one.email) for one in people]
        self._known_choices = [
            known.ChoiceName(one.pk, one.number, one.short_name, one.goal, one.how) for one in choices
        ]
        self._status = _words_back(dict(Action.Status.choices))
        self._light = {word.casefold(): light for light in layout.LIGHTS for word in _light_in_all_languages(light)}
        self._columns = [column for column in COLUMNS if column.key in sheet.places]
        self._remembered: dict[tuple[str, Value], Read | ValidationError] = {}

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
                value, meant, text = self._read(key, cell)
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
                value, _meant, text = self._read(key, cell)
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

    # ---- what a cell means ----
    def _read(self, key: str, cell: Value) -> Read:
        """Asked once for each text: a name stands in many rows."""
        asked = (key, cell)
        if asked not in self._remembered:
            try:
                self._remembered[asked] = self._readers[key](self, cell)
            except ValidationError as error:
                self._remembered[asked] = error
        answer = self._remembered[asked]
        if isinstance(answer, ValidationError):
            raise answer
        return answer

    def _choice_of(self, cell: Value) -> Read:
        text = layout.plain(cell)
        pk = self._choice_named.get(text)
        if pk is None:
            match = known.match_choice(text, self._known_choices)
            if match is None:
                raise ValidationError(_unknown(text, _("Which strategic choice? Choose one of the list.")))
            pk = match.pk
        return self.choices[pk], str(pk), self.names.choice(pk)

    def _person_of(self, text: str) -> int:
        pk = self._person_named.get(text)
        match = known.match_person(text, self._known_people) if pk is None else None
        if pk is None and match is None:
            raise ValidationError(_unknown(text, _("Who is this? Nobody who takes part in this plan is called so.")))
        return pk if pk is not None else match.pk  # type: ignore[union-attr]

    def _responsible_of(self, cell: Value) -> Read:
        text = layout.plain(cell)
        if not text:
            raise ValidationError(_("Who is responsible? Choose one person of the list."))
        pk = self._person_of(text)
        return self.people[pk], str(pk), self.names.person(self.people[pk])

    def _involved_of(self, cell: Value) -> Read:
        text = layout.plain(cell)
        parts = [part.strip() for part in text.replace("\n", ";").split(";") if part.strip()]
        if len(parts) == 1 and parts[0] not in self._person_named:
            parts = known.split_people(text, self._known_people)
        pks = sorted({self._person_of(part) for part in parts[: known.MOST_PEOPLE]})
        people = sorted((self.people[pk] for pk in pks), key=lambda user: (user.sort_name, user.pk))
        return people, ",".join(map(str, pks)), layout.BETWEEN_PEOPLE.join(map(self.names.person, people))

    def _day_of(self, cell: Value, *, start: bool = False) -> Read:
        if isinstance(cell, dt.date):
            if not EARLIEST <= cell <= LATEST:
                raise ValidationError(_("Choose a day between 2000 and 2099."))
            day = cell
        else:
            text = layout.plain(cell)
            try:
                day = texts.day_of(text, self.on, start=start)
            except ValidationError:
                raise ValidationError(
                    _("%(text)s is no date. Write it as 31-12-2026.") % {"text": f"'{text[:40]}'"}
                ) from None
        return day, day.isoformat(), shown(day)

    def _start_of(self, cell: Value) -> Read:
        return self._day_of(cell, start=True) if cell not in (None, "") else (None, "", "")

    def _deadline_of(self, cell: Value) -> Read:
        if cell in (None, ""):
            raise ValidationError(_("By when? Write it as 31-12-2026."))
        return self._day_of(cell)

    def _status_of(self, cell: Value) -> Read:
        text = layout.plain(cell)
        status = self._status.get(text.casefold()) or texts.status_of(text)
        return status, status, str(Action.Status(status).label)

    def _light_of(self, cell: Value) -> Read:
        text = layout.plain(cell)
        if not text:
            return "", "", ""
        light = self._light.get(text.casefold())
        if light is None:
            raise ValidationError(_unknown(text, _("A light is green, amber or red, or empty.")))
        return light, light, marks.light_word(light)

    def _result_of(self, cell: Value) -> Read:
        line = texts.result_of(layout.plain(cell))
        return line, line, line

    def _description_of(self, cell: Value) -> Read:
        text = texts.description_of(layout.plain(cell))
        return text, text, text

    def _link_of(self, cell: Value) -> Read:
        link = texts.link_of(layout.plain(cell))
        return link, link, link

    _readers: dict[str, Callable[[ActionRows, Value], Read]] = {
        CHOICE: _choice_of,
        RESULT: _result_of,
        RESPONSIBLE: _responsible_of,
        INVOLVED: _involved_of,
        START: _start_of,
        DEADLINE: _deadline_of,
        STATUS: _status_of,
        LIGHT: _light_of,
        DESCRIPTION: _description_of,
        LINK: _link_of,
    }


def _unknown(text: str, sentence: str) -> str:
    return f"'{text[:60]}': {sentence}" if text else sentence


def _words_back(labels: dict[str, Any]) -> dict[str, str]:
    return {word.casefold(): value for value, label in labels.items() for word in layout.in_all_languages(label)}


class _LightWord:
    def __init__(self, light: str) -> None:
        self.light = light

    def __str__(self) -> str:
        return marks.light_word(self.light)


def _light_in_all_languages(light: str) -> set[str]:
    return layout.in_all_languages(_LightWord(light))


def _original(same: list[SheetRow], action: Action) -> SheetRow:
    """Of a row and its copies the one that still has the words of the action."""
    result = layout.one_line(action.result)
    for row in same:
        if layout.one_line(layout.plain(row.cells.get(RESULT))) == result:
            return row
    return same[0]
