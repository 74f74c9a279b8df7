"""A new SECRET_KEY: while the old one is a fallback all that it signed still holds; without it, nothing does."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

from ogsm.accounts.calendar_models import CalendarFeed
from ogsm.accounts.models import User
from plans.models import Invitation
from tests import factories
from tests.test_settings import MUST, value_of
from updates.prepare_links import prepare_token

pytestmark = pytest.mark.django_db
OLD, NEW = "the-key-of-before-" * 4, "the-key-of-today-" * 4
PROFILE = "/accounts/profile/"


@pytest.fixture(autouse=True)
def signed_with_the_old_key(settings):
    settings.SECRET_KEY = OLD


@pytest.fixture
def rotate(settings):
    """The step of an administrator, and a restart: what was in memory is gone."""

    def step(*, keep_old: bool) -> None:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD] if keep_old else []
        cache.clear()

    return step


def reset_link(user: User) -> str:
    Client().post("/accounts/password/reset/", {"email": user.email})
    return re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)[1]


def opens_password_form(link: str) -> bool:
    return 'name="password1"' in Client().get(link, follow=True).text


def test_a_session_goes_on_and_is_signed_anew_meanwhile(client_of, member, rotate):
    working, away = client_of(member), client_of(member)
    rotate(keep_old=True)
    with zeal_ignore():  # Django looks the session up twice to sign it anew
        assert working.get(PROFILE).status_code == 200
    rotate(keep_old=False)
    assert working.get(PROFILE).status_code == 200
    assert away.get(PROFILE).status_code == 302


def test_a_session_ends_at_once_when_the_old_key_is_no_fallback(client_of, member, rotate):
    client = client_of(member)
    rotate(keep_old=False)
    assert client.get(PROFILE)["Location"] == f"/accounts/login/?next={PROFILE}"


def test_a_link_to_prepare_works_as_long_as_the_old_key_is_a_fallback(plan, responsible, rotate, client):
    session = factories.SessionFactory(plan=plan)
    old = reverse("updates:prepare_page", args=[prepare_token(session, responsible)])
    rotate(keep_old=True)
    assert client.get(old).status_code == 200
    new = reverse("updates:prepare_page", args=[prepare_token(session, responsible)])
    assert new != old
    rotate(keep_old=False)
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)


def test_an_old_link_still_ends_with_the_address_it_was_mailed_to(plan, responsible, rotate, client):
    session = factories.SessionFactory(plan=plan)
    old = reverse("updates:prepare_page", args=[prepare_token(session, responsible)])
    rotate(keep_old=True)
    User.objects.filter(pk=responsible.pk).update(email="elders@example.org")
    assert client.get(old).status_code == 410


def test_an_invitation_works_as_long_as_the_old_key_is_a_fallback(plan, plan_owner, rotate, at):
    user = User.objects.create_user("nieuw@example.org")
    factories.MembershipFactory(plan=plan, user=user)
    link = Invitation.issue(plan, user, by=plan_owner, at=at).path
    rotate(keep_old=True)
    assert Client().get(link).status_code == 200
    rotate(keep_old=False)
    assert Client().get(link).status_code == 404


def test_a_link_to_choose_a_password_works_as_long_as_the_old_key_is_a_fallback(member, rotate):
    link = reset_link(member)
    rotate(keep_old=True)
    assert opens_password_form(link)
    rotate(keep_old=False)
    assert not opens_password_form(link)


def test_calendar_addresses_and_passwords_do_not_hang_on_the_key(client, member, rotate, at):
    feed = reverse("updates:calendar_feed", args=[CalendarFeed.make(member, language="en", at=at).secret])
    rotate(keep_old=False)
    assert client.get(feed).status_code == 200
    answer = client.post("/accounts/login/", {"login": member.email, "password": "a-good-password"})
    assert answer.status_code == 302


def test_keys_of_before_come_from_the_environment_with_commas():
    assert value_of("s.SECRET_KEY_FALLBACKS", **MUST, SECRET_KEY_FALLBACKS="one,two") == "['one', 'two']"
    assert value_of("s.SECRET_KEY_FALLBACKS", **MUST) == "[]"
