"""The demo's database file: built when missing, when asked, and by itself when it is an untouched one of an earlier
day (its deadlines and sessions are set around the day it was built)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

CONTENT = ("accounts_", "plans_", "actions_", "updates_")  # tables of our apps
NOT_CONTENT = {"last_login"}  # looking around is no change
MACHINES_OWN = {"updates_runrecord"}  # nor is a run that found nothing to do


def prepare(*, at: dt.datetime, reset: bool) -> str:
    """Make the demo database ready for the day of `at`; returns a sentence on what was done."""
    if not settings.DEMO or connection.vendor != "sqlite":
        raise CommandError("The demo runs with DEMO=1 on SQLite: use `make demo` or `make demo-data`.")
    on = timezone.localdate(at)
    path = Path(settings.DATABASES["default"]["NAME"])
    marker = path.with_name(path.name + ".built")
    reason = _reason_to_build(path, marker, on=on, reset=reset)
    if reason:
        _build(path, marker, at=at)
        return reason
    call_command("migrate", interactive=False, verbosity=0)
    built_on = _read(marker).get("on")
    if built_on and built_on != on.isoformat():
        return f"Demo of {built_on}, kept because it was changed since. RESET=1 starts afresh."
    return "Demo database found."


def _reason_to_build(path: Path, marker: Path, *, on: dt.date, reset: bool) -> str:
    """Why it must be built, or ''. A database without a marker is not ours to throw away, unless asked."""
    if reset:
        return "Demo built afresh."
    if not path.exists():
        return "Demo built."
    built = _read(marker)
    if built.get("state") == "building":
        return "Demo built; the last attempt was interrupted."
    if built and built["on"] < on.isoformat() and built["content"] == content_digest():
        return f"Demo built for today; nothing was changed in the one of {built['on']}."
    return ""


def _build(path: Path, marker: Path, *, at: dt.datetime) -> None:
    from ogsm import demo

    connections.close_all()
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    marker.write_text(json.dumps({"state": "building"}))
    call_command("migrate", interactive=False, verbosity=0)
    demo.build(at=at)
    built = {"state": "built", "on": timezone.localdate(at).isoformat(), "content": content_digest()}
    marker.write_text(json.dumps(built))


def _read(marker: Path) -> dict[str, Any]:
    try:
        return json.loads(marker.read_text())
    except (OSError, ValueError):
        return {}


def content_digest() -> str:
    """One hash over every row that people can change, their sign-ins aside. Read from the tables as they are, so it
    holds for a database made by an older version too. Reads everything; a demo is small."""
    total = hashlib.sha256()
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if not table.startswith(CONTENT) or table in MACHINES_OWN:
                continue
            described = connection.introspection.get_table_description(cursor, table)
            columns = [column.name for column in described if column.name not in NOT_CONTENT]
            total.update(f"{table} {columns}".encode())
            cursor.execute(f"SELECT {', '.join(map(quote, columns))} FROM {quote(table)} ORDER BY 1")  # noqa: S608
            for row in cursor:
                total.update(repr(row).encode())
    return total.hexdigest()
