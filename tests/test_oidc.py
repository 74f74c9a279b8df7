"""Signing in through the organisation's provider: a real one, in a process of its own."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ogsm.accounts.models import User
from plans.models import Invitation
from tests import factories
from tests.oidc_provider.running import running_provider
from tests.programs import free_port

pytestmark = pytest.mark.django_db

WAY_BACK = "http://testserver/accounts/oidc/sso/login/callback/"


@pytest.fixture(autouse=True)
def clock():
    """The provider's clock is the real one, so ours is too."""


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture(scope="session")
def provider(tmp_path_factory):
    with running_provider(tmp_path_factory.mktemp("provider"), WAY_BACK) as found:
        yield found


@pytest.fixture(autouse=True)
def configured(settings, provider):
    for name, value in provider.settings.items():
        setattr(settings, name, value)


def leave(client, **data):
    """The address at the provider that the button leads to."""
    page = client.post("/accounts/oidc/sso/login/", data)
    assert page.status_code == 200
    return unescape(re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.text)[1])


def come_in(client, provider, person, **data):
    return client.get(provider.way_back(leave(client, **data), person))


def who_is_in(client):
    return User.objects.filter(pk=client.session.get("_auth_user_id")).first()


def refusal(client, answer):
    """What the page says; nobody is signed in."""
    assert who_is_in(client) is None
    assert "You are not signed in" in answer.text
    return re.sub(r"\s+", " ", unescape(re.search(r'<p role="alert">(.*?)</p>', answer.text, re.S)[1])).strip()


def test_a_member_comes_in_by_the_verified_address_and_goes_where_they_wanted(client, provider, plan, member):
    answer = come_in(client, provider, "lotte", next=f"/plans/{plan.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/plans/{plan.pk}/")
    assert who_is_in(client) == member
    assert client.get(answer["Location"]).status_code == 200


def test_another_address_later_still_finds_the_person(client, provider, member):
    come_in(client, provider, "lotte")
    later = Client()
    come_in(later, provider, "lotte-married")
    assert who_is_in(later) == member
    member.refresh_from_db()
    assert member.email == "lotte@example.org"


def test_the_password_stays_and_only_what_is_needed_is_kept(client, provider, member):
    come_in(client, provider, "lotte")
    member.refresh_from_db()
    assert member.check_password("a-good-password")
    kept = SocialAccount.objects.get(user=member).extra_data
    assert kept == {"iss": provider.issuer, "sub": "p-1", "email": "Lotte@example.org"}


def test_the_way_there_has_pkce_a_state_and_a_nonce(client, provider):
    there = parse_qs(urlsplit(leave(client)).query)
    assert there["code_challenge_method"] == ["S256"]
    assert all(there[name][0] for name in ("state", "nonce", "code_challenge"))


def test_an_address_that_is_not_verified_lets_nobody_in(client, provider, viewer):
    for person in ("henk", "word"):
        answer = come_in(client, provider, person)
        assert answer.status_code == 403
        assert "does not say that your e-mail address is verified" in refusal(client, answer)
    assert not SocialAccount.objects.exists()


def test_a_provider_that_verifies_without_saying_so_can_be_trusted_for_its_domains(client, provider, viewer, settings):
    settings.OIDC_VERIFIED_DOMAINS = ["example.org"]
    come_in(client, provider, "henk")
    assert who_is_in(client) == viewer


def test_who_has_no_address_at_the_provider_is_refused(client, provider):
    assert "is verified" in refusal(client, come_in(client, provider, "bare"))


def test_somebody_whom_nobody_invited_is_told_to_ask(client, provider, member):
    answer = come_in(client, provider, "nobody")
    assert answer.status_code == 403
    assert "Nobody has invited nobody@elsewhere.example yet" in refusal(client, answer)
    assert User.objects.count() == 1


def test_people_of_a_named_domain_get_an_account_at_their_first_sign_in(client, provider, settings):
    settings.OIDC_CREATE = ["elsewhere.example"]
    come_in(client, provider, "nobody")
    user = who_is_in(client)
    assert (user.name, user.email, user.has_usable_password()) == ("No Body", "nobody@elsewhere.example", False)
    assert not user.may_create_plans
    assert not user.is_staff


def test_an_account_that_is_switched_off_stays_shut(client, provider, member):
    come_in(client, provider, "lotte")
    client.logout()
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert "switched off" in refusal(client, come_in(client, provider, "lotte"))
    SocialAccount.objects.all().delete()
    assert "switched off" in refusal(client, come_in(client, provider, "lotte"))


def test_an_address_given_to_somebody_else_opens_no_account_of_who_had_it(client, provider, member):
    come_in(client, provider, "lotte")
    client.logout()
    assert "belongs to another account" in refusal(client, come_in(client, provider, "lotte-again"))


def test_an_invited_person_accepts_by_coming_in(client, provider, plan, plan_owner, at):
    nina = User.objects.create_user("nina@example.org", name="Nina")
    factories.MembershipFactory(plan=plan, user=nina)
    invitation = Invitation.issue(plan, nina, by=plan_owner, at=at)
    link = invitation.path  # signed anew each time it is asked for
    page = client.get(link).text
    assert "Sign in with Contoso" in page
    answer = come_in(client, provider, "nina", next=link)
    assert answer["Location"] == link
    nina.refresh_from_db()
    invitation.refresh_from_db()
    assert (who_is_in(client), nina.name, nina.is_newcomer) == (nina, "Nina de Wit", False)
    assert invitation.accepted_at
    assert client.get(link)["Location"] == plan.get_absolute_url()


def test_an_invitation_is_for_the_invited_address_only(client, provider, plan, plan_owner, member, at):
    nina = User.objects.create_user("nina@example.org", name="Nina")
    factories.MembershipFactory(plan=plan, user=nina)
    invitation = Invitation.issue(plan, nina, by=plan_owner, at=at)
    answer = come_in(client, provider, "lotte", next=invitation.path)
    assert "for somebody else" in client.get(answer["Location"]).text
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_the_second_step_of_who_comes_by_the_provider_is_the_providers(client, provider, member, settings):
    settings.REQUIRE_TWO_FACTORS = ["everybody"]
    come_in(client, provider, "lotte")
    assert client.get("/plans/").status_code == 200
    other = Client()
    other.post("/accounts/login/", {"login": member.email, "password": "a-good-password"})
    assert other.get("/plans/")["Location"] == reverse("mfa_index")


def test_whoever_set_up_a_second_step_here_is_asked_for_it_after_the_provider_too(client, provider, member):
    Authenticator.objects.create(user=member, type="totp", data={"secret": "x"})
    assert come_in(client, provider, "lotte")["Location"] == reverse("mfa_authenticate")
    assert who_is_in(client) is None


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "https:evil.example", "javascript:1"])
def test_coming_in_never_leads_to_another_site(client, provider, member, address):
    assert come_in(client, provider, "lotte", next=address)["Location"] == "/"


def test_a_way_back_works_once_and_in_the_browser_it_began_in(client, provider, member):
    place = provider.way_back(leave(client), "lotte")
    stranger = Client()
    assert "began in another browser" in refusal(stranger, stranger.get(place))
    client.get(place)
    assert who_is_in(client) == member
    client.logout()
    assert "was used before" in refusal(client, client.get(place))
    assert "was used before" in refusal(client, client.get(WAY_BACK, {"code": "x", "state": "made-up"}))
    assert "was used before" in refusal(client, client.get(WAY_BACK))


def test_who_stops_at_the_provider_is_told_so(client):
    state = parse_qs(urlsplit(leave(client)).query)["state"][0]
    answer = client.get(WAY_BACK, {"error": "access_denied", "state": state})
    assert refusal(client, answer) == "You stopped signing in at Contoso."


def test_a_wrong_secret_or_another_error_of_the_provider_is_a_sentence(client, provider, member, settings):
    settings.OIDC_CLIENT_SECRET = "wrong"
    answer = come_in(client, provider, "lotte")
    assert answer.status_code == 502
    assert "Contoso does not answer as it should" in refusal(client, answer)
    state = parse_qs(urlsplit(leave(client)).query)["state"][0]
    assert "does not answer" in refusal(client, client.get(WAY_BACK, {"error": "server_error", "state": state}))


def test_a_provider_that_is_down_is_a_sentence_both_ways(client, provider, member, settings):
    place = provider.way_back(leave(client), "lotte")
    settings.OIDC_ISSUER = f"http://127.0.0.1:{free_port()}"
    assert "does not answer" in refusal(client, client.get(place))
    answer = client.post("/accounts/oidc/sso/login/")
    assert answer.status_code == 502
    assert "does not answer" in refusal(client, answer)


def test_only_a_press_of_the_button_leaves_for_the_provider(client):
    assert client.get("/accounts/oidc/sso/login/")["Location"] == reverse("account_login")
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/accounts/oidc/sso/login/").status_code == 403
    assert client.post("/accounts/oidc/other/login/").status_code == 404


def test_without_a_provider_there_is_no_button_and_no_address(client, settings):
    settings.OIDC_ISSUER = ""
    assert "Contoso" not in client.get("/accounts/login/").text
    assert client.post("/accounts/oidc/sso/login/").status_code == 404
    assert client.get(WAY_BACK).status_code == 404


def test_where_the_provider_is_the_only_way_a_password_opens_for_superusers_alone(client, settings, member, admin):
    settings.OIDC_ONLY = True
    assert "I administer this installation" in client.get("/accounts/login/").text
    answer = client.post("/accounts/login/", {"login": member.email, "password": "a-good-password"})
    assert refusal(client, answer) == "Passwords and passkeys are switched off here. Sign in with Contoso."
    client.post("/accounts/login/", {"login": admin.email, "password": "a-good-password"})
    assert who_is_in(client) == admin


def test_where_the_provider_is_the_only_way_an_invitation_asks_no_password(client, settings, plan, plan_owner, at):
    settings.OIDC_ONLY = True
    nina = User.objects.create_user("nina@example.org", name="Nina")
    factories.MembershipFactory(plan=plan, user=nina)
    invitation = Invitation.issue(plan, nina, by=plan_owner, at=at)
    page = client.get(invitation.path).text
    assert "Sign in with Contoso" in page
    assert "new_password1" not in page
    form = {"name": "Nina", "new_password1": "a-good-password", "new_password2": "a-good-password"}
    assert client.post(invitation.path, form).status_code == 403
    assert who_is_in(client) is None
