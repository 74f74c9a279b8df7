"""Who may sign in, and with which password."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ogsm.ready_query import FIRST, ReadyQuery

from .models import User
from .token_models import revoke_all_of

DEMO_PASSWORD = "demo-demo-demo"  # noqa: S105  (public: the demo prints it)


class Backend(AuthenticationBackend):
    """Sign-in by e-mail address and password; the demo people's public password opens a demo only."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> AbstractBaseUser | None:
        if credentials.get("password") == DEMO_PASSWORD and not settings.DEMO:
            return None
        return super().authenticate(request, **credentials)

    def get_user(self, user_id: int) -> User | None:
        """Who is signed in, as Django asks for it at every request. One query."""
        for user in _person().objects(user_id):
            return user if self.user_can_authenticate(user) else None
        return None


@lru_cache(maxsize=1)
def _person() -> ReadyQuery[User]:
    return ReadyQuery(User.objects.filter(pk=FIRST))


class NotTheDemoPassword:
    """Password validator: nobody chooses the one password that sign-in refuses."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if password == DEMO_PASSWORD:
            raise ValidationError(_("This password is public. Choose another one."), code="demo_password")

    def get_help_text(self) -> str:
        return ""


class TokensEndWithThePassword:
    """No validator: Django tells all of them when a password was changed, whichever way, and not when it only stores
    the same one better."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Any password will do."""

    def password_changed(self, password: str, user: Any = None) -> None:
        """Who changes it because somebody else knew it, should not have to think of the tokens too."""
        if user is not None and user.pk:
            revoke_all_of(user)

    def get_help_text(self) -> str:
        return ""
