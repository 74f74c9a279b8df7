"""The steps of an action: a plain list to tick off, in order, without deadlines of their own."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ogsm.pieces import Archivable, LiveQuerySet, history, next_position

if TYPE_CHECKING:
    from ogsm.accounts.models import User

    from .models import Action

MOST = 50


class Step(Archivable):
    """One step of an action. Taken off the list it is archived, so that it can come back."""

    action = models.ForeignKey("actions.Action", models.CASCADE, related_name="steps", verbose_name=_("action"))
    text = models.CharField(_("step"), max_length=200)
    position = models.PositiveIntegerField(default=0, editable=False)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("done by"),
        editable=False,
    )
    history = history()

    objects = LiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @classmethod
    def add(cls, action: Action, text: str, *, by: User | None, at: dt.datetime) -> Step:
        """A step at the end of the list. ValidationError when the list is full."""
        if action.steps.live().count() >= MOST:
            raise ValidationError({"text": _("%(most)d steps is a lot: make it two actions.") % {"most": MOST}})
        step = cls(action=action, text=text, position=next_position(action.steps.all()))
        step.record(by=by, at=at)
        return step

    def tick(self, done: bool, *, by: User | None, at: dt.datetime) -> None:
        """Done, or not after all. Saying the same twice changes nothing."""
        if done != self.is_done:
            self.change(by=by, at=at, done_at=at if done else None, done_by=by if done else None)
