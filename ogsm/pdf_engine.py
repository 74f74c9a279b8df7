"""WeasyPrint, set up for our documents. Import this module only where a PDF is made: without Pango on the machine the
import of WeasyPrint itself fails with OSError (`ogsm/pdf.py` deals with that)."""

from __future__ import annotations

import mimetypes
import threading
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

VARIANT = "pdf/ua-1"  # tagged, with title and language
_one_at_a_time = threading.Lock()  # Pango crashes when two threads of a process lay out text (Kozea/WeasyPrint#1402)


class StaticFiles(URLFetcher):
    """Gives a document our own static files, from the disk, and nothing else: no network and no other file."""

    def __init__(self, base_url: str) -> None:
        super().__init__(allowed_protocols=["data"])
        self.root = urljoin(base_url, settings.STATIC_URL)

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


def make_pdf(html: str, base_url: str) -> tuple[bytes, int]:
    """The document as a tagged PDF, and its number of pages. One at a time in a process; a second or two."""
    with _one_at_a_time:
        document = HTML(string=html, base_url=base_url, url_fetcher=StaticFiles(base_url)).render(pdf_variant=VARIANT)
        return document.write_pdf(pdf_variant=VARIANT), len(document.pages)
