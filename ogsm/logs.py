"""The log: one event per line to standard error, with the number of its request and nothing that people typed.

LOG_FORMAT says how a line looks, docs/logs.md what is in it. Addresses are written as their route, since some of them
carry a secret; of an exception its kind and where it happened are written, and its message only when that can speak of
the machinery alone.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import smtplib
import time
import traceback
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, DataError, connection
from django.http import HttpRequest, HttpResponseBase
from django.template import TemplateDoesNotExist
from django.utils.functional import empty
from django_guid.context import guid
from pythonjsonlogger.json import JsonFormatter

Next = Callable[[HttpRequest], HttpResponseBase]

access = logging.getLogger("ogsm.access")
slow = logging.getLogger("ogsm.slow_query")

REQUEST_ID = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
SECRETS = re.compile(r"(?<=/)(prepare|calendar|accounts/invitation|accounts/password/reset/key)/[^\s?'\"<>]+")
EMAIL = re.compile(r"[^\s@'\"<>(),:;=]+@[^\s@'\"<>(),:;=]+")
# Their messages speak of code, of tables and of the system, never of what somebody typed. `DataError` does.
ABOUT_CODE = (AttributeError, ImportError, NameError, NotImplementedError, TemplateDoesNotExist, TypeError)
ABOUT_CONNECTIONS = (ConnectionError, TimeoutError, smtplib.SMTPServerDisconnected)
LONGEST_SQL = 4000


# ---- requests ----
def request_log(get_response: Next) -> Next:
    """The outermost middleware: gives every request its number (the proxy's own, when there is one to trust), and
    writes its line when it has been answered. Static files get none."""
    static = f"/{settings.STATIC_URL.lstrip('/')}"

    def middleware(request: HttpRequest) -> HttpResponseBase:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        if given and not (settings.BEHIND_PROXY and REQUEST_ID.fullmatch(given)):
            del request.META["HTTP_X_REQUEST_ID"]
        if request.path.startswith(static) or not access.isEnabledFor(logging.INFO):
            return get_response(request)
        queries = _Queries()
        wrappers = connection.execute_wrappers
        started = time.perf_counter()
        wrappers.append(queries)
        try:
            response = get_response(request)
        finally:
            wrappers.remove(queries)
        _write(request, response.status_code, (time.perf_counter() - started) * 1000, queries.number)
        return response

    return middleware


class _Queries:
    """How many there were."""

    number = 0

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.number += 1
        return execute(*args)


def _write(request: HttpRequest, status: int, ms: float, queries: int) -> None:
    match = request.resolver_match
    fields = {
        "method": request.method if (request.method or "").isalpha() else "?",
        "route": route_of(request),
        "view": match.view_name if match else None,
        "status": status,
        "ms": round(ms, 1),
        "queries": queries,
        "user": _user(request),
        "plan": match.kwargs.get("plan_id") if match else None,
    }
    said = "%(method)s %(route)s %(status)s %(ms)s ms %(queries)s queries user=%(user)s plan=%(plan)s"
    access.info(said, fields, extra={"fields": fields})


def route_of(request: HttpRequest) -> str:
    """'/plans/<int:plan_id>/board/': the address without what is filled in; '-' where none of ours was asked for."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "-"


def _user(request: HttpRequest) -> Any:
    """The id, when the request had to know it; asks nothing."""
    user = request.__dict__.get("user")
    if user is None or getattr(user, "_wrapped", None) is empty:
        return None
    return user.pk


# ---- slow queries ----
def watch_queries(connection: Any, **kwargs: Any) -> None:
    """Of each new connection (a signal's receiver); first in the row, since others take off the last."""
    if slow_query not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, slow_query)


def slow_query(execute: Callable[..., Any], sql: Any, *args: Any) -> Any:
    """Writes down the statement that took SLOW_QUERY_MS or longer, never its parameters."""
    started = time.perf_counter()
    try:
        return execute(sql, *args)
    finally:
        ms = (time.perf_counter() - started) * 1000
        if ms >= settings.SLOW_QUERY_MS:
            statement = " ".join(str(sql).split())[:LONGEST_SQL]
            fields = {"ms": round(ms, 1), "sql": statement}
            slow.warning("%(ms)s ms: %(sql)s", fields, extra={"fields": fields})


# ---- lines ----
def said(record: logging.LogRecord) -> str:
    """The message: addresses as their route, and without secrets and mail addresses, whoever wrote it."""
    if record.name == access.name:
        return record.getMessage()  # made above
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
        paths = {request.path, request.path.encode("unicode_escape").decode("ascii")}
        args = tuple(route_of(request) if arg in paths else arg for arg in record.args)
        text = str(record.msg) % args if args else str(record.msg)
    else:
        text = record.getMessage()
    return without_secrets(text)


def without_secrets(text: str) -> str:
    return EMAIL.sub("…@…", SECRETS.sub(r"\1/…", text))


def described(error: BaseException) -> str:
    """'sqlite3.OperationalError: database is locked'; of most kinds the name alone."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    text = ""
    if isinstance(error, DatabaseError) and not isinstance(error, DataError):
        text = str(error).partition("\n")[0]  # the lines after it tell the values
    elif isinstance(error, ABOUT_CODE):
        text = str(error)
    elif isinstance(error, smtplib.SMTPResponseException):
        text = f"answer {error.smtp_code}"
    elif isinstance(error, OSError) and error.strerror and error.errno:
        text = f"[Errno {error.errno}] {error.strerror}"
    elif isinstance(error, ABOUT_CONNECTIONS):
        text = str(error)
    return without_secrets(f"{name}: {text}" if text else name)


def traced(error: BaseException) -> str:
    """Where it happened, and what led to it; frames without the values of their variables."""
    chain = [error]
    while (before := chain[-1].__cause__ or chain[-1].__context__) and before not in chain and len(chain) < 5:
        chain.append(before)
    parts = [
        "".join(["Traceback, the last call at the end:\n", *traceback.format_tb(one.__traceback__), described(one)])
        for one in reversed(chain)
    ]
    return "\nwhich led to\n".join(parts)


def _moment(record: logging.LogRecord) -> str:
    return dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Line(logging.Formatter):
    """For reading along: 2026-03-02T09:15:02.113Z INFO ogsm.access [3f2a…] GET /plans/ 200 …; a traceback follows on
    lines that start with a tab."""

    def format(self, record: logging.LogRecord) -> str:
        text = said(record).replace("\r", "\\r").replace("\n", "\\n")
        line = f"{_moment(record)} {record.levelname} {record.name} [{guid.get() or '-'}] {text}"
        if record.exc_info and record.exc_info[1]:
            line = "\n\t".join([line, *traced(record.exc_info[1]).splitlines()])
        return line


class Json(JsonFormatter):
    """For programs: every line an object; a traceback is a field of it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(json_ensure_ascii=False, **kwargs)

    def format(self, record: logging.LogRecord) -> str:
        data = {
            "time": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": said(record),
            "request_id": guid.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            data["error"] = described(record.exc_info[1])
            data["traceback"] = traced(record.exc_info[1])
        return self.serialize_log_record(data)
