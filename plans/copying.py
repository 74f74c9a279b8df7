"""A plan copied to a new period: what comes along, what stays behind, and from where it starts.

Source: method page, 'Rhythm' (the plan session makes the new plan out of the old) and product page, 'Copy a plan to a
new period'. Baselines are the last values. Targets and the actions' dates stay as they are, as a starting point: a
draft has no flags, and a date that has passed shows that something is to be decided.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from actions.models import Action, Step
from ogsm.dates import next_span, period_end

from .models import Choice, Goal, Indicator, IndicatorValue, Membership, Plan
from .sheet import live_indicators, values_of

if TYPE_CHECKING:
    from ogsm.accounts.models import User

Role = Membership.Role
YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
LONGEST_NAME = 120
GOAL_FIELDS = ("name", "unit")
CHOICE_FIELDS = ("short_name", "goal", "how", "stops", "kind", "colour")
INDICATOR_FIELDS = ("name", "unit", "direction", "kind", "source", "frequency", "green_limit", "amber_limit")
ACTION_FIELDS = ("result", "description", "link", "starts_on", "deadline", "status")


@dataclass(frozen=True)
class Along:
    """What comes along besides the ambition, the goals and the choices. Without `targets` those are left to be set."""

    members: bool = True
    indicators: bool = True
    targets: bool = True
    actions: bool = True


def next_particulars(plan: Plan) -> dict[str, Any]:
    """Name, organisation and period a copy starts with: the next period of the same length, its years in the name."""
    starts_on, ends_on = next_span(plan.starts_on, plan.ends_on)
    later = starts_on.year - plan.starts_on.year
    name = YEAR.sub(lambda year: str(int(year[0]) + later), plan.name)
    if name == plan.name:
        name = _("%(plan)s, next period") % {"plan": plan.name}
    if len(name) > LONGEST_NAME:
        name = plan.name
    return {"name": name, "organisation": plan.organisation, "starts_on": starts_on, "ends_on": ends_on}


def copied_from(source: Plan) -> str:
    """The reason in the copy's history: where it came from."""
    return _("Copied from “%(plan)s”") % {"plan": source.name}


def open_actions(plan: Plan) -> QuerySet[Action]:
    """What is still to be done, in the order of the board."""
    actions = plan.actions.live().not_done().filter(choice__archived_at=None)
    return actions.select_related("responsible").order_by("status", "rank", "pk")


def starting_point(
    indicator: Indicator, values: Mapping[dt.date, Decimal], starts_on: dt.date, ends_on: dt.date
) -> tuple[Decimal | None, dt.date | None]:
    """(baseline, its date) in the new period: the last value, at the end of its period. A running total starts again
    at 0; without a value the baseline stays. The date never lies after the new end, where the target is."""
    if indicator.kind == Indicator.Kind.RUNNING_TOTAL:
        return Decimal(0), starts_on - dt.timedelta(days=1)
    if not values:
        on = indicator.baseline_on
        return indicator.baseline, min(on, ends_on) if on else None
    last = max(values)
    return values[last], min(period_end(last, indicator.frequency), ends_on)


def _origin(source: Plan) -> Choice | None:
    """The choice it springs from, as long as that is still worked on."""
    choice = source.origin_choice
    return choice if choice and choice.plan.is_open and not choice.is_archived else None


@transaction.atomic
def plan_copy(*, source: Plan, by: User, at: dt.datetime, along: Along | None = None, **particulars: Any) -> Plan:
    """A draft of `by` with what comes along; `source` stays as it is. Queries grow with the pieces, not faster.

    Who is inactive, or no longer takes part, does not come along: the actions of such a person fall to `by`, a choice
    or an indicator is left without.
    """
    plan = Plan(ambition=source.ambition, origin_choice=_origin(source), **particulars)
    plan.record(by=by, at=at, why=copied_from(source))
    _Copy(source, plan, by, at, along or Along()).fill()
    return plan


@dataclass
class _Copy:
    source: Plan
    plan: Plan
    by: User
    at: dt.datetime
    along: Along

    @property
    def _who(self) -> dict[str, Any]:
        return {"by": self.by, "at": self.at}

    def fill(self) -> None:
        self.people = self._add_members()
        self._add_goals()
        choices = self._add_choices()
        indicators = self._add_indicators(choices) if self.along.indicators else {}
        if self.along.actions:
            self._add_actions(choices, indicators)

    def _add_members(self) -> dict[int, User]:
        """Who takes part in the new plan, by id; the maker as its owner."""
        Membership(plan=self.plan, user=self.by, role=Role.OWNER).record(**self._who)
        people = {self.by.pk: self.by}
        if not self.along.members:
            return people
        for old in coming_members(self.source).exclude(user=self.by):
            Membership(plan=self.plan, user=old.user, role=old.role).record(**self._who)
            if old.role != Role.VIEWER:
                people[old.user_id] = old.user
        return people

    def _known(self, user_id: int | None) -> User | None:
        return self.people.get(user_id) if user_id else None

    def _target(self, target: Decimal | None) -> Decimal | None:
        return target if self.along.targets else None

    def _add_goals(self) -> None:
        for position, old in enumerate(self.source.goals.live()):
            Goal(
                plan=self.plan,
                position=position,
                baseline=old.baseline if old.actual is None else old.actual,
                target=self._target(old.target),
                due_on=self.plan.ends_on,
                **_same(old, GOAL_FIELDS),
            ).record(**self._who)

    def _add_choices(self) -> dict[int, Choice]:
        """By the id of the choice each is a copy of."""
        copies = {}
        for position, old in enumerate(self.source.choices.numbered()):
            owner = self._known(old.owner_id)
            copies[old.pk] = Choice(plan=self.plan, position=position, owner=owner, **_same(old, CHOICE_FIELDS))
            copies[old.pk].record(**self._who)
        return copies

    def _add_indicators(self, choices: dict[int, Choice]) -> dict[int, Indicator]:
        """By the id of the indicator each is a copy of."""
        copies = {}
        indicators = live_indicators(self.source)
        values = values_of(indicators)
        starts_on, ends_on = self.plan.starts_on, self.plan.ends_on
        for position, old in enumerate(indicators):
            baseline, baseline_on = starting_point(old, values.get(old.pk, {}), starts_on, ends_on)
            copies[old.pk] = Indicator(
                choice=choices[old.choice_id],
                position=position,
                baseline=baseline,
                baseline_on=baseline_on,
                target=self._target(old.target),
                target_on=ends_on,
                entered_by=self._known(old.entered_by_id),
                **_same(old, INDICATOR_FIELDS),
            )
            copies[old.pk].record(**self._who)
        return copies

    def _add_actions(self, choices: dict[int, Choice], indicators: dict[int, Indicator]) -> None:
        """With the steps that are not done yet."""
        for old in open_actions(self.source).prefetch_related("involved", "serves", "steps"):
            action = Action.create(
                plan=self.plan,
                choice=choices[old.choice_id],
                responsible=self._known(old.responsible_id) or self.by,
                involved=[user for user in old.involved.all() if user.pk in self.people],
                serves=[indicators[one.pk] for one in old.serves.all() if one.pk in indicators],
                **_same(old, ACTION_FIELDS),
                **self._who,
            )
            for step in old.steps.all():
                if not step.is_done and not step.is_archived:
                    Step(action=action, text=step.text, position=step.position).record(**self._who)


def _same(piece: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(piece, name) for name in names}


def coming_members(source: Plan) -> QuerySet[Membership]:
    """Members who can sign in."""
    return source.memberships.by_name().filter(user__is_active=True)


class Preview:
    """What of a plan would come along in a copy, and what would stay. Fifteen queries at most, however long it is."""

    def __init__(self, source: Plan, by: User, starts_on: dt.date) -> None:
        self.source = source
        self.by = by
        self.starts_on = starts_on
        self.goals = source.goals.live().count()
        self.choices = source.choices.numbered()
        self.indicators = list(live_indicators(source))
        self.actions = list(open_actions(source))
        self._values = values_of(live_indicators(source))
        members = list(source.memberships.by_name())
        self.members = sum(one.user.is_active for one in members if one.user_id != by.pk)
        self.gone = [one.user for one in members if not one.user.is_active and one.user_id != by.pk]
        coming = {one.user_id for one in members if one.user.is_active and one.role != Role.VIEWER}
        self._coming = coming | {by.pk}
        self.before_start = sum(action.deadline < starts_on for action in self.actions)

    @property
    def restarting(self) -> int:
        """Running totals, which start again at 0."""
        return sum(one.kind == Indicator.Kind.RUNNING_TOTAL for one in self.indicators)

    @property
    def measured(self) -> int:
        """Those that start from their last value."""
        return sum(one.pk in self._values and one.kind != Indicator.Kind.RUNNING_TOTAL for one in self.indicators)

    @property
    def unmeasured(self) -> int:
        """Those that keep their baseline, for want of a value."""
        return len(self.indicators) - self.restarting - self.measured

    @property
    def orphaned_choices(self) -> list[Choice]:
        """Choices that come along without their owner."""
        return [choice for choice in self.choices if choice.owner_id and choice.owner_id not in self._coming]

    @property
    def inherited(self) -> int:
        """Actions that fall to the maker, because who is responsible does not come along."""
        return sum(action.responsible_id not in self._coming for action in self.actions)

    @cached_property
    def staying(self) -> dict[str, int]:
        """What stays behind: done and archived actions, values, updates, sessions. Five queries."""
        actions, sessions = self.source.actions, self.source.sessions
        return {
            "done": actions.live().filter(status=Action.Status.DONE).count(),
            "archived": actions.archived().count(),
            "values": IndicatorValue.objects.filter(indicator__choice__plan=self.source).count(),
            "updates": actions.aggregate(total=Count("updates"))["total"],
            "sessions": sessions.closed().count(),
        }
