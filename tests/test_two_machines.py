"""Two web servers on one database: what one writes the other shows, and one may be killed while the other serves."""

from __future__ import annotations

import itertools
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.programs import GONE, Server, command, redis, serving
from tests.smtp_server import mail_server
from tests.writers import Member, Site, Writer, site

pytestmark = pytest.mark.slow

CLIENTS, SECONDS = 32, 60
KILLED_AFTER, AWAY = 15, 5  # s
REST_OF_RUNS = 4  # s between two runs of run_due on one machine


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Site, Server, Server]]:
    with site(tmp_path) as place, serving(tmp_path, place.env, number=2) as [one, other]:
        yield place, one, other


def test_what_one_machine_writes_the_other_shows_at_once(two):
    place, one, other = two
    person, colleague = Member(place, "owner"), Member(place, "process_owner")
    board = f"/plans/{place.plan}/board/"
    seen = re.search(r'data-since="([^"]+)"', colleague.get(other, f"{board}?all=1").text)[1]
    nothing = colleague.get(other, f"{board}live/?since={seen}")
    assert (nothing.status, nothing.body) == (204, b"")
    card, _result = place.cards[0]
    assert person.post(one, f"/plans/{place.plan}/actions/{card}/move/", {"status": "doing"}).status == 200
    told = colleague.get(other, f"{board}live/?since={seen}")
    assert told.status == 200
    assert f"action-{card}" in json.loads(told.text)["cards"][0]["html"]
    person.post(one, "/accounts/logout/", {})
    assert person.get(other, board).status == 302, "signed out on one is signed out on both"
    assert colleague.get(one, board).status == 200


def test_a_page_fetched_from_one_machine_is_still_right_at_the_other(two):
    place, one, other = two
    person, board = Member(place, "owner"), f"/plans/{place.plan}/board/?all=1"
    tag = person.get(one, board).headers["ETag"]
    assert person.get(other, board, **{"If-None-Match": tag}).status == 304
    person.post(one, f"/plans/{place.plan}/actions/{place.cards[0][0]}/move/", {"status": "done"})
    assert person.get(other, board, **{"If-None-Match": tag}).status == 200


@dataclass
class Load:
    """Everybody writes, each to the two machines in turn; `errors` is (machine, began, ended) of what was not
    answered, by the clock of `time.monotonic`."""

    fleet: list[Server]
    writers: list[Writer]
    errors: list[tuple[int, float, float]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.threads = [threading.Thread(target=self._work, args=pair) for pair in enumerate(self.writers)]

    def _work(self, number: int, writer: Writer) -> None:
        until = time.monotonic() + SECONDS
        for machine in itertools.islice(itertools.cycle(self.fleet), number, None):
            began = time.monotonic()
            if began > until or self.over.is_set():
                return
            try:
                writer.act(machine)
            except GONE:
                self.errors.append((machine.port, began, time.monotonic()))

    @contextmanager
    def running(self) -> Iterator[None]:
        for thread in self.threads:
            thread.start()
        try:
            yield
        finally:
            for thread in self.threads:
                thread.join(timeout=SECONDS + 60)
            self.over.set()


def run_due_again_and_again(place: Site, over: threading.Event, said: list[str]) -> None:
    """As the timer of one machine does; keeps what a run said that went wrong, '' for one that went well."""
    while not over.wait(REST_OF_RUNS):
        run = command("run_due", env=place.env)
        said.append(f"{run.returncode}: {run.stderr}" if run.returncode else "")


def one_is_killed_under_load(place: Site) -> str:
    """A sentence of what happened, after everything was asserted."""
    with serving(place.folder, place.env, number=2) as [steady, killed]:
        load = Load([steady, killed], [Writer(place, card) for card in place.cards[:CLIENTS]])
        runs: list[str] = []
        timers = [
            threading.Thread(target=run_due_again_and_again, args=(place, load.over, runs)) for _machine in range(2)
        ]
        for timer in timers:
            timer.start()
        with load.running():
            threading.Event().wait(KILLED_AFTER)
            gone = time.monotonic()
            killed.kill()
            threading.Event().wait(AWAY)
            killed.start()
            back = time.monotonic()
        for timer in timers:
            timer.join(timeout=120)
    assert [error for error in load.errors if error[0] != killed.port] == [], "the other machine answered everybody"
    assert [error for error in load.errors if error[2] < gone or error[1] > back] == [], "errors in the gap only"
    assert [refused for writer in load.writers for refused in writer.refused] == []
    total = sum(writer.kept.total for writer in load.writers)
    assert [lost for writer in load.writers for lost in writer.kept.lost(place)] == []
    assert set(runs) == {""}
    assert place.findings() == ""
    assert min(writer.kept.total for writer in load.writers) > 0
    return f"{total} writes in {SECONDS} s, {len(load.errors)} not answered in a gap of {back - gone:.1f} s, none lost"


def test_nothing_is_lost_while_one_of_two_is_killed_under_load(tmp_path, capsys):
    with mail_server() as post, site(tmp_path, EMAIL_URL=post.url) as place:
        said = one_is_killed_under_load(place)
    with capsys.disabled():
        print(f"\n{said}")  # noqa: T201  (what was measured)


def test_the_same_with_a_cache_in_redis(tmp_path, capsys):
    with redis() as cache, mail_server() as post, site(tmp_path, EMAIL_URL=post.url, CACHE_URL=cache.url) as place:
        said = one_is_killed_under_load(place)
    with capsys.disabled():
        print(f"\nRedis: {said}")  # noqa: T201  (what was measured)
