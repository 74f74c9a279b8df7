"""The outbox: one row per mail that has to go out, and one row per run of `run_due`. The verbs stand in outbox.py."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plans.models import Plan

USER = settings.AUTH_USER_MODEL


class OutgoingMailQuerySet(models.QuerySet):
    """A mail is in exactly one of four states: waiting, sent, given up, left out."""

    def waiting(self) -> OutgoingMailQuerySet:
        """Still to be sent, now or later."""
        return self.filter(sent_at=None, given_up_at=None, left_out_at=None)

    def due(self, at: dt.datetime) -> OutgoingMailQuerySet:
        """To be tried now: its moment has come, and nobody else is at it (or whoever was, has been killed)."""
        is_free = Q(claimed_until=None) | Q(claimed_until__lte=at)
        return self.waiting().filter(is_free, next_try_at__lte=at).order_by("next_try_at", "pk")

    def sent(self) -> OutgoingMailQuerySet:
        return self.exclude(sent_at=None)

    def given_up(self) -> OutgoingMailQuerySet:
        return self.exclude(given_up_at=None)

    def in_trouble(self) -> OutgoingMailQuerySet:
        """Tried at least once without success, and tried again later."""
        return self.waiting().exclude(last_error="")


class OutgoingMail(models.Model):
    """One mail to one person about one occasion. Without a change history: it is the record itself."""

    user = models.ForeignKey(USER, models.CASCADE, related_name="+", verbose_name=_("to"))
    occasion = models.CharField(_("occasion"), max_length=120)
    plan = models.ForeignKey(
        Plan, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("only while active")
    )
    template = models.CharField(_("template"), max_length=60)
    facts = models.JSONField(_("facts"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    attachments = models.JSONField(_("attachments"), default=list, blank=True)
    message_id = models.UUIDField(default=uuid.uuid4, editable=False)
    queued_at = models.DateTimeField(_("queued at"))
    next_try_at = models.DateTimeField(_("not before"))
    claimed_until = models.DateTimeField(_("being sent until"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    left_out_at = models.DateTimeField(_("left out at"), null=True, blank=True)
    left_out_why = models.CharField(_("why left out"), max_length=200, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        ordering = ["-queued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "occasion"],
                name="updates_outgoingmail_once_per_person_and_occasion",
                violation_error_message=_("This mail is in the outbox already."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(sent_at=None, given_up_at=None, left_out_at=None),
                name="updates_outgoingmail_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.occasion

    @property
    def state(self) -> str:
        """One of waiting, retrying, sent, given_up and left_out."""
        if self.sent_at:
            return "sent"
        if self.given_up_at:
            return "given_up"
        if self.left_out_at:
            return "left_out"
        return "retrying" if self.last_error else "waiting"

    def try_again(self, *, at: dt.datetime) -> bool:
        """Once more from the first try; False when it went out or was left out."""
        if self.sent_at or self.left_out_at:
            return False
        self.given_up_at, self.next_try_at, self.tries, self.claimed_until = None, at, 0, None
        self.save(update_fields=["given_up_at", "next_try_at", "tries", "claimed_until"])
        return True


class RunRecord(models.Model):
    """One run of `run_due`: when, where, what it did. One that was killed has no end."""

    started_at = models.DateTimeField(_("started at"), db_index=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    machine = models.CharField(_("machine"), max_length=120, blank=True)
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    trouble = models.TextField(_("trouble"), blank=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"

    def finish(self, *, at: dt.datetime, counts: dict[str, Any], trouble: str = "") -> None:
        self.finished_at, self.counts, self.trouble = at, counts, trouble
        self.save(update_fields=["finished_at", "counts", "trouble"])
