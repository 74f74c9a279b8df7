"""Where sign-in (allauth) asks this installation for its ways."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

# Said by the page itself: after signing in you see your work, after signing out the sign-in page.
NOT_WORTH_SAYING = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: people are added to a plan by its owner."""
        return False

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any) -> None:
        if message_template not in NOT_WORTH_SAYING:
            super().add_message(request, level, message_template, *args, **kwargs)


class SocialAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
