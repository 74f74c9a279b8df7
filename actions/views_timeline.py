"""The actions of a plan along the calendar."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from ogsm.pages import is_fragment, plan_page_context
from ogsm.request import Request
from plans.access import plan_for

from .filters import filter_menus
from .timeline_page import Timeline, TimelineSelection


@require_safe
def action_timeline(request: Request, plan_id: int) -> HttpResponse:
    """A month, quarter or year of actions as bars, 100 a page; for HTMX the part below the plan's header."""
    access = plan_for(request, plan_id)
    selection = TimelineSelection.read(request.GET)
    timeline = Timeline(access, selection, on=request.on, page=request.GET.get("page"))
    people = access.people
    context = plan_page_context(
        access,
        request,
        "timeline",
        timeline=timeline,
        page=timeline.page,
        selection=selection,
        menus=filter_menus(selection, people=people, choices=timeline.choices, with_status=True),
        may_add=access.may_add_action(),
    )
    response = render(request, "actions/action_timeline.html" + ("#page" if is_fragment(request) else ""), context)
    patch_vary_headers(response, ["HX-Request"])
    return response
