"""The log: a line per event, the number of its request on it, and nothing that people typed."""

from __future__ import annotations

import io
import json
import logging
import re
import smtplib
from urllib.parse import urlsplit

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from ogsm import logs
from ogsm.accounts.models import User
from plans.models import Invitation
from tests import factories
from updates.prepare_links import prepare_url

TELL_TALE = "Zwanenzang"
ADDRESS = "zwanenzang@geheim.example"


class Written:
    """What goes to standard error, in the form of one formatter."""

    def __init__(self, formatter: logging.Formatter) -> None:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(formatter)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def objects(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, logger: str) -> list[dict[str, object]]:
        return [entry for entry in self.objects if entry["logger"] == logger]


@pytest.fixture(params=[logs.Line, logs.Json])
def either(request):
    yield from _writing(request.param())


@pytest.fixture
def written():
    yield from _writing(logs.Json())


@pytest.fixture
def lines():
    yield from _writing(logs.Line())


def _writing(formatter):
    written, root = Written(formatter), logging.getLogger()
    root.addHandler(written.handler)
    logs.access.setLevel(logging.INFO)
    yield written
    logs.access.setLevel(logging.WARNING)
    root.removeHandler(written.handler)


# ---- a line per request ----
def test_every_request_has_one_line_that_says_what_it_was_and_what_it_cost(client_of, plan, plan_owner, written):
    answer = client_of(plan_owner).get(f"/plans/{plan.pk}/board/?q={TELL_TALE}")
    (entry,) = written.of("ogsm.access")
    assert entry["message"].startswith("GET /plans/<int:plan_id>/board/ 200 ")
    assert (entry["method"], entry["route"], entry["view"]) == (
        "GET", "/plans/<int:plan_id>/board/", "actions:action_board",
    )  # fmt: skip
    assert (entry["status"], entry["user"], entry["plan"]) == (200, plan_owner.pk, plan.pk)
    assert entry["ms"] > 0
    assert entry["queries"] > 1
    assert entry["request_id"] == answer["X-Request-ID"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", entry["time"])


def test_the_same_to_read_along(client_of, plan, plan_owner, lines):
    answer = client_of(plan_owner).get(f"/plans/{plan.pk}/")
    (line,) = [line for line in lines.text.splitlines() if "ogsm.access" in line]
    number = answer["X-Request-ID"]
    said = r"GET /plans/<int:plan_id>/ 200 [\d.]+ ms \d+ queries"
    ending = rf"INFO ogsm\.access \[{number}\] {said} user={plan_owner.pk} plan={plan.pk}"
    assert re.fullmatch(rf"\S+Z {ending}", line)


def test_a_request_that_was_for_nobody_and_nothing_has_its_line_too(client, db, written):
    client.get(f"/{TELL_TALE}/")
    (entry,) = written.of("ogsm.access")
    assert (entry["route"], entry["view"], entry["status"], entry["user"]) == ("-", None, 404, None)


def test_between_requests_no_line_has_a_number(client, db, written):
    client.get("/healthz")
    logging.getLogger("ogsm").warning("by itself")
    assert written.objects[-1]["request_id"] is None


# ---- its number ----
GIVEN = "0123456789abcdef0123456789abcdef"


def test_the_proxy_gives_the_number_where_there_is_one_to_trust(client, db, settings):
    settings.BEHIND_PROXY = True
    assert client.get("/healthz", headers={"x-request-id": GIVEN})["X-Request-ID"] == GIVEN
    settings.BEHIND_PROXY = False
    assert client.get("/healthz", headers={"x-request-id": GIVEN})["X-Request-ID"] != GIVEN


@pytest.mark.parametrize("given", ["", "seven", f"{GIVEN}\nERROR forged", "<b>", f"{{{GIVEN}}}", "x" * 5000, TELL_TALE])
def test_what_is_no_number_is_not_taken_over_and_not_written_down(client, db, settings, written, given):
    settings.BEHIND_PROXY = True
    answer = client.get("/healthz", headers={"x-request-id": given})
    assert re.fullmatch("[0-9a-f]{32}", answer["X-Request-ID"])
    assert given == "" or given not in written.text


# ---- nothing personal, no secret ----
@pytest.fixture
def person(db) -> User:
    user = factories.UserFactory(name=f"Z. {TELL_TALE}", email=ADDRESS)
    user.set_password(f"{TELL_TALE}-2026!")
    user.save()
    return user


def test_signing_in_wrongly_and_rightly_tells_nobody_who(client, person, either):
    for password in ("wrong", f"{TELL_TALE}-2026!"):
        client.post("/accounts/login/", {"login": ADDRESS, "password": password})
    client.get("/")
    client.post("/accounts/logout/")
    assert "/accounts/login/ 200" in either.text
    _nothing_told(either)


def test_what_is_typed_into_forms_stays_out(client_of, plan, plan_owner, either):
    client = client_of(plan_owner)
    client.post(reverse("plans:ambition_edit", args=[plan.pk]), {"ambition": TELL_TALE})
    client.post(reverse("plans:goal_add", args=[plan.pk]), {"name": "", "unit": TELL_TALE})
    client.post(reverse("plans:member_add", args=[plan.pk]), {"people": f"{TELL_TALE} <{ADDRESS}>", "role": "member"})
    client.get(f"/plans/{plan.pk}/actions/?q={TELL_TALE}")
    client.get(f"/plans/{plan.pk}/{TELL_TALE}/")
    client.get(f"/plans/{plan.pk}/", headers={"referer": f"http://testserver/{TELL_TALE}", "user-agent": TELL_TALE})
    assert either.text.count("ogsm.access") >= 6
    _nothing_told(either)


def test_a_form_without_its_token_tells_no_address(person, either):
    client = Client(enforce_csrf_checks=True)
    client.post(f"/prepare/{TELL_TALE}/", headers={"referer": f"https://testserver/prepare/{TELL_TALE}/"})
    client.post(f"/accounts/invitation/{TELL_TALE}/", secure=True, headers={"referer": f"http://x/{TELL_TALE}"})
    _nothing_told(either)


def test_links_that_open_doors_are_written_as_their_route(client, plan, process_owner, member, at, either):
    session = factories.SessionFactory(plan=plan)
    invited = factories.UserFactory(password=None)
    factories.MembershipFactory(plan=plan, user=invited)
    invitation = Invitation.issue(plan, invited, by=process_owner, at=at)
    paths = [
        urlsplit(prepare_url(session, member)).path,
        invitation.path,
        f"/calendar/{TELL_TALE}.ics",
        f"/prepare/{TELL_TALE}/",
        f"/accounts/password/reset/key/1-{TELL_TALE}/",
    ]
    for path in paths:
        client.get(path)
        client.post(path)
    for path in paths:
        secret = max(path.split("/"), key=len).removesuffix(".ics")
        assert secret not in either.text
    for route in ("/prepare/<str:token>/", "/calendar/<str:secret>.ics", "/accounts/invitation/<str:token>/"):
        assert route in either.text


def _nothing_told(written: Written) -> None:
    assert TELL_TALE.lower() not in written.text.lower()
    assert "geheim.example" not in written.text


# ---- errors ----
@pytest.fixture
def broken(monkeypatch):
    def fail(request, *args, **kwargs):
        typed = f"{TELL_TALE} {ADDRESS}"
        try:
            int(typed)
        except ValueError as error:
            raise RuntimeError(f"{typed} is no number") from error

    monkeypatch.setattr("plans.views.page.filters_of", fail)


def test_a_mistake_is_found_by_where_it_happened_and_tells_nothing_that_was_typed(
    client_of, plan, plan_owner, broken, written
):
    client = client_of(plan_owner)
    client.raise_request_exception = False
    answer = client.get(f"/plans/{plan.pk}/?q={TELL_TALE}")
    (entry,) = written.of("django.request")
    assert (entry["level"], entry["message"]) == ("ERROR", "Internal Server Error: /plans/<int:plan_id>/")
    assert entry["request_id"] == answer["X-Request-ID"]
    assert entry["error"] == "RuntimeError"
    assert re.search(r'plans/views/page\.py", line \d+, in plan_page', entry["traceback"])
    assert "ValueError\nwhich led to\n" in entry["traceback"]
    _nothing_told(written)


def test_its_traceback_is_moved_in_where_lines_are_read(client_of, plan, plan_owner, broken, lines):
    client = client_of(plan_owner)
    client.raise_request_exception = False
    client.get(f"/plans/{plan.pk}/")
    error = [line for line in lines.text.splitlines() if not re.match(r"\d{4}-|\t", line)]
    assert error == [], "every line is an event, or starts with a tab"
    assert "\n\tRuntimeError\n" in lines.text
    _nothing_told(lines)


def test_a_database_that_is_gone_is_one_line_without_a_traceback(client_of, plan, plan_owner, monkeypatch, written):
    def fail(*args):
        raise OperationalError("connection refused")

    monkeypatch.setattr("plans.views.page.filters_of", fail)
    client = client_of(plan_owner)
    client.raise_request_exception = False
    client.get(f"/plans/{plan.pk}/")
    (entry,) = written.of("ogsm.failures")
    assert (entry["level"], entry["failure"], entry["route"]) == ("ERROR", "unreachable", "/plans/<int:plan_id>/")
    assert written.of("django.request") == []
    assert written.of("ogsm.access")[0]["status"] == 503


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (IntegrityError(f"duplicate\nDETAIL:  Key (email)=({ADDRESS})"), "django.db.utils.IntegrityError: duplicate"),
        (DataError(f'invalid input: "{TELL_TALE}"'), "django.db.utils.DataError"),
        (KeyError(TELL_TALE), "KeyError"),
        (AttributeError("'int' object has no attribute 'pk'"), "AttributeError: 'int' object has no attribute 'pk'"),
        (OSError(28, "No space left on device", f"/srv/{TELL_TALE}"), "OSError: [Errno 28] No space left on device"),
        (smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no")}), "smtplib.SMTPRecipientsRefused"),
        (smtplib.SMTPDataError(451, TELL_TALE.encode()), "smtplib.SMTPDataError: answer 451"),
        (TimeoutError("timed out"), "TimeoutError: timed out"),
    ],
)
def test_of_an_exception_only_what_speaks_of_the_machinery_is_written(error, said):
    assert logs.described(error) == said


def test_whatever_is_logged_a_line_stays_a_line_and_a_secret_a_secret(lines):
    logging.getLogger("elsewhere").warning("Error handling request %s", f"/prepare/{TELL_TALE}/\nforged {ADDRESS}")
    (line,) = lines.text.splitlines()
    assert line.endswith("Error handling request /prepare/…\\nforged …@…")


# ---- slow queries ----
def test_a_statement_that_takes_too_long_is_written_without_what_it_asked_for(
    client_of, plan, plan_owner, settings, written
):
    settings.SLOW_QUERY_MS = 0.000001  # everything is too slow
    with connection.execute_wrapper(logs.slow_query):
        answer = client_of(plan_owner).get(f"/plans/{plan.pk}/actions/?q={TELL_TALE}")
    entries = [entry for entry in written.of("ogsm.slow_query") if entry["request_id"] == answer["X-Request-ID"]]
    assert entries
    assert any("SELECT" in entry["sql"] and "%s" in entry["sql"] for entry in entries)
    assert all(entry["level"] == "WARNING" and entry["ms"] >= 0 for entry in entries)
    _nothing_told(written)


def test_a_fast_one_is_not(db, settings, written):
    settings.SLOW_QUERY_MS = 60_000
    with connection.execute_wrapper(logs.slow_query):
        assert User.objects.count() == 0
    assert written.of("ogsm.slow_query") == []


def test_each_new_connection_is_watched_once(db):
    class Connection:
        execute_wrappers = ["another"]

    for _time in range(2):
        logs.watch_queries(Connection)
    assert Connection.execute_wrappers == [logs.slow_query, "another"]
