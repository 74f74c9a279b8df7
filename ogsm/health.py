"""What machines ask: is it alive (/healthz), and may it have traffic (/readyz). Plain lines, open to everybody, without
a secret, cheap enough for every few seconds."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import caches
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import resolve
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from updates.models import RunRecord

from .operations import SILENT_AFTER

Next = Callable[[HttpRequest], HttpResponseBase]
MB = 1024 * 1024
ROOM_NEEDED, ROOM_WANTED = 5 * MB, 200 * MB
UNREACHABLE = (DatabaseError, InterfaceError)


class _Known:
    """Once applied, migrations stay so: looking through all of them is done once per process."""

    migrations_applied = False


def _migrations_missing() -> bool:
    """One query that reads the table of migrations; DatabaseError when the database does not answer."""
    if _Known.migrations_applied:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
        return False
    executor = MigrationExecutor(connection)
    _Known.migrations_applied = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return not _Known.migrations_applied


def _lines(*lines: str, status: int = 200) -> HttpResponse:
    return HttpResponse("\n".join(lines) + "\n", status=status, content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and all migrations are applied, else 503. Reads only; one query."""
    try:
        missing = _migrations_missing()
    except UNREACHABLE:
        return _lines("database unreachable", status=503)
    return _lines("migrations missing", status=503) if missing else _lines("ok")


@require_safe
@never_cache
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """200 'ready' when a request can be answered and saved here, else 503 with a line for each thing that is wrong.
    Warnings change no status: pages go on without them, and taking every machine out would help nobody. Four
    queries."""
    try:
        wrong, warnings = _database()
    except UNREACHABLE:
        wrong, warnings = ["database: unreachable"], []
    if getattr(staticfiles_storage, "manifest_name", "") and not getattr(staticfiles_storage, "hashed_files", True):
        wrong.append("static files: not collected")
    answers = getattr(caches["default"], "answers", None)  # in the database it is as reachable as that is
    if answers and not answers():
        warnings.append("warning: cache: unreachable")
    return _lines("not ready" if wrong else "ready", *wrong, *warnings, status=503 if wrong else 200)


def _database() -> tuple[list[str], list[str]]:
    wrong, warnings = [], []
    if _migrations_missing():
        return ["migrations: missing"], []
    if not _is_writable():
        wrong.append("database: read-only")
    if (room := _room()) is not None and room < ROOM_WANTED:
        line = f"disk: {room // MB} MB left"
        if room < ROOM_NEEDED:
            wrong.append(line)
        else:
            warnings.append(f"warning: {line}")
    last = RunRecord.objects.values_list("started_at", flat=True).first()
    if last is None or timezone.now() - last > SILENT_AFTER:
        since = f"since {last:%Y-%m-%dT%H:%MZ}" if last else "yet"
        warnings.append(f"warning: run_due: has not run {since}")
    return wrong, warnings


def _is_writable() -> bool:
    """Writes nothing. On SQLite it takes the writer's place for a moment."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('transaction_read_only') = 'off' AND NOT pg_is_in_recovery()")
            return bool(cursor.fetchone()[0])
    try:
        with transaction.atomic():
            pass
    except DatabaseError as error:
        if "readonly" in str(error):
            return False
        raise
    return True


def _room() -> int | None:
    """Bytes that are free where SQLite's file is; None where another machine minds that."""
    if connection.vendor != "sqlite" or connection.is_in_memory_db():  # type: ignore[attr-defined]
        return None
    return shutil.disk_usage(Path(connection.settings_dict["NAME"]).parent).free


def asked_by_machines(get_response: Next) -> Next:
    """Middleware: these two are answered under any host name, since a load balancer asks by number, and before session,
    cache and people come into it."""
    views = {"/healthz": healthz, "/readyz": readyz}

    def middleware(request: HttpRequest) -> HttpResponseBase:
        view = views.get(request.path)
        if view is None:
            return get_response(request)
        request.resolver_match = resolve(request.path)
        return view(request)

    return middleware
