import pytest

from ogsm.accounts import names


@pytest.mark.parametrize(
    ("name", "sorts_as"),
    [
        ("Karin de Boer", "Boer, Karin de"),
        ("Joost van Leeuwen", "Leeuwen, Joost van"),
        ("Jan van der Berg", "Berg, Jan van der"),
        ("Piet van 't Hof", "Hof, Piet van 't"),
        ("Samira el Amrani", "Amrani, Samira el"),
        ("Anna Maria Jansen", "Jansen, Anna Maria"),
        ("Sanne de Vries-van Dijk", "Vries-van Dijk, Sanne de"),
        ("Tom Van Damme", "Van Damme, Tom"),
        ("De", "De"),
        ("Anna de", "de, Anna"),
        ("  Karin   de  Boer ", "Boer, Karin de"),
        ("", ""),
    ],
)
def test_names_sort_the_dutch_way(name, sorts_as):
    assert names.sort_name(name) == sorts_as


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Karin de Boer", "KB"), ("Piet van 't Hof", "PH"), ("Anna Maria Jansen", "AJ"), ("Karin", "K"), ("", "")],
)
def test_initials_are_first_and_family_name(name, initials):
    assert names.initials(name) == initials


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("nina@x.nl", "Nina"),
        ("nina.de.wit@x.nl", "Nina de Wit"),
        ("b.kok@x.nl", "B. Kok"),
        ("jan-willem_smit2@x.nl", "Jan Willem Smit"),
        ("de.wit@x.nl", "De Wit"),
        ("007@x.nl", "007@x.nl"),
    ],
)
def test_a_name_is_guessed_from_an_address_until_its_owner_says_it(email, name):
    assert names.guessed_name(email) == name
