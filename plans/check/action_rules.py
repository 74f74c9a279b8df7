"""Rules about open actions: their wording, and whether they can be done in time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ogsm import words
from ogsm.dates import MONTH, add_months, period_start

from .advice import result_advice
from .burden import FullMonth, overfull_months
from .core import About, CheckedPlan, Finding, Place, Spot, quoted, rule
from .wording import weak_result
from .words import Weakness

BUNCHED_FROM = 6  # deadlines to come: with fewer, a full month is chance
SPREADABLE_MONTHS = 3  # a plan with less time left can hardly spread anything


def _worded(plan: CheckedPlan, *weaknesses: Weakness) -> Iterator[Finding]:
    for action in plan.open_actions:
        weak = weak_result(action.result)
        if weak and weak.weakness in weaknesses:
            spot = Spot(Place.ACTION, action.pk, "result")
            what = f"{quoted(action.result)}. {result_advice(action.result)}"
            yield Finding(what, (spot,), action.choice_id)


@rule(
    About.ACTIONS,
    norm=_("Every action is worded as a result"),
    title=_("Action that does not say its result"),
    why=_("Describe what is there in the end, so that everybody can tell whether it is done."),
    todo=_("Reword it"),
)
def action_without_result(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    yield from _worded(plan, Weakness.EFFORT, Weakness.LOOSE, Weakness.SUBJECT)


@rule(
    About.ACTIONS,
    norm=_("Every action changes something"),
    title=_("Everyday work as an action"),
    why=_("Daily work belongs in the way you work; the plan is for what has to become different."),
    todo=_("Reword it"),
)
def action_of_every_day(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    yield from _worded(plan, Weakness.USUAL)


@rule(
    About.ACTIONS,
    norm=_("Every action that has yet to begin has a start"),
    title=_("Action without a start"),
    why=_("Without a start nobody notices that it has not begun, until the deadline has passed."),
    todo=_("Set a start"),
)
def action_without_start(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for action in plan.open_actions:
        if action.starts_on is None and not action.is_going:
            yield Finding(quoted(action.result), (Spot(Place.ACTION, action.pk, "starts_on"),), action.choice_id)


@rule(
    About.ACTIONS,
    norm=_("Every deadline falls within the plan's period"),
    title=_("Deadline after the plan's end"),
    why=_("What is finished after the end does not help to reach the ambition of this plan."),
    todo=_("Move the deadline"),
)
def deadline_after_end(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for action in plan.open_actions:
        if action.deadline > plan.ends_on:
            known = {"result": action.result, "day": words.day_short_year(action.deadline)}
            what = gettext("“%(result)s” is due on %(day)s.") % known
            yield Finding(what, (Spot(Place.ACTION, action.pk, "deadline"),), action.choice_id)


@rule(
    About.ACTIONS,
    norm=_("The deadlines are spread over the months"),
    title=_("Deadlines piled up"),
    why=_("What is due all at once will not all be done. Spread out, there is something finished every month."),
    todo=_("See the deadlines"),
)
def deadlines_bunched(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    """More than half of the deadlines to come lie in one month, while there is time to spread them."""
    coming = [action.deadline for action in plan.open_actions if action.deadline >= on]
    if len(coming) < BUNCHED_FROM or add_months(on, SPREADABLE_MONTHS) > plan.ends_on:
        return
    month, count = Counter(period_start(deadline, MONTH) for deadline in coming).most_common(1)[0]
    if count * 2 > len(coming):
        known = {"count": count, "total": len(coming), "month": words.month_year(month)}
        what = gettext("%(count)d of the %(total)d deadlines to come are in %(month)s.") % known
        yield Finding(what, (Spot(Place.DEADLINES),))


@rule(
    About.ACTIONS,
    norm=_("Nobody has too many deadlines in one month"),
    title=_("Too much in one month"),
    why=_("Many plans fail because nobody had time for them. Better to add something later than to be late at once."),
    todo=_("Move the deadline"),
)
def month_overfull(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for full in overfull_months(plan.actions, on):
        spots = (Spot(Place.ACTION, action.pk, "deadline", action.result) for action in full.actions)
        yield Finding(full_month_in_words(full), tuple(spots))


def full_month_in_words(full: FullMonth) -> str:
    known = {"name": full.person.name, "count": len(full.actions), "month": words.month_year(full.month)}
    return gettext("%(name)s has %(count)d deadlines in %(month)s.") % known
