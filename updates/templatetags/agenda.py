"""Tags of the agenda: `{% load agenda %}`. Lines that only stand in a list, and the tools of whoever arranges it.

An agenda may hold hundreds of lines that nobody discusses; so these are written by hand, not by a template each.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

from ogsm import marks
from updates import since_last, since_start

from .sessions import line_url, outside_words, reasons_tag

register = template.Library()
OFFERED = (1, 2, 3, 4, 5, 8, 10, 15)
BACK_ON = 3  # minutes for a line that is put on the agenda again


@register.filter
def since_last_time(line: Any) -> str:
    """What became of the line since the session before; '' for nothing to say."""
    return since_last.since_last(line)


@register.simple_tag
def changed_since_start(line: Any, session: Any) -> list[str]:
    """What changed since the agenda was fixed; [] before that, and for a line as it was."""
    return since_start.since_start(line, session, getattr(line, "decided", ()))


def _attributes(line: Any) -> str:
    flags = escape(" ".join(line.flags))
    return f'data-agenda-line="{line.key}" data-flags="{flags}" data-minutes="{line.minutes}"'


def _title(line: Any, plan_id: int) -> str:
    address, title = line_url(line, plan_id), escape(line.title)
    return f'<a class="plain" href="{address}">{title}</a>' if address else title


@register.simple_tag(takes_context=True)
def on_plan_lines(context: Context, lines: list[Any], plan_id: int) -> SafeString:
    """What is on plan: judgement, result and whose it is."""
    me = context["user"].pk
    return SafeString(
        "".join(
            f'<p class="line-fold" {_attributes(line)}>{reasons_tag(line)} {_title(line, plan_id)} '
            f'<span class="push">{marks.who_html(line.person, me=line.person_id == me)}</span></p>'
            for line in lines
        )
    )


@register.simple_tag(takes_context=True)
def outside_lines(context: Context, lines: list[Any], session: Any) -> SafeString:
    """What did not fit: why it is off plan, and who settles it. Whoever arranges the agenda can put a line on it."""
    plan_id, address = session.plan_id, ""
    if context.get("may_arrange"):
        address = escape(reverse("updates:line_minutes", args=[plan_id, session.pk]))
    return SafeString("".join(_outside_line(line, plan_id, address) for line in lines))


def _outside_line(line: Any, plan_id: int, address: str) -> str:
    changed = since_last.since_last(line)
    return (
        f'<div class="line-fold" {_attributes(line)}><p>{_title(line, plan_id)} <span class="why-inline">'
        f"{reasons_tag(line)}{f'<span>{escape(changed)}</span>' if changed else ''}</span></p>"
        f'<span class="push">{escape(outside_words(line))}</span>{_put_on(line, address) if address else ""}</div>'
    )


def _put_on(line: Any, address: str) -> str:
    minutes, words = "" if getattr(line, "by_hand", None) == 0 else BACK_ON, gettext("Put on the agenda")
    return (
        f'<button class="link-btn" name="minutes" value="{minutes}" formaction="{address}?line={line.key}">'
        f'{escape(words)}<span class="sr"> {escape(line.title)}</span></button>'
    )


class _Words(NamedTuple):
    move: str
    up: str
    down: str
    outside: str
    rules: str
    minutes: str
    by_hand: str
    title: str


@lru_cache(maxsize=8)
def _words(language: str | None) -> _Words:
    def item(icon: str, word: str) -> str:
        return f"{marks.icon_html(icon)}{escape(word)}"

    return _Words(
        move=gettext("Move '%(name)s': drag it, or use the arrow keys"),
        up=item("up", gettext("Move up")),
        down=item("down", gettext("Move down")),
        outside=item("out", gettext("Outside the session")),
        rules=item("undo", gettext("Share what is left")),
        minutes=gettext("Minutes and place of '%(name)s'"),
        by_hand=gettext("set by hand"),
        title=escape(pgettext("time", "Minutes")),
    )


@register.simple_tag
def minutes_in_words(line: Any) -> str:
    """'3 min'; '' for a line without a turn."""
    return gettext("%(minutes)s min") % {"minutes": line.minutes} if line.minutes else ""


@register.simple_tag(takes_context=True)
def line_tools(context: Context, line: Any, session: Any) -> SafeString:
    """The line's minutes as the button of a menu: other minutes, up, down, outside the session."""
    words, named = _words(get_language()), {"name": line.title}
    place, time = (
        f"{escape(reverse(f'updates:{view}', args=[session.plan_id, session.pk]))}?line={line.key}"
        for view in ("line_place", "line_minutes")
    )
    token = escape(str(context.get("csrf_token") or ""))
    by_hand = getattr(line, "by_hand", None)
    offered = "".join(
        f'<button name="minutes" value="{number}" formaction="{time}"'
        f"{' aria-current=true' if by_hand == number else ''}>{number}</button>"
        for number in OFFERED
    )
    rules = f'<button name="minutes" value="" formaction="{time}">{words.rules}</button>' if by_hand else ""
    outside = ""
    if line.kind != "point":
        outside = f'<button name="minutes" value="0" formaction="{time}">{words.outside}</button>'
    mark = f'<span class="sr"> {escape(words.by_hand)}</span>' if by_hand else ""
    label, shape = escape(words.minutes % named), f"min-button{' by-hand' if by_hand else ''}"
    return SafeString(
        f'<details class="menu menu-end piece-menu min" data-menu><summary class="{shape}" title="{label}">'
        f'{escape(minutes_in_words(line))}{mark}<span class="sr">, {label}</span></summary>'
        f'<form class="menu-list" method="post" action="{place}" hx-post="{place}" hx-target="#session" '
        f'hx-swap="outerHTML"><input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
        f'<button name="to" value="up">{words.up}</button><button name="to" value="down">{words.down}</button>'
        f'<p class="menu-title" aria-hidden="true">{words.title}</p>'
        f'<div class="minutes-offered" role="group" aria-label="{words.title}">{offered}</div>'
        f"{rules}{outside}</form></details>"
    )


@register.simple_tag
def line_grip(line: Any, session: Any) -> SafeString:
    """What a line is dragged by, or moved with the arrow keys."""
    place = f"{escape(reverse('updates:line_place', args=[session.plan_id, session.pk]))}?line={line.key}"
    label = escape(_words(get_language()).move % {"name": line.title})
    return SafeString(
        f'<button type="button" class="edit grip" data-grip="line" data-move-url="{place}" aria-label="{label}" '
        f'title="{label}">{marks.icon_html("grip")}</button>'
    )
