"""Signing in in two steps: set up, used, switched off, and asked of whom the installation asks it."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from ogsm.sign_in.two_steps import has_to
from tests import factories

pytestmark = pytest.mark.django_db

PASSWORD = "a-good-password"
SET_UP, INDEX = "/accounts/2fa/totp/activate/", "/accounts/2fa/"


def signed_in(user):
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def code_of(secret, steps=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def switch_on(client):
    """Sets up an app as a person would; returns its key and the answer."""
    secret = re.search(r'id="secret"[^>]*value="([A-Z2-7]+)"', client.get(SET_UP).text)[1]
    return secret, client.post(SET_UP, {"code": code_of(secret)}, follow=True)


def test_an_app_is_set_up_and_then_asked_for(member):
    client = signed_in(member)
    page = client.get(SET_UP).text
    assert 'src="data:image/svg+xml;base64,' in page
    secret, answer = switch_on(client)
    codes = re.findall(r"\b\d{8}\b", answer.text)
    assert len(codes) == 10
    assert client.get("/accounts/2fa/recovery-codes/download/").text.split()[-10:] == codes
    later = Client()
    assert later.post("/accounts/login/", {"login": member.email, "password": PASSWORD})["Location"].startswith(INDEX)
    assert later.get("/accounts/profile/").status_code == 302
    wrong = later.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "This code is not right" in wrong.text
    assert later.post("/accounts/2fa/authenticate/", {"code": code_of(secret, 1)}).status_code == 302
    assert later.get("/accounts/profile/").status_code == 200


def test_a_recovery_code_works_once(member):
    codes = re.findall(r"\b\d{8}\b", switch_on(signed_in(member))[1].text)
    for expected in (302, 200):
        client = Client()
        client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
        assert client.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == expected


def test_guessing_codes_is_slowed_down_even_for_the_right_one(member):
    secret, _answer = switch_on(signed_in(member))
    client = Client()
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    answer = client.post("/accounts/2fa/authenticate/", {"code": code_of(secret, 1)})
    assert "Too many wrong tries" in answer.text
    assert client.get("/accounts/profile/").status_code == 302


def test_switching_off_wants_to_know_that_it_is_me(member):
    client = signed_in(member)
    secret, _answer = switch_on(client)
    later = Client()
    later.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    later.post("/accounts/2fa/authenticate/", {"code": code_of(secret, 1)})
    answer = later.post("/accounts/2fa/totp/deactivate/", follow=True)
    assert "Is it you?" in answer.text
    assert Authenticator.objects.filter(user=member, type="totp").exists()
    assert "switched off" in client.post("/accounts/2fa/totp/deactivate/", follow=True).text
    assert not Authenticator.objects.filter(user=member).exists()


@pytest.mark.parametrize("path", ["/", "/plans/", "/accounts/profile/", "/admin/", "/operations/"])
def test_who_has_to_is_led_to_the_page_that_sets_it_up(admin, settings, path):
    settings.REQUIRE_TWO_FACTORS = ["superusers"]
    client = signed_in(admin)
    assert client.get(path)["Location"] == INDEX
    assert "sign in in two steps here" in client.get(INDEX).text
    answer = client.get("/plans/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, INDEX)


def test_and_goes_on_when_it_is_set_up(admin, settings):
    settings.REQUIRE_TWO_FACTORS = ["superusers"]
    client = signed_in(admin)
    switch_on(client)
    assert client.get("/plans/").status_code == 200
    answer = client.get("/accounts/2fa/totp/deactivate/")
    assert "one way has to stay" in answer.text
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=admin, type="totp").exists()


def test_signing_out_and_mailed_links_stay_open(admin, settings, plan, responsible, action):
    from updates.prepare_links import prepare_token

    settings.REQUIRE_TWO_FACTORS = ["everybody"]
    session = factories.SessionFactory(plan=plan, state="open")
    client = signed_in(responsible)
    assert client.get("/plans/")["Location"] == INDEX
    assert client.get(f"/prepare/{prepare_token(session, responsible)}/").status_code in (200, 410)
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert client.get("/healthz").status_code == 200


def test_of_whom_it_is_asked(plan, plan_owner, member, admin, settings, at):
    def asked():
        return [has_to(user) for user in (plan_owner, member, admin)]

    for setting, expected in {
        "nobody": [False, False, False],
        "superusers": [False, False, True],
        "owners": [True, False, False],
        "everybody": [True, True, True],
    }.items():
        settings.REQUIRE_TWO_FACTORS = [setting]
        assert asked() == expected, setting
    settings.REQUIRE_TWO_FACTORS = ["superusers", "owners"]
    assert asked() == [True, False, True]
    plan.close(by=plan_owner, at=at)
    assert asked() == [False, False, True]


def test_where_nobody_has_to_it_costs_no_query(member, django_assert_num_queries):
    from ogsm.sign_in.two_steps import is_missing

    with django_assert_num_queries(0):
        assert not is_missing(member)


def test_an_administrator_switches_it_off_for_who_lost_everything(member, admin, client_of):
    switch_on(signed_in(member))
    data = {"action": "two_steps_off", "_selected_action": [member.pk]}
    answer = client_of(admin).post("/admin/accounts/user/", data, follow=True)
    assert "1 person signs in without it now." in answer.text
    assert not Authenticator.objects.filter(user=member).exists()


def test_the_administration_shows_no_key_of_anybody(member, admin, client_of):
    secret, _answer = switch_on(signed_in(member))
    client = client_of(admin)
    authenticator = Authenticator.objects.get(user=member, type="totp")
    page = client.get(f"/admin/mfa/authenticator/{authenticator.pk}/change/")
    assert page.status_code == 200
    assert secret not in page.text
    assert "secret" not in page.text
