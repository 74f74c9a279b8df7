"""A new plan: empty, an example to look at, a copy of a plan for a new period, or on to a file that comes in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ogsm.accounts.models import User
from ogsm.demo.example import example_make, example_name
from ogsm.pages import form_status, just_made, plan_page_context, posted, saved
from ogsm.request import Request
from plans.access import plan_for
from plans.copying import Preview, copied_from
from plans.copying import plan_copy as copy_of
from plans.forms import PlanNewForm
from plans.models import Membership, Plan
from plans.start_forms import COPY, EMPTY, EXAMPLE, PLAN_JSON, WAYS, CopyForm, SourceForm


@transaction.atomic
def _made_once(request: Request, values: dict[str, Any], make: Callable[[], Plan]) -> Plan:
    """What `make` makes of these values; sent twice it is the same plan, since a maker's requests wait for each
    other."""
    User.objects.select_for_update().get(pk=request.user.pk)
    return just_made(request, Plan.objects.live(), values) or make()


def _new_plan(request: Request, values: dict[str, Any]) -> Plan:
    """A plan with its maker as owner."""

    def make() -> Plan:
        plan = Plan(**values)
        plan.record(by=request.user, at=request.at)
        Membership(plan=plan, user=request.user, role=Membership.Role.OWNER).record(by=request.user, at=request.at)
        return plan

    return _made_once(request, values, make)


def _example(request: Request) -> Plan:
    def make() -> Plan:
        return example_make(by=request.user, at=request.at, on=request.on, language=get_language() or "")

    return _made_once(request, {"name": example_name(get_language() or "")}, make)


def _copy(request: Request, source: Plan, form: CopyForm) -> Plan:
    values = form.particulars
    return _made_once(
        request,
        {**values, "history_change_reason": copied_from(source)},
        lambda: copy_of(source=source, along=form.along, by=request.user, at=request.at, **values),
    )


def _way(request: Request) -> str:
    """How the plan starts: as the form or the address says; a copy when that names a plan."""
    asked = (request.POST if request.method == "POST" else request.GET).get("start", "")
    if asked in WAYS:
        return asked
    return COPY if request.method != "POST" and "from" in request.GET else EMPTY


@require_http_methods(["GET", "HEAD", "POST"])
def plan_new(request: Request) -> HttpResponse:
    if not request.user.may_create_plans:
        raise PermissionDenied
    way, data = _way(request), posted(request)
    form = PlanNewForm(data if way == EMPTY else None, on=request.on, organisation=settings.ORGANISATION_NAME)
    chosen = {"source": request.GET.get("from", "")}
    source = SourceForm(data if way == COPY else None, initial=chosen, user=request.user)
    if form.is_valid():
        return HttpResponseRedirect(_new_plan(request, form.cleaned_data).get_absolute_url() + "?guide=next")
    if source.is_valid():
        return redirect("plans:plan_copy", source.cleaned_data["source"].pk)
    if way == EXAMPLE and data is not None:
        return HttpResponseRedirect(_example(request).get_absolute_url())
    if way == PLAN_JSON and data is not None:
        return redirect("plan_bring_in")
    is_first = not request.user.memberships.exists()
    context = {"form": form, "source": source, "way": way, "is_first": is_first}
    return render(request, "plans/plan_new.html", context, status=form_status(source if way == COPY else form))


@require_http_methods(["GET", "HEAD", "POST"])
def plan_copy(request: Request, plan_id: int) -> HttpResponse:
    """Says what comes along and what stays; makes the copy. The plan itself stays as it is, so it may be closed."""
    access = plan_for(request, plan_id)
    if not access.may_copy:
        raise PermissionDenied
    plan = access.plan
    form = CopyForm(posted(request), source=plan)
    if form.is_valid():
        copy = _copy(request, plan, form)
        return saved(request, copy, _("The copy is made. It is a draft: look at the targets and the dates first."))
    starts_on = (form.is_bound and form.cleaned_data.get("starts_on")) or form.initial["starts_on"]
    context = {"plan": plan, "form": form, "preview": Preview(plan, request.user, starts_on)}
    page = plan_page_context(access, request, "plan", **context)
    return render(request, "plans/plan_copy.html", page, status=form_status(form))
