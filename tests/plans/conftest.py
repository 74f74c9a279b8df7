"""What the tests of the plan's pages share: asking as HTMX does, and posting a form as its page would."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

HTMX = {"HX-Request": "true"}
INPUT = re.compile(
    r"<input[^>]*>|<textarea[^>]*name=\"([^\"]+)\"[^>]*>\n?([^<]*)</textarea>|<select[^>]*>.*?</select>", re.S
)
NAME, VALUE = re.compile(r'name="([^"]+)"'), re.compile(r'value="([^"]*)"')


def fields_of(page: str) -> dict[str, str]:
    """The names and values of the first form in `main` (or of the fragment) as a browser sends them; {} without."""
    page = page.partition('<main id="main"')[2] or page
    if "<form" not in page:
        return {}
    form = page[page.index("<form") : page.index("</form>")]
    found: dict[str, str] = {}
    for match in INPUT.finditer(form):
        text = match.group(0)
        if match.group(1):
            found[match.group(1)] = html.unescape(match.group(2))
            continue
        name = NAME.search(text)
        if name and text.startswith("<select"):
            chosen = re.search(r'<option value="([^"]*)" selected', text) or re.search(r'<option value="([^"]*)"', text)
            found[name.group(1)] = chosen.group(1) if chosen else ""
        elif name:
            value = VALUE.search(text)
            found[name.group(1)] = html.unescape(value.group(1)) if value else ""
    return found


@pytest.fixture
def fill() -> Callable[..., Any]:
    """Opens the form at an address and sends it with some fields changed."""

    def fill_in(client: Client, address: str, headers: dict[str, str] | None = None, **changed: Any) -> Any:
        page = client.get(address).content.decode()
        return client.post(address, {**fields_of(page), **changed}, headers=headers)

    return fill_in
