"""A piece gets another place among its siblings: one step by its menu, beside a neighbour by dragging or keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from ogsm.pages import INVALID, is_fragment, toast
from ogsm.pieces import Place, move_piece, place_piece
from ogsm.request import Request
from plans.access import PlanAccess

from .pieces import back_to_plan

SIDES = ("before", "after")


def piece_moved(
    request: Request,
    access: PlanAccess,
    piece: Any,
    siblings: QuerySet,
    shown: Callable[[], HttpResponse],
    *,
    name: str,
    anchor: str,
) -> HttpResponse:
    """Moves a piece as asked, and answers with what is `shown` then, a sentence and an undo.

    Asked is `to` (up or down), or `before` or `after` with the id of a live sibling; an undo asks it in the address.
    422 with a sentence, and nothing moved, when that is no place (any more). The plan is locked: moves wait in turn.
    """
    is_undo = any(side in request.GET for side in SIDES)
    try:
        place = _move(request, piece, siblings, request.GET if is_undo else request.POST)
    except LookupError:
        text = _("There is no such place any more. Reload the page to see what is there now.")
        return HttpResponse(text, status=INVALID, content_type="text/plain; charset=utf-8")
    if not is_fragment(request):
        return back_to_plan(access, anchor)
    if is_undo:
        return toast(shown(), _("“%(name)s” is back where it was.") % {"name": name})
    words = _("“%(name)s” is now number %(number)d of %(total)d.")
    text = words % {"name": name, "number": place.number, "total": place.total}
    undo_url = f"{request.path}?{place.undo[0]}={place.undo[1]}" if place.undo else None
    return toast(shown(), text, undo_url)


def _move(request: Request, piece: Any, siblings: QuerySet, asked: Mapping[str, Any]) -> Place:
    who: dict[str, Any] = {"by": request.user, "at": request.at}
    for side in SIDES:
        if asked.get(side, "").isdecimal() and len(asked[side]) < 20:
            return place_piece(piece, siblings, side=side, neighbour=int(asked[side]), **who)
    if asked.get("to") not in ("up", "down"):
        raise LookupError
    return move_piece(piece, siblings, up=asked["to"] == "up", **who)
