"""Tests in a real Chromium, the system's own. Whatever the page says on its console, or asks of another host, fails the
test; without a Chromium these tests are skipped, or fail when REQUIRE_BROWSER=1."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.test import Client, override_settings
from playwright.sync_api import BrowserContext, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from ogsm import demo
from ogsm.accounts.auth import DEMO_PASSWORD
from ogsm.accounts.models import User
from plans.models import Plan

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop in the tests' thread

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
REQUIRED = os.environ.get("REQUIRE_BROWSER") == "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM or REQUIRED:
        return
    reason = "no Chromium on this machine (Debian and Ubuntu: apt-get install chromium)"
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if CHROMIUM is None:
        pytest.fail("REQUIRE_BROWSER=1, and there is no Chromium on this machine", pytrace=False)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], live_server: LiveServer) -> dict[str, Any]:
    return {
        **browser_context_args,
        "base_url": live_server.url,
        "locale": "en-GB",
        "timezone_id": settings.TIME_ZONE,
        "reduced_motion": "reduce",
    }


class InFlight:
    """Counts the requests that the tests' server is working on."""

    def __init__(self) -> None:
        self.number, self.changed = 0, threading.Condition()

    def _add(self, number: int) -> None:
        with self.changed:
            self.number += number
            self.changed.notify_all()

    def started(self, **_: Any) -> None:
        self._add(1)

    def finished(self, **_: Any) -> None:
        self._add(-1)

    def wait_for_none(self) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: self.number <= 0, timeout=10)


@pytest.fixture
def answered(transactional_db: None) -> Iterator[None]:
    """The tables are emptied only when the server has answered everything, also what the page no longer waits for."""
    requests = InFlight()
    request_started.connect(requests.started)
    request_finished.connect(requests.finished)
    yield
    quiet = requests.wait_for_none()
    request_started.disconnect(requests.started)
    request_finished.disconnect(requests.finished)
    assert quiet, "a request was not answered within ten seconds"


@pytest.fixture
def problems() -> list[str]:
    """What pages have complained about so far. A test that means to provoke one takes it out."""
    return []


@pytest.fixture
def context(
    answered: None, context: BrowserContext, live_server: LiveServer, at: dt.datetime, problems: list[str]
) -> Iterator[BrowserContext]:
    """A browser with the tests' clock, that reaches nothing but our server."""

    def note_foreign(request: Request) -> None:
        if not request.url.startswith((live_server.url, "data:", "blob:")):
            problems.append(f"asks another host: {request.url}")

    context.clock.install(time=at)
    context.on("request", note_foreign)
    context.on("console", lambda said: problems.append(said.text) if said.type in ("error", "warning") else None)
    context.on("weberror", lambda error: problems.append(str(error.error)))
    yield context
    context.close()
    assert problems == []


@pytest.fixture
def signed_in() -> Callable[[Page, User], Page]:
    """Signs a person in on a page without going through the form."""

    def sign_in(page: Page, user: User) -> Page:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "domain": "localhost", "path": "/"}
        page.context.add_cookies([cookie])  # type: ignore[list-item]
        return page

    return sign_in


@pytest.fixture
def find_barriers() -> Callable[..., list[str]]:
    """What axe finds wrong with a page for people with a disability: one line per rule, [] when all is well.

    `rules` limits it to some rules, as the colours in another theme.
    """

    def find(page: Page, rules: list[str] | None = None) -> list[str]:
        # Without preloading: that puts the stylesheets into the page, which the content policy forbids.
        options: dict[str, Any] = {"preload": False}
        if rules:
            options["runOnly"] = rules
        found = Axe().run(page, options=options).response["violations"]
        return [f"{rule['id']}: {rule['help']} ({rule['nodes'][0]['target']})" for rule in found]

    return find


LOCALES = [
    pytest.param(language, marks=pytest.mark.browser_context_args(locale=locale))
    for language, locale in {"nl": "nl-NL", "en": "en-GB"}.items()
]
SignInAs = Callable[[Page, str], Page]


@pytest.fixture
def demo_plans(transactional_db: None, at: dt.datetime) -> Iterator[list[Plan]]:
    """The demo's Dutch and English plan, as `make demo` shows them."""
    with override_settings(DEMO=True):
        yield demo.build(at=at)


@pytest.fixture
def sign_in_as(context: BrowserContext) -> SignInAs:
    """Signs in through the form, as one of the demo people ('owner', 'responsible', …)."""

    def fill(page: Page, who: str) -> Page:
        context.clear_cookies()
        page.goto("/accounts/login/")
        page.fill("[name=login]", f"{who}@demo.example")
        page.fill("[name=password]", DEMO_PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("header.app .menu").first).to_be_visible()
        return page

    return fill
