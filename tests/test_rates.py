"""RATE_LIMITS: what may be written there, and what it does."""

import pytest

from ogsm.rates import with_changes

RATES = {"login_failed": "10/m/ip,5/5m/key", "export": "30/m/user"}


@pytest.mark.parametrize("text", ["", " ", ","])
def test_nothing_said_changes_nothing(text):
    assert with_changes(RATES, text) == RATES


def test_what_is_named_is_replaced_and_the_rest_stays():
    assert with_changes(RATES, "export=60/m/user") == {**RATES, "export": "60/m/user"}


def test_several_rates_of_one_name_and_several_names_fit_on_one_line():
    text = "login_failed=100/m/ip, 3/10m/key,export=5/h/ip"
    assert with_changes(RATES, text) == {"login_failed": "100/m/ip,3/10m/key", "export": "5/h/ip"}


def test_nothing_behind_the_sign_sets_no_limit():
    assert with_changes(RATES, "export=") == {**RATES, "export": ""}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("exports=5/m/user", "there are export, login_failed"),
        ("5/m/user", "does not say of what"),
        ("export=often", "write times/within/whose"),
        ("export=0/m/user", "write times/within/whose"),
        ("export=5/m", "write times/within/whose"),
        ("export=5/x/user", "write times/within/whose"),
        ("export=5/m/team", "write times/within/whose"),
        ("export=5/m/key", "counts by ip or user, not by key"),
        ("login_failed=5/m/user", "counts by ip or key, not by user"),
    ],
)
def test_what_is_no_rate_is_refused_in_words(text, says):
    with pytest.raises(ValueError, match=says):
        with_changes(RATES, text)
