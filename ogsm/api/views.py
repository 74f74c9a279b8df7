"""The page about the API, and the door to the API itself."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RegexPattern
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from ogsm.limits import program_rates
from ogsm.request import Request
from plans.models import Plan

from .problems import problem

OPENAPI = "openapi.json"
# address below /api/v1/, what it gives; the words are for people, the programs' own are in operations.py
ADDRESSES = [
    ("", _("Whom the token speaks for: to try it out.")),
    ("plans/", _("Your plans, with how they stand today.")),
    ("plans/{plan_id}/", _("One plan.")),
    ("plans/{plan_id}/goals/", _("Goals, with how they were judged.")),
    ("plans/{plan_id}/choices/", _("Strategic choices and their owners.")),
    ("plans/{plan_id}/actions/", _("Actions with lights, deadlines and today's flags.")),
    ("plans/{plan_id}/actions/{action_id}/", _("One action.")),
    ("plans/{plan_id}/updates/", _("Every update, with the light it gave.")),
    ("plans/{plan_id}/indicators/", _("Indicators with target and today's light.")),
    ("plans/{plan_id}/indicators/{indicator_id}/", _("One indicator.")),
    ("plans/{plan_id}/values/", _("The values of the indicators, per period.")),
    ("plans/{plan_id}/sessions/", _("Sessions with their figures.")),
    ("plans/{plan_id}/sessions/{session_id}/", _("One session, with its decisions and minutes.")),
    ("plans/{plan_id}/decisions/", _("Decisions and agreements.")),
]

# With a fixed site and a relative path, so that Power BI may refresh it on a schedule.
POWER_QUERY = """let
    Token = "ogsm_…",
    Site = "{site}",
    Page = (after as number) => Json.Document(Web.Contents(Site, [
        RelativePath = "api/v1/plans/{plan_id}/actions/",
        Query = [page_size = "500", after = Number.ToText(after)],
        Headers = [Authorization = "Bearer " & Token]
    ])),
    Pages = List.Generate(
        () => Page(0),
        each _ <> null,
        each if [next] = null then null else Page(List.Last([items])[id]),
        each [items]
    ),
    Rows = Table.FromRecords(List.Combine(Pages))
in
    Rows"""


@require_safe
def api_page(request: Request) -> HttpResponse:
    """How to read the plans with Excel, Power BI or a program of one's own."""
    mine = Plan.objects.visible_to(request.user).live().order_by("-starts_on", "pk").first()
    plan_id = mine.pk if mine else 1
    site = request.build_absolute_uri("/").rstrip("/")
    context = {
        "address": f"{site}/api/v1/",
        "addresses": ADDRESSES,
        "has_token": request.user.api_tokens.exists(),
        "is_limited": bool(program_rates()),
        "a_minute": next((rate.amount for rate in program_rates() if (rate.duration, rate.per) == (60, "key")), None),
        "plan_id": plan_id,
        "power_query": POWER_QUERY.format(site=site, plan_id=plan_id),
    }
    return render(request, "api.html", context)


@csrf_exempt  # nothing is changed here, and no cookie opens it
@login_not_required  # a token does
def v1(request: HttpRequest, address: str = "") -> HttpResponse:
    """Any address of the API. Its machinery is imported when the first program asks, not with every command."""
    if request.method not in ("GET", "HEAD"):
        response = problem(405)
        response["Allow"] = "GET, HEAD"
        return response
    if address == OPENAPI:
        return openapi()
    from .listing import tag_answer

    try:
        match = _resolver().resolve(address)
    except Resolver404 as error:
        raise Http404 from error
    method, request.method = request.method, "GET"  # HEAD is answered alike; its body is left out further on
    with translation.override("en"):
        answer = match.func(request, *match.args, **match.kwargs)
    request.method = method
    return tag_answer(request, answer)  # type: ignore[arg-type]


@cache
def _resolver() -> URLResolver:
    from .operations import api

    patterns, _app_name, _namespace = api.urls
    return URLResolver(RegexPattern(""), patterns)


def openapi() -> HttpResponse:
    """The description for programs. It tells what anybody can read in the source, so it needs no token."""
    response = JsonResponse(_description())
    response["Cache-Control"] = "private, no-cache"  # as everything here: after an upgrade there may be more
    return response


@cache
def _description() -> dict[str, Any]:
    from .operations import ADDRESS, api

    return dict(api.get_openapi_schema(path_prefix=ADDRESS))
