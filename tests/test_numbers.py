"""Amounts in Dutch and English notation."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from ogsm.numbers import AmountField, format_amount, parse_amount

LANGUAGES = ["nl", "en"]


class AmountForm(forms.Form):
    amount = AmountField()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.250,50", "1250.50"),
        ("1,250.50", "1250.50"),
        ("1 250,5", "1250.5"),
        ("1.250.000", "1250000"),
        ("1,250,000", "1250000"),
        ("1.250.000,75", "1250000.75"),
        ("0,6", "0.6"),
        ("0.600", "0.6"),
        ("0,125", "0.125"),
        (",5", "0.5"),
        ("12,5", "12.5"),
        ("12.3456", "12.3456"),
        ("1250", "1250"),
        ("-12,5", "-12.5"),
        ("\u221212,5", "-12.5"),
        ("+3", "3"),
        ("€ 48.000.000", "48000000"),
        ("-€ 5", "-5"),
        ("98%", "98"),
        ("98,5 %", "98.5"),
    ],
)
def test_both_notations_are_read_in_both_languages(text: str, value: str, language: str) -> None:
    assert parse_amount(text, language) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "dutch", "english"), [("1.250", "1250", "1.25"), ("1,250", "1.25", "1250"), ("-2.000", "-2000", "-2")]
)
def test_a_lone_mark_before_three_digits_follows_the_language(text: str, dutch: str, english: str) -> None:
    assert parse_amount(text, "nl") == Decimal(dutch)
    assert parse_amount(text, "en") == Decimal(english)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1.2.3",
        "1,2,3",
        "12.34.567",
        "1.250,50,3",
        "1,250.50.1",
        "--3",
        "1e5",
        "NaN",
        "Infinity",
        "1\x00",
        "٣",
        "1" * 41,
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the text itself is the message
        parse_amount(text, "nl")


@given(
    value=st.decimals(min_value=-(10**13), max_value=10**13, places=4),
    written=st.sampled_from(LANGUAGES),
    read=st.sampled_from(LANGUAGES),
)
def test_what_a_form_shows_reads_back_as_itself_in_either_language(value: Decimal, written: str, read: str) -> None:
    assert parse_amount(format_amount(value, written), read) == value


@given(text=st.text(max_size=50))
def test_any_text_is_a_number_or_a_clear_error(text: str) -> None:
    form = AmountForm({"amount": text})
    assert form.is_valid() or form.errors["amount"]


@pytest.mark.parametrize("text", ["123456789012345", "1,23456"])
def test_more_digits_than_fit_are_refused(text: str) -> None:
    assert "amount" in AmountForm({"amount": text}).errors


def test_the_field_shows_a_stored_value_in_the_language_of_the_reader() -> None:
    form = AmountForm(initial={"amount": Decimal("1250000.5000")})
    with translation.override("nl"):
        assert 'value="1.250.000,5"' in str(form["amount"])
    with translation.override("en"):
        assert 'value="1,250,000.5"' in str(form["amount"])
