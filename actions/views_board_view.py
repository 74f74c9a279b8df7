"""How a reader looks at the board: columns and lanes folded away, and the view it opens with. Readers may, too."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ogsm.pages import is_fragment, say, toast
from ogsm.request import Request
from plans.access import plan_for

from .answers import board_address, selection_of_page, sentence
from .board_view import BoardView, is_foldable, keep_default, keep_folded, selection_of
from .filters import Selection


@require_POST
def board_fold(request: Request, plan_id: int) -> HttpResponse:
    """Folds the column (its status, in every lane) or lane in `fold`, or unfolds the one in `unfold`."""
    access = plan_for(request, plan_id)
    folded = "fold" in request.POST
    key = request.POST.get("fold" if folded else "unfold", "")
    if not is_foldable(key):
        return sentence(_("There is no such column or lane."), 422)
    keep_folded(access.membership, key, folded=folded)
    if is_fragment(request):
        return HttpResponse(status=204)
    selection = selection_of_page(request, access) or Selection()
    return HttpResponseRedirect(board_address(access) + selection.address())


@require_POST
def board_default(request: Request, plan_id: int) -> HttpResponse:
    """The board opens with the filters and lanes in `view` from now on; with `forget` as it is for everybody."""
    access = plan_for(request, plan_id)
    selection, forget = selection_of(request.POST.get("view", "")), "forget" in request.POST
    keep_default(access.membership, None if forget else selection)
    text = _("The board opens with everything again.") if forget else _("The board opens like this from now on.")
    if not is_fragment(request):
        say(request, text)
        return HttpResponseRedirect(board_address(access) + selection.address())
    view = BoardView.of(access.membership, request)
    context = {"access": access, "selection": selection, "view": view, "is_default": view.is_default(selection)}
    return toast(render(request, "actions/_board_view.html", {**context, "is_answer": True}), text)
