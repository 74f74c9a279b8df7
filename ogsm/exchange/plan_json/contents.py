"""What is in a plan.json, to look at before it becomes a plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.models import Choice, Membership, Plan

from .format import Person
from .opening import Opened
from .people import People
from .sessions import ASession


@dataclass(frozen=True)
class Contents:
    """The file, whom its people are here, and what its counts say."""

    opened: Opened
    people: People

    @classmethod
    def of(cls, opened: Opened) -> Contents:
        """One query."""
        return cls(opened, People.of(opened))

    @property
    def plan(self) -> object:
        return self.opened.file.plan

    @property
    def state(self) -> str:
        return str(Plan.State(self.opened.file.plan.state).label)

    @cached_property
    def counts(self) -> list[str]:
        """A line for each kind of piece that is there, in words."""
        file = self.opened.file
        values = sum(len(one.values) for one in file.indicators)
        updates = sum(len(one.updates) for one in file.actions)
        lines = [
            (len(file.goals), ngettext("%(n)d goal", "%(n)d goals", len(file.goals))),
            (
                len(file.choices),
                ngettext("%(n)d strategic choice", "%(n)d strategic choices", len(file.choices)),
            ),
            (len(file.indicators), ngettext("%(n)d indicator", "%(n)d indicators", len(file.indicators))),
            (values, ngettext("%(n)d value of indicators", "%(n)d values of indicators", values)),
            (len(file.actions), ngettext("%(n)d action", "%(n)d actions", len(file.actions))),
            (updates, ngettext("%(n)d update", "%(n)d updates", updates)),
            (
                len(file.help_requests),
                ngettext("%(n)d help request", "%(n)d help requests", len(file.help_requests)),
            ),
            (
                len(self._closed),
                ngettext(
                    "%(n)d closed session, with its minutes",
                    "%(n)d closed sessions, with their minutes",
                    len(self._closed),
                ),
            ),
            (len(self.coming), ngettext("%(n)d session to come", "%(n)d sessions to come", len(self.coming))),
            (
                len(file.decisions),
                ngettext("%(n)d decision or agreement", "%(n)d decisions and agreements", len(file.decisions)),
            ),
        ]
        return [words % {"n": count} for count, words in lines if count]

    @property
    def archived(self) -> int:
        """Pieces that lie in the archive."""
        file = self.opened.file
        pieces: tuple[Any, ...] = (*file.goals, *file.choices, *file.indicators, *file.actions)
        return sum(piece.archived_at is not None for piece in pieces)

    @property
    def _closed(self) -> list[ASession]:
        return [session for session in self.opened.file.sessions if session.state == "closed"]

    @property
    def coming(self) -> list[ASession]:
        return [session for session in self.opened.file.sessions if session.state in ("planned", "open", "running")]

    @property
    def will_mail(self) -> bool:
        """Whether it is a plan for which mails go out by themselves."""
        plan = self.opened.file.plan
        return plan.state == Plan.State.ACTIVE and plan.archived_at is None

    @property
    def has_owner(self) -> bool:
        return any(member.role == Membership.Role.OWNER for member in self.opened.file.members)

    @cached_property
    def roles(self) -> dict[int, str]:
        return {member.person: member.role for member in self.opened.file.members}

    def role(self, person: int) -> str:
        """As what somebody is in the plan; in words, also where they left."""
        return str(Membership.Role(self.roles[person]).label) if person in self.roles else _("no longer a member")

    @cached_property
    def known(self) -> list[tuple[str, str]]:
        """(name, role), by name."""
        return sorted((str(user), self.role(number)) for number, user in self.people.known.items())

    @property
    def former(self) -> int:
        """Whose account was removed where the file comes from."""
        return len(self.people.former)

    @cached_property
    def unknown(self) -> list[tuple[Person, str]]:
        return [(person, self.role(person.id)) for person in self.people.unknown]

    def origin(self, plans: QuerySet[Plan]) -> Choice | None:
        """The choice it springs from, where one of these plans has it by that name, and only one. One query, if
        any."""
        said = self.opened.file.plan.origin
        if said is None:
            return None
        found = Choice.objects.live().filter(plan__in=plans, plan__name=said.plan, short_name=said.choice)
        choices = list(found.select_related("plan")[:2])
        return choices[0] if len(choices) == 1 else None


def _closed_words(count: int) -> str:
    return ngettext("%(n)d closed session, with its minutes", "%(n)d closed sessions, with their minutes", count)
