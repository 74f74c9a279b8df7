"""Something the product stands on fails while it runs: what its people see, and that everything holds afterwards.

The product, PostgreSQL and Redis are whole processes here, and the disk is one.
"""

from __future__ import annotations

import re
import shutil
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.programs import (
    HOST,
    Answer,
    Postgres,
    Redis,
    Server,
    disk,
    manage,
    postgres,
    product_env,
    redis,
    remount,
    serving,
    wait_until,
)
from tests.smtp_server import mail_server
from tests.writers import OWNER, PASSWORD, Browser, fill

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def clock() -> None:
    """The processes have the real time, and so has who asks them."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with a plan and its owner."""
    path = tmp_path_factory.mktemp("filled") / "ogsm.sqlite3"
    fill(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def ambition(person: Browser, plan: str, text: str, **headers: str) -> Answer:
    return person.post(f"{plan}ambition/edit/", {"ambition": text}, **headers)


def says_sorry(answer: Answer, *, sentence: str) -> None:
    """503, a page of ours that says what and what now, with the number to mention."""
    assert answer.status == 503, answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert sentence in answer.text
    assert f"<code>{answer.headers['X-Request-ID']}</code>" in answer.text


def state_of(database: Path) -> tuple[str, str, list[str]]:
    """Whether the file is sound, the plan's ambition, and the ambitions its history knows. All rules hold."""
    assert "rules hold for everything" in manage("check_data", env=product_env(f"sqlite:///{database}"))
    with closing(sqlite3.connect(database)) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
        broken_keys = connection.execute("PRAGMA foreign_key_check").fetchall()
        text = connection.execute("SELECT ambition FROM plans_plan").fetchone()[0]
        history = connection.execute("SELECT ambition FROM plans_historicalplan ORDER BY history_id").fetchall()
    assert broken_keys == []
    return sound, text, [row[0] for row in history]


# ---- the disk ----
def test_a_full_disk_is_said_and_what_was_acknowledged_is_there(tmp_path: Path, filled: Path) -> None:
    with disk(tmp_path / "disk", mb=12) as folder:
        database = Path(shutil.copy(filled, folder / "ogsm.sqlite3"))
        with serving(tmp_path, product_env(f"sqlite:///{database}")) as [server]:
            person = Browser(server)
            plan = person.sign_in()
            assert ambition(person, plan, "Voor het vol was").status == 302
            filler = folder / "filler"
            with filler.open("wb", buffering=0) as file, suppress(OSError):
                while file.write(b"\0" * 4096):
                    pass
            answers = [(text, ambition(person, plan, text)) for text in (f"{n} " + "x" * 480 for n in range(80))]
            refused = [answer for _text, answer in answers if answer.status != 302]
            assert refused, "the disk is full"
            for answer in refused:
                says_sorry(answer, sentence="Its disk is full, so nothing can be saved.")
            acknowledged = ["Voor het vol was", *(text for text, answer in answers if answer.status == 302)]
            assert person.get(plan).status == 200, "reading goes on"
            assert acknowledged[-1] in person.get(plan).text
            ready = server.ask("GET", "/readyz")
            assert (ready.status, "disk: 0 MB left" in ready.text) == (503, True)
            filler.unlink()
            assert ambition(person, plan, "Weer ruimte").status == 302, "the same processes go on"
            assert server.ask("GET", "/readyz").text.startswith("ready\n")
        sound, text, history = state_of(database)
        assert (sound, text) == ("ok", "Weer ruimte")
        assert [past for past in history if past in acknowledged] == acknowledged
        assert not {text for text, answer in answers if answer.status != 302} & set(history), "nothing half saved"


def test_a_disk_that_is_only_read_is_said_and_over_without_a_restart(tmp_path: Path, filled: Path) -> None:
    with disk(tmp_path / "disk", mb=30) as folder:
        database = Path(shutil.copy(filled, folder / "ogsm.sqlite3"))
        remount(folder, "ro")
        with serving(tmp_path, product_env(f"sqlite:///{database}")) as [server]:
            person = Browser(server)
            answer = person.get("/accounts/login/")
            if answer.status != 200:
                says_sorry(answer, sentence="Try again in a moment.")
            assert server.ask("GET", "/readyz").status == 503
            remount(folder, "rw")
            plan = person.sign_in()
            assert ambition(person, plan, "Weer te schrijven").status == 302
        assert state_of(database)[:2] == ("ok", "Weer te schrijven")


def test_a_database_held_by_another_program_is_waited_for_and_then_said(tmp_path: Path, filled: Path) -> None:
    database = Path(shutil.copy(filled, tmp_path / "ogsm.sqlite3"))
    with serving(tmp_path, product_env(f"sqlite:///{database}")) as [server]:
        person = Browser(server)
        plan = person.sign_in()
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            answer = ambition(person, plan, "Te lang gewacht")
            says_sorry(answer, sentence="Others were saving at the same moment")
            assert 4 < answer.seconds < 20
            assert person.get(plan).status == 200
            other.rollback()
        assert ambition(person, plan, "Daarna").status == 302
    assert state_of(database)[1:] == ("Daarna", [past for past in state_of(database)[2] if past != "Te lang gewacht"])


def test_what_falls_due_waits_longer_for_its_turn_than_a_person_would(tmp_path: Path, filled: Path) -> None:
    database = Path(shutil.copy(filled, tmp_path / "ogsm.sqlite3"))
    with closing(sqlite3.connect(database, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(10, other.rollback).start()
        said = manage("run_due", env=product_env(f"sqlite:///{database}"))
        assert not other.in_transaction, "it waited"
    assert "0 sent" in said


# ---- the database server ----
@pytest.fixture
def cluster() -> Iterator[Postgres]:
    with postgres() as running:
        fill(running.url)
        yield running


def test_a_database_that_is_gone_for_a_while_is_said_and_the_same_processes_go_on(
    tmp_path: Path, cluster: Postgres
) -> None:
    with serving(tmp_path, product_env(cluster.url)) as [server]:
        pid = server.process.pid
        person, stranger = Browser(server), Browser(server)
        plan = person.sign_in()
        stranger.get("/accounts/login/")
        for number in range(12):  # every thread has a connection that is about to be cut
            assert ambition(person, plan, f"Voor {number}").status == 302
        cluster.stop()
        says_sorry(person.get("/"), sentence="The database does not answer.")
        says_sorry(ambition(person, plan, "Tijdens"), sentence="What you just sent was not saved")
        fragment = ambition(person, plan, "Tijdens", **{"HX-Request": "true"})
        assert fragment.status == 503
        assert "Not saved: what you typed is still here." in fragment.text
        assert "<html" not in fragment.text
        signing_in = stranger.post("/accounts/login/", {"login": OWNER, "password": PASSWORD})
        says_sorry(signing_in, sentence="The database does not answer.")
        calm = [person.get(plan) for _time in range(8)]
        assert {answer.status for answer in calm} == {503}
        assert max(answer.seconds for answer in calm) < 5, "nobody waits for what is not there"
        assert (server.ask("GET", "/healthz").status, server.ask("GET", "/readyz").status) == (503, 503)
        cluster.start()
        wait_until(lambda: server.ask("GET", "/readyz").status == 200, what="being ready again")
        assert person.get("/").status == 200, "still signed in"
        assert "Voor 11" in person.get(plan).text
        for number in range(12):  # whichever thread it is
            assert ambition(person, plan, f"Na {number}").status == 302
        assert server.process.pid == pid
        assert server.process.poll() is None
        failures = server.lines("ogsm.failures")
        assert {entry["failure"] for entry in failures} == {"unreachable"}
        assert all("karin" not in str(entry).lower() for entry in failures)
        assert all("traceback" not in entry for entry in failures)
    assert "rules hold for everything" in manage("check_data", env=server.env)
    said = manage(
        "shell", "-v0", "-c",
        "from plans.models import Plan; p = Plan.objects.get();"
        " print(p.ambition, p.history.filter(ambition='Tijdens').count())",
        env=server.env,
    )  # fmt: skip
    assert said.split() == ["Na", "11", "0"]


# ---- the mail server ----
@contextmanager
def silent_server() -> Iterator[str]:
    """It takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind((HOST, 0))
        listening.listen(50)
        yield f"smtp://{HOST}:{listening.getsockname()[1]}"


def test_a_mail_server_that_never_answers_keeps_no_page_waiting_and_the_mails_come_later(
    tmp_path: Path, filled: Path
) -> None:
    database = Path(shutil.copy(filled, tmp_path / "ogsm.sqlite3"))
    with (
        silent_server() as silent,
        serving(tmp_path, product_env(f"sqlite:///{database}", EMAIL_URL=silent)) as [server],
    ):
        person, forgetful = Browser(server), Browser(server)
        plan = person.sign_in()
        invited = person.post(f"{plan}members/add/", {"people": "nina@example.org", "role": "member"})
        forgetful.get("/accounts/password/reset/")
        asked = forgetful.post("/accounts/password/reset/", {"email": "karin@example.org"})
        assert (invited.status, asked.status) == (302, 302)
        assert max(invited.seconds, asked.seconds) < 5
        assert "Nina is invited" in person.get(f"{plan}members/").text
        assert ambition(person, plan, "Terwijl de post hangt").status == 302
        with mail_server() as working:
            manage("run_due", env={**server.env, "EMAIL_URL": working.url})
            assert working.wait_for(2)
        assert {to for to, _message in working.got} == {"nina@example.org", "karin@example.org"}
        for to, message in working.got:
            text = message.get_payload(0).get_payload(decode=True).decode()
            path = re.search(r"https?://[^/]+(/accounts/\S+)", text)[1]
            assert Browser(server).get(path).status in (200, 302), to
        assert "nina@" not in server.log.read_text()


def test_a_mail_that_can_go_out_goes_beside_the_request(tmp_path: Path, filled: Path) -> None:
    database = Path(shutil.copy(filled, tmp_path / "ogsm.sqlite3"))
    with (
        mail_server() as working,
        serving(tmp_path, product_env(f"sqlite:///{database}", EMAIL_URL=working.url)) as [server],
    ):
        person = Browser(server)
        plan = person.sign_in()
        person.post(f"{plan}members/add/", {"people": "nina@example.org, bob@example.org", "role": "member"})
        assert working.wait_for(2), "without run_due"
        manage("run_due", env={**server.env})
        assert len(working.got) == 2, "and not twice"


# ---- the cache ----
@pytest.fixture
def cache() -> Iterator[Redis]:
    with redis() as running:
        yield running


def test_without_its_cache_pages_go_on_and_guessing_passwords_is_still_stopped(
    tmp_path: Path, filled: Path, cache: Redis
) -> None:
    database = Path(shutil.copy(filled, tmp_path / "ogsm.sqlite3"))
    with serving(tmp_path, product_env(f"sqlite:///{database}", CACHE_URL=cache.url)) as [server]:
        person = Browser(server)
        plan = person.sign_in()
        assert "cache" not in server.ask("GET", "/readyz").text
        for trouble in (cache.freeze, cache.stop):
            trouble()
            assert person.get(plan).status == 200, "signed in by what is in the database"
            assert ambition(person, plan, "Zonder cache").status == 302
            ready = server.ask("GET", "/readyz")
            assert (ready.status, "warning: cache: unreachable" in ready.text) == (200, True)
        pages = [person.get(plan) for _time in range(10)]
        assert {page.status for page in pages} == {200}
        assert not tells_too_many(server)
        for _try in range(20):
            guess(server)
        assert tells_too_many(server), "each process counts for itself, and that is enough to stop it"
        cache.start()
        wait_until(lambda: "cache" not in server.ask("GET", "/readyz").text, what="finding the cache again")
        assert person.get(plan).status == 200
        said = [entry for entry in server.lines("ogsm.caches") if entry["level"] == "ERROR"]
        assert said
        assert len(said) < 40, "not a line for each request"


def guess(server: Server) -> Answer:
    stranger = Browser(server)
    stranger.get("/accounts/login/")
    return stranger.post("/accounts/login/", {"login": OWNER, "password": "guessed-it-wrong"})


def tells_too_many(server: Server) -> bool:
    return "Too many" in guess(server).text
