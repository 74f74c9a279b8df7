"""The pages of views.py, by name. Their machinery (pydantic) would add a quarter to the start of every command, so
it is imported when the first of them is asked for."""

from __future__ import annotations

from django.http import HttpResponse

from ogsm.request import Request


def plan_json(request: Request, plan_id: int) -> HttpResponse:
    from . import views

    return views.plan_json(request, plan_id)


def plan_bring_in(request: Request) -> HttpResponse:
    from . import views

    return views.plan_bring_in(request)


def plan_bring_take(request: Request) -> HttpResponse:
    from . import views

    return views.plan_bring_take(request)
