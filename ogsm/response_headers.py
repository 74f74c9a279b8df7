"""What every answer tells the browser, beside what Django says and `settings` set: docs/security.md lists it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers

# What these pages never use. What they use or may use stays with the browser's default, this site alone: copying to
# the clipboard, the full screen in a meeting, keys to sign in with.
NEVER_USED = (
    "accelerometer autoplay camera display-capture encrypted-media geolocation gyroscope hid idle-detection local-fonts"
    " magnetometer microphone midi payment picture-in-picture serial usb xr-spatial-tracking"
).split()
ALWAYS = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in NEVER_USED),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}


def headers(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Also on refusals, errors and files. A page that says nothing of caches is its reader's own and asked for again
    each time; it stays in the memory of the tab, so that going back is at once. A piece for HTMX is no page: that both
    have one address, caches are told by Vary."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        if response.headers.get("Content-Type", "").startswith("text/html") and not _is_calendar(request):
            patch_vary_headers(response, ["HX-Request", "Cookie", "Accept-Language"])
        return response

    return middleware


def _is_calendar(request: HttpRequest) -> bool:
    return request.path.startswith("/calendar/")  # answers by its secret alone
