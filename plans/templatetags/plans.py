"""Marks of the plan's pages: `{% load plans %}`. Made in Python, because a plan has a hundred of them.

The HTML is put together by hand for speed; whatever people typed goes through `escape`.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from actions.models import Action
from actions.rules import DONE
from ogsm.accounts.models import User
from ogsm.marks import action_light_html, due_html, flags_html, icon_html, light_html, sparkline_html, who_html
from plans.course import course
from plans.marks_since import since_mark_html, since_summary_html
from plans.paper import Advice
from plans.rules import IndicatorFacts
from plans.sheet import ChoiceRow, IndicatorLine
from plans.sheet import people_of as responsible_of
from plans.since import Since

register = template.Library()
IS_DONE = ' class="is-done"'


@lru_cache(maxsize=16384)
def _url(name: str, *at: int) -> str:
    return reverse(name, args=at)


def _dialog(url: str) -> str:
    return f'href="{url}" hx-get="{url}" hx-target="#dialog-body" hx-swap="innerHTML"'


def _label(text: str) -> str:
    """For an icon without a word beside it: what readers of the screen hear, and the pointer shows."""
    label = escape(text)
    return f'aria-label="{label}" title="{label}"'


@register.simple_tag
def edit_link(kind: str, plan_id: int, piece_id: int, label: str, suffix: str = "") -> SafeString:
    """The pen of a piece: its form takes the piece's place."""
    url = _url(f"plans:{kind}_edit", plan_id, piece_id)
    return SafeString(
        f'<a class="edit" data-edit href="{url}" hx-get="{url}" hx-target="#{kind}-{piece_id}{suffix}" '
        f'hx-swap="outerHTML" {_label(label)}>{icon_html("pen")}</a>'
    )


@register.simple_tag
def address(name: str, *at: int) -> str:
    """As `url` says it, remembered."""
    return _url(name, *at)


@lru_cache(maxsize=8)
def _heads(kind: str, language: str | None) -> tuple[str, str]:
    """(caption that wants a name, row of column heads) of a table."""
    if kind == "indicators":
        caption = gettext("Indicators of %(name)s")
        names = [gettext("Indicator"), gettext("Value"), gettext("Target"), gettext("Course"), gettext("Light")]
    else:
        caption = gettext("Actions of %(name)s")
        names = [gettext("Light"), gettext("Result"), gettext("Deadline"), gettext("Responsible")]
    cells = "".join(f'<th role="columnheader" scope="col">{escape(name)}</th>' for name in names)
    return caption, f'<thead class="sr" role="rowgroup"><tr role="row">{cells}</tr></thead>'


@register.simple_tag
def table_head(kind: str, name: str) -> SafeString:
    """For readers of the screen: what the indicators or actions of a choice are a table of."""
    caption, heads = _heads(kind, get_language())
    return SafeString(f'<caption class="sr">{escape(caption % {"name": name})}</caption>{heads}')


class _Words(NamedTuple):
    """Of the tools of a piece: items of its menu with their icon, and labels that want its name."""

    up: str
    down: str
    archive: str
    history: str
    more: str
    move: str
    edit_indicator: str
    enter_value: str


@lru_cache(maxsize=8)
def _words(language: str | None) -> _Words:
    def item(icon: str, word: str) -> str:
        return f"{icon_html(icon)}{escape(word)}"

    return _Words(
        up=item("up", gettext("Move up")),
        down=item("down", gettext("Move down")),
        archive=item("archive", gettext("Archive")),
        history=item("history", gettext("History")),
        more=gettext("More for '%(name)s'"),
        move=gettext("Move '%(name)s': drag it, or use the arrow keys"),
        edit_indicator=gettext("Edit indicator '%(name)s'"),
        enter_value=gettext("Enter a value of '%(name)s'"),
    )


@register.simple_tag(takes_context=True)
def piece_menu(
    context: Context, kind: str, plan_id: int, piece: Any, target: str, name: str, asks: bool = False
) -> str:
    """The grip of a piece, and its menu: up, down, archive. Answers go to `target`. `asks`: archiving asks first."""
    move, archive = (_url(f"plans:{kind}_{verb}", plan_id, piece.pk) for verb in ("move", "archive"))
    words, named = _words(get_language()), {"name": name}
    if asks:
        archiving = f"<a {_dialog(archive)}>{words.archive}</a>"
    else:
        archiving = f'<button formaction="{archive}">{words.archive}</button>'
    label = _label(words.more % named)
    history = f'<a href="{_url("plans:plan_history", plan_id)}?piece={kind}-{piece.pk}">{words.history}</a>'
    token = escape(str(context.get("csrf_token") or ""))
    grip = _label(words.move % named)
    return SafeString(
        f'<button type="button" class="edit grip" data-grip="{kind}" data-move-url="{move}" {grip}>'
        f'{icon_html("grip")}</button><details class="menu menu-end piece-menu" data-menu>'
        f'<summary class="edit" {label}>'
        f'{icon_html("dots")}</summary><form class="menu-list" method="post" action="{move}" hx-post="{move}" '
        f'hx-target="#{target}" hx-swap="outerHTML"><input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
        f'<button name="to" value="up">{words.up}</button><button name="to" value="down">{words.down}</button>'
        f"{archiving}{history}</form></details>"
    )


@register.simple_tag(takes_context=True)
def since_mark(context: Context, kind: str, pk: int) -> SafeString:
    """What became of a piece since the moment the address asks for; '' for a piece that is as it was."""
    since: Since | None = context.get("since")
    change = since.pieces.get(f"{kind}-{pk}") if since else None
    return since_mark_html(change, since.moment, context["plan"].pk) if since and change else SafeString("")


@register.simple_tag
def since_summary(since: Since, plan_id: int) -> SafeString:
    return since_summary_html(since, plan_id)


@register.simple_tag
def people_of(rows: list[ChoiceRow]) -> list[User]:
    return responsible_of(rows)


@lru_cache(maxsize=4096)
def _sparkline(
    facts: IndicatorFacts, values: tuple[tuple[dt.date, Decimal], ...], light: str, on: dt.date
) -> SafeString:
    drawn = course(facts, dict(values), on)
    return sparkline_html(drawn.values, drawn.path, light)


@register.simple_tag(takes_context=True)
def indicator_row(context: Context, line: IndicatorLine) -> SafeString:
    """Name, value, target, course and light; with the tools of whoever may use them."""
    indicator, plan_id, words = line.indicator, context["plan"].pk, _words(get_language())
    named = {"name": indicator.name}
    page, value, tools = _url("plans:indicator_page", plan_id, indicator.pk), f"{escape(line.value_text)}", ""
    mark, edits = since_mark(context, "indicator", indicator.pk), ""
    name = f'<a class="plain" href="{page}">{escape(indicator.name)}</a>{mark}'
    if context["access"].may_enter_value(indicator):
        url, hint = _url("plans:value_enter", plan_id, indicator.pk), escape(words.enter_value % named)
        value = f'<a class="plain" {_dialog(url)} title="{hint}">{value}</a>'
    if context.get("may_define"):
        edits = ' data-edits="target"'
        pen = edit_link("indicator", plan_id, indicator.pk, words.edit_indicator % named)
        target = f"indicators-{indicator.choice_id}"
        menu = piece_menu(context, "indicator", plan_id, indicator, target, indicator.name)
        tools = f'<div class="piece-tools">{pen}{menu}</div>'
    return SafeString(
        f'<tr id="indicator-{indicator.pk}" role="row" data-piece data-sortable="indicator">'
        f'<th scope="row" role="rowheader">{name}{tools}</th><td class="v num" role="cell">{value}</td>'
        f'<td class="t num" role="cell"{edits}>{escape(line.target_text)}</td>'
        f'<td role="cell">{_sparkline(indicator.facts, tuple(line.values.items()), line.light, line.on)}</td>'
        f'<td role="cell">{light_html(line.light, line.light_label)}</td></tr>'
    )


class _Shown(NamedTuple):
    """What the row of an action shows of it: its markup is the same as long as these are."""

    pk: int
    result: str
    status: str
    light: str
    flags: int
    deadline: dt.date
    original_deadline: dt.date | None
    deadline_moves: int
    completed_on: dt.date | None

    @property
    def is_done(self) -> bool:
        return self.status == DONE


@register.simple_tag(takes_context=True)
def action_rows(context: Context, row: ChoiceRow) -> SafeString:
    """The open actions of a choice, then those that are done."""
    return SafeString("".join([action_row(context, action) for action in row.actions]))


def action_row(context: Context, action: Action) -> SafeString:
    """Light, result with its flags, deadline and responsible."""
    request, plan_id, pk = context["request"], context["plan"].pk, action.pk
    shown = _Shown(
        pk, action.result, action.status, action.light, action.flag_bits, action.deadline, action.original_deadline,
        action.deadline_moves, action.completed_on,
    )  # fmt: skip
    person = who_html(action.responsible, me=action.responsible_id == request.user.pk)
    may_edit, mark = context["access"].may_edit_action(action), since_mark(context, "action", pk)
    return _action_row(shown, plan_id, may_edit, person, mark, request.on, get_language())


@lru_cache(maxsize=4096)
def _action_row(
    action: _Shown, plan_id: int, may_edit: bool, person: str, mark: str, on: dt.date, language: str | None
) -> SafeString:
    pen = ""
    if may_edit:
        url = _url("actions:action_edit", plan_id, action.pk)
        label = _label(gettext("Edit action '%(name)s'") % {"name": action.result})
        pen = f'<a class="edit" id="edit-action-{action.pk}" {_dialog(url)} {label}>{icon_html("pen")}</a>'
    page = _url("actions:action_page", plan_id, action.pk)
    return SafeString(
        f'<tr role="row"{IS_DONE if action.is_done else ""}><td role="cell">{action_light_html(action)}</td>'
        f'<td role="cell"><span class="res"><a class="plain" href="{page}">{escape(action.result)}</a></span>'
        f'{flags_html(action)}{mark}{pen}</td><td class="d" role="cell">{due_html(action, on)}</td>'
        f'<td role="cell">{person}</td></tr>'
    )


def _advice_text(advice: Advice) -> str:
    """What to make shorter; `%(name)s` is where the link to it comes."""
    match advice.kind:
        case "ambition":
            return gettext("Shorten %(name)s: it takes %(lines)s.")
        case "choice":
            return gettext("Shorten the words of %(name)s: they take %(lines)s.")
        case "indicator":
            return gettext("Shorten the indicator %(name)s of %(choice)s: it takes %(lines)s.")
        case "action":
            return gettext("Shorten the action %(name)s of %(choice)s: it takes %(lines)s.")
        case "goals":
            return gettext("Keep %(name)s to four: there are %(count)d.")
        case "indicators":
            return gettext("Keep fewer indicators in %(name)s: it has %(count)d.")
    return gettext("Archive actions of %(name)s that are done or not needed: it has %(count)d.")


def _advice_link(advice: Advice, plan_id: int) -> tuple[str, str]:
    """(address, name) of what is to be made shorter."""
    match advice.kind:
        case "ambition":
            return "#ambition", gettext("the ambition")
        case "goals":
            return "#goals", gettext("the goals")
        case "indicator":
            return f"#indicator-{advice.pk}", f"'{advice.name}'"
        case "action":
            return _url("actions:action_page", plan_id, advice.pk), f"'{advice.name}'"
    return f"#choice-{advice.pk}", advice.choice


@register.simple_tag
def paper_advice(advice: Advice, plan_id: int) -> SafeString:
    """One thing to make shorter so that the plan fits on a page, with a link to it."""
    url, name = _advice_link(advice, plan_id)
    count = advice.count
    parts = {
        "name": f'<a href="{url}">{escape(name)}</a>',
        "choice": escape(advice.choice),
        "lines": escape(ngettext("%(count)d line", "%(count)d lines", count) % {"count": count}),
        "count": count,
    }
    return SafeString(escape(_advice_text(advice)) % parts)
