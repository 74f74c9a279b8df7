"""Takes back one's own act, named by its moment, from a toast or the history."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from actions.answers import card_answer, selection_of_page, sentence
from actions.models import Action
from actions.views_table import REFUSED, row_answer
from ogsm.pages import CONFLICT, INVALID, is_fragment, say, toast, trigger
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.asked_history import piece_of
from plans.changes import Piece
from plans.undo.acts import acts_at, moment_at
from plans.undo.back import Report, take_back
from plans.undo.words import reasons, told


@require_POST
def act_undo(request: Request, plan_id: int) -> HttpResponse:
    """`act` is the moment of one's own act, `piece` limits it to one piece ('action-12'); both in the address or
    posted. 409 with why when nothing of it can be taken back any more; taken back already is 200."""
    access = plan_for(request, plan_id)
    access.require(access.takes_part and access.plan.is_open)
    asked = {**request.GET.dict(), **request.POST.dict()}
    at, text = moment_at(str(asked.get("act", ""))), str(asked.get("piece", ""))
    piece = _piece_asked(access, text)
    if at is None or (text and piece is None):
        return sentence(_("There is nothing here to take back."), INVALID)
    reports = take_back(access, acts_at(access.plan, request.user, at, piece), at=request.at)
    if not reports:
        return sentence(_("There is nothing of yours here to take back."), CONFLICT)
    access.require(not all(report.is_refused for report in reports))
    is_done = any(report.back for report in reports) or not any(report.kept for report in reports)
    return _answer(request, access, reports, is_done=is_done)


def _piece_asked(access: PlanAccess, text: str) -> Piece | None:
    """404 for a piece of another plan."""
    whole = Piece("plan", access.plan.pk)
    if text == str(whole):
        return whole
    found = piece_of(access.plan, text)
    return found[0] if found else None


def _answer(request: Request, access: PlanAccess, reports: list[Report], *, is_done: bool) -> HttpResponse:
    """What the page it came from needs: the card or row alone where one action changed, else an event on which its
    pieces fetch themselves again, or the page loaded again."""
    text, status = told(reports), 200 if is_done else CONFLICT
    if not is_fragment(request):
        if not is_done:
            return sentence(text, status)
        say(request, text)
        return HttpResponseRedirect(_page(request, access))
    one: Action | None = reports[0].stored if len(reports) == 1 and reports[0].piece.kind == "action" else None
    live = None if one is None or one.archived_at else one
    page = urlsplit(request.htmx.current_url or "").path
    event: dict[str, Any] = {"action": one.pk, "choice": one.choice_id} if one else {}
    selection = selection_of_page(request, access)
    if live and selection and not selection.lanes:
        return toast(trigger(card_answer(request, access, live, status=status), actionSaved=event), text)
    if page == reverse("actions:action_list", args=[access.plan.pk]):
        if live:
            return toast(row_answer(request, access, live, status=status), text)
        if len(reports) > 1 and (left := reasons(reports)):
            request.session[REFUSED] = {"is_undo": True, "rows": left}
        return toast(trigger(HttpResponse(status=status), actionSaved=event), text)
    if not is_done or page in _fetching_themselves(access, reports):
        return toast(trigger(HttpResponse(status=status), actionSaved=event, planChanged={}), text)
    say(request, text)
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


def _fetching_themselves(access: PlanAccess, reports: list[Report]) -> set[str]:
    """Pages of which every piece that shows these fetches itself again when an action is saved."""
    kinds = {report.piece.kind for report in reports}
    pages = set()
    if kinds <= {"action", "choice", "indicator"}:
        pages.add(reverse("plans:plan_page", args=[access.plan.pk]))
    if kinds == {"action"}:
        pages |= {reverse(f"actions:action_{name}", args=[access.plan.pk]) for name in ("board", "timeline")}
        pages |= {report.stored.get_absolute_url() for report in reports}
    return pages


def _page(request: Request, access: PlanAccess) -> str:
    """The page of this plan that the reader came from, else its history."""
    came = urlsplit(request.headers.get("Referer", ""))
    plan = reverse("plans:plan_page", args=[access.plan.pk])
    if came.path.startswith(plan) and came.netloc == request.get_host():
        return came._replace(scheme="", netloc="", fragment="").geturl()
    return reverse("plans:plan_history", args=[access.plan.pk])
