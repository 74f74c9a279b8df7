"""Selected cards of the board: moved to another column together, and put back together."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ogsm.pages import CONFLICT, INVALID, is_fragment, say
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.undo.acts import moment_at, number_of

from .answers import board_address, selection_of_page, sentence
from .board import Board, status_name
from .filters import Selection
from .forms import MoveTogetherForm, sentences
from .live import cards_now
from .models import Action, StaleMove
from .moving import Together, Why, move_together, undo_together
from .views_board import why_not

MOST_NAMED = 3


@require_POST
def actions_move(request: Request, plan_id: int) -> HttpResponse:
    """Each `card` ('number.version') to the column `status`, all in one transaction; 409 when none of them could."""
    access = plan_for(request, plan_id)
    access.require(access.takes_part and access.plan.is_open)
    form = MoveTogetherForm(request.POST)
    if not form.is_valid():
        return sentence(sentences(form), INVALID)
    seen, status = form.cleaned_data["card"], form.cleaned_data["status"]
    outcome = move_together(access.plan, seen, status, may=access.may_move_action, by=request.user, at=request.at)
    number, facts = len(outcome.moved), {"column": status_name(status)}
    if number == 1:
        text = _("“%(result)s” is now in %(column)s.") % {**facts, "result": outcome.moved[0].result}
    else:
        text = ngettext("%(number)d card is now in %(column)s.", "%(number)d cards are now in %(column)s.", number)
        text = text % {**facts, "number": number} if number or not outcome.refused else ""
    undo = reverse("actions:actions_undo", args=[plan_id]) + f"?act={number_of(request.at)}"
    return _answer(request, access, outcome, text, undo=undo if outcome.moved else "")


@require_POST
def actions_undo(request: Request, plan_id: int) -> HttpResponse:
    """Takes back what one moved together in an act, named by its moment; 409 when none of it could go back."""
    access = plan_for(request, plan_id)
    access.require(access.takes_part and access.plan.is_open)
    acted_at = moment_at(request.GET.get("act", ""))
    if acted_at is None:
        return sentence(_("Say which moment to go back to."), INVALID)
    outcome = undo_together(access.plan, acted_at, may=access.may_move_action, by=request.user, at=request.at)
    if not outcome.touched and not outcome.gone:
        return sentence(_("There is nothing of yours here to take back."), CONFLICT)
    number = len(outcome.moved) + len(outcome.same)
    text = ngettext("%(number)d card is back where it was.", "%(number)d cards are back where they were.", number)
    return _answer(request, access, outcome, text % {"number": number} if number or not outcome.refused else "")


def _answer(request: Request, access: PlanAccess, outcome: Together, text: str, *, undo: str = "") -> HttpResponse:
    """One answer for all: the touched cards where they are now, the counts, and one sentence. In the body, since a
    header would be too long; without HTMX back to the board, with a message."""
    text = " ".join(filter(None, [text, *_refusals(outcome)]))
    selection = selection_of_page(request, access) or Selection()
    if not is_fragment(request):
        say(request, text, undo or None)
        return HttpResponseRedirect(board_address(access) + selection.address())
    board = Board(access, selection, on=request.on)
    _rows, told = cards_now(board, outcome.touched)
    told["gone"] += outcome.gone
    toast = {"text": text, **({"undo_url": undo} if undo else {})}
    failed = outcome.refused and not outcome.moved
    told |= {"kept": [action.pk for action, _why in outcome.refused]}
    told |= {"events": {"counts": board.counts(), "toast": toast}}
    return JsonResponse(told, status=CONFLICT if failed else 200, headers={"Cache-Control": "no-store"})


def _refusals(outcome: Together) -> list[str]:
    """Each card that stayed, with why; of many the first ones."""
    said = [_why(action, why) for action, why in outcome.refused[:MOST_NAMED]]
    if (more := len(outcome.refused) - len(said)) > 0:
        said.append(ngettext("%(number)d more stayed.", "%(number)d more stayed.", more) % {"number": more})
    if gone := len(outcome.gone):
        text = ngettext("%(number)d card is no longer there.", "%(number)d cards are no longer there.", gone)
        said.append(text % {"number": gone})
    return said


def _why(action: Action, why: Why) -> str:
    if isinstance(why, StaleMove):
        return why_not(action, why)
    reason = _("you may not move it.") if why is None else why_not(action, why)
    return _("“%(result)s” stays: %(reason)s") % {"result": action.result, "reason": reason}
