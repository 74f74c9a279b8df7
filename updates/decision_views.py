"""What came of the sessions: the minutes, their corrections, and the register of decisions and agreements."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from ogsm.accounts.models import User
from ogsm.pages import plan_page_context
from ogsm.pdf import NoPango, file_name, no_pdf_answer, pdf_answer, render_pdf
from ogsm.request import Request
from plans.access import PlanAccess, plan_for

from . import services
from .models import Decision, HelpRequest, Session
from .run_views import told
from .running import CLOSING
from .session_forms import CorrectionForm
from .session_pages import minutes_context, refused, session_for

ROWS_PER_PAGE = 100


@require_safe
def session_minutes(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """The minutes as they were written when the session closed; 404 before that."""
    access = plan_for(request, plan_id)
    return _show_minutes(request, access, _closed(access, session_id))


def _closed(access: PlanAccess, session_id: int) -> Session:
    session = session_for(access, session_id)
    if not session.is_closed or session.minutes_record is None:
        raise Http404
    return session


def _show_minutes(
    request: Request, access: PlanAccess, session: Session, form: CorrectionForm | None = None, *, status: int = 200
) -> HttpResponse:
    context = plan_page_context(access, request, "sessions", session=session, **minutes_context(session, form))
    return render(request, "updates/session_minutes.html", context, status=status)


@require_safe
def session_minutes_pdf(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """The same on A4, to file; 404 before the session closed."""
    access = plan_for(request, plan_id)
    session = _closed(access, session_id)
    context = {"access": access, "session": session, **minutes_context(session)}
    try:
        pdf = render_pdf(request, "updates/session_minutes_pdf.html", context)
    except NoPango:
        return no_pdf_answer(request, reverse("updates:session_minutes", args=[plan_id, session_id]))
    plan_name = context["minutes"].record["plan"]
    return pdf_answer(pdf, file_name(plan_name, pgettext("file name", "minutes"), on=session.day))


@require_POST
def note_add(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """A dated correction below closed minutes."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    session = _closed(access, session_id)
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _show_minutes(request, access, session, form, status=422)
    session.correct(form.cleaned_data["text"], by=request.user, at=request.at)
    return redirect("updates:session_minutes", plan_id, session_id)


def _asked(request: Request) -> dict[str, str]:
    """The filter in the address; what it does not know is left out."""
    show, kind, person = (request.GET.get(name, "") for name in ("show", "kind", "person"))
    return {
        "show": show if show == "open" else "all",
        "kind": kind if kind in Decision.Kind.values else "",
        "person": person if person.isdecimal() and len(person) < 10 else "",
    }


@require_safe
def decision_list(request: Request, plan_id: int) -> HttpResponse:
    """All decisions and agreements, open promises first. ?show=open, ?kind=…, ?person=…"""
    access = plan_for(request, plan_id)
    asked = _asked(request)
    rows = access.plan.decisions.register().about(**asked)
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = plan_page_context(
        access,
        request,
        "decisions",
        page=page,
        asked=asked,
        filtered=any(asked[name] for name in ("kind", "person")) or asked["show"] == "open",
        open_count=access.plan.decisions.open_promises().count(),
        help_count=HelpRequest.objects.open().of_live_actions().filter(action__plan=access.plan).count(),
        kinds=Decision.Kind.choices,
        people=User.objects.filter(pk__in=access.plan.decisions.standing().values("who")),
    )
    return render(request, "updates/decision_list.html", context)


@require_POST
def decision_undo(request: Request, plan_id: int, decision_id: int) -> HttpResponse:
    """Take a decision back while its session runs."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    decision = get_object_or_404(access.plan.decisions.select_related("session", "action", "shift"), pk=decision_id)
    session = decision.session
    if session is None:
        return HttpResponse(_("This was not decided in a session."), status=409)
    try:
        services.decision_undo(decision, by=request.user, at=request.at)
    except ValidationError as error:
        return refused(request, access, session, error)
    return told(request, session, decision.line_id or CLOSING, _("Taken back: the plan is as it was"))
