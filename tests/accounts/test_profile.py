import pytest

from ogsm.accounts.models import User

pytestmark = pytest.mark.django_db

ADDRESS = "/accounts/profile/"
FILLED_IN = {"name": "Lotte van den Berg", "language": "nl", "theme": "dark"}


def test_my_profile_keeps_what_i_choose(client_of, member):
    response = client_of(member).post(ADDRESS, FILLED_IN)
    assert response["Location"] == ADDRESS
    member.refresh_from_db()
    assert (member.name, member.sort_name) == ("Lotte van den Berg", "Berg, Lotte van den")
    assert (member.language, member.theme, member.shortcuts) == ("nl", "dark", False)


def test_my_language_goes_before_the_browsers(client_of, member):
    client = client_of(member)
    assert '<html lang="en"' in client.get(ADDRESS, headers={"accept-language": "en"}).content.decode()
    client.post(ADDRESS, FILLED_IN)
    assert (
        '<html lang="nl" data-bs-theme="dark"'
        in client.get(ADDRESS, headers={"accept-language": "en"}).content.decode()
    )


def test_without_a_choice_the_browser_decides(client):
    assert '<html lang="nl"' in client.get("/accounts/login/", headers={"accept-language": "nl"}).content.decode()


def test_nobody_gets_more_rights_or_another_address_from_the_profile(client_of, member):
    client_of(member).post(
        ADDRESS, FILLED_IN | {"email": "x@example.org", "is_superuser": "on", "can_create_plans": "on"}
    )
    member.refresh_from_db()
    assert (member.email, member.is_superuser, member.can_create_plans) == ("lotte@example.org", False, False)


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 121}, {"language": "fr"}, {"theme": "pink"}, {"name": "a\0b"}]
)
def test_what_cannot_be_is_said_beside_the_field(client_of, member, wrong):
    response = client_of(member).post(ADDRESS, FILLED_IN | wrong)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == wrong.keys()
    assert User.objects.get(pk=member.pk).name == "Lotte Bakker"


def test_a_refused_form_changes_nothing_around_it(client_of, member):
    page = client_of(member).post(ADDRESS, FILLED_IN | {"language": "fr"}).content.decode()
    assert "Menu of Lotte Bakker" in page
