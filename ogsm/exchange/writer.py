"""Writes the workbook: the plan on one page, and behind it a sheet of rows for each kind of piece.

Nothing that people typed is ever written as a formula or a link.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from ogsm import dates, words
from ogsm.fields import EARLIEST, LATEST
from plans.forms import people_of
from plans.sheet import IndicatorLine, plan_rows

from . import layout
from .layout import (
    ACTION_COLUMNS,
    ACTIONS,
    CHOICES,
    DAYS,
    GOALS,
    HEAD_ROW,
    INDICATOR_LIGHT,
    INDICATORS,
    KEY_ROW,
    PARTICULARS,
    Names,
)
from .one_page import write_one_page
from .piece_layout import KINDS, OF_CHOICE, PERSON, WORD, PieceKind, kind_of, piece_cells, piece_values, words_of
from .styles import INK_3, LIGHT_COLOURS, WELL, Styles, number_format

if TYPE_CHECKING:
    from plans.access import PlanAccess
    from plans.models import Plan

SPARE_ROWS = 500  # below the last one: the drop-downs hold there too
MOST_PERIODS = 60
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "d mmm yyyy",
}
LISTS_SHEET = "ogsm"


def plan_workbook(access: PlanAccess, on: dt.date) -> bytes:
    """The plan on one page, its indicators with their values and its actions. Some 20 queries, however long it is."""
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, {**OPTIONS, "in_memory": True})
    rows = plan_rows(access, on)
    writer = _Writer(book, access.plan, [row.choice for row in rows], on)
    page_mark = write_one_page(writer.sheet(layout.PLAN), writer.styles, access.plan, rows, on)
    writer.pieces(PARTICULARS, [access.plan])
    writer.pieces(GOALS, list(access.plan.goals.live()))
    writer.pieces(CHOICES, [row.choice for row in rows])
    writer.indicators([line for row in rows for line in row.indicators])
    actions = [action for row in rows for action in sorted(row.actions, key=lambda each: (each.deadline, each.pk))]
    prefetch_related_objects(actions, "involved")
    writer.actions(actions)
    writer.lists(page_mark)
    book.close()
    return output.getvalue()


def actions_workbook(access: PlanAccess, on: dt.date) -> bytes:
    """The action plan alone, written row by row: a few queries, and little memory however many there are."""
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, {**OPTIONS, "constant_memory": True})
    writer = _Writer(book, access.plan, access.plan.choices.numbered(), on)
    writer.actions(_live_actions(access.plan, on))
    writer.lists()
    book.close()
    return output.getvalue()


def _live_actions(plan: Plan, on: dt.date) -> Iterable[Any]:
    """In the order of the page: by choice, then deadline. Three queries."""
    live = plan.actions.live().filter(choice__archived_at=None).with_flags(on)
    ordered = live.order_by("choice__position", "choice_id", "deadline", "pk")
    return ordered.prefetch_related("involved", "responsible")


def period_columns(plan: Plan, lines: Sequence[IndicatorLine], on: dt.date) -> tuple[str, list[dt.date]]:
    """(the shortest period in use, the first days of such periods): from the start of the plan, or the first value, up
    to the running one; the last sixty of them."""
    unit = dates.finest(line.indicator.frequency for line in lines)
    known = [period for line in lines for period in line.values]
    first = dates.period_start(min([plan.starts_on, on, *known]), unit)
    until = max([dates.period_start(on, unit), *(dates.period_start(period, unit) for period in known)])
    count = dates.periods_between(first, until, unit) + 1
    skipped = max(count - MOST_PERIODS, 0)
    return unit, [dates.later_period(first, step, unit) for step in range(skipped, count)]


def period_in(column: dt.date, unit: str, frequency: str) -> dt.date | None:
    """First day of an indicator's own period that ends where a column does; None where none of them does."""
    end = dates.period_end(column, unit)
    period = dates.period_start(end, frequency)
    return period if dates.period_end(period, frequency) == end else None


class _Writer:
    def __init__(self, book: Any, plan: Plan, choices: list[Any], on: dt.date) -> None:
        self.book, self.plan, self.on = book, plan, on
        self.styles = Styles(book)
        self.names = Names(people_of(plan), choices)
        self.birth_mark = layout.birth_mark(plan)
        book.set_properties({"title": self.plan.name, "author": self.plan.organisation, "company": ""})

    def sheet(self, kind: str) -> Any:
        return self.book.add_worksheet(str(layout.SHEETS[kind]))

    # ---- the two sheets of rows ----
    def actions(self, actions: Iterable[Any]) -> None:
        sheet = self.sheet(ACTIONS)
        self._begin(sheet, ACTIONS, ACTION_COLUMNS)
        row = HEAD_ROW
        for row, action in enumerate(actions, start=HEAD_ROW + 1):
            cells = layout.action_cells(action, self.names)
            meant = {**{key: layout.plain(value) for key, value in cells.items()}, **layout.action_values(action)}
            self._row(sheet, row, action.pk, layout.marks_of(meant))
            for place, column in enumerate(ACTION_COLUMNS, start=2):
                self._cell(sheet, row, place, column, cells[column.key])
        self._finish(sheet, ACTION_COLUMNS, row)
        self._action_helps(sheet, row + SPARE_ROWS)

    def pieces(self, name: str, pieces: Sequence[Any]) -> None:
        """The ambition, the goals or the strategic choices, a row each."""
        kind, sheet = KINDS[name], self.sheet(name)
        columns = kind.columns()
        self._begin(sheet, name, columns)
        row = HEAD_ROW
        for row, piece in enumerate(pieces, start=HEAD_ROW + 1):
            cells, unit = piece_cells(kind, piece, self.names), getattr(piece, "unit", "")
            self._row(sheet, row, piece.pk, layout.marks_of(piece_values(kind, piece)))
            for place, column in enumerate(columns, start=2):
                self._cell(sheet, row, place, column, cells[column.key], unit)
        if name != PARTICULARS:
            self._finish(sheet, columns, row)
        self._piece_helps(sheet, kind, row + SPARE_ROWS)

    def indicators(self, lines: Sequence[IndicatorLine]) -> None:
        sheet, kind = self.sheet(INDICATORS), KINDS[INDICATORS]
        unit, periods = period_columns(self.plan, lines, self.on)
        columns = (*kind.columns(), INDICATOR_LIGHT, *(self._period(period, unit) for period in periods))
        self._begin(sheet, INDICATORS, columns, kind.details)
        row = HEAD_ROW
        for row, line in enumerate(lines, start=HEAD_ROW + 1):
            self._indicator(sheet, row, line, columns, unit, periods)
        self._finish(sheet, columns, row)
        self._piece_helps(sheet, kind, row + SPARE_ROWS)

    def _period(self, period: dt.date, unit: str) -> layout.Column:
        key = f"{unit}:{period.isoformat()}"
        return layout.Column(key, words.period_short(period, unit), layout.PERIOD_WIDTH, True)

    def _indicator(
        self, sheet: Any, row: int, line: IndicatorLine, columns: Any, unit: str, periods: list[dt.date]
    ) -> None:
        indicator, kind = line.indicator, KINDS[INDICATORS]
        cells = {**piece_cells(kind, indicator, self.names), layout.LIGHT: layout.indicator_light(line)}
        meant = {layout.LIGHT: layout.plain(cells[layout.LIGHT]), **piece_values(kind, indicator)}
        first = 2 + len(cells)
        for place, column in enumerate(columns[: len(cells)], start=2):
            self._cell(sheet, row, place, column, cells[column.key], indicator.unit, line.light)
        for place, (period, column) in enumerate(zip(periods, columns[len(cells) :], strict=True)):
            own = period_in(period, unit, indicator.frequency)
            value = line.values.get(own) if own else None
            meant[column.key] = layout.plain(layout.number(value))
            if own is None:
                sheet.write_blank(row, first + place, None, self.styles.cell(bg_color=WELL))
            elif value is None:
                sheet.write_blank(row, first + place, None, self.styles.cell(num_format="General"))
            else:
                amount = float(value)
                style = self.styles.cell(num_format=number_format(indicator.unit, amount))
                sheet.write_number(row, first + place, amount, style)
        self._row(sheet, row, indicator.pk, layout.marks_of(meant))

    # ---- what both share ----
    def _begin(self, sheet: Any, kind: str, columns: Sequence[layout.Column], folded: Collection[str] = ()) -> None:
        """The page, the widths, the hidden row of keys and the heads; columns to fold away have a + above them."""
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD_ROW)
        sheet.set_margins(0.4, 0.4, 0.5, 0.5)
        sheet.set_footer("&L&8&A&R&8&P / &N")
        sheet.hide_gridlines(2)
        sheet.freeze_panes(HEAD_ROW + 1, 0)
        sheet.set_column(0, 1, 6, None, {"hidden": True})
        for place, column in enumerate(columns, start=2):
            is_folded = column.key in folded
            before = columns[place - 3].key in folded if place > 2 else False
            options = {"level": 1, "hidden": True} if is_folded else {"collapsed": True} if before else {}
            sheet.set_column(place, place, column.width, self._spare_format(column), options)
        sheet.set_row(KEY_ROW, None, None, {"hidden": True})
        sheet.write_string(KEY_ROW, 0, layout.first_key(kind, self.plan.pk, self.birth_mark))
        sheet.write_string(KEY_ROW, 1, layout.STATE)
        for place, column in enumerate(columns, start=2):
            sheet.write_string(KEY_ROW, place, column.key)
        sheet.set_row(HEAD_ROW, 30)
        for place, column in enumerate(columns, start=2):
            style = self.styles.head() if column.comes_in else self.styles.head(font_color=INK_3, italic=True)
            sheet.write_string(HEAD_ROW, place, str(column.label), style)

    def _spare_format(self, column: layout.Column) -> Any:
        """Of the cells below the last row: a day typed there is shown as the others are."""
        if column.key in DAYS:
            return self.styles.get(num_format="d mmm yyyy", align="left")
        return self.styles.get(text_wrap=True)

    def _row(self, sheet: Any, row: int, pk: int, marks: str) -> None:
        sheet.write_number(row, 0, pk)
        sheet.write_string(row, 1, marks)

    def _cell(
        self, sheet: Any, row: int, place: int, column: layout.Column, value: Any,
        unit: str = "", light: str | None = None,
    ) -> None:  # fmt: skip
        more = {} if column.comes_in else {"font_color": INK_3}
        if column.key == layout.LIGHT and light is not None:
            sheet.write_string(row, place, value, self.styles.light(light))
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, place, dt.datetime.combine(value, dt.time.min), self.styles.day(**more))
        elif isinstance(value, (int, float)):
            sheet.write_number(row, place, value, self.styles.cell(num_format=number_format(unit, value), **more))
        elif value:
            sheet.write_string(row, place, value, self.styles.text(**more))
        elif column.key in DAYS:
            sheet.write_blank(row, place, None, self.styles.day(**more))
        else:
            sheet.write_blank(row, place, None, self.styles.text(**more))

    def _finish(self, sheet: Any, columns: Sequence[layout.Column], last: int) -> None:
        sheet.autofilter(HEAD_ROW, 2, max(last, HEAD_ROW + 1), 1 + len(columns))

    # ---- drop-downs and colours ----
    def _action_helps(self, sheet: Any, last: int) -> None:
        place = {column.key: number for number, column in enumerate(ACTION_COLUMNS, start=2)}
        wrong = {"error_title": _("Please choose from the list"), "ignore_blank": True}
        for key, name, strict in (
            (layout.CHOICE, "A", True),
            (layout.RESPONSIBLE, "B", True),
            (layout.STATUS, "C", True),
            (layout.LIGHT, "D", True),
        ):
            count = len(self._lists()["ABCD".index(name)])
            if count:
                source = f"={LISTS_SHEET}!${name}$1:${name}${count}"
                options = {"validate": "list", "source": source, "show_error": strict, **wrong}
                sheet.data_validation(HEAD_ROW + 1, place[key], last, place[key], options)
        for key in (layout.START, layout.DEADLINE):
            options = {
                "validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": LATEST,
                "error_title": _("There is no such day"), "error_message": _("Write it as 31-12-2026."),
                "ignore_blank": True,
            }  # fmt: skip
            sheet.data_validation(HEAD_ROW + 1, place[key], last, place[key], options)
        column = place[layout.LIGHT]
        for light, word in layout.light_words().items():
            ink, paper = LIGHT_COLOURS[light]
            colours = self.book.add_format({"font_color": ink, "bg_color": paper, "bold": True})
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": colours}
            sheet.conditional_format(HEAD_ROW + 1, column, last, column, rule)

    def _piece_helps(self, sheet: Any, kind: PieceKind, last: int) -> None:
        """Drop-downs of the few words, the people and the choices that a cell can hold."""
        lists = {PERSON: ("B", self.names.all_people), OF_CHOICE: ("A", self.names.all_choices)}
        for place, key in enumerate(kind.fields, start=2):
            of = kind_of(kind.model, key)
            if of == WORD:
                source: Any = list(words_of(kind.model, key).values())
            elif of in lists and lists[of][1]:
                name, offered = lists[of]
                source = f"={LISTS_SHEET}!${name}$1:${name}${len(offered)}"
            else:
                continue
            options = {"validate": "list", "source": source, "error_title": _("Please choose from the list")}
            sheet.data_validation(HEAD_ROW + 1, place, last, place, options)

    def _lists(self) -> list[list[str]]:
        return [
            self.names.all_choices,
            self.names.all_people,
            list(layout.status_words().values()),
            list(layout.light_words().values()),
        ]

    def lists(self, page_mark: str = "") -> None:
        """The hidden sheet with what the drop-downs offer, the mark of the sheet that does not come in, and the
        addresses of the people, by which another installation knows them."""
        sheet = self.book.add_worksheet(LISTS_SHEET)
        sheet.hide()
        lists = self._lists()
        lists += [[page_mark] if page_mark else [], [person.email for person in self.names.people]]
        for row in range(max(map(len, lists))):
            for place, offered in enumerate(lists):
                if row < len(offered):
                    sheet.write_string(row, place, offered[row])
