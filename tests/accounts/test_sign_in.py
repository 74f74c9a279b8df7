"""Signing in and out, and what is closed."""

import re

import pytest
from django.contrib.auth import authenticate
from django.core import mail
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from ogsm.accounts.auth import DEMO_PASSWORD
from ogsm.accounts.models import User
from ogsm.accounts.signin_urls import not_offered
from updates.outbox import send_due

pytestmark = pytest.mark.django_db

PASSWORD = "a-good-password"
LOGIN = "/accounts/login/"


def sign_in(client: Client, email: str, password: str):
    return client.post(LOGIN, {"login": email, "password": password})


def test_an_address_in_any_case_and_the_password_open_my_work(client, member):
    response = sign_in(client, member.email.upper(), PASSWORD)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(member.pk)


@pytest.mark.parametrize(("email", "password"), [("lotte@example.org", "wrong"), ("nobody@example.org", PASSWORD)])
def test_a_wrong_address_and_a_wrong_password_get_the_same_answer(client, member, email, password):
    response = sign_in(client, email, password)
    assert response.status_code == 200
    assert "not correct" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_guessing_is_slowed_down_even_for_the_right_password(client, member):
    for _ in range(5):
        sign_in(client, member.email, "wrong")
    response = sign_in(client, member.email, PASSWORD)
    assert "Too many wrong tries" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_somebody_switched_off_cannot_sign_in(client, member):
    User.objects.filter(pk=member.pk).update(is_active=False)
    response = sign_in(client, member.email, PASSWORD)
    assert response["Location"] == reverse("account_inactive")
    assert "switched off" in client.get(response["Location"]).content.decode()


def test_the_demo_password_opens_nothing_but_a_demo(client, member, settings):
    member.set_password(DEMO_PASSWORD)
    member.save()
    sign_in(client, member.email, DEMO_PASSWORD)
    assert "_auth_user_id" not in client.session
    assert authenticate(None, email=member.email, password=DEMO_PASSWORD) is None
    settings.DEMO = True
    sign_in(client, member.email, DEMO_PASSWORD)
    assert client.session["_auth_user_id"] == str(member.pk)


def test_signing_out_is_a_post_and_a_get_only_asks(client_of, member):
    client = client_of(member)
    assert client.get("/accounts/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/accounts/logout/")["Location"] == LOGIN
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "https:evil.example"])
def test_signing_in_never_leads_to_another_site(client, member, address):
    response = client.post(f"{LOGIN}?next={address}", {"login": member.email, "password": PASSWORD, "next": address})
    assert response["Location"] == "/"


def test_a_forgotten_password_is_replaced_through_a_mailed_link_that_works_once(client, member):
    client.post("/accounts/password/reset/", {"email": member.email.upper()})
    send_due(timezone.now())
    [message] = mail.outbox
    assert message.to == [member.email]
    assert message.subject == "Your password for Testbedrijf"
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", message.body)[1]
    form = client.get(link, follow=True)
    new = {"password1": "another-good-one", "password2": "another-good-one"}
    client.post(form.request["PATH_INFO"], new)
    assert sign_in(Client(), member.email, "another-good-one")["Location"] == "/"
    assert "This link no longer works" in Client().get(link, follow=True).content.decode()


def test_somebody_who_never_had_a_password_gets_one_the_same_way(client):
    user = User.objects.create_user("nieuw@example.org", name="Nieuwe Collega")
    client.post("/accounts/password/reset/", {"email": user.email})
    send_due(timezone.now())
    assert [message.to for message in mail.outbox] == [["nieuw@example.org"]]


def test_an_unknown_address_gets_no_mail_and_the_same_page(client, member):
    known = client.post("/accounts/password/reset/", {"email": member.email}, follow=True)
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"}, follow=True)
    assert known.content == unknown.content
    send_due(timezone.now())
    assert len(mail.outbox) == 1


def test_a_mailed_link_goes_to_the_present_address_only(client, member):
    sign_in(client, member.email, PASSWORD)
    member.email = "lotte.nieuw@example.org"
    member.save()
    Client().post("/accounts/password/reset/", {"email": "lotte@example.org"})
    send_due(timezone.now())
    assert mail.outbox == []


def test_a_new_password_ends_the_other_sessions_but_not_this_one(client, client_of, member):
    sign_in(client, member.email, PASSWORD)
    elsewhere = client_of(member)
    new = {"oldpassword": PASSWORD, "password1": "another-good-one", "password2": "another-good-one"}
    client.post("/accounts/password/change/", new)
    assert client.get("/accounts/profile/").status_code == 200
    assert elsewhere.get("/accounts/profile/").status_code == 302


@pytest.mark.parametrize("password", ["short", "password123", DEMO_PASSWORD, "lotte@example.org"])
def test_a_weak_or_public_password_is_refused(client, member, password):
    sign_in(client, member.email, PASSWORD)
    response = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": password, "password2": password}
    )
    assert response.context["form"].errors["password1"]


def test_nobody_signs_up(client):
    form = {"email": "new@example.org", "password1": PASSWORD}
    assert "Only by invitation" in client.get("/accounts/signup/").content.decode()
    assert "Only by invitation" in client.post("/accounts/signup/", form).content.decode()
    assert not User.objects.exists()


def test_what_is_not_offered_is_not_there(client, client_of, member):
    closed = [pattern for pattern in _patterns(get_resolver()) if pattern.callback is not_offered]
    assert {"account_email", "account_set_password", "socialaccount_signup"} <= {pattern.name for pattern in closed}
    for address in (
        "/accounts/email/",
        "/accounts/password/set/",
        "/accounts/3rdparty/",
        "/accounts/login/code/confirm/",
    ):
        assert client.get(address).status_code == 404
        assert client_of(member).get(address).status_code == 404


def _patterns(resolver):
    for pattern in resolver.url_patterns:
        yield from _patterns(pattern) if hasattr(pattern, "url_patterns") else [pattern]


def test_the_administration_signs_in_the_same_way(client, admin):
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith(LOGIN)


def test_a_second_factor_is_asked_for_once_set(client, member):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(member, generate_totp_secret())
    response = sign_in(client, member.email, PASSWORD)
    assert response["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "address",
    ["/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/reauthenticate/", "/accounts/password/change/"],
)
def test_the_pages_around_signing_in_work(client, member, address):
    sign_in(client, member.email, PASSWORD)
    page = client.get(address, follow=True)
    assert page.status_code == 200
    assert "sign-in" in page.content.decode()
