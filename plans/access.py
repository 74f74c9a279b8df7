"""Who may do what in a plan: the one boundary everything below /plans/<plan_id>/ passes.

Source: product page, 'Roles and rights'. A stranger, and a superuser without membership, gets 404; a member without
the right 403. Every question is about this plan only: children are looked up through `access.plan`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from ogsm.held import hold
from ogsm.ready_query import FIRST, SECOND, ReadyQuery
from ogsm.request import Request

from .models import Choice, Indicator, Membership, Plan
from .querysets import numbered

if TYPE_CHECKING:
    from ogsm.accounts.models import User

Role = Membership.Role


def plan_for(request: Request, plan_id: int) -> PlanAccess:
    """The plan and the reader's membership of it, or 404. One query.

    A POST locks both until it is answered: writers of one plan wait for each other, and what may be done stays so.
    """
    locked = request.method == "POST"
    for membership in _membership(locked=locked).objects(plan_id, request.user.pk):
        if locked:
            hold(plan_id)
        return PlanAccess(membership.plan, membership, request.user, request.on)
    raise Http404


@lru_cache(maxsize=2)
def _membership(*, locked: bool) -> ReadyQuery[Membership]:
    memberships = Membership.objects.select_related("plan").filter(plan=FIRST, user=SECOND)
    return ReadyQuery(memberships.select_for_update(of=("self", "plan")) if locked else memberships)


@lru_cache(maxsize=1)
def _members() -> ReadyQuery[Membership]:
    return ReadyQuery(Membership.objects.filter(plan=FIRST).by_name())


@lru_cache(maxsize=1)
def _choices() -> ReadyQuery[Choice]:
    return ReadyQuery(Choice.objects.filter(plan=FIRST).live().in_order())


@dataclass(frozen=True)
class PlanAccess:
    """A member's rights in one plan on a day (without one, nobody stands in for anybody). Nothing may be changed in a
    closed or archived plan."""

    plan: Plan
    membership: Membership
    user: User
    on: dt.date | None = None

    def require(self, allowed: bool) -> None:
        """403 unless allowed; where it is the plan's state that stands in the way, in those words."""
        if not allowed:
            raise PermissionDenied(self._state_in_words)

    @property
    def _state_in_words(self) -> str:
        if self.plan.is_open:
            return ""
        if self.plan.archived_at:
            return _("This plan is archived: it can be read, not changed.")
        return _("This plan is closed: it can be read, not changed.")

    @property
    def role(self) -> str:
        return self.membership.role

    @property
    def leads(self) -> bool:
        """Plan owner or process owner."""
        return self.role in (Role.OWNER, Role.PROCESS_OWNER)

    @property
    def takes_part(self) -> bool:
        return self.role != Role.VIEWER

    @property
    def _in_draft(self) -> bool:
        return self.takes_part and self.plan.is_draft and self.plan.is_open

    @property
    def _leads_open(self) -> bool:
        return self.leads and self.plan.is_open

    @cached_property
    def choices(self) -> list[Choice]:
        """The live choices with their numbers, without their owners. One query, asked once per request."""
        choices = _choices().objects(self.plan.pk)
        for choice in choices:
            choice.plan = self.plan
        return numbered(choices)

    @cached_property
    def people(self) -> list[User]:
        """Everyone in the plan, the Dutch way. One query, asked once per request."""
        return [membership.user for membership in _members().objects(self.plan.pk)]

    @cached_property
    def _own_choices(self) -> frozenset[int]:
        return frozenset(self.plan.choices.filter(owner=self.user).values_list("pk", flat=True))

    @cached_property
    def _involved_in(self) -> frozenset[int]:
        return frozenset(self.plan.actions.filter(involved=self.user).values_list("pk", flat=True))

    @cached_property
    def stands_in_for(self) -> frozenset[int]:
        """Ids of those who are away today and whose stand-in the reader is."""
        if self.on is None or not self.takes_part or not self.plan.is_open:
            return frozenset()
        mine = self.plan.stand_ins.on(self.on).filter(deputy=self.user)
        return frozenset(mine.values_list("person_id", flat=True))

    def _owns(self, choice_id: int | None) -> bool:
        return self.takes_part and self.plan.is_open and choice_id in self._own_choices

    def _is_responsible(self, action: Any) -> bool:
        return self.takes_part and self.plan.is_open and action.responsible_id == self.user.pk

    def _is_involved(self, action: Any) -> bool:
        return self.takes_part and self.plan.is_open and action.pk in self._involved_in

    @property
    def may_edit_plan(self) -> bool:
        """Ambition, goals, adding choices, name and period."""
        return self._leads_open or self._in_draft

    def may_edit_choice(self, choice: Choice) -> bool:
        return self.may_edit_plan or self._owns(choice.pk)

    def may_review_choice(self, choice: Choice) -> bool:
        """Judge a choice: its owner, or the owners of the plan on the owner's behalf. Not in a draft."""
        return not self.plan.is_draft and (self._leads_open or self._owns(choice.pk))

    def may_define_indicator(self, choice: Choice) -> bool:
        return self.may_edit_plan or self._owns(choice.pk)

    def may_enter_value(self, indicator: Indicator) -> bool:
        """The named person, the choice owner, the owners."""
        if not self.takes_part or not self.plan.is_open:
            return False
        return self.leads or indicator.entered_by_id == self.user.pk or self._owns(indicator.choice_id)

    def may_enter_some(self, indicators: Iterable[Indicator]) -> bool:
        """A value of at least one of these; who leads the plan may look at the empty page too."""
        return self._leads_open or any(self.may_enter_value(indicator) for indicator in indicators)

    def may_add_action(self, choice: Choice | None = None) -> bool:
        """In this choice, or (without one) in any choice at all."""
        if self.may_edit_plan:
            return True
        return self._owns(choice.pk) if choice else self.plan.is_open and self.takes_part and bool(self._own_choices)

    def may_decide_action(self, action: Any) -> bool:
        """Result, responsible, choice and archiving."""
        return self.may_edit_plan or self._owns(action.choice_id)

    def may_edit_action(self, action: Any) -> bool:
        """Start, description, involved, link and, with a reason, the deadline."""
        return self.may_decide_action(action) or self._is_responsible(action)

    def may_move_action(self, action: Any) -> bool:
        return self.may_edit_action(action) or self._is_involved(action)

    def may_update(self, action: Any) -> bool:
        return (
            self._leads_open
            or self._owns(action.choice_id)
            or self._is_responsible(action)
            or self._is_involved(action)
            or action.responsible_id in self.stands_in_for
        )

    @property
    def may_remark(self) -> bool:
        """Leave a remark on an update; what one wrote is one's own to change."""
        return self.takes_part and self.plan.is_open

    def may_pass_on(self, help_request: Any) -> bool:
        """Ask it of somebody else: who may answer, and who asks."""
        return self.may_answer(help_request) or (self.plan.is_open and help_request.asked_by_id == self.user.pk)

    def may_withdraw(self, help_request: Any) -> bool:
        """It is no longer needed: who asks, the owners."""
        return self.plan.is_open and (self.leads or help_request.asked_by_id == self.user.pk)

    @property
    def may_run_sessions(self) -> bool:
        return self._leads_open

    @property
    def may_set_state(self) -> bool:
        """Activate, close, archive and restore the plan, whatever state it is in."""
        return self.role == Role.OWNER

    @property
    def may_copy(self) -> bool:
        """Make the plan of the next period out of this one, whatever state it is in: who leads it (its people come
        along) and may make plans."""
        return self.leads and self.user.may_create_plans

    @property
    def may_manage_members(self) -> bool:
        """Add and remove members, and change their roles."""
        return self.role == Role.OWNER and self.plan.is_open

    def may_answer(self, help_request: Any) -> bool:
        """The one asked or who stands in for them, any member when the team was asked, the owners."""
        if not self.plan.is_open:
            return False
        if self.leads or help_request.asked_of_id == self.user.pk:
            return True
        if help_request.asked_of_id is None:
            return self.takes_part
        return help_request.asked_of_id in self.stands_in_for

    def may_name_stand_in(self, person_id: int | None = None) -> bool:
        """For oneself; the owners for anybody who takes part. Without a person: for somebody at all."""
        if not self.takes_part or not self.plan.is_open:
            return False
        return self.leads or person_id in (None, self.user.pk)

    def may_finish(self, decision: Any) -> bool:
        """An agreement is ticked off by the one who made it, or the owners."""
        return self.plan.is_open and (self.leads or decision.who_id == self.user.pk)
