"""Inviting people to a plan: account, membership and link in one transaction; the mails go out after it.

Under the plan's lock, so a form that is sent twice invites once.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ogsm.accounts.models import User
from ogsm.accounts.names import guessed_name

from .addressees import LONGEST_NAME, Addressee
from .models import Invitation, Membership, Plan
from .services import lock_plan

NAMED = 5

log = logging.getLogger(__name__)


@dataclass
class Invited:
    """What became of a list of addresses: invited (they have no password yet), added (they sign in already), and who
    was a member before."""

    invitations: list[Invitation] = field(default_factory=list)
    added: list[Membership] = field(default_factory=list)
    known: list[User] = field(default_factory=list)

    @property
    def in_words(self) -> str:
        """One sentence for each of the three."""
        sentences = [
            _said(
                [invitation.user for invitation in self.invitations],
                lambda n: ngettext(
                    "%(names)s is invited, and can be given work right away.",
                    "%(names)s are invited, and can be given work right away.",
                    n,
                ),
            ),
            _said(
                [membership.user for membership in self.added],
                lambda n: ngettext("%(names)s is a member now.", "%(names)s are members now.", n),
            ),
            _said(
                self.known,
                lambda n: ngettext("%(names)s was a member already.", "%(names)s were members already.", n),
            ),
        ]
        return " ".join(filter(None, sentences))


def _said(people: list[User], text: Any) -> str:
    """By name; a crowd by its number."""
    if not people:
        return ""
    if len(people) > NAMED:
        names = _("%(n)d people") % {"n": len(people)}
    else:
        names = get_text_list(list(map(str, people)), _("and"))
    return text(len(people)) % {"names": names}


@transaction.atomic
def people_invite(*, plan: Plan, addressees: Iterable[Addressee], role: str, by: User, at: dt.datetime) -> Invited:
    """Everybody becomes a member at once; who never signed in gets an invitation. Who is a member already stays as
    they are. Queries grow with the addresses."""
    lock_plan(plan)
    addressees = list(addressees)
    accounts = {user.email: user for user in User.objects.filter(email__in=[entry.email for entry in addressees])}
    members = set(plan.memberships.values_list("user_id", flat=True))
    result = Invited()
    for entry in addressees:
        user = accounts.get(entry.email) or _account(entry)
        if user.pk in members:
            result.known.append(user)
            continue
        membership = Membership(plan=plan, user=user, role=role)
        membership.record(by=by, at=at)
        if user.is_newcomer and user.is_active:
            result.invitations.append(Invitation.issue(plan, user, by=by, at=at))
        else:
            result.added.append(membership)
    return result


def _account(entry: Addressee) -> User:
    """A new account, or the one that somebody else made for this address at the same moment (in another plan)."""
    try:
        with transaction.atomic():
            return User.objects.create_user(entry.email, name=entry.name or guessed_name(entry.email)[:LONGEST_NAME])
    except IntegrityError:
        return User.objects.get(email=entry.email)


@dataclass(frozen=True)
class Letter:
    """One mail about a plan to one person."""

    to: User
    template: str
    subject: str
    context: dict[str, Any]
    reply_to: str
    invitation: Invitation | None = None

    def message(self, connection: Any) -> EmailMultiAlternatives:
        """In the reader's own language; else in the one in use now, which is the inviter's."""
        with translation.override(self.to.language or translation.get_language()):
            subject = " ".join((_(self.subject) % self.context).split())  # a header is one line
            context = {**self.context, "subject": subject, "organisation": settings.ORGANISATION_NAME}
            text = render_to_string(f"mail/{self.template}.txt", context)
            page = render_to_string(f"mail/{self.template}.html", context)
        message = EmailMultiAlternatives(
            subject, text, to=[self.to.email], reply_to=[self.reply_to], connection=connection
        )
        message.attach_alternative(page, "text/html")
        return message


def invitation_letter(invitation: Invitation, url: str) -> Letter:
    """`url` is the whole address of the link: a secret, for this mail only."""
    known = {"inviter": str(invitation.invited_by), "plan": str(invitation.plan)}
    context = {**known, "invitation": invitation, "person": invitation.user, "url": url}
    subject = translation.gettext_noop("%(inviter)s invites you to the plan ‘%(plan)s’")
    return Letter(invitation.user, "invitation", subject, context, invitation.invited_by.email, invitation)


def added_letter(membership: Membership, by: User, url: str) -> Letter:
    """For somebody who signs in already: no password, only the plan's address."""
    known = {"inviter": str(by), "plan": str(membership.plan)}
    context = {**known, "person": membership.user, "url": url}
    subject = translation.gettext_noop("%(inviter)s added you to the plan ‘%(plan)s’")
    return Letter(membership.user, "member_added", subject, context, by.email)


def post_letters(letters: Iterable[Letter], *, by: User, at: dt.datetime) -> list[User]:
    """Sends them one by one over one connection, and notes which invitations went out; returns who got none. Outside
    any transaction: a slow mail server holds up nobody else. One that does not answer is waited for once."""
    waiting = list(letters)
    missed = []
    connection = get_connection()
    try:
        connection.open()
        while waiting:
            letter = waiting.pop(0)
            try:
                connection.send_messages([letter.message(connection)])
            except (SMTPException, ValueError):
                log.exception("A mail about a plan was not sent")
                missed.append(letter.to)
            except OSError:
                missed.append(letter.to)
                raise
            else:
                if letter.invitation:
                    letter.invitation.change(by=by, at=at, mailed_at=at)
    except OSError:  # also an SMTPException: then nobody could be written to
        log.exception("Mails about a plan were not sent")
        missed += [letter.to for letter in waiting]
    finally:
        with suppress(OSError):
            connection.close()
    return missed
