"""Pasted rows on their way to actions: what each column is, what each cell means, what is still asked, what is ready.

Everything the reader chose travels in the form: `kind-<column>`, `who-<name>`, `choice-<name>`, `cell-<row>-<kind>`,
`row-<row>` for each tick and `offered` for the rows that could be ticked.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ogsm import words
from ogsm.fields import PASSED

from . import cell_texts as texts
from . import recognise as known
from .models import Action
from .paste import MOST_ROWS, TooMuch, read_table
from .rules import DONE, TODO

MOST_FIELDS = 300  # that are asked at once; what a browser sends is limited
LABELS = {
    known.RESULT: gettext_lazy("Result"),
    known.CHOICE: gettext_lazy("Strategic choice"),
    known.RESPONSIBLE: gettext_lazy("Responsible"),
    known.INVOLVED: gettext_lazy("Involved"),
    known.START: gettext_lazy("Start"),
    known.DEADLINE: gettext_lazy("Deadline"),
    known.STATUS: gettext_lazy("Status"),
    known.DESCRIPTION: gettext_lazy("Description"),
    known.LINK: gettext_lazy("Link"),
}
ASKED_ABOVE = {known.CHOICE, known.RESPONSIBLE, known.INVOLVED}  # once for each name, not row by row


@dataclass
class Cell:
    """One cell of the preview: what was pasted, what it means, and what is wrong with it."""

    kind: str
    text: str
    shown: str = ""
    error: str = ""
    field: str = ""  # its name in the form, when it can be repaired here

    @property
    def label(self) -> str:
        return str(LABELS.get(self.kind, ""))


@dataclass
class Row:
    """`values` are those of the action, complete when there is no error."""

    number: int
    cells: list[Cell]
    values: dict[str, Any] = field(default_factory=dict)
    is_double: bool = False
    is_ticked: bool = False

    @property
    def is_ready(self) -> bool:
        return not any(cell.error for cell in self.cells)

    @property
    def result(self) -> str:
        return self.values.get(known.RESULT, "")


@dataclass(frozen=True)
class Question:
    """A name that could not be matched, asked once: `options` are (value, label), `answer` the value chosen."""

    field: str
    text: str
    options: list[tuple[str, str]]
    answer: str
    count: int


def key_of(text: str) -> str:
    return hashlib.sha256(known.bare(text).encode("utf-8", "replace")).hexdigest()[:10]


class PasteSheet:
    """The preview of pasted rows. `people` by id and `choices` are those an action may be given to; `there` are the
    (choice id, result) of the actions the plan has."""

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        people: Mapping[int, Any],
        choices: Iterable[Any],
        there: Iterable[tuple[int, str]],
        on: dt.date,
        is_draft: bool,
        remembered: Mapping[str, list[str]] | None = None,
    ) -> None:
        self.data, self.on, self.is_draft = data, on, is_draft
        self.people_by_id, self.choices_by_id = dict(people), {choice.pk: choice for choice in choices}
        self.people = [known.Person(pk, one.name, one.email) for pk, one in self.people_by_id.items()]
        self.choices = [
            known.ChoiceName(one.pk, one.number, one.short_name, one.goal, one.how)
            for one in self.choices_by_id.values()
        ]
        self.there = {(choice, known.bare(result)) for choice, result in there}
        self.text = str(data.get("text", ""))
        self.questions: dict[str, Question] = {}
        self._asked: dict[str, int] = {}
        self._nearest: dict[str, known.Person | None] = {}
        self._fields = 0
        table = list(known.without_titles(read_table(self.text)))
        header = known.columns_of(table[0]) if table else None
        self.header = table[0] if header else []
        self.table = table[1:] if header else table
        width = len(table[0]) if table else 0
        guess = (
            (remembered or {}).get(self.header_key)
            or header
            or known.guess_columns(self.table, self.people, self.choices, on)
        )
        self.kinds = self._kinds(guess[:width])
        self.numbers, self.left_out = self._that_are_actions()
        if len(self.numbers) > MOST_ROWS:
            raise TooMuch("rows")

    def _that_are_actions(self) -> tuple[list[int], list[str]]:
        """The numbers of the rows that may be actions, and what the others say: titles between them, heads once more,
        and the totals below."""
        numbers, others = [], []
        for number, cells in enumerate(self.table):
            if self._is_around(cells):
                others.append(" · ".join(cell for cell in cells if cell))
            else:
                numbers.append(number)
        return numbers, others

    def _is_around(self, cells: list[str]) -> bool:
        if known.is_total(cells) or (self.header and cells == self.header):
            return True
        place = self.kinds.index(known.RESULT) if self.has_result else None
        alone = sum(1 for cell in cells if cell) == 1
        return bool(self.header) and place is not None and alone and not cells[place]

    @property
    def header_key(self) -> str:
        """The same for every list with these heads; '' without any."""
        return key_of("\t".join(self.header)) if self.header else ""

    def _kinds(self, guess: list[str]) -> list[str]:
        """What the reader chose for each column, else what was recognised; each kind once."""
        kinds: list[str] = []
        for place, recognised in enumerate(guess):
            kind = str(self.data.get(f"kind-{place}", recognised))
            kinds.append(kind if kind in known.KINDS and kind not in kinds else "")
        return kinds

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The heads of the table: each with its select."""
        return [
            {
                "field": f"kind-{place}",
                "name": self.header[place] if self.header else _("Column %(number)d") % {"number": place + 1},
                "kind": kind,
                "options": LABELS.items(),
            }
            for place, kind in enumerate(self.kinds)
        ]

    @property
    def extra(self) -> list[str]:
        """What every action needs and no column has; the choice and the responsible are asked above the table."""
        return [kind for kind in (known.DEADLINE,) if kind not in self.kinds]

    @property
    def extra_labels(self) -> list[str]:
        return [str(LABELS[kind]) for kind in self.extra]

    @property
    def has_result(self) -> bool:
        return known.RESULT in self.kinds

    @cached_property
    def rows(self) -> list[Row]:
        """All of them, with what is asked in `questions`. No query."""
        if not self.has_result:
            return []
        offered = set(str(self.data["offered"]).split(",")) if "offered" in self.data else None
        rows, seen = [], set(self.there)
        for number in self.numbers:
            row = self._row(number, self.table[number])
            if row.is_ready:
                same = (row.values[known.CHOICE].pk, known.bare(row.result))
                row.is_double = same in seen
                seen.add(same)
                was_offered = offered is not None and str(number) in offered
                row.is_ticked = f"row-{number}" in self.data if was_offered else not row.is_double
            rows.append(row)
        return rows

    @property
    def ready(self) -> list[Row]:
        return [row for row in self.rows if row.is_ready]

    @property
    def ticked(self) -> list[Row]:
        return [row for row in self.rows if row.is_ticked]

    @property
    def wrong(self) -> list[Row]:
        return [row for row in self.rows if not row.is_ready]

    @property
    def offered(self) -> str:
        return ",".join(str(row.number) for row in self.ready)

    @property
    def is_as_offered(self) -> bool:
        """Whether what would be added is what the reader saw: nothing became ready, or another column, since."""
        shown = ",".join(self.kinds)
        return self.data.get("offered") == self.offered and self.data.get("shown") == shown

    @property
    def shown(self) -> str:
        return ",".join(self.kinds)

    @property
    def asked(self) -> list[Question]:
        """The questions, with how many cells each is about."""
        _rows = self.rows
        return [
            Question(one.field, one.text, one.options, one.answer, self._asked[one.field])
            for one in self.questions.values()
        ]

    # ---- one row ----
    def _row(self, number: int, texts: list[str]) -> Row:
        cells = [Cell(kind, text) for kind, text in zip(self.kinds, texts, strict=True)]
        cells += [Cell(kind, "") for kind in self.extra]
        row = Row(number, cells)
        for cell in cells:
            if cell.kind:
                self._read(row, cell)
        for kind in (known.CHOICE, known.RESPONSIBLE):
            if kind not in self.kinds:
                nowhere = Cell(kind, "")
                self._read(row, nowhere)
                if nowhere.error:
                    cells[0].error = cells[0].error or nowhere.error
        self._check_days(row)
        row.values.setdefault(known.STATUS, TODO)
        return row

    def _read(self, row: Row, cell: Cell) -> None:
        name = f"cell-{row.number}-{cell.kind}"
        typed = self.data.get(name)
        if typed is not None and cell.kind not in ASKED_ABOVE:
            cell.text, cell.field = str(typed).strip().replace("\x00", ""), name
            self._fields += 1
        try:
            value, cell.shown = getattr(self, f"_{cell.kind}")(cell.text)
        except ValidationError as error:
            cell.error = " ".join(error.messages)
            self._offer_repair(cell, name)
        else:
            row.values[cell.kind] = value

    def _offer_repair(self, cell: Cell, name: str) -> None:
        if cell.kind not in ASKED_ABOVE and not cell.field and self._fields < MOST_FIELDS:
            cell.field, self._fields = name, self._fields + 1

    def _check_days(self, row: Row) -> None:
        start, deadline = row.values.get(known.START), row.values.get(known.DEADLINE)
        cell = next(cell for cell in row.cells if cell.kind == known.DEADLINE)
        if deadline is None:
            return
        if start and deadline < start:
            cell.error = _("The deadline lies before the start.")
        elif deadline < self.on and not self.is_draft and row.values.get(known.STATUS) != DONE:
            cell.error = str(PASSED)
        if cell.error:
            self._offer_repair(cell, f"cell-{row.number}-{known.DEADLINE}")

    def _result(self, text: str) -> tuple[str, str]:
        line = texts.result_of(text)
        return line, line

    def _description(self, text: str) -> tuple[str, str]:
        return texts.description_of(text), text

    def _link(self, text: str) -> tuple[str, str]:
        link = texts.link_of(text)
        return link, link

    def _start(self, text: str) -> tuple[dt.date | None, str]:
        day = texts.day_of(text, self.on, start=True) if text else None
        return day, words.day_short_year(day) if day else ""

    def _deadline(self, text: str) -> tuple[dt.date, str]:
        day = texts.deadline_of(text, self.on)
        return day, words.day_short_year(day)

    def _status(self, text: str) -> tuple[str, str]:
        status = texts.status_of(text) if text else TODO
        return status, str(Action.Status(status).label)

    def _choice(self, text: str) -> tuple[Any, str]:
        found = known.match_choice(text, self.choices)
        options = [(str(one.pk), f"{one.number} {one.short_name}") for one in self.choices]
        start = str(self.data.get("choice", "")) if not text else ""
        answer = None if found else self._answer("choice", text, _("rows without a choice"), options, start)
        pk = found.pk if found else answer
        if pk is None:
            raise ValidationError(_("Which strategic choice? Answer it above."))
        choice = self.choices_by_id[pk]
        return choice, f"{choice.number} {choice.short_name}"

    def _person(self, text: str, nobody: str) -> Any:
        found = known.match_person(text, self.people)
        options = [(str(pk), str(one)) for pk, one in self.people_by_id.items()]
        near = None if found else self._near(text)
        pk = found.pk if found else self._answer("who", text, nobody, options, str(near.pk) if near else "")
        if pk is None:
            raise ValidationError(
                _("Who is this? Answer it above.") if text else _("Who is responsible? Answer it above.")
            )
        return self.people_by_id[pk]

    def _near(self, text: str) -> known.Person | None:
        """Whom a misspelt name probably means: the answer the question starts with. Looked up once for each name."""
        if text not in self._nearest:
            self._nearest[text] = known.near_person(text, self.people)
        return self._nearest[text]

    def _responsible(self, text: str) -> tuple[Any, str]:
        person = self._person(text, _("rows without a name"))
        return person, str(person)

    def _involved(self, text: str) -> tuple[list[Any], str]:
        """Whom nobody knows is left out when the question is left open: being involved is no duty."""
        people = []
        for part in known.split_people(text, self.people):
            try:
                person = self._person(part, "")
            except ValidationError:
                continue
            if person not in people:
                people.append(person)
        return people, ", ".join(map(str, people))

    def _answer(
        self, prefix: str, text: str, nothing: str, options: list[tuple[str, str]], start: str = ""
    ) -> int | None:
        """What the reader answered about a name; asked once, however many cells have it."""
        name = f"{prefix}-{key_of(text)}"
        answer = str(self.data.get(name, start))
        if answer not in {value for value, _label in options}:
            answer = ""
        if name not in self.questions and (self._fields < MOST_FIELDS or name in self.data):
            self._fields += 1
            self.questions[name] = Question(name, text or nothing, options, answer, 0)
        self._asked[name] = self._asked.get(name, 0) + 1
        return int(answer) if answer else None
