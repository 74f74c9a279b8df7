"""Who guesses, or asks for costly things over and over, is slowed down; who works is not."""

from __future__ import annotations

import datetime as dt
import sys
from subprocess import run

import pytest
import time_machine
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ogsm.accounts.calendar_models import CalendarFeed
from ogsm.limits import EXPORTS, IMPORTS, SECRETS, is_secret
from tests import factories
from tests.addresses import ALL_ADDRESSES, BY_SECRET
from updates.models import OutgoingMail
from updates.prepare_links import prepare_token

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LOGIN, FORGOTTEN = "/accounts/login/", "/accounts/password/reset/"
PASSWORD, WRONG = "a-good-password", "wrong"


@pytest.fixture
def rate(settings):
    """Sets the rate of one kind for this test."""

    def change(**rates: str) -> None:
        settings.ACCOUNT_RATE_LIMITS = {**settings.RATE_LIMITS, **rates}

    return change


def from_address(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def sign_in(client: Client, email: str, password: str = WRONG, **headers: str):
    return client.post(LOGIN, {"login": email, "password": password}, headers=headers)


# ---- files ----
@pytest.mark.parametrize("name", ["exchange:plan_xlsx", "exchange:actions_xlsx", "plans:plan_pdf"])
def test_making_files_over_and_over_is_stopped_with_a_sentence_and_the_time_to_wait(
    client_of, plan, viewer, member, rate, name
):
    rate(export="2/m/user")
    address, client = reverse(name, args=[plan.pk]), client_of(viewer)
    assert [client.head(address).status_code for _ in range(2)] == [200, 200]
    answer = client.get(address)
    assert answer.status_code == 429
    assert 55 <= int(answer["Retry-After"]) <= 60
    assert f"In {answer['Retry-After']} seconds you get the next one." in answer.text
    assert client_of(member).head(address).status_code == 200


def test_after_the_wait_the_next_file_is_made(client_of, plan, viewer, rate, at):
    rate(export="1/m/user")
    address, client = reverse("exchange:plan_xlsx", args=[plan.pk]), client_of(viewer)
    assert [client.get(address).status_code for _ in range(2)] == [200, 429]
    with time_machine.travel(at + dt.timedelta(seconds=62)):
        assert client.get(address).status_code == 200


def test_all_kinds_of_files_count_together_and_pages_do_not_count(client_of, plan, viewer, rate):
    rate(export="1/m/user")
    client = client_of(viewer)
    assert client.get(plan.get_absolute_url()).status_code == 200
    assert client.get(reverse("exchange:plan_xlsx", args=[plan.pk])).status_code == 200
    assert client.get(reverse("exchange:actions_xlsx", args=[plan.pk])).status_code == 429
    assert client.get(plan.get_absolute_url()).status_code == 200


def test_handing_in_lists_over_and_over_is_stopped_and_looking_at_the_form_is_not(client_of, plan, plan_owner, rate):
    rate(**{"import": "2/m/user"})
    address, client = reverse("exchange:plan_import", args=[plan.pk]), client_of(plan_owner)
    assert [client.post(address).status_code for _ in range(3)] == [422, 422, 429]
    assert "the next one is read" in client.post(address).text
    assert client.get(address).status_code == 200
    assert client.post(reverse("actions:actions_paste", args=[plan.pk])).status_code == 429
    assert client.post(reverse("new_plan:plan_from_file")).status_code == 429


def test_a_page_that_is_open_gets_the_sentence_in_its_line_at_the_bottom(client_of, plan, plan_owner, rate):
    rate(**{"import": "1/m/user"})
    address, client = reverse("actions:actions_paste", args=[plan.pk]), client_of(plan_owner)
    client.post(address, headers=HTMX)
    answer = client.post(address, headers=HTMX)
    assert (answer.status_code, answer.content) == (429, b"")
    assert "You handed in very many lists" in answer["HX-Trigger"]
    assert int(answer["Retry-After"]) > 0


# ---- size ----
@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/profile/", "/nowhere/"])
def test_what_would_fill_the_disk_is_refused_before_it_is_read(client, address, monkeypatch):
    def read(*arguments: object) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr("django.core.handlers.wsgi.LimitedStream.read", read)
    answer = client.post(address, {"file": "x"}, CONTENT_LENGTH="25000001")
    assert answer.status_code == 413
    assert "a file is at most 10 MB" in answer.text


def test_a_file_that_is_too_large_but_bearable_is_refused_beside_its_field(client_of, plan, plan_owner):
    file = SimpleUploadedFile("plan.xlsx", b"P" * 10_000_001)
    answer = client_of(plan_owner).post(reverse("exchange:plan_import", args=[plan.pk]), {"file": file})
    assert answer.status_code == 422
    assert "larger than 10 MB" in answer.text


# ---- secret addresses ----
@pytest.mark.parametrize(
    "address",
    ["/prepare/{}/", "/accounts/invitation/{}/", "/calendar/{}.ics"],
    ids=["prepare", "invitation", "calendar"],
)
def test_guessing_secret_addresses_is_stopped(client, rate, address):
    rate(link_guess="3/m/ip")
    answers = [client.get(address.format(f"guess{n}")) for n in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    assert "links were tried that lead nowhere" in answers[-1].text
    assert client.get(address.format("other"), REMOTE_ADDR="10.0.0.9").status_code == 404


def test_who_uses_a_genuine_link_is_never_counted(client, plan, responsible, action, rate, at):
    rate(link_guess="1/m/ip")
    session = factories.SessionFactory(plan=plan)
    page = reverse("updates:prepare_page", args=[prepare_token(session, responsible)])
    feed = CalendarFeed.make(responsible, language="en", at=at)
    for address in (page, reverse("updates:calendar_feed", args=[feed.secret])):
        assert [client.get(address).status_code for _ in range(4)] == [200] * 4


def test_every_address_that_is_a_secret_is_watched():
    assert {name for name in ALL_ADDRESSES if is_secret(name)} >= BY_SECRET
    assert ALL_ADDRESSES.keys() >= EXPORTS | IMPORTS | SECRETS


# ---- signing in ----
def test_wrong_passwords_for_one_account_are_stopped_from_wherever_they_come(member):
    for number in range(5):
        sign_in(from_address(f"10.0.0.{number}"), member.email)
    assert "Too many wrong tries" in sign_in(from_address("10.0.0.99"), member.email, PASSWORD).text


def test_wrong_passwords_for_many_accounts_are_stopped_at_their_address():
    client = from_address("10.0.0.1")
    for number in range(10):
        sign_in(client, f"nobody{number}@example.org")
    assert "Too many wrong tries" in sign_in(client, "nobody99@example.org").text
    assert "Too many wrong tries" not in sign_in(from_address("10.0.0.2"), "nobody99@example.org").text


def test_signing_in_rightly_in_between_buys_no_more_guesses(member, viewer):
    client = from_address("10.0.0.1")
    for number in range(5):
        sign_in(client, viewer.email)
        sign_in(from_address(f"10.0.1.{number}"), member.email, PASSWORD)
    assert "Too many wrong tries" in sign_in(client, viewer.email, PASSWORD).text


def test_a_claimed_address_of_a_proxy_counts_for_nothing_without_a_proxy(member, rate):
    rate(login_failed="3/m/ip")
    for number in range(3):
        sign_in(Client(), f"nobody{number}@example.org", **{"X-Forwarded-For": f"10.1.1.{number}"})
    assert "Too many wrong tries" in sign_in(Client(), member.email, **{"X-Forwarded-For": "10.9.9.9"}).text


def test_behind_a_proxy_what_the_proxy_says_counts_and_what_the_visitor_claims_does_not(member, rate, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    rate(login_failed="3/m/ip")
    for number in range(3):
        sign_in(Client(), f"nobody{number}@example.org", **{"X-Forwarded-For": f"10.1.1.{number}, 203.0.113.7"})
    at_once = sign_in(Client(), member.email, PASSWORD, **{"X-Forwarded-For": "203.0.113.7"})
    assert "Too many wrong tries" in at_once.text
    somebody_else = sign_in(Client(), member.email, PASSWORD, **{"X-Forwarded-For": "203.0.113.8"})
    assert somebody_else.status_code == 302


def test_one_owner_of_a_whole_network_is_one_visitor(rate):
    rate(link_guess="3/m/ip")
    answers = [Client(REMOTE_ADDR=f"2001:db8:1:2::{n}").get(f"/prepare/guess{n}/").status_code for n in range(1, 5)]
    assert answers == [404, 404, 404, 429]


def test_codes_of_the_second_step_are_not_guessed(client, member):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(member, generate_totp_secret())
    step = sign_in(client, member.email, PASSWORD)["Location"]
    answers = [client.post(step, {"code": f"{number:06}"}) for number in range(7)]
    assert "Too many wrong tries" not in answers[0].text
    assert "Too many wrong tries" in answers[-1].text
    assert "_auth_user_id" not in client.session


def test_asking_for_a_password_for_many_addresses_is_stopped_at_the_askers():
    client = from_address("10.0.0.1")
    answers = [client.post(FORGOTTEN, {"email": f"n{number}@example.org"}) for number in range(21)]
    assert [answer.status_code for answer in answers] == [302] * 20 + [429]
    assert answers[-1]["Retry-After"] == "60"
    assert not OutgoingMail.objects.exists()


def test_new_passwords_by_made_up_links_are_stopped(rate):
    rate(reset_password_from_key="2/m/ip")
    client = from_address("10.0.0.1")
    answers = [client.post(f"/accounts/password/reset/key/1-guess{n}/", {"password1": "x"}) for n in range(3)]
    assert [answer.status_code for answer in answers][-1] == 429


# ---- where it is counted ----
COUNT = """
import django; django.setup()
from django.core.management import call_command
call_command("createcachetable", verbosity=0)
from django.test import RequestFactory
from ogsm.limits import consume
print(*(consume(RequestFactory().get("/"), "link_guess") for _ in range(2)))
"""


def test_every_web_process_sees_the_same_count(tmp_path):
    environment = {
        "PATH": "/usr/bin:/bin",
        "DJANGO_SETTINGS_MODULE": "ogsm.settings",
        "SECRET_KEY": "x" * 60,
        "ALLOWED_HOSTS": "a",
        "DATABASE_URL": f"sqlite:///{tmp_path}/a.sqlite3",
        "RATE_LIMITS": "link_guess=3/h/ip",
    }
    said = [
        run([sys.executable, "-c", COUNT], env=environment, cwd=project.BASE_DIR, capture_output=True, text=True)
        for _ in range(2)
    ]
    assert [one.stdout.strip() for one in said] == ["True True", "True False"], said[0].stderr
