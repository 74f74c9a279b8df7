"""Who changed what in a plan."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ogsm.pages import plan_page_context
from ogsm.request import Request
from plans.access import plan_for
from plans.asked_history import Asked, quick_periods
from plans.changes import KINDS, Cursor, changes_of
from plans.decided import tell_sessions
from plans.undo.offers import offer_undo

from .since import moments_for


@require_safe
def plan_history(request: Request, plan_id: int) -> HttpResponse:
    """Newest first, fifty at a time; `after` is where the page starts, the rest of the address filters."""
    access = plan_for(request, plan_id)
    members = access.people
    moments = moments_for(access.plan)
    asked = Asked.of(request.GET, access.plan, members, moments)
    after = Cursor.read(request.GET.get("after", ""))
    person = asked.person.pk if asked.person else None
    page = changes_of(access.plan, kind=asked.kind, person=person, piece=asked.piece, span=asked.span, after=after)
    tell_sessions(access.plan, page.changes)
    offer_undo(access, page.changes)
    context: dict[str, object] = {
        "page": page,
        "asked": asked,
        "kinds": KINDS,
        "people": members,
        "quick": quick_periods(asked, moments, request.on),
        "newest": asked.link() if after else "",
        "older": asked.link(after=str(page.older)) if page.older else "",
    }
    return render(request, "plans/plan_history.html", plan_page_context(access, request, "history", **context))
