"""How people sign in, in the administration: what is set up is shown and can be taken away, secrets are neither shown
nor changed. The provider is configured by the environment, not here."""

from __future__ import annotations

from typing import Any

from allauth.account import admin as account_admin  # noqa: F401  (registered before it is replaced)
from allauth.account.models import EmailAddress
from allauth.mfa import admin as mfa_admin  # noqa: F401
from allauth.mfa.models import Authenticator
from allauth.socialaccount import admin as social_admin  # noqa: F401
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions import admin as usersessions_admin  # noqa: F401
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

for model in (EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class TakenAwayAdmin(admin.ModelAdmin):
    """Looked at, and deleted by superusers."""

    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_superuser


@admin.register(Authenticator)
class AuthenticatorAdmin(TakenAwayAdmin):
    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    fields = ["user", "type", "created_at", "last_used_at"]


@admin.register(SocialAccount)
class SocialAccountAdmin(TakenAwayAdmin):
    list_display = ["user", "at_the_provider", "date_joined", "last_login"]
    fields = ["user", "at_the_provider", "date_joined", "last_login"]

    @admin.display(description=_("at the provider"))
    def at_the_provider(self, account: SocialAccount) -> str:
        return str(account.extra_data.get("email") or account.extra_data.get("sub", ""))
