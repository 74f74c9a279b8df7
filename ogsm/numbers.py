"""Amounts as people type them: '1.250,50' and '1,250.50' mean the same. Pure but for the active language.

Only '1.250' and '1,250' can be read in two ways: a lone mark before exactly three digits. Then the reader's language
says whether it groups or starts the decimals.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import DecimalValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

MAX_DIGITS, DECIMAL_PLACES = 15, 4
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f'’]")
_SHAPE = re.compile(r"[+\-\u2212]?([0-9][0-9.,]*|[.,][0-9]+)")
_GROUPED = {mark: re.compile(rf"\d{{1,3}}(\{mark}\d{{3}})+") for mark in ".,"}
LONGEST = 40


def decimal_mark(language: str | None) -> str:
    """',' in Dutch, '.' in English."""
    return "," if (language or "").startswith("nl") else "."


def _split(digits: str, mark: str) -> tuple[str, str]:
    """(whole part, decimals) of a text without sign, read with `mark` as the decimal mark where both are possible."""
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return digits, ""
    sign = digits[last]
    if {".", ","} <= set(digits):
        return digits[:last], digits[last + 1 :]
    if digits.count(sign) > 1:
        return digits, ""
    ambiguous = bool(_GROUPED[sign].fullmatch(digits)) and not digits.startswith("0")
    if ambiguous and sign != mark:
        return digits, ""
    return digits[:last], digits[last + 1 :]


def parse_amount(text: str, language: str | None = None) -> Decimal:
    """The number a person typed. ValueError when it is none.

    Takes a sign, spaces or either mark between thousands, either mark before decimals, '€' in front and '%' behind.
    """
    bare = _SPACES.sub("", text).removeprefix("€").removesuffix("%")
    bare = re.sub(r"^([+\-\u2212])€", r"\1", bare)
    if len(text) > LONGEST or not _SHAPE.fullmatch(bare):
        raise ValueError(text)
    negative = bare[0] in "-\u2212"
    whole, decimals = _split(bare.lstrip("+-\u2212"), decimal_mark(language))
    for mark in ".,":
        if mark in whole:
            if not _GROUPED[mark].fullmatch(whole):
                raise ValueError(text)
            whole = whole.replace(mark, "")
    value = Decimal(f"{whole or 0}.{decimals or 0}")
    return -value if negative else value


def format_amount(value: Decimal, language: str | None = None) -> str:
    """A value to edit: reads back as itself in either language.

    Grouped from a million on (one group could be taken for decimals) and never with exactly three decimals.
    """
    mark = decimal_mark(language)
    whole, _point, decimals = f"{abs(value):f}".partition(".")
    decimals = decimals.rstrip("0")
    if len(decimals) == 3:
        decimals += "0"
    if len(whole) > 6:
        whole = f"{int(whole):,}".replace(",", "." if mark == "," else ",")
    return ("-" if value < 0 else "") + whole + (mark + decimals if decimals else "")


class AmountField(forms.Field):
    """A decimal in Dutch or English notation, of at most 18 digits of which 4 behind the mark."""

    widget = forms.TextInput
    default_error_messages = {"invalid": _("Enter a number, such as 1.250,50 or 1,250.50.")}

    def __init__(self, *, max_digits: int = MAX_DIGITS, decimal_places: int = DECIMAL_PLACES, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(DecimalValidator(max_digits, decimal_places))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        text = str(value).strip()
        if not text:
            return None
        try:
            return parse_amount(text, get_language())
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def prepare_value(self, value: Any) -> Any:
        return format_amount(value, get_language()) if isinstance(value, Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True
