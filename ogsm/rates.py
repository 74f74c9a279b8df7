"""How often something may be done, as a line of text, pure: 'login_failed=10/m/ip,5/5m/key,export=60/m/user'.

A rate is 'times/within/whose': within is s, m, h or d, with a number before it where it is not one; whose is one client
address (ip), one person (user) or what is asked for (key: an e-mail address, say).
"""

from __future__ import annotations

import re

RATE = re.compile(r"[1-9]\d{0,5}/(?:[1-9]\d{0,3})?[smhd]/(ip|user|key)", re.ASCII)


def with_changes(rates: dict[str, str], text: str) -> dict[str, str]:
    """The rates, those that `text` names replaced; nothing behind the '=' sets no limit. ValueError, in words, for what
    is no rate, has no such name or counts by what is not known there."""
    changed = dict(rates)
    for name, rate in _named(text):
        if name not in rates:
            raise ValueError(f"{name!r} is no rate limit; there are {', '.join(sorted(rates))}")
        for part in rate.split(",") if rate else []:
            match = RATE.fullmatch(part)
            if not match:
                raise ValueError(f"{name}={part!r} is no rate: write times/within/whose, such as 30/m/user")
            if match[1] not in _counts_by(rates[name]):
                raise ValueError(f"{name} counts by {' or '.join(sorted(_counts_by(rates[name])))}, not by {match[1]}")
        changed[name] = rate
    return changed


def _named(text: str) -> list[tuple[str, str]]:
    """A part without a name goes on with the one before it."""
    found: list[tuple[str, str]] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, is_named, rate = part.partition("=")
        if is_named:
            found.append((name.strip(), rate.strip()))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]},{part}")
        else:
            raise ValueError(f"{part!r} does not say of what: write name=times/within/whose")
    return found


def _counts_by(rate: str) -> set[str]:
    """The client's address is always known; of the rest what the product's own rate uses."""
    return {"ip", *(part.rpartition("/")[2] for part in rate.split(","))}
