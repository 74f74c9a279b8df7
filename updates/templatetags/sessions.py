"""Tags of the session pages: `{% load sessions %}`. The words are made in reasons.py and decision_words.py."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from ogsm import marks
from updates import decision_words, reasons

register = template.Library()


@register.simple_tag(name="reasons")
def reasons_tag(line: Any, brief: bool = False) -> SafeString:
    """The line's reasons side by side: judgement, lateness, the rest in words."""
    return format_html_join(" ", "{}", ((_reason_html(reason),) for reason in reasons.reasons(line, brief=brief)))


def _reason_html(reason: reasons.Reason) -> SafeString:
    if reason.light is not None:
        return marks.light_html(reason.light, reason.text)
    if reason.late:
        return format_html('<span class="due due-late">{}</span>', reason.text)
    return format_html("<span>{}</span>", reason.text)


@register.simple_tag
def line_choice(line: Any, number: bool = False) -> SafeString:
    """The choice the line belongs to, as it was called when the agenda was fixed; '' for none."""
    facts = (line.facts or {}).get("choice")
    return marks.choice_html(SimpleNamespace(**facts), number=number) if facts else SafeString("")


@lru_cache(maxsize=4096)
def _action_url(plan_id: int, action_id: int) -> str:
    return reverse("actions:action_page", args=[plan_id, action_id])


@register.simple_tag
def line_url(line: Any, plan_id: int) -> str:
    """The page of what the line is about; '' for a point of our own."""
    if line.action_id:
        return _action_url(plan_id, line.action_id)
    if line.kind == "indicator":
        return f"{reverse('plans:indicator_list', args=[plan_id])}#score-{line.item_id}"
    if line.kind == "choice":
        return reverse("updates:choice_review", args=[plan_id, line.item_id])
    if line.kind == "goal":
        return f"{reverse('plans:plan_page', args=[plan_id])}#goal-{line.item_id}"
    if line.kind == "agreement":
        return reverse("updates:decision_list", args=[plan_id])
    return ""


@register.simple_tag
def decision(decided: Any, who: bool = True) -> SafeString:
    return decision_words.decision_html(decided, who=who)


@register.filter
def decision_label(kind: str) -> str:
    return decision_words.decision_label(str(kind))


@register.simple_tag
def line_way(view: str, line: Any, plan_id: int) -> str:
    """Where one of the ways to decide about a line is asked."""
    return reverse(f"updates:{view}", args=[plan_id, line.session_id, line.pk])


@register.simple_tag
def live_answer(line: Any) -> str:
    """How the question of a line was answered, unless a decision on it says so; '' while it is open."""
    asked = line.help_request
    if asked is None or asked.answered_at is None or (asked.promised_on and asked.state != asked.State.NO):
        return ""
    by = str(asked.answered_by) if asked.answered_by else ""
    answer = {"state": asked.state, "text": asked.answer, "by": by}
    return gettext("Answered: %(answer)s.") % {"answer": decision_words.answer_words(answer)}


@register.simple_tag
def outside_words(line: Any) -> str:
    """Who settles a line that did not fit: the responsible with the owner of the choice."""
    person = str(line.person) if line.person else ""
    owner = (line.facts or {}).get("choice_owner") or ""
    if person and owner and owner != person:
        return gettext("%(name)s with %(owner)s") % {"name": person, "owner": owner}
    return person or owner


@register.simple_tag
def recorded_line(line: Any) -> SafeString:
    """The marks of a line in closed minutes: what it is about, its flags and its minutes."""
    flags = " ".join(line.flags)
    marked = 'data-agenda-line="{}" data-flags="{}" data-minutes="{}"'
    return format_html(marked, line.key, flags, line.minutes)


@register.simple_tag
def minutes_url(line: Any, plan_id: int) -> str:
    """The live page of a recorded action, choice or indicator; '' for everything else."""
    if line.kind == "choice":
        return reverse("updates:choice_review", args=[plan_id, line.item_id])
    if line.kind == "indicator":
        return reverse("plans:indicator_page", args=[plan_id, line.item_id])
    return reverse("actions:action_page", args=[plan_id, line.action_id]) if line.action_id else ""


@register.simple_tag
def may_review(access: Any, choice: Any) -> bool:
    return choice is not None and access.may_review_choice(choice)


@register.simple_tag
def may_finish(access: Any, decision: Any) -> bool:
    return access.may_finish(decision)


@register.filter
def last_of(values: list[Any]) -> Any:
    """The value of the latest period."""
    return values[-1].value


@register.filter
def at(values: list[Any], place: int) -> Any:
    """The one at that place, from 0."""
    return values[place]


@register.filter
def nth_time(times: int) -> str:
    return reasons.nth_time(times)


@register.filter
def of(found: dict[int, Any], key: int) -> Any:
    """What belongs to the key; None for nothing."""
    return found.get(key)
