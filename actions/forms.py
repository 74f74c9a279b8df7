"""Forms of the action. They parse and check; the models' verbs act."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ogsm.fields import PASSED, AskedField, DayField
from plans.forms import PieceForm, ends_before_start, people_of
from plans.models import Indicator
from plans.readable import plain
from plans.sheet import live_indicators

from .filters import LARGEST_ID, whole_number
from .models import Action
from .moving import MOST_AT_ONCE
from .step_models import Step

if TYPE_CHECKING:
    from plans.access import PlanAccess

DECIDED = ("result", "choice", "responsible")
BEFORE_START = _("The deadline lies before the start.")


def reason_field() -> forms.CharField:
    return AskedField(
        label=_("Why does the deadline move?"),
        help_text=_("Needed when you change the deadline; it is in the minutes of the next session."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        required=False,
    )


class TickedField(forms.ModelMultipleChoiceField):
    """Any number of people or indicators, ticked. A number no database can hold is none of them."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid_list"], code="invalid_list") from None


class ActionPieceForm(PieceForm):
    """What both forms of an action share: fields that may be absent, and the other's value in a conflict."""

    more_lines: tuple[tuple[str, ...], ...] = ()

    def __init__(self, *args: Any, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    @property
    def is_late_from_the_start(self) -> bool:
        """A deadline that is given now but has passed already, for what is still to be done in a plan that runs."""
        action, deadline = self.instance, self.merged.get("deadline")
        return bool(deadline and deadline < self.on and not action.is_done and not action.plan.is_draft)

    @property
    def laid_out(self) -> list[list[forms.BoundField]]:
        return self._laid_out(self.lines)

    @property
    def more(self) -> list[list[forms.BoundField]]:
        """What few need, folded away."""
        return self._laid_out(self.more_lines)

    @property
    def is_more_open(self) -> bool:
        """Whether anything is filled in there, or wrong."""
        return any(field.errors or field.value() for line in self.more for field in line)

    def _laid_out(self, lines: tuple[tuple[str, ...], ...]) -> list[list[forms.BoundField]]:
        shown = [[self[name] for name in line if name in self.fields] for line in lines]
        return [line for line in shown if line]

    def show_theirs(self, action: Action) -> None:
        """Puts the stored value beside each field that conflicts, and who saved it last. A few queries, if any."""
        if not self.conflicts:
            return
        last = action.history.select_related("history_user").first()
        self.theirs_by = last.history_user if last else None
        for name, value in self.conflicts.items():
            field = self.fields[name]
            if isinstance(field, TickedField):
                value = ", ".join(str(each) for each in value)
            elif isinstance(field, forms.ModelChoiceField):
                chosen = field.queryset.filter(pk=value).first()  # type: ignore[union-attr]
                value = field.label_from_instance(chosen) if chosen else value
            self[name].theirs = plain(value)  # type: ignore[attr-defined]

    def _update_errors(self, errors: ValidationError) -> None:
        """What the model has against fields that are not on this form is not this reader's to repair."""
        if hasattr(errors, "error_dict"):
            known = {*self.fields, NON_FIELD_ERRORS}
            errors = ValidationError({name: found for name, found in errors.error_dict.items() if name in known})
            if not errors.error_dict:
                return
        super()._update_errors(errors)  # type: ignore[misc]


class ActionForm(ActionPieceForm):
    """A new action, or one that is edited: only the fields the reader may change are there."""

    lines: tuple[tuple[str, ...], ...] = (
        ("result",), ("choice", "responsible"), ("starts_on", "deadline"), ("reason",),
    )  # fmt: skip
    more_lines: tuple[tuple[str, ...], ...] = (("involved",), ("serves",), ("description",), ("link",))
    weighed: tuple[str, ...] = ("result",)

    link = forms.URLField(label=_("Link"), required=False, max_length=500, assume_scheme="https")
    reason = reason_field()

    class Meta:
        model = Action
        fields = [
            "result", "choice", "responsible", "involved", "serves", "starts_on", "deadline", "description", "link",
        ]  # fmt: skip
        field_classes = {"starts_on": DayField, "deadline": DayField, "involved": TickedField, "serves": TickedField}
        widgets = {"result": forms.Textarea(attrs={"rows": 2}), "description": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"description": _("*Emphasis*, lists with - and links in Markdown are shown as such.")}

    def __init__(self, *args: Any, access: PlanAccess, on: dt.date, **kwargs: Any) -> None:
        action: Action = kwargs["instance"]
        super().__init__(*args, on=on, **kwargs)
        self.has_reason = action.original_deadline is not None
        if not self.has_reason:
            del self.fields["reason"]
        if action.pk and not access.may_decide_action(action):
            for name in DECIDED:
                del self.fields[name]
        else:
            self._offer(access, action)
        involved: Any = self.fields["involved"]
        already = action.involved.values_list("pk", flat=True) if action.pk else ()
        involved.queryset = people_of(access.plan, *already)
        self._offer_indicators(access, action)

    def _offer_indicators(self, access: PlanAccess, action: Action) -> None:
        already = action.serves.values_list("pk", flat=True) if action.pk else ()
        live = live_indicators(access.plan).order_by().values("pk")
        serves: Any = self.fields["serves"]
        serves.queryset = (
            Indicator.objects.filter(Q(pk__in=live) | Q(pk__in=already)).select_related("choice").in_order()
        )
        serves.label_from_instance = lambda each: f"{each.choice.short_name}: {each.name}"
        if not serves.queryset.exists():
            del self.fields["serves"]

    def _offer(self, access: PlanAccess, action: Action) -> None:
        choice: Any = self.fields["choice"]
        responsible: Any = self.fields["responsible"]
        offered = [choice for choice in access.choices if access.may_add_action(choice)]
        numbers = {choice.pk: choice.number for choice in offered}
        kept = {action.choice_id} if action.pk else set()  # what an address asks for is no right to it
        choice.queryset = access.plan.choices.filter(pk__in=numbers.keys() | kept).in_order()
        choice.label_from_instance = lambda each: f"{numbers.get(each.pk, '')} {each.short_name}: {each.goal}".strip()
        responsible.queryset = people_of(access.plan, action.responsible_id)
        if len(offered) == 1 and not action.pk:
            self.initial["choice"] = offered[0].pk  # nothing to choose; goes before what the instance says
        if not action.pk:
            choice.empty_label, responsible.empty_label = _("Choose a strategic choice"), _("Choose one person")
        else:
            choice.empty_label = responsible.empty_label = None

    def clean_result(self) -> str:
        """One line, whatever was typed or pasted."""
        return " ".join(self.cleaned_data["result"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if ends_before_start(cleaned, "starts_on", "deadline"):
            self.add_error("deadline", BEFORE_START)
        elif self.is_late_from_the_start:
            self.add_error("deadline", PASSED)
        elif self.has_reason and "deadline" in self.merged and not cleaned.get("reason"):
            self.add_error("reason", _("Say why the deadline moves."))
        return cleaned

    @property
    def why(self) -> str:
        return self.cleaned_data.get("reason", "")

    @property
    def values(self) -> dict[str, Any]:
        """What really changed, for the verb."""
        return {name: value for name, value in self.merged.items() if name != "reason"}


class DeadlineForm(ActionPieceForm):
    """A new deadline, with the reason an active plan asks for."""

    lines = (("deadline",), ("reason",))

    reason = reason_field()

    class Meta:
        model = Action
        fields = ["deadline"]
        field_classes = {"deadline": DayField}
        labels = {"deadline": _("New deadline")}

    def __init__(self, *args: Any, on: dt.date, **kwargs: Any) -> None:
        action: Action = kwargs["instance"]
        super().__init__(*args, on=on, **kwargs)
        if action.original_deadline is None:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True
            self.fields["reason"].help_text = _("It is in the minutes of the next session.")
            self.fields["reason"].error_messages["required"] = _("Say why the deadline moves.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("deadline") and self.instance.starts_on and cleaned["deadline"] < self.instance.starts_on:
            self.add_error("deadline", BEFORE_START)
        elif cleaned.get("deadline") == self.stored["deadline"]:
            self.add_error("deadline", _("This is the deadline already."))
        elif self.is_late_from_the_start:
            self.add_error("deadline", PASSED)
        return cleaned


class MoveForm(forms.Form):
    """One move: the column, a neighbour, and the version of the card the mover saw."""

    status = forms.ChoiceField(choices=Action.Status)
    before = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    after = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    version = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_ID)


class CardsField(forms.MultipleChoiceField):
    """Cards with the version seen of each, 'number.version': a dictionary."""

    def to_python(self, value: Any) -> Any:
        cards = [text.partition(".") for text in value or []]
        return {whole_number(number): whole_number(version) for number, _dot, version in cards}

    def validate(self, value: Any) -> None:
        if not value:
            raise ValidationError(_("Select the cards to move first."))
        if None in value:
            raise ValidationError(_("One of these is no card."))
        if len(value) > MOST_AT_ONCE:
            raise ValidationError(_("Move at most %(number)d cards at once.") % {"number": MOST_AT_ONCE})


class MoveTogetherForm(forms.Form):
    """Many cards to one column."""

    card = CardsField()
    status = forms.ChoiceField(choices=Action.Status)


class UndoForm(forms.Form):
    version = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_ID)


def sentences(form: forms.BaseForm) -> str:
    """The refusals of a form that has no page of its own."""
    return " ".join(str(message) for errors in form.errors.values() for message in errors)


class StepForm(PieceForm):
    """One step, in a line."""

    class Meta:
        model = Step
        fields = ["text"]
        widgets = {"text": forms.TextInput(attrs={"class": "input"})}

    def clean_text(self) -> str:
        return " ".join(self.cleaned_data["text"].split())
