"""Every answer, to whoever asks, carries the headers that docs/security.md lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from ogsm import health
from ogsm.limits import EXPORTS
from tests.addresses import ALL_ADDRESSES, FOREIGN_PREFIXES

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
FILES = EXPORTS | {"updates:session_ics", "updates:calendar_feed"}
ROW = re.compile(r"^\| `([A-Za-z-]+)` \| `([^`]+)` \| ([^|]+) \|", re.M)
PAGE = (Path(project.BASE_DIR) / "docs" / "security.md").read_text()
LISTED = {header: value for header, value, where in ROW.findall(PAGE) if where.startswith("every answer")}
OVER_HTTPS = {header: value for header, value, where in ROW.findall(PAGE) if where.startswith("over HTTPS")}
STRICTER = {"Referrer-Policy": {"no-referrer"}}  # of calendars


def faults(response: HttpResponse) -> Iterator[str]:
    """What is not as listed."""
    for header, value in LISTED.items():
        if response.headers.get(header) in STRICTER.get(header, ()):
            continue
        if sorted(response.headers.get(header, "").split("; ")) != sorted(value.split("; ")):
            yield f"{header}: {response.headers.get(header)}"
    caches = set(re.split(r",\s*", response.headers.get("Cache-Control", "")))
    if not (caches >= {"private", "no-cache"} or "no-store" in caches) or "public" in caches:
        yield f"Cache-Control: {response.headers.get('Cache-Control')}"
    vary = set(re.split(r",\s*", response.headers.get("Vary", "")))
    is_html = response.headers.get("Content-Type", "").startswith("text/html") and response.content
    if is_html and not vary >= {"Cookie", "Accept-Language", "HX-Request"}:
        yield f"Vary: {response.headers.get('Vary')}"
    for cookie in filter(lambda cookie: cookie.value, response.cookies.values()):  # the others are taken away
        if not cookie["httponly"] or cookie["samesite"] != "Lax" or cookie["domain"]:
            yield f"Set-Cookie: {cookie.output()}"


def test_the_page_lists_what_must_be_there():
    assert LISTED.keys() == {
        "Content-Security-Policy",
        "Cross-Origin-Opener-Policy",
        "Cross-Origin-Resource-Policy",
        "Permissions-Policy",
        "Referrer-Policy",
        "X-Content-Type-Options",
        "X-Frame-Options",
        "X-Permitted-Cross-Domain-Policies",
    }
    assert OVER_HTTPS.keys() == {"Strict-Transport-Security"}
    assert "unsafe" not in LISTED["Content-Security-Policy"]


def test_every_address_is_visited(paths):
    ours = {name for name in ALL_ADDRESSES if not name.startswith(FOREIGN_PREFIXES)}
    assert ours == {name for name in paths if not name.startswith(FOREIGN_PREFIXES)}


@pytest.mark.parametrize("who", ["owner", "viewer", "stranger", "admin", "nobody"])
def test_every_address_answers_everybody_with_the_listed_headers(who, paths, world):
    people, *_rest, outsiders = world
    wrong: dict[str, list[str]] = {}
    for name, path in paths.items():
        client = Client()
        if who != "nobody":
            client.force_login({**people, **outsiders}[who])
        for method, headers in (("get", {}), ("get", HTMX), ("post", {}), ("put", {})):
            cache.clear()
            with transaction.atomic():
                response = getattr(client, method)(path, headers=headers)
                transaction.set_rollback(True)
            found = list(faults(response))
            if name in FILES and response.status_code == 200 and "Content-Disposition" not in response.headers:
                found.append("no Content-Disposition")
            if name not in FILES and "Content-Disposition" in response.headers:
                found.append("a file that is in no list")
            if found:
                wrong[f"{method} {name} {'htmx ' if headers else ''}{response.status_code}"] = found
    assert wrong == {}


@pytest.mark.parametrize(
    "address", ["/accounts/password/change/", "/accounts/2fa/", "/accounts/logout/", "/admin/", "/accounts/signup/"]
)
def test_pages_of_others_making_carry_them_too(client_of, admin, address):
    assert list(faults(client_of(admin).get(address, follow=True))) == []


# ---- errors ----
def error(status: int, client_of, plan, viewer, monkeypatch, settings) -> HttpResponse:
    client = client_of(viewer)
    client.raise_request_exception = False
    if status == 400:
        return client.get("/", headers={"Host": "evil.example"})
    if status == 403:
        return client.get(reverse("plans:plan_edit", args=[plan.pk]))
    if status == 404:
        return client.get("/nowhere/")
    if status == 405:
        return client.post(plan.get_absolute_url())
    if status == 429:
        settings.ACCOUNT_RATE_LIMITS = {**settings.RATE_LIMITS, "link_guess": "1/m/ip"}
        client.get("/prepare/x/")
        return client.get("/prepare/x/")
    if status == 500:
        monkeypatch.setattr("plans.views.page.plan_for", lambda *arguments: 1 / 0)
        return client.get(plan.get_absolute_url())

    def gone(*arguments: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(health._Known, "migrations_applied", False)
    monkeypatch.setattr(MigrationExecutor, "__init__", gone)
    return client.get("/healthz")


@pytest.mark.parametrize("status", [400, 403, 404, 405, 429, 500, 503])
def test_errors_carry_them_too(status, client_of, plan, viewer, monkeypatch, settings):
    response = error(status, client_of, plan, viewer, monkeypatch, settings)
    assert response.status_code == status
    assert list(faults(response)) == []


def test_an_error_before_any_page_carries_them_too(client, monkeypatch):
    def broken() -> None:
        raise RuntimeError

    monkeypatch.setattr("ogsm.middleware.timezone.now", broken)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert list(faults(response)) == []


def test_a_form_without_its_token_is_refused_with_them(client_of, viewer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(viewer)
    response = client.post("/accounts/profile/")
    assert response.status_code == 403
    assert list(faults(response)) == []


# ---- files ----
def test_static_files_carry_them_and_are_everybodys(client):
    response = client.get("/static/css/tokens.css")
    body = b"".join(response)  # type: ignore[call-overload]
    assert body
    assert {header: response[header] for header in LISTED} == {
        **LISTED,
        "Content-Security-Policy": response["Content-Security-Policy"],
    }
    assert "public" in response["Cache-Control"]
    assert "Cookie" not in response.headers.get("Vary", "")
    assert "Access-Control-Allow-Origin" not in response.headers
    assert not response.cookies


def test_workbooks_are_saved_and_never_kept_on_the_way(client_of, plan, viewer):
    response = client_of(viewer).get(reverse("exchange:plan_xlsx", args=[plan.pk]))
    assert response["Content-Disposition"].startswith("attachment; ")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-store"}


# ---- HTTPS ----
def test_over_https_browsers_are_told_to_stay_there(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client = Client()
    for address in ("/accounts/login/", "/nowhere/", "/healthz"):
        answer = client.get(address, secure=True)
        assert {header: answer[header] for header in OVER_HTTPS} == OVER_HTTPS
    assert client.cookies["csrftoken"]["secure"]
    plain = client.get("/accounts/login/")
    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/accounts/login/")
    assert list(faults(plain)) == []
    assert "Strict-Transport-Security" not in plain.headers
