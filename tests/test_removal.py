"""Removing an account: the person goes, the plans stay readable."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.test import Client

from ogsm.accounts.models import ApiToken, CalendarFeed, User
from ogsm.removal import KEPT, account_remove, in_the_way
from tests import factories
from updates.models import OutgoingMail

pytestmark = pytest.mark.django_db

PASSWORD = "a-good-password"
REMOVE = "/accounts/profile/remove/"


@pytest.fixture
def signed_in(client, member):
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def full_life(plan, member, process_owner, choice, at):
    """The member took part: minutes, an update, and everything that is theirs alone."""
    action = factories.ActionFactory(choice=choice, responsible=member, status="done")
    factories.UpdateFactory(action=action, author=member)
    session = factories.SessionFactory(plan=plan, facilitator=process_owner, starts_at=at)
    session.start(by=process_owner, at=at)
    session.close(by=process_owner, at=at)
    CalendarFeed.make(member, language="en", at=at)
    ApiToken.make(member, name="Power BI", expires_on=None, at=at)
    Authenticator.objects.create(user=member, type="totp", data={"secret": "x"})
    SocialAccount.objects.create(user=member, provider="sso", uid="1", extra_data={"email": member.email})
    OutgoingMail.objects.create(user=member, occasion="x", template="minutes", queued_at=at, next_try_at=at)
    return session


def test_nothing_of_the_person_is_left_and_the_plan_reads_on(
    signed_in, plan, member, plan_owner, full_life, client_of, at
):
    name, email = member.name, member.email
    minutes = client_of(plan_owner).get(f"/plans/{plan.pk}/sessions/{full_life.pk}/minutes/").text
    assert name in minutes
    page = signed_in.get(REMOVE).text
    assert f"Former member {member.pk}" in page
    answer = signed_in.post(REMOVE, {"sure": "on"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/"
    assert "Your account is removed." in answer.text
    left = User.objects.get(pk=member.pk)
    assert (left.name, left.is_active, left.has_usable_password()) == (f"Former member {member.pk}", False, False)
    assert left.email.endswith("@removed.invalid")
    for model in (CalendarFeed, ApiToken, Authenticator, SocialAccount, OutgoingMail, UserSession):
        assert not model.objects.filter(user=member.pk).exists(), model
    assert not CalendarFeed.history.filter(user=member.pk).exists()
    assert not ApiToken.history.filter(user=member.pk).exists()
    assert not plan.memberships.filter(user=member.pk).exists()
    assert _where_it_says(email) == set()
    reader = client_of(plan_owner)
    assert name in reader.get(f"/plans/{plan.pk}/sessions/{full_life.pk}/minutes/").text
    history = reader.get(f"/plans/{plan.pk}/history/")
    assert history.status_code == 200
    assert name not in history.text
    assert reader.get(f"/plans/{plan.pk}/members/").status_code == 200


def _where_it_says(text):
    """The columns of the whole database that still have this text."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField):
                rows = model._base_manager.filter(**{f"{field.name}__icontains": text})
                found |= {f"{model._meta.label}.{field.name}"} if rows.exists() else set()
    return found


def test_a_removed_account_lets_nobody_in_again(signed_in, member, client_of):
    elsewhere = client_of(member)
    email = member.email
    signed_in.post(REMOVE, {"sure": "on"})
    for client in (signed_in, elsewhere):
        assert client.get("/accounts/profile/").status_code == 302
    assert Client().post("/accounts/login/", {"login": email, "password": PASSWORD}).status_code == 200


def test_one_has_to_be_sure_and_to_show_that_it_is_oneself(client_of, signed_in, member):
    fresh = client_of(member)
    assert fresh.post(REMOVE, {"sure": "on"})["Location"].startswith("/accounts/reauthenticate/")
    answer = signed_in.post(REMOVE)
    assert answer.status_code == 422
    assert "Tick that you are sure." in answer.text
    assert User.objects.get(pk=member.pk).removed_at is None


def test_who_carries_something_is_told_what_and_where(client, plan, choice, action, responsible, at):
    client.post("/accounts/login/", {"login": responsible.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get(REMOVE).text
    assert "First hand over what you carry" in page
    assert "responsible for 1 open action" in page
    assert f'href="/plans/{plan.pk}/members/"' in page
    assert client.post(REMOVE, {"sure": "on"}).status_code == 422
    responsible.refresh_from_db()
    assert responsible.is_active


def test_the_only_owner_of_a_plan_makes_somebody_else_owner_first(plan, plan_owner, member, at):
    [found] = in_the_way(plan_owner)
    assert (found.plan, found.work) == (plan, ["its only owner"])
    with pytest.raises(ValidationError, match="at least one owner"):
        account_remove(plan_owner, by=plan_owner, at=at)
    plan.memberships.filter(user=member).update(role="owner")
    account_remove(plan_owner, by=plan_owner, at=at)
    assert not plan.memberships.filter(user=plan_owner).exists()


def test_an_owner_is_led_to_where_everything_changes_hands(client, plan, plan_owner, choice, choice_owner, action):
    action.hand_to(plan_owner, by=choice_owner, at=factories.AT)
    client.post("/accounts/login/", {"login": plan_owner.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get(REMOVE).text
    assert "its only owner; responsible for 1 open action" in page
    [address] = re.findall(r'href="([^"]*hand-over[^"]*)"', page)
    assert action.result in client.get(address).text


def test_plans_that_are_over_ask_for_nothing_and_keep_their_members(plan, plan_owner, at):
    plan.close(by=plan_owner, at=at)
    account_remove(plan_owner, by=plan_owner, at=at)
    assert str(plan.memberships.get(role="owner").user) == f"Former member {plan_owner.pk}"


def test_the_last_superuser_stays(admin, at):
    with pytest.raises(ValidationError, match="Nobody else administers"):
        account_remove(admin, by=admin, at=at)


def test_a_superuser_removes_somebody_and_nobody_else_does(client_of, admin, member, stranger):
    address = f"/accounts/people/{stranger.pk}/remove/"
    assert client_of(member).get(address).status_code in (302, 403)
    client = Client()
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get(address).status_code == 403
    assert client.post(address, {"sure": "on"}).status_code == 403
    client = Client()
    client.post("/accounts/login/", {"login": admin.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert address in client.get(f"/admin/accounts/user/{stranger.pk}/change/").text
    assert "Vera Mulder" in client.get(address).text
    answer = client.post(address, {"sure": "on"}, follow=True)
    assert "The account of Vera Mulder is removed." in answer.text
    stranger.refresh_from_db()
    assert stranger.removed_at
    assert client.get(address).status_code == 404


def test_whatever_hangs_on_a_person_is_forgotten_or_kept_on_purpose():
    """A new table with a person in it: is it the person's alone (it then goes), or does it say what happened (KEPT)?"""
    cascading = {
        relation.related_model._meta.label
        for relation in User._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ForeignObjectRel) and relation.on_delete is models.CASCADE
    }
    assert cascading >= KEPT
