"""The addresses of sign-in (allauth) that this installation offers. The others have a name, because allauth links to
them itself, but answer 404."""

from __future__ import annotations

from typing import NoReturn

from allauth.account import urls as account_urls
from allauth.mfa import urls as mfa_urls
from allauth.socialaccount import urls as social_urls
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.urls import URLPattern, include, path

OFFERED = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reauthenticate",
    "account_signup",  # says that it is closed
    "account_change_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}


@login_not_required
def not_offered(request: HttpRequest, **kwargs: str) -> NoReturn:
    raise Http404


def only_offered(patterns: list[URLPattern]) -> list[URLPattern]:
    """The same patterns, those that are not offered with a view that answers 404."""
    return [
        pattern if pattern.name in OFFERED else URLPattern(pattern.pattern, not_offered, name=pattern.name)
        for pattern in patterns
    ]


urlpatterns = [
    *only_offered(account_urls.urlpatterns),
    path("2fa/", include(mfa_urls.urlpatterns)),
    path("3rdparty/", include(only_offered(social_urls.urlpatterns))),
]
