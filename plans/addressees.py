"""Who is meant by a typed or pasted list of e-mail addresses. Pure.

One per line, or separated by commas or semicolons; each bare, or as mail programs write it: Name <address>,
"Boer, Karin de" <address>.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

LONGEST_NAME, LONGEST_ADDRESS = 120, 254
OF_NOBODY = "@removed.invalid"  # whose account was removed does not come back by its number
WITH_NAME = re.compile(r"^(?P<name>[^<>]*)<(?P<email>[^<>]*)>$")


@dataclass(frozen=True)
class Addressee:
    """An address in lower case, and the name that was given with it ('' when none was)."""

    email: str
    name: str = ""


def read_addressees(text: str) -> tuple[list[Addressee], list[str]]:
    """(everybody in the text once, in its order; what in it is no address)."""
    found: dict[str, Addressee] = {}
    wrong = []
    for entry in _entries(text):
        match = WITH_NAME.match(entry)
        email = (match["email"] if match else entry).strip().lower()
        name = _tidy(match["name"]) if match else ""
        if not _is_address(email):
            wrong.append(entry)
        elif email not in found or (name and not found[email].name):
            found[email] = Addressee(email, name)
    return list(found.values()), wrong


def _entries(text: str) -> Iterator[str]:
    """One for each person. A comma within a name does not end it: what has no @ belongs to what follows."""
    for line in re.split(r"[\r\n;]+", text):
        begun = ""
        for part in line.split(","):
            entry = f"{begun},{part}" if begun else part
            if "@" not in part:
                begun = entry if entry.strip() else ""
            elif begun and not WITH_NAME.match(entry.strip()):
                yield begun.strip()
                yield part.strip()
                begun = ""
            else:
                yield entry.strip()
                begun = ""
        if begun.strip():
            yield begun.strip()


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return not email.endswith(OF_NOBODY) and len(email) <= LONGEST_ADDRESS and email.isascii() and email.isprintable()


def _tidy(name: str) -> str:
    """'"Boer, Karin de"' is Karin de Boer. An address in the place of the name is none."""
    family, comma, first = name.strip(" '\"").partition(",")
    name = " ".join(f"{first} {family}".split() if comma else family.split())
    return "" if "@" in name or not name.isprintable() else name[:LONGEST_NAME]
