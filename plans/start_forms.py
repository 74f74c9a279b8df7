"""How a new plan can start, besides empty: a copy of a plan for a new period; from a
workbook it goes on in ogsm/exchange."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ogsm.accounts.models import User
from ogsm.fields import DayField

from .copying import Along, next_particulars
from .forms import PeriodMixin
from .models import Plan

EMPTY, EXAMPLE, COPY, WORKBOOK, PLAN_JSON = "empty", "example", "copy", "workbook", "plan-json"
WAYS = (EMPTY, EXAMPLE, COPY, WORKBOOK, PLAN_JSON)


class SourceForm(forms.Form):
    """Which plan is copied: one that the user leads, the latest period first."""

    source = forms.ModelChoiceField(label=_("Which plan?"), queryset=Plan.objects.none(), empty_label=None)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["source"]
        field.queryset = Plan.objects.live().led_by(user)
        field.label_from_instance = lambda plan: f"{plan} ({plan.get_state_display()})"

    @property
    def has_any(self) -> bool:
        return bool(self.fields["source"].queryset)  # type: ignore[attr-defined]


class CopyForm(PeriodMixin, forms.ModelForm):
    """Name and period of the copy, and what comes along."""

    members = forms.BooleanField(required=False)
    indicators = forms.BooleanField(required=False)
    targets = forms.BooleanField(required=False)
    actions = forms.BooleanField(required=False)

    class Meta:
        model = Plan
        fields = ["name", "organisation", "starts_on", "ends_on"]
        field_classes = {"starts_on": DayField, "ends_on": DayField}
        labels = {"name": _("Name of the plan")}

    def __init__(self, *args: Any, source: Plan, **kwargs: Any) -> None:
        ticked = {"members": True, "indicators": True, "targets": True, "actions": True}
        kwargs["initial"] = {**next_particulars(source), **ticked}
        super().__init__(*args, **kwargs)

    @property
    def along(self) -> Along:
        return Along(**{name: self.cleaned_data[name] for name in ("members", "indicators", "targets", "actions")})

    @property
    def particulars(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
