"""Killed at any instant, a backup is whole or not there, and a restore has put back all or nothing."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from ogsm.backup import archive, sqlite

ROUNDS = 12
ROWS = 4_000
RESTORE_ON_AND_ON = """
import sys, itertools, django; django.setup()
from pathlib import Path
from ogsm.backup import sqlite
print("ready", flush=True)
for name in itertools.cycle(sys.argv[2:]):
    sqlite.load({"NAME": sys.argv[1]}, Path(name), None)
"""
BACK_UP_ON_AND_ON = """
import sys, itertools, django; django.setup()
from django.utils import timezone
from pathlib import Path
from ogsm import backup
print("ready", flush=True)
for number in itertools.count():
    backup.make(Path(sys.argv[1]) / f"{sys.argv[2]}-{number}.tar", at=timezone.now())
"""


def environment(database: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "ogsm.settings",
        "SECRET_KEY": "k" * 60,
        "ALLOWED_HOSTS": "ogsm.example.org",
        "DATABASE_URL": f"sqlite:///{database}",
    }


@contextmanager
def killed_after(seconds: float, script: str, *arguments: object, database: Path) -> Iterator[None]:
    """Runs the script and kills it without warning, so many seconds after it began its work."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=settings.BASE_DIR, env=environment(database), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    threading.Event().wait(seconds)
    process.kill()
    process.wait(timeout=30)
    process.stdout.close()
    yield


def manage(*arguments: object, database: Path) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=settings.BASE_DIR, env=environment(database), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def filled(path: Path, word: str) -> Path:
    """A database of many pages in which every row says the same word."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT)")
        database.executemany("INSERT INTO words (word) VALUES (?)", [(word * 400,)] * ROWS)
    return path


@pytest.mark.slow
def test_a_restore_that_is_killed_leaves_all_of_the_old_or_all_of_the_new(tmp_path):
    target = filled(tmp_path / "target.sqlite3", "c")
    copies = [filled(tmp_path / f"{word}.sqlite3", word) for word in "ab"]
    moments, seen = random.Random(7), set()  # noqa: S311
    for _ in range(ROUNDS):
        with (
            killed_after(moments.uniform(0, 0.3), RESTORE_ON_AND_ON, target, *copies, database=target),
            closing(sqlite3.connect(target)) as left,
        ):
            assert left.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            [(word, rows)] = left.execute("SELECT word, count(*) FROM words GROUP BY word").fetchall()
            assert rows == ROWS
            seen.add(word[0])
    assert seen >= {"a", "b"}, "and they were killed in the middle of work"


@pytest.mark.slow
def test_a_backup_that_is_killed_leaves_only_whole_files(tmp_path):
    database, folder = tmp_path / "live.sqlite3", tmp_path / "backups"
    manage("migrate", "--no-input", database=database)
    folder.mkdir()
    moments = random.Random(7)  # noqa: S311
    for number in range(ROUNDS):
        with killed_after(moments.uniform(0, 0.5), BACK_UP_ON_AND_ON, folder, number, database=database):
            assert not list(folder.glob("*partial.tar"))
    made = sorted(folder.glob("*.tar"))
    assert made
    for number, file in enumerate(made):
        work = tmp_path / f"work{number}"
        work.mkdir()
        manifest, payload = archive.read(file, work)
        assert sqlite.verified(payload, manifest).exists()


@pytest.mark.slow
def test_a_backup_of_an_older_version_is_brought_up_to_this_one(tmp_path):
    old, new = tmp_path / "old.sqlite3", tmp_path / "new.sqlite3"
    before_last = sorted(name for app, name in MigrationLoader(None).disk_migrations if app == "updates")[-2]
    for app in ("account", "accounts"):
        manage("migrate", "--no-input", app, database=old)
    manage("migrate", "--no-input", "updates", before_last, database=old)
    manage("first_owner", "karin@example.org", "--name", "Karin de Boer", database=old)
    manage("backup", tmp_path / "old.tar", database=old)
    assert "1 people" in manage("restore", tmp_path / "old.tar", database=new)
    assert "[ ]" not in manage("showmigrations", "--plan", database=new)
    asked = "from ogsm.accounts.models import User; print(User.objects.get().name)"
    assert manage("shell", "--no-imports", "-c", asked, database=new) == "Karin de Boer\n"
