"""The tokens on the profile page: made, shown once, revoked, and ended with the password or the account."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ogsm.accounts.models import User
from ogsm.accounts.token_models import AT_MOST, LENGTH, PREFIX, USE_NOTED_EVERY, ApiToken, digest_of

pytestmark = pytest.mark.django_db
PROFILE, MAKE = "/accounts/profile/", reverse("accounts:token_make")


def revoke(client, token):
    return client.post(reverse("accounts:token_revoke", args=[token.pk]))


def opens(secret):
    return Client().get("/api/v1/", headers={"authorization": f"Bearer {secret}"}).status_code == 200


def made_by(client, **form):
    answer = client.post(MAKE, {"name": "Power BI", **form})
    assert answer.status_code == 200
    return answer.context["secret"]


def test_i_make_a_token_see_it_once_and_it_opens_what_i_read(client_of, member):
    client = client_of(member)
    answer = client.post(MAKE, {"name": "Power BI"})
    secret = answer.context["secret"]
    assert f'value="{secret}"' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert opens(secret)
    for page in (PROFILE, MAKE):
        assert secret not in client.get(page).content.decode()


def test_the_secret_is_long_mine_and_stored_nowhere(client_of, member):
    secret = made_by(client_of(member))
    assert secret.startswith(PREFIX)
    assert len(secret) == LENGTH >= 43  # 256 bits
    token = ApiToken.objects.get(user=member)
    assert secret not in str(vars(token))
    assert token.digest == digest_of(secret)
    assert not {"digest", "last_used_at"} & {field.name for field in ApiToken.history.model._meta.fields}


def test_the_profile_lists_my_tokens_and_nobody_elses(client_of, member, viewer, at, on):
    ApiToken.make(member, name="Kwartaalrapport", expires_on=on, at=at)
    ApiToken.make(viewer, name="Van Henk", expires_on=None, at=at)
    page = client_of(member).get(PROFILE).content.decode()
    assert "Kwartaalrapport" in page
    assert "never used" in page
    assert "Van Henk" not in page


def test_one_click_revokes_a_token_at_once_and_twice_changes_nothing(client_of, member):
    client = client_of(member)
    secret = made_by(client)
    token = ApiToken.objects.get()
    assert revoke(client, token)["Location"] == f"{PROFILE}#tokens"
    assert not opens(secret)
    assert revoke(client, token).status_code == 302
    assert [row.history_type for row in ApiToken.history.order_by("history_id")] == ["+", "-"]
    assert ApiToken.history.first().history_user == member


def test_nobody_revokes_the_token_of_another(client_of, member, viewer):
    secret = made_by(client_of(member))
    revoke(client_of(viewer), ApiToken.objects.get())
    assert opens(secret)
    assert client_of(viewer).post(f"/accounts/profile/tokens/{'9' * 30}/revoke/").status_code == 302


def test_a_changed_password_ends_all_tokens(client_of, member, viewer):
    mine, other = made_by(client_of(member)), made_by(client_of(viewer))
    client_of(member).post(
        "/accounts/password/change/",
        {"oldpassword": "a-good-password", "password1": "another-good-one", "password2": "another-good-one"},
    )
    member.refresh_from_db()
    assert member.check_password("another-good-one")
    assert not opens(mine)
    assert opens(other)


def test_signing_in_leaves_the_tokens_alone_also_when_the_password_is_stored_anew(client_of, member, settings):
    secret = made_by(client_of(member))
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", *settings.PASSWORD_HASHERS]
    Client().post("/accounts/login/", {"login": member.email, "password": "a-good-password"})
    member.refresh_from_db()
    assert member.password.startswith("scrypt")
    assert opens(secret)


def test_who_is_switched_off_is_not_read_with_any_more_nor_after_coming_back(client_of, member):
    secret = made_by(client_of(member))
    member.is_active = False
    member.save()
    assert not opens(secret)
    member.is_active = True
    member.save()
    assert not opens(secret)


def test_who_was_switched_off_behind_our_back_is_not_read_with_either(client_of, member):
    secret = made_by(client_of(member))
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert not opens(secret)


def test_a_token_works_up_to_and_including_its_last_day(client_of, member, on, at):
    _token, secret = ApiToken.make(member, name="Vandaag", expires_on=on, at=at)
    _token, late = ApiToken.make(member, name="Gisteren", expires_on=on - dt.timedelta(days=1), at=at)
    assert opens(secret)
    assert not opens(late)
    assert "expired 10 Jun 2026" in client_of(member).get(PROFILE).content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"expires_on": "2026-06-10"}, "expires_on"),
        ({"expires_on": "31-02-2027"}, "expires_on"),
        ({"expires_on": "9999-12-31"}, "expires_on"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(client_of, member, wrong, field):
    answer = client_of(member).post(MAKE, {"name": "Power BI", **wrong})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert not ApiToken.objects.exists()


def test_a_form_sent_twice_makes_one_token(client_of, member):
    client = client_of(member)
    made_by(client)
    answer = client.post(MAKE, {"name": "Power BI"})
    assert (answer.status_code, ApiToken.objects.count()) == (422, 1)
    assert "already" in answer.content.decode()


def test_the_database_too_refuses_a_second_token_of_the_same_name(member, at):
    token, _secret = ApiToken.make(member, name="Power BI", expires_on=None, at=at)
    token.pk, token.digest, token._state.adding = None, "other", True
    with pytest.raises(IntegrityError):
        token.save()


def test_one_person_has_a_limited_number_of_them(member, at):
    for number in range(AT_MOST):
        ApiToken.make(member, name=f"Nummer {number}", expires_on=None, at=at)
    with pytest.raises(ValidationError, match="very many"):
        ApiToken.make(member, name="Nog een", expires_on=None, at=at)


def test_the_profile_says_when_it_was_last_used_noted_once_in_a_while(client_of, member, at):
    token, secret = ApiToken.make(member, name="Power BI", expires_on=None, at=at)
    assert opens(secret)
    token.refresh_from_db()
    first = token.last_used_at
    assert first is not None
    token.note_use(first + USE_NOTED_EVERY - dt.timedelta(seconds=1))
    token.refresh_from_db()
    assert token.last_used_at == first
    token.note_use(first + USE_NOTED_EVERY)
    token.refresh_from_db()
    assert token.last_used_at == first + USE_NOTED_EVERY
    assert "last used 11 Jun 2026" in client_of(member).get(PROFILE).content.decode()
    assert token.history.count() == 1


def test_my_list_costs_the_same_with_many_tokens(client_of, member, at):
    client = client_of(member)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(PROFILE)
        return len(asked)

    ApiToken.make(member, name="Een", expires_on=None, at=at)
    few = queries()
    for number in range(10):
        ApiToken.make(member, name=f"Nummer {number}", expires_on=None, at=at)
    assert queries() == few


def test_the_administration_shows_who_has_one_but_makes_none(client_of, admin, member, at):
    token, secret = ApiToken.make(member, name="Power BI", expires_on=None, at=at)
    client = client_of(admin)
    page = client.get(reverse("admin:accounts_apitoken_change", args=[token.pk])).content.decode()
    assert "Power BI" in page
    assert token.digest not in page
    assert client.get(reverse("admin:accounts_apitoken_add")).status_code == 403
    client.post(reverse("admin:accounts_apitoken_delete", args=[token.pk]), {"post": "yes"})
    assert not opens(secret)
