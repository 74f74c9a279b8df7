"""Rules about the plan as a whole: its ambition, goals, size, state and sessions."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ogsm import words
from plans.rules import CHOICES_AT_MOST, ENABLING_AT_MOST

from .ambition import parts_without_goal
from .core import About, CheckedPlan, Finding, Place, Spot, quoted, rule

PAGE_LINES = 44  # one-line actions that fit the printed page in its smaller type; measured
# characters: an ambition of four lines on paper, a goal and an indicator of two, a choice of five, a result of one
LONGEST = {"ambition": 260, "goal": 50, "indicator": 55, "choice": 160, "action": 90}
AMOUNT = re.compile(
    r"(?:€|\$|£|\beuro?\s)\s?\d[\d.,]*(?:\s?(?:mln|miljoen|million|m)\b)?"
    r"|\b\d[\d.,]*\s?(?:%|(?:procent|percent|per cent|mln|miljoen|million|euro?)\b)",
    re.IGNORECASE,
)


def _longer_than_fits(kind: str, text: str, spot: Spot, choice_id: int | None = None) -> Iterator[Finding]:
    if len(text) > LONGEST[kind]:
        known = {"text": text, "length": len(text), "most": LONGEST[kind]}
        what = gettext("“%(text)s” has %(length)d characters; about %(most)d fit.") % known
        yield Finding(what, (spot,), choice_id)


@rule(
    About.PLAN,
    norm=_("The ambition is written down"),
    title=_("No ambition"),
    why=_("Every choice is there to reach it. Without it nobody can say which choice is a right one."),
    todo=_("Write the ambition"),
)
def ambition_missing(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    if not plan.ambition.strip():
        yield Finding("", (Spot(Place.AMBITION, field="ambition"),))


@rule(
    About.PLAN,
    norm=_("The ambition holds no amounts"),
    title=_("An amount in the ambition"),
    why=_("An ambition is remembered for its words; what you measure about it is a goal."),
    todo=_("Edit the ambition"),
)
def ambition_with_amounts(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for match in AMOUNT.finditer(plan.ambition):
        what = gettext("“%(amount)s” can be the target of a goal.") % {"amount": match[0].strip()}
        yield Finding(what, (Spot(Place.AMBITION, field="ambition"),))


@rule(
    About.PLAN,
    norm=_("There are goals to judge the ambition by"),
    title=_("No goals"),
    why=_("When the plan ends, only goals can say whether the ambition was reached. Three or four are enough."),
    todo=_("Add a goal"),
)
def goals_missing(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    if not plan.goals:
        yield Finding("", (Spot(Place.NEW_GOAL, field="name"),))


@rule(
    About.GOALS,
    norm=_("Every goal has a target"),
    title=_("Goal without a target"),
    why=_("A goal can only judge when it names the figure that you want to reach."),
    todo=_("Set a target"),
)
def goal_without_target(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for goal in plan.goals:
        if goal.target is None:
            yield Finding(quoted(goal.name), (Spot(Place.GOAL, goal.pk, "target"),))


@rule(
    About.GOALS,
    norm=_("Every goal falls within the plan's period"),
    title=_("Goal after the plan's end"),
    why=_("Goals are judged when the plan ends; this one cannot be judged by then."),
    todo=_("Change the date"),
)
def goal_after_end(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for goal in plan.goals:
        if goal.due_on > plan.ends_on:
            known = {"name": goal.name, "day": words.day_short_year(goal.due_on)}
            known["end"] = words.day_short_year(plan.ends_on)
            what = gettext("“%(name)s” is for %(day)s; the plan ends on %(end)s.") % known
            yield Finding(what, (Spot(Place.GOAL, goal.pk, "due_on"),))


@rule(
    About.GOALS,
    norm=_("Every part of the ambition has a goal"),
    title=_("Which goal tells whether this is reached?"),
    why=_("No goal has a word of it in its name. Perhaps one covers it all the same: only you can say."),
    todo=_("Add a goal"),
    asks=True,
)
def ambition_without_goal(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for part in parts_without_goal(plan.ambition, [goal.name for goal in plan.goals]):
        yield Finding(quoted(part), (Spot(Place.NEW_GOAL, field="name"),))


@rule(
    About.CHOICES,
    norm=_("At most five business and two enabling choices"),
    title=_("Too many choices"),
    why=_("Whoever chooses everything chooses nothing: attention is spread too thin to change anything."),
    todo=_("To the choices"),
)
def too_many_choices(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    enabling = sum(choice.is_enabling for choice in plan.choices)
    business = len(plan.choices) - enabling
    if business > CHOICES_AT_MOST:
        known = {"count": business, "most": CHOICES_AT_MOST}
        yield Finding(gettext("%(count)d business choices, at most %(most)d.") % known, (Spot(Place.CHOICES),))
    if enabling > ENABLING_AT_MOST:
        known = {"count": enabling, "most": ENABLING_AT_MOST}
        yield Finding(gettext("%(count)d enabling choices, at most %(most)d.") % known, (Spot(Place.CHOICES),))


@rule(
    About.CHOICES,
    norm=_("The plan fits on one page"),
    title=_("More than one page"),
    why=_("A plan that does not fit on one page lacks focus: nobody has all of it in mind."),
    todo=_("To the choices"),
)
def page_full(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    """A row of the page is as high as the longer of its two lists. Done actions are printed too."""
    indicators = Counter(indicator.choice_id for indicator in plan.indicators)
    actions = Counter(action.choice_id for action in plan.actions)
    lines = sum(max(indicators[choice.pk], actions[choice.pk]) for choice in plan.choices)
    if lines > PAGE_LINES:
        known = {"count": lines, "most": PAGE_LINES}
        what = gettext("The rows together are %(count)d lines high; %(most)d fit on the printed page.") % known
        yield Finding(what, (Spot(Place.CHOICES),))


@rule(
    About.PLAN,
    norm=_("Every wording fits on the page"),
    title=_("Longer than the page has room for"),
    why=_("What is said in one line is read and remembered; on paper the rest costs the room of another."),
    todo=_("Shorten it"),
)
def too_long(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    yield from _longer_than_fits("ambition", plan.ambition, Spot(Place.AMBITION, field="ambition"))
    for goal in plan.goals:
        yield from _longer_than_fits("goal", goal.name, Spot(Place.GOAL, goal.pk, "name"))
    for choice in plan.choices:
        longer = "goal" if len(choice.goal) >= len(choice.how) else "how"
        text = f"{choice.goal} {choice.how}".strip()
        yield from _longer_than_fits("choice", text, Spot(Place.CHOICE, choice.pk, longer), choice.pk)
    for indicator in plan.indicators:
        spot = Spot(Place.INDICATOR, indicator.pk, "name")
        yield from _longer_than_fits("indicator", indicator.name, spot, indicator.choice_id)
    for action in plan.open_actions:
        spot = Spot(Place.ACTION, action.pk, "result")
        yield from _longer_than_fits("action", action.result, spot, action.choice_id)


@rule(
    About.ACTIONS,
    norm=_("The coming sessions are planned"),
    title=_("No session planned"),
    why=_("A fixed half hour every month keeps the plan moving. Planned a year ahead, everybody can be there."),
    todo=_("Plan the sessions"),
)
def sessions_missing(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    if not plan.has_session and on <= plan.ends_on:
        yield Finding("", (Spot(Place.SESSIONS),))


@rule(
    About.CHOICES,
    norm=_("The plan's state matches its period"),
    title=_("Draft or active?"),
    why=_("In a draft nobody is asked how it goes: a plan that is good enough and carried out beats a perfect one."),
    todo=_("Change the state"),
)
def state_behind_period(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    if plan.is_draft and plan.starts_on < on:
        began = {"day": words.day_short_year(plan.starts_on)}
        what = gettext("The plan's period began on %(day)s, and it is still a draft.") % began
        yield Finding(what, (Spot(Place.STATE),))
    elif not plan.is_draft and plan.ends_on < on:
        ended = {"day": words.day_short_year(plan.ends_on)}
        what = gettext("The plan's period ended on %(day)s, and it is still active.") % ended
        yield Finding(what, (Spot(Place.STATE),))
