"""The secret address by which a calendar program reads somebody's sessions and deadlines, without signing in."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from ogsm.pieces import Recorded, history

if TYPE_CHECKING:
    from .models import User

SECRET_BYTES = 32


def new_secret() -> str:
    """256 bits, in letters that fit an address."""
    return secrets.token_urlsafe(SECRET_BYTES)


class CalendarFeed(Recorded):
    """One per person who asked for it. The secret itself is stored, not a hash: the profile shows the address again,
    to put it into a second calendar. It reads two kinds of dates and writes nothing; history and administration leave
    it out."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed", verbose_name=_("person")
    )
    secret = models.CharField(max_length=64, unique=True, default=new_secret, editable=False)
    language = models.CharField(_("language"), max_length=5, editable=False)
    with_involved = models.BooleanField(_("also actions I am involved in"), default=False)
    made_at = models.DateTimeField(_("made at"), editable=False)
    history = history(excluded_fields=["secret"])

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return str(self.user)

    @classmethod
    @transaction.atomic
    def make(cls, user: User, *, language: str, at: dt.datetime) -> CalendarFeed:
        """An address for this person; where there is one already a new one, and the old one stops at once. `language`
        is for who has none in the profile. Two clicks at once: the person's row is locked."""
        get_user_model().objects.select_for_update().get(pk=user.pk)
        feed = cls.objects.filter(user=user).first() or cls(user=user)
        feed.secret, feed.language, feed.made_at = new_secret(), language, at
        feed.record(by=user, at=at)
        return feed

    @property
    def words_in(self) -> str:
        """The language of its texts: the one of the profile, else the one spoken when the address was made."""
        return self.user.language or self.language
