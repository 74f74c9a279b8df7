"""Makes the new plan that a workbook describes: a draft, all of it or nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from actions.models import Action
from actions.rules import RANK_STEP
from plans.models import COLOURS, Choice, Goal, Indicator, IndicatorValue, Membership, Plan
from updates.models import Update

from .layout import INVOLVED

if TYPE_CHECKING:
    from ogsm.accounts.models import User

    from .new_plan import NewPlan

AT_ONCE = 500  # rows in one statement


@transaction.atomic
def plan_from_workbook(found: NewPlan, particulars: dict[str, Any], *, by: User, at: dt.datetime, reason: str) -> Plan:
    """A draft of `by` with everything in it; who is named becomes a member. Queries grow with the people alone."""
    plan = Plan(ambition=found.particulars.get("ambition", ""), **particulars)
    plan.record(by=by, at=at, why=reason)
    _Making(found, plan, by, at, reason).fill()
    return plan


class _Making:
    def __init__(self, found: NewPlan, plan: Plan, by: User, at: dt.datetime, reason: str) -> None:
        self.found, self.plan, self.by, self.at, self.reason = found, plan, by, at, reason

    def fill(self) -> None:
        for user in [self.by, *self.found.people.used]:
            role = Membership.Role.OWNER if user == self.by else Membership.Role.MEMBER
            Membership(plan=self.plan, user=user, role=role).record(by=self.by, at=self.at, why=self.reason)
        goals = [{"due_on": self.plan.ends_on, **values} for values in self.found.goals]
        self._many([Goal(plan=self.plan, position=place, **values) for place, values in enumerate(goals)], Goal)
        choices = [
            Choice(plan=self.plan, position=place, colour=place % COLOURS + 1, **one.values)
            for place, one in enumerate(self.found.choices)
        ]
        made = self._many(choices, Choice)
        self.choices = {one.pk: choice for one, choice in zip(self.found.choices, made, strict=True)}
        self._indicators()
        self._actions()

    def _many(self, pieces: list[Any], model: Any) -> list[Any]:
        """Saves them with their histories, some hundreds in a statement."""
        said = {"default_user": self.by, "default_date": self.at, "default_change_reason": self.reason}
        return bulk_create_with_history(pieces, model, batch_size=AT_ONCE, **said) if pieces else []

    def _indicators(self) -> None:
        pieces = [
            Indicator(choice=self.choices[one.choice.pk], position=position, **one.values)
            for position, one in enumerate(self.found.indicators)
        ]
        made = self._many(pieces, Indicator)
        values = [
            IndicatorValue(indicator=piece, period=period, value=value, author=self.by, entered_at=self.at)
            for piece, one in zip(made, self.found.indicators, strict=True)
            for period, value in one.entries.items()
        ]
        self._many(values, IndicatorValue)

    def _actions(self) -> None:
        ranks: Counter[str] = Counter()
        pieces = []
        for one in self.found.actions:
            status = one.values["status"]
            action = Action(plan=self.plan, choice=self.choices[one.choice.pk], rank=ranks[status], **one.values)
            action.last_update_at = self.at if action.light else None
            ranks[status] += RANK_STEP
            pieces.append(action)
        made = self._many(pieces, Action)
        self._involve({action.pk: one.involved for action, one in zip(made, self.found.actions, strict=True)})
        self._many([self._update(action) for action in made if action.light], Update)

    def _involve(self, people: dict[int, list[User]]) -> None:
        """Those who are involved, with the row of each action's history that says so."""
        through = Action.involved.through
        links = [through(action_id=pk, user_id=user.pk) for pk, users in people.items() for user in users]
        through.objects.bulk_create(links, batch_size=AT_ONCE)
        history = Action.history.model._meta.get_field(f"historicalaction_{INVOLVED}").related_model
        rows = dict(Action.history.filter(plan=self.plan).values_list("id", "history_id"))
        kept = [
            history(history_id=rows[link.action_id], id=link.pk, action_id=link.action_id, user_id=link.user_id)
            for link in links
        ]
        history.objects.bulk_create(kept, batch_size=AT_ONCE)

    def _update(self, action: Action) -> Update:
        """A light is somebody's judgement: of the maker, for who is responsible."""
        others = None if action.responsible_id == self.by.pk else action.responsible
        said = _("Light: %(reason)s") % {"reason": self.reason}
        return Update(
            action=action, author=self.by, on_behalf_of=others, done=said, status=action.status, light=action.light,
            at=self.at,
        )  # fmt: skip
