"""Tags and filters of every page: `{% load ogsm %}`. The HTML is made in ogsm/marks.py, the words in ogsm/words.py."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ogsm import marks, pdf, words
from ogsm.markdown import markdown_html

register = template.Library()

# name of the tab, address, word; the second list stands behind 'More'
TABS = [
    ("plan", "plans:plan_page", _("Plan"), ""),
    ("board", "actions:action_board", _("Board"), ""),
    ("actions", "actions:action_list", _("Action plan"), ""),
    ("timeline", "actions:action_timeline", _("Timeline"), ""),
    ("indicators", "plans:indicator_list", _("Indicators"), ""),
    ("sessions", "updates:session_list", _("Sessions"), ""),
    ("decisions", "updates:decision_list", _("Decisions"), ""),
    ("check", "plans:plan_check", pgettext_lazy("page of a plan", "Check"), ""),
]
MORE_TABS = [
    ("members", "plans:member_list", _("Members"), "people"),
    ("history", "plans:plan_history", _("History"), "history"),
]


@register.simple_tag
@lru_cache(maxsize=1024)  # each page of a plan has them all, and finding twelve addresses takes as long as a query
def plan_tabs(plan_id: int, more: bool = False) -> list[tuple[str, str, Any, str]]:
    """(name, address, word, icon) of the pages of a plan."""
    tabs = MORE_TABS if more else TABS
    return [(name, reverse(view, args=[plan_id]), word, icon_name) for name, view, word, icon_name in tabs]


@register.simple_tag(takes_context=True)
def filter_links(context: Context, menu: Any, page_id: str) -> SafeString:
    """The links in a menu of filters (actions.filters.Menu): each to this page, to swap its part with that id."""
    return menu.links(context["request"].path, page_id)


@register.simple_tag
def icon(name: str) -> SafeString:
    return marks.icon_html(name)


@register.simple_tag
def light(value: str | None, label: str = "", size: str = "") -> SafeString:
    return marks.light_html(value, label, size)


@register.simple_tag
def action_light(action: Any, dated: bool = False) -> SafeString:
    return marks.action_light_html(action, dated=dated)


@register.simple_tag
def light_strip(points: Iterable[tuple[dt.date, str]], worded: bool = True) -> SafeString:
    return marks.light_strip_html(points, worded=worded)


@register.simple_tag
def flags(action: Any, on: dt.date | None = None, late: bool = False) -> SafeString:
    """`on` is the day the action's flags were computed for; it is only here to be read in the template."""
    return marks.flags_html(action, late=late)


@register.simple_tag
def due(action: Any, on: dt.date, clock: bool = False) -> SafeString:
    return marks.due_html(action, on, clock=clock)


@register.simple_tag
def due_date(day: dt.date | None, on: dt.date, clock: bool = False) -> SafeString:
    return marks.due_date_html(day, on, clock=clock)


def _is_me(context: Context, user: Any) -> bool:
    request = context.get("request")
    return bool(user and request and request.user.pk == user.pk)


@register.simple_tag(takes_context=True)
def who(context: Context, user: Any, size: str = "") -> SafeString:
    return marks.who_html(user, me=_is_me(context, user), size=size)


@register.simple_tag(takes_context=True)
def person(context: Context, user: Any, size: str = "") -> SafeString:
    return marks.person_html(user, me=_is_me(context, user), size=size)


@register.simple_tag
def choice_mark(choice: Any, number: bool = True) -> SafeString:
    return marks.choice_html(choice, number=number)


@register.simple_tag
def sparkline(
    values: Sequence[marks.Amount], path: Sequence[marks.Amount] = (), light: str | None = "", title: str = ""
) -> SafeString:
    return marks.sparkline_html(values, path, light, title)


@register.simple_tag
def pdf_is_missing() -> bool:
    return pdf.is_known_missing()


@register.filter
def markdown(text: str) -> SafeString:
    return markdown_html(text)


@register.filter
def quantity(value: Decimal | float | None, unit: str = "") -> str:
    return words.quantity(value, unit)


@register.filter
def in_words(value: dt.date | None, on: dt.date) -> str:
    return words.in_words(value, on) if value else ""


@register.filter
def ago(value: dt.date | None, on: dt.date) -> str:
    return words.ago(value, on) if value else ""


def _of_a_day(name: str, function: Any) -> None:
    """A filter that leaves out what is not there."""

    def filter_(value: dt.date | None) -> str:
        return function(value) if value else ""

    register.filter(name, filter_)


_of_a_day("day", words.day)
_of_a_day("day_year", words.day_year)
_of_a_day("day_short", words.day_short)
_of_a_day("day_short_year", words.day_short_year)
_of_a_day("clock", words.clock)
_of_a_day("week", words.week)
_of_a_day("full_date", words.full_date)
_of_a_day("month_short", words.month_short)
_of_a_day("month_year", words.month_year)
