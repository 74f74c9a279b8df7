"""What is written down about a line while the session runs: that it was discussed, and what was decided."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ogsm import words
from ogsm.pages import just_made
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.locks import lock_plan

from . import services
from .agenda import Kind, Section
from .models import AgendaLine, Decision, HelpRequest
from .run_page import meeting_of
from .run_views import run_url, told
from .running import FINISHED
from .session_forms import (
    AgreeForm,
    DeadlineForm,
    DecisionForm,
    ExtraActionForm,
    HelpForm,
    LineNoteForm,
    ResponsibleForm,
    ResultForm,
    StopForm,
)
from .session_pages import do_and_show, line_for, refused, refused_in_form, session_for, small_form
from .steering_forms import ChangeForm

GET_OR_POST = ["GET", "HEAD", "POST"]
Outcome = AgendaLine.Outcome
Verb = Callable[..., Decision]


def _line(request: Request, plan_id: int, session_id: int, line_id: int) -> tuple[PlanAccess, AgendaLine]:
    """The line, for those who may write down what is said about it; else 403 or 404. Three queries."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    return access, line_for(access, session_id, line_id)


@require_POST
def line_discussed(request: Request, plan_id: int, session_id: int, line_id: int) -> HttpResponse:
    """Discussed, parked or sent outside the session (or none of these after all), and on to the step in `next`."""
    access, line = _line(request, plan_id, session_id, line_id)
    outcome = request.POST.get("outcome", Outcome.DISCUSSED)
    if outcome not in (*Outcome.of_a_turn(), ""):
        return HttpResponse(_("A line is discussed or parked."), status=422)
    session = line.session
    step = meeting_of(session).step(request.POST.get("next") or str(line.pk))

    def mark() -> None:
        line.mark(outcome, by=request.user, at=request.at)
        step.take_floor(session, at=request.at)

    return do_and_show(request, access, session, mark, run_url(session))


@require_http_methods(GET_OR_POST)
def line_note(request: Request, plan_id: int, session_id: int, line_id: int) -> HttpResponse:
    """What was said, for the minutes; 409 shows both where two wrote at once."""
    access, line = _line(request, plan_id, session_id, line_id)
    if request.method == "POST":
        lock_plan(plan_id)
        line.refresh_from_db(fields=["note"])
    session, back = line.session, run_url(line.session, line.pk)
    form = LineNoteForm(request.POST if request.method == "POST" else None, instance=copy(line))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and form.conflicts:
            form.show_theirs()
            status = 409
        elif form.is_valid():
            try:
                line.write_note(form.merged.get("note", line.note))
                return told(request, session, line.pk, _("Noted"))
            except ValidationError as error:
                status = refused_in_form(form, error)
    return small_form(
        request, access, session, form, status=status, line=line, back=back, heading=_("Note"),
        submit=_("Save the note"),
    )  # fmt: skip


def _decide(
    request: Request, access: PlanAccess, line: AgendaLine, form_class: type[DecisionForm], verb: Verb,
    *, options: dict[str, Any] | None = None, **shown: Any,
) -> HttpResponse:  # fmt: skip
    """Ask in a small form, decide by the verb, back to the line; the plan has changed by then."""
    data = request.POST if request.method == "POST" else None
    initial = shown.pop("initial", None)
    form = form_class(data, plan=access.plan, on=request.on, initial=initial, **(options or {}))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and isinstance(form, ChangeForm) and form.conflicts:
            status = 409
        elif form.is_valid():
            try:
                return _recorded(request, line, _decide_once(request, line, form, verb))
            except ValidationError as error:
                status = refused_in_form(form, error)
        if isinstance(form, ChangeForm):
            form.show_theirs()
    return small_form(
        request, access, line.session, form, status=status, line=line, back=run_url(line.session, line.pk),
        submit=_("Record"), **shown,
    )  # fmt: skip


@transaction.atomic
def _decide_once(request: Request, line: AgendaLine, form: DecisionForm, verb: Verb) -> Decision:
    """The decision, or the one that the same form made a moment ago."""
    lock_plan(line.session.plan_id)
    made = just_made(request, line.decisions.standing(), form.recorded)
    return made or verb(line, **form.answers, by=request.user, at=request.at)


def _recorded(request: Request, line: AgendaLine, decision: Decision) -> HttpResponse:
    text = _("Recorded: %(decision)s") % {"decision": decision.get_kind_display()}
    undo = reverse("updates:decision_undo", args=[line.session.plan_id, decision.pk])
    return told(request, line.session, line.pk, text, undo_url=undo)


@require_http_methods(GET_OR_POST)
def line_deadline(request: Request, plan_id: int, session_id: int, line_id: int) -> HttpResponse:
    """A new deadline, with the reason."""
    access, line = _line(request, plan_id, session_id, line_id)
    subject = ""
    if line.action:
        subject = _("The deadline is %(day)s.") % {"day": words.day_short_year(line.action.deadline)}
    initial = {"deadline": line.action.expected_end} if line.action else None
    return _decide(
        request, access, line, DeadlineForm,
        lambda line, deadline, **rest: services.deadline_decide(line, to_date=deadline, **rest),
        heading=_("New date"), subject=subject, initial=initial,
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
def line_result(request: Request, plan_id: int, session_id: int, line_id: int) -> HttpResponse:
    """Accept a smaller result."""
    access, line = _line(request, plan_id, session_id, line_id)
    return _decide(
        request, access, line, ResultForm, services.result_decide, heading=_("Smaller result"),
        subject=_("What will be true when it is done?"),
        initial={"result": line.action.result if line.action else line.title},
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
def line_responsible(request: Request, plan_id: int, session_id: int, line_id: int) -> HttpResponse:
    """Hand the action to someone else."""
    access, line = _line(request, plan_id, session_id, line_id)
    return _decide(
        request, access, line, ResponsibleForm, services.responsible_decide,
        heading=_("Someone else"), subject=_("Whoever takes it over gives a judgement of their own."),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
def line_extra(request: Request, plan_id: int, session_id: int, line_id: int) -> HttpResponse:
    """An extra action in the line's strategic choice."""
    access, line = _line(request, plan_id, session_id, line_id)
    choice = services.choice_of(line)
    subject = _("It comes under %(choice)s.") % {"choice": choice} if choice else ""
    return _decide(
        request, access, line, ExtraActionForm, services.action_add, heading=_("Extra action"), subject=subject
    )


@require_http_methods(GET_OR_POST)
def line_help(request: Request, plan_id: int, session_id: int, line_id: int) -> HttpResponse:
    """Somebody promises the help that is asked: who, by when, in what words."""
    access, line = _line(request, plan_id, session_id, line_id)
    questions = services.open_questions(line)
    if not questions:
        return _nothing_asked(request, access, line)
    first = questions[0]

    def promise(line: AgendaLine, question: HelpRequest = first, **rest: Any) -> Decision:
        return services.help_promise(line, question, **rest)

    return _decide(
        request, access, line, HelpForm, promise, options={"questions": questions}, heading=_("Promise help"),
        subject="" if len(questions) > 1 or line.kind == Kind.HELP else first.text, initial={"who": first.asked_of_id},
    )  # fmt: skip


def _nothing_asked(request: Request, access: PlanAccess, line: AgendaLine) -> HttpResponse:
    """No question is open: it was answered meanwhile, or by this same form a moment ago."""
    promises = line.decisions.standing().filter(kind=Decision.Kind.HELP_PROMISED)
    if request.method == "POST" and (made := just_made(request, promises, {})):
        return _recorded(request, line, made)
    return refused(
        request, access, line.session, ValidationError(_("No help is asked here, or it is promised by now."))
    )


@require_POST
def line_help_no(request: Request, plan_id: int, session_id: int, line_id: int) -> HttpResponse:
    """'No' to the question the line carries; with `undo`, it is open again."""
    access, line = _line(request, plan_id, session_id, line_id)
    verb = services.help_reopen if "undo" in request.POST else services.help_refuse
    return do_and_show(
        request,
        access,
        line.session,
        lambda: verb(line, by=request.user, at=request.at),
        run_url(line.session, line.pk),
    )


@require_http_methods(GET_OR_POST)
def line_agree(request: Request, plan_id: int, session_id: int, line_id: int) -> HttpResponse:
    """Who does what by when."""
    access, line = _line(request, plan_id, session_id, line_id)
    return _decide(
        request, access, line, AgreeForm, services.agreement_make, heading=_("Agreement"),
        subject=_("It stands on that person's My work until it is done."),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
def line_stop(request: Request, plan_id: int, session_id: int, line_id: int) -> HttpResponse:
    """Stop the action."""
    access, line = _line(request, plan_id, session_id, line_id)
    return _decide(
        request, access, line, StopForm, services.action_stop, heading=_("Stop this action?"),
        subject=_("It leaves the board and goes to the archive, from where it can come back."),
    )  # fmt: skip


@require_POST
def line_confirm(request: Request, plan_id: int, session_id: int, line_id: int) -> HttpResponse:
    """Rightly finished, or not: then it is in progress again. An agreement can be confirmed as well: it is done."""
    access, line = _line(request, plan_id, session_id, line_id)
    outcome = request.POST.get("outcome", Outcome.CONFIRMED)
    finished = line.section == Section.FINISHED
    allowed = [Outcome.CONFIRMED, Outcome.NOT_RIGHT, ""] if finished else [Outcome.CONFIRMED, ""]
    if outcome not in allowed or not (finished or line.kind == Kind.AGREEMENT):
        return HttpResponse(_("Only what is finished can be confirmed."), status=422)
    return do_and_show(
        request,
        access,
        line.session,
        lambda: line.mark(outcome, by=request.user, at=request.at),
        run_url(line.session, FINISHED if finished else line.pk),
    )


@require_POST
def lines_confirm(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """All finished actions without an answer yet were rightly finished."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    session = session_for(access, session_id)
    confirm = partial(services.finished_confirm, session, by=request.user, at=request.at)
    return do_and_show(request, access, session, confirm, run_url(session, FINISHED))
