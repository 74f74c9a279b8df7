"""A cache on another machine that may go away: pages go on without it.

While it does not answer, this process counts and keeps by itself, in its memory: throttling stays on, though each web
process then counts its own, and a workbook that waits for its preview may have to be sent again. Nothing else lives
there: with such a cache, sessions are in the database alone (settings.py), so that nobody who signed out while it was
away is let in by what it still remembers.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

PAUSE = 5  # s; after a failure it is not asked, so that not every page waits for it
OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 1}  # s


def _or_in_memory(name: str) -> Callable[..., Any]:
    def method(self: ForgivingRedisCache, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self.away_until:
            try:
                return getattr(RedisCache, name)(self, *args, **kwargs)
            except (RedisError, OSError) as error:
                self.went_away(error)
        return getattr(self.in_memory, name)(*args, **kwargs)

    method.__name__ = name
    return method


class ForgivingRedisCache(RedisCache):
    """Redis, or this process's memory while that does not answer."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {**OPTIONS, **params.get("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": options})
        self.in_memory = LocMemCache("while-redis-is-away", {**params, "OPTIONS": {"MAX_ENTRIES": 10_000}})

    # of the process, since every thread has a cache object of its own
    @property
    def away_until(self) -> float:
        return _Away.until

    def went_away(self, error: Exception) -> None:
        _Away.until = time.monotonic() + PAUSE
        log.error("The cache does not answer; counting in this process for %s s", PAUSE, exc_info=error)

    def answers(self) -> bool:
        """Asks it, whatever it did before. At most a second or two."""
        try:
            RedisCache.get(self, "readyz")
        except (RedisError, OSError):
            return False
        return True

    add = _or_in_memory("add")
    get = _or_in_memory("get")
    set = _or_in_memory("set")
    touch = _or_in_memory("touch")
    delete = _or_in_memory("delete")
    get_many = _or_in_memory("get_many")
    has_key = _or_in_memory("has_key")
    incr = _or_in_memory("incr")
    set_many = _or_in_memory("set_many")
    delete_many = _or_in_memory("delete_many")
    clear = _or_in_memory("clear")


class _Away:
    until = 0.0
