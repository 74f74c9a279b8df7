"""From SQLite to PostgreSQL: the rows of a backup, put into the tables that this version makes there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

from .archive import Manifest, Trouble

SOURCE = "backup"  # the name of the copy among Django's databases
AT_ONCE = 500


def refuse_another_version(manifest: Manifest) -> None:
    """Rows only fit the tables of their own version: data migrations are not run on the way."""
    loader = MigrationLoader(None)
    of_the_backup = {(app, name) for app, name in manifest.migrations if app in loader.migrated_apps}
    if missing := sorted(set(loader.disk_migrations) - of_the_backup):
        raise Trouble(
            f"The backup is of another kind of database and of an older version (it lacks {'.'.join(missing[-1])})."
            " Restore it on SQLite with this version first, and take the backup that you make there."
        )


def load(ready: Path, manifest: Manifest) -> None:
    """All rows that are there go and those of the SQLite file come, in one transaction, and are counted."""
    call_command("migrate", interactive=False, verbosity=0)
    copy = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(ready), "OPTIONS": {}, "CONN_HEALTH_CHECKS": False}
    connections.settings[SOURCE] = {**connections.settings["default"], **copy}
    try:
        with transaction.atomic():
            _fill(manifest)
    finally:
        connections[SOURCE].close()
        del connections[SOURCE]
        del connections.settings[SOURCE]


def _fill(manifest: Manifest) -> None:
    models = [model for model in apps.get_models(include_auto_created=True) if _has_a_table(model)]
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        for statement in connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=True):
            cursor.execute(statement)
    for model in models:
        rows = 0
        for some in _batches(model):
            # As they are, without what a model does when it is saved: its moments and histories are in the backup.
            fields = [field for field in model._meta.concrete_fields if not field.generated]
            model._base_manager.all()._insert(some, fields=fields, using=connection.alias, raw=True)  # type: ignore[attr-defined]
            rows += len(some)
        if rows != manifest.counts[model._meta.db_table]:
            raise Trouble(f"Nothing was restored: {model._meta.db_table} has other rows than the manifest counts.")
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _has_a_table(model: type[Model]) -> bool:
    return model._meta.managed and not model._meta.proxy and not model._meta.abstract


def _batches(model: type[Model]) -> Iterator[list[Any]]:
    rows = model._base_manager.using(SOURCE).order_by("pk").iterator(chunk_size=AT_ONCE)
    while some := list(islice(rows, AT_ONCE)):
        yield some
