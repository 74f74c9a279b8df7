"""The invitation of somebody who never signed in: a link that says who they are, once, until a day.

The account and the membership exist from the moment of inviting, so that people can be made responsible right away.
What is open is only that they choose a password, and so prove that the address is theirs.
"""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ogsm.accounts.models import User
from ogsm.pieces import Recorded, history

if TYPE_CHECKING:
    from .models import Plan

VALID_FOR = dt.timedelta(days=14)
UNSENT_AFTER = dt.timedelta(minutes=15)  # as a rule its mail takes a second
SALT = "plans.invitation"  # a value signed for anything else opens no invitation


class Standing(Enum):
    """What a link is worth at a moment."""

    OPEN = "open"
    RENEWED = "renewed"
    EXPIRED = "expired"
    USED = "used"
    WITHDRAWN = "withdrawn"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def of_token(self, token: str) -> tuple[Invitation, int] | None:
        """The invitation a link is for, and which of its links it is (the first, the second, …); None for what we never
        signed. One query."""
        try:
            pk, number = map(int, signing.loads(token, salt=SALT).split(":"))
        except (signing.BadSignature, ValueError):
            return None
        invitation = self.select_related("plan", "user", "invited_by").filter(pk=pk).first()
        return (invitation, number) if invitation else None


class Invitation(Recorded):
    """One per person and plan. Sending it again makes a new link, good for another fourteen days; the older ones are
    worth nothing then."""

    plan = models.ForeignKey("plans.Plan", models.CASCADE, related_name="invitations", verbose_name=_("plan"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitations", verbose_name=_("person")
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    number = models.PositiveIntegerField(_("times sent"), default=0, editable=False)
    invited_at = models.DateTimeField(_("invited at"), editable=False)
    expires_at = models.DateTimeField(_("expires at"), editable=False)
    mailed_at = models.DateTimeField(_("mailed at"), null=True, blank=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    history = history()

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "user"],
                name="plans_invitation_once_per_plan",
                violation_error_message=_("This person is already invited to the plan."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("invited_at")),
                name="plans_invitation_expires_later",
                violation_error_message=_("An invitation expires after it was made."),
            ),
        ]

    def __str__(self) -> str:
        """Without the name: lists of what belongs to a plan would ask for each person."""
        return str(self._meta.verbose_name)

    @classmethod
    @transaction.atomic
    def issue(cls, plan: Plan, user: User, *, by: User, at: dt.datetime) -> Invitation:
        """A new link, good from now; links sent before are worth nothing any more. ValidationError for somebody who
        signs in already. Three queries."""
        if not user.is_newcomer:
            raise ValidationError(_("%(name)s has a password already.") % {"name": user}, code="used")
        invitation = cls.objects.filter(plan=plan, user=user).first() or cls(plan=plan, user=user)
        invitation.number += 1
        invitation.invited_by, invitation.invited_at, invitation.expires_at = by, at, at + VALID_FOR
        invitation.mailed_at = invitation.withdrawn_at = None
        invitation.record(by=by, at=at)
        return invitation

    @property
    def path(self) -> str:
        """The address of its present link. A secret: whoever has it becomes this person."""
        return reverse("invitation_accept", args=[signing.dumps(f"{self.pk}:{self.number}", salt=SALT)])

    def is_unsent(self, at: dt.datetime) -> bool:
        """Whether its mail should have gone out by now, and has not."""
        return self.mailed_at is None and at >= self.invited_at + UNSENT_AFTER

    @property
    def role(self) -> str:
        """As what, in words. One query."""
        return str(self.plan.memberships.get(user=self.user_id))

    def standing(self, at: dt.datetime, number: int | None = None) -> Standing:
        """What the link with this number (the present one without) is worth. One query at most."""
        if self.accepted_at or not self.user.is_newcomer:
            return Standing.USED
        if self.withdrawn_at or not self.user.is_active:
            return Standing.WITHDRAWN
        if not self.plan.memberships.filter(user=self.user_id).exists():
            return Standing.WITHDRAWN
        if number not in (None, self.number):
            return Standing.RENEWED
        return Standing.EXPIRED if at >= self.expires_at else Standing.OPEN

    @transaction.atomic
    def accept(self, *, name: str, password: str, number: int, at: dt.datetime) -> User:
        """Takes name and password, and with them every invitation of this person. ValidationError when the link is
        worth nothing any more: of two at the same moment, also of two plans, one comes first (it locks the person)."""
        self.user = User.objects.select_for_update().get(pk=self.user_id)
        self.refresh_from_db(fields=["number", "expires_at", "accepted_at", "withdrawn_at"])
        if self.standing(at, number) != Standing.OPEN:
            raise ValidationError(_("This link no longer works."), code="gone")
        user = self.user
        user.name = name
        user.set_password(password)
        user.save(update_fields=["name", "password"])
        _accept_all(user, at=at)
        return user

    def withdraw(self, *, by: User, at: dt.datetime) -> None:
        """Its link is worth nothing any more."""
        if self.accepted_at is None and self.withdrawn_at is None:
            self.change(by=by, at=at, withdrawn_at=at)


@transaction.atomic
def welcome(user: User, *, name: str, at: dt.datetime) -> None:
    """A newcomer who proved the address by signing in elsewhere has accepted every open invitation by that, and is
    called as they are called there."""
    if name:
        user.name = name[: User._meta.get_field("name").max_length]
        user.save(update_fields=["name"])
    _accept_all(user, at=at)


def _accept_all(user: User, *, at: dt.datetime) -> None:
    for invitation in user.invitations.filter(accepted_at=None, withdrawn_at=None):
        invitation.change(by=user, at=at, accepted_at=at)
