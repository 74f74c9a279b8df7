"""The one-page plan: ambition, goals, and a row per strategic choice."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ogsm.header import PlanHeader
from ogsm.pages import is_fragment, plan_page_context
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.forms import AmbitionForm
from plans.models import Choice
from plans.sheet import ChoiceRow, Filters, counts_of, paper_of, plan_rows
from plans.steps import ACTIVATE, PEOPLE, SESSIONS, Guide, Step, first_steps, guide_of

from .goals import goals_context
from .pieces import PAGE, ROWS, change_piece, piece_form, piece_shown, plan_url, told_saved
from .since import moments_for, query_of, since_asked

PARTS = {"steps": f"{PAGE}#steps", "rows": ROWS, "paper": f"{PAGE}#paper"}


def filters_of(request: Request) -> Filters:
    """From the address; for a piece of the page from the address of that page."""
    return Filters.of(query_of(request))


def _guide(request: Request, steps: list[Step], rows: list[ChoiceRow]) -> Guide | None:
    """Where the reader is led, when led at all. No query."""
    query = query_of(request)
    asked, choice_id = query.get("guide", ""), query.get("choice", "")
    saved = is_fragment(request) or query.get("saved") == "1"
    return guide_of(steps, rows, asked, choice_id=choice_id, saved=saved) if steps else None


def _steps(access: PlanAccess, header: PlanHeader, goals: list[Any], rows: list[ChoiceRow]) -> list[Step]:
    """What a draft still needs; nothing for those who cannot do it. One query."""
    if not (access.may_edit_plan and access.plan.is_draft):
        return []
    may = {PEOPLE: access.may_manage_members, SESSIONS: access.may_run_sessions, ACTIVATE: access.may_set_state}
    steps = first_steps(
        access.plan,
        goals=len(goals),
        counts=counts_of(rows),
        people=access.plan.memberships.count(),
        has_session=header.next_session is not None,
    )
    return [step if may.get(step.key, True) else step.left_to_owners() for step in steps]


@require_safe
def plan_page(request: Request, plan_id: int) -> HttpResponse:
    """At most 15 queries, however long the plan is; ten more with marks of what changed since a moment."""
    access = plan_for(request, plan_id)
    filters, guide = filters_of(request), None
    context = plan_page_context(access, request, "plan", filters=filters, **goals_context(access))
    context["moments"] = moments = moments_for(access.plan)
    context["since"] = since = since_asked(request, access.plan, moments)
    rows = plan_rows(access, request.on, filters)
    rows = context["rows"] = since.shown(rows) if since and filters.changed else rows
    context["paper"] = paper = paper_of(access.plan, context["goals"], rows)
    context["origin"] = origin_of(access)
    if not filters:
        steps = context["steps"] = _steps(access, context["header"], context["goals"], rows)
        context["step"] = next((step for step in steps if not step.done), None)
        guide = context["guide"] = _guide(request, steps, rows)
        if guide and not is_fragment(request) and not guide.is_at(query_of(request)):
            return HttpResponseRedirect(guide.address)
        if paper.is_too_full and any(row.may_edit for row in rows):
            context["too_long"] = paper
    part = context["part"] = request.GET.get("part", "") if is_fragment(request) else ""
    response = render(request, PARTS.get(part, PAGE), context)
    if part == "steps" and guide:
        response["HX-Replace-Url"] = plan_url(access) + guide.address
    return response


def origin_of(access: PlanAccess) -> dict[str, Any] | None:
    """The choice of another plan this one springs from, linked for those who may see that plan. Up to two queries."""
    if not access.plan.origin_choice_id:
        return None
    choice = Choice.objects.select_related("plan").get(pk=access.plan.origin_choice_id)
    return {"choice": choice, "may_see": choice.plan.memberships.filter(user=access.user).exists()}


@require_http_methods(["GET", "HEAD", "POST"])
def ambition_edit(request: Request, plan_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    access.require(access.may_edit_plan)
    form, changed = change_piece(request, AmbitionForm, access.plan)
    if changed is None:
        return piece_form(request, access, form, title=_("Ambition"), piece_id="ambition", css="ambition-field")
    context, told = {"plan": changed, "origin": origin_of(access)}, told_saved(request, access, form, _("Ambition"))
    return piece_shown(request, access, f"{PAGE}#ambition", context, anchor="ambition", **told)
