"""Where sign-in (allauth) asks this installation for its ways."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy

# Said by the page itself: after signing in you see your work, after signing out the sign-in page.
NOT_WORTH_SAYING = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}


class Adapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": gettext_lazy("Too many wrong tries. Wait five minutes, or ask for a new password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: people are added to a plan by its owner."""
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Where people come in through the organisation's provider alone (OIDC_ONLY), only superusers may otherwise."""
        by_provider = (kwargs.get("signal_kwargs") or {}).get("sociallogin")
        if settings.OIDC_ONLY and not by_provider and not user.is_superuser:
            context = {"reason": "only", "provider_name": settings.OIDC_NAME}
            return render(request, "accounts/oidc_refused.html", context, status=403)
        return super().pre_login(request, user, **kwargs)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        if message_template not in NOT_WORTH_SAYING:
            super().add_message(request, level, message_template, *args, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of the one who gets it, where they chose one."""
        language = getattr(context.get("user"), "language", "") or translation.get_language()
        with translation.override(language):
            super().send_mail(template_prefix, email, {"organisation": settings.ORGANISATION_NAME, **context})
