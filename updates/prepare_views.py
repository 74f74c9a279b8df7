"""Preparing a session through a mailed link, without signing in: exactly the link's person, plan and session.

Opening an address changes nothing. No session is made and nobody is signed in: `request.user` is the link's person for
this one request.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ogsm.request import Request
from plans.access import PlanAccess

from .prepare_links import PrepareLink, Standing, read_link

GONE, NOT_FOUND = 410, 404
View = Callable[..., HttpResponse]


def by_link(view: View) -> View:
    """The view gets the link and the rights of its person in its plan; a link that leads no further gets a page that
    says why and how to go on. A POST is one transaction and holds the plan."""

    @wraps(view)
    def opened(request: Request, token: str, **ids: Any) -> HttpResponse:
        writes = request.method == "POST"
        together: AbstractContextManager[object] = transaction.atomic() if writes else nullcontext()
        with together:
            link = read_link(token, request.at, lock=writes)
            person = link.membership.user if link and link.membership else None
            with translation.override(person.language if person and person.language else translation.get_language()):
                response = _answer(view, request, link, **ids)
        response["Referrer-Policy"] = "same-origin"  # the address is a secret; stricter, and forms lose their origin
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return login_not_required(never_cache(opened))


def _answer(view: View, request: Request, link: PrepareLink | None, **ids: Any) -> HttpResponse:
    if link is None or not link.is_open or link.membership is None:
        return _gone(request, link)
    request.user = link.membership.user
    return view(request, link, PlanAccess(link.membership.plan, link.membership, request.user), **ids)


def _gone(request: Request, link: PrepareLink | None) -> HttpResponse:
    """404 for what is no link of ours, 410 for one that has ended."""
    standing = link.standing.value if link else "unknown"
    session = link.session if link and link.standing != Standing.NOT_YOU else None
    context = {"standing": standing, "session": session}
    return render(request, "updates/prepare_gone.html", context, status=GONE if link else NOT_FOUND)


@by_link
@require_safe
def prepare_page(request: Request, link: PrepareLink, access: PlanAccess) -> HttpResponse:
    """What the person still has to do for the session."""
    return render(request, "updates/prepare_page.html", {"session": link.session, "access": access})
