"""Where somebody answers: on My work, signed in, or on the page of a mailed link. The pieces of both are the same; the
desk knows the addresses of their forms and the page they stand on."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True)
class Desk:
    """`page` is its template; `token` is empty on My work."""

    page: str
    token: str = ""

    @property
    def is_link(self) -> bool:
        return bool(self.token)

    @property
    def home(self) -> str:
        """The address of its page."""
        return reverse("updates:prepare_page", args=[self.token]) if self.is_link else reverse("updates:my_work")

    def url(self, view: str, plan_id: int, pk: int) -> str:
        """Where a piece is asked and answered: of the plan, or of the link, which knows its plan."""
        if self.is_link:
            return reverse(f"updates:prepare_{view}", args=[self.token, pk])
        return reverse(f"{'plans' if view == 'value_enter' else 'updates'}:{view}", args=[plan_id, pk])


MY_WORK = Desk("updates/my_work.html")


def link_desk(token: str) -> Desk:
    return Desk("updates/prepare_page.html", token)


def desk_of(request: HttpRequest) -> Desk:
    """My work, unless the request came through a link."""
    return getattr(request, "desk", MY_WORK)
