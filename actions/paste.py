"""Text copied from a spreadsheet, or a CSV file, as a table of cells. Pure.

Cells are parted by tabs, or else by ; or , where every line has as many. A cell in quotes may hold line breaks. What
starts with = + - @ is text like any other: nothing is ever calculated.
"""

from __future__ import annotations

import csv
import io
from typing import Literal

MOST_ROWS, MOST_BYTES, MOST_COLUMNS = 500, 200_000, 30
MOST_AROUND = 20  # rows that are no actions: titles, heads, totals
LONGEST_CELL = 10_000
Table = list[list[str]]


class TooMuch(ValueError):
    """More than is read at once: `kind` is 'rows', 'bytes' or 'columns'."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def read_table(text: str) -> Table:
    """Rows of cells, all as wide as the widest, without empty rows. TooMuch when there is more than is read at once."""
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise TooMuch("bytes")
    text = text.replace("\x00", "").lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    rows = _split(text)
    if len(rows) > MOST_ROWS + MOST_AROUND:
        raise TooMuch("rows")
    width = max(map(len, rows), default=0)
    if width > MOST_COLUMNS:
        raise TooMuch("columns")
    return [row + [""] * (width - len(row)) for row in rows]


def _split(text: str) -> Table:
    if "\t" in text:
        return _cells(text, "\t")
    for mark in ";,":
        rows = _cells(text, mark) if mark in text else []
        if rows and len({len(row) for row in rows}) == 1 and len(rows[0]) > 1 and _is_table(rows, mark):
            return rows
    return _cells(text, "\t")


def _is_table(rows: Table, mark: str) -> bool:
    """Of one line with a comma nobody knows whether it is a sentence; of two short lines we do."""
    return len(rows) > 1 or mark == ";"


def _cells(text: str, mark: str) -> Table:
    """An odd quote is a sign in a sentence, and quotes then mean nothing."""
    quoting: Literal[0, 3] = csv.QUOTE_NONE if text.count('"') % 2 else csv.QUOTE_MINIMAL
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, quoting=quoting))
    except csv.Error:  # a cell longer than the reader takes
        rows = [line.split(mark) for line in text.split("\n")]
    cleaned = [[cell.strip()[:LONGEST_CELL] for cell in row] for row in rows]
    return [_without_tail(row) for row in cleaned if any(row)]


def _without_tail(row: list[str]) -> list[str]:
    """Spreadsheets copy empty columns along."""
    end = max(place for place, cell in enumerate(row) if cell) + 1
    return row[:end]
