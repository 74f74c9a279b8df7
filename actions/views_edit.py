"""Writing: add, edit, a new deadline, archive and restore."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ogsm.pages import (
    is_fragment,
    just_made,
    plan_page_context,
    posted,
    refuse_in_form,
    render_form,
    saved,
    toast,
    trigger,
)
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.locks import lock_plan
from plans.steps import address_after, help_of
from plans.undo.acts import undo_address
from plans.views.pieces import come_back

from .answers import (
    card_answer,
    changed_elsewhere,
    is_beside_board,
    live_action,
    redirect_back,
    saved_action,
    selection_of_page,
    sentence,
)
from .board import Board
from .filters import Selection
from .forms import ActionForm, DeadlineForm
from .models import Action
from .rules import DONE

SAME = ("result", "choice", "responsible", "deadline")  # a form with these again was sent twice


@require_http_methods(["GET", "HEAD", "POST"])
def action_add(request: Request, plan_id: int) -> HttpResponse:
    """A new action at the bottom of its column; `?choice=3&person=7&status=doing` are what the form starts with."""
    access = plan_for(request, plan_id)
    access.require(access.may_add_action())
    start = Selection.read(request.GET)
    action = action_begun(access, start)
    first = {"responsible": start.person} if start.person else None
    form = ActionForm(posted(request), instance=copy(action), access=access, on=request.on, initial=first)
    if request.method == "POST" and form.is_valid():
        access.require(access.may_add_action(form.cleaned_data["choice"]))
        return _added(request, access, action_made(request, access, form, action.status))
    context = _form_context(access, request, form, action=None, address=request.get_full_path())
    context["about"] = help_of(request.GET.get("guide", ""))
    return render_form(request, "actions/action_add.html", "form", context)


def action_begun(access: PlanAccess, start: Selection) -> Action:
    """What a form of a new action starts with: the column and, where it is one of the plan, the choice."""
    choice = next((choice for choice in access.choices if choice.pk == start.choice), None)
    return Action(plan=access.plan, status=start.status or Action.Status.TODO, choice=choice)


def action_made(request: Request, access: PlanAccess, form: ActionForm, status: str) -> Action:
    """The new action that a valid form asks for; sent twice, the one that is there already."""
    lock_plan(access.plan.pk)
    same = {name: form.cleaned_data[name] for name in SAME}
    return just_made(request, access.plan.actions.live(), same) or Action.create(
        by=request.user, at=request.at, plan=access.plan, status=status, **form.values
    )


def _added(request: Request, access: PlanAccess, action: Action) -> HttpResponse:
    text = _("“%(result)s” is in the plan.") % {"result": action.result}
    selection = selection_of_page(request, access)
    if not is_fragment(request) and (step := address_after(request.GET.get("guide", ""), str(action.choice_id))):
        return saved(request, reverse("plans:plan_page", args=[access.plan.pk]) + step, text)
    if not is_fragment(request) or selection is None:
        return saved_action(request, access, action, text)
    if selection.lanes:
        return changed_elsewhere(action, text)
    response = card_answer(request, access, action)
    response.headers["HX-Retarget"] = f"#list-{action.status}"
    response.headers["HX-Reswap"] = "afterbegin" if action.status == DONE else "beforeend"
    return toast(trigger(response, dialogClose={}), text)


@require_http_methods(["GET", "HEAD", "POST"])
def action_edit(request: Request, plan_id: int, action_id: int) -> HttpResponse:
    """The fields the reader may change. Merges with what others saved meanwhile; 409 shows both values of a field."""
    access = plan_for(request, plan_id)
    action = _locked_action(request, access, action_id)
    access.require(access.may_edit_action(action))
    form = ActionForm(posted(request), instance=copy(action), access=access, on=request.on)
    if request.method == "POST" and form.is_valid() and not form.conflicts:
        try:
            changed = action.edit(by=request.user, at=request.at, why=form.why, **form.values)
        except ValidationError as error:
            refuse_in_form(form, error)
        else:
            text = _("“%(result)s” is saved.") % {"result": action.result}
            undo = undo_address(plan_id, request.at) if changed else None
            return saved_action(request, access, action, text, undo)
    form.show_theirs(action)
    return render_form(request, "actions/action_edit.html", "form", _form_context(access, request, form, action))


@require_http_methods(["GET", "HEAD", "POST"])
def action_deadline(request: Request, plan_id: int, action_id: int) -> HttpResponse:
    """A new deadline; in an active plan with its reason, kept as a shift."""
    access = plan_for(request, plan_id)
    action = _locked_action(request, access, action_id)
    access.require(access.may_edit_action(action))
    form = DeadlineForm(posted(request), instance=copy(action), on=request.on)
    if request.method == "POST" and form.is_valid() and not form.conflicts:
        reason = form.cleaned_data.get("reason", "")
        try:
            action.shift_deadline(form.cleaned_data["deadline"], reason=reason, by=request.user, at=request.at)
        except ValidationError as error:
            refuse_in_form(form, error)
        else:
            undo = undo_address(plan_id, request.at)
            return saved_action(request, access, action, _("The deadline is moved."), undo)
    form.show_theirs(action)
    return render_form(request, "actions/action_deadline.html", "form", _form_context(access, request, form, action))


def _locked_action(request: Request, access: PlanAccess, action_id: int) -> Action:
    """Two who save at once: the second merges with what the first has stored."""
    if request.method == "POST":
        lock_plan(access.plan.pk)
    return live_action(access, action_id)


def _form_context(
    access: PlanAccess, request: Request, form: Any, action: Action | None, address: str = ""
) -> dict[str, Any]:
    context = {"form": form, "action": action, "address": address or request.path}
    if is_fragment(request):
        return {"access": access, "is_fragment": True, **context}
    return plan_page_context(access, request, "actions", **context)


@require_POST
def action_archive(request: Request, plan_id: int, action_id: int) -> HttpResponse:
    """Off board, agenda and counts; the toast takes it back."""
    access = plan_for(request, plan_id)
    action = get_object_or_404(access.plan.actions, pk=action_id)
    access.require(access.may_decide_action(action))
    undo = None if action.is_archived else undo_address(plan_id, request.at)
    action.archive(by=request.user, at=request.at)
    text = _("“%(result)s” is archived.") % {"result": action.result}
    if not is_fragment(request):
        return redirect_back(request, access, action, text, undo)
    selection = selection_of_page(request, access)
    if selection is None or selection.lanes or is_beside_board(request, action):
        return changed_elsewhere(action, text, undo)
    return toast(trigger(HttpResponse(), counts=Board(access, selection, on=request.on).counts()), text, undo)


@require_POST
def action_restore(request: Request, plan_id: int, action_id: int) -> HttpResponse:
    """Back where it was. 409 while its strategic choice is archived, or nobody in the plan is responsible for it."""
    access = plan_for(request, plan_id)
    action = get_object_or_404(access.plan.actions.select_related("choice"), pk=action_id)
    access.require(access.may_decide_action(action))
    if action.choice.is_archived:
        return sentence(_("Its strategic choice is archived: restore that first."), 409)
    undo = undo_address(plan_id, request.at) if action.is_archived else None
    if asked := come_back(request, access, action, name=action.result):
        return asked
    text = _("“%(result)s” is back in the plan.") % {"result": action.result}
    if not is_fragment(request):
        return redirect_back(request, access, action, text, undo)
    selection = selection_of_page(request, access)
    if selection is None or selection.lanes or is_beside_board(request, action):
        return changed_elsewhere(action, text, undo)
    return toast(card_answer(request, access, action), text, undo)
