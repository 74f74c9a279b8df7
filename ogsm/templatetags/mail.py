"""The look of mails: `{% load mail %}`. Mail programs know no stylesheet of ours and few of their rules, so each piece
carries its own: `<a {% look "button" %} href="…">`. Light by itself; programs that know dark get the dark set.

The values are those of static/css/tokens.css. No pictures, no fonts to fetch, one column that fits a phone.
"""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

SANS = "Inter,'Segoe UI',-apple-system,BlinkMacSystemFont,Roboto,'Liberation Sans',Arial,sans-serif"
SERIF = "'Source Serif 4','Iowan Old Style',Palatino,Georgia,serif"

# what a piece looks like, and what of it changes in the dark
LOOKS: dict[str, tuple[str, str]] = {
    "page": (
        f"margin:0;padding:0;background:#f7f4ee;color:#211d18;font:15px/1.5 {SANS}",
        "background:#191714;color:#f1ebe1",
    ),
    "desk": ("width:100%;border-collapse:collapse;background:#f7f4ee", "background:#191714"),
    "around": ("padding:24px 12px", ""),
    "column": ("max-width:560px;margin:0 auto;text-align:left", ""),
    "brand": ("margin:0 0 12px;font-size:13px;font-weight:600;color:#544d43", "color:#c9c0b3"),
    "sheet": (
        "background:#ffffff;border:1px solid #e2dbcf;border-top:2px solid #211d18;border-radius:3px;"
        "padding:24px 24px 20px",
        "background:#23201c;border-color:#3a352e;border-top-color:#f1ebe1",
    ),
    "title": ("margin:0 0 12px;font-size:22px;line-height:1.25;font-weight:600;color:#211d18", "color:#f1ebe1"),
    "text": ("margin:0 0 14px;color:#211d18", "color:#f1ebe1"),
    "who": ("color:#211d18;font-weight:500", "color:#f1ebe1"),
    "soft": ("margin:0 0 14px;color:#544d43", "color:#c9c0b3"),
    "heading": (
        "margin:24px 0 0;padding:0 0 6px;border-bottom:1px solid #211d18;font-size:15px;line-height:1.35;"
        "font-weight:600;color:#211d18",
        "color:#f1ebe1;border-color:#f1ebe1",
    ),
    "list": ("margin:0;padding:0;list-style:none", ""),
    "row": ("margin:0;padding:10px 0;border-bottom:1px solid #e2dbcf", "border-color:#3a352e"),
    "row-last": ("margin:0;padding:10px 0 0", ""),
    "name": ("display:block;color:#211d18;font-weight:500;text-decoration:none", "color:#f1ebe1"),
    "asked": (f"display:block;color:#211d18;font:17px/1.4 {SERIF}", "color:#f1ebe1"),
    "said": (
        "display:block;margin:6px 0 0;padding-left:10px;border-left:3px solid #211d18;color:#211d18",
        "color:#f1ebe1;border-color:#f1ebe1",
    ),
    "note": ("display:block;font-size:13px;color:#544d43", "color:#c9c0b3"),
    "aside": ("font-size:13px;color:#544d43", "color:#c9c0b3"),
    "late": ("display:block;font-size:13px;font-weight:600;color:#a82320", "color:#ff9a90"),
    "act": ("margin:18px 0 4px", ""),
    "button": (
        "display:inline-block;background:#2540a8;color:#ffffff;border:1px solid #2540a8;border-radius:6px;"
        "padding:12px 20px;font-size:15px;font-weight:600;line-height:1.3;text-decoration:none",
        "background:#aebcff;color:#141a3a;border-color:#aebcff",
    ),
    "link": ("color:#2540a8", "color:#aebcff"),
    "foot": ("margin:14px 0 0;font-size:12px;line-height:1.5;color:#6b6357", "color:#a89e90"),
}


@register.simple_tag
def look(name: str) -> SafeString:
    """The class and style of a piece, as attributes."""
    style, _dark = LOOKS[name]
    return format_html('class="m-{}" style="{}"', name, style)


@register.simple_tag
def mail_head() -> SafeString:
    """What goes into the head: that there is a dark form, and that form for programs that read it."""
    dark = "".join(f".m-{name}{{{_important(rules)}}}" for name, (_light, rules) in LOOKS.items() if rules)
    return mark_safe(  # noqa: S308 (constants of this file)
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        f"<style>@media (prefers-color-scheme: dark){{{dark}}}</style>"
    )


def _important(rules: str) -> str:
    """Goes before the style that the piece itself carries."""
    return ";".join(f"{rule} !important" for rule in rules.split(";"))
