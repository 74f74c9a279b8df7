"""Pages as PDF: tagged, in the reader's language, with our own fonts and nothing from a network.

The engine needs Pango, a library of the machine. It is loaded when the first PDF is asked for; where that fails, people
get a plain sentence and the way to print instead.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from .request import Request

_DASHES = re.compile(r"[–—/_]+")


class NoPango(Exception):
    """This machine cannot make a PDF."""


@dataclass(frozen=True)
class Pdf:
    data: bytes
    pages: int


class _Known:
    """What this process has found out: None until somebody asked for a PDF."""

    can_make_pdf: bool | None = None


def is_known_missing() -> bool:
    """Whether making a PDF has failed here for want of Pango. Costs nothing: loads nothing."""
    return _Known.can_make_pdf is False


def render_pdf(request: Request, template: str, context: dict[str, Any]) -> Pdf:
    """A template as a PDF: about a second (the first of a process two), and 60 MB of memory that the process keeps.
    NoPango where none can be made."""
    try:
        from .pdf_engine import make_pdf
    except OSError as error:  # a library is not there
        _Known.can_make_pdf = False
        raise NoPango from error
    _Known.can_make_pdf = True
    html = render_to_string(template, context, request)
    return Pdf(*make_pdf(html, base_url=request.build_absolute_uri("/")))


def file_name(*parts: str, on: dt.date, ending: str = "pdf") -> str:
    """'strategie-2026-2028-2026-06-08.pdf': safe on every system, and it sorts by day."""
    slug = "-".join(filter(None, (slugify(_DASHES.sub("-", part)) for part in parts)))
    return f"{slug or 'plan'}-{on.isoformat()}.{ending}"


def pdf_answer(pdf: Pdf, name: str) -> HttpResponse:
    """The PDF, shown by the browser; kept by no cache but that of its reader."""
    shown = content_disposition_header(as_attachment=False, filename=name)
    response = HttpResponse(pdf.data, content_type="application/pdf", headers={"Content-Disposition": shown})
    patch_cache_control(response, private=True, no_cache=True)
    return response


def no_pdf_answer(request: Request, print_url: str) -> HttpResponse:
    """A page that says why there is no PDF, and leads to the page that prints the same."""
    response = render(request, "no_pdf.html", {"print_url": print_url})
    add_never_cache_headers(response)
    return response
