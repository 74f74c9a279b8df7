"""All plans one can see, a plan's particulars, and what was archived in it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from actions.models import Action
from actions.querysets import percent_current
from ogsm.accounts.models import User
from ogsm.pages import form_status, is_fragment, plan_page_context, saved
from ogsm.request import Request
from plans.access import plan_for
from plans.forms import PlanForm
from plans.models import Choice, Goal, Indicator

from .pieces import change_piece


@require_safe
def plan_list(request: Request) -> HttpResponse:
    """Three queries, however many plans and actions there are."""
    found_with = request.user.memberships.select_related("plan__origin_choice__plan")
    memberships = list(found_with.order_by("-plan__starts_on", "plan__name", "plan__pk"))
    mine = {membership.plan_id for membership in memberships}
    figures = Action.objects.figures_by_plan([membership.plan_id for membership in memberships], request.on)
    lines: list[dict[str, Any]] = [
        {
            "plan": membership.plan,
            "role": membership.get_role_display(),
            "origin": membership.plan.origin_choice,
            "sees_origin": bool(membership.plan.origin_choice and membership.plan.origin_choice.plan_id in mine),
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
