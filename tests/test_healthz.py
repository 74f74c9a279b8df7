"""What machines ask, and what they are told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import caches
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext

from ogsm import health
from updates.models import RunRecord

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def new_process(monkeypatch):
    """That has not looked through the migrations yet."""
    monkeypatch.setattr(health._Known, "migrations_applied", False)


@pytest.fixture
def run_lately(at):
    RunRecord.objects.create(started_at=at - dt.timedelta(minutes=5))


def unreachable(*args):
    raise OperationalError("connection refused")


def test_healthy_is_200_for_anyone(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_missing_migrations_are_503(client, monkeypatch, path):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("plans", "0002")])
    response = client.get(path)
    assert response.status_code == 503
    assert "migrations" in response.text
    assert "missing" in response.text
    monkeypatch.undo()
    assert client.get("/healthz").status_code == 200, "asked again once they are applied"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_an_unreachable_database_is_503(client, monkeypatch, path):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", unreachable)
    response = client.get(path)
    assert response.status_code == 503
    assert "unreachable" in response.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_it_changes_nothing_and_is_never_kept(client, path):
    assert client.post(path).status_code == 405
    assert "no-store" in client.get(path)["Cache-Control"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_load_balancer_that_asks_by_number_and_without_https_gets_its_answer(client, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    response = client.get(path, headers={"host": "10.0.0.7:8000"})
    assert response.status_code == 200
    assert "sessionid" not in response.cookies
    assert client.get("/accounts/login/", headers={"host": "10.0.0.7:8000"}).status_code != 200


@pytest.mark.parametrize(("path", "most"), [("/healthz", 1), ("/readyz", 5)])
def test_asked_every_few_seconds_it_costs_a_few_queries(client, path, most):
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(path)
    assert len(queries) <= most, [query["sql"] for query in queries]


def test_ready_says_so_and_nothing_else(client, run_lately):
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready\n")


def test_a_database_that_is_only_read_is_not_ready(client, run_lately, monkeypatch):
    monkeypatch.setattr(health, "_is_writable", lambda: False)
    response = client.get("/readyz")
    assert (response.status_code, response.text) == (503, "not ready\ndatabase: read-only\n")


def test_hardly_any_room_is_said_before_it_is_gone(client, run_lately, monkeypatch):
    monkeypatch.setattr(health, "_room", lambda: 90 * health.MB)
    assert client.get("/readyz").text == "ready\nwarning: disk: 90 MB left\n"
    monkeypatch.setattr(health, "_room", lambda: 2 * health.MB)
    assert client.get("/readyz").text == "not ready\ndisk: 2 MB left\n"


def test_mails_that_nobody_sends_are_a_warning(client, at):
    assert client.get("/readyz").text == "ready\nwarning: run_due: has not run yet\n"
    RunRecord.objects.create(started_at=at - dt.timedelta(hours=3))
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.text.startswith("ready\nwarning: run_due: has not run since 20")


def test_a_cache_that_is_away_is_a_warning_since_pages_go_on(client, run_lately, monkeypatch):
    monkeypatch.setattr(caches["default"], "answers", lambda: False, raising=False)
    assert client.get("/readyz").text == "ready\nwarning: cache: unreachable\n"


def test_without_its_static_files_no_page_can_be_made(client, run_lately, monkeypatch):
    class Uncollected:
        manifest_name, hashed_files = "staticfiles.json", {}

    monkeypatch.setattr(health, "staticfiles_storage", Uncollected())
    response = client.get("/readyz")
    assert (response.status_code, response.text) == (503, "not ready\nstatic files: not collected\n")
