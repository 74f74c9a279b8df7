"""What is asked before a plan.json becomes a plan: who stands for whom has no account here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ogsm.accounts.models import User

from .contents import Contents


class PeopleForm(forms.Form):
    """For a superuser everybody gets an account. Else somebody who has one takes the place of who has none: the maker
    of the plan, or one of the people in it."""

    archived = forms.BooleanField(label=_("Archive it right away"), required=False)

    def __init__(self, *args: Any, contents: Contents, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contents = contents
        self.makes_accounts = user.is_superuser
        self.here = {each.pk: each for each in (user, *sorted(contents.people.known.values(), key=str))}
        choices = [(pk, f"{each} ({each.email})" if pk != user.pk else _("me")) for pk, each in self.here.items()]
        for person in () if self.makes_accounts else contents.people.unknown:
            label = person.name or person.email
            self.fields[f"person-{person.id}"] = forms.TypedChoiceField(
                label=label, choices=choices, coerce=int, initial=user.pk, help_text=person.email
            )

    @cached_property
    def asked(self) -> list[Any]:
        """The questions, one for each person without an account."""
        return [self[name] for name in self.fields if name.startswith("person-")]

    def people(self, at: dt.datetime) -> dict[int, User]:
        """Who the people of the file are here. Makes accounts where that is called for."""
        people = self.contents.people
        if self.makes_accounts:
            return people.with_accounts(at)
        chosen = {person.id: self.here[self.cleaned_data[f"person-{person.id}"]] for person in people.unknown}
        return people.with_others(chosen, at)
