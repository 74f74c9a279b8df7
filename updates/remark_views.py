"""Remarks on an update: anyone who takes part leaves one, and its author words it anew or takes it away."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from actions.answers import changed_elsewhere
from ogsm.pages import is_fragment, plan_page_context, render_form, saved
from ogsm.request import Request
from plans.access import PlanAccess, plan_for

from .forms import RemarkForm
from .models import Remark, Update

page_or_form = require_http_methods(["GET", "HEAD", "POST"])


@page_or_form
def remark_add(request: Request, plan_id: int, update_id: int) -> HttpResponse:
    """A remark on an update of a live action. Its form also stands under the update, on the action's page."""
    access = plan_for(request, plan_id)
    updates = Update.objects.filter(action__plan=access.plan, action__archived_at=None)
    update = get_object_or_404(updates.select_related("action", "author"), pk=update_id)
    access.require(access.may_remark)
    form = RemarkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        Remark.leave(update, form.cleaned_data["text"], by=request.user, at=request.at)
        return _kept(request, update, _("Your remark stands under the update."))
    return _form(request, access, update, form)


@page_or_form
def remark_edit(request: Request, plan_id: int, remark_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    remark = _own_remark(access, remark_id)
    form = RemarkForm(request.POST if request.method == "POST" else None, initial={"text": remark.text})
    if form.is_valid():
        remark.reword(form.cleaned_data["text"], by=request.user, at=request.at)
        return _kept(request, remark.update, _("Your remark is changed."))
    return _form(request, access, remark.update, form, remark=remark)


@require_POST
def remark_remove(request: Request, plan_id: int, remark_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    remark = _own_remark(access, remark_id)
    remark.remove(by=request.user, at=request.at)
    return _kept(request, remark.update, _("Your remark is taken away."))


def _own_remark(access: PlanAccess, remark_id: int) -> Remark:
    """A remark on an update of a live action of this plan; 403 for who did not write it."""
    remarks = Remark.objects.filter(update__action__plan=access.plan, update__action__archived_at=None)
    remark = get_object_or_404(remarks.select_related("update__action", "update__author"), pk=remark_id)
    access.require(access.may_remark and remark.author_id == access.user.pk)
    return remark


def _form(request: Request, access: PlanAccess, update: Update, form: RemarkForm, **more: Any) -> HttpResponse:
    context = {"form": form, "update": update, **more}
    if not is_fragment(request):
        context = plan_page_context(access, request, "actions", **context)
    return render_form(request, "updates/remark_edit.html", "dialog", context)


def _kept(request: Request, update: Update, text: str) -> HttpResponse:
    """The action's page, at the update."""
    if is_fragment(request):
        return changed_elsewhere(update.action, text)
    return saved(request, f"{update.action.get_absolute_url()}#update-{update.pk}", text)
