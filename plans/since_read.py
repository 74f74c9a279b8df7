"""What changed on the one-page plan since a moment, read from the change histories. The rule stands in `since.py`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Max, Q

from .changes import KIND_BY_NAME, KINDS, Cursor, Kind, Names, Row
from .models import Plan
from .since import COUNTED, NEW, Moment, PieceChange, Since, kind_of_change


def changed_since(plan: Plan, moment: Moment) -> Since:
    """At most nine queries, however much changed."""
    rows = [row for name in COUNTED for row in _rows(KIND_BY_NAME[name], plan, moment.at)]
    names = Names(plan, rows)
    pieces = {}
    for row in rows:
        counted = row.changed(COUNTED[row.kind.name])
        what = kind_of_change(was_there=_is_there(row.before), is_there=_is_there(row.now), changed=counted)
        if what:
            told = [] if what == NEW else [names.difference(row, name) for name in counted]
            piece = f"{row.kind.name}-{row.now.id}"
            pieces[piece] = PieceChange(what, piece, names.what(row), told)
    return Since(moment, pieces)


def _is_there(row: Any) -> bool:
    """Whether a history row is of a piece that stands on the page."""
    return row is not None and row.history_type != "-" and row.archived_at is None


def _rows(kind: Kind, plan: Plan, at: dt.datetime) -> list[Row]:
    """Of every piece touched since: its last row, with the one it had at that moment. One query."""
    history = kind.rows_of(plan).order_by()
    touched = history.filter(history_date__gt=at)
    earlier = history.filter(history_date__lte=at, id__in=touched.values("id"))
    last, then = (rows.values("id").annotate(last=Max("history_id")).values("last") for rows in (touched, earlier))
    now: dict[int, Any] = {}
    before: dict[int, Any] = {}
    for row in history.filter(Q(history_id__in=last) | Q(history_id__in=then)):
        (now if row.history_date > at else before)[row.id] = row
    place = KINDS.index(kind)
    return [Row(Cursor(row.history_date, place, row.history_id), kind, row, before.get(row.id)) for row in now.values()]
