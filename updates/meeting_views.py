"""What belongs to the meeting as a whole: whether a screen is still right, who leads, the general note, an agreement
about nothing on the agenda."""

from __future__ import annotations

from copy import copy

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ogsm.pages import just_made, posted
from ogsm.request import Request
from plans.access import plan_for
from plans.locks import lock_plan

from .meeting_forms import GeneralNoteForm, LeadForm
from .models import Decision, Session
from .run_views import run_url, told
from .running import pulse_of
from .session_forms import AgreeForm
from .session_pages import refused_in_form, session_for, small_form

GET_OR_POST = ["GET", "HEAD", "POST"]
SERVER_TIME = "X-Server-Time"  # milliseconds since 1970: by it every screen shows the same clock


@require_safe
def session_live(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """Whether what a screen has `seen` still holds: 204, or as JSON what to compare with from now on. Two queries
    beyond those of signing in."""
    access = plan_for(request, plan_id)
    now = pulse_of(access.plan, session_id)
    if not now:
        raise Http404
    response = HttpResponse(status=204) if request.GET.get("seen") == now else JsonResponse({"seen": now})
    response.headers["Cache-Control"] = "no-store"
    response.headers[SERVER_TIME] = str(int(request.at.timestamp() * 1000))
    return response


@require_http_methods(GET_OR_POST)
def session_lead(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """Somebody else leads from now on: every screen follows that person."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    session = session_for(access, session_id)
    form = LeadForm(posted(request), plan=access.plan, lead=session.leader())
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            person = form.cleaned_data["lead"]
            try:
                session.hand_over(person, by=request.user, at=request.at)
                return told(request, session, "", _("%(name)s leads from now on") % {"name": person.name})
            except ValidationError as error:
                status = refused_in_form(form, error)
    return small_form(
        request, access, session, form, status=status, back=run_url(session), heading=_("Hand over the lead"),
        submit=_("Hand over"), subject=_("The screens follow whoever leads. You can go on recording decisions."),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
def session_note(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """What was said in general, for the minutes; 409 shows both where two wrote at once."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    if request.method == "POST":
        lock_plan(plan_id)
    session = session_for(access, session_id)
    form = GeneralNoteForm(posted(request), instance=copy(session))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and form.conflicts:
            form.show_theirs()
            status = 409
        elif form.is_valid():
            try:
                session.write_note(form.merged.get("note", session.note), by=request.user, at=request.at)
                return told(request, session, "", _("Noted"))
            except ValidationError as error:
                status = refused_in_form(form, error)
    return small_form(
        request, access, session, form, status=status, back=run_url(session), heading=_("General note"),
        submit=_("Save the note"), subject=_("What was said that belongs to no line. It comes in the minutes."),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
def session_agree(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """Who does what by when, about nothing on the agenda."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    session = session_for(access, session_id)
    form = AgreeForm(posted(request), plan=access.plan, on=request.on)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = _agree_once(request, session, form)
                undo = reverse("updates:decision_undo", args=[plan_id, made.pk])
                text = _("Recorded: %(decision)s") % {"decision": made.get_kind_display()}
                return told(request, session, "", text, undo_url=undo)
            except ValidationError as error:
                status = refused_in_form(form, error)
    return small_form(
        request, access, session, form, status=status, back=run_url(session), heading=_("Agreement"),
        submit=_("Record"), subject=_("It stands on that person's My work until it is done."),
    )  # fmt: skip


@transaction.atomic
def _agree_once(request: Request, session: Session, form: AgreeForm) -> Decision:
    """The agreement, or the one that the same form made a moment ago."""
    lock_plan(session.plan_id)
    general = session.decisions.standing().filter(line=None)
    return just_made(request, general, form.recorded) or session.agree(
        **form.cleaned_data, by=request.user, at=request.at
    )
