"""Rules about strategic choices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ogsm import words
from ogsm.dates import add_months

from .advice import how_advice
from .core import About, CheckedAction, CheckedPlan, Finding, Place, Spot, rule

QUARTER_MONTHS = 3


@rule(
    About.CHOICES,
    norm=_("Every choice says how"),
    title=_("Choice without a how"),
    why=_("A goal without a way to reach it is a wish. The how is what you really choose."),
    todo=_("Write the how"),
)
def choice_without_how(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for choice in plan.choices:
        if not choice.how.strip():
            what = gettext("“%(goal)s”, by doing what?") % {"goal": choice.goal}
            yield Finding(what, (Spot(Place.CHOICE, choice.pk, "how"),), choice.pk)


@rule(
    About.CHOICES,
    norm=_("Every how is something others can see you do"),
    title=_("A how that leaves everything open"),
    why=_("It is only a choice when you could have chosen otherwise: nobody chooses to do things worse."),
    todo=_("Reword the how"),
)
def choice_with_vague_how(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for choice in plan.choices:
        if advice := how_advice(choice.how):
            yield Finding(advice, (Spot(Place.CHOICE, choice.pk, "how"),), choice.pk)


@rule(
    About.CHOICES,
    norm=_("Every choice has an owner"),
    title=_("Choice without an owner"),
    why=_("The owner sets up the actions and answers for the result; what is everybody's is nobody's."),
    todo=_("Choose an owner"),
)
def choice_without_owner(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for choice in plan.choices:
        if not choice.has_owner:
            yield Finding("", (Spot(Place.CHOICE, choice.pk, "owner"),), choice.pk)


@rule(
    About.CHOICES,
    norm=_("Every business choice says what you no longer do"),
    title=_("Nothing is given up"),
    why=_("Choosing is also letting go: the time for something new has to come from somewhere."),
    todo=_("Write what stops"),
)
def choice_without_stop(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for choice in plan.choices:
        if not choice.stops.strip() and not choice.is_enabling:
            yield Finding("", (Spot(Place.CHOICE, choice.pk, "stops"),), choice.pk)


@rule(
    About.CHOICES,
    norm=_("Every choice has an indicator"),
    title=_("Choice without an indicator"),
    why=_("Indicators are what you steer by: without one, nobody sees in time whether the choice works."),
    todo=_("Add an indicator"),
)
def choice_without_indicator(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    measured = {indicator.choice_id for indicator in plan.indicators}
    for choice in plan.choices:
        if choice.pk not in measured:
            yield Finding("", (Spot(Place.NEW_INDICATOR, choice.pk, "name"),), choice.pk)


@rule(
    About.CHOICES,
    norm=_("Every choice has an action"),
    title=_("Choice without an action"),
    why=_("A choice changes nothing until somebody does something for it."),
    todo=_("Add an action"),
)
def choice_without_action(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    worked_on = {action.choice_id for action in plan.actions}
    for choice in plan.choices:
        if choice.pk not in worked_on:
            yield Finding("", (Spot(Place.NEW_ACTION, choice.pk, "result"),), choice.pk)


@rule(
    About.ACTIONS,
    norm=_("Every choice has work in the coming quarter"),
    title=_("Nothing in the coming quarter"),
    why=_("What begins later is easily put off. Start with something that can be finished within three months."),
    todo=_("Add an action"),
)
def choice_without_work_soon(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    """Three months from today, or from the start of a plan that has yet to begin. A choice without any action, and a
    plan that ends before, are another rule's."""
    until = add_months(max(on, plan.starts_on), QUARTER_MONTHS)
    if until > plan.ends_on:
        return
    worked_on = {action.choice_id for action in plan.actions}
    busy = {action.choice_id for action in plan.open_actions if _is_soon(action, until)}
    for choice in plan.choices:
        if choice.pk in worked_on - busy:
            known = {"day": words.day_short_year(until)}
            what = gettext("No action is in progress, starts or is due before %(day)s.") % known
            yield Finding(what, (Spot(Place.NEW_ACTION, choice.pk, "result"),), choice.pk)


def _is_soon(action: CheckedAction, until: dt.date) -> bool:
    return action.is_going or min(action.starts_on or action.deadline, action.deadline) < until
