"""Dates and quantities in words, in the active language. Pure but for that language: no clock, `on` is an argument."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django.utils import dateformat, timezone
from django.utils.translation import get_language, gettext, ngettext

from . import dates

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EM DASH}"
MILLION = Decimal(1_000_000)
SOON_DAYS = 7
LATE, SOON, FAR = "late", "soon", "far"


@dataclass(frozen=True)
class Forms:
    """How a language writes its dates (Django's format letters) and its numbers."""

    weekday: str = "l j F"
    weekday_year: str = "l j F Y"
    short: str = "j M"
    short_year: str = "j M Y"
    month: str = "M"
    clock: str = "H:i"
    group: str = ","
    point: str = "."
    euro: str = "{sign}€{amount}"
    million: str = "m"


FORMS = {
    "en": Forms(),
    "nl": Forms(
        short="j b",
        short_year="j b Y",
        month="b",
        clock="H.i",
        group=".",
        point=",",
        euro=f"€{NBSP}{{sign}}{{amount}}",
        million=f"{NBSP}mln",
    ),
}


def _language() -> str:
    return (get_language() or "en")[:2]


def _forms() -> Forms:
    return FORMS.get(_language(), FORMS["en"])


@lru_cache(maxsize=8192)
def _format(day: dt.date | dt.time, pattern: str, language: str) -> str:
    if isinstance(day, dt.time):
        return dateformat.time_format(day, pattern)
    return dateformat.format(day, pattern)


def _local(value: dt.datetime) -> dt.datetime:
    """A moment in the organisation's time zone."""
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _date(value: dt.date | dt.datetime) -> dt.date:
    return _local(value).date() if isinstance(value, dt.datetime) else value


def _day(value: dt.date | dt.datetime, pattern: str) -> str:
    """A moment is shown as the day it is in the organisation's time zone."""
    return _format(_date(value), pattern, _language())


# ---- dates ----


def day(value: dt.date) -> str:
    """'Thursday 11 June'."""
    return _day(value, _forms().weekday)


def weekday(value: dt.date) -> str:
    """'Thursday'."""
    return _day(value, "l")


def day_year(value: dt.date) -> str:
    """'Thursday 11 June 2026'."""
    return _day(value, _forms().weekday_year)


def day_short(value: dt.date) -> str:
    """'11 Jun'."""
    return _day(value, _forms().short)


def day_short_year(value: dt.date) -> str:
    """'11 Jun 2026'."""
    return _day(value, _forms().short_year)


def month_short(value: dt.date) -> str:
    """'Jun'."""
    return _day(value, _forms().month)


def period(first: dt.date, frequency: str) -> str:
    """'May 2026', 'quarter 2 of 2026' or '2026', by the first day of the period."""
    if frequency == dates.YEAR:
        return str(first.year)
    if frequency == dates.QUARTER:
        return gettext("quarter %(quarter)d of %(year)d") % {"quarter": _quarter(first), "year": first.year}
    return _day(first, "F Y")


def period_short(first: dt.date, frequency: str) -> str:
    """'May 2026', 'Q2 2026' or '2026', with the month as short as in a date."""
    if frequency == dates.YEAR:
        return str(first.year)
    if frequency == dates.QUARTER:
        return gettext("Q%(quarter)d %(year)d") % {"quarter": _quarter(first), "year": first.year}
    return f"{month_short(first)} {first.year}"


def _quarter(day: dt.date) -> int:
    return (day.month + 2) // 3


def month_year(value: dt.date) -> str:
    """'June 2026'."""
    return _day(value, "F Y")


def clock(value: dt.datetime | dt.time) -> str:
    """'09:00' in English, '09.00' in Dutch; a moment in the organisation's time zone."""
    if isinstance(value, dt.datetime):
        value = _local(value).time()
    return _format(value.replace(second=0, microsecond=0), _forms().clock, _language())


def week(value: dt.date) -> str:
    """'wk 24', the ISO week."""
    return gettext("wk %(week)d") % {"week": value.isocalendar().week}


def full_date(value: dt.date) -> str:
    """'Thursday 11 June 2026, wk 24': what stands behind a date in words."""
    return f"{day_year(value)}, {week(value)}"


def _rounded(days: int, unit: float) -> int:
    return int(days / unit + 0.5)


def in_words(value: dt.date, on: dt.date) -> str:
    """A deadline seen from `on`: 'today', 'in 3 days', 'in 3 weeks', 'in 5 months', '3 days late'."""
    days = (_date(value) - on).days
    if days < 0:
        return days_late(-days)
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow")
    if days < 14:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    if days < 60:
        weeks = _rounded(days, 7)
        return ngettext("in %(weeks)d week", "in %(weeks)d weeks", weeks) % {"weeks": weeks}
    months = _rounded(days, 30.44)
    if months < 24:
        return ngettext("in %(months)d month", "in %(months)d months", months) % {"months": months}
    years = _rounded(days, 365.25)
    return ngettext("in %(years)d year", "in %(years)d years", years) % {"years": years}


def days_late(days: int) -> str:
    """'1 day late', '17 days late', from two months on '3 months late'."""
    if days < 60:
        return ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days}
    months = _rounded(days, 30.44)
    return ngettext("%(months)d month late", "%(months)d months late", months) % {"months": months}


def ago(value: dt.date, on: dt.date) -> str:
    """Something that happened, seen from `on`: 'today', 'yesterday', '3 days ago', '11 May', '11 May 2025'."""
    value = _date(value)
    days = (on - value).days
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("yesterday")
    if 1 < days < 14:
        return ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}
    return day_short(value) if value.year == on.year else day_short_year(value)


def nearness(value: dt.date, on: dt.date) -> str:
    """'late', 'soon' (today up to a week) or 'far'."""
    days = (value - on).days
    return LATE if days < 0 else SOON if days <= SOON_DAYS else FAR


# ---- quantities ----


def number(value: Decimal | float, *, at_least: int = 0, at_most: int | None = None) -> str:
    """Grouped, with as few decimals as say the same; by default at most 2, and 4 below one."""
    value = value if isinstance(value, Decimal) else Decimal(str(value))
    if at_most is None:
        at_most = 4 if abs(value) < 1 else 2
    value = value.quantize(Decimal(1).scaleb(-at_most), ROUND_HALF_UP)
    whole, _, decimals = f"{abs(value):,f}".partition(".")
    decimals = decimals.rstrip("0").ljust(at_least, "0")
    forms = _forms()
    text = whole.replace(",", forms.group)
    if decimals:
        text += forms.point + decimals
    return MINUS + text if value < 0 else text


def _euro(value: Decimal) -> str:
    """Whole euros, cents only below a thousand, millions from a million on."""
    forms = _forms()
    amount = abs(value)
    if amount >= MILLION:
        text = number(amount / MILLION, at_most=2) + forms.million
    elif amount >= 1000 or amount == amount.to_integral_value():
        text = number(amount, at_most=0)
    else:
        text = number(amount, at_least=2, at_most=2)
    return forms.euro.format(sign=MINUS if value < 0 else "", amount=text)


def quantity(value: Decimal | float | None, unit: str = "") -> str:
    """A value in its unit (number, percent, eur, score, count or a word of one's own); a dash for no value."""
    if value is None or value == "":
        return NOTHING
    value = value if isinstance(value, Decimal) else Decimal(str(value))
    if unit == "percent":
        return number(value) + "%"
    if unit == "eur":
        return _euro(value)
    if unit == "score":
        return number(value, at_least=1)
    if unit in {"number", "count", ""}:
        return number(value)
    return f"{number(value)}{NBSP}{unit}"
