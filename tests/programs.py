"""Whole programs for the tests that break something: the product as gunicorn serves it, PostgreSQL, Redis, a disk."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
GONE = (OSError, http.client.HTTPException)  # whoever was asked does not answer any more


def free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
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
        "DJANGO_SETTINGS_MODULE": "tests.program_settings",
        "SECRET_KEY": "tests-of-whole-programs",
        "ALLOWED_HOSTS": HOST,
        "HTTPS": "0",
        "LOG_FORMAT": "json",
        "EMAIL_URL": "dummymail://",
        "SITE_URL": f"http://{HOST}",
        "DATABASE_URL": database_url,
        **more,
    }


def command(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A command of the product, as a process of its own."""
    run = [sys.executable, "manage.py", *arguments]
    return subprocess.run(run, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)


def manage(*arguments: str, env: dict[str, str]) -> str:
    """What a command says that goes well."""
    done = command(*arguments, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    cookies: list[str]
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode()


class Server:
    """The product as it is served: a master with two processes of four threads, on a port of its own, and what they
    write to standard error."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.port, self.env = free_port(), env
        self.log = folder / f"log-{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once it answers."""
        command = ["-m", "gunicorn", "--bind", f"{HOST}:{self.port}", "--workers", "2", "--threads", "4", "ogsm.wsgi"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        wait_until(self.is_up, seconds=120, what="the server's start")

    def is_up(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.ask("GET", "/healthz").status > 0
        except GONE:
            return False

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As when the power goes: master and processes at once, in the middle of whatever they do."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self.process:
            os.killpg(self.process.pid, how)
            self.process.wait(timeout=60)
            self.process = None

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        """Over a connection of its own: one that is kept open ends after a while, which would look as if nobody
        answered. One of GONE when nobody does."""
        started = time.monotonic()
        with closing(http.client.HTTPConnection(HOST, self.port, timeout=60)) as connection:
            connection.request(method, path, body, {"Accept-Language": "en", **headers})
            answer = connection.getresponse()
            content = answer.read()
        cookies = answer.headers.get_all("Set-Cookie") or []
        return Answer(answer.status, dict(answer.getheaders()), content, cookies, time.monotonic() - started)

    def lines(self, logger: str) -> list[dict[str, object]]:
        """What it logged under this name."""
        entries = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [entry for entry in entries if entry["logger"] == logger]


@contextmanager
def serving(folder: Path, env: dict[str, str], *, number: int = 1) -> Iterator[list[Server]]:
    """So many servers with these settings."""
    servers = [Server(folder, env) for _ in range(number)]
    try:
        for server in servers:
            server.start()
        yield servers
    finally:
        for server in servers:
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
        self.url = f"postgres://ogsm@{HOST}:{self.port}/postgres"
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
        options = f"-h {HOST} -p {self.port} -k '{self.folder}' -c max_connections=60"
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
        self.url = f"redis://{HOST}:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [self.program, "--port", str(self.port), "--bind", HOST, "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
        )
        wait_until(self.answers, what="Redis' start")

    def answers(self) -> bool:
        try:
            socket.create_connection((HOST, self.port), timeout=1).close()
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


@contextmanager
def redis() -> Iterator[Redis]:
    running = Redis()
    try:
        running.start()
        yield running
    finally:
        running.stop()


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
