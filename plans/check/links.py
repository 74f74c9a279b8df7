"""Where a finding is mended: the address of the form, at the very field, for whoever may change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from actions.forms import DECIDED
from plans.access import PlanAccess

from .core import Place, Spot
from .reading import Reading


@dataclass(frozen=True)
class Links:
    """The forms' own pages: they open without script, and their fields have an id each, so '#…' leads to the field.

    One query at most, for whoever does not lead the plan: which choices are theirs.
    """

    access: PlanAccess
    reading: Reading

    def to(self, spot: Spot) -> str:
        """'' for who may not change it."""
        ways: dict[Place, Callable[[Spot], str]] = {
            Place.AMBITION: self._to_ambition,
            Place.GOAL: self._to_goal,
            Place.NEW_GOAL: self._to_new_goal,
            Place.CHOICE: self._to_choice,
            Place.CHOICES: self._to_choices,
            Place.INDICATOR: self._to_indicator,
            Place.NEW_INDICATOR: self._to_new_indicator,
            Place.VALUE: self._to_value,
            Place.ACTION: self._to_action,
            Place.NEW_ACTION: self._to_new_action,
            Place.DEADLINES: self._to_deadlines,
            Place.SESSIONS: self._to_sessions,
            Place.STATE: self._to_state,
        }
        return ways[spot.place](spot)

    def _address(self, allowed: bool, name: str, *ids: int, after: str = "") -> str:
        return reverse(name, args=[self.access.plan.pk, *ids]) + after if allowed else ""

    def _to_ambition(self, spot: Spot) -> str:
        after = f"#plan-{self.access.plan.pk}-{spot.field}"
        return self._address(self.access.may_edit_plan, "plans:ambition_edit", after=after)

    def _to_goal(self, spot: Spot) -> str:
        after = f"#goal-{spot.pk}-{spot.field}"
        return self._address(self.access.may_edit_plan, "plans:goal_edit", spot.pk, after=after)

    def _to_new_goal(self, spot: Spot) -> str:
        return self._address(self.access.may_edit_plan, "plans:goal_add", after=f"#goal-new-{spot.field}")

    def _to_choice(self, spot: Spot) -> str:
        may = self.access.may_edit_choice(self.reading.choices[spot.pk])
        return self._address(may, "plans:choice_edit", spot.pk, after=f"#choice-{spot.pk}-{spot.field}")

    def _to_choices(self, spot: Spot) -> str:
        return self._address(self.access.may_edit_plan, "plans:plan_page", after="#rows")

    def _to_indicator(self, spot: Spot) -> str:
        choice = self.reading.choices[self.reading.indicators[spot.pk].choice_id]
        may, after = self.access.may_define_indicator(choice), f"#indicator-{spot.pk}-{spot.field}"
        return self._address(may, "plans:indicator_edit", spot.pk, after=after)

    def _to_new_indicator(self, spot: Spot) -> str:
        may = self.access.may_define_indicator(self.reading.choices[spot.pk])
        return self._address(may, "plans:indicator_add", spot.pk, after=f"#indicator-new{spot.pk}-{spot.field}")

    def _to_value(self, spot: Spot) -> str:
        may = self.access.may_enter_value(self.reading.indicators[spot.pk])
        return self._address(may, "plans:value_enter", spot.pk, after=f"#value-{spot.pk}-{spot.field}")

    def _to_action(self, spot: Spot) -> str:
        action = self.reading.actions[spot.pk]
        decides = spot.field in DECIDED
        may = self.access.may_decide_action(action) if decides else self.access.may_edit_action(action)
        return self._address(may, "actions:action_edit", spot.pk, after=f"#action-{spot.pk}-{spot.field}")

    def _to_new_action(self, spot: Spot) -> str:
        may = self.access.may_add_action(self.reading.choices[spot.pk])
        after = f"?choice={spot.pk}#action-new{spot.pk}-{spot.field}"
        return self._address(may, "actions:action_add", after=after)

    def _to_deadlines(self, spot: Spot) -> str:
        return self._address(self.access.may_add_action(), "actions:action_list", after="?sort=deadline")

    def _to_sessions(self, spot: Spot) -> str:
        return self._address(self.access.may_run_sessions, "updates:session_add", after="?repeat=1#id_update-nth")

    def _to_state(self, spot: Spot) -> str:
        name = "plans:plan_activate" if self.access.plan.is_draft else "plans:plan_close"
        return self._address(self.access.may_manage_members, name)
