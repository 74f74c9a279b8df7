"""PostgreSQL: its own programs, pg_dump and pg_restore, on one snapshot; a restore is one transaction."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

from .archive import Manifest, Trouble

Facts = tuple[dict[str, int], list[tuple[str, str]]]
PATIENCE = "30s"  # that a restore waits for whoever uses a table


def dump(config: dict[str, Any], to: Path) -> Facts:
    program = _program("pg_dump")
    _refuse_an_older(program)
    fresh = connection.copy()
    try:
        with fresh.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            [snapshot] = cursor.fetchone()
            options = ["--format=custom", "--no-owner", "--no-privileges", "--no-comments", f"--snapshot={snapshot}"]
            _run(program, config, [*options, f"--file={to}"], doing="No backup was made")
            cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
            migrations = cursor.fetchall()
            return _counts(cursor), migrations
    finally:
        fresh.close()


def verified(payload: Path, manifest: Manifest) -> Path:
    """The dump as the SQL that makes the database anew; pg_restore reads all of it for that."""
    ready = payload.with_name("ready.sql")
    options = ["--no-owner", "--no-privileges", "--no-comments", f"--file={ready}"]
    _call([_program("pg_restore"), *options, str(payload)], os.environ.copy(), doing="The backup can not be read")
    return ready


def counts(config: dict[str, Any]) -> dict[str, int]:
    """Rows per table of the database that is there now."""
    with connection.cursor() as cursor:
        return _counts(cursor)


def load(config: dict[str, Any], ready: Path, manifest: Manifest) -> None:
    """Our tables go and those of the backup come, in one transaction: all of it or nothing."""
    before = ready.with_name("before.sql")
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        there = connection.introspection.table_names(cursor)
    connection.close()
    gone = ", ".join(quote(table) for table in there if _is_ours(table, manifest))
    drop = f"DROP TABLE {gone} CASCADE;\n" if gone else ""
    before.write_text(f"SET client_min_messages = warning;\nSET lock_timeout = '{PATIENCE}';\n{drop}")
    options = ["--no-psqlrc", "--quiet", "--output=/dev/null", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    files = [f"--file={before}", f"--file={ready}"]
    _run(_program("psql"), config, [*options, *files], doing="Nothing was restored")
    with connection.cursor() as cursor:
        if _counts(cursor) != manifest.counts:
            raise Trouble("The rows that were restored are not those that the manifest counts: restore it once more.")


def _is_ours(table: str, manifest: Manifest) -> bool:
    """What else may live in this database stays."""
    models = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    cache = settings.CACHES["default"].get("LOCATION", "")
    return table in models or table in manifest.counts or table in {"django_migrations", cache}


def _counts(cursor: Any) -> dict[str, int]:
    found = {}
    for table in sorted(connection.introspection.table_names(cursor)):
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  (names of its own)
        [found[table]] = cursor.fetchone()
    return found


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise Trouble(f"{name} is not on this machine. On Debian and Ubuntu: apt-get install postgresql-client")
    return path


def _refuse_an_older(program: str) -> None:
    """pg_dump reads servers of its own version and older, never newer ones."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    number = re.search(r"\d+", said.partition(")")[2])
    with connection.cursor():  # connected
        server = connection.pg_version // 10000  # type: ignore[attr-defined]
    if number is None or int(number.group()) < server:
        raise Trouble(
            f"{program} is of version {said.split()[-1] if said else '?'} and the server of version {server}:"
            f" pg_dump must not be older. Install postgresql-client-{server}."
        )


def _run(program: str, config: dict[str, Any], options: list[str], *, doing: str) -> None:
    """With the connection of the settings; the password goes by the environment, where no other user sees it."""
    command, env = DatabaseClient.settings_to_cmd_args_env(config, options)
    _call([program, *command[1:]], {**os.environ, **(env or {})}, doing=doing)


def _call(command: list[str], env: dict[str, str], *, doing: str) -> None:
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        raise Trouble(f"{doing}. {Path(command[0]).name} says: {said[0]}")
