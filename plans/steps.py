"""What a draft still needs, step by step, from the ambition to a planned year of sessions; and who is led through it.

Where one is stands in the address of the plan page: `?guide=goals`, `?guide=indicators&choice=3`. No step blocks: each
can be skipped, gone back to, and left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from .models import Plan

NEXT = "next"  # the first step that is not done
AMBITION, GOALS, CHOICES, INDICATORS, ACTIONS = "ambition", "goals", "choices", "indicators", "actions"
PEOPLE, SESSIONS, ACTIVATE = "people", "sessions", "activate"
KEYS = (AMBITION, GOALS, CHOICES, INDICATORS, ACTIONS, PEOPLE, SESSIONS, ACTIVATE)
ENOUGH = {GOALS: 3, CHOICES: 3, INDICATORS: 2, ACTIONS: 2}  # from here on the next step is offered first


@dataclass(frozen=True)
class Step:
    """`url` is where it is done; `target` is the piece of the page its form opens in, '' for a page of its own.

    `again` is the button when there is one already, `onward` the link that leads to this step from the one before.
    """

    key: str
    name: str
    why: str
    button: str
    url: str
    count: int
    minutes: int
    target: str = ""
    again: str = ""
    onward: str = ""
    help: str = ""

    @property
    def done(self) -> bool:
        return self.count > 0

    @property
    def address(self) -> str:
        return f"?guide={self.key}"

    @property
    def form_url(self) -> str:
        return f"{self.url}?guide={self.key}" if self.url else ""

    def left_to_owners(self) -> Step:
        """The same step for who may not do it: told of, without a way to do it."""
        whose = _("That is for an owner of the plan.")
        return replace(self, url="", button="", again="", why=f"{self.why} {whose}", help=f"{self.help} {whose}")

    @property
    def opens_dialog(self) -> bool:
        return self.target == "#dialog-body"


@dataclass(frozen=True)
class Guide:
    """Where one is: `step` with the place its form opens in, and where one goes from there.

    `opens`: its form opens by itself. `choice` is the strategic choice it is about, number `place` of `places`.
    """

    step: Step
    number: int
    total: int
    opens: bool
    onward: str
    onward_url: str
    back_url: str = ""
    choice: Any = None
    place: int = 0
    places: int = 0

    @property
    def has_enough(self) -> bool:
        return self.step.count >= ENOUGH.get(self.step.key, 1) and bool(self.onward_url)

    @property
    def button(self) -> str:
        return self.step.again if self.step.done and self.step.again else self.step.button

    def is_at(self, query: Mapping[str, str]) -> bool:
        """Whether an address names this step, and its choice: what is saved from there on belongs to it."""
        choice = str(self.choice.pk) if self.choice else query.get("choice", "")
        return query.get("guide") == self.step.key and query.get("choice", "") == choice

    @property
    def address(self) -> str:
        return self.step.address + (f"&choice={self.choice.pk}" if self.choice else "")


def help_of(key: str) -> str:
    """One line from the method for whoever fills in this step; '' for a step that does not exist."""
    return {
        AMBITION: _("What you want to achieve and roughly how, in at most two sentences."),
        GOALS: _("Three or four figures that say, at the end, whether the ambition was reached."),
        CHOICES: _("Each says what you want to reach and by doing what, and has one owner."),
        INDICATORS: _("Which figures show that it works? Take figures you already have, each with a target."),
        ACTIONS: _("Only what is new and needed: say what will be true, who is responsible for it and by when."),
        PEOPLE: _("Whoever owns a choice or is responsible for an action is a member of the plan."),
        SESSIONS: _("Once a month, 45 minutes: only what is off plan is discussed."),
        ACTIVATE: _("From then on updates are asked for, and deadlines only move with a reason."),
    }.get(key, "")


def first_steps(plan: Plan, *, goals: int, counts: Mapping[str, int], people: int, has_session: bool) -> list[Step]:
    """Eight steps in their order. No query."""
    at = [plan.pk]

    def step(key: str, name: str, *, url: str = "", why: str = "", button: str = "", **more: Any) -> Step:
        address = reverse(url, args=at) if url else ""
        return Step(key, name, why or help_of(key), button, address, help=help_of(key), **more)

    return [
        step(
            AMBITION,
            _("Ambition"),
            button=_("Write the ambition"),
            url="plans:ambition_edit",
            count=bool(plan.ambition),
            minutes=1,
            target="#ambition",
            again=_("Edit the ambition"),
            onward=_("On to the ambition"),
        ),
        step(
            GOALS,
            _("Goals"),
            button=_("Add a goal"),
            url="plans:goal_add",
            count=goals,
            minutes=1,
            target="#goal-add",
            again=_("Another goal"),
            onward=_("On to the goals"),
        ),
        step(
            CHOICES,
            _("Strategic choices, five at most"),
            button=_("Add a strategic choice"),
            url="plans:choice_add",
            count=counts["choices"],
            minutes=3,
            target="#choice-add",
            again=_("Another strategic choice"),
            onward=_("On to the strategic choices"),
        ),
        step(
            INDICATORS,
            _("Indicators for each choice"),
            why=_("The few figures you steer by, each with a target. Add them in the row of their choice."),
            count=counts["indicators"],
            minutes=1,
            onward=_("On to the indicators"),
        ),
        step(
            ACTIONS,
            _("First actions"),
            why=_("A result, somebody responsible and a deadline. Add them in the row of their choice."),
            count=counts["actions"],
            minutes=2,
            onward=_("On to the actions"),
        ),
        step(
            PEOPLE,
            _("Invite colleagues"),
            button=_("Add people"),
            url="plans:member_list",
            count=people - 1,
            minutes=1,
            onward=_("On to the people"),
        ),
        step(
            SESSIONS,
            _("Plan a year of sessions"),
            button=_("Plan the sessions"),
            url="updates:session_list",
            count=has_session,
            minutes=1,
            onward=_("On to the sessions"),
        ),
        step(
            ACTIVATE,
            _("Activate the plan"),
            button=_("Activate the plan"),
            url="plans:plan_activate",
            count=0,
            minutes=1,
            onward=_("On to activating the plan"),
        ),
    ]


def guide_of(
    steps: Sequence[Step], rows: Sequence[Any], asked: str, *, choice_id: str = "", saved: bool = False
) -> Guide | None:
    """Where `?guide=asked&choice=choice_id` leads; None when it is no step.

    `rows` are those of the page. `saved`: something was saved since, so its form is offered and not opened again; and
    after the ambition, of which there is one, come the goals. No query.
    """
    keys = [step.key for step in steps]
    if asked == NEXT:
        asked = next(step.key for step in steps if not step.done)
    if asked not in keys:
        return None
    if saved and asked == AMBITION and steps[0].done:
        asked, saved = GOALS, False
    number = keys.index(asked)
    before = steps[number - 1] if number else None
    after = steps[number + 1] if number + 1 < len(steps) else None
    guide = Guide(
        steps[number],
        number + 1,
        len(steps),
        bool(steps[number].target) and not saved,
        onward=after.onward if after else "",
        onward_url=after.address if after else "",
        back_url=before.address if before else "",
    )
    return _at_choice(guide, steps, rows, choice_id, saved) if asked in (INDICATORS, ACTIONS) else guide


def _at_choice(guide: Guide, steps: Sequence[Step], rows: Sequence[Any], choice_id: str, saved: bool) -> Guide:
    """The same step at one strategic choice: the one asked for, else the first with nothing yet."""
    if not rows:
        choices = next(step for step in steps if step.key == CHOICES)
        step = replace(guide.step, button=choices.onward, url="", help=_("These belong to a strategic choice."))
        return replace(guide, step=step)
    counts = [len(row.indicators if guide.step.key == INDICATORS else row.actions) for row in rows]
    asked = [place for place, row in enumerate(rows) if str(row.choice.pk) == choice_id]
    empty = [place for place, count in enumerate(counts) if not count]
    place = (asked or empty or [0])[0]
    choice = rows[place].choice
    here, onward, onward_url, back_url = guide.step.address, guide.onward, guide.onward_url, guide.back_url
    if place + 1 < len(rows):
        later = rows[place + 1].choice
        onward = _("On to choice %(number)d: %(name)s") % {"number": later.number, "name": later.short_name}
        onward_url = f"{here}&choice={later.pk}"
    if place:
        back_url = f"{here}&choice={rows[place - 1].choice.pk}"
    return replace(
        guide,
        step=_step_at(guide.step, choice, counts[place]),
        opens=not saved,
        onward=onward,
        onward_url=onward_url,
        back_url=back_url,
        choice=choice,
        place=place + 1,
        places=len(rows),
    )


def _step_at(step: Step, choice: Any, count: int) -> Step:
    if step.key == INDICATORS:
        return replace(
            step,
            url=reverse("plans:indicator_add", args=[choice.plan_id, choice.pk]),
            target=f"#indicator-add-{choice.pk}",
            button=_("Add an indicator"),
            again=_("Another indicator"),
            count=count,
        )
    return replace(
        step,
        url=reverse("actions:action_add", args=[choice.plan_id]),
        target="#dialog-body",
        button=_("Add an action"),
        again=_("Another action"),
        count=count,
    )


def address_after(asked: str, choice_id: str = "") -> str:
    """The query of the plan page after something was saved on the form's own page; '' when nobody is guided."""
    if asked not in KEYS:
        return ""
    if asked == AMBITION:
        asked = GOALS
    return f"?guide={asked}" + (f"&choice={choice_id}" if choice_id.isdecimal() else "") + "&saved=1"
