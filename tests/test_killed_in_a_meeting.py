"""The real server is killed in the middle of a meeting and started again."""

from __future__ import annotations

import datetime as dt
import http.client
import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.programs import ROOT, free_port


class Server:
    """The demo's server on a database that outlives it."""

    def __init__(self, database: Path) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.env = {
            "PATH": os.environ["PATH"],
            "DEMO": "1",
            "HTTPS": "0",
            "PORT": str(self.port),
            "DATABASE_URL": f"sqlite:///{database}",
            "DJANGO_SETTINGS_MODULE": "ogsm.settings",
        }
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=ROOT, env=self.env, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        assert self.process.stdout
        assert any(self.address in line for line in self.process.stdout), "it says when it serves"

    def kill(self) -> None:
        """As when the power goes: every process of it at once, in the middle of whatever it does."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)
        assert self.process.stdout
        self.process.stdout.close()
        self.process = None


class Reader:
    """A person with a browser that keeps its cookies."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        return self.opener.open(self.server.address + path, timeout=30).read().decode()

    def post(self, path: str, **values: str) -> str:
        token = next(cookie.value for cookie in self.jar if cookie.name == "csrftoken")
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **values}).encode()
        headers = {"Referer": self.server.address}
        request = urllib.request.Request(self.server.address + path, data, headers)  # noqa: S310  (our own server)
        return self.opener.open(request, timeout=30).read().decode()

    def sign_in(self, who: str) -> None:
        self.get("/accounts/login/")
        self.post("/accounts/login/", login=f"{who}@demo.example", password="demo-demo-demo")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "demo.sqlite3")
    server.start()
    yield server
    if server.process:
        server.kill()


def seconds_left(page: str) -> int:
    minus, minutes, seconds = re.search(r'role="timer" data-clock-left>(−?)(\d+):(\d\d)<', page).groups()
    return (-1 if minus else 1) * (int(minutes) * 60 + int(seconds))


def made_at(page: str) -> dt.datetime:
    """When the server made the page, by its own clock."""
    return dt.datetime.fromisoformat(re.search(r'data-now="([^"]+)"', page).group(1))


def heading(page: str) -> str:
    return re.search(r"<h1>(.*?)</h1>", page).group(1)


@pytest.mark.slow
def test_nothing_decided_is_lost_and_the_clock_is_right(server: Server) -> None:
    facilitator = Reader(server)
    facilitator.sign_in("process")
    plan = re.search(r"/plans/\d+/", facilitator.get("/plans/")).group()
    session = re.search(rf"{plan}sessions/\d+/", facilitator.get(f"{plan}sessions/")).group()
    facilitator.post(f"{session}start/")
    agenda = facilitator.get(session)
    action, line = re.search(
        r'data-agenda-line="action-(\d+)".*?run/\?line=(\d+)', agenda[agenda.index('data-section="off-plan"') :], re.S
    ).groups()
    facilitator.post(f"{session}turn/", line=line)
    before = facilitator.get(f"{session}run/")
    today = made_at(before).date()
    facilitator.post(f"{session}lines/{line}/deadline/", deadline=str(today + dt.timedelta(days=40)), reason="R1")
    facilitator.post(f"{session}note/", note="Wat algemeens")
    person = re.search(r'name="user" value="(\d+)"', facilitator.get(f"{session}run/?line=opening")).group(1)
    facilitator.post(f"{session}attendance/", user=person, state="excused")

    answered: list[str] = []
    some = threading.Event()

    def agree_on_and_on() -> None:
        for number in range(10_000):
            values = {"text": f"Afspraak nummer {number:04}", "who": person, "due_on": str(today)}
            try:
                facilitator.post(f"{session}lines/{line}/agree/", **values)
            except (OSError, http.client.HTTPException):
                return
            answered.append(values["text"])
            if len(answered) >= 5:
                some.set()

    busy = threading.Thread(target=agree_on_and_on)
    busy.start()
    assert some.wait(timeout=60)
    server.kill()
    busy.join(timeout=60)
    server.start()

    page = facilitator.get(f"{session}run/")
    passed = (made_at(page) - made_at(before)).total_seconds()
    assert heading(page) == heading(before), "the same line has the floor"
    assert abs(seconds_left(before) - passed - seconds_left(page)) <= 2, "the clock went on while the server was away"
    assert "Reason: R1" in page
    kept = set(re.findall(r"Afspraak nummer \d{4}", page))
    assert set(answered) <= kept, "whatever was answered is there"
    assert len(kept) <= len(answered) + 1, "and at most the one that was not answered any more"
    assert "R1" in facilitator.get(f"{plan}actions/{action}/"), "the plan has the new date too"
    assert "Wat algemeens" in facilitator.get(f"{session}run/?line=closing")

    asked = facilitator.get(f"{session}close/")
    following = re.findall(r'<input type="\w+" name="(next-\w+)" value="([^"]*)"', asked)
    facilitator.post(f"{session}close/", **dict(following))
    minutes = facilitator.get(f"{session}minutes/")
    assert set(answered) <= set(re.findall(r"Afspraak nummer \d{4}", minutes))
    assert "Reason: R1" in minutes
    assert "Wat algemeens" in minutes
