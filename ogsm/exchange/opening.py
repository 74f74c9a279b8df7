"""Opens what somebody hands in: a workbook or a CSV file, of which nothing is trusted.

Bounded before it is unpacked, read row by row, never calculated, without what lies outside the file. Whatever is wrong
with it comes out as `Refused`, with a sentence for the one who chose the file.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import logging
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import openpyxl
from defusedxml import DefusedXmlException
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .layout import Value

MOST_BYTES = 10_000_000
MOST_UNPACKED = 64_000_000
MOST_PARTS = 1000
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_SHEETS = 20
MOST_CELLS, MOST_LETTERS = 1_500_000, 40_000_000  # of all its sheets: one long text can stand in every cell
MOST_AROUND = 6_000_000  # unpacked, of a part that holds no cells: its styles, its list of sheets
LAST_ROW = 1_048_576  # of any spreadsheet
LONGEST_TEXT = 33_000
AROUND = ("xl/styles", "xl/workbook", "[content_types]", "xl/_rels", "_rels", "xl/theme", "docprops")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
log = logging.getLogger(__name__)


class Refused(ValidationError):
    """This file is not read; the message says why."""


class NoWorkbook(Refused):
    """It is something else, whatever it is called."""

    def __init__(self) -> None:
        super().__init__(_("This is no workbook. Choose an .xlsx file, or a list saved as .csv."))


@dataclass(frozen=True)
class Grid:
    """One sheet: rows of (number as the spreadsheet counts them, cells), without the empty ones."""

    name: str
    rows: list[tuple[int, list[Value]]]
    is_hidden: bool = False

    @property
    def first(self) -> Value:
        """What stands in its first cell."""
        number, cells = self.rows[0] if self.rows else (0, [])
        return cells[0] if number == 1 and cells else None


def open_file(file: Any) -> list[Grid]:
    """The sheets of an uploaded file. Refused when it is none that we read. Takes some seconds for the largest."""
    if file.size > MOST_BYTES:
        raise Refused(_("This file is larger than 10 MB. Leave out what is not needed, pictures for instance."))
    if not file.size:
        raise Refused(_("This file is empty."))
    head = file.read(8)
    file.seek(0)
    name = str(file.name).lower()
    if head.startswith(OLD_OFFICE):
        if name.endswith(".xls"):
            raise Refused(_("This is a workbook of an old kind (.xls). Save it as .xlsx and choose that one."))
        raise Refused(_("This workbook is locked with a password. Save it without one and choose it again."))
    if head.startswith(b"PK"):
        return _workbook(file)
    if name.endswith((".csv", ".txt", ".tsv")):
        return [_csv(file.read())]
    raise NoWorkbook


def _workbook(file: BinaryIO) -> list[Grid]:
    _look_at_parts(file)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
        budget = _Budget()
        try:
            return [_grid(sheet, budget) for sheet in book.worksheets[:MOST_SHEETS]]
        finally:
            book.close()
    except Refused:
        raise
    except Exception as error:  # a broken file breaks the reader in more ways than can be named
        if _is_about_entities(error):
            raise Refused(_("This workbook refers to something outside itself in a way that we do not open.")) from None
        log.info("a workbook could not be read: %s", type(error).__name__)
        raise Refused(
            _("This workbook is damaged or unfinished. Open it in your spreadsheet, save it as .xlsx and try again.")
        ) from None


def _is_about_entities(error: BaseException | None) -> bool:
    """Whether it began with an entity, which its reader wraps in errors of its own."""
    while error is not None and not isinstance(error, DefusedXmlException):
        error = error.__cause__ or error.__context__
    return error is not None


def _look_at_parts(file: BinaryIO) -> None:
    """Refused before anything is unpacked: too much in it, locked, or with macros."""
    try:
        parts = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Refused(
            _("This workbook is damaged: part of it is missing. Save it again and choose it again.")
        ) from None
    names = {part.filename.lower() for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(_("This workbook is locked with a password. Save it without one and choose it again."))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refused(_too_large())
    if any(part.file_size > MOST_AROUND for part in parts if part.filename.lower().startswith(AROUND)):
        raise Refused(_too_large())
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Refused(_("This workbook has macros in it. Save it as .xlsx, without macros, and choose that one."))
    if "xl/workbook.xml" not in names:
        raise NoWorkbook
    file.seek(0)


def _too_large() -> str:
    return _("This workbook is far larger inside than it looks. It is not opened.")


class _Budget:
    """What a whole workbook may cost to read, and its texts, each cleaned once: the same one may stand in each cell."""

    def __init__(self) -> None:
        self.rows = self.cells = self.letters = 0
        self._texts: dict[str, str] = {}

    def row(self, cells: int) -> None:
        self.rows += 1
        self.cells += cells
        if self.rows > LAST_ROW or self.cells > MOST_CELLS:
            raise Refused(_too_large())

    def text(self, text: str) -> str:
        if text not in self._texts:
            self._texts[text] = clean(text)
        found = self._texts[text]
        self.letters += len(found)
        if self.letters > MOST_LETTERS:
            raise Refused(_too_large())
        return found


def _grid(sheet: Any, budget: _Budget) -> Grid:
    sheet.reset_dimensions()  # what the file says of its own size is not believed
    rows: list[tuple[int, list[Value]]] = []
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        budget.row(min(len(cells), MOST_COLUMNS) + len(cells) // 16)  # a stray cell in the last column is common
        values = [_value(cell, budget) for cell in cells[:MOST_COLUMNS]]
        if any(value not in (None, "") for value in values):
            _count(rows)
            rows.append((number, values))
    return Grid(sheet.title, rows, sheet.sheet_state != "visible")


def _count(rows: list[Any]) -> None:
    if len(rows) > MOST_ROWS + 2:  # and its heads
        raise Refused(_("This is more than 20,000 rows on one sheet. Hand it in in parts."))


def _value(cell: Any, budget: _Budget) -> Value:
    """A cell as text, number or day. A formula is the text it is written as."""
    value = cell.value
    if value is None or isinstance(value, str):
        return budget.text(value) if value else None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return _number(value, cell.number_format or "")
    return clean(getattr(value, "text", None) or str(value))


def _number(value: float, shown_as: str) -> Value:
    if value != value or value in (float("inf"), float("-inf")):
        return None
    if shown_as.endswith("%") and not shown_as.endswith("\\%"):  # 25% is kept as 0.25
        return round(value * 100, 6)
    return value


def clean(text: str) -> str:
    """Without signs that are no text: NUL and its like."""
    text = text[:LONGEST_TEXT]
    return "".join(letter for letter in text if letter in "\n\t\r" or unicodedata.category(letter) not in ("Cc", "Cs"))


def _csv(data: bytes) -> Grid:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    rows: list[tuple[int, list[Value]]] = []
    for number, cells in enumerate(_csv_rows(clean(text) if len(text) <= LONGEST_TEXT else _clean_long(text)), start=1):
        values: list[Value] = [cell.strip() or None for cell in cells[:MOST_COLUMNS]]
        if any(values):
            _count(rows)
            rows.append((number, values))
    return Grid("CSV", rows)


def _clean_long(text: str) -> str:
    return "\n".join(clean(line) for line in text.splitlines())


def _csv_rows(text: str) -> Iterator[list[str]]:
    start = text[:5000]
    mark = max("\t;,", key=start.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    except csv.Error:
        raise Refused(
            _("This list cannot be read: a cell in it does not end. Save it as .xlsx and try again.")
        ) from None
