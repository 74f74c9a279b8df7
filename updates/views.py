"""My work, updates, help asked and agreements kept. Each page also answers HTMX with the piece that changed."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions.answers import changed_elsewhere
from actions.models import Action
from ogsm.pages import is_fragment, plan_page_context, posted, refuse_in_form, render_form, saved
from ogsm.request import Request
from plans.access import PlanAccess, plan_for

from . import answering
from .desks import MY_WORK
from .forms import ResultForm
from .items import UpdateItem
from .models import Decision, HelpRequest, Update

page_or_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def my_work(request: Request) -> HttpResponse:
    """What I must do, in one list; the first update I owe stands open."""
    return render(request, MY_WORK.page, answering.letter_context(request))


@page_or_form
def update_give(request: Request, plan_id: int, action_id: int) -> HttpResponse:
    """The three questions about one action, with light, status and expected end."""
    access = plan_for(request, plan_id)
    return answering.give(request, access, _item(request, access, action_id))


@require_POST
def update_unchanged(request: Request, plan_id: int, action_id: int) -> HttpResponse:
    """Repeat the last update in one stroke; the form opens when that no longer holds."""
    access = plan_for(request, plan_id)
    return answering.give_unchanged(request, access, _item(request, access, action_id))


@require_POST
def update_draft(request: Request, plan_id: int, action_id: int) -> HttpResponse:
    """Keep what is typed; answers with a short text."""
    access = plan_for(request, plan_id)
    action = get_object_or_404(access.plan.actions.live(), pk=action_id)
    access.require(access.may_update(action))
    return answering.keep_draft(request, action)


@page_or_form
def update_correct(request: Request, plan_id: int, update_id: int) -> HttpResponse:
    """The author changes an update, until a session starts or the next update is given."""
    access = plan_for(request, plan_id)
    update = get_object_or_404(Update.objects.select_related("author"), pk=update_id, action__plan=access.plan)
    item = _item(request, access, update.action_id)
    access.require(update.author_id == request.user.pk)
    return answering.correct(request, access, item, update)


@page_or_form
def update_result(request: Request, plan_id: int, action_id: int) -> HttpResponse:
    """What came of an action that is done, in the mover's words, and whether its open questions can be closed."""
    access = plan_for(request, plan_id)
    action = get_object_or_404(access.plan.actions.live().select_related("responsible"), pk=action_id)
    access.require(access.may_update(action))
    form = ResultForm(posted(request), subject=action)
    if form.is_valid():
        try:
            Update.tell_result(action, by=request.user, at=request.at, **form.answers)
        except ValidationError as error:
            refuse_in_form(form, error)
        else:
            said = form.answers["result"] or form.answers["close_help"]
            text = _("That is noted.") if said else ""
            return changed_elsewhere(action, text) if is_fragment(request) else saved(request, action, text)
    context = {"form": form, "action": action, "place": "dialog" if is_fragment(request) else "page"}
    if not is_fragment(request):
        context = plan_page_context(access, request, "actions", **context)
    return render_form(request, "updates/update_result.html", "dialog", context)


@page_or_form
def help_answer(request: Request, plan_id: int, help_id: int) -> HttpResponse:
    """Yes by a date, partly, or no, to help that was asked of me or of the team."""
    access = plan_for(request, plan_id)
    requests = HelpRequest.objects.of_live_actions().filter(action__plan=access.plan)
    asked = get_object_or_404(requests.for_answer(), pk=help_id)
    access.require(access.may_answer(asked))
    return answering.answer_help(request, access, asked)


@require_POST
def agreement_done(request: Request, plan_id: int, decision_id: int) -> HttpResponse:
    """What was agreed is done; with `undo`, it is not after all."""
    access = plan_for(request, plan_id)
    return answering.finish_agreement(request, _agreement(access, decision_id))


@page_or_form
def agreement_move(request: Request, plan_id: int, decision_id: int) -> HttpResponse:
    """Another day for what was agreed, and why."""
    access = plan_for(request, plan_id)
    return answering.move_agreement(request, access, _agreement(access, decision_id))


def _agreement(access: PlanAccess, decision_id: int) -> Decision:
    """What somebody promised in this plan; 404 outside it, 403 for who may not tick it off."""
    promises = Decision.objects.promises().filter(plan=access.plan).select_related("session", "action")
    agreement = get_object_or_404(promises, pk=decision_id)
    access.require(access.may_finish(agreement))
    return agreement


def _item(request: Request, access: PlanAccess, action_id: int) -> UpdateItem:
    """The live action with what its form needs; 404 outside this plan, 403 for who may not give its updates."""
    action: Action = get_object_or_404(access.plan.actions.live().for_display(request.on), pk=action_id)
    access.require(access.may_update(action))
    return answering.item_of(access, action, request)
