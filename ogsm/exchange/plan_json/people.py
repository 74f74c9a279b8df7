"""Whom the people in a plan.json are here: by their e-mail address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ogsm.accounts.models import User
from ogsm.accounts.names import guessed_name
from plans.addressees import LONGEST_NAME

from .format import Person
from .opening import Opened


@dataclass(frozen=True)
class People:
    """Those who are named in the file: who has an account here, and who has none."""

    known: Mapping[int, User]
    unknown: list[Person]

    @classmethod
    def of(cls, opened: Opened) -> People:
        """One query."""
        named = [person for person in opened.file.people if person.id in opened.named]
        accounts = {
            user.email: user for user in User.objects.filter(email__in=[person.email.lower() for person in named])
        }
        known = {one.id: accounts[one.email.lower()] for one in named if one.email.lower() in accounts}
        return cls(known, [person for person in named if person.id not in known])

    def with_accounts(self) -> dict[int, User]:
        """Everybody; who has no account gets one that is switched off and has no password, so that nobody signs in
        and no mail goes out until an administrator says so. Queries grow with those."""
        made = {
            person.id: User.objects.create_user(
                person.email, name=person.name or guessed_name(person.email)[:LONGEST_NAME], is_active=False
            )
            for person in self.unknown
        }
        return {**self.known, **made}

    def with_others(self, others: Mapping[int, User]) -> dict[int, User]:
        """Everybody; who has no account is somebody else here."""
        return {**self.known, **{person.id: others[person.id] for person in self.unknown}}
