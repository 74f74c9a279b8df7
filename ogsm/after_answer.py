"""What is done when the answer is out: who waits for it cannot tell from the time it took what was done."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

log = logging.getLogger(__name__)


def after_answer(request: HttpRequest, act: Callable[[], object]) -> None:
    """Does it in this process, in the present language, once the web server has sent the answer. What goes wrong with
    it is logged, since nobody is there any more to be told."""
    language = translation.get_language()

    def later() -> None:
        try:
            with translation.override(language):
                act()
        except Exception:
            log.exception("what was to be done after the answer failed")

    request.__dict__.setdefault("after_answer", []).append(later)


def does_what_comes_after(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: hands those acts to the answer, which runs them when the web server closes it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response._resource_closers.extend(request.__dict__.pop("after_answer", []))  # type: ignore[attr-defined]
        return response

    return middleware
