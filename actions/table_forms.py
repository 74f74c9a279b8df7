"""Forms of the action plan: one field of an action in its cell, and one change for many rows. They parse; verbs act."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ogsm.fields import PASSED, DayField, WholeNumberField
from plans.forms import people_of

from .filters import LARGEST_ID
from .forms import ActionForm
from .models import Action

if TYPE_CHECKING:
    from plans.access import PlanAccess

SHIFT, DEADLINE, RESPONSIBLE, STATUS = "shift", "deadline", "responsible", "status"


class CellForm(ActionForm):
    """One field of an action; a deadline in an active plan brings its reason along."""

    weighed: tuple[str, ...] = ()

    def __init__(self, *args: Any, field: str, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"cell-{kwargs['instance'].pk}-%s"
        super().__init__(*args, **kwargs)
        kept = {field, "reason"} if field == "deadline" else {field}
        for name in self.fields.keys() - kept:
            del self.fields[name]
        self.stored = {name: value for name, value in self.stored.items() if name in kept}
        self.lines = ((field,), ("reason",))
        for each in self.fields.values():
            each.help_text = ""  # room is short in a cell


class StatusForm(forms.Form):
    """The status of an action, with the version of its place that the reader saw."""

    status = forms.ChoiceField(label=_("Status"), choices=Action.Status)
    version = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_ID, widget=forms.HiddenInput)


class BulkForm(forms.Form):
    """One change for all ticked rows: a deadline some days on or on a day, somebody else, or a status."""

    change = forms.ChoiceField(
        label=_("Change"),
        choices=[
            (SHIFT, _("Move the deadline by days")),
            (DEADLINE, _("Deadline on a day")),
            (RESPONSIBLE, _("Other responsible")),
            (STATUS, _("Status")),
        ],
        error_messages={"required": _("Choose what changes.")},
    )
    days = WholeNumberField(label=_("Days"), required=False, min_value=-3650, max_value=3650)
    deadline = DayField(label=_("Deadline"), required=False)
    responsible: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("Responsible"), required=False, empty_label=_("Choose one person")
    )
    status = forms.ChoiceField(label=_("Status"), choices=Action.Status, required=False)
    reason = forms.CharField(label=_("Why do the deadlines move?"), required=False, max_length=1000)

    def __init__(self, *args: Any, access: PlanAccess, on: dt.date, **kwargs: Any) -> None:
        kwargs["auto_id"] = "bulk-%s"
        super().__init__(*args, **kwargs)
        self.plan, self.on = access.plan, on
        responsible: Any = self.fields["responsible"]
        responsible.queryset = people_of(access.plan)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        change = cleaned.get("change")
        needed = {SHIFT: "days", DEADLINE: "deadline", RESPONSIBLE: "responsible", STATUS: "status"}.get(change or "")
        if needed and not cleaned.get(needed) and needed not in self.errors:
            self.add_error(needed, _("Fill this in."))
        moves = change in (SHIFT, DEADLINE) and not self.plan.is_draft
        if moves and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why the deadlines move."))
        if moves and change == DEADLINE and cleaned.get("deadline") and cleaned["deadline"] < self.on:
            self.add_error("deadline", PASSED)
        return cleaned
