"""A plan.json that somebody handed in, kept while they look at it: checked, and packed as it came."""

from __future__ import annotations

import secrets
import zlib
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext as _

from ..uploads import KEPT_SECONDS, TOKEN, bare_name


@dataclass(frozen=True)
class Kept:
    """A file of one person. `made`: the plan it became."""

    token: str
    name: str
    packed: bytes
    made: int | None = None

    @property
    def data(self) -> bytes:
        return zlib.decompress(self.packed)

    @property
    def reason(self) -> str:
        """What the history says of what came with it."""
        return _("From %(file)s") % {"file": self.name}


def _key(token: str, user_id: int) -> str:
    return f"plan-json-{user_id}-{token}"


def keep(name: str, data: bytes, *, user_id: int) -> Kept:
    """For four hours, and for nobody else."""
    kept = Kept(secrets.token_urlsafe(12), bare_name(name) or "plan.json", zlib.compress(data))
    cache.set(_key(kept.token, user_id), kept, KEPT_SECONDS)
    return kept


def kept_file(token: str, *, user_id: int) -> Kept | None:
    """None when it was kept too long ago, or by somebody else."""
    return cache.get(_key(token, user_id)) if TOKEN.fullmatch(token) else None


def remember(kept: Kept, plan_id: int, *, user_id: int) -> None:
    """Sent twice, it is the same plan."""
    done = Kept(kept.token, kept.name, b"", plan_id)
    cache.set(_key(kept.token, user_id), done, KEPT_SECONDS)
