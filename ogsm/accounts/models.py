"""People. They sign in with their e-mail address; what they may do in a plan is in that plan's memberships."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ogsm.pieces import history

from . import names
from .calendar_models import CalendarFeed  # noqa: F401  (Django finds models here)
from .managers import UserManager
from .token_models import ApiToken, revoke_all_of  # noqa: F401


class User(AbstractBaseUser, PermissionsMixin):
    class Language(models.TextChoices):
        BROWSER = "", _("As my browser asks")
        DUTCH = "nl", "Nederlands"
        ENGLISH = "en", "English"

    class Theme(models.TextChoices):
        SYSTEM = "", _("As my device is set")
        LIGHT = "light", pgettext_lazy("theme", "Light")
        DARK = "dark", pgettext_lazy("theme", "Dark")

    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120, help_text=_("First name and last name, as colleagues know you."))
    sort_name = models.CharField(_("name in lists"), max_length=130, editable=False)
    language = models.CharField(_("language"), max_length=5, choices=Language, blank=True, default="")
    theme = models.CharField(_("colours"), max_length=5, choices=Theme, blank=True, default="")
    shortcuts = models.BooleanField(
        _("keyboard shortcuts"),
        default=True,
        help_text=_(
            "Single keys such as Z (undo), / (search) and, in a meeting, N (note). Switch them off when they get in"
            " your way."
        ),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Switch off instead of deleting: the plans keep what this person did.")
    )
    is_staff = models.BooleanField(_("administrator"), default=False, help_text=_("May sign in to the administration."))
    can_create_plans = models.BooleanField(_("may create plans"), default=False)
    date_joined = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True, editable=False)
    session_series = models.PositiveIntegerField(
        default=0, db_default=0, editable=False
    )  # sessions of an earlier one are over
    action_columns = models.JSONField(_("columns of the action plan"), default=list, blank=True, editable=False)
    history = history(excluded_fields=["password", "last_login", "action_columns", "session_series"])

    objects = UserManager()

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = [Lower("sort_name"), "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_unique",
                violation_error_message=_("There is already somebody with this e-mail address."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Stores the address in lower case (sign-in looks it up that way) and keeps the sort name with the name. The
        tokens of who is switched off end for good."""
        self.email = self.email.lower()
        self.sort_name = names.sort_name(self.name) or self.email
        fields = kwargs.get("update_fields")
        if fields is not None and not {"name", "email"}.isdisjoint(fields):
            kwargs["update_fields"] = {*fields, "sort_name"}
        super().save(*args, **kwargs)
        if not self.is_active:
            revoke_all_of(self)

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    def end_sessions(self) -> None:
        """Whoever is signed in as this person, is no longer, also after being switched on again. No history of it."""
        type(self).objects.filter(pk=self.pk).update(session_series=models.F("session_series") + 1)
        self.refresh_from_db(fields=["session_series"])

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's, of the series too; in the first series as it was before there were any."""
        if not self.session_series:
            return super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        value = f"{self.password}:{self.session_series}"
        return salted_hmac("ogsm.accounts.session", value, secret=secret, algorithm="sha256").hexdigest()

    @property
    def may_create_plans(self) -> bool:
        return self.can_create_plans or self.is_superuser

    @property
    def is_newcomer(self) -> bool:
        """Whether this person never signed in, and could not: somebody who was added and has yet to take part."""
        return self.last_login is None and not self.has_usable_password()

    @property
    def initials(self) -> str:
        return names.initials(self.name) or self.email[:1].upper()

    @property
    def first_name(self) -> str:
        return names.first_name(self.name) or self.email

    def get_full_name(self) -> str:
        """The name that mails and the administration address this person by."""
        return str(self)

    def get_short_name(self) -> str:
        return self.first_name
