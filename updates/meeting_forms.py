"""Forms of the meeting as a whole: who leads, and the general note."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ogsm.accounts.models import User
from ogsm.conflicts import MergingModelForm
from plans.models import Plan

from .models import Session
from .session_forms import leading, people_field


class LeadForm(forms.Form):
    """Who leads from now on: one of those who may, but the one who does."""

    lead = forms.ModelChoiceField(User.objects.none(), label=_("Who leads?"), empty_label=_("Choose one person"))

    def __init__(self, *args: Any, plan: Plan, lead: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = leading(plan)
        people_field(self, "lead").queryset = people.exclude(pk=lead.pk) if lead and not self.is_bound else people


class GeneralNoteForm(MergingModelForm):
    """What was said in general. Two who write at once each see the other's words."""

    class Meta:
        model = Session
        fields = ["note"]
        labels = {"note": _("Note")}
        widgets = {"note": forms.Textarea(attrs={"rows": 5})}

    def show_theirs(self) -> None:
        for name, value in self.conflicts.items():
            setattr(self[name], "theirs", value)  # noqa: B010
