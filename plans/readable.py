"""Values of the plan's fields as a reader says them: never a raw id or code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from ogsm import words

NOTHING = words.NOTHING


def readable(field: models.Field, value: Any, *, unit: str = "", people: Mapping[Any, Any] | None = None) -> str:
    """The text of a stored value; `people` maps the key of whatever the field points at to what it is called."""
    if value is None or value == "":
        return NOTHING
    if field.is_relation:
        return str((people or {}).get(value) or _("somebody or something that no longer exists"))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return plain(value, unit=unit)


def plain(value: Any, *, unit: str = "") -> str:
    """The text of a value that is what it says."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return f"{words.day_short_year(value)} {words.clock(value)}"
    if isinstance(value, dt.date):
        return words.day_short_year(value)
    if isinstance(value, Decimal):
        return words.quantity(value, unit)
    return str(value)
