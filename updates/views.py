"""My work, updates, help asked and agreements kept. Each page also answers HTMX with the piece that changed."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget

from actions.answers import changed_elsewhere
from actions.models import Action
from ogsm import words
from ogsm.pages import (
    CONFLICT,
    form_status,
    is_fragment,
    plan_page_context,
    posted,
    refusal,
    refuse_in_form,
    render_form,
    saved,
    toast,
)
from ogsm.request import Request
from plans.access import PlanAccess, plan_for

from .forms import HelpAnswerForm, ResultForm, UpdateForm, draft_answers, focus_first, token_of
from .items import UpdateItem, correction_form, help_words, open_form, update_item
from .models import Decision, HelpRequest, Update, UpdateDraft
from .my_work import Letter, letter_for

MY_WORK = "updates/my_work.html"
page_or_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def my_work(request: Request) -> HttpResponse:
    """What I must do, in one list; the first update I owe stands open."""
    return render(request, MY_WORK, _letter_context(request))


@page_or_form
def update_give(request: Request, plan_id: int, action_id: int) -> HttpResponse:
    """The three questions about one action, with light, status and expected end."""
    access = plan_for(request, plan_id)
    item = _item(request, access, action_id)
    item.form = form = _open_form(access, item, data=posted(request), ask=request.GET.get("ask", ""))
    if form.is_valid():
        try:
            Update.give(item.action, by=request.user, at=request.at, **form.answers)
        except ValidationError as error:
            refuse_in_form(form, error)
        else:
            return _answered(request, item.action, _("Update given."))
    return _show(request, access, item)


@require_POST
def update_unchanged(request: Request, plan_id: int, action_id: int) -> HttpResponse:
    """Repeat the last update in one stroke; the form opens when that no longer holds."""
    access = plan_for(request, plan_id)
    item = _item(request, access, action_id)
    token = token_of(request.POST.get("token", ""))
    try:
        Update.give_unchanged(item.action, by=request.user, at=request.at, on=request.on, token=token)
    except ValidationError as error:
        item.refusal, item.form = refusal(error), _open_form(access, item)
        return _show(request, access, item)
    return _answered(request, item.action, _("Update given: unchanged."))


@require_POST
def update_draft(request: Request, plan_id: int, action_id: int) -> HttpResponse:
    """Keep what is typed; answers with a short text. A draft that arrives after its update was given is not kept."""
    access = plan_for(request, plan_id)
    action = get_object_or_404(access.plan.actions.live(), pk=action_id)
    access.require(access.may_update(action))
    token = token_of(request.POST.get("token", ""))
    if token and action.updates.filter(token=token).exists():
        return HttpResponse(_("Update given"), content_type="text/plain; charset=utf-8")
    values = {"answers": draft_answers(request.POST), "saved_at": request.at}
    UpdateDraft.objects.update_or_create(action=action, user=request.user, defaults=values)
    text = _("Draft saved at %(time)s") % {"time": words.clock(request.at)}
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@page_or_form
def update_correct(request: Request, plan_id: int, update_id: int) -> HttpResponse:
    """The author changes an update, until a session starts or the next update is given."""
    access = plan_for(request, plan_id)
    update = get_object_or_404(Update.objects.select_related("author"), pk=update_id, action__plan=access.plan)
    item = _item(request, access, update.action_id)
    access.require(update.author_id == request.user.pk)
    update.action, item.last, item.corrects = item.action, update, True
    if request.method == "POST" or update.may_be_corrected_by(request.user):
        item.form = correction_form(item, access.user, data=posted(request))
    else:
        item.refusal = refusal(Update.too_late())
    if item.form and item.form.is_valid():
        try:
            update.correct(by=request.user, at=request.at, **item.form.answers)
        except ValidationError as error:
            item.refusal = refusal(error)
        else:
            return _answered(request, item.action, _("Update changed."))
    return _show(request, access, item)


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
    help_ = get_object_or_404(
        requests.select_related("action__choice", "asked_by", "asked_of", "answered_by"), pk=help_id
    )
    access.require(access.may_answer(help_))
    help_.stands_in = help_.asked_of_id in access.stands_in_for
    first = {"state": request.GET.get("state", "")}
    form = HelpAnswerForm(posted(request), subject=help_, on=request.on, initial=first)
    if form.is_valid():
        try:
            instead_of = help_.asked_of if help_.stands_in else None
            help_.reply(by=request.user, at=request.at, instead_of=instead_of, **form.cleaned_data)
        except ValidationError as error:
            refuse_in_form(form, error)
        else:
            return _help_answered(request, help_)
    return _show_help(request, access, help_, form)


@require_POST
def agreement_done(request: Request, plan_id: int, decision_id: int) -> HttpResponse:
    """What was agreed is done; with `undo`, it is not after all."""
    access = plan_for(request, plan_id)
    promises = Decision.objects.promises().filter(plan=access.plan).select_related("session", "action")
    agreement = get_object_or_404(promises, pk=decision_id)
    access.require(access.may_finish(agreement))
    if "undo" in request.POST or "undo" in request.GET:
        agreement.reopen(by=request.user, at=request.at)
        text = _("The agreement stands open again.")
    else:
        agreement.finish(by=request.user, at=request.at)
        text = _("Agreement done.")
    decisions = reverse("updates:decision_list", args=[plan_id])
    if is_fragment(request) and request.htmx.target == f"agreement-{agreement.pk}":
        letter = _letter(request)
        shown = next((one for one in letter.agreements if one.pk == agreement.pk), agreement)
        context = {"agreement": shown, "letter": letter, "oob": True, "focus": True}
        return toast(render(request, f"{MY_WORK}#agreement-answered", context), text)
    return saved(request, _back(request, decisions), text)


# ---- what is shown ----


def _back(request: Request, otherwise: Any) -> Any:
    """Where a form without JavaScript leads: back to My work or to the list it stood in."""
    if request.POST.get("back") == "work":
        return "updates:my_work"
    to = iri_to_uri(request.POST.get("next", ""))  # without line breaks and the like: it goes into a header
    is_ours = url_has_allowed_host_and_scheme(to, {request.get_host()}, require_https=request.is_secure())
    return to if to.startswith("/") and is_ours else otherwise


def _letter(request: Request) -> Letter:
    return letter_for(request.user, at=request.at, on=request.on)


def _letter_context(request: Request, **extra: Any) -> dict[str, Any]:
    """The letter with its first update open. The count in the menu is what the letter counted."""
    letter = _letter(request)
    if letter.owed:
        first = letter.owed[0]
        first.form = open_form(first, request.user, may_move_deadline=True)
        first.focus = "answered" in extra
    plan = next(iter(letter.plans), None)
    return {"letter": letter, "my_work_count": len(letter.owed), "nav_plan_id": plan and plan.pk, **extra}


def _item(request: Request, access: PlanAccess, action_id: int) -> UpdateItem:
    """The live action with what its form needs; 404 outside this plan, 403 for who may not give its updates."""
    action = get_object_or_404(access.plan.actions.live().for_display(request.on), pk=action_id)
    access.require(access.may_update(action))
    return update_item(access, action, request.on)


def _open_form(access: PlanAccess, item: UpdateItem, data: Any = None, ask: str = "") -> UpdateForm:
    may_move_deadline = access.may_edit_action(item.action)
    return open_form(item, access.user, may_move_deadline=may_move_deadline, data=data, ask=ask)


def _show(request: Request, access: PlanAccess, item: UpdateItem) -> HttpResponse:
    """The form of an update: on its page, in a dialog, or in its item on My work."""
    status = CONFLICT if item.refusal else form_status(item.form) if item.form else 200
    if not is_fragment(request):
        item.plan_name = ""  # stands above the page
        template = "updates/update_correct.html" if item.corrects else "updates/update_give.html"
        return render(request, template, plan_page_context(access, request, "actions", item=item), status=status)
    if request.htmx.target == "dialog-body":
        return render(request, "updates/update_give.html#dialog", {"item": item}, status=status)
    item.focus = not (item.form and focus_first(item.form, "" if item.is_late else "done"))
    response = render(request, f"{MY_WORK}#update-item", {"item": item}, status=status)
    return reswap(retarget(response, f"#update-{item.action.pk}"), "outerHTML")


def _answered(request: Request, action: Action, text: str) -> HttpResponse:
    """What is shown after an update was given or changed."""
    if is_fragment(request) and request.htmx.target == "my-updates":
        context = _letter_context(request, answered=True, oob=True)
        return toast(render(request, f"{MY_WORK}#answered", context), text)
    return saved(request, _back(request, action), text)


def _show_help(request: Request, access: PlanAccess, asked: HelpRequest, form: HelpAnswerForm) -> HttpResponse:
    """The answer's form: on its page, in a dialog, or in its item on My work; or how it was answered."""
    is_open = asked.state == HelpRequest.State.OPEN
    status = form_status(form) if is_open else CONFLICT if form.is_bound else 200
    context = {"help": asked, "form": form, "help_words": help_words(asked)}
    if not is_fragment(request):
        context = plan_page_context(access, request, "actions", **context)
        return render(request, "updates/help_answer.html", context, status=status)
    if request.htmx.target == "dialog-body":
        return render(request, "updates/help_answer.html#dialog", context, status=status)
    focus_first(form, "promised_on" if form["state"].value() == HelpRequest.State.YES else "answer")
    return render(request, f"{MY_WORK}#help-item", context, status=status)


def _help_answered(request: Request, asked: HelpRequest) -> HttpResponse:
    text = _("Answered.")
    if is_fragment(request) and request.htmx.target == f"help-{asked.pk}":
        context = {"help": asked, "help_words": help_words(asked), "letter": _letter(request), "oob": True}
        return toast(render(request, f"{MY_WORK}#help-answered", context), text)
    return saved(request, _back(request, asked.action), text)
