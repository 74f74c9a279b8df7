"""How a person looks at the board of a plan: what is folded, which filters and lanes it opens with, and the one column
that a phone shows.

The first two are kept with the membership, which every request reads anyway, and leave no history; the column of a
phone belongs to that phone and is kept in a cookie of the board's own address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from ogsm.marks import icon_html

from .board import STATUSES, Lane, status_name
from .filters import Selection
from .rules import TODO

if TYPE_CHECKING:
    from ogsm.request import Request
    from plans.models import Membership

COLUMN_COOKIE = "board_column"
FOLDED, DEFAULT = "folded", "default"
MOST_FOLDED = 300
LANE = re.compile(r"(choice|person)-[0-9]{1,19}")


@dataclass(frozen=True)
class BoardView:
    """`folded` holds statuses (a column, in every lane) and keys of lanes; `default` is a query, '' for none."""

    folded: tuple[str, ...] = ()
    default: str = ""
    column: str = TODO

    @classmethod
    def of(cls, membership: Membership, request: Request) -> BoardView:
        """No query."""
        kept, column = membership.board_view, request.COOKIES.get(COLUMN_COOKIE)
        return cls(tuple(kept.get(FOLDED, ())), kept.get(DEFAULT, ""), column if column in STATUSES else TODO)

    @property
    def folded_columns(self) -> str:
        """The statuses, as the stylesheet asks for them."""
        return " ".join(status for status in STATUSES if status in self.folded)

    def is_default(self, selection: Selection) -> bool:
        return query_of(selection) == self.default

    def dressed(self, lanes: Iterable[Lane]) -> list[Lane]:
        """The lanes with what folds them: in Python, because there may be fifty of them with three columns each."""
        label, title = escape(gettext("Column %(column)s")), escape(gettext("Fold or unfold"))
        icons = f'<span class="i-fold">{icon_html("fold")}</span><span class="i-unfold">{icon_html("unfold")}</span>'
        heads = {}
        for status in STATUSES:
            folded, name = status in self.folded, escape(status_name(status))
            heads[status] = (
                (
                    f'<button class="icon-btn fold" form="board-fold" name="{"unfold" if folded else "fold"}"'
                    f' value="{status}" data-fold aria-expanded="{str(not folded).lower()}" title="{title}"'
                    f' aria-label="{label % {"column": name}}" aria-controls="list-'
                ),
                f'">{icons}</button>',
            )

        def dress(lane: Lane) -> Lane:
            columns = [
                replace(
                    column,
                    is_folded=column.status in self.folded,
                    fold=SafeString(column.key.join(heads[column.status])),
                )
                for column in lane.columns
            ]
            counts = "".join(
                f'<span data-of="{column.status}">{escape(column.name)}'
                f' <span class="count" data-total-for="{column.key}">{column.count}</span></span>'
                for column in columns
            )
            return replace(lane, columns=columns, counts=SafeString(counts), is_folded=lane.key in self.folded)

        return [dress(lane) for lane in lanes]


def query_of(selection: Selection) -> str:
    """What a board is opened with: filters and lanes; '' for everything. The order of the table is not part of it."""
    return replace(selection, sort="").query()


def selection_of(query: str) -> Selection:
    """The selection of an address that was posted."""
    return Selection.read(QueryDict(query.removeprefix("?")[:2000]))


def is_foldable(key: str) -> bool:
    return key in STATUSES or LANE.fullmatch(key) is not None


def keep_folded(membership: Membership, key: str, *, folded: bool) -> None:
    """Fold a column or lane from now on, or unfold it; of too many the oldest unfolds by itself. Ask under the
    plan's lock. One query."""
    others = [known for known in membership.board_view.get(FOLDED, ()) if known != key]
    _keep(membership, FOLDED, [*others, key][-MOST_FOLDED:] if folded else others)


def keep_default(membership: Membership, selection: Selection | None) -> None:
    """The board of this plan opens with this selection from now on; without one, or with everything, as it is. Ask
    under the plan's lock. One query."""
    _keep(membership, DEFAULT, query_of(selection) if selection else "")


def _keep(membership: Membership, name: str, value: Any) -> None:
    rest = {key: kept for key, kept in membership.board_view.items() if key != name}
    membership.board_view = {**rest, name: value} if value else rest
    membership.save(update_fields=["board_view"])
