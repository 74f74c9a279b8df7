"""People's names, pure: how they sort (the Dutch way), their initials and first name."""

from __future__ import annotations

import re
from functools import lru_cache

PREFIXES = frozenset(
    "aan bij da das de dela della den der des di do dos du el het in la las le les los 't ’t 's ’s"
    " op onder over te ten ter tot uit uijt van vanden vander vom von voor zu zum zur".split()
)


def split_name(name: str) -> tuple[str, str, str]:
    """A full name as (first names, prefix, family name): 'Jan van der Berg' is ('Jan', 'van der', 'Berg').

    A prefix with a capital belongs to the family name, as in Belgium: ('Tom', '', 'Van Damme').
    A single word is a first name.
    """
    words = name.split()
    if len(words) < 2:
        return " ".join(words), "", ""
    for start, word in enumerate(words[:-1]):
        if start == 0 or word.lower() not in PREFIXES:
            continue
        end = start
        while end < len(words) - 1 and words[end] in PREFIXES:
            end += 1
        return " ".join(words[:start]), " ".join(words[start:end]), " ".join(words[end:])
    return " ".join(words[:-1]), "", words[-1]


def sort_name(name: str) -> str:
    """'Karin de Boer' sorts as 'Boer, Karin de'."""
    first, prefix, family = split_name(name)
    if not family:
        return first
    return f"{family}, {first} {prefix}".rstrip()


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """At most two capitals: 'Karin de Boer' is KB, 'Karin' is K."""
    first, _, family = split_name(name)
    return "".join(part[0] for part in (first, family) if part).upper()


def first_name(name: str) -> str:
    return name.split()[0] if name.split() else ""


def guessed_name(email: str) -> str:
    """The name an address speaks of, until its owner says it: nina.de.wit@… is 'Nina de Wit', b.kok@… is 'B. Kok';
    the address itself when it speaks of none."""
    words = [word for word in re.split(r"[\W\d_]+", email.partition("@")[0]) if word]
    if not words:
        return email
    return " ".join(
        word if place and word in PREFIXES else word.capitalize() + ("." if len(word) == 1 else "")
        for place, word in enumerate(words)
    )
