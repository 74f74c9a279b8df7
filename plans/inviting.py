"""Inviting people to a plan: account, membership and link in one transaction; the mails are in joining_mails.py.

Under the plan's lock, so a form that is sent twice invites once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ogsm.accounts.models import User
from ogsm.accounts.names import guessed_name

from .addressees import LONGEST_NAME, Addressee
from .locks import lock_plan
from .models import Invitation, Membership, Plan

NAMED = 5


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
    lock_plan(plan.pk)
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
