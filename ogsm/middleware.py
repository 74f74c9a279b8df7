"""What every request carries or gets: readable text, the moment it came in, its reader's language, one transaction."""

from __future__ import annotations

import codecs
import logging
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.utils import timezone, translation

from .failures import failure_of
from .held import holding
from .logs import described
from .write_queue import turn_in_process, write_queue

log = logging.getLogger(__name__)

Next = Callable[[HttpRequest], HttpResponseBase]
View = Callable[..., HttpResponseBase]
PAGE_HEADERS = ("HTTP_REFERER", "HTTP_HX_CURRENT_URL")


# Frames of Python calls lie in pieces of memory: of 16 KB, unless one frame needs more. With this many slots of 8 bytes
# the first frame gets a piece of 256 KB, and leaves half of it to all the frames of a request above it.
ROOM = 15_400


def room_for_calls(get_response: Next) -> Next:
    """One piece of memory for all the Python calls of a request. A page is made thirty templates deep: where a loop
    stands at the edge of a piece, each call in it asks the system for 16 KB and gives them back (a third of the time
    that the action plan of a thousand took, see docs/speed.md). Costs 0.05 ms."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    middleware.__code__ = middleware.__code__.replace(co_stacksize=ROOM)
    return middleware


def readable(get_response: Next) -> Next:
    """Text comes in as UTF-8, as every browser sends it: 400 otherwise. A page address that is none is left out."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.encoding and codecs.lookup(request.encoding).name != "utf-8":
            return HttpResponseBadRequest("Please send text as UTF-8.", content_type="text/plain")
        for header in PAGE_HEADERS:
            if not _is_address(request.META.get(header, "")):
                del request.META[header]
                request.__dict__.pop("headers", None)  # made of it, when somebody has looked there before
        return get_response(request)

    return middleware


def _is_address(text: str) -> bool:
    try:
        urlsplit(text)
        urlsplit(unquote(text))  # htmx sends an address with odd letters quoted once more
    except ValueError:
        return False
    return True


def reads_first(view: View) -> View:
    """Of a view that reads a file for seconds and writes nothing: others need not wait for it."""
    view.reads_first = True  # type: ignore[attr-defined]
    return view


class PlanTransaction:
    """A POST below a plan's address is one transaction, all or nothing, and a GET takes no lock.

    `plans.access.plan_for` locks the plan's row in it, so that the rights it gives still hold when the view writes:
    nobody closes the plan, or changes the role, between the question and the act.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with ExitStack() as until_answered:
            request.until_answered = until_answered  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if request.method != "POST" or "plan_id" not in kwargs or getattr(view, "reads_first", False):
            return None
        request.until_answered.enter_context(turn_in_process(kwargs["plan_id"]))  # type: ignore[attr-defined]
        with write_queue(), transaction.atomic(), holding():
            return view(request, *args, **kwargs)


def moment(get_response: Next) -> Next:
    """Reads the clock, once: `request.at` is now, `request.on` is today in the organisation's time zone."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.at = timezone.now()  # type: ignore[attr-defined]
        request.on = timezone.localdate(request.at)  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def profile_language(get_response: Next) -> Next:
    """A person's own choice of language goes before what the browser asks (which LocaleMiddleware has set)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return get_response(request)

    return middleware


def calendar_without_cookies(get_response: Next) -> Next:
    """A calendar address answers by its secret alone: no cookie is read or set, and the answer depends on none."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith("/calendar/"):
            return get_response(request)
        request.COOKIES = {}
        response = get_response(request)
        del response["Vary"]
        return response

    return middleware


def admin_styles(get_response: Next) -> Next:
    """Inline styles are allowed on the admin's history pages only: these bring one."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.path.startswith("/admin/") and "/history/" in request.path:
            response._csp_update = {"style-src": settings.ADMIN_STYLE_SRC}  # type: ignore[attr-defined]
        return response

    return middleware


class SessionMiddleware(DjangoSessionMiddleware):
    """What was saved stays acknowledged when afterwards only the session cannot be written (a full disk, a database
    that just went): the line that says so is lost then. Whoever is signing in needs it, and gets the sentence."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except SessionInterrupted as error:  # Django's word for every update that failed
            cause: BaseException | None = error
            while cause and not isinstance(cause, DatabaseError):
                cause = cause.__cause__ or cause.__context__
            if cause is None or failure_of(cause) is None:
                raise  # it was ended meanwhile
            if request.session.session_key != request.COOKIES.get(settings.SESSION_COOKIE_NAME):
                raise cause from None
            log.error("A session could not be saved: %s", described(cause))
            return response
