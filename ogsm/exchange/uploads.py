"""What somebody handed in, kept for a while between looking at it and taking it over: read already, never the file."""

from __future__ import annotations

import csv
import io
import re
import secrets
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions import recognise as known

from . import layout
from .difference import Sheet, is_sheet_of_ours, own_sheets
from .opening import Grid, clean

KEPT_SECONDS = 4 * 3600
LONGEST_NAME = 80
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,40}")
GONE = gettext_lazy("This file is no longer kept here. Choose it once more.")


@dataclass(frozen=True)
class Upload:
    """The sheets of a file, for one person and one plan."""

    token: str
    name: str
    grids: list[Grid]

    @property
    def reason(self) -> str:
        """What the history says of a change that came with it."""
        return _("From %(file)s") % {"file": self.name}

    @property
    def sheets(self) -> list[Sheet]:
        return own_sheets(self.grids)

    @property
    def has_other_page(self) -> bool:
        """Whether the sheet with the plan on one page, which does not come in, was edited."""
        marks = {
            str(cell) for grid in self.grids if grid.is_hidden for _number, cells in grid.rows[:1] for cell in cells
        }
        mark = next((text for text in marks if text.startswith(layout.PAGE_MARK)), "")
        page = next((grid for grid in self.grids if not is_sheet_of_ours(grid) and not grid.is_hidden), None)
        if not mark or page is None:
            return False
        cells = {(number, place): cell for number, row in page.rows for place, cell in enumerate(row)}
        return layout.mark_of_page(cells) != mark

    @property
    def list_grid(self) -> Grid | None:
        """Where somebody's own list is: the first sheet that has a header we know, else the longest one in sight."""
        grids = [grid for grid in self.grids if grid.rows and not grid.is_hidden] or self.grids
        with_header = (grid for grid in grids if _has_header(_texts(grid)))
        return next(with_header, max(grids, key=lambda grid: len(grid.rows), default=None))

    @property
    def other_lists(self) -> list[str]:
        """The names of the sheets in sight that hold rows too, and are not read."""
        read = self.list_grid
        return [grid.name for grid in self.grids if grid.rows and not grid.is_hidden and grid is not read]

    def list_text(self) -> str:
        """That list as text to paste."""
        grid = self.list_grid
        output = io.StringIO()
        table = known.without_titles(_texts(grid)) if grid else []
        csv.writer(output, delimiter="\t", lineterminator="\n").writerows(table)
        return output.getvalue()


def _texts(grid: Grid) -> list[list[str]]:
    return [[layout.plain(cell) for cell in cells] for _number, cells in grid.rows]


def _has_header(table: list[list[str]]) -> bool:
    """With rows below it; a page of explanation may begin with a word that we know as well."""
    rows = known.without_titles(table)
    return len(rows) > 1 and known.columns_of(rows[0]) is not None


def bare_name(name: str) -> str:
    """Of a file, without folders and whatever a browser may put there; '' when nothing is left."""
    return " ".join(clean(name.replace("\\", "/").rsplit("/", 1)[-1]).split())[:LONGEST_NAME]


def _key(token: str, plan_id: int, user_id: int) -> str:
    return f"workbook-{plan_id}-{user_id}-{token}"


def keep(name: str, grids: list[Grid], *, plan_id: int, user_id: int) -> Upload:
    """For four hours, and for nobody else."""
    upload = Upload(secrets.token_urlsafe(12), bare_name(name) or "plan.xlsx", grids)
    cache.set(_key(upload.token, plan_id, user_id), upload, KEPT_SECONDS)
    return upload


def kept(token: str, *, plan_id: int, user_id: int) -> Upload | None:
    """None when it was kept too long ago, or by somebody else."""
    return cache.get(_key(token, plan_id, user_id)) if TOKEN.fullmatch(token) else None


def forget(upload: Upload, *, plan_id: int, user_id: int) -> None:
    cache.delete(_key(upload.token, plan_id, user_id))
