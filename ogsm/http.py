"""What the pages share: the context of every template."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject, cached_property

from .header import my_work_count
from .request import Request
from .sign_in.two_steps import came_by_provider, is_missing


class WaysIn:
    """How one signs in here, for the pages around it; asked only where a page shows it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    by_provider = property(lambda self: bool(settings.OIDC_ISSUER))
    only_provider = property(lambda self: settings.OIDC_ONLY)
    provider_name = property(lambda self: settings.OIDC_NAME)

    @cached_property
    def is_step_missing(self) -> bool:
        user: Any = self.request.user  # asked for who is signed in
        return is_missing(user) and not came_by_provider(self.request)


def shell(request: Request) -> dict[str, Any]:
    """Context of every page, signed in or not. `my_work_count` costs its one query only where a page shows it."""
    user = getattr(request, "user", AnonymousUser())
    return {
        "organisation": settings.ORGANISATION_NAME,
        "DEMO": settings.DEMO,
        "theme": getattr(user, "theme", ""),
        "sign_in": WaysIn(request),
        "my_work_count": SimpleLazyObject(lambda: my_work_count(request) if user.is_authenticated else 0),
    }
