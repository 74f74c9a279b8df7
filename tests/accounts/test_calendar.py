"""The calendar address on the profile page: made, replaced, switched off."""

import pytest
from django.urls import reverse

from ogsm.accounts.calendar_models import CalendarFeed

pytestmark = pytest.mark.django_db
PROFILE = "/accounts/profile/"
MAKE, INVOLVED, OFF = (reverse(f"accounts:calendar_{verb}") for verb in ("make", "involved", "off"))


def address_on(client):
    return client.get(PROFILE).context["calendar_address"]


def test_i_make_an_address_and_the_profile_shows_it_again(client_of, member):
    client = client_of(member)
    assert address_on(client) is None
    assert client.post(MAKE)["Location"] == f"{PROFILE}#calendar"
    address = address_on(client)
    assert f'value="{address}"' in client.get(PROFILE).content.decode()
    assert client.get(address).status_code == 200


def test_a_new_address_ends_the_old_one_and_off_ends_them_all(client_of, member):
    client = client_of(member)
    client.post(MAKE)
    old = address_on(client)
    client.post(MAKE)
    new = address_on(client)
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)
    client.post(OFF)
    client.post(OFF)
    assert client.get(new).status_code == 404
    assert address_on(client) is None


def test_i_choose_whether_it_has_what_i_am_involved_in(client_of, member):
    client = client_of(member)
    client.post(MAKE)
    client.post(INVOLVED, {"with_involved": "1"})
    assert CalendarFeed.objects.get(user=member).with_involved
    client.post(INVOLVED)
    assert not CalendarFeed.objects.get(user=member).with_involved


def test_the_secret_is_long_my_own_and_in_no_history(client_of, member, responsible):
    for person in (member, responsible):
        client_of(person).post(MAKE)
    secrets = set(CalendarFeed.objects.values_list("secret", flat=True))
    assert len(secrets) == 2
    assert min(map(len, secrets)) >= 43  # 256 bits
    assert "secret" not in {field.name for field in CalendarFeed.history.model._meta.fields}


def test_who_has_no_language_hears_the_one_spoken_when_it_was_made(client_of, member):
    client_of(member).post(MAKE, headers={"accept-language": "nl"})
    assert CalendarFeed.objects.get(user=member).words_in == "nl"
