"""A remark that a colleague leaves on an update."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ogsm.pieces import Recorded, history, sign
from plans.locks import lock_plan

if TYPE_CHECKING:
    from ogsm.accounts.models import User

    from .models import Update

DOUBLE_SUBMIT = dt.timedelta(seconds=30)
LONGEST = 1000


class Remark(Recorded):
    """What a member says about an update. Its author may word it anew or take it away; the history keeps both."""

    update = models.ForeignKey("updates.Update", models.CASCADE, related_name="remarks", verbose_name=_("update"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    text = models.TextField(_("remark"), max_length=LONGEST)
    at = models.DateTimeField(_("made at"))
    corrected_at = models.DateTimeField(_("corrected at"), null=True, blank=True)
    history = history()

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="updates_remark_says_something",
                violation_error_message=_("A remark says something."),
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @classmethod
    @transaction.atomic
    def leave(cls, update: Update, text: str, *, by: User, at: dt.datetime) -> Remark:
        """A new remark; the same words sent twice within half a minute are one."""
        lock_plan(update.action.plan_id)
        text = text.strip()
        if same := update.remarks.filter(author=by, text=text, at__gte=at - DOUBLE_SUBMIT).first():
            return same
        remark = cls(update=update, author=by, text=text, at=at)
        remark.record(by=by, at=at)
        return remark

    def reword(self, text: str, *, by: User, at: dt.datetime) -> None:
        """Other words; the same ones change nothing."""
        if text.strip() != self.text:
            self.change(by=by, at=at, text=text.strip(), corrected_at=at)

    def remove(self, *, by: User, at: dt.datetime) -> None:
        sign(self, by=by, at=at)
        self.delete()
