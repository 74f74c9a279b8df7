"""Mails that a request about members asks for: they go out after its transaction."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.utils.translation import gettext as _

from ogsm.request import Request
from plans.inviting import Invited, Letter, added_letter, invitation_letter, post_letters
from plans.models import Invitation


def letter_of(invitation: Invitation) -> Letter:
    """Its link begins with SITE_URL: what a request says of its host gets into no mail."""
    return invitation_letter(invitation, f"{settings.SITE_URL}{invitation.path}")


def letters_of(request: Request, invited: Invited) -> list[Letter]:
    """One for each: a link for who has no password yet, word of it for who has one and signs in."""
    letters = [letter_of(invitation) for invitation in invited.invitations]
    told = [membership for membership in invited.added if membership.user.is_active]
    return letters + [
        added_letter(membership, request.user, f"{settings.SITE_URL}{membership.plan.get_absolute_url()}")
        for membership in told
    ]


def mail_after(request: Request, letters: Iterable[Letter]) -> None:
    """Sends them once what the request changed is stored, so that no mail speaks of what is not; and says which of
    them failed. The members stay either way, and the list offers to send again."""

    def send() -> None:
        missed = post_letters(letters, by=request.user, at=request.at)
        if missed:
            names = ", ".join(map(str, missed))
            text = _("The mail to %(names)s could not be sent. They are in the plan; send it again a little later.")
            messages.error(request, text % {"names": names})

    transaction.on_commit(send)
