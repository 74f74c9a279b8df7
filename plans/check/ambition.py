"""The parts of an ambition, and which of them no goal speaks of. Pure: text in, text out."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ENDS = re.compile(r"[.!?;:,\n]+\s+|\n+")
_WORD = re.compile(r"[^\W\d_]+")
SIGNIFICANT = 4  # letters of a word that may say what a part is about
WORDS_OF_A_PART = 3
# words of four letters or more that say nothing about what it is about
SMALL = frozenset(
    """
    deze door alle alles ander andere binnen daar dan dat die dit doen elke ieder iedere iedereen hebben heeft hier hoge
    hoger groot grote heel hele onze onder over naar niet meer meest waar want voor waarmee welke werd worden wordt
    willen zijn zoals zodat zelf zullen tegen tussen vanuit altijd nooit steeds beste beter goed goede jaar
    that this these those with from have been will they their them then than there here where which what when more most
    much many very every everybody everyone into onto over under about after before between because both each else other
    others such some only also always never best better good great year years want wants make makes being does done
    """.split()
)


def ambition_parts(ambition: str) -> list[str]:
    """The ambition cut at its punctuation, in order; what is too short to say something stays out."""
    parts = (" ".join(part.split()).strip(" .!?;:,") for part in _ENDS.split(ambition))
    return [part for part in parts if len(part.split()) >= WORDS_OF_A_PART]


def parts_without_goal(ambition: str, goals: Iterable[str]) -> list[str]:
    """The parts that share no word with the name of any goal."""
    of_goals = [word for name in goals for word in _significant(name)]
    return [part for part in ambition_parts(ambition) if not _share(_significant(part), of_goals)]


def _significant(text: str) -> set[str]:
    found = {word.lower() for word in _WORD.findall(text)}
    return {word for word in found - SMALL if len(word) >= SIGNIFICANT}


def _share(words: Iterable[str], others: Iterable[str]) -> bool:
    """Whether a word of one begins with a word of the other: 'earn' and 'earned', 'klant' and 'klanttevredenheid'."""
    others = list(others)
    return any(word.startswith(other) or other.startswith(word) for word in words for other in others)
