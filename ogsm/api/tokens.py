"""Who a program speaks for, and how often it may ask."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer

from ogsm.accounts.token_models import ApiToken

if TYPE_CHECKING:
    from ogsm.request import Request

MINUTE = 60


class TooMany(Exception):
    """This token has asked enough for now."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds


class Token(HttpBearer):
    """A personal token in the Authorization header. From there on the request is its person's, with the rights of
    their memberships and no others. One query, and at most every five minutes one that notes the use."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        asked: Request = request  # type: ignore[assignment]
        found = ApiToken.objects.of_secret(token.strip(), asked.on)
        if found is None:
            raise AuthenticationError
        count_request(found, time.time())
        found.note_use(asked.at)
        asked.user = found.user
        return found


def count_request(token: ApiToken, now: float) -> None:
    """Counts by the minute, in the cache that all web processes share; TooMany past the limit. Where nothing can be
    counted, nothing is refused."""
    limit = settings.API_RATE_LIMIT
    if not limit:
        return
    key = f"api-{token.pk}-{int(now // MINUTE)}"
    try:
        count = _add_one(key)
    except DatabaseError:
        return
    if count > limit:
        raise TooMany(MINUTE - int(now % MINUTE))


def _add_one(key: str) -> int:
    try:
        return cache.incr(key)
    except ValueError:  # the first of this minute
        return 1 if cache.add(key, 1, 2 * MINUTE) else cache.incr(key)
