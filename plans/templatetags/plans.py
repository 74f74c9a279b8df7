"""Marks of the plan's pages: `{% load plans %}`. Made in Python, because a plan has a hundred of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from actions.models import Action
from ogsm.marks import action_light_html, due_html, flags_html, icon_html, light_html, sparkline_html, who_html
from plans.sheet import IndicatorLine

register = template.Library()


@lru_cache(maxsize=8192)
def _url(name: str, *at: int) -> str:
    return reverse(f"plans:{name}", args=at)


@register.simple_tag
def edit_link(kind: str, plan_id: int, piece_id: int, label: str, suffix: str = "") -> SafeString:
    """The pen of a piece: its form takes the piece's place. `label` is what readers of the screen hear."""
    url = _url(f"{kind}_edit", plan_id, piece_id)
    return format_html(
        '<a class="edit" data-edit href="{url}" hx-get="{url}" hx-target="#{target}" hx-swap="outerHTML" '
        'aria-label="{label}" title="{label}">{icon}</a>',
        url=url,
        target=f"{kind}-{piece_id}{suffix}",
        label=label,
        icon=icon_html("pen"),
    )


@register.simple_tag(takes_context=True)
def piece_menu(
    context: Context, kind: str, plan_id: int, piece: Any, target: str, name: str, asks: bool = False
) -> str:
    """Up, down and archive of a piece; the answers go to `target`. `asks`: archiving opens a dialog first."""
    move, archive = (_url(f"{kind}_{verb}", plan_id, piece.pk) for verb in ("move", "archive"))
    label = gettext("More for '%(name)s'") % {"name": name}
    swap = format_html('hx-target="#{}" hx-swap="outerHTML"', target)
    archiving = (
        format_html(
            '<a href="{url}" hx-get="{url}" hx-target="#dialog-body" hx-swap="innerHTML">{icon}{text}</a>',
            url=archive,
            icon=icon_html("archive"),
            text=gettext("Archive"),
        )
        if asks
        else format_html(
            '<button formaction="{url}" hx-post="{url}" {swap}>{icon}{text}</button>',
            url=archive,
            swap=swap,
            icon=icon_html("archive"),
            text=gettext("Archive"),
        )
    )
    return format_html(
        '<details class="menu menu-end piece-menu" data-menu>'
        '<summary class="edit" aria-label="{label}" title="{label}">{dots}</summary>'
        '<form class="menu-list" method="post" action="{move}">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
        '<button name="to" value="up" hx-post="{move}" {swap}>{up}{up_text}</button>'
        '<button name="to" value="down" hx-post="{move}" {swap}>{down}{down_text}</button>{archiving}</form></details>',
        label=label,
        dots=icon_html("dots"),
        move=move,
        token=context.get("csrf_token") or "",
        swap=swap,
        up=icon_html("up"),
        up_text=gettext("Move up"),
        down=icon_html("down"),
        down_text=gettext("Move down"),
        archiving=archiving,
    )


def _dialog(url: str) -> SafeString:
    return format_html('href="{url}" hx-get="{url}" hx-target="#dialog-body" hx-swap="innerHTML"', url=url)


@register.simple_tag(takes_context=True)
def indicator_row(context: Context, line: IndicatorLine) -> SafeString:
    """Name, value, target, course and light; with the tools of whoever may use them."""
    indicator, plan_id = line.indicator, context["plan"].pk
    value: str = conditional_escape(line.value_text)
    if context["access"].may_enter_value(indicator):
        label = gettext("Enter a value of '%(name)s'") % {"name": indicator.name}
        link = '<a class="plain" {} title="{}">{}</a>'
        value = format_html(link, _dialog(_url("value_enter", plan_id, indicator.pk)), label, value)
    tools = ""
    if context.get("may_define"):
        label = gettext("Edit indicator '%(name)s'") % {"name": indicator.name}
        tools = format_html(
            '<span class="piece-tools">{}{}</span>',
            edit_link("indicator", plan_id, indicator.pk, label),
            piece_menu(context, "indicator", plan_id, indicator, f"indicators-{indicator.choice_id}", indicator.name),
        )
    return format_html(
        '<tr id="indicator-{}" role="row" data-piece><th scope="row" role="rowheader">{}{}</th>'
        '<td class="v num" role="cell">{}</td><td class="t num" role="cell">{}</td><td role="cell">{}</td>'
        '<td role="cell">{}</td></tr>',
        indicator.pk,
        indicator.name,
        tools,
        value,
        line.target_text,
        sparkline_html(line.course.values, line.course.path, line.light),
        light_html(line.light, line.light_label),
    )


@register.simple_tag(takes_context=True)
def action_row(context: Context, action: Action) -> SafeString:
    """Light, result with its flags, deadline and responsible."""
    request, plan_id = context["request"], context["plan"].pk
    pen = ""
    if context["access"].may_edit_action(action):
        pen = format_html(
            ' <a class="edit" id="edit-action-{}" {} aria-label="{label}" title="{label}">{}</a>',
            action.pk,
            _dialog(reverse("actions:action_edit", args=[plan_id, action.pk])),
            icon_html("pen"),
            label=gettext("Edit action '%(name)s'") % {"name": action.result},
        )
    return format_html(
        '<tr role="row"{}><td role="cell">{}</td>'
        '<td role="cell"><span class="res"><a class="plain" href="{}">{}</a></span>{}{}</td>'
        '<td class="d" role="cell">{}</td><td role="cell">{}</td></tr>',
        mark_safe(' class="is-done"') if action.is_done else "",
        action_light_html(action),
        reverse("actions:action_page", args=[plan_id, action.pk]),
        action.result,
        flags_html(action),
        pen,
        due_html(action, request.on),
        who_html(action.responsible, me=action.responsible_id == request.user.pk),
    )
