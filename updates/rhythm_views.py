"""Planning sessions: one, a year of all three kinds at once, and all coming ones of a kind changed in one go."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ogsm import dates
from ogsm.pages import form_status, is_fragment, plan_page_context, posted, refuse_in_form, render_form, saved
from ogsm.request import Request
from plans.access import PlanAccess, plan_for

from . import rhythm, scheduling
from .models import Session
from .rhythm import Slot
from .rhythm_forms import FIRST_VALUES, ChangeAllForm, YearForm, slot_of, slots_of
from .session_forms import SessionForm

GET_OR_POST = ["GET", "HEAD", "POST"]
MORNING = dt.time(9)
TUESDAY = 1
Kind = Session.Kind


@require_http_methods(GET_OR_POST)
def session_add(request: Request, plan_id: int) -> HttpResponse:
    """One session, or with ?repeat=1 a whole year of them."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    if "repeat" in request.GET:
        return _year(request, access)
    form = SessionForm(posted(request), initial=_like_the_latest(request, access), plan=access.plan, on=request.on)
    if form.is_valid():
        asked = form.cleaned_data
        moment = dates.local_moment(asked["day"], asked["time"], settings.TIME_ZONE)
        slot = Slot(asked["kind"], "", moment, asked["minutes"], asked["day"])
        if _schedule(request, access, form, [slot]):
            return saved(request, reverse("updates:session_list", args=[plan_id]), _made_words(1))
        form.add_error("day", _("There is a session on this day already."))
    context = plan_page_context(access, request, "sessions", form=form)
    return render_form(request, "updates/session_add.html", "form", context)


def _schedule(request: Request, access: PlanAccess, form: Any, slots: list[Slot]) -> list[Session]:
    shared = {name: form.cleaned_data[name] for name in ("place", "facilitator")}
    return scheduling.sessions_schedule(access.plan, slots, by=request.user, at=request.at, **shared)


def _made_words(count: int) -> str:
    return ngettext("%(count)d session planned", "%(count)d sessions planned", count) % {"count": count}


def _like_the_latest(request: Request, access: PlanAccess) -> dict[str, Any]:
    """A new session is like the latest one, or ours to lead."""
    latest = access.plan.sessions.order_by("-starts_at").first()
    if latest is None:
        return {"facilitator": request.user.pk, "time": MORNING, "minutes": 45}
    return {
        "facilitator": latest.facilitator_id, "place": latest.place, "minutes": latest.minutes, "kind": latest.kind,
        "time": dates.local_time(latest.starts_at, settings.TIME_ZONE),
    }  # fmt: skip


# ---- a year at once ----


def _year(request: Request, access: PlanAccess) -> HttpResponse:
    """The form with what it comes down to beside it. `preview` only shows the days, to HTMX those alone."""
    is_preview = "preview" in request.POST
    form = YearForm(posted(request), plan=access.plan, on=request.on, initial=_first_year(request, access))
    if form.is_valid() and not is_preview:
        if made := _schedule(request, access, form, form.wanted_slots):
            return saved(request, reverse("updates:session_list", args=[access.plan.pk]), _made_words(len(made)))
        form.add_error(None, _("Every one of these days has its session already, or is left out."))
    context = plan_page_context(access, request, "sessions", form=form, **_year_preview(access, form))
    if is_preview and is_fragment(request):
        return render(request, "updates/session_year.html#preview", context)
    status = 200 if is_preview and not form.errors else form_status(form)
    return render(request, "updates/session_year.html", context, status=status)


def _year_preview(access: PlanAccess, form: YearForm) -> dict[str, Any]:
    """What the form comes down to as it stands; nothing while it cannot be read. One query."""
    shown = form if form.is_bound else form.as_sent()
    if not shown.is_valid():
        return {"rows": [], "left_out": set()}
    standing = access.plan.sessions.exclude(state=Session.State.CANCELLED).filter(
        starts_at__gte=dates.start_of_day(shown.cleaned_data["first"], settings.TIME_ZONE)
    )
    rows = rhythm.preview(shown.slots(), slots_of(standing.defer("minutes_record")))
    new = [row for row in rows if row.is_new and row.slot.key not in form.leave_out]
    return {"rows": rows, "left_out": form.leave_out, "new_count": len(new), "without": shown.months_left_out}


def _first_year(request: Request, access: PlanAccess) -> dict[str, Any]:
    """From today to the end of the plan, a year at most. Each kind like its latest session; a kind that has sessions
    to come is not planned once more."""
    a_year_on = dates.add_months(request.on, 12)
    latest = {session.kind: session for session in access.plan.sessions.order_by("starts_at").defer("minutes_record")}
    last = latest.get(Kind.UPDATE)
    coming = [kind for kind, session in latest.items() if session.is_coming and session.day >= request.on]
    return {
        "first": request.on,
        "until": max(min(access.plan.ends_on, a_year_on), request.on),
        "place": last.place if last else "",
        "facilitator": last.facilitator_id if last else request.user.pk,
        **{kind: _first_series(kind, latest.get(kind), kind not in coming) for kind in Kind},
    }


def _first_series(kind: str, latest: Session | None, wanted: bool) -> dict[str, Any]:
    first = {"wanted": wanted, "time": MORNING, "weekday": TUESDAY, "day": 1, **FIRST_VALUES[kind]}
    if latest is None:
        return first
    rule = rhythm.rule_of(latest.day)
    local = dates.local_time(latest.starts_at, settings.TIME_ZONE)
    return {**first, "nth": rule.nth, "weekday": rule.weekday, "time": local, "minutes": latest.minutes}


# ---- all coming ones ----


@require_http_methods(GET_OR_POST)
def sessions_change(request: Request, plan_id: int) -> HttpResponse:
    """Another day of the month, time, length, place or facilitator for all coming sessions of a kind at once."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    today = dates.start_of_day(request.on, settings.TIME_ZONE)
    coming = list(
        access.plan.sessions.filter(state__in=Session.COMING, starts_at__gte=today)
        .select_related("facilitator")
        .defer("minutes_record")
    )
    if not coming:
        return redirect("updates:session_list", plan_id)
    is_preview = "preview" in request.POST
    kind = request.GET.get("kind") or coming[0].kind
    form = ChangeAllForm(
        posted(request), plan=access.plan, on=request.on, coming=coming, initial={"kind": kind, "weekday": TUESDAY}
    )
    if form.is_valid() and not is_preview:
        try:
            changed = scheduling.sessions_change(form.changes(), by=request.user, at=request.at)
        except ValidationError as error:
            refuse_in_form(form, error)
        else:
            text = ngettext("%(count)d session changed", "%(count)d sessions changed", len(changed))
            return saved(request, reverse("updates:session_list", args=[plan_id]), text % {"count": len(changed)})
    context = plan_page_context(access, request, "sessions", form=form, rows=_change_rows(form))
    if is_preview and is_fragment(request):
        return render(request, "updates/sessions_change.html#preview", context)
    status = 200 if is_preview and not form.errors else form_status(form)
    return render(request, "updates/sessions_change.html", context, status=status)


def _change_rows(form: ChangeAllForm) -> list[tuple[Session, Slot | None, list[Slot]]]:
    """Each session of the kind with its new slot (None when it stays) and what that would overlap."""
    kind = form["kind"].value()
    changes = dict(form.changes()) if form.is_bound and form.is_valid() else {}
    after = {session.pk: _moved(session, changes.get(session, {})) for session in form.coming}
    rows = []
    for session in form.coming:
        if session.kind != kind:
            continue
        slot = after[session.pk]
        clashes = [other for pk, other in after.items() if pk != session.pk and slot.overlaps(other)]
        rows.append((session, slot if session in changes else None, clashes if session in changes else []))
    return rows


def _moved(session: Session, values: dict[str, Any]) -> Slot:
    moved = Session(
        pk=session.pk, kind=session.kind, starts_at=values.get("starts_at", session.starts_at),
        minutes=values.get("minutes", session.minutes),
    )  # fmt: skip
    return slot_of(moved)
