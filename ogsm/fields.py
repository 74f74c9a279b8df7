"""Form fields more than one page uses."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
PASSED = _("This day has passed.")


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
