"""WeasyPrint, set up for our documents. Import this module only where a PDF is made: without Pango on the machine the
import of WeasyPrint itself fails with OSError (`ogsm/pdf.py` deals with that)."""

from __future__ import annotations

import mimetypes
import threading
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

VARIANT = "pdf/ua-1"  # tagged, with title and language
STYLES = ("css/tokens.css", "css/print.css", "css/pdf.css")
NOWHERE = "https://static.invalid/"  # what addresses in our stylesheets are relative to: a host that cannot be
_one_at_a_time = threading.Lock()  # Pango crashes when two threads of a process lay out text (Kozea/WeasyPrint#1402)


class StaticFiles(URLFetcher):
    """Gives stylesheets our own static files, from the disk, and nothing else: no network and no other file."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=["data"])
        self.root = urljoin(NOWHERE, settings.STATIC_URL)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if not url.startswith(self.root):
            return super().fetch(url, headers)
        name = unquote(urlsplit(url.removeprefix(self.root)).path)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, _static_file(name).read_bytes(), {"Content-Type": kind})


def _static_file(name: str) -> Path:
    """Where it lies, else as collected: by its hashed name only that one exists. FileNotFoundError when neither is."""
    if found := finders.find(name):
        return Path(found)
    return Path(staticfiles_storage.path(name))


@cache
def _fonts_and_styles() -> tuple[FontConfiguration, list[CSS]]:
    """Our stylesheets with their fonts, read once in a process: that is a third of the work of a PDF, and every font
    that is loaded again would take memory again."""
    fonts, files = FontConfiguration(), StaticFiles()
    addresses = [urljoin(NOWHERE, staticfiles_storage.url(name)) for name in STYLES]
    return fonts, [CSS(url=address, url_fetcher=files, font_config=fonts, media_type="print") for address in addresses]


def make_pdf(html: str, base_url: str) -> tuple[bytes, int]:
    """The document, in our styles, as a tagged PDF, and its number of pages. One at a time in a process; a second or
    two. `base_url` is what its links are relative to."""
    with _one_at_a_time:
        fonts, styles = _fonts_and_styles()
        source = HTML(string=html, base_url=base_url, url_fetcher=StaticFiles())
        document = source.render(font_config=fonts, stylesheets=styles, pdf_variant=VARIANT)
        return document.write_pdf(pdf_variant=VARIANT), len(document.pages)
