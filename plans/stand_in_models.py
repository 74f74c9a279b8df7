"""Who stands in for whom in a plan, from day to day: the stand-in gives updates and answers help in the name of who is
away. It begins and ends by itself: only the dates say whether it holds. What is owed stays with who is away.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ogsm.pieces import Recorded, history

if TYPE_CHECKING:
    from ogsm.accounts.models import User

    from .models import Plan

USER = settings.AUTH_USER_MODEL
LONGEST = dt.timedelta(days=366)


class StandInQuerySet(models.QuerySet["StandIn"]):
    def standing(self) -> StandInQuerySet:
        """Without those that were taken back."""
        return self.filter(withdrawn_at=None)

    def on(self, day: dt.date) -> StandInQuerySet:
        """Those that hold on a day."""
        return self.standing().filter(first_on__lte=day, last_on__gte=day)

    def not_over(self, day: dt.date) -> StandInQuerySet:
        """Those that hold on a day or begin later, the first one first."""
        return self.standing().filter(last_on__gte=day).order_by("first_on", "pk")

    def of_open_plans(self, day: dt.date) -> StandInQuerySet:
        """Those that hold on a day or later in plans that go on, with their plan and people."""
        open_plans = self.not_over(day).filter(plan__archived_at=None).exclude(plan__state="closed")
        return open_plans.select_related("plan", "person", "deputy")

    def overlapping(self, first_on: dt.date, last_on: dt.date) -> StandInQuerySet:
        return self.standing().filter(first_on__lte=last_on, last_on__gte=first_on)


class StandIn(Recorded):
    """One absence: `person` is away, `deputy` stands in, both days included."""

    plan = models.ForeignKey("plans.Plan", models.CASCADE, related_name="stand_ins", verbose_name=_("plan"))
    person = models.ForeignKey(USER, models.CASCADE, related_name="absences", verbose_name=_("who is away"))
    deputy = models.ForeignKey(USER, models.CASCADE, related_name="stands_in", verbose_name=_("stand-in"))
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("up to and including"))
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True, editable=False)
    history = history()

    objects = StandInQuerySet.as_manager()

    class Meta:
        verbose_name = _("stand-in")
        verbose_name_plural = _("stand-ins")
        ordering = ["first_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="plans_standin_end_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(person=F("deputy")),
                name="plans_standin_somebody_else",
                violation_error_message=_("Nobody stands in for themselves."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_on:%Y-%m-%d}–{self.last_on:%Y-%m-%d}"

    def holds_on(self, day: dt.date) -> bool:
        return self.withdrawn_at is None and self.first_on <= day <= self.last_on

    @classmethod
    @transaction.atomic
    def appoint(
        cls, plan: Plan, *, person: User, deputy: User, first_on: dt.date, last_on: dt.date, by: User, at: dt.datetime
    ) -> StandIn:
        """Name a stand-in; the same once more gives the one there is. ValidationError when it cannot be."""
        _lock(plan)
        asked = {"person": person, "deputy": deputy, "first_on": first_on, "last_on": last_on}
        if same := plan.stand_ins.standing().filter(**asked).first():
            return same
        stand_in = cls(plan=plan, **asked)
        stand_in._check()
        stand_in.record(by=by, at=at)
        return stand_in

    @transaction.atomic
    def reappoint(self, *, deputy: User, first_on: dt.date, last_on: dt.date, by: User, at: dt.datetime) -> None:
        """Other dates or somebody else. ValidationError when it cannot be."""
        _lock(self.plan)
        before = self.deputy, self.first_on, self.last_on
        self.deputy, self.first_on, self.last_on = deputy, first_on, last_on
        self._check()
        self.deputy, self.first_on, self.last_on = before
        self.change(by=by, at=at, deputy=deputy, first_on=first_on, last_on=last_on)

    @transaction.atomic
    def withdraw(self, *, by: User | None, at: dt.datetime) -> None:
        """No stand-in after all, or not any more. What was done in the meantime stays. Twice changes nothing."""
        if self.withdrawn_at is None:
            self.change(by=by, at=at, withdrawn_at=at)

    @transaction.atomic
    def bring_back(self, *, by: User, at: dt.datetime) -> None:
        """Undo of withdrawing. ValidationError when something else was arranged meanwhile."""
        _lock(self.plan)
        if self.withdrawn_at is not None:
            self._check()
            self.change(by=by, at=at, withdrawn_at=None)

    def _check(self) -> None:
        """ValidationError where this cannot be: said of the field that has to change. Three queries."""
        if self.last_on < self.first_on:
            raise ValidationError({"last_on": _("The last day lies before the first.")})
        if self.last_on - self.first_on > LONGEST:
            raise ValidationError({"last_on": _("That is more than a year. Hand over the work instead.")})
        if self.person == self.deputy:
            raise ValidationError({"deputy": _("Nobody stands in for themselves.")})
        taking_part = set(
            self.plan.memberships.taking_part()
            .filter(user__in=[self.person, self.deputy], user__is_active=True)
            .values_list("user_id", flat=True)
        )
        for field in ("person", "deputy"):
            if getattr(self, f"{field}_id") not in taking_part:
                raise ValidationError({field: _("This person takes no part in the plan.")})
        others = self.plan.stand_ins.overlapping(self.first_on, self.last_on).exclude(pk=self.pk)
        if others.filter(person=self.person).exists():
            raise ValidationError(
                {"first_on": _("%(name)s has a stand-in in these days already.") % {"name": self.person}}
            )
        if others.filter(person=self.deputy).exists():
            raise ValidationError({"deputy": _("%(name)s is away in these days too.") % {"name": self.deputy}})


def stands_in(user: User, *, for_: User, plan: int, on: dt.date) -> bool:
    """Whether the user stands in for somebody in a plan (its id) on a day. One query."""
    return StandIn.objects.on(on).filter(plan=plan, person=for_, deputy=user).exists()


def _lock(plan: Plan) -> None:
    """As changes of the plan's people do: two at once cannot name two stand-ins for the same days."""
    type(plan).objects.select_for_update().get(pk=plan.pk)


def withdraw_all(plan: Plan, user: User, *, by: User | None, at: dt.datetime) -> None:
    """Who leaves, or only reads from now on, stands in for nobody and needs nobody. Queries grow with what ends."""
    for stand_in in plan.stand_ins.standing().filter(Q(person=user) | Q(deputy=user)):
        stand_in.withdraw(by=by, at=at)
