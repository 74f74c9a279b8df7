"""Backup and restore of the database, with real files, on the database that the tests run on."""

from __future__ import annotations

import datetime as dt
import errno
import io
import itertools
import json
import os
import sqlite3
import stat
import tarfile
import threading
from collections.abc import Callable
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from actions.models import Action
from ogsm import VERSION
from ogsm.accounts.models import User
from ogsm.backup import archive, postgresql, sqlite
from plans.models import Plan

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: object, **options: object) -> str:
    out = StringIO()
    call_command(*map(str, arguments), stdout=out, **options)
    return out.getvalue()


def backups(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.tar"))


def rewritten(file: Path, **values: object) -> Path:
    """The backup with another manifest, as if made elsewhere."""
    changed = file.with_name("changed.tar")
    with tarfile.open(file) as old, tarfile.open(changed, "w") as new:
        for entry in old:
            content = old.extractfile(entry).read()
            if entry.name == archive.MANIFEST:
                content = json.dumps({**json.loads(content), **values}).encode()
            entry.size = len(content)
            new.addfile(entry, io.BytesIO(content))
    return changed


def with_the_last_migration(name: str, file: Path) -> Path:
    with tarfile.open(file) as tar:
        known = json.loads(tar.extractfile(archive.MANIFEST).read())["migrations"]
    return rewritten(file, migrations=[*known, ["plans", name]])


@pytest.fixture
def backup(plan: Plan, action: Action, tmp_path: Path) -> Path:
    """A backup of a plan with an action, in a folder of its own."""
    run("backup", tmp_path / "backups")
    [file] = backups(tmp_path / "backups")
    return file


def test_a_restore_brings_back_what_was_there_and_keeps_a_copy_of_what_is(backup, action, at):
    action.result = "Iets anders"
    action.record(by=None, at=at)
    said = run("restore", backup, replace=True)
    assert Action.objects.get().result == "Webshop toont levertijd per artikel"
    assert "1 plans, 6 people, 1 actions" in said
    assert "rules hold for everything" in said
    [copy] = [file for file in backups(backup.parent) if "before-restore" in file.name]
    assert str(copy) in said
    run("restore", copy, replace=True)
    assert Action.objects.get().result == "Iets anders"


def test_the_file_is_named_by_the_moment_and_only_its_maker_may_read_it(backup):
    assert backup.name == "ogsm-2026-06-11T070000Z.tar"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [path.name for path in backup.parent.iterdir()] == [backup.name], "and nothing lies beside it"


def test_the_manifest_says_what_is_in_it(backup):
    with tarfile.open(backup) as tar:
        manifest = json.loads(tar.extractfile("manifest.json").read())
        assert tar.getnames() == ["manifest.json", manifest["payload"]]
    assert (manifest["version"], manifest["engine"]) == (VERSION, connection.vendor)
    assert (manifest["counts"]["plans_plan"], manifest["counts"]["accounts_user"]) == (1, 6)
    assert ["plans", "0001_initial"] in manifest["migrations"]


def test_backups_of_the_same_second_stand_beside_each_other(backup, tmp_path, at):
    names = [archive.place(backup.parent, at=dt.datetime(2026, 6, 11, 7, 0, tzinfo=dt.UTC))[1]]
    assert names == ["ogsm-2026-06-11T070000Z-2.tar"]


def test_a_name_of_ones_own_is_never_written_over(plan, tmp_path):
    mine = tmp_path / "before-the-move.tar"
    assert run("backup", mine).startswith(f"{mine} (1 plans, 6 people")
    kept = mine.read_bytes()
    with pytest.raises(CommandError, match="is there already"):
        run("backup", mine)
    assert mine.read_bytes() == kept


def test_what_two_people_write_together_is_in_a_backup_together_or_not_at_all(plan, tmp_path):
    stop, written = threading.Event(), threading.Event()

    def write_pairs(writer: int) -> None:
        try:
            for number in itertools.count():
                with transaction.atomic():
                    for half in "ab":
                        User.objects.create(email=f"{half}{writer}-{number}@example.org", name=half)
                if number == 3:
                    written.set()
                if stop.is_set():
                    return
        finally:
            connection.close()

    writers = [threading.Thread(target=write_pairs, args=(writer,)) for writer in range(3)]
    for writer in writers:
        writer.start()
    try:
        assert written.wait(timeout=60)
        for number in range(3):
            run("backup", tmp_path / f"{number}.tar")
    finally:
        stop.set()
        for writer in writers:
            writer.join(timeout=60)
    seen = []
    for number in range(3):
        run("restore", tmp_path / f"{number}.tar", replace=True)
        halves = [User.objects.filter(name=half).count() for half in "ab"]
        assert halves[0] == halves[1]
        seen.append(halves[0])
    assert seen == sorted(seen)
    assert seen[0] >= 4


@pytest.mark.parametrize("payload", ["itself", "../../etc/passwd", 5])
def test_an_archive_that_leads_nowhere_is_refused_in_a_sentence(payload, backup, tmp_path):
    """A member that is a link to itself, one outside the archive, and no name at all."""
    with tarfile.open(backup) as tar:
        manifest = json.loads(tar.extractfile("manifest.json").read())
    text = json.dumps({**manifest, "payload": payload}).encode()
    first, link = tarfile.TarInfo("manifest.json"), tarfile.TarInfo("itself")
    first.size, link.type, link.linkname = len(text), tarfile.SYMTYPE, "itself"
    with tarfile.open(tmp_path / "odd.tar", "w") as tar:
        tar.addfile(first, io.BytesIO(text))
        tar.addfile(link)
    with pytest.raises(CommandError, match="is no backup of OGSM"):
        run("restore", tmp_path / "odd.tar", replace=True)


def test_a_database_with_people_in_it_is_not_written_over_unasked(backup, member):
    User.objects.filter(pk=member.pk).update(name="Lotte de Wit")
    with pytest.raises(CommandError, match=r"not empty: 1 plans, 6 people.*--replace"):
        run("restore", backup)
    assert User.objects.get(pk=member.pk).name == "Lotte de Wit"


def test_an_installation_that_was_only_migrated_needs_no_asking(backup):
    call_command("flush", interactive=False, verbosity=0)
    said = run("restore", backup)
    assert Plan.objects.get().name == "Groei 2026"
    assert "kept in" not in said


def test_nobody_is_signed_in_after_a_restore_and_everybody_can_sign_in(client_of, client, member, tmp_path):
    signed_in = client_of(member)
    run("backup", tmp_path)
    assert signed_in.get("/plans/").status_code == 200
    run("restore", *backups(tmp_path), replace=True)
    assert signed_in.get("/plans/")["Location"] == "/accounts/login/?next=/plans/"
    answer = client.post("/accounts/login/", {"login": member.email, "password": "a-good-password"})
    assert answer["Location"] == "/"


def test_another_secret_key_is_told(backup, settings):
    assert "SECRET_KEY" not in run("restore", backup, replace=True)
    settings.SECRET_KEY = "of another installation"
    said = run("restore", backup, replace=True)
    assert "SECRET_KEY here is not the one the backup was made with: links in mails of before do not work" in said
    assert settings.SECRET_KEY not in backup.read_bytes().decode(errors="ignore")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"version": "99.0"}, r"made by a newer version, 99\.0; this is .* Install that version first"),
        ({"format": 2}, "made by a newer version.* in a form this one does not know"),
        ({"engine": "mysql"}, "The backup is of mysql and this installation is on"),
        ({"counts": {"plans_plan": 2}}, "does not hold the rows that its manifest counts"),
        ({"migrations": 7}, "manifest.json can not be read"),
        ({"sha256": "0" * 64}, "checksum"),
        ({"payload": "elsewhere"}, "no backup of OGSM, or not all of it"),
    ],
)
def test_a_backup_that_does_not_fit_here_is_refused_with_the_reason(backup, action, change, sentence):
    with pytest.raises(CommandError, match=sentence):
        run("restore", rewritten(backup, **change), replace=True)
    assert Action.objects.get() == action


def test_a_backup_with_a_migration_nobody_here_knows_is_of_a_newer_version(backup):
    with pytest.raises(CommandError, match=r"newer version.*\(it has plans\.9999_of_tomorrow\)"):
        run("restore", with_the_last_migration("9999_of_tomorrow", backup), replace=True)


def truncated(part: float) -> Callable[[bytes], bytes]:
    return lambda content: content[: int(len(content) * part)]


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        *(truncated(part) for part in (0, 0.01, 0.1, 0.3, 0.6)),
        flipped,
        lambda content: b"PK\x03\x04 a workbook",
        lambda content: content[1000:],
        lambda content: b"\0" * len(content),
    ],
)
def test_a_damaged_file_is_refused_in_a_sentence_and_changes_nothing(backup, action, damage):
    backup.write_bytes(damage(backup.read_bytes()))
    with pytest.raises(CommandError, match=r"is no backup of OGSM|is damaged"):
        run("restore", backup, replace=True)
    assert Action.objects.get() == action


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        run("restore", tmp_path / "gone.tar")


def test_keep_removes_the_oldest_of_its_own_and_nothing_else(plan, tmp_path):
    for day in range(1, 5):
        (tmp_path / f"ogsm-2026-06-0{day}T010000Z.tar").touch()
    others = ["ogsm-2026-06-01T010000Z-before-restore.tar", "ogsm.tar", "notes.txt", "ogsm-2026-06-01T010000Z.tar.gpg"]
    for name in others:
        (tmp_path / name).touch()
    said = run("backup", tmp_path, keep=2)
    left = {path.name for path in tmp_path.iterdir()} - set(others)
    assert left == {"ogsm-2026-06-04T010000Z.tar", "ogsm-2026-06-11T070000Z.tar"}
    assert said.count("removed") == 3
    assert all((tmp_path / name).exists() for name in others)


def test_keeping_none_is_refused_before_anything_is_done(tmp_path):
    with pytest.raises(CommandError, match="from 1"):
        run("backup", tmp_path, keep=0)
    assert backups(tmp_path) == []


def test_a_full_disk_leaves_the_older_backups_and_no_half_one(backup, monkeypatch):
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(archive.os, "fsync", full)
    with pytest.raises(CommandError, match="No space left on device"):
        run("backup", backup.parent, keep=1)
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]


def test_what_a_killed_backup_left_is_swept_away_a_day_later(plan, tmp_path):
    old, new = tmp_path / ".ogsm-partial-old", tmp_path / ".ogsm-partial-new"
    for left in (old, new):
        left.mkdir()
        (left / "partial.tar").touch()
    os.utime(old, (0, 0))
    run("backup", tmp_path)
    assert (old.exists(), new.exists()) == (False, True)


@pytest.fixture
def small(tmp_path: Path) -> dict[str, str]:
    """A database file of its own that has nothing but a long table."""
    name = tmp_path / "small.sqlite3"
    with closing(sqlite3.connect(name)) as database, database:
        database.execute("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app TEXT, name TEXT)")
        database.executemany("INSERT INTO django_migrations (app, name) VALUES ('a', ?)", [("x" * 900,)] * 500)
    return {"NAME": str(name)}


def test_a_damaged_database_is_not_backed_up_as_if_it_were_whole(small, tmp_path):
    with open(small["NAME"], "r+b") as file:
        file.seek(100_000)
        file.write(os.urandom(50_000))
    with pytest.raises(archive.Trouble, match=r"small\.sqlite3 is damaged"):
        sqlite.dump(small, tmp_path / "copy.gz")


def test_a_database_that_is_none_any_more_is_set_aside_with_its_logs(small, at):
    name = Path(small["NAME"])
    name.write_bytes(b"no database at all" * 100)
    with pytest.raises(sqlite.Damaged, match="is damaged"):
        sqlite.counts(small)
    Path(f"{name}-wal").write_bytes(b"log")
    aside = sqlite.set_aside(small, at=at)
    assert aside.name == "small.sqlite3.damaged-2026-06-11T070000Z"
    assert (aside.exists(), Path(f"{aside}-wal").exists(), name.exists()) == (True, True, False)


@pytest.mark.parametrize(
    ("version", "sentence"), [("14.9", "of version 14.9 and the server of version 15.*postgresql-client-15"), ("", "")]
)
def test_a_pg_dump_older_than_its_server_is_said_so(tmp_path, monkeypatch, version, sentence):
    class Server:
        pg_version = 150004

        def cursor(self) -> object:
            return closing(io.BytesIO())

    program = tmp_path / "pg_dump"
    program.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version or '15.18 (Debian 15.18-0)'}'\n")
    program.chmod(0o700)
    monkeypatch.setattr(postgresql, "connection", Server())
    if sentence:
        with pytest.raises(archive.Trouble, match=sentence):
            postgresql._refuse_an_older(str(program))
    else:
        assert postgresql._refuse_an_older(str(program)) is None


def test_a_machine_without_pg_dump_is_told_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(archive.Trouble, match=r"pg_dump is not on this machine.*postgresql-client"):
        postgresql._program("pg_dump")
