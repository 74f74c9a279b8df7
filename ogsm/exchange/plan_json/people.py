"""Whom the people in a plan.json are here: by their e-mail address. Whose account was removed stays a former member:
they have no address any more, and are nobody else."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation

from ogsm.accounts.models import User
from ogsm.accounts.names import guessed_name
from ogsm.removal import name_of_former
from plans.addressees import LONGEST_NAME

from .format import Person
from .opening import Opened


def former_address(number: int) -> str:
    return f"former-{number}@removed.invalid"


def is_name_of_former(name: str) -> bool:
    """In any of the languages: the file may come from an installation in another."""
    number = re.search(r"[0-9]{1,10}", name, re.ASCII)
    for language, _label in settings.LANGUAGES if number else ():
        with translation.override(language):
            if number and name == name_of_former(int(number[0])):
                return True
    return False


@dataclass(frozen=True)
class People:
    """Those who are named in the file: who has an account here, who has none, and whose account was removed there."""

    known: Mapping[int, User]
    unknown: list[Person]
    former: list[Person]

    @classmethod
    def of(cls, opened: Opened) -> People:
        """One query."""
        named = [person for person in opened.file.people if person.id in opened.named]
        former = [person for person in named if person.is_former]
        present = [person for person in named if not person.is_former]
        found = User.objects.filter(email__in=[person.email.lower() for person in present], removed_at=None)
        accounts = {user.email: user for user in found}
        known = {one.id: accounts[one.email.lower()] for one in present if one.email.lower() in accounts}
        return cls(known, [person for person in present if person.id not in known], former)

    def with_accounts(self, at: dt.datetime) -> dict[int, User]:
        """Everybody; who has no account gets one that is switched off and has no password, so that nobody signs in
        and no mail goes out until an administrator says so. Queries grow with those."""
        made = {
            person.id: User.objects.create_user(
                person.email, name=person.name or guessed_name(person.email)[:LONGEST_NAME], is_active=False
            )
            for person in self.unknown
        }
        return {**self.known, **made, **_former(self.former, at)}

    def with_others(self, others: Mapping[int, User], at: dt.datetime) -> dict[int, User]:
        """Everybody; who has no account is somebody else here."""
        return {**self.known, **{person.id: others[person.id] for person in self.unknown}, **_former(self.former, at)}


def _former(people: Iterable[Person], at: dt.datetime) -> dict[int, User]:
    """An account of nobody for each, under a number of this installation. Its name is one that removal gives, so that
    no file makes it look like somebody else."""
    made = {}
    for person in people:
        address = f"{uuid.uuid4().hex}@removed.invalid"
        user = User.objects.create_user(address, name=person.name, is_active=False, removed_at=at)
        user.email = former_address(user.pk)
        if not is_name_of_former(user.name):
            with translation.override(settings.LANGUAGE_CODE):
                user.name = name_of_former(user.pk)
        user.save()
        made[person.id] = user
    return made
