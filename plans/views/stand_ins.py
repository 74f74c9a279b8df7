"""Stand-ins for holidays: named, changed, ended."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ogsm import words
from ogsm.pages import CONFLICT, form_status, is_fragment, plan_page_context, posted, refusal, refuse_in_form, saved
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.stand_in_forms import StandInForm
from plans.stand_in_models import StandIn

from .members import member_page

page_or_form = require_http_methods(["GET", "HEAD", "POST"])


@page_or_form
def stand_in_add(request: Request, plan_id: int) -> HttpResponse:
    """A stand-in for me; who leads the plan names one for anybody."""
    access = plan_for(request, plan_id)
    access.require(access.may_name_stand_in())
    form = StandInForm(posted(request), access=access, on=request.on)
    if form.is_valid():
        asked = {"person": request.user, **form.cleaned_data}
        try:
            stand_in = StandIn.appoint(access.plan, by=request.user, at=request.at, **asked)
        except ValidationError as error:
            refuse_in_form(form, error)
        else:
            return _saved(request, stand_in)
    return _form(request, access, form, heading=_("Name a stand-in"), submit=_("Name this stand-in"))


@page_or_form
def stand_in_edit(request: Request, plan_id: int, stand_in_id: int) -> HttpResponse:
    """Somebody else, or other days."""
    access = plan_for(request, plan_id)
    stand_in = _stand_in(access, stand_in_id)
    form = StandInForm(posted(request), access=access, on=request.on, stand_in=stand_in)
    if form.is_valid():
        try:
            stand_in.reappoint(by=request.user, at=request.at, **form.cleaned_data)
        except ValidationError as error:
            refuse_in_form(form, error)
        else:
            return _saved(request, stand_in)
    heading = _("Stand-in for %(name)s") % {"name": stand_in.person}
    return _form(request, access, form, heading=heading, submit=_("Save"))


@require_POST
def stand_in_end(request: Request, plan_id: int, stand_in_id: int) -> HttpResponse:
    """From now on nobody stands in; with `undo`, they do after all."""
    access = plan_for(request, plan_id)
    stand_in = _stand_in(access, stand_in_id, taken_back=True)
    known = {"name": stand_in.deputy, "person": stand_in.person}
    if "undo" not in request.POST:
        stand_in.withdraw(by=request.user, at=request.at)
        address = f"{_members(plan_id)}?ended={stand_in.pk}#stand-ins"
        return saved(request, address, _("%(name)s no longer stands in for %(person)s.") % known)
    try:
        stand_in.bring_back(by=request.user, at=request.at)
    except ValidationError as error:
        return member_page(request, access, CONFLICT, stand_in_refusal=refusal(error))
    return _saved(request, stand_in)


def _stand_in(access: PlanAccess, stand_in_id: int, *, taken_back: bool = False) -> StandIn:
    """One of this plan that the reader may change, else 404 or 403."""
    rows = access.plan.stand_ins.all() if taken_back else access.plan.stand_ins.standing()
    stand_in = get_object_or_404(rows.select_related("person", "deputy"), pk=stand_in_id)
    access.require(access.may_name_stand_in(stand_in.person_id))
    return stand_in


def _members(plan_id: int) -> str:
    return reverse("plans:member_list", args=[plan_id])


def _saved(request: Request, stand_in: StandIn) -> HttpResponse:
    known = {
        "name": stand_in.deputy, "person": stand_in.person, "first": words.day(stand_in.first_on),
        "last": words.day(stand_in.last_on),
    }  # fmt: skip
    text = _("%(name)s stands in for %(person)s from %(first)s up to and including %(last)s.")
    return saved(request, _members(stand_in.plan_id), text % known)


def _form(request: Request, access: PlanAccess, form: StandInForm, **context: Any) -> HttpResponse:
    context |= {"form": form, "plan": access.plan}
    if is_fragment(request):
        return render(request, "plans/stand_in_form.html#form", context, status=form_status(form))
    page = plan_page_context(access, request, "members", **context)
    return render(request, "plans/stand_in_form.html", page, status=form_status(form))
