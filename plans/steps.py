"""What a draft still needs, step by step, from the ambition to a planned year of sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from .models import Plan


@dataclass(frozen=True)
class Step:
    """`url` is where it is done; `target` is the piece of the page its form opens in, '' for a page of its own."""

    name: str
    why: str
    button: str
    url: str
    done: bool
    minutes: int
    target: str = ""


def first_steps(
    plan: Plan, *, has_goals: bool, counts: Mapping[str, int], people: int, has_session: bool
) -> list[Step]:
    """Eight steps in their order. No query."""
    at = [plan.pk]
    return [
        Step(
            _("Ambition"),
            _("What you want to achieve and roughly how, in at most two sentences."),
            _("Write the ambition"),
            reverse("plans:ambition_edit", args=at),
            bool(plan.ambition),
            1,
            "#ambition",
        ),
        Step(
            _("Goals"),
            _("Three or four figures that say, at the end, whether the ambition was reached."),
            _("Add a goal"),
            reverse("plans:goal_add", args=at),
            has_goals,
            1,
            "#goal-add",
        ),
        Step(
            _("Strategic choices, five at most"),
            _("Each says what you want to reach and by doing what, and has one owner."),
            _("Add a strategic choice"),
            reverse("plans:choice_add", args=at),
            counts["choices"] > 0,
            3,
            "#choice-add",
        ),
        Step(
            _("Indicators for each choice"),
            _("The few figures you steer by, each with a target. Add them in the row of their choice."),
            "",
            "",
            counts["indicators"] > 0,
            1,
        ),
        Step(
            _("First actions"),
            _("A result, somebody responsible and a deadline. Add them in the row of their choice."),
            "",
            "",
            counts["actions"] > 0,
            2,
        ),
        Step(
            _("Invite colleagues"),
            _("Whoever owns a choice or is responsible for an action is a member of the plan."),
            _("Add people"),
            reverse("plans:member_list", args=at),
            people > 1,
            1,
        ),
        Step(
            _("Plan a year of sessions"),
            _("Once a month, 45 minutes: only what is off plan is discussed."),
            _("Plan the sessions"),
            reverse("updates:session_list", args=at),
            has_session,
            1,
        ),
        Step(
            _("Activate the plan"),
            _("From then on updates are asked for, and deadlines only move with a reason."),
            _("Activate the plan"),
            reverse("plans:plan_activate", args=at),
            False,
            1,
        ),
    ]
