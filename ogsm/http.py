"""What the pages share: the context of every template."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.functional import SimpleLazyObject

from .header import my_work_count
from .request import Request


def shell(request: Request) -> dict[str, Any]:
    """Context of every page, signed in or not. `my_work_count` costs its one query only where a page shows it."""
    user = getattr(request, "user", AnonymousUser())
    return {
        "organisation": settings.ORGANISATION_NAME,
        "DEMO": settings.DEMO,
        "theme": getattr(user, "theme", ""),
        "my_work_count": SimpleLazyObject(lambda: my_work_count(request) if user.is_authenticated else 0),
    }
