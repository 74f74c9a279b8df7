from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ogsm.fields import PASSED, DayField

from .token_models import ApiToken


class TokenForm(forms.Form):
    """What a token is for, and how long it works."""

    name = forms.CharField(
        label=_("What is it for?"),
        max_length=ApiToken._meta.get_field("name").max_length,
        help_text=_("A name by which you know it later, such as ‘Power BI, management report’."),
    )
    expires_on = DayField(
        label=_("Works up to and including"),
        required=False,
        help_text=_("Without a day it works until you revoke it."),
    )

    def __init__(self, data: Any = None, *, on: dt.date) -> None:
        super().__init__(data)
        self.on = on

    def clean_expires_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["expires_on"]
        if day and day < self.on:
            raise ValidationError(PASSED)
        return day
