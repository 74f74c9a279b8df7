"""Slows down who guesses, and who asks for costly things over and over. The rates are `settings.RATE_LIMITS`.

Counted in the cache, so every web process sees the same. What allauth counts itself (signing in, passwords, the second
step), what a view counts where it can say so in its form (invitations) and what programs ask (`count_program`) use the
same list.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import ngettext

from .pages import is_fragment, toast

MOST_BYTES = 25_000_000  # of one request; what a file may be is its form's to say
APP = "allauth.account"  # whose settings name the rates
TOO_MANY, TOO_MUCH = 429, 413
# Pages that make a file, whichever way they are asked for.
EXPORTS = {
    "exchange:actions_xlsx",
    "exchange:plan_json",
    "exchange:plan_xlsx",
    "plans:plan_pdf",
    "updates:session_minutes_pdf",
}
# Forms that read one; looking at the form is no import.
IMPORTS = {
    "actions:actions_paste",
    "exchange:plan_import",
    "new_plan:plan_from_file",
    "plan_bring_in",
}
# Addresses that are secrets: who finds nothing there is guessing.
SECRETS = {"invitation_accept", "updates:calendar_feed"}
SECRET_PREFIX = "updates:prepare_"  # noqa: S105  (an address, no secret)
# What allauth counts on its own pages.
ACCOUNT_PAGES = {
    "account_login": "login",
    "account_signup": "signup",
    "account_change_password": "change_password",
    "account_reauthenticate": "reauthenticate",
    "account_reset_password": "reset_password",
    "account_reset_password_from_key": "reset_password_from_key",
}
View = Callable[..., HttpResponseBase]


def size(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """413 before a body is read that would fill the disk: also of who is not signed in, since the token of a form is
    looked for in it. Without a length nothing is read at all."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if _length(request) > MOST_BYTES:
            return HttpResponse(get_template("413.html").render(), status=TOO_MUCH)
        return get_response(request)

    return middleware


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0


class RateLimits:
    """429 where a limit is reached, before the view does anything."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 404 and is_secret(_view_name(request)):
            consume(request, "link_guess")
        return response

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponseBase | None:
        name = _view_name(request)
        if is_secret(name):
            return too_many(request, "link_guess") if seconds_left(request, "link_guess") else None
        action = action_of(name, request.method or "")
        return too_many(request, action) if action and not consume(request, action) else None


def _view_name(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def is_secret(name: str) -> bool:
    return name in SECRETS or name.startswith(SECRET_PREFIX)


def action_of(name: str, method: str) -> str:
    """Which limit asking for this page counts for; '' for none."""
    if name in EXPORTS:
        return "export"
    return "import" if name in IMPORTS and method == "POST" else ""


def consume(request: HttpRequest, action: str) -> bool:
    """Counts it; whether it is within the limit. A few queries where the cache is the database."""
    return ratelimit.consume(request, app=APP, action=action, limit_get=True) is not None


def program_rates() -> list[ratelimit.Rate]:
    return ratelimit.get_rates(app=APP, action="api")


def count_program(request: HttpRequest, token: str, now: float) -> int:
    """Counts a request of a program; how many seconds it has to wait, 0 when it is within the limit. Each time has its
    own counter: unlike `consume`, one small write, since programs ask far more often than people."""
    for rate in program_rates():
        within = int(rate.duration)
        key = ratelimit.get_cache_key(request, app=APP, action="api", rate=rate, key=token)
        if _add_one(f"{key}:{int(now // within)}", 2 * within) > rate.amount:
            return within - int(now % within)
    return 0


def _add_one(key: str, seconds: int) -> int:
    try:
        return cache.incr(key)
    except ValueError:  # the first
        return 1 if cache.add(key, 1, seconds) else cache.incr(key)


def seconds_left(request: HttpRequest, action: str) -> int:
    """How long until it may be done again; 0 when it may be done now. Reads the cache once per rate, counts nothing."""
    longest, now = 0, time.time()
    for rate in ratelimit.get_rates(app=APP, action=action):
        times = cache.get(ratelimit.get_cache_key(request, app=APP, action=action, rate=rate), [])
        if len(times) >= rate.amount:  # the newest first
            longest = max(longest, math.ceil(times[rate.amount - 1] + rate.duration - now))
    return longest


def too_many(request: HttpRequest, action: str) -> HttpResponse:
    """The answer to who reached a limit: why, and how long to wait; for HTMX in the line at the bottom."""
    wait = seconds_left(request, action) or 1
    sentence = _sentence(action, wait)
    if is_fragment(request):  # type: ignore[arg-type]
        response = toast(HttpResponse(status=TOO_MANY), sentence)
    else:
        response = render(request, "429.html", {"sentence": sentence}, status=TOO_MANY)
    response.headers["Retry-After"] = str(wait)
    return response


def _sentence(action: str, wait: int) -> str:
    if action == "export":
        text = ngettext(
            "You asked for very many files in a row. In %(count)d second you get the next one.",
            "You asked for very many files in a row. In %(count)d seconds you get the next one.",
            wait,
        )
    elif action == "import":
        text = ngettext(
            "You handed in very many lists in a row. In %(count)d second the next one is read.",
            "You handed in very many lists in a row. In %(count)d seconds the next one is read.",
            wait,
        )
    else:
        text = ngettext(
            "From where you are, very many links were tried that lead nowhere. Try yours again in %(count)d second.",
            "From where you are, very many links were tried that lead nowhere. Try yours again in %(count)d seconds.",
            wait,
        )
    return text % {"count": wait}


def too_many_tries(request: HttpRequest) -> HttpResponse:
    """The same for the pages where allauth counts: `handler429` of the URLconf. How long exactly is not known here."""
    rates = ratelimit.get_rates(app=APP, action=ACCOUNT_PAGES.get(_view_name(request), "login"))
    response = render(request, "429.html", status=TOO_MANY)
    response.headers["Retry-After"] = str(math.ceil(max((rate.duration for rate in rates), default=60)))
    return response
