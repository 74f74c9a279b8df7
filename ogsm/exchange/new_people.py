"""Whom a workbook names when it becomes a new plan: found among the people of this installation, else asked once for
each name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from actions import recognise as known
from actions.paste_sheet import Question, key_of
from ogsm.accounts.models import User

from .layout import LISTS_ADDRESSES, LISTS_PEOPLE
from .opening import Grid

NOBODY = "nobody"
MOST_ASKED = 100
_WITH_ADDRESS = re.compile(r"(.+) \(([^()\s]+@[^()\s]+)\)")


class NewPeople:
    """`answers` are what the reader said: `who-<key of the name>` → the id of a person, or `nobody`. Three queries."""

    def __init__(self, user: User, addresses: Mapping[str, str], answers: Mapping[str, Any]) -> None:
        self.user, self.addresses, self.answers = user, addresses, answers
        users = User.objects.filter(is_active=True).only("pk", "name", "email", "sort_name")
        self.by_id = {one.pk: one for one in users}
        self._by_email = {one.email: one for one in self.by_id.values()}
        self._known = [known.Person(one.pk, one.name, one.email) for one in self.by_id.values()]
        shared = User.objects.filter(memberships__plan__memberships__user=user, is_active=True).distinct()
        self.colleagues = list(shared.order_by("sort_name", "email").values_list("pk", flat=True))
        self._found: dict[str, User | None] = {}
        self._asked: dict[str, Question] = {}
        self._count: Counter[str] = Counter()

    def person(self, text: str) -> User | None:
        """Who that is; None where the answer is that nobody is to have it."""
        self._count[text] += 1
        if text not in self._found:
            self._found[text] = self._sure(text) or self._answered(text)
        return self._found[text]

    def several(self, text: str) -> list[User]:
        """Those in a cell with several names, each once."""
        parts = [part.strip() for part in text.replace("\n", ";").split(";") if part.strip()]
        if len(parts) == 1 and parts[0] not in self.addresses:
            parts = known.split_people(text, self._known)
        found = {user.pk: user for user in map(self.person, parts[: known.MOST_PEOPLE]) if user}
        return list(found.values())

    @property
    def used(self) -> list[User]:
        """Everybody who is named, but for the maker."""
        found = {user.pk: user for user in self._found.values() if user and user != self.user}
        return sorted(found.values(), key=lambda user: (user.sort_name, user.pk))

    @property
    def questions(self) -> list[Question]:
        return [
            Question(one.field, one.text, one.options, one.answer, self._count[text])
            for text, one in self._asked.items()
        ]

    def _sure(self, text: str) -> User | None:
        """By the address that came along with the name, or where there is none by a name that one person has."""
        address = self._address_of(text)
        if address:
            return self._by_email.get(address)
        found = self._called(text)
        return found[0] if len(found) == 1 else None

    def _address_of(self, text: str) -> str:
        if found := _WITH_ADDRESS.fullmatch(text):
            return found[2].lower()
        return text.lower() if "@" in text else self.addresses.get(text, "").lower()

    def _called(self, text: str) -> list[User]:
        return [self.by_id[one.pk] for one in self._known if known.bare(text) in one.written]

    def _answered(self, text: str) -> User | None:
        """What the reader says, or what the question begins with: the likely person, else the reader."""
        name = found[1] if (found := _WITH_ADDRESS.fullmatch(text)) else text
        called, near = self._called(name), known.near_person(name, self._known)
        likely = called or ([self.by_id[near.pk]] if near else [])
        field = f"who-{key_of(text)}"
        options = self._options(likely)
        start = str(likely[0].pk) if len(likely) == 1 else str(self.user.pk)
        answer = str(self.answers.get(field, start))
        if answer not in {value for value, _label in options}:
            answer = start
        if len(self._asked) < MOST_ASKED:
            self._asked[text] = Question(field, text, options, answer, 0)
        return None if answer == NOBODY else self.by_id[int(answer)]

    def _options(self, likely: Iterable[User]) -> list[tuple[str, str]]:
        """The reader, who is probably meant, nobody, and the people the reader shares a plan with."""
        rest = [self.by_id[pk] for pk in self.colleagues if pk in self.by_id]
        people = {user.pk: user for user in [*likely, *rest] if user != self.user}
        return [
            (str(self.user.pk), _("%(name)s (you)") % {"name": self.user}),
            (NOBODY, _("Nobody: what needs somebody becomes yours")),
            *((str(pk), str(user)) for pk, user in people.items()),
        ]


def addresses_in(grids: Iterable[Grid]) -> dict[str, str]:
    """Name → e-mail address, as the hidden sheet of one of our workbooks has them."""
    found: dict[str, str] = {}
    for grid in grids:
        for _number, cells in grid.rows if grid.is_hidden else ():
            if len(cells) > LISTS_ADDRESSES and "@" in str(cells[LISTS_ADDRESSES] or ""):
                found[str(cells[LISTS_PEOPLE] or "")] = str(cells[LISTS_ADDRESSES])
    return found
