"""Personal tokens: how a program reads what its person may read, without that person's password."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ogsm.pieces import Recorded, history, sign

if TYPE_CHECKING:
    from .models import User

PREFIX = "ogsm_"  # by which people, and programs that look for leaked secrets, know one
SECRET_BYTES = 32
SHOWN = 4  # letters after the prefix that lists show
LENGTH = len(PREFIX) + len(secrets.token_urlsafe(SECRET_BYTES))
AT_MOST = 20  # of one person
USE_NOTED_EVERY = dt.timedelta(minutes=5)


def digest_of(secret: str) -> str:
    """What is stored. 256 random bits cannot be guessed from it, so a quick hash does: nobody chose them."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet):
    def working(self, on: dt.date) -> ApiTokenQuerySet:
        """Those that open something on a day: not past their last day, of people who may sign in."""
        return self.filter(Q(expires_on=None) | Q(expires_on__gte=on), user__is_active=True)

    def of_secret(self, secret: str, on: dt.date) -> ApiToken | None:
        """The working token with this secret and its person. One query; none for what cannot be one."""
        if len(secret) != LENGTH or not secret.startswith(PREFIX) or not secret.isascii():
            return None
        return self.working(on).select_related("user").filter(digest=digest_of(secret)).first()


class ApiToken(Recorded):
    """Reads what its person may read, and writes nothing. Revoking deletes the row; its history says who and when."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=60)
    start = models.CharField(_("begins with"), max_length=16, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"), editable=False)
    expires_on = models.DateField(_("last day"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    history = history(excluded_fields=["digest", "last_used_at"])

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"],
                name="accounts_token_name_once_per_person",
                violation_error_message=_("You have a token with this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def make(cls, user: User, *, name: str, expires_on: dt.date | None, at: dt.datetime) -> tuple[ApiToken, str]:
        """A new token and its secret, which is nowhere else. ValidationError for a name in use, or one too many. Two
        clicks at once: the person's row is locked."""
        get_user_model().objects.select_for_update().get(pk=user.pk)
        if user.api_tokens.filter(name=name).exists():
            raise ValidationError({"name": _("You have a token with this name already.")}, code="name")
        if user.api_tokens.count() >= AT_MOST:
            raise ValidationError(_("You have very many tokens. Revoke one that is not used any more."), code="many")
        secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        token = cls(
            user=user, name=name, expires_on=expires_on, made_at=at, digest=digest_of(secret),
            start=secret[: len(PREFIX) + SHOWN],
        )  # fmt: skip
        token.record(by=user, at=at)
        return token, secret

    def is_expired(self, on: dt.date) -> bool:
        return self.expires_on is not None and self.expires_on < on

    def revoke(self, *, by: User | None, at: dt.datetime) -> None:
        """It opens nothing from now on, and does not come back."""
        sign(self, by=by, at=at)
        self.delete()

    def note_use(self, at: dt.datetime) -> None:
        """When it was last used, to the nearest minutes: reading should not mean writing. A database that cannot be
        written to now is no reason to refuse an answer."""
        if self.last_used_at and at - self.last_used_at < USE_NOTED_EVERY:
            return
        with suppress(DatabaseError), transaction.atomic():
            type(self).objects.filter(pk=self.pk).update(last_used_at=at)


def revoke_all_of(user: User) -> None:
    """Every token of somebody whose password changed, or who was switched off. One query, and one per token."""
    for token in ApiToken.objects.filter(user=user):
        token.delete()
