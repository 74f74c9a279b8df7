"""Real web servers on a database of their own, for tests that kill them: a master with two processes each, as in
production, reached over real connections on 127.0.0.1."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from tests.bench.load import HOST, TOKEN, VERSION

ROOT = Path(__file__).resolve().parent.parent
GONE = (OSError, http.client.HTTPException)  # whoever was asked does not answer any more

PREPARE = """
import datetime as dt, json, os, sys, django
django.setup()
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from ogsm.demo.people import make_people
from ogsm.staticfiles import collect_if_changed
from plans.models import Plan
from updates.models import Session
call_command("migrate", verbosity=0)
collect_if_changed()
at = timezone.now()
make_people(at=at)
call_command("load_bench", actions=int(sys.argv[1]), people=8, choices=3, stdout=open(os.devnull, "w"))
plan = Plan.objects.get()
for number in range(int(sys.argv[2])):  # missed ones: started by hand, and none follows after them
    Session(plan=plan, starts_at=at - dt.timedelta(days=number + 1)).record(by=None, at=at)
keys = {}
for membership in plan.memberships.select_related("user"):
    client = Client()
    client.force_login(membership.user)
    keys[membership.role] = client.cookies["sessionid"].value
cards = plan.actions.exclude(status="done").order_by("pk")
people = plan.memberships.taking_part().values_list("user_id", flat=True)
print(json.dumps({
    "plan": plan.pk, "keys": keys, "cards": [[card.pk, card.result] for card in cards], "people": list(people),
    "sessions": list(plan.sessions.order_by("-starts_at").values_list("pk", flat=True)),
}))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@dataclass
class Site:
    """One installation: its database, its settings, and the plan in it that is written to."""

    url: str
    env: dict[str, str]
    plan: int = 0
    keys: dict[str, str] = field(default_factory=dict)
    cards: list[tuple[int, str]] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    sessions: list[int] = field(default_factory=list)

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.env, check=check, capture_output=True, text=True, timeout=300)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A command as a process of its own, whose end nobody waits for."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=subprocess.DEVNULL, start_new_session=True)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What stands in the database, past every cache."""
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=30)) as database:
                return list(database.execute(sql))
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as server:
            return server.execute(sql).fetchall()

    def write(self, sql: str) -> None:
        """Past the product, as somebody at the database's own prompt."""
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=30)) as database, database:
                database.execute(sql)
            return
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as server:
            server.execute(sql)

    def findings(self) -> str:
        """What `check_data` says; '' when every rule holds."""
        checked = self.manage("check_data", check=False)
        return "" if checked.returncode == 0 else checked.stdout + checked.stderr


@contextmanager
def site(folder: Path, *, cards: int = 40, sessions: int = 0, **more: str) -> Iterator[Site]:
    """A migrated database with one plan: an SQLite file, or a new one on the PostgreSQL the tests run on."""
    with _database(folder) as url:
        env = {
            "PATH": os.environ["PATH"], "DATABASE_URL": url, "SECRET_KEY": "machines", "ALLOWED_HOSTS": HOST,
            "HTTPS": "0", "DJANGO_SETTINGS_MODULE": "ogsm.settings", "EMAIL_URL": "dummymail://",
            "LOG_LEVEL": "WARNING", "SITE_URL": f"http://{HOST}", **more,
        }  # fmt: skip
        command = [sys.executable, "-c", PREPARE, str(cards), str(sessions)]
        made = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True, timeout=600)
        yield Site(url, env, **json.loads(made.stdout.splitlines()[-1]))


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    at = settings.DATABASES["default"]
    if at["ENGINE"].endswith("sqlite3"):
        yield f"sqlite:///{folder / 'machines.sqlite3'}"
        return
    import psycopg

    server = f"postgres://{at['USER']}@{at['HOST']}:{at['PORT']}"
    name = f"machines_{secrets.token_hex(6)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as own:
        own.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server}/{name}"
        finally:
            own.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Machine:
    """One web server: a master with two processes of four threads each, on a port of its own."""

    def __init__(self, site: Site) -> None:
        self.site, self.port = site, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once it answers."""
        options = ["--bind", f"{HOST}:{self.port}", "--workers", "2", "--threads", "4", "--preload"]
        command = [sys.executable, "-m", "gunicorn", *options, "--log-level", "critical", "ogsm.wsgi"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.site.env, start_new_session=True)
        wait_until(self._answers, seconds=120)

    def _answers(self) -> bool:
        assert self.process
        assert self.process.poll() is None, "the web server did not start"
        asked = http.client.HTTPConnection(HOST, self.port, timeout=30)
        try:
            asked.request("GET", "/healthz")
            return asked.getresponse().status == 200
        except GONE:
            return False
        finally:
            asked.close()

    def kill(self) -> None:
        """As when the power goes: master and processes at once, in the middle of whatever they do."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=30)
            self.process = None


def wait_until(holds: Callable[[], bool], *, seconds: float) -> None:
    """Asks twenty times a second; TimeoutError when it does not come true."""
    pause = threading.Event()
    for _turn in range(int(seconds * 20)):
        if holds():
            return
        pause.wait(0.05)
    raise TimeoutError(f"not within {seconds} s: {holds}")


@contextmanager
def machines(site: Site, number: int) -> Iterator[list[Machine]]:
    fleet = [Machine(site) for _ in range(number)]
    try:
        for one in fleet:
            one.start()
        yield fleet
    finally:
        for one in fleet:
            one.kill()


class Person:
    """Somebody who is signed in. Each request has a connection of its own: one that is kept open ends after two idle
    seconds, which would look as if nobody answered."""

    def __init__(self, site: Site, role: str) -> None:
        self.headers = {"Cookie": f"sessionid={site.keys[role]}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}

    def ask(self, machine: Machine, path: str, data: dict[str, Any] | None = None, **more: str) -> tuple[int, bytes]:
        """(status, body) of an answer; one of GONE when there is none."""
        answer, body = self.answer(machine, path, data, **more)
        return answer.status, body

    def answer(
        self, machine: Machine, path: str, data: dict[str, Any] | None = None, **more: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        headers = {**self.headers, **more}
        if data is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
        with closing(http.client.HTTPConnection(HOST, machine.port, timeout=30)) as connection:
            body = None if data is None else urlencode(data)
            connection.request("GET" if data is None else "POST", path, body, headers)
            answer = connection.getresponse()
            return answer, answer.read()


@dataclass
class Kept:
    """What was acknowledged: statements that count one row each when the write is there, and what it was."""

    asked: list[tuple[str, str]] = field(default_factory=list)
    total: int = 0

    def add(self, what: str, sql: str) -> None:
        self.asked.append((what, sql))
        self.total += 1

    def lost(self, site: Site) -> list[str]:
        """What was acknowledged and is not there, or there more than once; each is asked for once."""
        asked, self.asked = self.asked, []
        return [what for what, sql in asked if site.rows(sql)[0][0] != 1]


class Writer:
    """One person at work on one card: moves it, gives updates, words its result anew. `kept` is what was answered
    with 'done'."""

    def __init__(self, site: Site, card: tuple[int, str]) -> None:
        self.site, (self.card, self.result) = site, card
        self.person, self.kept = Person(site, "owner"), Kept()
        self.base = f"/plans/{site.plan}/actions/{self.card}"
        self.turns, self.refused, self.columns = 0, list[str](), ["doing", "todo"]

    def act(self, machine: Machine) -> None:
        """The next of the three. One of GONE when nobody answered."""
        act = (self.move, self.move, self.update, self.edit)[self.turns % 4]
        self.turns += 1
        act(machine)

    def move(self, machine: Machine) -> None:
        """To the top of the other column; without a version, for it may not know how its last move ended."""
        status = self.columns[self.turns % 2]
        code, body = self.person.ask(machine, f"{self.base}/move/", {"status": status})
        self._judge(code, f"move to {status}")
        if code == 200:
            version = int(VERSION.search(body)[1])  # type: ignore[index]
            where = f"id = {self.card} AND version = {version} AND status = '{status}'"
            sql = f"SELECT COUNT(DISTINCT version) FROM actions_historicalaction WHERE {where}"  # noqa: S608
            self.kept.add(f"card {self.card}, version {version}", sql)

    def update(self, machine: Machine) -> None:
        said = uuid.uuid4().hex
        values = {"done": said, "light": "green", "status": "doing", "token": str(uuid.uuid4())}
        code, _body = self.person.ask(machine, f"{self.base}/update/", values)
        self._judge(code, "update")
        if code in (200, 302):
            sql = f"SELECT COUNT(*) FROM updates_update WHERE done = '{said}'"  # noqa: S608
            self.kept.add(f"update {said}", sql)

    def edit(self, machine: Machine) -> None:
        """The result, in its cell. After a failure what it is now may be unknown: then that is looked up."""
        wanted = f"Result {uuid.uuid4().hex} stands"
        code, _body = self.person.ask(
            machine, f"{self.base}/cell/?field=result", {"result": wanted, "first-result": self.result}
        )
        if code == 409:
            now = dict(self.site.rows(f"SELECT id, result FROM actions_action WHERE id = {self.card}"))  # noqa: S608
            self.result = now[self.card]
            return
        self._judge(code, "edit")
        if code == 200:
            self.result = wanted
            sql = f"SELECT COUNT(DISTINCT result) FROM actions_historicalaction WHERE result = '{wanted}'"  # noqa: S608
            self.kept.add(f"edit {wanted}", sql)

    def _judge(self, code: int, what: str) -> None:
        if code not in (200, 204, 302):
            self.refused.append(f"{what}: {code}")


class Facilitator:
    """Holds one session after the other: starts it, records an agreement, closes it. `closed` are those whose closing
    was acknowledged."""

    def __init__(self, site: Site) -> None:
        self.site, self.person, self.kept = site, Person(site, "process_owner"), Kept()
        self.coming, self.closed = list(site.sessions), list[int]()

    def act(self, machine: Machine) -> None:
        if not self.coming:
            return
        session = self.coming[0]
        base = f"/plans/{self.site.plan}/sessions/{session}"
        self.person.ask(machine, f"{base}/start/", {})
        said = uuid.uuid4().hex
        values = {"text": said, "who": self.site.people[0], "due_on": "2030-01-01"}
        code, _body = self.person.ask(machine, f"{base}/agree/", values)
        if code in (200, 302):
            self.kept.add(f"agreement {said}", f"SELECT COUNT(*) FROM updates_decision WHERE text = '{said}'")  # noqa: S608
        code, _body = self.person.ask(machine, f"{base}/close/", {"next-day": "", "next-time": "", "next-place": ""})
        if code in (200, 302):
            self.closed.append(session)
            self.kept.add(
                f"session {session} closed",
                f"SELECT COUNT(*) FROM updates_session WHERE id = {session} AND state = 'closed'"  # noqa: S608
                " AND minutes_record IS NOT NULL",
            )
        if code in (200, 302) or self._is_closed(session):
            self.coming.pop(0)

    def _is_closed(self, session: int) -> bool:
        return self.site.rows(f"SELECT state FROM updates_session WHERE id = {session}") == [("closed",)]  # noqa: S608
