"""What others changed on a board since a reader last looked: the touched cards alone, each with its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext, ngettext

from ogsm.accounts.models import User

from .board import LANE_FIELDS, Board, column_key, lane_key, status_name
from .cards import Row, card_rows
from .models import Action

if TYPE_CHECKING:
    from plans.access import PlanAccess

MOST_TOUCHED = 200  # beyond that the whole board is less work
ADDED, MOVED, CHANGED = "added", "moved", "changed"


def board_changes(board: Board, since: int) -> dict[str, Any] | None:
    """Cards to put (last one first, so that each finds its lower neighbour in place), numbers of cards that are gone,
    counts, and one sentence on what others did. None when that is too much to tell. Six queries at most."""
    touched = _touched(board.access, since)
    if len(touched) > MOST_TOUCHED:
        return None
    names = _first_names(by for by, _what in touched.values() if by is not None)
    rows, told = cards_now(board, touched, {pk: _note(names, change) for pk, change in touched.items()})
    return {**told, "counts": board.counts(), "said": _said(rows, names, touched)}


def cards_now(
    board: Board, touched: Collection[int], notes: Mapping[int, str] | None = None
) -> tuple[list[Row], dict[str, Any]]:
    """The picked ones of some actions, and what a page needs to put them where they are: the last card first, and the
    numbers of those that are not shown. Three queries at most."""
    rows = card_rows(board.picked.filter(pk__in=touched).board_order())
    shown = {row.pk for row in rows}
    places = _places(board, rows)
    maker = board.maker()
    maker.know({row.responsible_id for row in rows})
    cards = [
        {"html": maker.items([row]), "place": places[row.pk], "note": (notes or {}).get(row.pk, "")}
        for row in reversed(rows)
    ]
    return rows, {"cards": cards, "gone": [pk for pk in touched if pk not in shown]}


def _touched(access: PlanAccess, since: int) -> dict[int, tuple[int | None, str]]:
    """Action id -> (who changed it last, None when that is the reader or nobody; what was done). One query."""
    history = Action.history.model.objects
    earlier = history.filter(id=OuterRef("id"), version=OuterRef("version"), history_id__lt=OuterRef("history_id"))
    rows = history.filter(plan_id=access.plan.pk, history_id__gt=since).annotate(stays=Exists(earlier))
    touched: dict[int, tuple[int | None, str]] = {}
    for pk, kind, user_id, stays in rows.order_by("history_id").values_list(
        "id", "history_type", "history_user_id", "stays"
    ):
        by = None if user_id == access.user.pk else user_id
        before = touched.get(pk, (None, ""))[1]
        what = ADDED if kind == "+" or before == ADDED else MOVED if not stays or before == MOVED else CHANGED
        touched[pk] = by, what
    return touched


def _first_names(ids: Iterable[int]) -> dict[int, str]:
    """By the id of the person. At most one query."""
    wanted = set(ids)
    return {user.pk: user.first_name for user in User.objects.filter(pk__in=wanted)} if wanted else {}


def _places(board: Board, rows: list[Row]) -> dict[int, dict[str, Any]]:
    """Lane, column and neighbours of each row among the picked ones. At most one query."""
    columns: dict[str, list[int]] = defaultdict(list)
    field = LANE_FIELDS.get(board.selection.lanes)
    if rows:
        column = board.picked.filter(status__in={row.status for row in rows}).board_order()
        for pk, status, *lane in column.values_list("pk", "status", *([field] if field else [])):
            columns[column_key(str(lane[0]) if lane else "", status)].append(pk)
    below = {upper: lower for ids in columns.values() for upper, lower in pairwise(ids)}
    above = {lower: upper for upper, lower in below.items()}
    return {
        row.pk: {
            "lane": lane_key(board.selection, row),
            "status": row.status,
            "before": below.get(row.pk),
            "after": above.get(row.pk),
        }
        for row in rows
    }


def _note(names: dict[int, str], change: tuple[int | None, str]) -> str:
    """The mark on a card that somebody else changed; '' without anybody to name."""
    by, what = change
    if by not in names:
        return ""
    words = {
        ADDED: gettext("%(person)s added this just now"),
        MOVED: gettext("%(person)s moved this just now"),
        CHANGED: gettext("%(person)s changed this just now"),
    }
    return words[what] % {"person": names[by]}


def _said(rows: list[Row], names: dict[int, str], touched: dict[int, tuple[int | None, str]]) -> str:
    """One sentence for who does not see it happen, however much was changed; '' when nobody else did."""
    others = [row for row in rows if touched[row.pk][0] in names]
    if not others:
        return ""
    if len(others) > 1:
        text = ngettext("Others changed %(number)d card.", "Others changed %(number)d cards.", len(others))
        return text % {"number": len(others)}
    [row] = others
    by, what = touched[row.pk]
    words = {
        ADDED: gettext("%(person)s added “%(result)s” in %(column)s."),
        MOVED: gettext("%(person)s moved “%(result)s” to %(column)s."),
        CHANGED: gettext("%(person)s changed “%(result)s” in %(column)s."),
    }
    facts = {"person": names[by or 0], "result": row.result, "column": status_name(row.status)}
    return words[what] % facts
