"""Forms of steering and plan sessions: reviews before, and what is decided about the plan itself in them."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from actions.models import Action
from ogsm.accounts.models import User
from ogsm.conflicts import Merging
from ogsm.fields import DayField
from ogsm.numbers import AmountField
from plans.models import Goal, Indicator
from plans.readable import plain

from .forms import WordsField
from .models import Decision
from .review_models import ANSWER
from .session_forms import DecisionForm, people_field, reason_field, taking_part
from .steering_services import amount_and_day, statement


def _words(label: Any, *, rows: int = 3, most: int = ANSWER, required: bool = False, **more: Any) -> WordsField:
    area = forms.Textarea(attrs={"rows": rows, "maxlength": most})
    return WordsField(label=label, required=required, max_length=most, widget=area, **more)


def _tiles(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect(attrs={"class": "sr"}), **more)


class ChoiceReviewForm(forms.Form):
    """A choice's owner judges it. The words start with those of the latest review; the light is given anew."""

    light = _tiles(
        _("How is this choice going?"),
        Action.Light.choices,
        error_messages={"required": _("Choose green, amber or red.")},
    )
    learned = _words(_("What did we learn?"))
    changes = _words(_("What changes?"), help_text=_("What you propose for the steering session. Empty: nothing."))


class GoalReviewForm(forms.Form):
    """How a goal turned out, before the plan session."""

    judgement = _tiles(
        _("Was it reached?"),
        Goal.Judgement.choices,
        error_messages={"required": _("Choose reached, partly or not reached.")},
    )
    actual = AmountField(label=_("Actual value"), required=False)
    text = _words(_("Why?"), rows=2)


class ChangeForm(Merging, DecisionForm):
    """Starts from what `piece` says now, and keeps what others saved in it meanwhile in the fields left alone here."""

    names: ClassVar[tuple[str, ...]]  # of the fields that change the piece

    def __init__(self, *args: Any, piece: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.piece = piece
        self.start_from({name: getattr(piece, self.column(name)) for name in self.names} if piece else {})
        self.initial = self.stored

    def column(self, name: str) -> str:
        """Where the piece keeps it."""
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.stored:
            self.merge(cleaned)
        return cleaned

    def show_theirs(self) -> None:
        """Puts what is stored beside each field that conflicts, and who saved it last. One query, if any."""
        if not self.conflicts:
            return
        last = self.piece.history.select_related("history_user").order_by("-history_id").first()
        self.theirs_by = last.history_user if last else None
        for name, value in self.conflicts.items():
            setattr(self[name], "theirs", plain(value, unit=getattr(self.piece, "unit", "")))  # noqa: B010

    @property
    def answers(self) -> dict[str, Any]:
        kept = {name: value for name, value in self.stored.items() if name not in self.merged}
        return {**self.cleaned_data, **kept}


class ChoiceChangeForm(ChangeForm):
    kind = Decision.Kind.CHOICE_CHANGED
    names = ("goal", "how")

    goal = _words(pgettext_lazy("choice", "Goal"), rows=2, most=200, required=True)
    how = _words(_("By (how)"), rows=2, most=200)
    reason = reason_field(required=True)

    def clean_goal(self) -> str:
        return " ".join(self.cleaned_data["goal"].split())

    def clean_how(self) -> str:
        return " ".join(self.cleaned_data["how"].split())

    @property
    def recorded(self) -> dict[str, Any]:
        made = self.answers
        return super().recorded | {"after": statement(made["goal"], made["how"])}


class OwnerForm(DecisionForm):
    kind = Decision.Kind.OTHER_OWNER

    owner = forms.ModelChoiceField(User.objects.none(), label=_("New owner of this choice"))
    reason = reason_field(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = people_field(self, "owner")
        field.queryset, field.empty_label = taking_part(self.plan), _("Choose one person")

    @property
    def recorded(self) -> dict[str, Any]:
        return super().recorded | {"after": str(self.cleaned_data["owner"])}


class IndicatorChangeForm(ChangeForm):
    kind = Decision.Kind.INDICATOR_CHANGED
    names = ("name", "source", "entered_by")

    name = forms.CharField(label=_("Name"), max_length=120)
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        required=False,
        help_text=_("Where the figure comes from, and what it counts."),
    )
    entered_by = forms.ModelChoiceField(User.objects.none(), label=_("Entered by"), required=False)
    reason = reason_field(required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = people_field(self, "entered_by")
        field.queryset, field.empty_label = taking_part(self.plan), _("The choice's owner")


class TargetForm(ChangeForm):
    """Of an indicator or a goal."""

    kind = Decision.Kind.TARGET_CHANGED
    names = ("target", "due_on")

    target = AmountField(label=_("New target"))
    due_on = DayField(label=_("To be reached on"), required=False)
    reason = reason_field(required=True)

    def column(self, name: str) -> str:
        return "target_on" if name == "due_on" and isinstance(self.piece, Indicator) else name

    @property
    def recorded(self) -> dict[str, Any]:
        made, unit = self.answers, self.piece.unit if self.piece else ""
        return super().recorded | {"after": amount_and_day(made["target"], unit, made["due_on"])}


class JudgeForm(DecisionForm):
    kind = Decision.Kind.GOAL_JUDGED

    judgement = forms.ChoiceField(label=_("Was it reached?"), choices=[("", _("Choose one")), *Goal.Judgement.choices])
    actual = AmountField(label=_("Actual value"), required=False)
    reason = reason_field(required=False)
