"""A plan's states: activating, closing, archiving, restoring. Each page says what will happen before it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ogsm.pages import CONFLICT, INVALID, is_fragment, plan_page_context, refusal, saved
from ogsm.request import Request
from plans import services
from plans.access import PlanAccess, plan_for
from plans.forms import JudgementForm


def _confirmed(
    request: Request, access: PlanAccess, template: str, verb: Callable[..., None], text: str, **facts: Any
) -> HttpResponse:
    """GET asks, POST does it; what the plan refuses is said with 409."""
    access.require(access.may_set_state)
    if request.method != "POST":
        return _asked(request, access, template, 200, facts)
    try:
        verb(by=request.user, at=request.at)
    except ValidationError as error:
        return _asked(request, access, template, CONFLICT, {**facts, "why": refusal(error)})
    return saved(request, access.plan, text)


def _asked(request: Request, access: PlanAccess, template: str, status: int, facts: dict[str, Any]) -> HttpResponse:
    context = {"plan": access.plan, **facts}
    if is_fragment(request):
        return render(request, f"plans/{template}#confirm", context, status=status)
    page = plan_page_context(access, request, "plan", **context)
    return render(request, f"plans/{template}", page, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_activate(request: Request, plan_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    access.require(access.may_set_state and access.plan.is_open)
    actions = access.plan.actions.live().count()
    text = _("The plan is active.")
    return _confirmed(request, access, "plan_activate.html", access.plan.activate, text, actions=actions)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_close(request: Request, plan_id: int) -> HttpResponse:
    """With a judgement of each goal; only here and in a plan session are goals judged."""
    access = plan_for(request, plan_id)
    access.require(access.may_set_state and access.plan.archived_at is None)
    data = request.POST if request.method == "POST" else None
    forms = [JudgementForm(data, goal=goal) for goal in access.plan.goals.live()]
    facts = {"sessions": access.plan.sessions.coming().count(), "forms": forms}
    if data is not None and not all(form.is_valid() for form in forms):
        return _asked(request, access, "plan_close.html", INVALID, facts)

    def close(**who: Any) -> None:
        judged = [(form.goal, form.cleaned_data["judgement"], form.cleaned_data["actual"]) for form in forms]
        services.plan_close(plan=access.plan, judgements=judged, **who)

    return _confirmed(request, access, "plan_close.html", close, _("The plan is closed."), **facts)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_archive(request: Request, plan_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    text = _("The plan is archived.")
    return _confirmed(request, access, "plan_archive.html", access.plan.archive, text)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_restore(request: Request, plan_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    text = _("The plan is back.")
    return _confirmed(request, access, "plan_restore.html", access.plan.restore, text)
