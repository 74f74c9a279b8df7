"""Nobody learns who has an account, and nobody gets into somebody else's."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client
from django.urls import reverse

from ogsm.accounts.models import User
from updates.models import OutgoingMail

pytestmark = pytest.mark.django_db
LOGIN, FORGOTTEN, PROFILE = "/accounts/login/", "/accounts/password/reset/", "/accounts/profile/"
PASSWORD = "a-good-password"


def sign_in(client: Client, email: str, password: str):
    return client.post(LOGIN, {"login": email, "password": password})


# ---- who has an account ----
@pytest.mark.parametrize("email", ["lotte@example.org", "nobody@example.org"])
def test_an_unknown_address_costs_as_much_as_a_wrong_password(client, member, email, monkeypatch):
    """The hash is what takes long; so long that anybody can measure it."""
    made = []
    encode = MD5PasswordHasher.encode

    def counting(self, *arguments):
        made.append(arguments)
        return encode(self, *arguments)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    sign_in(client, email, "wrong")
    assert len(made) == 1


def test_somebody_without_a_password_gets_the_same_answer(client, member):
    User.objects.create_user("nieuw@example.org")
    known, newcomer, unknown = (
        re.sub(r'value="[^"]*"', "", sign_in(client, email, "wrong").text)
        for email in ("lotte@example.org", "nieuw@example.org", "nobody@example.org")
    )
    assert known == newcomer == unknown


def test_an_address_we_know_is_answered_without_waiting_for_its_mail(member, settings):
    """The link waits in the outbox: neither the time nor a mail server in trouble tells who has an account."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    known = Client().post(FORGOTTEN, {"email": member.email}, follow=True)
    unknown = Client().post(FORGOTTEN, {"email": "nobody@example.org"}, follow=True)
    assert (known.status_code, known.content) == (200, unknown.content)
    assert [(waiting.user, waiting.sent_at) for waiting in OutgoingMail.objects.all()] == [(member, None)]


# ---- whose session it is ----
def test_signing_in_gives_a_session_that_nobody_knew_before(client, member):
    client.get(FORGOTTEN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["sessionid"] = session.session_key
    sign_in(client, member.email, PASSWORD)
    assert client.session["_auth_user_id"] == str(member.pk)
    assert client.cookies["sessionid"].value != session.session_key
    assert Client(headers={"cookie": f"sessionid={session.session_key}"}).get(PROFILE).status_code == 302


def test_a_made_up_session_is_not_taken_on(member):
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    sign_in(client, member.email, PASSWORD)
    assert client.cookies["sessionid"].value != "a" * 32


def test_a_password_chosen_by_a_mailed_link_ends_every_session(client_of, member):
    elsewhere = client_of(member)
    Client().post(FORGOTTEN, {"email": member.email})
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mail.outbox[0].body)[1]
    visitor = Client()
    form = visitor.get(link, follow=True)
    new = {"password1": "another-good-one", "password2": "another-good-one"}
    visitor.post(form.request["PATH_INFO"], new)
    assert elsewhere.get(PROFILE).status_code == 302
    assert sign_in(Client(), member.email, PASSWORD).status_code == 200


def test_somebody_switched_off_is_out_at_once(client_of, member):
    client = client_of(member)
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert client.get(PROFILE).status_code == 302


def test_signing_out_ends_the_session_for_whoever_copied_it(client_of, member):
    client = client_of(member)
    copied = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    assert Client(headers={"cookie": f"sessionid={copied}"}).get(PROFILE).status_code == 302


# ---- what a form may set ----
def test_a_form_sets_nothing_it_does_not_show(client_of, member):
    client = client_of(member)
    form = {"name": "Lotte", "language": "", "theme": "", "shortcuts": "on"}
    more = {"is_superuser": "1", "is_staff": "1", "can_create_plans": "1", "email": "x@example.org", "password": "x"}
    assert client.post(PROFILE, form | more).status_code == 302
    stored = User.objects.get(pk=member.pk)
    assert (stored.name, stored.email) == ("Lotte", "lotte@example.org")
    assert not stored.is_superuser
    assert not stored.is_staff
    assert not stored.can_create_plans
    assert stored.check_password(PASSWORD)


# ---- where it leads ----
ELSEWHERE = ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
CHANGE = {"oldpassword": PASSWORD, "password1": "another-good-one", "password2": "another-good-one"}


def is_here(address: str) -> bool:
    """Whether a browser stays on this site."""
    return address.startswith("/") and not address.startswith(("//", "/\\")) and "\n" not in address


@pytest.mark.parametrize("address", ELSEWHERE)
@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("/accounts/logout/", {}),
        ("/accounts/reauthenticate/", {"password": PASSWORD}),
        ("/accounts/password/change/", CHANGE),
    ],
)
def test_no_page_around_signing_in_leads_to_another_site(client, member, page, form, address):
    sign_in(client, member.email, PASSWORD)
    answer = client.post(f"{page}?next={address}", {**form, "next": address})
    assert answer.status_code == 302
    assert is_here(answer["Location"])


@pytest.mark.parametrize("address", [*ELSEWHERE, "/ok\r\nSet-Cookie: a=b"])
def test_giving_an_update_leads_nowhere_else_and_brings_in_no_header(client_of, plan, action, responsible, address):
    form = {"done": "Gedaan", "light": "green", "status": "doing", "next": "Verder", "back": ""}
    for name in ("update_unchanged", "update_give"):
        path = reverse(f"updates:{name}", args=[plan.pk, action.pk])
        answer = client_of(responsible).post(path, {**form, "next": address})
        assert is_here(answer.headers.get("Location", "/"))
        assert "a" not in answer.cookies


@pytest.mark.parametrize("came", ["https://evil.example/plans/", "https://evil.example/plans/1/", "http://["])
def test_coming_back_to_the_page_one_was_on_leads_to_this_site_only(client_of, plan, action, plan_owner, came):
    client = client_of(plan_owner)
    archive = reverse("actions:action_archive", args=[plan.pk, action.pk])
    client.post(archive, {"reason": "Niet meer nodig"}, headers={"referer": came})
    answer = client.post(reverse("plans:act_undo", args=[plan.pk]), {}, headers={"referer": came})
    assert is_here(answer.headers.get("Location", "/"))
    assert "evil" not in answer.headers.get("Location", "")


# ---- what is mailed ----
@pytest.mark.parametrize("header", ["host", "x-forwarded-host", "forwarded"])
def test_links_in_mails_begin_with_our_own_address_whatever_a_request_says(
    client_of, plan, plan_owner, stranger, settings, header, django_capture_on_commit_callbacks
):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://ogsm.example.org", ["*"]
    claim = {header: "host=evil.example" if header == "forwarded" else "evil.example"}
    Client().post(FORGOTTEN, {"email": plan_owner.email}, headers=claim)
    added = {"people": f"nieuw@example.org, {stranger.email}", "role": "member"}
    with django_capture_on_commit_callbacks(execute=True):
        client_of(plan_owner).post(reverse("plans:member_add", args=[plan.pk]), added, headers=claim)
    assert len(mail.outbox) == 3
    for message in mail.outbox:
        said = message.body + "".join(str(part[0]) for part in message.alternatives)
        assert "evil.example" not in said
        assert "https://ogsm.example.org/" in said
