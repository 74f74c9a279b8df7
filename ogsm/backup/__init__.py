"""Backup of the database into one file, and restore of it: while the application runs, whole or not at all.

`make` and `restore` are what the commands call; `archive` knows the file, `sqlite` and `postgresql` the databases.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.utils.crypto import salted_hmac

from ogsm import VERSION

from . import across, archive, postgresql, sqlite
from .archive import FORMAT, Manifest, Trouble

__all__ = ["Restored", "Trouble", "make", "restore"]

CONTENT = ("accounts_", "plans_", "actions_", "updates_")  # tables with what people put in
MACHINES_OWN = {"updates_runrecord"}  # a run of run_due that found nothing is no content
SHOWN = {"plans_plan": "plans", "accounts_user": "people", "actions_action": "actions", "updates_session": "sessions"}


@dataclass(frozen=True)
class Restored:
    manifest: Manifest
    safety_copy: Path | None
    set_aside: Path | None
    other_key: bool
    """The SECRET_KEY here is not the one of the installation that made the backup."""


def make(target: Path, *, at: dt.datetime, note: str = "") -> tuple[Path, Manifest]:
    """One backup as a file of its own, in the folder or under the name given; others may go on writing.

    Raises Trouble with a sentence, and then leaves nothing behind. Reads the whole database.
    """
    folder, name = archive.place(target, at=at, note=note)
    with archive.workshop(folder) as work:
        payload = work / _payload_name()
        counts, migrations = _engine().dump(connection.settings_dict, payload)
        manifest = Manifest(
            format=FORMAT,
            version=VERSION,
            made_at=at.astimezone(dt.UTC).isoformat(timespec="seconds"),
            engine=connection.vendor,
            payload=payload.name,
            size=payload.stat().st_size,
            sha256=archive.digest(payload),
            migrations=migrations,
            counts=counts,
            key=key_mark(),
        )
        return archive.write(work, folder, name, manifest, payload), manifest


def restore(file: Path, *, at: dt.datetime, replace: bool = False) -> Restored:
    """Put the database back as it was in the backup, and bring it up to this version.

    A backup of SQLite also goes into PostgreSQL. Raises Trouble with a sentence when the file is damaged, newer than
    this version or of a database that can not come here, or when there is content already and `replace` does not say
    that it may go; the database is then as it was.
    """
    with tempfile.TemporaryDirectory(prefix="ogsm-restore-") as folder:
        manifest, payload = archive.read(file, Path(folder))
        _refuse_what_does_not_fit(manifest)
        moves = manifest.engine != connection.vendor
        ready = (sqlite if moves else _engine()).verified(payload, manifest)
        safety_copy, set_aside = _make_room(file.parent, at=at, replace=replace)
        connections.close_all()
        if moves:
            across.load(ready, manifest)
        else:
            _engine().load(connection.settings_dict, ready, manifest)
    _bring_up_to_date()
    return Restored(manifest, safety_copy, set_aside, other_key=manifest.key != key_mark())


def in_words(counts: dict[str, int]) -> str:
    """'2 plans, 9 people, …' of the tables that an administrator knows by sight."""
    return ", ".join(f"{counts.get(table, 0)} {what}" for table, what in SHOWN.items())


def key_mark() -> str:
    """Tells one SECRET_KEY from another without telling what it is."""
    return salted_hmac("ogsm.backup", "which key", algorithm="sha256").hexdigest()[:16]


def _engine() -> Any:
    if connection.vendor not in ("sqlite", "postgresql"):
        raise Trouble(f"Backups are of SQLite and PostgreSQL, not of {connection.vendor}.")
    return sqlite if connection.vendor == "sqlite" else postgresql


def _payload_name() -> str:
    return "database.sqlite3.gz" if connection.vendor == "sqlite" else "database.dump"


def _refuse_what_does_not_fit(manifest: Manifest) -> None:
    loader = MigrationLoader(None)
    unknown = [
        f"{app}.{name}"
        for app, name in manifest.migrations
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
    ]
    if unknown or archive.is_newer(manifest.version, VERSION):
        reason = f" (it has {unknown[-1]})" if unknown else ""
        raise Trouble(
            f"The backup was made by a newer version, {manifest.version}{reason}; this is {VERSION}."
            " Install that version first, then restore."
        )
    if (manifest.engine, connection.vendor) == ("sqlite", "postgresql"):
        across.refuse_another_version(manifest)
    elif manifest.engine != connection.vendor:
        raise Trouble(
            f"The backup is of {manifest.engine} and this installation is on {connection.vendor}."
            f" Restore it where DATABASE_URL names a {manifest.engine} database."
        )


def _make_room(folder: Path, *, at: dt.datetime, replace: bool) -> tuple[Path | None, Path | None]:
    """Where the copy of what is there now went, and the file that could not be copied, if any."""
    try:
        counts = _engine().counts(connection.settings_dict)
        content = {table for table, rows in counts.items() if table.startswith(CONTENT) and rows}
        if not content - MACHINES_OWN:
            return None, None
        if not replace:
            raise Trouble(
                f"The database is not empty: {in_words(counts)}. With --replace the backup takes the place of all that;"
                " a copy of it is made first."
            )
        return make(folder, at=at, note="before-restore")[0], None
    except sqlite.Damaged as damage:
        if not replace:
            raise Trouble(f"{damage} With --replace it is set aside and the backup takes its place.") from damage
        return None, sqlite.set_aside(connection.settings_dict, at=at)


def _bring_up_to_date() -> None:
    """Newer migrations; and nobody stays signed in: who signed out since the backup must not be in again by it."""
    call_command("migrate", interactive=False, verbosity=0)
    Session.objects.all().delete()
    cache.clear()
