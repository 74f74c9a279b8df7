"""SQLite: its own online backup, in both directions. A writer meanwhile is either all in the copy or not at all."""

from __future__ import annotations

import datetime as dt
import gzip
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from ogsm.write_queue import write_queue

from .archive import Manifest, Trouble

Facts = tuple[dict[str, int], list[tuple[str, str]]]
PATIENCE = 60  # s that a restore waits for those who write


class Damaged(Trouble):
    """What lies there is no database any more."""


def dump(config: dict[str, Any], to: Path) -> Facts:
    name = str(config["NAME"])
    copy = to.with_name("copy.sqlite3")
    if not Path(name).is_file():
        raise Trouble(f"There is no database yet at {name}.")
    try:
        with closing(sqlite3.connect(name, timeout=PATIENCE)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target, progress=_until(PATIENCE))
            target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
            _refuse_damage(target, f"The database {name}")
            facts = _counts(target), _migrations(target)
    except sqlite3.Error as error:
        raise _in_words(error, name) from error
    with copy.open("rb") as plain, gzip.open(to, "wb", compresslevel=6) as packed:
        shutil.copyfileobj(plain, packed, 1 << 20)
    copy.unlink()
    return facts


def verified(payload: Path, manifest: Manifest) -> Path:
    """The database file in the payload, once SQLite itself finds it whole and every row is there."""
    ready = payload.with_name("ready.sqlite3")
    try:
        with gzip.open(payload, "rb") as packed, ready.open("xb") as plain:
            shutil.copyfileobj(packed, plain, 1 << 20)
        with closing(sqlite3.connect(ready)) as copy:
            _refuse_damage(copy, "The backup")
            counts = _counts(copy)
    except (EOFError, gzip.BadGzipFile, sqlite3.Error) as error:
        raise Trouble(f"The backup is damaged: {error}.") from error
    if counts != manifest.counts:
        raise Trouble("The backup is damaged: it does not hold the rows that its manifest counts.")
    return ready


def counts(config: dict[str, Any]) -> dict[str, int]:
    """Rows per table of the database that is there now; nothing when there is none. Raises Damaged."""
    name = Path(str(config["NAME"]))
    if not name.exists() or not name.stat().st_size:
        return {}
    try:
        with closing(sqlite3.connect(name, timeout=PATIENCE)) as there:
            return _counts(there)
    except sqlite3.Error as error:
        raise _in_words(error, name) from error


def _in_words(error: sqlite3.Error, name: object) -> Trouble:
    if isinstance(error, sqlite3.OperationalError):  # locked, unreadable, no space: nothing is wrong with the file
        return Trouble(f"The database {name} can not be read now: {error}.")
    return Damaged(f"The database {name} is damaged: {error}.")


def set_aside(config: dict[str, Any], *, at: dt.datetime) -> Path:
    """Gives the damaged file, and the logs that belong to it, another name; returns it."""
    name = Path(str(config["NAME"]))
    aside = name.with_name(f"{name.name}.damaged-{at.astimezone(dt.UTC):%Y-%m-%dT%H%M%SZ}")
    for suffix in ("-wal", "-shm", "-journal", ""):
        part = name.with_name(name.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


def load(config: dict[str, Any], ready: Path, manifest: Manifest) -> None:
    """Writes the copy over the database in one transaction of SQLite: who reads meanwhile sees the old or the new."""
    name = str(config["NAME"])
    try:
        with (
            write_queue(),
            closing(sqlite3.connect(ready)) as source,
            closing(sqlite3.connect(name, timeout=PATIENCE)) as target,
        ):
            source.backup(target, progress=_until(PATIENCE))
    except (sqlite3.Error, OSError) as error:
        raise Trouble(f"Nothing was restored: {name} says '{error}'. Stop the web processes and try again.") from error


def _until(seconds: float) -> Callable[[int, int, int], None]:
    """SQLite asks again for as long as another one writes; this ends it."""
    end = time.monotonic() + seconds

    def progress(status: int, remaining: int, total: int) -> None:
        if remaining and time.monotonic() > end:
            raise sqlite3.OperationalError("another process keeps it locked")

    return progress


def _refuse_damage(database: sqlite3.Connection, what: str) -> None:
    found = [row[0] for row in database.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        raise Damaged(f"{what} is damaged: {'; '.join(found)}.")


def _counts(database: sqlite3.Connection) -> dict[str, int]:
    tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {
        name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608  (names of its own)
        for (name,) in sorted(tables.fetchall())
    }


def _migrations(database: sqlite3.Connection) -> list[tuple[str, str]]:
    return database.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
