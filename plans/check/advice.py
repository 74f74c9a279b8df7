"""A weak wording as one line for whoever writes it: under the field while typing, and in the plan check."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .wording import Weak, weak_how, weak_result
from .words import Weakness

LONGEST = 500  # characters of a text that are looked at


def result_advice(text: str) -> str:
    """What to change about an action's wording; '' when nothing."""
    weak = weak_result(text[:LONGEST])
    return _of_result(weak) if weak else ""


def how_advice(text: str) -> str:
    """What to change about the how of a choice; '' when nothing."""
    weak = weak_how(text[:LONGEST])
    return _of_how(weak) if weak else ""


def _of_result(weak: Weak) -> str:
    sentences = {
        Weakness.EFFORT: _("“%(words)s” is an effort. What will be true when it is done?"),
        Weakness.USUAL: _("“%(words)s” is work that goes on. What will have changed, and when is that finished?"),
        Weakness.LOOSE: _("“%(words)s” leaves it open. How much, how often or for whom, so that it can be ticked off?"),
        Weakness.SUBJECT: _("“%(words)s” is a subject. What will be true about it when the action is done?"),
    }
    return sentences[weak.weakness] % {"words": weak.words}


def _of_how(weak: Weak) -> str:
    sentences = {
        Weakness.EFFORT: _("“%(words)s” is an intention. What exactly will you do, or do differently?"),
        Weakness.USUAL: _("“%(words)s” is going on as before. What will you do differently?"),
        Weakness.LOOSE: _("“%(words)s” leaves it open. What will you do that others can see?"),
    }
    return sentences[weak.weakness] % {"words": weak.words}
