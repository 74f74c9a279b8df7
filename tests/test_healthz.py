import pytest
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db


def test_healthy_is_200_for_anyone(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_missing_migrations_are_503(client, monkeypatch):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("plans", "0002")])
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"migrations missing\n")


def test_an_unreachable_database_is_503(client, monkeypatch):
    def unreachable(self, targets):
        raise OperationalError("connection refused")

    monkeypatch.setattr(MigrationExecutor, "migration_plan", unreachable)
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"database unreachable\n")


def test_it_changes_nothing(client):
    assert client.post("/healthz").status_code == 405
