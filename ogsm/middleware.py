"""What every request carries: the moment it came in, the language of its reader, and the admin's looser styles."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

Next = Callable[[HttpRequest], HttpResponseBase]


def moment(get_response: Next) -> Next:
    """Reads the clock, once: `request.at` is now, `request.on` is today in the organisation's time zone."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.at = timezone.now()  # type: ignore[attr-defined]
        request.on = timezone.localdate(request.at)  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def profile_language(get_response: Next) -> Next:
    """A person's own choice of language goes before what the browser asks (which LocaleMiddleware has set)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return get_response(request)

    return middleware


def admin_styles(get_response: Next) -> Next:
    """Inline styles are allowed below /admin/ only: its history pages bring one."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_update = {"style-src": settings.ADMIN_STYLE_SRC}  # type: ignore[attr-defined]
        return response

    return middleware
