"""The session itself: starting, meeting mode, who is there, closing."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ogsm import words
from ogsm.pages import done_in_place, is_fragment, plan_page_context, posted, saved
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.locks import lock_plan

from . import closing
from .closing import following_of, undecided_of
from .closing_forms import ClosingForm, NextSessionForm
from .models import Attendance, Session
from .run_page import meeting_of, run_context
from .running import OPENING
from .session_pages import do_and_show, refused, session_for, small_form

GET_OR_POST = ["GET", "HEAD", "POST"]


def run_url(session: Session, key: object = "") -> str:
    """Meeting mode at a step; without one, where the session is."""
    address = reverse("updates:session_run", args=[session.plan_id, session.pk])
    return f"{address}?line={key}" if key else address


def told(request: Request, session: Session, key: object, text: str, *, undo_url: str | None = None) -> HttpResponse:
    """What is now true, said in the meeting at that step: in place where a screen shows the meeting."""
    address = run_url(session, key)
    if is_fragment(request) and urlsplit(request.htmx.current_url_abs_path or "").path == run_url(session):
        return done_in_place(text, undo_url=undo_url, meetingChanged={})
    return saved(request, address, text)


@require_http_methods(GET_OR_POST)
def session_start(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """Fix the agenda and open meeting mode; asked before, when that is not on the planned day."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    session = session_for(access, session_id)
    if request.method == "POST":
        return do_and_show(
            request, access, session, lambda: session.start(by=request.user, at=request.at), run_url(session)
        )
    if not session.is_coming:
        return refused(request, access, session, ValidationError(_("This session can no longer be started.")))
    asked = _("This session is planned for %(day)s. Start it now?") % {"day": words.day_year(session.starts_at)}
    return small_form(
        request, access, session, None, heading=_("Start the session?"), submit=_("Start session"), subject=asked
    )


@require_POST
def session_unstart(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """Not started after all."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    session = session_for(access, session_id)
    return do_and_show(
        request,
        access,
        session,
        lambda: session.unstart(by=request.user, at=request.at),
        session,
        _("The session has not started after all"),
    )


@require_safe
def session_run(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """Meeting mode: one line at a time. Everyone may look; without ?line the page follows the one who leads. For a
    screen that follows, the part that changes."""
    access = plan_for(request, plan_id)
    session = session_for(access, session_id)
    if not session.is_running:
        return redirect("updates:session_minutes" if session.is_closed else "updates:session_page", plan_id, session_id)
    context = run_context(access, session, request.GET.get("line"), request.at)
    template = "updates/session_run.html" + ("#meet" if is_fragment(request) else "")
    return render(request, template, {**context, "access": access, "tab": "sessions"})


@require_POST
def session_turn(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """Give a step of the meeting the floor: its clock runs, and every screen that follows shows it."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    session = session_for(access, session_id)
    step = meeting_of(session).step(request.POST.get("line"))
    return do_and_show(request, access, session, lambda: step.take_floor(session, at=request.at), run_url(session))


@require_POST
def attendance_set(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """Present, absent or absent with notice."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    session = session_for(access, session_id)
    user_id = request.POST.get("user", "")
    entry = get_object_or_404(session.attendance, user_id=user_id if user_id.isdecimal() and len(user_id) < 10 else 0)
    state = request.POST.get("state", "")
    if state not in Attendance.State.values:
        return HttpResponse(_("Choose present, absent or absent with notice."), status=422)
    try:
        entry.note(state)
    except ValidationError as error:
        return refused(request, access, session, error)
    if not is_fragment(request):
        return redirect(run_url(session, OPENING) if "run" in request.POST else session)
    context = {"session": session, "access": access, "attendance": session.attendance.select_related("user")}
    return render(request, "updates/session_attendance.html", context)


@require_http_methods(GET_OR_POST)
def session_close(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """Write the minutes and lock the session, after asking what is carried over, when the next one is and who was
    there."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    session = session_for(access, session_id)
    if not session.is_running:
        return refused(request, access, session, ValidationError(_("This session is not running.")))
    data = posted(request)
    if data is not None:
        lock_plan(plan_id)
    meeting, following = meeting_of(session), following_of(session)
    undecided = undecided_of(meeting.lines)
    form = ClosingForm(data, entries=session.attendance.select_related("user"), undecided=undecided)
    next_form = NextSessionForm(data, session=session, following=following, on=request.on)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid() and next_form.is_valid():
            if not next_form.conflicts:
                return _close(request, access, session, form, next_form)
            next_form.show_theirs()
            status = 409
    context = plan_page_context(
        access, request, "sessions", session=session, meeting=meeting, form=form, next_form=next_form,
        following=following, undecided=undecided,
    )  # fmt: skip
    return render(request, "updates/session_close.html", context, status=status)


def _close(
    request: Request, access: PlanAccess, session: Session, form: ClosingForm, next_form: NextSessionForm
) -> HttpResponse:
    minutes = reverse("updates:session_minutes", args=[session.plan_id, session.pk])
    return do_and_show(
        request,
        access,
        session,
        lambda: closing.session_close(
            session, by=request.user, at=request.at, attendance=form.attendance, carried=form.carried,
            following=next_form.following, next_values=next_form.values,
        ),
        minutes,
        _("The session is closed. These are its minutes; everybody gets them by mail."),
    )  # fmt: skip
