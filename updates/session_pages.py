"""What the pages of sessions share: finding the session, its page as it stands, and saying no."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from ogsm.pages import is_fragment, plan_page_context, refusal, refuse_in_form, saved
from ogsm.request import Request

from .agenda_view import on_plan_summary, view_agenda
from .changes import changes_since
from .live_agenda import agenda_of
from .minutes_page import MinutesView
from .models import AgendaLine, HelpRequest, Session, Update
from .preparation import preparation_stamp, preparing
from .running import pulse_seen
from .session_forms import CorrectionForm
from .steering_agenda import JUDGING, ToJudge, judged_on, percent_judged

if TYPE_CHECKING:
    from actions.models import Action
    from plans.access import PlanAccess
    from plans.models import Choice, Plan

REFUSED = 409


def session_for(access: PlanAccess, session_id: int) -> Session:
    """The plan's session, or 404. One query."""
    return get_object_or_404(access.plan.sessions.select_related("facilitator"), pk=session_id)


def line_for(access: PlanAccess, session_id: int, line_id: int) -> AgendaLine:
    """A line of a frozen agenda of this plan, or 404. Two queries."""
    session = session_for(access, session_id)
    return get_object_or_404(session.lines.select_related("action", "person"), pk=line_id)


def session_context(request: Request, access: PlanAccess, session: Session, **extra: Any) -> dict[str, Any]:
    """The session page: the agenda as it is, the time, who is ready; closed: its minutes, from their record alone.
    About 25 queries, however long."""
    context = plan_page_context(access, request, "sessions", session=session)
    if session.minutes_record:
        return context | minutes_context(session) | extra
    judges = session.kind in JUDGING
    context |= {
        "attendance": session.attendance.select_related("user") if session.is_running else [],
        "others_running": _other_running(session) if session.is_coming else None,
        "was_missed": session.was_missed(request.on),
        "token": pulse_seen(session) if _is_followed(session, request.on) else "",
        "may_arrange": session.is_coming and access.may_run_sessions,
        "shows_updates": session.is_coming and not judges and request.GET.get("show") == "updates",
    }
    if context["shows_updates"]:
        context["choices"] = updates_by_choice(access.plan, request.on)
    else:
        context |= _agenda_context(session, request.on)
    if session.is_coming:
        choices = judged_on(context["agenda"].lines) if judges else None
        context |= _preparation_context(session, request.on, choices)
    return context | extra


def minutes_context(session: Session, form: CorrectionForm | None = None) -> dict[str, Any]:
    """Closed minutes with the notes below them. One query."""
    return {
        "minutes": MinutesView(session.minutes_record or {}),
        "notes": session.notes.select_related("author"),
        "form": form or CorrectionForm(),
    }


def _agenda_context(session: Session, on: dt.date) -> dict[str, Any]:
    agenda = agenda_of(session, on)
    wishes = session.wishes
    for line in agenda.lines:
        line.by_hand = wishes.minutes.get(line.key)
    view = view_agenda(agenda, session.kind)
    last = Session.objects.closed_before(session).first()
    return {
        "agenda": view,
        "is_arranged": session.is_coming and wishes.concern(line.key for line in agenda.lines),
        "on_plan_words": on_plan_summary(view.on_plan.lines) if view.on_plan else "",
        "last": last,
        "changes": changes_since(last, session),
    }


def _preparation_context(session: Session, on: dt.date, choices: list[ToJudge] | None) -> dict[str, Any]:
    """`choices`: those a steering or plan session judges."""
    people = preparing(session, on, choices)
    return {
        "judges": choices is not None,
        "percent_judged": percent_judged(choices or []),
        "people": people,
        "to_remind": sum(person.owes and not person.was_nudged for person in people),
        "questions": HelpRequest.objects.open().of_live_actions().filter(action__plan=session.plan).count(),
        "stamp": preparation_stamp(session, on),
    }


def _is_followed(session: Session, on: dt.date) -> bool:
    """Whether the page shows by itself what others do: while it runs, and on its day, when everybody waits for it."""
    return session.is_running or (session.is_coming and session.day == on)


def _other_running(session: Session) -> Session | None:
    return session.plan.sessions.filter(state=Session.State.RUNNING).exclude(pk=session.pk).first()


def updates_by_choice(plan: Plan, on: dt.date) -> list[tuple[Choice, list[Action]]]:
    """Every live action with `latest`, its latest update or None, by choice. Three queries."""
    newest = Update.objects.filter(action=OuterRef("pk")).order_by("-at", "-pk").values("pk")[:1]
    actions = list(
        plan.actions.live().for_display(on).annotate(latest_id=Subquery(newest)).order_by("status", "deadline", "pk")
    )
    wanted = [action.latest_id for action in actions if action.latest_id]
    updates = Update.objects.select_related("author", "need_of").in_bulk(wanted)
    by_choice: dict[int, list[Action]] = {}
    for action in actions:
        action.latest = updates.get(action.latest_id)
        by_choice.setdefault(action.choice_id, []).append(action)
    return [(choice, by_choice[choice.pk]) for choice in plan.choices.numbered() if choice.pk in by_choice]


def refused(request: Request, access: PlanAccess, session: Session, error: ValidationError) -> HttpResponse:
    """409 with the sentence why not: in the dialog that asked, else on the session's page as it is by now."""
    session.refresh_from_db()
    if is_fragment(request) and request.htmx.target == "dialog-body":
        return small_form(
            request, access, session, None, status=REFUSED, heading=_("This is no longer possible"),
            subject=refusal(error),
        )  # fmt: skip
    context = session_context(request, access, session, refusal=refusal(error))
    piece = "#session" if is_fragment(request) else ""
    return render(request, "updates/session_page.html" + piece, context, status=REFUSED)


def do_and_show(
    request: Request, access: PlanAccess, session: Session, verb: Callable[[], object], to: Any, text: str = ""
) -> HttpResponse:
    """Do something to the session and show `to`; refused, its page with the reason."""
    try:
        verb()
    except ValidationError as error:
        return refused(request, access, session, error)
    return saved(request, to, text)


def small_form(
    request: Request,
    access: PlanAccess,
    session: Session,
    form: BaseForm | None,
    *,
    status: int = 200,
    **words: Any,
) -> HttpResponse:
    """One question in a dialog, or as a page of its own: `heading`, `subject`, `submit`, `back`."""
    template = "updates/session_form.html"
    if is_fragment(request):
        return render(request, f"{template}#form", {"session": session, "form": form, **words}, status=status)
    context = plan_page_context(access, request, "sessions", session=session, form=form, **words)
    return render(request, template, context, status=status)


def refused_in_form(form: BaseForm, error: ValidationError) -> int:
    """Puts the refusal in the form; 422 when it is about a field, 409 when something else has changed meanwhile."""
    refuse_in_form(form, error)
    return 422 if hasattr(error, "error_dict") else REFUSED
