"""Form fields more than one page uses."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
PASSED = _("This day has passed.")


class AskedField(forms.CharField):
    """Words that are needed when something else on the form changes: neither always nor never."""

    asked = True


class WholeNumberField(forms.IntegerField):
    """A whole number between two bounds, which a refusal says in our words."""

    def __init__(self, *, min_value: int, max_value: int, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)
        for validator in self.validators:
            if isinstance(validator, MinValueValidator):
                validator.message = _("At least %(limit_value)s.")
            elif isinstance(validator, MaxValueValidator):
                validator.message = _("At most %(limit_value)s.")


class DayField(forms.DateField):
    """A day in this century: the browser's own picker, or typed as 31-12-2026."""

    default_error_messages = {"invalid": _("There is no such day. Write it as 31-12-2026.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"])
        super().__init__(**kwargs)
        outside = _("Choose a day between 2000 and 2099.")
        self.validators += [MinValueValidator(EARLIEST, outside), MaxValueValidator(LATEST, outside)]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"min": EARLIEST.isoformat(), "max": LATEST.isoformat()}
