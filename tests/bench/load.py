"""Many clients at once against the real web server, on this machine only, for a bounded time."""

from __future__ import annotations

import http.client
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from urllib.parse import urlencode

HOST = "127.0.0.1"
BETWEEN = 0.02  # s from one client to the next
TOKEN = "b" * 32  # the CSRF token of every client: it has only to be the same in the cookie and the header
VERSION = re.compile(rb'data-version="(\d+)"')


@dataclass
class Client:
    """One browser: its own connection, and what it was answered. Times in seconds."""

    port: int
    session: str
    times: list[float] = field(default_factory=list)
    failures: int = 0
    tags: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        self.headers = {"Cookie": f"sessionid={self.session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}

    def read(self, address: str) -> bytes:
        """A page, asked for as a browser does that has seen it before."""
        tag = self.tags.get(address)
        return self.ask("GET", address, **({"If-None-Match": tag} if tag else {}))

    def ask(self, method: str, address: str, data: dict[str, object] | None = None, **more: str) -> bytes:
        """The body of the answer, b'' when it was not a good one."""
        headers = {**self.headers, **more}
        if data is not None:
            headers["HX-Request"] = "true"
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        before = time.perf_counter()
        try:
            self.connection.request(method, address, urlencode(data) if data is not None else None, headers)
            response = self.connection.getresponse()
            if method == "GET":
                self.tags[address] = response.headers.get("ETag", "")
            body, good = response.read(), response.status in (200, 204, 304)
        except (OSError, http.client.HTTPException):
            self.connection.close()
            body, good = b"", False
        self.times.append(time.perf_counter() - before)
        self.failures += not good
        return body if good else b""


@dataclass
class Card:
    """A card that one client alone moves, so that no move is refused."""

    address: str
    version: int
    columns: Iterator[str] = field(default_factory=lambda: cycle(("doing", "todo")))

    def move(self, client: Client) -> None:
        body = client.ask("POST", self.address, {"status": next(self.columns), "version": self.version})
        if found := VERSION.search(body):
            self.version = int(found[1])


def run(clients: list[Client], act: Callable[[int, Client], None], seconds: float) -> float:
    """Lets every client act again and again; the seconds that it took. They come in one after the other, as people do:
    of connections made at one instant, the process that wakes first may take them all."""
    until = time.perf_counter() + seconds

    def work(place: int, client: Client) -> None:
        time.sleep(place * BETWEEN)
        while time.perf_counter() < until:
            act(place, client)

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(clients)]
    before = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - before


@contextmanager
def server() -> Iterator[int]:
    """The port of a web server of two processes with two threads each, as in production, on the database in
    DATABASE_URL."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    options = ["--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "2", "--preload", "--log-level", "error"]
    process = subprocess.Popen([sys.executable, "-m", "gunicorn", *options, "ogsm.wsgi"])
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the web server did not start")
