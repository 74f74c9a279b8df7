"""Whole programs for the tests that break something: the product as gunicorn serves it, PostgreSQL, Redis, a disk."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "a-good-password"
PEOPLE = """
from tests import factories
owner = factories.UserFactory(name="Karin de Boer", email="karin@example.org", can_create_plans=True)
plan = factories.PlanFactory(name="Groei", ambition="Eerst")
factories.MembershipFactory(plan=plan, user=owner, role="owner")
"""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_until(true: Callable[[], object], *, seconds: float = 60, what: str = "it") -> None:
    """Asks again every twentieth of a second; fails the test after `seconds`."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            pytest.fail(f"{what} took longer than {seconds} s")
        threading.Event().wait(0.05)


def product_env(database_url: str, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "tests.machine_settings",
        "SECRET_KEY": "tests-of-whole-machines",
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "0",
        "LOG_FORMAT": "json",
        "EMAIL_URL": "dummymail://",
        "DATABASE_URL": database_url,
        **more,
    }


def manage(*arguments: str, env: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def fill(database_url: str) -> None:
    """Tables, one plan and its owner."""
    env = product_env(database_url)
    manage("migrate", "-v0", env=env)
    manage("shell", "-v0", "-c", PEOPLE, env=env)


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str
    cookies: list[str]
    seconds: float


class Server:
    """The product in two processes of four threads, and what they write to standard error."""

    def __init__(self, folder: Path, database_url: str, **env: str) -> None:
        self.port = free_port()
        self.env = product_env(database_url, **env)
        self.log = folder / f"log-{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}", "--workers", "2", "--threads", "4"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *command, "ogsm.wsgi"], cwd=ROOT, env=self.env, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        wait_until(self.is_up, what="the server's start")

    def is_up(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.ask("GET", "/healthz").status > 0
        except OSError:
            return False

    def stop(self) -> None:
        if self.process:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(timeout=60)
            self.process = None

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        started = time.monotonic()
        try:
            connection.request(method, path, body, {"Accept-Language": "en", **headers})
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        cookies = answer.headers.get_all("Set-Cookie") or []
        return Answer(answer.status, dict(answer.getheaders()), text, cookies, time.monotonic() - started)

    def lines(self, logger: str) -> list[dict[str, object]]:
        """What it logged under this name."""
        entries = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [entry for entry in entries if entry["logger"] == logger]


class Person:
    """Somebody with a browser that keeps its cookies."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, values: dict[str, str] | None = None, **headers: str) -> Answer:
        body = None
        if values is not None:
            body = urllib.parse.urlencode({"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **values})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
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
        answer = self.post("/accounts/login/", {"login": "karin@example.org", "password": PASSWORD})
        assert answer.status == 302, answer.text
        return re.search(r"/plans/\d+/", self.get("/plans/").text).group()


@contextmanager
def serving(folder: Path, database_url: str, **env: str) -> Iterator[Server]:
    server = Server(folder, database_url, **env)
    try:
        server.start()
        yield server
    finally:
        server.stop()


# ---- PostgreSQL ----
def postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    elsewhere = shutil.which("initdb")
    return found[0].parent if found else Path(elsewhere).resolve().parent if elsewhere else None


class Postgres:
    """A cluster of its own, that can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        programs = postgres_programs()
        if programs is None:
            pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
        self.programs, self.folder, self.port = programs, folder, free_port()
        self.url = f"postgres://ogsm@127.0.0.1:{self.port}/postgres"
        self.user = None
        if os.geteuid() == 0:  # as root it refuses to run
            self.user = "postgres"
            shutil.chown(folder, self.user)
        self.run("initdb", "-A", "trust", "-U", "ogsm", "-E", "UTF8", "--locale=C.UTF-8", "-N")

    def run(self, program: str, *arguments: str) -> None:
        command = [self.programs / program, "-D", self.folder / "data", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, user=self.user, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60
        )
        assert done.returncode == 0, done.stderr.decode()

    def start(self) -> None:
        options = f"-h 127.0.0.1 -p {self.port} -k '{self.folder}' -c max_connections=60"
        self.run("pg_ctl", "-w", "-s", "-l", str(self.folder / "log"), "start", "-o", options)

    def stop(self) -> None:
        """As an administrator in a hurry does it: everybody's connection is cut."""
        self.run("pg_ctl", "-w", "-s", "-m", "fast", "stop")


@contextmanager
def postgres() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory(prefix="ogsm-pg-") as folder:  # where its own user may come
        cluster = Postgres(Path(folder))
        cluster.start()
        try:
            yield cluster
        finally:
            subprocess.run(
                [cluster.programs / "pg_ctl", "-D", cluster.folder / "data", "-m", "immediate", "-s", "stop"],
                user=cluster.user, cwd=folder, stderr=subprocess.DEVNULL, check=False,
            )  # fmt: skip


# ---- Redis ----
class Redis:
    def __init__(self) -> None:
        self.program = shutil.which("redis-server")
        if self.program is None:
            pytest.skip("Redis is not installed (apt-get install redis-server)")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
        )
        wait_until(self.answers, what="Redis' start")

    def answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait(timeout=20)
            self.process = None

    def freeze(self) -> None:
        """It takes connections and never answers."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)


# ---- a small disk ----
@contextmanager
def disk(folder: Path, *, mb: int) -> Iterator[Path]:
    """A file system of its own in memory. Needs the right to mount."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={mb}m", "tmpfs", folder], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("no right to mount a disk here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=False)


def remount(folder: Path, mode: str) -> None:
    """'ro' or 'rw'."""
    subprocess.run(["mount", "-o", f"remount,{mode}", folder], check=True)
