"""The Dutch translation is complete and whole, and what is compiled is what is written."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings

FOLDER = Path(settings.LOCALE_PATHS[0]) / "nl" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
TAG = re.compile(r"</?\w+")


def catalogue():
    with (FOLDER / "django.po").open("rb") as file:
        return read_po(file, locale="nl", abort_invalid=True)


def entries():
    return [message for message in catalogue() if message.id]


def texts(message) -> list[tuple[str, str]]:
    """(English, Dutch) pairs of an entry; a plural is held against the English plural."""
    if not message.pluralizable:
        return [(message.id, message.string)]
    return [(message.id[0], message.string[0]), *((message.id[1], form) for form in message.string[1:])]


def test_nothing_is_left_untranslated():
    missing = [message.id for message in entries() if not all(dutch for _, dutch in texts(message))]
    assert missing == []


def test_nothing_is_a_guess_of_the_tool():
    assert not catalogue().fuzzy, "the catalogue's header is marked fuzzy: then nothing of it is compiled"
    assert [message.id for message in entries() if message.fuzzy] == []


@pytest.mark.parametrize("pattern", [PLACEHOLDER, TAG], ids=["placeholders", "tags"])
def test_placeholders_and_tags_are_the_same_in_both_languages(pattern):
    different = [
        (english, dutch)
        for message in entries()
        for english, dutch in texts(message)
        # a singular may leave the number out: '1 action' may be 'een actie'
        if not (set(pattern.findall(dutch)) <= set(pattern.findall(english)))
        or (not message.pluralizable and set(pattern.findall(dutch)) != set(pattern.findall(english)))
    ]
    assert different == []


def by_text(messages) -> dict:
    """English with its context, and the Dutch of it; plurals as tuples."""
    return {(context_of(message), *forms(message.id)): forms(message.string) for message in messages if message.id}


def context_of(message) -> str | None:
    return message.context.decode() if isinstance(message.context, bytes) else message.context


def forms(text: str | Sequence[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def test_what_is_compiled_is_what_is_written():
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = by_text(read_mo(file))
    assert compiled == by_text(entries())
