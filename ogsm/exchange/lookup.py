"""Whom and what the cells of a workbook name: the people and the strategic choices of a plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from actions import recognise as known
from plans.forms import people_of

from .layout import BETWEEN_PEOPLE, Names

if TYPE_CHECKING:
    from plans.models import Plan


class Lookup:
    """`choices` are such as the plan has, or would get, with `pk`, `number` and words."""

    def __init__(self, people: Iterable[Any], choices: Iterable[Any]) -> None:
        self.people = {person.pk: person for person in people}
        self.choices = {choice.pk: choice for choice in choices}
        self.names = Names(self.people.values(), self.choices.values())
        self._person_named = {self.names.person(person): person for person in self.people.values()}
        self._choice_named = {self.names.choice(choice.pk): choice for choice in self.choices.values()}
        self._known_people = [known.Person(one.pk, one.name, one.email) for one in self.people.values()]
        self._known_choices = [
            known.ChoiceName(one.pk, one.number, one.short_name, one.goal, one.how) for one in self.choices.values()
        ]

    @classmethod
    def of(cls, plan: Plan) -> Lookup:
        """Two queries."""
        return cls(people_of(plan), plan.choices.numbered())

    def person(self, text: str) -> Any:
        """ValidationError for a name that is nobody's, or could be two people's."""
        found = self._person_named.get(text)
        if found is None and (match := known.match_person(text, self._known_people)):
            found = self.people[match.pk]
        if found is None:
            raise ValidationError(unknown(text, _("Who is this? Nobody who takes part in this plan is called so.")))
        return found

    def people_in(self, text: str) -> list[Any]:
        """The people in a cell with several."""
        parts = [part.strip() for part in text.replace("\n", ";").split(";") if part.strip()]
        if len(parts) == 1 and parts[0] not in self._person_named:
            parts = known.split_people(text, self._known_people)
        found = {person.pk: person for person in map(self.person, parts[: known.MOST_PEOPLE])}
        return sorted(found.values(), key=lambda user: (user.sort_name, user.pk))

    def people_shown(self, people: Iterable[Any]) -> str:
        return BETWEEN_PEOPLE.join(map(self.names.person, people))

    def choice(self, text: str) -> Any:
        """ValidationError for what is no strategic choice, or could be two."""
        found = self._choice_named.get(text)
        if found is None and (match := known.match_choice(text, self._known_choices)):
            found = self.choices[match.pk]
        if found is None:
            raise ValidationError(unknown(text, _("Which strategic choice? Choose one of the list.")))
        return found


def unknown(text: str, sentence: str) -> str:
    return f"'{text[:60]}': {sentence}" if text else sentence
