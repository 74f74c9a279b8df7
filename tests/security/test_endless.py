"""No text that people send keeps a web process busy for ever: patterns and Markdown on spiteful input."""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from types import FrameType

import pytest

import actions
import ogsm
import plans
import updates
from ogsm.markdown import markdown_html

LONG = 20_000
SIGNS = ("a", "A", " ", "0", "-", ".", ",", "@", "/", "_", "\n", "=", "<", "(", "é")
PARTS = (*SIGNS, "a ", "a-", "a.", "1.", "1,", "' ", "/a")
LINKS = ("[", "[a](", "![a](", "[[a]](", "<http://a")
MARKS = (*LINKS, "> ", "*a ", "**a ", "_a", "<", "<a ", "- ", "&#", "~~a", "*_", "`a``")


@pytest.fixture(autouse=True)
def gives_up() -> Iterator[None]:
    """Half a minute is for ever: whatever is as bad as feared takes hours."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 30)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def patterns() -> dict[str, re.Pattern[str]]:
    """Every compiled pattern of our modules."""
    found = {}
    for package in (ogsm, plans, actions, updates):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" in info.name or info.name in {"ogsm.pdf_engine", "ogsm.wsgi"}:
                continue
            module = importlib.import_module(info.name)
            for name, value in vars(module).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    found[f"{info.name}.{name}"] = value
    return found


PATTERNS = patterns()


@pytest.mark.parametrize("name", PATTERNS)
def test_no_pattern_goes_on_for_ever(name):
    for part in PARTS:
        text = (part * LONG)[:LONG] + "\x01"
        PATTERNS[name].match(text)
        PATTERNS[name].fullmatch(text)
    assert PATTERNS[name].fullmatch("\x01" * LONG) is None or ".*" in PATTERNS[name].pattern


@pytest.mark.parametrize("part", MARKS)
def test_no_markdown_goes_on_for_ever(part):
    html = markdown_html((part * LONG)[:10_000])
    assert len(html) < 200_000
