"""When something fails, the reader gets a sentence and the number of the request, and nothing is half saved.

The database's own errors, made to happen for real; the same with whole processes is in test_disasters.py.
"""

from __future__ import annotations

import errno
import html
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError, connection
from django.test import Client
from django.urls import reverse

from ogsm import failures
from ogsm.accounts.token_models import LENGTH, PREFIX
from ogsm.failures import BUSY, FULL, READ_ONLY, UNREACHABLE, failure_of
from plans.models import Plan

DUTCH = {"accept-language": "nl"}


# ---- which trouble it is ----
class FromDriver(Exception):
    def __init__(self, *, sqlite: str = "", sqlstate: str | None = None) -> None:
        if sqlite:
            self.sqlite_errorname = sqlite
        self.sqlstate = sqlstate


def raised(kind: type[Exception], cause: Exception | None = None) -> Exception:
    error = kind("…")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (raised(OperationalError, FromDriver(sqlite="SQLITE_FULL")), FULL),
        (raised(OperationalError, FromDriver(sqlite="SQLITE_READONLY_DBMOVED")), READ_ONLY),
        (raised(OperationalError, FromDriver(sqlite="SQLITE_BUSY_SNAPSHOT")), BUSY),
        (raised(OperationalError, FromDriver(sqlite="SQLITE_CANTOPEN")), UNREACHABLE),
        (raised(OperationalError, FromDriver(sqlite="SQLITE_IOERR_WRITE")), UNREACHABLE),
        (raised(OperationalError, FromDriver(sqlite="SQLITE_ERROR")), None),  # no such table
        (raised(OperationalError, FromDriver()), UNREACHABLE),  # connection refused
        (raised(OperationalError, FromDriver(sqlstate="57P01")), UNREACHABLE),  # stopped while we asked
        (raised(OperationalError, FromDriver(sqlstate="08006")), UNREACHABLE),
        (raised(OperationalError, FromDriver(sqlstate="53100")), FULL),
        (raised(OperationalError, FromDriver(sqlstate="53300")), BUSY),
        (raised(OperationalError, FromDriver(sqlstate="55P03")), BUSY),
        (raised(DatabaseError, FromDriver(sqlstate="25006")), READ_ONLY),
        (raised(ProgrammingError, FromDriver(sqlstate="42P01")), None),
        (raised(InterfaceError), UNREACHABLE),  # connection already closed
        (OSError(errno.ENOSPC, "No space left on device"), FULL),
        (OSError(errno.EROFS, "Read-only file system"), READ_ONLY),
        (FileNotFoundError(errno.ENOENT, "No such file"), None),
        (raised(ValueError, OSError(errno.ENOSPC, "No space left on device")), FULL),
        (ValueError("ours"), None),
        (None, None),
    ],
)  # fmt: skip
def test_the_machines_trouble_is_told_from_a_mistake_of_ours(error, failure):
    assert failure_of(error) is failure


# ---- the database refuses ----
@contextmanager
def read_only() -> Iterator[None]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA query_only = ON")
        else:
            cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA query_only = OFF")
        else:
            cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")


@contextmanager
def locked_by_another() -> Iterator[None]:
    """For longer than anybody waits, which is a moment here."""
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        if connection.vendor == "sqlite":
            other = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
        else:
            other = connection.copy()
            other.set_autocommit(False)
            other.cursor().execute("LOCK TABLE plans_plan IN EXCLUSIVE MODE")
        held.set()
        let_go.wait(timeout=60)
        other.rollback()
        other.close()

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50" if connection.vendor == "sqlite" else "SET lock_timeout = '50ms'")
    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(timeout=10)
    yield
    let_go.set()
    thread.join(timeout=10)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 5000" if connection.vendor == "sqlite" else "SET lock_timeout = 0")


TROUBLE: dict[str, Callable[[], object]] = {"read only": read_only, "locked": locked_by_another}
SAID = {
    "read only": ("The data can be read but not changed.", "60"),
    "locked": ("Others were saving at the same moment", "5"),
}


@pytest.fixture
def patient(client_of, plan_owner) -> Client:
    """A person whose browser shows whatever comes."""
    client = client_of(plan_owner)
    client.raise_request_exception = False
    return client


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("trouble", TROUBLE)
def test_what_cannot_be_saved_is_said_and_saved_once_that_is_over(patient, plan, trouble):
    address, before = reverse("plans:ambition_edit", args=[plan.pk]), plan.ambition
    sentence, seconds = SAID[trouble]
    with TROUBLE[trouble]():
        answer = patient.post(address, {"ambition": "Een nieuwe ambitie"})
        fragment = patient.post(address, {"ambition": "Een nieuwe ambitie"}, headers={"hx-request": "true"})
    assert (answer.status_code, answer["Retry-After"]) == (503, seconds)
    assert sentence in answer.text
    assert "What you just sent was not saved" in answer.text
    assert answer["X-Request-ID"] in answer.text
    assert "no-store" in answer["Cache-Control"]
    assert fragment.status_code == 503
    assert fragment.text.startswith("<p data-failure>")
    assert sentence in fragment.text
    assert "Not saved: what you typed is still here." in fragment.text
    assert Plan.objects.get(pk=plan.pk).ambition == before
    assert patient.post(address, {"ambition": "Een nieuwe ambitie"}).status_code == 302
    assert Plan.objects.get(pk=plan.pk).ambition == "Een nieuwe ambitie"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("trouble", TROUBLE)
def test_what_keeps_people_from_saving_keeps_nobody_from_reading(patient, plan, trouble):
    with TROUBLE[trouble]():
        assert patient.get(f"/plans/{plan.pk}/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_full_database_says_who_can_help(patient, plan):
    if connection.vendor != "sqlite":
        assert failure_of(raised(OperationalError, FromDriver(sqlstate="53100"))) is FULL
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # or the pages that earlier tests gave back would be room enough
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    said = [f"{number} " + "x" * 400 for number in range(60)]
    answers = [patient.post(reverse("plans:ambition_edit", args=[plan.pk]), {"ambition": text}) for text in said]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")
        assert cursor.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    refused = [answer for answer in answers if answer.status_code == 503]
    assert refused, "the file could not grow"
    assert "Its disk is full" in refused[0].text
    accepted = [text for text, answer in zip(said, answers, strict=True) if answer.status_code == 302]
    assert Plan.objects.get(pk=plan.pk).ambition == (accepted[-1] if accepted else plan.ambition)
    assert plan.history.filter(ambition__in=said).count() == len(accepted), "each with its history, or not at all"


# ---- the database is not there ----
@pytest.fixture
def gone(monkeypatch):
    """No connection can be made any more, as when PostgreSQL is stopped; those that were are closed."""

    def refuse(*args):
        raise OperationalError("connection refused")

    connection.close()
    monkeypatch.setattr(connection, "connect", refuse)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("language", "title", "what_now"),
    [
        ("en", "The data cannot be reached right now", "Try again in a moment"),
        ("nl", "De gegevens zijn nu even niet te bereiken", "Probeer het zo nog eens"),
    ],
)
def test_without_a_database_every_page_is_a_sentence(patient, plan, gone, language, title, what_now):
    for path in ("/", f"/plans/{plan.pk}/board/", "/accounts/profile/"):
        answer = patient.get(path, headers={"accept-language": language})
        assert (answer.status_code, answer["Retry-After"]) == (503, "10"), path
        assert f'<html lang="{language}">' in answer.text
        assert what_now in answer.text
        assert f'href="{path}"' in answer.text, "a button that asks for the same page again"
        assert "sessionid" not in answer.cookies, "whoever was signed in still is"
        assert title in answer.text


@pytest.mark.django_db(transaction=True)
def test_a_program_gets_its_answer_as_json(patient, gone):
    answer = patient.get("/api/v1/plans/", headers={"authorization": f"Bearer {PREFIX.ljust(LENGTH, 'x')}"})
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer["Retry-After"] == "10"
    assert answer.json()["detail"] == "The database does not answer. As a rule that is over within a minute."
    assert answer.json()["request_id"] == answer["X-Request-ID"]


@pytest.mark.django_db(transaction=True)
def test_what_was_sent_is_kept_on_the_page_and_sent_again_from_there(patient, plan):
    address, text = reverse("plans:ambition_edit", args=[plan.pk]), 'Groei & "bloei" <b>in 2026</b>'
    with read_only():
        answer = patient.post(address, {"ambition": text, "first-ambition": plan.ambition})
    assert "This page has kept it: send it again in a moment." in answer.text
    form = re.search(rf'<form method="post" action="{address}">.*?</form>', answer.text, re.DOTALL).group()
    fields = {name: html.unescape(value) for name, value in re.findall(r'name="([^"]*)" value="([^"]*)"', form)}
    assert fields["ambition"] == text
    assert patient.post(address, fields).status_code == 302
    assert Plan.objects.get(pk=plan.pk).ambition == text


@pytest.mark.django_db(transaction=True)
def test_a_password_is_never_written_into_a_page(db, plan_owner):
    client = Client(raise_request_exception=False)
    with read_only():
        answer = client.post("/accounts/login/", {"login": plan_owner.email, "password": "a-good-password"})
    assert answer.status_code == 503
    assert "a-good-password" not in answer.text
    assert "Go back and try again in a moment." in answer.text


@pytest.mark.django_db
def test_what_was_saved_stays_acknowledged_when_only_the_session_cannot_be_written(patient, plan, monkeypatch):
    def fail(*args, **more):
        try:
            raise raised(OperationalError, FromDriver(sqlite="SQLITE_FULL"))
        except OperationalError:
            raise UpdateError  # noqa: B904  (as Django does it)

    patient.get(f"/plans/{plan.pk}/")
    monkeypatch.setattr(SessionStore, "save", fail)
    answer = patient.post(reverse("plans:ambition_edit", args=[plan.pk]), {"ambition": "Toch opgeslagen"})
    assert answer.status_code == 302
    assert Plan.objects.get(pk=plan.pk).ambition == "Toch opgeslagen"


@pytest.mark.django_db
def test_whoever_signs_in_hears_that_it_failed(db, plan_owner, monkeypatch):
    def fail(*args, **more):
        raise UpdateError from raised(OperationalError, FromDriver(sqlite="SQLITE_FULL"))

    client = Client(raise_request_exception=False)
    client.get("/accounts/login/")
    monkeypatch.setattr(SessionStore, "save", fail)
    answer = client.post("/accounts/login/", {"login": plan_owner.email, "password": "a-good-password"})
    assert answer.status_code == 503
    assert "Its disk is full" in answer.text


# ---- a mistake of ours ----
@pytest.fixture
def broken(monkeypatch):
    def fail(request, *args, **kwargs):
        raise ValueError("Karin de Boer cannot be counted")

    monkeypatch.setattr("plans.views.page.filters_of", fail)


@pytest.mark.django_db
def test_a_mistake_of_ours_gives_a_number_to_mention(patient, plan, broken):
    answer = patient.get(f"/plans/{plan.pk}/")
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text
    assert answer["X-Request-ID"] in answer.text
    assert "Karin" not in answer.text
    fragment = patient.get(f"/plans/{plan.pk}/", headers={"hx-request": "true"})
    assert f"Number of this request: {fragment['X-Request-ID']}." in fragment.text


@pytest.mark.django_db
def test_even_when_its_own_page_fails_there_is_a_sentence(patient, plan, broken, monkeypatch):
    def fail(*args):
        raise OSError("no templates")

    monkeypatch.setattr(failures, "render_to_string", fail)
    answer = patient.get(f"/plans/{plan.pk}/")
    assert (answer.status_code, answer["Content-Type"]) == (500, "text/plain; charset=utf-8")
    assert "was not saved. Go back and try again." in answer.text


def test_a_request_no_browser_makes_gets_a_page_too(db):
    answer = Client(raise_request_exception=False).get("/accounts/login/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "This could not be understood" in answer.text
    assert "elsewhere.example" not in answer.text
