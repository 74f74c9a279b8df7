"""What the wording rule looks for in a text; the lists themselves stand in one module per language."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass


class Weakness(enum.StrEnum):
    """Why a wording cannot be ticked off one day."""

    EFFORT = "effort"  # says what somebody will try, not what is there then
    USUAL = "usual"  # work that goes on, not a change
    LOOSE = "loose"  # leaves open how much, how often or for whom
    SUBJECT = "subject"  # a heading: nothing is said about it


Phrases = Mapping[Weakness, str]


@dataclass(frozen=True)
class Words:
    """Lists of one language, each a string of words and phrases with commas between. '…' is one to three words.

    A statement is a main clause with one of the `states` in it; what comes after one of `joins` is no main clause.

    - `anywhere`: wherever it stands (everyday work: not in a statement)
    - `at_start`: opens a text that is no statement; `openers` may come before it
    - `verbs`: open such a text too, follow `to`, or end it, or the part of it that comes before one of `follows`
    - `comparatives`: without a number, or what it is compared with (`than`)
    - `wishes`: comparatives that count only in a text that is no statement and has none of the `negations`
    - `ready`: words that make a result of very few words; `small` ones cannot be its verb
    """

    anywhere: Phrases
    at_start: Phrases
    verbs: Phrases
    comparatives: str
    wishes: str
    negations: str
    than: str
    states: str
    ready: str
    openers: str
    joins: str
    to: str
    follows: str
    small: str
