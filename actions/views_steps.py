"""The steps of an action: added, ticked, reworded, moved and taken off, without leaving its page."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ogsm.pages import form_status, is_fragment, just_made, plan_page_context, refuse_in_form, saved, toast
from ogsm.pieces import move_piece
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.views.pieces import change_piece, piece_form, retarget

from .answers import live_action
from .forms import StepForm
from .models import Action
from .step_models import Step
from .views import steps_context


def _step(access: PlanAccess, action_id: int, step_id: int, *, gone: bool = False) -> Step:
    """A step of this action, or 404; `gone`: also one that was taken off. Two queries."""
    action = live_action(access, action_id)
    action.plan = access.plan
    step = get_object_or_404(action.steps.all() if gone else action.steps.live(), pk=step_id)
    step.action = action
    return step


def _shown(request: Request, access: PlanAccess, action: Action, text: str = "", undo: str = "") -> HttpResponse:
    """The list as it is now; without HTMX the action's page at the list."""
    if not is_fragment(request):
        return saved(request, f"{action.get_absolute_url()}#steps", text)
    context = {"access": access, "action": action, **steps_context(access, action)}
    response = retarget(render(request, "actions/_steps.html", context), "#steps")
    return toast(response, text, undo) if undo else response


@require_http_methods(["GET", "HEAD", "POST"])
def step_add(request: Request, plan_id: int, action_id: int) -> HttpResponse:
    """A step at the end; the same one sent twice is one step."""
    access = plan_for(request, plan_id)
    action = live_action(access, action_id)
    access.require(access.may_edit_action(action))
    form = StepForm(request.POST if request.method == "POST" else None, instance=Step(action=action), auto_id="step-%s")
    if form.is_valid():
        try:
            if just_made(request, action.steps.live(), form.merged) is None:
                Step.add(action, form.merged["text"], by=request.user, at=request.at)
        except ValidationError as error:
            refuse_in_form(form, error)
        else:
            return _shown(request, access, action)
    if is_fragment(request):
        context = {"access": access, "action": action, **steps_context(access, action), "step_form": form}
        return render(request, "actions/_steps.html", context, status=form_status(form))
    back = f"{action.get_absolute_url()}#steps"
    page = plan_page_context(access, request, "actions", plan=access.plan, form=form, title=_("New step"), back=back)
    return render(request, "plans/piece_page.html", page, status=form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def step_edit(request: Request, plan_id: int, action_id: int, step_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    step = _step(access, action_id, step_id)
    access.require(access.may_edit_action(step.action))
    form, changed = change_piece(request, StepForm, step)
    if changed is not None:
        return _shown(request, access, step.action)
    back = f"{step.action.get_absolute_url()}#steps"
    return piece_form(request, access, form, title=_("Step"), piece_id=f"step-{step.pk}", wrap="li", back=back)


@require_POST
def step_tick(request: Request, plan_id: int, action_id: int, step_id: int) -> HttpResponse:
    """Done (`done=1`) or not after all; also by who is involved."""
    access = plan_for(request, plan_id)
    step = _step(access, action_id, step_id)
    access.require(access.may_move_action(step.action))
    step.tick(request.POST.get("done") == "1", by=request.user, at=request.at)
    return _shown(request, access, step.action)


@require_POST
def step_move(request: Request, plan_id: int, action_id: int, step_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    step = _step(access, action_id, step_id)
    access.require(access.may_edit_action(step.action))
    up = request.POST.get("to") == "up"
    move_piece(step, step.action.steps.live(), up=up, by=request.user, at=request.at)
    return _shown(request, access, step.action)


@require_POST
def step_remove(request: Request, plan_id: int, action_id: int, step_id: int) -> HttpResponse:
    """Off the list; the toast brings it back."""
    access = plan_for(request, plan_id)
    step = _step(access, action_id, step_id, gone=True)
    access.require(access.may_edit_action(step.action))
    step.archive(by=request.user, at=request.at)
    undo = reverse("actions:step_restore", args=[plan_id, action_id, step_id])
    text = _("Step “%(text)s” is off the list.") % {"text": step.text}
    return _shown(request, access, step.action, text, undo)


@require_POST
def step_restore(request: Request, plan_id: int, action_id: int, step_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    step = _step(access, action_id, step_id, gone=True)
    access.require(access.may_edit_action(step.action))
    step.restore(by=request.user, at=request.at)
    return _shown(request, access, step.action, _("Step “%(text)s” is back.") % {"text": step.text})
