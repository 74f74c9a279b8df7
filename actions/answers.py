"""What the answers to a change of an action share: the page it came from, the card, and what is true now."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from ogsm.held import is_held
from ogsm.pages import AnswerAfterCommit, done_in_place, is_fragment, say, toast, trigger
from ogsm.ready_query import FIRST, SECOND, ReadyQuery
from ogsm.request import Request
from plans.access import PlanAccess

from .board import Board
from .filters import Selection, whole_number
from .models import Action


def sentence(text: str, status: int) -> HttpResponse:
    """A refusal without a page of its own."""
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


def live_action(access: PlanAccess, action_id: int) -> Action:
    """An action of this plan that is not archived, with its responsible, or 404. One query."""
    for action in _live_action().objects(access.plan.pk, action_id):
        action.plan, action.is_fresh = access.plan, is_held(access.plan.pk)
        return action
    raise Http404


@lru_cache(maxsize=1)
def _live_action() -> ReadyQuery[Action]:
    return ReadyQuery(Action.objects.live().select_related("responsible").filter(plan=FIRST, pk=SECOND))


def board_address(access: PlanAccess) -> str:
    return reverse("actions:action_board", args=[access.plan.pk])


def _query_of_board(request: Request, plan_id: int) -> QueryDict | None:
    page = urlsplit(request.htmx.current_url or request.headers.get("Referer", ""))
    return QueryDict(page.query) if page.path == reverse("actions:action_board", args=[plan_id]) else None


def selection_of_page(request: Request, access: PlanAccess) -> Selection | None:
    """What was picked on the board this request came from; None when it came from another page."""
    query = _query_of_board(request, access.plan.pk)
    return None if query is None else Selection.read(query)


def is_beside_board(request: Request, action: Action) -> bool:
    """Whether the request came from a board with this action in the panel beside it: both fetch what changed."""
    query = _query_of_board(request, action.plan_id)
    return query is not None and whole_number(query.get("action")) == action.pk


def redirect_back(
    request: Request, access: PlanAccess, action: Action, text: str = "", undo_url: str | None = None
) -> HttpResponse:
    """Without HTMX: to the board it came from, else to the action's page, with a message."""
    if text:
        say(request, text, undo_url)
    selection = selection_of_page(request, access)
    page = action.get_absolute_url() if selection is None else board_address(access) + selection.address()
    return HttpResponseRedirect(page)


def card_answer(request: Request, access: PlanAccess, action: Action, *, status: int = 200) -> HttpResponse:
    """The card as `<li>`, with the counts and its place among what is picked on the reader's board."""

    def make() -> tuple[str, dict[str, Any]]:
        board = Board(access, selection_of_page(request, access) or Selection(), on=request.on)
        card, place = board.card(action, people=[action.responsible])
        return card, {"counts": board.counts(), "place": place}

    return AnswerAfterCommit(make, status=status)


def changed_elsewhere(action: Action, text: str, undo_url: str | None = None) -> HttpResponse:
    """An empty answer: the pieces of a page that show the action fetch themselves again on `actionSaved`. So does a
    board (live.js), where that is simpler than one card: in lanes it may have come to lie in another one."""
    return done_in_place(text, undo_url=undo_url, actionSaved={"action": action.pk, "choice": action.choice_id})


def saved_action(
    request: Request, access: PlanAccess, action: Action, text: str, undo_url: str | None = None
) -> HttpResponse:
    """After saving: the card on the board, elsewhere and in the panel beside it an empty answer, without HTMX the
    action's page."""
    if not is_fragment(request):
        say(request, text, undo_url)
        return HttpResponseRedirect(action.get_absolute_url())
    selection = selection_of_page(request, access)
    if selection is None or selection.lanes or is_beside_board(request, action):
        return changed_elsewhere(action, text, undo_url)
    response = card_answer(request, access, action)
    response.headers["HX-Retarget"] = f"li:has(> #action-{action.pk})"
    response.headers["HX-Reswap"] = "outerHTML"
    return toast(trigger(response, dialogClose={}), text, undo_url)
