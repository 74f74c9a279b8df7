"""Giving updates, answering help and ticking off agreements, wherever that is asked: on My work, on an action's page,
in a dialog, or through a mailed link. Who may do so has been settled by the view; these parse, act and show the piece
that changed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import Resolver404, resolve, reverse
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import reswap, retarget

from actions.answers import changed_elsewhere, is_beside_board
from actions.models import Action
from ogsm import words
from ogsm.pages import (
    CONFLICT,
    done_in_place,
    form_status,
    is_fragment,
    plan_page_context,
    posted,
    refusal,
    refuse_in_form,
    saved,
    toast,
)
from ogsm.request import Request
from plans.access import PlanAccess

from .desks import desk_of
from .forms import AgreementDayForm, HelpAnswerForm, HelpPassForm, UpdateForm, draft_answers, focus_first, token_of
from .items import UpdateItem, correction_form, help_words, open_form, update_item
from .models import Decision, HelpRequest, Session, Update, UpdateDraft
from .my_work import Letter, letter_for

TEXT = "text/plain; charset=utf-8"


# ---- updates ----


def item_of(access: PlanAccess, action: Action, request: Request) -> UpdateItem:
    """The action with what its form needs. Six queries at most."""
    return update_item(access, action, request.on)


def give(request: Request, access: PlanAccess, item: UpdateItem) -> HttpResponse:
    """The three questions, asked and answered."""
    first = {name: request.GET[name] for name in ("ask", "status") if request.GET.get(name)}
    item.form = form = _open_form(access, item, data=posted(request), first=first)
    if form.is_valid():
        try:
            Update.give(item.action, by=request.user, at=request.at, **form.answers)
        except ValidationError as error:
            refuse_in_form(form, error)
        else:
            return answered(request, item.action, _("Update given."))
    return show_update(request, access, item)


def give_unchanged(request: Request, access: PlanAccess, item: UpdateItem) -> HttpResponse:
    """The last update again; the form opens when that no longer holds."""
    token = token_of(request.POST.get("token", ""))
    try:
        Update.give_unchanged(item.action, by=request.user, at=request.at, on=request.on, token=token)
    except ValidationError as error:
        item.refusal, item.form = refusal(error), _open_form(access, item)
        return show_update(request, access, item)
    return answered(request, item.action, _("Update given: unchanged."))


def keep_draft(request: Request, action: Action) -> HttpResponse:
    """What is typed; the answer is a short text. A draft that arrives after its update was given is not kept."""
    token = token_of(request.POST.get("token", ""))
    if token and action.updates.filter(token=token).exists():
        return HttpResponse(_("Update given"), content_type=TEXT)
    values = {"answers": draft_answers(request.POST), "saved_at": request.at}
    UpdateDraft.objects.update_or_create(action=action, user=request.user, defaults=values)
    return HttpResponse(_("Draft saved at %(time)s") % {"time": words.clock(request.at)}, content_type=TEXT)


def correct(request: Request, access: PlanAccess, item: UpdateItem, update: Update) -> HttpResponse:
    """The author changes an update while that can still be done."""
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
            return answered(request, item.action, _("Update changed."))
    return show_update(request, access, item)


def _open_form(
    access: PlanAccess, item: UpdateItem, data: Any = None, first: dict[str, str] | None = None
) -> UpdateForm:
    may_move_deadline = access.may_edit_action(item.action)
    return open_form(item, access.user, may_move_deadline=may_move_deadline, data=data, first=first)


def show_update(request: Request, access: PlanAccess, item: UpdateItem) -> HttpResponse:
    """The form of an update: on its page, in a dialog, or in its item."""
    status = CONFLICT if item.refusal else form_status(item.form) if item.form else 200
    if not is_fragment(request):
        item.plan_name = ""  # stands above the page
        template = "updates/update_correct.html" if item.corrects else "updates/update_give.html"
        return render(request, template, page_context(request, access, item=item), status=status)
    if request.htmx.target == "dialog-body":
        return render(request, "updates/update_give.html#dialog", {"item": item}, status=status)
    item.focus = not (item.form and focus_first(item.form, "" if item.is_late else "done"))
    response = render(request, "updates/my_work.html#update-item", {"item": item}, status=status)
    return reswap(retarget(response, f"#update-{item.action.pk}"), "outerHTML")


def answered(request: Request, action: Action, text: str) -> HttpResponse:
    """What is shown after an update was given or changed."""
    if is_fragment(request) and request.htmx.target == "my-updates":
        context = letter_context(request, answered=True, oob=True)
        return toast(render(request, f"{desk_of(request).page}#answered", context), text)
    return _kept_action(request, action, text)


# ---- help and agreements ----


def answer_help(request: Request, access: PlanAccess, asked: HelpRequest) -> HttpResponse:
    """Yes by a date, partly, or no; of who is away in their name."""
    asked.stands_in = asked.asked_of_id in access.stands_in_for
    form = HelpAnswerForm(
        posted(request), subject=asked, on=request.on, initial={"state": request.GET.get("state", "")}
    )
    if form.is_valid():
        try:
            instead_of = asked.asked_of if asked.stands_in else None
            asked.reply(by=request.user, at=request.at, instead_of=instead_of, **form.cleaned_data)
        except ValidationError as error:
            refuse_in_form(form, error)
        else:
            return _help_answered(request, asked)
    return _show_help(request, access, asked, form)


def _show_help(request: Request, access: PlanAccess, asked: HelpRequest, form: HelpAnswerForm) -> HttpResponse:
    """The answer's form: on its page, in a dialog, or in its item; or how it was answered."""
    is_open = asked.state == HelpRequest.State.OPEN
    status = form_status(form) if is_open else CONFLICT if form.is_bound else 200
    context: dict[str, Any] = {"help": asked, "form": form, "help_words": help_words(asked)}
    if not is_fragment(request):
        context = page_context(request, access, **context)
        return render(request, "updates/help_answer.html", context, status=status)
    if request.htmx.target == "dialog-body":
        return render(request, "updates/help_answer.html#dialog", context, status=status)
    focus_first(form, "promised_on" if form["state"].value() == HelpRequest.State.YES else "answer")
    return render(request, "updates/my_work.html#help-item", context, status=status)


def _help_answered(request: Request, asked: HelpRequest) -> HttpResponse:
    text = _("Answered.")
    if is_fragment(request) and request.htmx.target == f"help-{asked.pk}":
        context = {"help": asked, "help_words": help_words(asked), "letter": letter(request), "oob": True}
        return toast(render(request, "updates/my_work.html#help-answered", context), text)
    return _kept_action(request, asked.action, text)


def pass_help(request: Request, access: PlanAccess, asked: HelpRequest) -> HttpResponse:
    """Ask it of somebody else, or of the team."""
    form = HelpPassForm(posted(request), subject=asked, plan=access.plan)
    if form.is_valid():
        to = form.cleaned_data["asked_of"]
        try:
            asked.pass_on(to, by=request.user, at=request.at, why=form.cleaned_data["why"])
        except ValidationError as error:
            refuse_in_form(form, error)
        else:
            return _help_passed(request, asked)
    context: dict[str, Any] = {"help": asked, "form": form}
    if is_fragment(request):
        piece = "dialog" if request.htmx.target == "dialog-body" else "item"
        return render(request, f"updates/help_pass.html#{piece}", context, status=form_status(form))
    context = page_context(request, access, tab="decisions", **context)
    return render(request, "updates/help_pass.html", context, status=form_status(form))


def _help_passed(request: Request, asked: HelpRequest) -> HttpResponse:
    to = asked.asked_of.name if asked.asked_of else _("the team")
    text = _("Passed on to %(name)s.") % {"name": to}
    if is_fragment(request) and request.htmx.target == f"help-{asked.pk}":
        context = {"help": asked, "help_words": text, "letter": letter(request), "oob": True}
        return toast(render(request, "updates/my_work.html#help-answered", context), text)
    return kept(request, reverse("updates:help_list", args=[asked.action.plan_id]), text)


def finish_agreement(request: Request, agreement: Decision) -> HttpResponse:
    """What was agreed is done; with `undo`, it is not after all."""
    if "undo" in request.POST or "undo" in request.GET:
        agreement.reopen(by=request.user, at=request.at)
        text = _("The agreement stands open again.")
    else:
        agreement.finish(by=request.user, at=request.at)
        text = _("Agreement done.")
    return _agreement_answered(request, agreement, text)


def move_agreement(request: Request, access: PlanAccess, agreement: Decision) -> HttpResponse:
    """Another day for what was agreed, and why."""
    form = AgreementDayForm(posted(request), subject=agreement, on=request.on)
    if form.is_valid():
        try:
            agreement.move_to(by=request.user, at=request.at, **form.cleaned_data)
        except ValidationError as error:
            refuse_in_form(form, error)
        else:
            text = _("The agreement is now due on %(day)s.") % {"day": words.day(form.cleaned_data["due_on"])}
            return _agreement_answered(request, agreement, text)
    context: dict[str, Any] = {"agreement": agreement, "form": form}
    if is_fragment(request) and request.htmx.target == "dialog-body":
        return render(request, "updates/agreement_move.html#dialog", context, status=form_status(form))
    if is_fragment(request):
        focus_first(form, "due_on")
        return render(request, "updates/my_work.html#agreement-item", context, status=form_status(form))
    context = page_context(request, access, tab="sessions", **context)
    return render(request, "updates/agreement_move.html", context, status=form_status(form))


def _agreement_answered(request: Request, agreement: Decision, text: str) -> HttpResponse:
    if is_fragment(request) and request.htmx.target == f"agreement-{agreement.pk}":
        now = letter(request)
        shown = next((one for one in now.agreements if one.pk == agreement.pk), agreement)
        context = {"agreement": shown, "letter": now, "oob": True, "focus": True}
        return toast(render(request, "updates/my_work.html#agreement-answered", context), text)
    return kept(request, reverse("updates:decision_list", args=[agreement.plan_id]), text)


# ---- what is shown ----


def page_context(request: Request, access: PlanAccess, tab: str = "actions", **extra: Any) -> dict[str, Any]:
    """A page of its own for who has no JavaScript: below the plan's head, or below the link's."""
    if desk_of(request).is_link:
        return {"access": access, "page_base": "updates/prepare_base.html", **extra}
    return plan_page_context(access, request, tab, **extra)


def kept(request: Request, otherwise: Any, text: str) -> HttpResponse:
    """After saving on a page of its own: back to where the form stood. Through a link nobody has a session, so what
    was said stands on the page itself."""
    if desk_of(request).is_link:
        if not is_fragment(request):
            return HttpResponseRedirect(desk_of(request).home)
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = desk_of(request).home
        return response
    if is_fragment(request) and request.htmx.target == "dialog-body":
        page = request.htmx.current_url_abs_path or resolve_url(otherwise)
        if _is_session_page(page):
            return done_in_place(text, preparationChanged={})
        return saved(request, page, text)
    return saved(request, _back(request, otherwise), text)


def _kept_action(request: Request, action: Action, text: str) -> HttpResponse:
    """After something was said of an action: beside the board its panel fetches itself again."""
    if is_fragment(request) and is_beside_board(request, action):
        return changed_elsewhere(action, text)
    return kept(request, action, text)


def _is_session_page(page: str) -> bool:
    """Whether this is the address of a session's page, which refreshes itself."""
    try:
        return resolve(urlsplit(page).path).view_name == "updates:session_page"
    except Resolver404:
        return False


def _back(request: Request, otherwise: Any) -> Any:
    """Where a form without JavaScript leads: back to My work or to the list it stood in."""
    if request.POST.get("back") == "work":
        return "updates:my_work"
    to = iri_to_uri(request.POST.get("next", ""))  # without line breaks and the like: it goes into a header
    is_ours = url_has_allowed_host_and_scheme(to, {request.get_host()}, require_https=request.is_secure())
    return to if to.startswith("/") and is_ours else resolve_url(otherwise)


def letter(request: Request) -> Letter:
    """Of the person, in all their plans; through a link for its session alone."""
    session: Session | None = getattr(request, "prepares", None)
    return letter_for(request.user, at=request.at, on=request.on, session=session)


def letter_context(request: Request, **extra: Any) -> dict[str, Any]:
    """The letter with its first update open. The count in the menu is what the letter counted."""
    now = letter(request)
    if now.owed:
        first = now.owed[0]
        first.form = open_form(first, request.user, may_move_deadline=True)
        first.focus = "answered" in extra
    plan = next(iter(now.plans), None)
    return {"letter": now, "my_work_count": len(now.owed), "nav_plan_id": plan and plan.pk, **extra}
