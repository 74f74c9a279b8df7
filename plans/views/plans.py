"""All plans one can see, a new plan, a plan's particulars, and what was archived in it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from actions.models import Action
from actions.querysets import percent_current
from ogsm.accounts.models import User
from ogsm.pages import form_status, is_fragment, just_made, plan_page_context, saved
from ogsm.request import Request
from plans.access import plan_for
from plans.forms import PlanForm, PlanNewForm
from plans.models import Choice, Goal, Indicator, Membership, Plan

from .pieces import change_piece


@require_safe
def plan_list(request: Request) -> HttpResponse:
    """Three queries, however many plans and actions there are."""
    memberships = list(
        request.user.memberships.select_related("plan").order_by("-plan__starts_on", "plan__name", "plan__pk")
    )
    figures = Action.objects.figures_by_plan([membership.plan_id for membership in memberships], request.on)
    lines: list[dict[str, Any]] = [
        {
            "plan": membership.plan,
            "role": membership.get_role_display(),
            "figures": found,
            "current": percent_current(found),
        }
        for membership in memberships
        for found in [figures[membership.plan_id]]
    ]
    context: dict[str, Any] = {
        "lines": [line for line in lines if line["plan"].archived_at is None],
        "archived": [line for line in lines if line["plan"].archived_at is not None],
        "may_create": request.user.may_create_plans,
    }
    if not lines and not context["may_create"]:
        context["creators"] = User.objects.filter(is_active=True, can_create_plans=True)[:5]
    return render(request, "plans/plan_list.html", context)


@transaction.atomic
def _new_plan(request: Request, values: dict[str, Any]) -> Plan:
    """A plan with its maker as owner; sent twice it is the same plan, since a maker's requests wait for each other."""
    User.objects.select_for_update().get(pk=request.user.pk)
    plan = just_made(request, Plan.objects.live(), values)
    if plan is None:
        plan = Plan(**values)
        plan.record(by=request.user, at=request.at)
        Membership(plan=plan, user=request.user, role=Membership.Role.OWNER).record(by=request.user, at=request.at)
    return plan


@require_http_methods(["GET", "HEAD", "POST"])
def plan_new(request: Request) -> HttpResponse:
    if not request.user.may_create_plans:
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = PlanNewForm(data, on=request.on, organisation=settings.ORGANISATION_NAME)
    if form.is_valid():
        return HttpResponseRedirect(_new_plan(request, form.cleaned_data).get_absolute_url() + "?guide=next")
    is_first = not request.user.memberships.exists()
    return render(request, "plans/plan_new.html", {"form": form, "is_first": is_first}, status=form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: Request, plan_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    access.require(access.may_edit_plan)
    form, changed = change_piece(request, PlanForm, access.plan, user=request.user)
    if changed is not None:
        return saved(request, changed, _("Saved."))
    context = {"form": form, "plan": access.plan, "title": _("Name, period and origin")}
    if is_fragment(request):
        return render(request, "plans/plan_edit.html#form", context, status=form_status(form))
    return render(
        request, "plans/plan_edit.html", plan_page_context(access, request, "plan", **context), status=form_status(form)
    )


@require_safe
def plan_archived(request: Request, plan_id: int) -> HttpResponse:
    """Everything archived in the plan, newest first. Four queries besides the page's own."""
    access = plan_for(request, plan_id)
    plan = access.plan
    own = {"choice__plan": plan, "archived_with_choice": False}
    groups = [
        (_("Goals"), "goal", Goal.objects.archived().filter(plan=plan)),
        (
            _("Strategic choices, with their indicators and actions"),
            "choice",
            Choice.objects.archived().filter(plan=plan),
        ),
        (_("Indicators"), "indicator", Indicator.objects.archived().filter(**own).select_related("choice")),
        (_("Actions"), "action", Action.objects.archived().filter(**own).select_related("choice")),
    ]
    lines = [
        (title, [_line(access, kind, piece) for piece in found.order_by("-archived_at")])
        for title, kind, found in groups
    ]
    context = {"plan": plan, "groups": lines, "is_empty": not any(found for _title, found in lines)}
    return render(request, "plans/plan_archived.html", plan_page_context(access, request, "plan", **context))


def _line(access: Any, kind: str, piece: Any) -> dict[str, Any]:
    """What it is called, when it went, where it comes back, or why it cannot."""
    choice = getattr(piece, "choice", None)
    may = (
        access.may_decide_action(piece)
        if kind == "action"
        else access.may_define_indicator(choice)
        if choice
        else access.may_edit_plan
    )
    app = "actions" if kind == "action" else "plans"
    return {
        "piece": piece,
        "choice": choice,
        "waits_for": choice if choice and choice.archived_at else None,
        "restore_url": reverse(f"{app}:{kind}_restore", args=[access.plan.pk, piece.pk]) if may else "",
    }
