"""'Nothing has changed since you fetched this page': the tag of a page, and the answer without the page.

A browser asks again each time (no-cache), sends the tag it was given and gets 304 while it holds. The tag stands for
all that the page shows, also around its own part. A page with a message holds for once only, so it gets no tag; nor
does one in a browser without a CSRF cookie, which the page would have to set.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import get_language

from .pages import is_fragment
from .request import Request

PARTS = ("templates", "static", "ogsm", "plans", "actions", "updates")


@lru_cache(maxsize=1)
def release() -> str:
    """Another text after an upgrade or other settings; the same in every web process and on every machine, whenever
    its files were copied there."""
    parts = (path for part in PARTS for path in Path(settings.BASE_DIR, part).rglob("*") if path.is_file())
    content = hashlib.sha256()
    for path in sorted(path for path in parts if "__pycache__" not in path.parts):
        content.update(f"{path.relative_to(settings.BASE_DIR)} ".encode() + path.read_bytes())
    return f"{content.hexdigest()} {settings.ORGANISATION_NAME} {settings.DEMO}"


def page_tag(request: Request, *facts: Any) -> str | None:
    """The ETag of a page that depends on these facts, its address and its reader; None when it may not have one."""
    secret = request.META.get("CSRF_COOKIE")
    if settings.DEBUG or not secret or len(messages.get_messages(request)):
        return None
    user = request.user
    reader = (user.pk, user.name, user.email, user.theme, user.shortcuts, user.is_staff, user.can_create_plans)
    page = (request.get_full_path(), is_fragment(request), get_language(), secret, release())
    return f'"{hashlib.sha256(repr((reader, page, facts)).encode()).hexdigest()[:32]}"'


def not_modified(request: Request, tag: str | None) -> HttpResponse | None:
    """304 when the browser has the page of this tag already, else None."""
    answer = get_conditional_response(request, etag=tag) if tag else None
    return tagged(answer, tag) if answer is not None else None


def tagged(response: HttpResponse, tag: str | None) -> HttpResponse:
    """The page with its tag: for this reader's browser only, and asked for again each time."""
    if tag:
        response.headers["ETag"] = tag
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["HX-Request", "Cookie", "Accept-Language"])
    return response
