"""Tags of what is answered on My work and through a mailed link: `{% load desks %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from updates import reasons
from updates.desks import MY_WORK, Desk, desk_of

register = template.Library()


def _desk(context: Context) -> Desk:
    return desk_of(context["request"]) if "request" in context else MY_WORK


@register.simple_tag(takes_context=True)
def desk_url(context: Context, view: str, plan_id: int, pk: int) -> str:
    """Where a piece is asked and answered: in the plan, or through the link the page was opened with."""
    return _desk(context).url(view, plan_id, pk)


@register.simple_tag(takes_context=True)
def desk_home(context: Context) -> str:
    """The page the pieces stand on."""
    return _desk(context).home


@register.simple_tag(takes_context=True)
def to_action(context: Context, action: Any, mark: bool = False) -> SafeString:
    """The action's result, leading to its page; through a link, which leads to no page but its own, only the words.
    `mark`: with the bar of its choice."""
    css = f"choice c{action.choice.colour}" if mark else ""
    if not _desk(context).is_link:
        return format_html(
            '<a class="{}" href="{}">{}</a>', f"{css} plain".strip(), action.get_absolute_url(), action.result
        )
    return format_html('<span class="{}">{}</span>', css, action.result) if css else conditional_escape(action.result)


@register.filter
def nth_time(times: int) -> str:
    """'for the 2nd time'."""
    return reasons.nth_time(times)
