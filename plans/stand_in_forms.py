"""The form of a stand-in: for whom, who, from when till when."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ogsm.accounts.models import User
from ogsm.fields import PASSED, DayField

if TYPE_CHECKING:
    from .access import PlanAccess
    from .stand_in_models import StandIn


class StandInForm(forms.Form):
    """Who leads the plan is asked for whom; anybody else names their own. A first day in the past may stay."""

    person = forms.TypedChoiceField(label=_("Who is away"))
    deputy = forms.TypedChoiceField(label=_("Who stands in"))
    first_on = DayField(label=_("From"))
    last_on = DayField(label=_("Up to and including"))

    def __init__(self, data: Any = None, *, access: PlanAccess, on: dt.date, stand_in: StandIn | None = None) -> None:
        initial: dict[str, Any] = {"person": access.user.pk}
        if stand_in:
            initial = {"deputy": stand_in.deputy_id, "first_on": stand_in.first_on, "last_on": stand_in.last_on}
        super().__init__(data, initial=initial)
        self.on, self.stand_in = on, stand_in
        taking_part = access.plan.memberships.taking_part().values("user")
        people = list(User.objects.filter(pk__in=taking_part, is_active=True))
        whose = None
        if stand_in or not access.leads:
            del self.fields["person"]
            whose = stand_in.person_id if stand_in else access.user.pk
        _offer(self, "deputy", [user for user in people if user.pk != whose])
        if "person" in self.fields:
            _offer(self, "person", people)

    def clean_last_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["last_on"]
        if day < self.on:
            raise ValidationError(PASSED)
        return day


def _offer(form: forms.Form, name: str, people: list[User]) -> None:
    """People to choose one of: fetched once for all fields."""
    by_key = {str(user.pk): user for user in people}
    field = cast(forms.TypedChoiceField, form.fields[name])
    field.choices = [("", _("Choose one person")), *((key, str(user)) for key, user in by_key.items())]
    field.coerce = by_key.__getitem__
