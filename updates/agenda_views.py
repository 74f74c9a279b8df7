"""The facilitator arranges a coming agenda: another place for a line, other minutes, back to the rules."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ogsm.pages import is_fragment, saved, toast
from ogsm.request import Request
from plans.access import PlanAccess, plan_for

from .agenda import Section
from .agenda_view import section_title
from .live_agenda import agenda_of
from .models import AgendaLine, Session
from .session_pages import refused, session_context, session_for

FIXED = "fixed"


def _coming(request: Request, plan_id: int, session_id: int) -> tuple[PlanAccess, Session]:
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    return access, session_for(access, session_id)


def _asked(request: Request, name: str) -> str:
    """A value of the form, else of the address (as an undo carries it)."""
    return request.POST.get(name) or request.GET.get(name, "")


def _no_line() -> HttpResponse:
    return HttpResponse(_("Say which line."), status=422)


def _line(session: Session, request: Request) -> tuple[AgendaLine, list[AgendaLine]]:
    """The line that is asked for, with all lines of its section in order; 404 when it is not on the agenda now."""
    agenda = agenda_of(session, request.on)
    line = next((line for line in agenda.lines if line.key == _asked(request, "line")), None)
    if line is None:
        raise Http404
    return line, agenda.of(line.section)


@require_POST
def line_place(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """A line to another place of its section: `before` or `after` another, or `to` up or down."""
    access, session = _coming(request, plan_id, session_id)
    if not session.is_coming:
        return refused(request, access, session, _fixed())
    if not _asked(request, "line"):
        return _no_line()
    line, beside = _line(session, request)
    if not line.is_discussed_line:
        return HttpResponse(_("Only a line with its turn in the meeting has a place."), status=422)
    keys = [each.key for each in beside]
    place = _place_asked(request, keys, line.key)
    if place is None:
        return HttpResponse(_("Say before or after which line."), status=422)
    others = [key for key in keys if key != line.key]
    place = min(max(place, 0), len(others))
    if place == keys.index(line.key):
        return _shown(request, access, session, _where(line, place, len(keys)))
    undo = _undo_address(session, keys, line.key)
    above, below = _neighbours(others, place)
    session.place_line(line.key, above=above, below=below, by=request.user, at=request.at)
    return _shown(request, access, session, _where(line, place, len(keys)), undo=undo)


def _place_asked(request: Request, keys: Sequence[str], key: str) -> int | None:
    """Among the others of its section, from 0; beyond the ends is the end. None when what was asked makes no sense."""
    others = [each for each in keys if each != key]
    before, after, to = (_asked(request, name).replace("_", "-") for name in ("before", "after", "to"))
    if before in others:
        return others.index(before)
    if after in others:
        return others.index(after) + 1
    if before or after or to not in ("up", "down"):
        return None
    return keys.index(key) + (-1 if to == "up" else 1)


def _neighbours(others: Sequence[str], place: int) -> tuple[str | None, str | None]:
    return others[place - 1] if place else None, others[place] if place < len(others) else None


def _undo_address(session: Session, keys: Sequence[str], key: str) -> str:
    """Where it stood before."""
    above, below = _neighbours([each for each in keys if each != key], keys.index(key))
    back = f"before={below}" if below else f"after={above}"
    return f"{reverse('updates:line_place', args=[session.plan_id, session.pk])}?line={key}&{back}"


def _where(line: AgendaLine, place: int, count: int) -> str:
    section = section_title(Section(line.section), line.session.kind)
    facts = {"line": line.title, "place": place + 1, "count": count, "section": section}
    return _("“%(line)s” is now number %(place)d of %(count)d in %(section)s.") % facts


def _fixed() -> ValidationError:
    return ValidationError(_("The agenda is fixed by now."), code=FIXED)


@require_POST
def line_minutes(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """So many minutes for a line; 0: outside the session; empty: what the rules give it."""
    access, session = _coming(request, plan_id, session_id)
    if not session.is_coming:
        return refused(request, access, session, _fixed())
    if not _asked(request, "line"):
        return _no_line()
    line, _beside = _line(session, request)
    asked = request.POST.get("minutes", "")
    if asked and not (asked.isdecimal() and asked.isascii() and len(asked) < 4):
        return HttpResponse(_("Give whole minutes."), status=422)
    try:
        session.give_minutes(line.key, int(asked) if asked else None, by=request.user, at=request.at)
    except ValidationError as error:
        return HttpResponse(" ".join(error.messages), status=422)
    return _shown(request, access, session, _time_in_words(line, asked))


def _time_in_words(line: AgendaLine, asked: str) -> str:
    facts = {"line": line.title, "minutes": int(asked or 0)}
    if not asked:
        return _("“%(line)s” shares the time that is left.") % facts
    if asked == "0":
        return _("“%(line)s” is settled outside the session.") % facts
    text = ngettext("“%(line)s” gets %(minutes)d minute.", "“%(line)s” gets %(minutes)d minutes.", int(asked))
    return text % facts


@require_POST
def agenda_reset(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """Back to the order and the minutes of the rules; with `undo`, as they were arranged before that."""
    access, session = _coming(request, plan_id, session_id)
    if not session.is_coming:
        return refused(request, access, session, _fixed())
    if "undo" in request.GET:
        is_back = session.take_up_wishes(by=request.user, at=request.at)
        text = _("The agenda is as you had arranged it") if is_back else _("The agenda stays as it is arranged now")
        return _shown(request, access, session, text)
    session.drop_wishes(by=request.user, at=request.at)
    undo = reverse("updates:agenda_reset", args=[plan_id, session_id]) + "?undo=1"
    return _shown(request, access, session, _("The agenda is as the rules make it"), undo=undo)


def _shown(request: Request, access: PlanAccess, session: Session, text: str, *, undo: str = "") -> HttpResponse:
    """The page as it is now, said in a toast."""
    if not is_fragment(request):
        return saved(request, session, text)
    session.refresh_from_db()
    response = render(request, "updates/session_page.html#session", session_context(request, access, session))
    return toast(response, text, undo or None)
