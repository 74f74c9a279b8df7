"""What people typed in Markdown, as safe HTML."""

from __future__ import annotations

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {"p", "br", "em", "strong", "s", "ul", "ol", "li", "blockquote", "code", "pre", "a", "hr"}
SCHEMES = {"http", "https", "mailto"}


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    """Without HTML, headings and pictures: those of the page are enough."""
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough")
    return reader.disable(["heading", "lheading", "image", "html_block", "html_inline"])


def markdown_html(text: str) -> SafeString:
    """Paragraphs, lists, emphasis, code and links; a line break stays one. Whatever else is in it is shown as typed or
    left out."""
    cleaned = nh3.clean(
        _reader().render(text),
        tags=TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="noreferrer noopener",
    )
    return mark_safe(cleaned)  # noqa: S308  (nh3 has just cleaned it)
