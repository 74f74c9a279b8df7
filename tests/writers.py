"""Who write against the product while its programs (programs.py) break: people with a browser, a site full of work and
those who are at it, who know what they were told is saved."""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from tests.bench.load import TOKEN, VERSION
from tests.programs import ROOT, Answer, Server, command, manage, product_env

DONE = (200, 204, 302)  # answers to a write that was done
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


# ---- one plan, and its owner at the sign-in page ----
OWNER, PASSWORD = "karin@example.org", "a-good-password"
ONE_PLAN = """
from tests import factories
owner = factories.UserFactory(name="Karin de Boer", email="karin@example.org", can_create_plans=True)
plan = factories.PlanFactory(name="Groei", ambition="Eerst")
factories.MembershipFactory(plan=plan, user=owner, role="owner")
"""


def fill(database_url: str) -> None:
    """Tables, one plan and its owner."""
    env = product_env(database_url)
    manage("migrate", "-v0", env=env)
    manage("shell", "-v0", "-c", ONE_PLAN, env=env)


class Browser:
    """Somebody's, at one server: it keeps its cookies and sends the token of the form along."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, values: dict[str, str] | None = None, **headers: str) -> Answer:
        body = None
        if values is not None:
            body = urlencode({"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **values})
            headers |= FORM
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.server.ask(method, path, body, **headers)
        for cookie in answer.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, values: dict[str, str], **headers: str) -> Answer:
        return self.ask("POST", path, values, **headers)

    def sign_in(self) -> str:
        """As the plan's owner; the address of the plan."""
        self.get("/accounts/login/")
        answer = self.post("/accounts/login/", {"login": OWNER, "password": PASSWORD})
        assert answer.status == 302, answer.text
        return re.search(r"/plans/\d+/", self.get("/plans/").text).group()


# ---- a site full of work, and who is at it ----
FULL_SITE = """
import datetime as dt, json, os, sys, django
django.setup()
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from ogsm.demo.people import make_people
from plans.models import Plan
from updates.models import Session
call_command("migrate", verbosity=0)
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


@dataclass
class Site:
    """One installation: its folder, its database, its settings, and the plan in it that is written to."""

    folder: Path
    url: str
    env: dict[str, str]
    plan: int = 0
    keys: dict[str, str] = field(default_factory=dict)
    cards: list[tuple[int, str]] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    sessions: list[int] = field(default_factory=list)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What stands in the database, past every cache."""
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=30)) as database:
                return list(database.execute(sql))
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as server:
            return server.execute(sql).fetchall()

    def findings(self) -> str:
        """What `check_data` says that does not hold; '' when every rule does."""
        checked = command("check_data", env=self.env)
        return "" if checked.returncode == 0 else checked.stdout + checked.stderr


@contextmanager
def site(folder: Path, *, cards: int = 40, sessions: int = 0, **more: str) -> Iterator[Site]:
    """A migrated database with one plan: an SQLite file, or a new one on the PostgreSQL the tests run on."""
    with _database(folder) as url:
        env = product_env(url, LOG_LEVEL="ERROR", **more)
        make = [sys.executable, "-c", FULL_SITE, str(cards), str(sessions)]
        made = subprocess.run(make, cwd=ROOT, env=env, check=True, capture_output=True, text=True, timeout=600)
        yield Site(folder, url, env, **json.loads(made.stdout.splitlines()[-1]))


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    at = settings.DATABASES["default"]
    if at["ENGINE"].endswith("sqlite3"):
        yield f"sqlite:///{folder / 'site.sqlite3'}"
        return
    import psycopg

    server = f"postgres://{at['USER']}@{at['HOST']}:{at['PORT']}"
    name = f"site_{secrets.token_hex(6)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as own:
        own.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server}/{name}"
        finally:
            own.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Member:
    """Somebody of the site's plan who is signed in, at whichever server."""

    def __init__(self, site: Site, role: str) -> None:
        self.headers = {"Cookie": f"sessionid={site.keys[role]}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}

    def get(self, server: Server, path: str, **more: str) -> Answer:
        return server.ask("GET", path, **self.headers, **more)

    def post(self, server: Server, path: str, values: dict[str, Any]) -> Answer:
        return server.ask("POST", path, urlencode(values), **self.headers, **FORM, **{"HX-Request": "true"})


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
        self.member, self.kept = Member(site, "owner"), Kept()
        self.base = f"/plans/{site.plan}/actions/{self.card}"
        self.turns, self.refused, self.columns = 0, list[str](), ["doing", "todo"]

    def act(self, server: Server) -> None:
        """The next of the three. One of GONE when nobody answered."""
        act = (self.move, self.move, self.update, self.edit)[self.turns % 4]
        self.turns += 1
        act(server)

    def move(self, server: Server) -> None:
        """To the top of the other column; without a version, for it may not know how its last move ended."""
        status = self.columns[self.turns % 2]
        answer = self.member.post(server, f"{self.base}/move/", {"status": status})
        self._judge(answer.status, f"move to {status}")
        if answer.status == 200:
            version = int(VERSION.search(answer.body)[1])  # type: ignore[index]
            where = f"id = {self.card} AND version = {version} AND status = '{status}'"
            sql = f"SELECT COUNT(DISTINCT version) FROM actions_historicalaction WHERE {where}"  # noqa: S608
            self.kept.add(f"card {self.card}, version {version}", sql)

    def update(self, server: Server) -> None:
        said = uuid.uuid4().hex
        values = {"done": said, "light": "green", "status": "doing", "token": str(uuid.uuid4())}
        code = self.member.post(server, f"{self.base}/update/", values).status
        self._judge(code, "update")
        if code in DONE:
            sql = f"SELECT COUNT(*) FROM updates_update WHERE done = '{said}'"  # noqa: S608
            self.kept.add(f"update {said}", sql)

    def edit(self, server: Server) -> None:
        """The result, in its cell. After a failure what it is now may be unknown: then that is looked up."""
        wanted = f"Result {uuid.uuid4().hex} stands"
        values = {"result": wanted, "first-result": self.result}
        code = self.member.post(server, f"{self.base}/cell/?field=result", values).status
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
        if code not in DONE:
            self.refused.append(f"{what}: {code}")


class Facilitator:
    """Holds one session after the other: starts it, records an agreement, closes it. `closed` are those whose closing
    was acknowledged."""

    def __init__(self, site: Site) -> None:
        self.site, self.member, self.kept = site, Member(site, "process_owner"), Kept()
        self.coming, self.closed = list(site.sessions), list[int]()

    def act(self, server: Server) -> None:
        if not self.coming:
            return
        session = self.coming[0]
        base = f"/plans/{self.site.plan}/sessions/{session}"
        self.member.post(server, f"{base}/start/", {})
        said = uuid.uuid4().hex
        values = {"text": said, "who": self.site.people[0], "due_on": "2030-01-01"}
        code = self.member.post(server, f"{base}/agree/", values).status
        if code in DONE:
            self.kept.add(f"agreement {said}", f"SELECT COUNT(*) FROM updates_decision WHERE text = '{said}'")  # noqa: S608
        code = self.member.post(server, f"{base}/close/", {"next-day": "", "next-time": "", "next-place": ""}).status
        if code in DONE:
            self.closed.append(session)
            self.kept.add(
                f"session {session} closed",
                f"SELECT COUNT(*) FROM updates_session WHERE id = {session} AND state = 'closed'"  # noqa: S608
                " AND minutes_record IS NOT NULL",
            )
        if code in DONE or self._is_closed(session):
            self.coming.pop(0)

    def _is_closed(self, session: int) -> bool:
        return self.site.rows(f"SELECT state FROM updates_session WHERE id = {session}") == [("closed",)]  # noqa: S608
