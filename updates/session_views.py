"""Sessions before they start: the list, changing one, the agenda that builds itself, points added by hand."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ogsm import words
from ogsm.pages import is_fragment, just_made, plan_page_context, posted, saved, toast
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.locks import lock_plan

from .models import AgendaPoint, Session
from .preparation import preparing
from .readiness import readiness
from .session_figures import AT_MOST, charts_of, figures_of
from .session_forms import PointForm, SessionForm
from .session_pages import do_and_show, refused, refused_in_form, session_context, session_for, small_form
from .steering_agenda import JUDGING

if TYPE_CHECKING:
    from ogsm.accounts.models import User

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_safe
def session_list(request: Request, plan_id: int) -> HttpResponse:
    """Sessions: the next one with who still owes an update, those to come, those nobody held, and what came of the
    past ones."""
    access = plan_for(request, plan_id)
    sessions = access.plan.sessions.select_related("facilitator").defer("minutes_record")
    following, *coming = sessions.next_on(request.on) or [None]
    missed = list(sessions.missed_on(request.on))
    past = list(sessions.closed())
    cancelled = list(sessions.cancelled())
    held = figures_of(access.plan, past)
    shown = held[-AT_MOST:]
    context = plan_page_context(
        access,
        request,
        "sessions",
        following=following,
        owing=_owing(following, request.on) if following and following.is_coming else [],
        coming=coming,
        missed=missed,
        past=past,
        charts=charts_of(held),
        first=shown[0] if shown else None,
        last=shown[-1] if shown else None,
        kept={each.session.pk: each for each in held},
        cancelled=cancelled,
    )
    return render(request, "updates/session_list.html", context)


def _owing(session: Session, on: dt.date) -> list[tuple[User, int]]:
    """Who still has something to give for a coming session, and how much: updates, or for a steering or plan session
    what its page asks for. At most ten queries."""
    if session.kind in JUDGING:
        return [(person.user, person.count) for person in preparing(session, on) if person.owes]
    return [(person.user, person.owed) for person in readiness(session.plan, on) if person.owed]


@require_safe
def session_page(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """The agenda: before the start as it would be now, from then on as it was fixed."""
    access = plan_for(request, plan_id)
    session = session_for(access, session_id)
    return render(request, "updates/session_page.html", session_context(request, access, session))


@require_http_methods(GET_OR_POST)
def session_edit(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """Another time, length, place or facilitator; the other sessions stay where they are."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    session = session_for(access, session_id)
    form = SessionForm(posted(request), instance=session, plan=access.plan, on=request.on)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and form.conflicts:
            form.show_theirs()
            status = 409
        elif form.is_valid():
            try:
                session.reschedule(by=request.user, at=request.at, **form.values)
                return saved(request, session, _("The session is changed"))
            except ValidationError as error:
                status = refused_in_form(form, error)
    return small_form(
        request, access, session, form, status=status, heading=_("Change this session"), submit=_("Save"),
        subject=_("Only this session changes."), more=_other_coming(access, session),
    )  # fmt: skip


def _other_coming(access: PlanAccess, session: Session) -> tuple[str, str] | None:
    """The way to all coming ones at once, where this is not the only one of its kind."""
    others = access.plan.sessions.filter(state__in=Session.COMING, kind=session.kind).exclude(pk=session.pk)
    if not session.is_coming or not others.exists():
        return None
    return f"{reverse('updates:sessions_change', args=[access.plan.pk])}?kind={session.kind}", _(
        "Change all coming ones"
    )


@require_POST
def session_open(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """Preparation begins."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    session = session_for(access, session_id)
    return do_and_show(
        request,
        access,
        session,
        lambda: session.open(by=request.user, at=request.at),
        session,
        _("The preparation is open: updates are asked for now"),
    )


@require_http_methods(GET_OR_POST)
def session_cancel(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """Will not take place."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    session = session_for(access, session_id)
    if request.method == "POST":
        return do_and_show(
            request,
            access,
            session,
            lambda: session.cancel(by=request.user, at=request.at),
            reverse("updates:session_list", args=[plan_id]),
            _("The session of %(day)s is cancelled") % {"day": words.day(session.starts_at)},
        )
    return small_form(
        request, access, session, None, heading=_("Cancel this session?"), submit=_("Cancel the session"),
        subject=_("The other sessions stay. What was to be discussed comes back in the next one."),
    )  # fmt: skip


@require_POST
def session_reinstate(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """A cancelled session takes place after all."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    session = session_for(access, session_id)
    return do_and_show(
        request,
        access,
        session,
        lambda: session.reinstate(by=request.user, at=request.at),
        session,
        _("The session takes place after all"),
    )


@require_http_methods(GET_OR_POST)
def point_add(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """A point of our own on the agenda, until it is dealt with."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    session = session_for(access, session_id)
    form = PointForm(posted(request))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _add_point(request, session, form)
                return saved(request, session, _("The point is on the agenda"))
            except ValidationError as error:
                status = refused_in_form(form, error)
    return small_form(
        request, access, session, form, status=status, heading=_("Add a point"), submit=_("Add to the agenda"),
        subject=_("It stays on the agenda until it is discussed."),
    )  # fmt: skip


@transaction.atomic
def _add_point(request: Request, session: Session, form: PointForm) -> AgendaPoint:
    """The new point, or the one that the same form made a moment ago."""
    lock_plan(session.plan_id)
    text, minutes = form.cleaned_data["text"], form.cleaned_data["minutes"]
    same = {"text": text, "hand_minutes": minutes, "session_kind": session.kind}
    made = just_made(request, session.plan.points.filter(decided_at=None), same)
    return made or AgendaPoint.add(session, text, minutes=minutes, by=request.user, at=request.at)


@require_POST
def point_remove(request: Request, plan_id: int, session_id: int, point_id: int) -> HttpResponse:
    """Take a point off the agenda before the start."""
    return _point(request, plan_id, session_id, point_id, remove=True)


@require_POST
def point_restore(request: Request, plan_id: int, session_id: int, point_id: int) -> HttpResponse:
    """Undo of taking it off."""
    return _point(request, plan_id, session_id, point_id, remove=False)


def _point(request: Request, plan_id: int, session_id: int, point_id: int, *, remove: bool) -> HttpResponse:
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    session = session_for(access, session_id)
    point = get_object_or_404(access.plan.points.filter(session_kind=session.kind), pk=point_id)
    if not session.is_coming:
        return refused(request, access, session, ValidationError(_("The agenda is fixed by now.")))
    (point.withdraw if remove else point.bring_back)(by=request.user, at=request.at)
    if not is_fragment(request):
        return saved(request, session, _("The point is off the agenda") if remove else _("The point is back"))
    if not remove:
        return saved(request, session)
    response = render(request, "updates/session_page.html#session", session_context(request, access, session))
    undo = reverse("updates:point_restore", args=[plan_id, session_id, point_id])
    return toast(response, _("The point is off the agenda"), undo_url=undo)
