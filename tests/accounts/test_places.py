"""Where I am signed in, and signing out there."""

import re

import pytest
from django.test import Client

from ogsm.accounts.browsers import browser_of
from ogsm.accounts.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "a-good-password"
PLACES = "/accounts/profile/places/"
WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"


def signed_in(user, agent):
    client = Client(headers={"User-Agent": agent})
    assert client.post("/accounts/login/", {"login": user.email, "password": PASSWORD}).status_code == 302
    return client


def is_in(client):
    return client.get("/accounts/profile/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (WINDOWS, ("Chrome", "Windows")),
        (WINDOWS + " Edg/140.0.0.0", ("Edge", "Windows")),
        (IPHONE, ("Safari", "iPhone")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", ("Firefox", "Linux")),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18 Safari/605",
            ("Safari", "Mac"),
        ),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", ("Chrome", "Android")),
        ("curl/8", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_browser_is_called_as_people_call_it(agent, expected):
    assert browser_of(agent) == expected


def test_the_page_lists_each_browser_and_marks_this_one(member, stranger):
    here = signed_in(member, WINDOWS)
    signed_in(member, IPHONE)
    signed_in(stranger, WINDOWS + " Edg/1")
    page = here.get(PLACES).text
    assert "Chrome on Windows" in page
    assert "Safari on iPhone" in page
    assert "Edge" not in page
    assert page.count("this one") == 1
    assert page.index("Chrome on Windows") < page.index("Safari on iPhone")


def test_one_place_is_ended_and_the_others_stay(member):
    here, telephone, third = (signed_in(member, agent) for agent in (WINDOWS, IPHONE, "curl/8"))
    [first, _second] = re.findall(r'action="([^"]+places/\d+/end/)"', here.get(PLACES).text)
    answer = here.post(first, follow=True)
    assert "You are signed out there." in answer.text
    assert sorted(map(is_in, (here, telephone, third))) == [False, True, True]
    assert is_in(here)


def test_nobody_ends_the_session_of_somebody_else(member, stranger):
    mine = signed_in(member, WINDOWS)
    other = signed_in(stranger, IPHONE)
    signed_in(member, IPHONE)
    [address] = re.findall(r'action="([^"]+places/\d+/end/)"', mine.get(PLACES).text)
    other.post(address)
    assert address in mine.get(PLACES).text


def test_signing_out_everywhere_else_ends_also_what_is_on_no_list(member, client_of):
    here, telephone = signed_in(member, WINDOWS), signed_in(member, IPHONE)
    unlisted = client_of(member)
    answer = here.post("/accounts/profile/places/end/", follow=True)
    assert "You are signed out everywhere else." in answer.text
    assert list(map(is_in, (here, telephone, unlisted))) == [True, False, False]
    assert "iPhone" not in here.get(PLACES).text
    assert "this one" in here.get(PLACES).text


def test_a_new_password_leaves_this_place_on_the_list_alone(member):
    here = signed_in(member, WINDOWS)
    signed_in(member, IPHONE)
    new = {"oldpassword": PASSWORD, "password1": "another-good-one", "password2": "another-good-one"}
    here.post("/accounts/password/change/", new)
    page = here.get(PLACES).text
    assert "Chrome on Windows" in page
    assert "iPhone" not in page


def test_switching_somebody_off_ends_their_sessions_also_when_they_are_switched_on_again(member, admin, client_of):
    session = signed_in(member, WINDOWS)
    form = {"email": member.email, "name": member.name, "shortcuts": "on"}
    address = f"/admin/accounts/user/{member.pk}/change/"
    assert client_of(admin).post(address, form).status_code == 302
    assert not User.objects.get(pk=member.pk).is_active
    assert not is_in(session)
    client_of(admin).post(address, {**form, "is_active": "on"})
    assert User.objects.get(pk=member.pk).is_active
    assert not is_in(session)


def test_the_list_costs_the_same_with_one_place_and_with_ten(member, django_assert_num_queries):
    here = signed_in(member, WINDOWS)
    here.get(PLACES)

    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked:
            here.get(PLACES)
        return len(asked)

    one = queries()
    for _ in range(9):
        signed_in(member, IPHONE)
    assert queries() == one
