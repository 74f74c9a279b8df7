"""What each person's calendar was last told about a session. Without a change history: it is the record itself."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .calendar_rules import Facts, Told
from .session_models import Session


class CalendarInvitation(models.Model):
    """The latest invitation, change or cancellation that went into the outbox for one person and one session."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="calendar_invitations", verbose_name=_("session"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    starts_at = models.DateTimeField(_("starts at"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    place = models.CharField(_("place or link"), max_length=200, blank=True)
    title = models.CharField(_("title"), max_length=200)
    sequence = models.PositiveIntegerField(_("number"))
    is_cancelled = models.BooleanField(_("cancelled"), default=False)
    told_at = models.DateTimeField(_("told at"))

    class Meta:
        verbose_name = _("calendar invitation")
        verbose_name_plural = _("calendar invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "user"],
                name="updates_calendarinvitation_once_per_person",
                violation_error_message=_("This person has an invitation for this session."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def told(self) -> Told:
        return Told(Facts(self.starts_at, self.minutes, self.place, self.title), self.sequence, self.is_cancelled)
