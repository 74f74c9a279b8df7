"""All help asked in a plan, and what may be done with a question beside answering it: passing it on, withdrawing it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ogsm.pages import CONFLICT, is_fragment, plan_page_context, refusal, saved, toast
from ogsm.request import Request
from plans.access import PlanAccess, plan_for

from . import answering
from .items import help_words
from .models import HelpRequest
from .views import page_or_form

ROWS_PER_PAGE = 100


@require_safe
def help_list(request: Request, plan_id: int) -> HttpResponse:
    """Open questions, the oldest first; with ?show=answered what became of the others, the latest first."""
    access = plan_for(request, plan_id)
    return _list(request, access)


def _list(request: Request, access: PlanAccess, status: int = 200, **extra: Any) -> HttpResponse:
    show = "answered" if request.GET.get("show") == "answered" else "open"
    asked = HelpRequest.objects.of_live_actions().filter(action__plan=access.plan).for_answer()
    rows = asked.open().with_times() if show == "open" else asked.settled()
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    for request_ in page:
        request_.action.plan = access.plan
        request_.may_be_answered = show == "open" and access.may_answer(request_)
        request_.may_be_passed = show == "open" and access.may_pass_on(request_)
        request_.may_be_withdrawn = show == "open" and access.may_withdraw(request_)
        request_.words = help_words(request_)
    context = plan_page_context(access, request, "decisions", page=page, show=show, open_count=asked.open().count())
    return render(request, "updates/help_list.html", {**context, **extra}, status=status)


def _question(access: PlanAccess, help_id: int) -> HelpRequest:
    """A question of this plan, or 404."""
    asked = HelpRequest.objects.of_live_actions().filter(action__plan=access.plan)
    return get_object_or_404(asked.for_answer(), pk=help_id)


@page_or_form
def help_pass(request: Request, plan_id: int, help_id: int) -> HttpResponse:
    """Ask it of somebody else, or of the team."""
    access = plan_for(request, plan_id)
    asked = _question(access, help_id)
    access.require(access.may_pass_on(asked))
    return answering.pass_help(request, access, asked)


@require_POST
def help_withdraw(request: Request, plan_id: int, help_id: int) -> HttpResponse:
    """No longer needed; with `undo`, it is asked again."""
    access = plan_for(request, plan_id)
    asked = _question(access, help_id)
    access.require(access.may_withdraw(asked))
    undo = "undo" in request.POST or "undo" in request.GET
    try:
        asked.ask_again(by=request.user, at=request.at) if undo else asked.withdraw(by=request.user, at=request.at)
    except ValidationError as error:
        return _list(request, access, CONFLICT, refusal=refusal(error))
    text = _("The question stands open again.") if undo else _("Withdrawn: nobody needs to answer it.")
    to = reverse("updates:help_list", args=[plan_id])
    if undo or not is_fragment(request):
        return saved(request, to, text)
    answer = render(request, "updates/help_list.html#withdrawn", {"help": asked, "access": access})
    return toast(answer, text, reverse("updates:help_withdraw", args=[plan_id, help_id]) + "?undo=1")
