"""The board and what happens on it: a move, and its undo."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ogsm.header import header_stamp, plan_header
from ogsm.pages import CONFLICT, Ask, is_fragment, plan_page_context, refusal, toast
from ogsm.request import Request
from ogsm.unchanged import not_modified, page_tag, tagged
from plans.access import PlanAccess, plan_for

from .answers import card_answer, live_action, redirect_back, sentence
from .board import Board, status_name, totals
from .board_view import BoardView
from .filters import Selection, filter_menus, whole_number
from .forms import MoveForm, UndoForm, sentences
from .live import board_changes
from .models import Action, StaleMove
from .stamps import Stamp, board_stamp
from .views import action_body


@require_safe
def action_board(request: Request, plan_id: int) -> HttpResponse:
    """The board; for HTMX the part below the plan's header, or more of Done (`from`). 304 while nothing changed.
    Without a query the reader's own default view, when there is one: its address."""
    access = plan_for(request, plan_id)
    view = BoardView.of(access.membership, request)
    if view.default and not request.GET and not is_fragment(request):
        return HttpResponseRedirect(f"{request.path}?{view.default}")
    stamp = board_stamp(access, on=request.on)
    tag = page_tag(request, stamp, access.plan.name, header_stamp(access.plan, request), view)
    if (unchanged := not_modified(request, tag)) is not None:
        return unchanged
    selection = Selection.read(request.GET)
    board = Board(access, selection, on=request.on)
    shown = whole_number(request.GET.get("done")) or board.done_shown
    if is_fragment(request) and "from" in request.GET:
        return _earlier(request, board, shown)
    lanes = view.dressed(board.lanes(shown))
    context = plan_page_context(
        access,
        request,
        "board",
        lanes=lanes,
        columns=(columns := totals(lanes)),
        is_empty=not any(column.count for column in columns),
        selection=selection,
        view=view,
        is_default=view.is_default(selection),
        menus=filter_menus(selection, people=access.people, choices=board.choices),
        may_add=access.may_add_action(),
        stamp=stamp,
    )
    response = render(request, "actions/action_board.html" + ("#page" if is_fragment(request) else ""), context)
    return tagged(response, tag)


@require_safe
def board_live(request: Request, plan_id: int) -> HttpResponse:
    """What changed on the reader's board `since` a stamp, as JSON: nothing (204), the touched cards, or `whole` when
    the page had better be fetched again."""
    access = plan_for(request, plan_id)
    now, seen = board_stamp(access, on=request.on), Stamp.read(request.GET.get("since", ""))
    if seen == now:
        return HttpResponse(status=204)
    changes: dict[str, Any] | None = None
    if seen is not None and seen.frame == now.frame:
        changes = board_changes(Board(access, Selection.read(request.GET), on=request.on), seen.actions)
    told = {"whole": True} if changes is None else {"since": str(now), **changes, **_head(request, access)}
    return JsonResponse(told, headers={"Cache-Control": "no-store"})


def _head(request: Request, access: PlanAccess) -> dict[str, Any]:
    """What stands above the board, as it is now: the plan's summary, and how many actions are off plan. Two queries."""
    header = plan_header(access.plan, on=request.on)
    summary = render_to_string("base_plan.html#summary", {"header": header}, request)
    return {"summary": summary, "off_plan": header.off_plan_count}


def _earlier(request: Request, board: Board, shown: int) -> HttpResponse:
    column = board.earlier(whole_number(request.GET.get("from")) or 0, shown, lane=request.GET.get("lane", ""))
    return render(request, "actions/action_board.html#earlier", {"column": column, "selection": board.selection})


@require_POST
def action_move(request: Request, plan_id: int, action_id: int) -> HttpResponse:
    """One card to one place. 409 with the card's true place when somebody else moved it meanwhile, or when it opens
    again what has no responsible any more."""
    access = plan_for(request, plan_id)
    action = live_action(access, action_id)
    access.require(access.may_move_action(action))
    form = MoveForm(request.POST)
    if not form.is_valid():
        return sentence(sentences(form), 422)
    left = action.status
    try:
        moved = action.move_to(**form.cleaned_data, by=request.user, at=request.at)
    except (StaleMove, ValidationError) as error:
        return _answer(request, access, action, why_not(action, error), status=CONFLICT)
    if not moved:
        return _answer(request, access, action)
    undo = reverse("actions:action_undo", args=[plan_id, action_id]) + f"?version={action.version}"
    text = _now_in(action, same_column=left == action.status)
    return _answer(request, access, action, text, undo=undo, ask=_result_asked(access, action))


@require_POST
def action_undo(request: Request, plan_id: int, action_id: int) -> HttpResponse:
    """Takes back one's own last move. 409 when the card has been moved since."""
    access = plan_for(request, plan_id)
    action = live_action(access, action_id)
    access.require(access.may_move_action(action))
    form = UndoForm(request.GET)
    if not form.is_valid():
        return sentence(sentences(form), 422)
    try:
        action.undo_move(**form.cleaned_data, by=request.user, at=request.at)
    except (StaleMove, ValidationError) as error:
        return _answer(request, access, action, why_not(action, error), status=CONFLICT)
    text = _("“%(result)s” is back in %(column)s.") % {"result": action.result, "column": status_name(action.status)}
    return _answer(request, access, action, text)


def _result_asked(access: PlanAccess, action: Action) -> Ask | None:
    """After a move to Done: nothing has to be said, but what came of it may be."""
    if not action.is_done or not access.may_update(action):
        return None
    return reverse("updates:update_result", args=[access.plan.pk, action.pk]), _("What was the result?")


def _now_in(action: Action, *, same_column: bool) -> str:
    facts: dict[str, Any] = {"result": action.result, "column": status_name(action.status)}
    if not same_column:
        return _("“%(result)s” is now in %(column)s.") % facts
    column = Action.objects.live().filter(plan_id=action.plan_id, status=action.status)
    facts["place"] = column.filter(rank__lt=action.rank).count() + 1
    return _("“%(result)s” is now number %(place)d in %(column)s.") % facts


def why_not(action: Action, error: StaleMove | ValidationError) -> str:
    """Why a card stayed where it is, in words. Two queries at most."""
    if isinstance(error, ValidationError):
        action.refresh_from_db()
        return refusal(error)
    row = action.history.filter(version=action.version).order_by("history_id").select_related("history_user").first()
    facts = {"result": action.result, "column": status_name(action.status)}
    if row and row.history_user:
        facts["person"] = row.history_user.name
        return _("%(person)s has moved “%(result)s” meanwhile: it is in %(column)s.") % facts
    return _("“%(result)s” has been moved meanwhile: it is in %(column)s.") % facts


def _answer(
    request: Request,
    access: PlanAccess,
    action: Action,
    text: str = "",
    *,
    undo: str = "",
    ask: Ask | None = None,
    status: int = 200,
) -> HttpResponse:
    """The touched card, its place and the counts for the board; the page's own part for the action's page; without
    HTMX the page it came from, with a message (a refusal keeps its status)."""
    if not is_fragment(request):
        return sentence(text, status) if status != 200 else redirect_back(request, access, action, text)
    if request.htmx.target == "action":
        if status != 200:
            return action_body(request, access, action.pk, status=status, refusal=text)
        response, ask = action_body(request, access, action.pk), None  # the page asks it itself
    else:
        response = card_answer(request, access, action, status=status)
    return toast(response, text, undo or None, ask=ask) if text else response
