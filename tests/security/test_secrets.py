"""Each secret opens what it was made for and nothing else, and ends with it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from ogsm.accounts.calendar_models import CalendarFeed
from ogsm.accounts.models import User
from plans.models import Invitation
from tests import factories
from updates.prepare_links import prepare_token

pytestmark = pytest.mark.django_db
PLACES = {
    "prepare": "/prepare/{}/",
    "invitation": "/accounts/invitation/{}/",
    "calendar": "/calendar/{}.ics",
    "password": "/accounts/password/reset/key/{}/",
}


@pytest.fixture
def secrets(plan, plan_owner, responsible, at) -> dict[str, str]:
    """One of each kind, all of them genuine."""
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    newcomer = User.objects.create_user("nieuw@example.org")
    factories.MembershipFactory(plan=plan, user=newcomer)
    return {
        "prepare": prepare_token(factories.SessionFactory(plan=plan), responsible),
        "invitation": Invitation.issue(plan, newcomer, by=plan_owner, at=at).path.split("/")[-2],
        "calendar": CalendarFeed.make(responsible, language="en", at=at).secret,
        "password": f"{user_pk_to_url_str(responsible)}-{default_token_generator.make_token(responsible)}",
    }


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", PLACES)
def test_a_secret_opens_its_own_address_alone(secrets, kind, place):
    client = Client()
    answer = client.get(PLACES[place].format(secrets[kind]), follow=True)
    opened = answer.status_code == 200 and "This link no longer works" not in answer.text
    assert opened is (kind == place)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("salt", ["", "plans.invitation", "updates.prepare.address", "django.core.signing"])
def test_what_was_signed_for_something_else_prepares_nothing(plan, responsible, salt):
    value = prepare_token(factories.SessionFactory(plan=plan), responsible).rpartition(".")[0]
    forged = signing.Signer(salt=salt or None, sep=".").sign(value)
    assert Client().get(PLACES["prepare"].format(forged)).status_code == 404


def test_the_link_of_one_person_is_not_turned_into_that_of_another(plan, responsible, plan_owner):
    session = factories.SessionFactory(plan=plan)
    value, _, signature = prepare_token(session, responsible).rpartition(".")
    number, _person, mark = value.split("-")
    for other in (f"{number}-{plan_owner.pk}-{mark}", f"{session.pk + 1}-{responsible.pk}-{mark}"):
        assert Client().get(PLACES["prepare"].format(f"{other}.{signature}")).status_code == 404


def test_links_say_nothing_when_their_session_is_held(plan, action, responsible, process_owner, at):
    session = factories.SessionFactory(plan=plan)
    token = prepare_token(session, responsible)
    session.start(by=process_owner, at=at)
    session.close(by=process_owner, at=at + dt.timedelta(minutes=40))
    client = Client()
    assert client.get(PLACES["prepare"].format(token)).status_code == 410
    replayed = reverse("updates:prepare_update_unchanged", args=[token, action.pk])
    before = action.updates.count()
    assert client.post(replayed).status_code == 410
    assert action.updates.count() == before


@pytest.mark.parametrize("letter", [0, 5, -2])
def test_a_secret_with_one_letter_changed_opens_nothing(secrets, letter):
    for kind in ("prepare", "calendar", "invitation"):
        secret = list(secrets[kind])
        secret[letter] = "A" if secret[letter] != "A" else "B"
        assert Client().get(PLACES[kind].format("".join(secret))).status_code == 404


def test_no_page_of_somebody_else_shows_a_secret(secrets, client_of, plan, plan_owner, admin, responsible):
    """Neither the owner of the plan nor the administration sees by what a colleague gets in."""
    pages = [
        plan.get_absolute_url(),
        *(reverse(f"plans:{name}", args=[plan.pk]) for name in ("member_list", "plan_history")),
    ]
    admins = [
        reverse("admin:accounts_calendarfeed_changelist"),
        reverse("admin:accounts_calendarfeed_change", args=[responsible.calendar_feed.pk]),
        reverse("admin:plans_invitation_changelist"),
        reverse("admin:accounts_user_change", args=[responsible.pk]),
    ]
    for user, addresses in ((plan_owner, pages), (admin, admins)):
        for address in addresses:
            text = client_of(user).get(address).text
            assert not [kind for kind, secret in secrets.items() if secret in text], address
