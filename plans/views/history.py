"""Who changed what in a plan."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from ogsm.pages import plan_page_context
from ogsm.request import Request
from plans.access import plan_for
from plans.changes import KIND_BY_NAME, KINDS, Cursor, changes_of


@require_safe
def plan_history(request: Request, plan_id: int) -> HttpResponse:
    """Newest first, fifty at a time; `kind` and `person` filter, `after` is where the page starts."""
    access = plan_for(request, plan_id)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KIND_BY_NAME else ""
    members = [membership.user for membership in access.plan.memberships.by_name()]
    person = next((user for user in members if str(user.pk) == request.GET.get("person")), None)
    after = Cursor.read(request.GET.get("after", ""))
    page = changes_of(access.plan, kind=kind, person=person.pk if person else None, after=after)
    chosen = {name: value for name, value in (("kind", kind), ("person", person.pk if person else "")) if value}
    context: dict[str, object] = {
        "page": page,
        "kinds": KINDS,
        "kind": kind,
        "people": members,
        "person": person,
        "newest": "?" + urlencode(chosen) if after else "",
        "older": "?" + urlencode({**chosen, "after": str(page.older)}) if page.older else "",
    }
    return render(request, "plans/plan_history.html", plan_page_context(access, request, "history", **context))
