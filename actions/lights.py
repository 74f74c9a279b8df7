"""The strip of an action's lights per month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ogsm import dates

from .models import organisation_day

if TYPE_CHECKING:
    from updates.models import Update


def light_strip(updates: Iterable[Update], *, on: dt.date, months: int = 12) -> list[tuple[dt.date, str]]:
    """(first day of the month, light) from the month of the first update until that of `on`, the latest `months` at
    most, oldest first: the last light that was given in the month, '' when none was. Empty without updates."""
    lights: dict[dt.date, str] = {}
    for update in sorted(updates, key=lambda update: update.at):
        month = organisation_day(update.at).replace(day=1)
        lights[month] = update.light or lights.get(month, "")
    if not lights:
        return []
    this_month = on.replace(day=1)
    month, strip = max(min(lights), dates.add_months(this_month, 1 - months)), []
    while month <= this_month:
        strip.append((month, lights.get(month, "")))
        month = dates.add_months(month, 1)
    return strip
