"""Decisions in a sentence, the same on the line, in the register and in the minutes, in the active language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from html import unescape
from typing import Any, Protocol

from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from ogsm import words

from .models import HelpRequest
from .reasons import judgement_words


class Decided(Protocol):
    """A Decision, or one as the minutes recorded it."""

    kind: Any
    text: Any
    before: Any
    after: Any
    who: Any
    due_on: Any


def decision_label(kind: str) -> str:
    """'New date': how a decision of this kind begins."""
    labels = {
        "new_deadline": gettext("New date"),
        "smaller_result": gettext("Smaller result"),
        "other_responsible": gettext("Someone else"),
        "extra_action": gettext("Extra action"),
        "help_promised": gettext("Help promised"),
        "stop": gettext("Stopped"),
        "agreement": gettext("Agreement"),
        "choice_changed": gettext("Choice changed"),
        "other_owner": gettext("Other owner"),
        "indicator_changed": gettext("Indicator changed"),
        "target_changed": gettext("New target"),
        "goal_judged": gettext("Judged"),
    }
    return labels.get(kind, kind)


def decision_html(decision: Decided, *, who: bool = True) -> SafeString:
    """'New date: 30 June 31 July 2026. Reason: …' with the old value struck through. Without `who` it is
    said without person and day, for where these have columns of their own."""
    kind = str(decision.kind)
    content = _CONTENT.get(kind, _plain) if who or not decision.who else _plain
    label = gettext("%(label)s:") % {"label": decision_label(kind)}
    return format_html("<b>{}</b> {}", label, content(decision))


_OLD = re.compile(r'<s class="from">(.*?)</s>')


def decision_text(decision: Decided) -> str:
    """The same without markup: an arrow stands between the old and the new."""
    return unescape(strip_tags(_OLD.sub(r"\1 →", decision_html(decision)))).strip()


def _day(value: Any) -> str:
    """A stored day ('2026-07-31') or date in words; any other text as it is."""
    try:
        day = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return words.day_short_year(day)


def _reason(decision: Decided) -> str:
    return gettext("Reason: %(reason)s") % {"reason": decision.text} if decision.text else ""


def _from_to(before: str, after: str, decision: Decided) -> SafeString:
    end = "" if after.endswith((".", "!", "?")) or not decision.text else "."
    if not before:
        return format_html("{}{} {}", after, end, _reason(decision))
    return format_html('<s class="from">{}</s> {}{} {}', before, after, end, _reason(decision))


def _date(decision: Decided) -> SafeString:
    return _from_to(_day(decision.before), _day(decision.after), decision)


def _person(decision: Decided) -> SafeString:
    return _from_to(str(decision.before), str(decision.after), decision)


def _result(decision: Decided) -> SafeString:
    end = "" if str(decision.after).endswith((".", "!", "?")) or not decision.text else "."
    return format_html("{}{} {}", decision.after, end, _reason(decision))


def _promise(decision: Decided) -> SafeString:
    if not decision.who or not decision.due_on:
        return _plain(decision)
    text = str(decision.text).rstrip(".")
    return format_html("{} ({}, {})", text, str(decision.who), _day(decision.due_on))


def _plain(decision: Decided) -> SafeString:
    return format_html("{}", decision.text or decision.after)


def _statement(text: str) -> str:
    """'GOAL by HOW', of the two lines that a decision keeps."""
    goal, _break, how = text.partition("\n")
    return f"{goal} {pgettext('goal by how', 'by')} {how}" if how else goal


def _choice(decision: Decided) -> SafeString:
    """Both halves, or only the second where the first stays."""
    (goal, _break, how), (new_goal, _same, new_how) = (
        str(text).partition("\n") for text in (decision.before, decision.after)
    )
    if goal == new_goal and how and new_how:
        return format_html("… {} {}", pgettext("goal by how", "by"), _from_to(how, new_how, decision))
    return _from_to(_statement(decision.before), _statement(decision.after), decision)


def _target_words(text: str) -> str:
    amount, unit, day = [*str(text).split(" "), "-", "-", "-"][:3]
    said = words.quantity(None if amount == "-" else Decimal(amount), unit)
    return said if day == "-" else f"{said} ({_day(day)})"


def _target(decision: Decided) -> SafeString:
    return _from_to(_target_words(decision.before), _target_words(decision.after), decision)


def _judged_words(text: str) -> str:
    judgement, amount, unit = [*str(text).split(" "), "-", "-"][:3]
    return judgement_words(judgement, None if amount == "-" else amount, unit)


def _judgement(decision: Decided) -> SafeString:
    before = _judged_words(decision.before) if decision.before else ""
    return _from_to(before, _judged_words(decision.after), decision)


_CONTENT = {
    "choice_changed": _choice,
    "other_owner": _person,
    "indicator_changed": _person,
    "target_changed": _target,
    "goal_judged": _judgement,
    "new_deadline": _date,
    "smaller_result": _result,
    "other_responsible": _person,
    "help_promised": _promise,
    "agreement": _promise,
    "extra_action": _promise,
}


def answer_words(answer: Mapping[str, str]) -> str:
    """'yes, Marijke Hoekstra: from Monday on': how a question was answered, as minutes record it."""
    said = str(HelpRequest.State(answer["state"]).label)
    said = ", ".join(part for part in (said, answer["by"]) if part)
    return f"{said}: {answer['text'].rstrip('.')}" if answer["text"] else said
