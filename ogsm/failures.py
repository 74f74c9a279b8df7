"""What a reader sees when something fails: a sentence in their language, what to do now, and the request's number.

One place for all of it: Django asks `server_error` for the answer to every exception that nobody caught, wherever in
the middleware or the view it was raised. It needs no database, no session and no cache.
"""

from __future__ import annotations

import errno
import logging
import sys
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django_guid.context import guid

from .logs import described, route_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """One way in which it cannot be answered now. `seconds`: when it is worth asking again."""

    name: str
    title: Any
    what: Any
    seconds: int


UNREACHABLE = Failure(
    "unreachable",
    gettext_lazy("The data cannot be reached right now"),
    gettext_lazy("The database does not answer. As a rule that is over within a minute."),
    10,
)
BUSY = Failure(
    "busy",
    gettext_lazy("It is too busy right now"),
    gettext_lazy("Others were saving at the same moment, and waiting for them took too long."),
    5,
)
FULL = Failure(
    "full",
    gettext_lazy("There is no room left on the server"),
    gettext_lazy("Its disk is full, so nothing can be saved. Tell whoever manages this installation; nobody else can."),
    60,
)
READ_ONLY = Failure(
    "read_only",
    gettext_lazy("Nothing can be saved right now"),
    gettext_lazy("The data can be read but not changed. Tell whoever manages this installation if that lasts."),
    60,
)

BY_ERRNO = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EFBIG: FULL, errno.EROFS: READ_ONLY}
BY_SQLITE = {
    "SQLITE_FULL": FULL,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_PROTOCOL": BUSY,
    "SQLITE_CANTOPEN": UNREACHABLE,
    "SQLITE_IOERR": UNREACHABLE,
}
BY_SQLSTATE = {  # PostgreSQL's, the longest that fits
    "08": UNREACHABLE,
    "57P": UNREACHABLE,
    "53100": FULL,
    "53": BUSY,  # too many connections, no memory
    "25006": READ_ONLY,
    "40001": BUSY,
    "40P01": BUSY,
    "55P03": BUSY,
    "57014": BUSY,
}


def failure_of(error: BaseException | None) -> Failure | None:
    """What kind of trouble it is; None for a mistake of ours. Also when it is what led to the exception."""
    for _step in range(5):
        if error is None:
            return None
        if found := _known(error):
            return found
        error = error.__cause__ or error.__context__
    return None


def _known(error: BaseException) -> Failure | None:
    if isinstance(error, OSError):
        return BY_ERRNO.get(error.errno or 0)
    if not isinstance(error, DatabaseError | InterfaceError):
        return None
    cause = error.__cause__
    if sqlite := getattr(cause, "sqlite_errorname", ""):
        return BY_SQLITE.get("_".join(sqlite.split("_")[:2]))  # without its finer kind
    if state := getattr(cause, "sqlstate", None):
        return next((BY_SQLSTATE[state[:length]] for length in (5, 3, 2) if state[:length] in BY_SQLSTATE), None)
    # no state: there was no connection to get one from
    return UNREACHABLE if isinstance(error, OperationalError | InterfaceError) else None


@sensitive_variables()
def server_error(request: HttpRequest) -> HttpResponse:
    """The answer to an exception that nobody caught: 503 when it is the machine's trouble, else 500."""
    error = sys.exc_info()[1]
    failure = failure_of(error)
    try:
        response = _answer(request, failure)
    except Exception:  # never a page without a word
        log.exception("The page about an error could not be made")
        text = "Something went wrong here. What you just sent was not saved. Go back and try again.\n"
        response = HttpResponse(text, status=503 if failure else 500, content_type="text/plain; charset=utf-8")
    if failure:
        response.headers["Retry-After"] = str(failure.seconds)
        fields = {"failure": failure.name, "route": route_of(request), "error": described(error) if error else None}
        log.error("%(failure)s: %(route)s: %(error)s", fields, extra={"fields": fields})
        response._has_been_logged = True  # type: ignore[attr-defined]  # in one line, without Django's traceback
    add_never_cache_headers(response)
    return response


def _answer(request: HttpRequest, failure: Failure | None) -> HttpResponse:
    status = 503 if failure else 500
    is_safe = request.method in ("GET", "HEAD")
    if request.path.startswith("/api/"):
        said = str(failure.what) if failure else _("Something went wrong here.")
        return JsonResponse({"detail": said, "request_id": guid.get()}, status=status)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(format_html("<p data-failure>{}</p>", _sentence(failure, is_safe)), status=status)
    context = {
        "failure": failure,
        "request_id": guid.get(),
        "is_safe": is_safe,
        "again": request.get_full_path() if is_safe else "",
    }
    return HttpResponse(render_to_string(f"{status}.html", context), status=status)


def _sentence(failure: Failure | None, is_safe: bool) -> str:
    """What happened and what now, for a line at the bottom of the page."""
    what = str(failure.what) if failure else _("Something went wrong here.")
    if is_safe:
        now = _("Try again in a moment.")
    else:
        now = _("Not saved: what you typed is still here. Try again in a moment.")
    number = "" if failure else _("Number of this request: %(number)s.") % {"number": guid.get()}
    return " ".join(filter(None, [what, now, number]))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What no browser of ours sends. Without a word about what was wrong: it may have come from anywhere."""
    return HttpResponse(render_to_string("400.html", {"request_id": guid.get()}), status=400)
