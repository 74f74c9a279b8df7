"""All due values on one page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ogsm.pages import CONFLICT, INVALID, plan_page_context, saved
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.value_sheet import SheetQuery, ValueSheet, posted_sheet, value_sheet


@require_http_methods(["GET", "HEAD", "POST"])
def values_enter(request: Request, plan_id: int) -> HttpResponse:
    """Saves all rows or none. A column that was pasted belongs together: half of it saved would leave the reader to
    find out which half, and a shifted column is put right before any light has changed. What was typed stays."""
    access = plan_for(request, plan_id)
    query = SheetQuery.of(request.GET)
    if request.method != "POST":
        return _page(request, access, value_sheet(access, request.on, query), 200)
    sheet = posted_sheet(access, request.on, query, request.POST)
    if sheet.is_valid:
        return saved(request, reverse("plans:indicator_list", args=[plan_id]), _entered(request, sheet))
    return _page(request, access, sheet, CONFLICT if sheet.only_conflicts else INVALID)


def _entered(request: Request, sheet: ValueSheet) -> str:
    """Writes what was typed and says how much that was."""
    typed = [(form.entry, form.answers) for form in sheet.forms if form.answers]
    for entry, answers in typed:
        entry.enter(by=request.user, at=request.at, **answers)
    if typed:
        return ngettext("%(n)d value saved.", "%(n)d values saved.", len(typed)) % {"n": len(typed)}
    if any(form.is_typed for form in sheet.forms):
        return _("This was saved already.")
    return _("Nothing was filled in, so nothing was saved.")


def _page(request: Request, access: PlanAccess, sheet: ValueSheet, status: int) -> HttpResponse:
    sheet.focus()
    context = plan_page_context(access, request, "indicators", plan=access.plan, sheet=sheet)
    return render(request, "plans/values_enter.html", context, status=status)
