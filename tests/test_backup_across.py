"""A backup of SQLite goes into PostgreSQL row by row; here into a new database of the kind that the tests run on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from ogsm.backup import across, archive

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
FIGURES = """
import json
from django.apps import apps
def told(value):  # PostgreSQL keeps the keys of JSON in an order of its own
    return json.dumps(value, sort_keys=True) if isinstance(value, (dict, list)) else str(value)
for model in apps.get_models(include_auto_created=True):
    rows = model._base_manager.order_by("pk").values_list()
    if model._meta.app_label in ("accounts", "plans", "actions", "updates") and model.__name__ != "RunRecord":
        print(model._meta.db_table, [tuple(map(told, row)) for row in rows[:50]], rows.count())
"""
LOAD = """
import sys, django; django.setup()
from pathlib import Path
from ogsm.backup import across, archive, sqlite
manifest, payload = archive.read(Path(sys.argv[1]), Path(sys.argv[2]))
across.refuse_another_version(manifest)
ready = sqlite.verified(payload, manifest)
manifest.counts.update(eval(sys.argv[3]))
across.load(ready, manifest)
"""
NEW_ROWS = """
from plans.models import Plan
from django.contrib.auth import authenticate
from django.utils import timezone
owner = authenticate(None, email="owner@demo.example", password="demo-demo-demo")
latest = Plan.objects.latest("pk")
plan = Plan(name="New", starts_on=latest.starts_on, ends_on=latest.ends_on)
plan.record(by=owner, at=timezone.now())
print(plan.pk - latest.pk)
"""


def python(url: str, *arguments: object, fails: bool = False) -> str:
    env = {"PATH": os.environ["PATH"], "DATABASE_URL": url, "DEMO": "1", "DJANGO_SETTINGS_MODULE": "ogsm.settings"}
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True)
    assert (done.returncode != 0) == fails, done.stderr
    return done.stderr if fails else done.stdout


def shell(url: str, script: str) -> str:
    return python(url, "manage.py", "shell", "--no-imports", "-c", script)


@pytest.fixture
def demo(tmp_path: Path) -> str:
    """The demo on SQLite, with a backup of it beside."""
    url = f"sqlite:///{tmp_path}/demo.sqlite3"
    python(url, "manage.py", "demo_data")
    python(url, "manage.py", "backup", tmp_path / "demo.tar")
    return url


@pytest.fixture
def target(tmp_path: Path) -> Iterator[str]:
    """The address of a new, empty database."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/target.sqlite3"
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE across")
        yield os.environ["DATABASE_URL"].rpartition("/")[0] + "/across"
        cursor.execute("DROP DATABASE across")


def load(target: str, tmp_path: Path, *, counts: str = "{}", fails: bool = False) -> str:
    (tmp_path / f"work{counts}").mkdir()
    return python(target, "-c", LOAD, tmp_path / "demo.tar", tmp_path / f"work{counts}", counts, fails=fails)


def test_every_row_comes_over_as_it_was_or_nothing_changes(demo, target, tmp_path):
    before = shell(demo, FIGURES)
    load(target, tmp_path)
    assert shell(target, FIGURES) == before
    assert "actions_historicalaction [(" in before
    assert shell(target, NEW_ROWS) == "1\n", "people sign in as before, and new rows get new numbers"

    changed = shell(target, FIGURES)
    said = load(target, tmp_path, counts="{'actions_action': 1}", fails=True)
    assert "actions_action has other rows" in said
    assert shell(target, FIGURES) == changed


def test_a_backup_of_an_older_version_stays_with_its_own_kind_first(demo, tmp_path):
    manifest, _ = archive.read(tmp_path / "demo.tar", tmp_path)
    older = archive.Manifest(**{**vars(manifest), "migrations": manifest.migrations[:-1]})
    with pytest.raises(archive.Trouble, match=r"older version .* Restore it on SQLite with this version first"):
        across.refuse_another_version(older)
