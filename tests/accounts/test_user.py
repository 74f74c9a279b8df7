import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from ogsm.accounts.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_an_address_is_kept_in_lower_case_and_found_in_any():
    User.objects.create_user("Karin.deBoer@Example.ORG", name="Karin de Boer")
    assert User.objects.get_by_natural_key("KARIN.DEBOER@example.org").email == "karin.deboer@example.org"


def test_the_same_address_in_other_capitals_is_refused_with_a_sentence():
    UserFactory(email="karin@example.org")
    second = User(email="KARIN@example.org", name="Karin Twee", password="x")
    with pytest.raises(ValidationError, match="already somebody with this e-mail address"):
        second.full_clean()


def test_the_database_refuses_the_same_address_even_unasked():
    UserFactory(email="karin@example.org")
    with pytest.raises(IntegrityError):
        User.objects.bulk_create([User(email="KARIN@example.org", name="Karin Twee")])


def test_people_are_listed_by_family_name():
    for name in ("Karin de Boer", "Joost van Leeuwen", "Anna Bakker"):
        UserFactory(name=name)
    assert [user.name for user in User.objects.all()] == ["Anna Bakker", "Karin de Boer", "Joost van Leeuwen"]


def test_a_new_name_moves_the_place_in_lists_also_when_only_the_name_is_saved():
    user = UserFactory(name="Karin de Boer")
    user.name = "Karin Smit"
    user.save(update_fields=["name"])
    user.refresh_from_db()
    assert user.sort_name == "Smit, Karin"


def test_somebody_without_a_password_cannot_sign_in_with_any():
    user = User.objects.create_user("nieuw@example.org", name="Nieuw")
    assert not user.has_usable_password()


def test_somebody_without_a_name_goes_by_the_address():
    user = UserFactory(name="", email="info@example.org")
    assert (str(user), user.initials, user.first_name) == ("info@example.org", "I", "info@example.org")
