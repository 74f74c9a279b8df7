"""Whether a text says a result: pure, words in, the words that give it away out.

The lists of both languages look at every text, whatever the reader's language: a Dutch plan may be read in English.
Wording is judged by what is plainly on the lists; a text that is not is let pass. Source: method page, 'The parts', and
the source text's step 2 ('describe the result, so that you can tell whether the action is finished').
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from .words import Weakness, Words
from .words_dutch import DUTCH
from .words_english import ENGLISH

LANGUAGES = (DUTCH, ENGLISH)
SHORT = 2  # words: so few say something only when one of them is a participle or a state
_WORD = re.compile(r"[^\W_]+(?:[-'.][^\W_]+)*")
_PARTICIPLE = re.compile(r"(?:(?:ge|be|ver|ont|her|er|aan|af|in|om|op|uit)[^\W_]+(?:d|t|en)|[^\W_]{2,}ed)$")
_MAYBE_VERB = re.compile(r"(?!.*(?:heid|teit|ment|schap|ness|ist|ght|iet)$).+(?:t|d|en|s)$")


@dataclass(frozen=True)
class Weak:
    """The words of the text that give it away, and what is the matter with them."""

    weakness: Weakness
    words: str


def weak_result(text: str) -> Weak | None:
    """What keeps an action's wording from being a result; None when nothing does, and for an empty text."""
    return _weak(text) or _mere_subject(_plain(text))


def weak_how(text: str) -> Weak | None:
    """What keeps the HOW of a choice from being something others can see you do; None when nothing does."""
    return _weak(text)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).replace("’", "'").split())


def _weak(text: str) -> Weak | None:
    plain = _plain(text)
    found = (weak for words in LANGUAGES for weak in _found(plain, words))
    return next(found, None)


def _found(text: str, words: Words) -> Iterator[Weak]:
    is_statement = _is_statement(text, words)
    for weakness in words.anywhere:
        counts = not (is_statement and weakness == Weakness.USUAL)  # 'the register is up to date' is a result
        if counts and (match := _phrases(words.anywhere[weakness]).search(text)):
            yield Weak(weakness, match[0])
    if not is_statement:
        for weakness in words.at_start:
            if match := _opening(words.openers, words.at_start[weakness]).match(text):
                yield Weak(weakness, match[1])
        for weakness in words.verbs:
            yield from (Weak(weakness, match[1]) for match in _verbs(text, words, words.verbs[weakness]))
    yield from _comparatives(text, words, is_statement)


def _verbs(text: str, words: Words, verbs: str) -> Iterator[re.Match[str]]:
    """The verbs where they are what the text is about: first, after 'to', or at the end of a part of it."""
    patterns = [_opening(words.openers, verbs), _after_to(words.to, verbs)]
    if words.follows:
        patterns.append(_closing(verbs, words.follows))
    yield from (match for pattern in patterns if (match := pattern.search(text)))


def _comparatives(text: str, words: Words, is_statement: bool) -> Iterator[Weak]:
    if any(character.isdigit() for character in text) or _phrases(words.than).search(text):
        return
    asked = [words.comparatives]
    if not is_statement and not _phrases(words.negations).search(text):
        asked.append(words.wishes)
    for match in (_phrases(one).search(text) for one in asked):
        if match:
            yield Weak(Weakness.LOOSE, match[0])


def _is_statement(text: str, words: Words) -> bool:
    """Whether the main clause says how something is: a word of state between its first and last, not after 'to'."""
    tokens = _tokens(text)
    for before, word in pairwise(tokens[:-1]):
        if word in _set(words.joins):
            return False
        if before != words.to and word in _set(words.states):
            return True
    return False


def _mere_subject(text: str) -> Weak | None:
    """A heading: no word of it can be a verb, or it is very short and says nothing of a state."""
    tokens = _tokens(text)
    if not tokens or any(character.isdigit() for character in text):
        return None
    if any(word in _set(each.ready) | _set(each.states) for word in tokens for each in LANGUAGES):
        return None
    small = _set(DUTCH.small) | _set(ENGLISH.small)
    if len(tokens) <= SHORT:
        is_subject = len(tokens) == 1 or not any(_PARTICIPLE.match(word) for word in tokens)
    else:
        is_subject = not any(_MAYBE_VERB.match(word) for word in tokens if word not in small)
    return Weak(Weakness.SUBJECT, text) if is_subject else None


def _tokens(text: str) -> list[str]:
    return [match[0].lower() for match in _WORD.finditer(text)]


@cache
def _list(phrases: str) -> tuple[str, ...]:
    """Longest first, so that 'more attention' is found before 'more'."""
    parts = (" ".join(phrase.split()) for phrase in phrases.split(","))
    return tuple(sorted(filter(None, parts), key=lambda phrase: (-len(phrase), phrase)))


@cache
def _set(phrases: str) -> frozenset[str]:
    return frozenset(_list(phrases))


def _any_of(phrases: str) -> str:
    gap = r"\w+(?: \w+){0,2}"
    return "(?:" + "|".join(re.escape(phrase).replace(r"\ ", " ").replace("…", gap) for phrase in _list(phrases)) + ")"


@cache
def _phrases(phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){_any_of(phrases)}(?![\w-])", re.IGNORECASE)


@cache
def _opening(openers: str, phrases: str) -> re.Pattern[str]:
    """`phrases` at the start, after any number of openers."""
    return re.compile(rf"\A\W*(?:{_any_of(openers)} )*({_any_of(phrases)})(?![\w-])", re.IGNORECASE)


@cache
def _after_to(to: str, verbs: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){to} ({_any_of(verbs)})(?![\w-])", re.IGNORECASE)


@cache
def _closing(verbs: str, follows: str) -> re.Pattern[str]:
    """A verb at the end, or before what may follow a part that it ends."""
    return re.compile(rf"(?<![\w-])({_any_of(verbs)})(?=[.!;:,]|$| {_any_of(follows)}(?![\w-]))", re.IGNORECASE)
