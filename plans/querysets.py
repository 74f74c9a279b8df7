"""Querysets of the plan and its pieces."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Prefetch, Q

from ogsm.pieces import LiveQuerySet

if TYPE_CHECKING:
    from ogsm.accounts.models import User

    from .models import Choice


class PlanQuerySet(LiveQuerySet):
    def visible_to(self, user: User) -> PlanQuerySet:
        """Plans the user is a member of; a superuser without membership sees none."""
        return self.filter(memberships__user=user)

    def led_by(self, user: User) -> PlanQuerySet:
        """Plans the user is owner or process owner of."""
        return self.filter(memberships__user=user, memberships__role__in=["owner", "process_owner"])


class ChoiceQuerySet(LiveQuerySet):
    def in_order(self) -> ChoiceQuerySet:
        return self.order_by("position", "pk")

    def numbered(self) -> list:
        """Live choices in order, each with its owner and `number`, its place on the page from 1. One query."""
        return numbered(self.select_related("owner").live().in_order())


def numbered(choices: Iterable[Choice]) -> list[Choice]:
    """The live choices of a plan, in order, each with its `number`."""
    found = list(choices)
    for number, choice in enumerate(found, start=1):
        choice.number = number
    return found


class IndicatorQuerySet(LiveQuerySet):
    def in_order(self) -> IndicatorQuerySet:
        return self.order_by("choice__position", "choice", "position", "pk")

    def with_values(self) -> IndicatorQuerySet:
        """With all values fetched, newest last. One query more."""
        from .models import IndicatorValue

        return self.prefetch_related(Prefetch("values", IndicatorValue.objects.order_by("period")))

    def to_enter_by(self, user: User) -> IndicatorQuerySet:
        """Indicators the user is asked to enter: the named person, else the choice's owner."""
        return self.filter(Q(entered_by=user) | Q(entered_by=None, choice__owner=user))


class MembershipQuerySet(models.QuerySet):
    def by_name(self) -> MembershipQuerySet:
        return self.select_related("user").order_by("user__sort_name", "user__email")

    def taking_part(self) -> MembershipQuerySet:
        """Everyone who can be responsible or involved: all but viewers."""
        return self.exclude(role="viewer")

    def leading(self) -> MembershipQuerySet:
        """Those who may run sessions: plan owners and process owners."""
        return self.filter(role__in=["owner", "process_owner"])
