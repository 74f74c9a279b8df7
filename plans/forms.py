"""Forms of the plan and its pieces. They parse and check; the models' verbs act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ogsm import dates, words
from ogsm.accounts.models import User
from ogsm.conflicts import PREFIX, MergingModelForm
from ogsm.fields import AskedField, DayField
from ogsm.numbers import AmountField

from .models import Choice, Goal, Indicator, IndicatorValue, Membership, Plan
from .rules import due_period

PERIODS_BACK = 36


def people_of(plan: Plan, *also: int | None) -> QuerySet[User]:
    """Everyone who takes part in the plan (and who is named now, should they have left), by name."""
    taking_part = plan.memberships.taking_part().values("user")
    people = User.objects.filter(pk__in=taking_part) | User.objects.filter(pk__in=[pk for pk in also if pk])
    return people.order_by("sort_name", "email")


def _rows(**rows: int) -> dict[str, forms.Textarea]:
    return {name: forms.Textarea(attrs={"rows": count}) for name, count in rows.items()}


class PieceForm(MergingModelForm):
    """A piece edited in place. Ids carry the piece, so that two open forms on one page never share one.

    `lines` are the fields as they stand on the form: one, or a few side by side. `weighed` are those whose wording gets
    a word of advice while it is typed.
    """

    lines: tuple[tuple[str, ...], ...] = ()
    weighed: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        piece = kwargs["instance"]
        place = piece.pk or f"new{getattr(piece, 'choice_id', None) or ''}"
        kwargs.setdefault("auto_id", f"{piece._meta.model_name}-{place}-%s")
        super().__init__(*args, **kwargs)
        for name in self.weighed:
            self._weigh(name, piece.plan_id)

    def _weigh(self, name: str, plan_id: int) -> None:
        """What is typed is sent for advice after a pause; what stands there already as soon as the form is shown."""
        field: Any = self.fields[name]
        field.is_weighed = True
        field.widget.attrs |= {
            "data-weighed": True,
            "hx-get": reverse("plans:wording_hint", args=[plan_id]),
            "hx-trigger": "input changed delay:500ms" + (", load" if self.instance.pk or self.is_bound else ""),
            "hx-target": f"#{str(self.auto_id) % self.add_prefix(name)}_advice",
            "hx-swap": "innerHTML",
            "hx-disabled-elt": "unset",  # not what the form around it says
        }

    def offer(self, name: str, options: QuerySet, nobody: Any) -> Any:
        """What a field can be chosen from; `nobody` stands for none of them."""
        field: Any = self.fields[name]
        field.queryset, field.empty_label = options, nobody
        return field

    @property
    def laid_out(self) -> list[list[forms.BoundField]]:
        return [[self[name] for name in line] for line in self.lines or [(name,) for name in self.fields]]


def ends_before_start(cleaned: dict[str, Any], start: str, end: str) -> bool:
    return bool(cleaned.get(start) and cleaned.get(end) and cleaned[end] < cleaned[start])


class PeriodMixin:
    """Says beside the field what the database would refuse."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()  # type: ignore[misc]
        if ends_before_start(cleaned, "starts_on", "ends_on"):
            self.add_error("ends_on", _("The plan ends before it starts."))  # type: ignore[attr-defined]
        return cleaned


class PlanNewForm(PeriodMixin, forms.ModelForm):
    """The first question is the ambition; the rest has a sensible answer already."""

    class Meta:
        model = Plan
        fields = ["ambition", "name", "organisation", "starts_on", "ends_on"]
        field_classes = {"starts_on": DayField, "ends_on": DayField}
        widgets = _rows(ambition=4)
        labels = {"ambition": _("What do you want to achieve, and roughly how?"), "name": _("Name of the plan")}
        help_texts = {"ambition": _("This is the ambition. No figures yet: those come in the goals.")}

    def __init__(self, *args: Any, on: dt.date, organisation: str, **kwargs: Any) -> None:
        year = on.year if on.month < 10 else on.year + 1
        kwargs["initial"] = {
            "name": _("Strategy %(first)d–%(last)d") % {"first": year, "last": year + 2},
            "organisation": organisation,
            "starts_on": dt.date(year, 1, 1),
            "ends_on": dt.date(year + 2, 12, 31),
        }
        super().__init__(*args, **kwargs)


class PlanForm(PeriodMixin, PieceForm):
    lines = (("name",), ("organisation",), ("starts_on", "ends_on"), ("origin_choice",))

    class Meta:
        model = Plan
        fields = ["name", "organisation", "starts_on", "ends_on", "origin_choice"]
        field_classes = {"starts_on": DayField, "ends_on": DayField}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan = self.instance
        seen = Choice.objects.live().filter(plan__in=Plan.objects.live().visible_to(user).exclude(pk=plan.pk))
        choices = (seen | Choice.objects.filter(pk=plan.origin_choice_id)).select_related("plan")
        by_plan = choices.order_by("plan__name", "plan", "position", "pk")
        field = self.offer("origin_choice", by_plan, _("None: this plan stands on its own"))
        field.label_from_instance = lambda choice: f"{choice.plan} · {choice}"


class AmbitionForm(PieceForm):
    class Meta:
        model = Plan
        fields = ["ambition"]
        widgets = _rows(ambition=4)
        help_texts = {"ambition": _("At most two sentences. No figures yet: those come in the goals.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A draft may be without; what a plan that runs is for does not vanish."""
        super().__init__(*args, **kwargs)
        field = self.fields["ambition"]
        field.required = not self.instance.is_draft
        field.error_messages["required"] = _("An active plan needs its ambition.")


class GoalForm(PieceForm):
    lines = (("name",), ("target", "unit"), ("baseline", "due_on"))

    class Meta:
        model = Goal
        fields = ["name", "unit", "baseline", "target", "due_on"]
        field_classes = {"baseline": AmountField, "target": AmountField, "due_on": DayField}
        help_texts = {"name": _("One or two words, such as 'turnover'.")}


class JudgementForm(forms.Form):
    """Whether a goal was reached, asked when the plan closes."""

    judgement = forms.ChoiceField(
        label=_("Judgement"), choices=[("", _("no judgement")), *Goal.Judgement.choices], required=False
    )
    actual = AmountField(label=_("Actual value"), required=False)

    def __init__(self, data: Any, *, goal: Goal) -> None:
        initial = {"judgement": goal.judgement, "actual": goal.actual}
        super().__init__(data, initial=initial, prefix=f"goal-{goal.pk}")
        self.goal = goal


class ChoiceForm(PieceForm):
    lines = (("goal", "how", "stops"), ("short_name", "owner", "kind"))
    weighed = ("how",)

    class Meta:
        model = Choice
        fields = ["short_name", "goal", "how", "stops", "owner", "kind"]
        widgets = _rows(goal=2, how=2, stops=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("owner", people_of(self.instance.plan, self.instance.owner_id), _("Nobody yet"))


class IndicatorForm(PieceForm):
    lines = (
        ("name",),
        ("unit", "direction"),
        ("baseline", "baseline_on"),
        ("target", "target_on"),
        ("frequency", "kind"),
        ("entered_by", "source"),
        ("green_limit", "amber_limit"),
    )

    class Meta:
        model = Indicator
        fields = [
            "name", "unit", "direction", "target", "target_on", "baseline", "baseline_on", "frequency", "kind",
            "source", "entered_by", "green_limit", "amber_limit",
        ]  # fmt: skip
        field_classes = {
            **dict.fromkeys(["target", "baseline", "green_limit", "amber_limit"], AmountField),
            **dict.fromkeys(["target_on", "baseline_on"], DayField),
        }
        help_texts = {
            "green_limit": _("How far it may fall short and still be green. Empty: nothing."),
            "amber_limit": _("How far it may fall short and still be amber. Empty: a tenth of the way to go."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = people_of(self.instance.choice.plan, self.instance.entered_by_id)
        self.offer("entered_by", people, _("The choice's owner"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if ends_before_start(cleaned, "baseline_on", "target_on"):
            self.add_error("target_on", _("The target's date lies before the baseline's."))
        for limit in ("green_limit", "amber_limit"):
            if (cleaned.get(limit) or 0) < 0:
                self.add_error(limit, _("A limit says how far the value may fall short: enter zero or more."))
        try:
            self.instance.check_frequency(self.merged.get("frequency") or self.instance.frequency)
        except ValidationError as error:
            self.add_error("frequency", error)
        green, amber = cleaned.get("green_limit"), cleaned.get("amber_limit")
        if green is not None and amber is not None and amber < green:
            self.add_error("amber_limit", _("The amber limit cannot be lower than the green one."))
        return cleaned


def periods_to_enter(indicator: Indicator, on: dt.date) -> list[dt.date]:
    """First days of the periods a value may be entered for, newest first: the running one and those before it."""
    frequency = indicator.frequency
    period = dates.period_start(on, frequency)
    periods = [period]
    while len(periods) < PERIODS_BACK:
        period = dates.previous_period(period, frequency)
        if indicator.baseline_on and dates.period_end(period, frequency) <= indicator.baseline_on:
            break
        periods.append(period)
    return periods


class ValueForm(MergingModelForm):
    """One period's value. Correcting a value that is already there needs a reason; of two people who correct the same
    one, the second sees what the first made of it."""

    period = forms.TypedChoiceField(label=_("Period"), coerce=dt.date.fromisoformat)
    why = AskedField(label=_("Why is it corrected?"), required=False, max_length=300)

    class Meta:
        model = IndicatorValue
        fields = ["value", "note"]
        field_classes = {"value": AmountField}
        labels = {"value": _("Value"), "note": _("Note")}

    def __init__(
        self, data: Any = None, *, indicator: Indicator, on: dt.date, period: dt.date | None = None, **kwargs: Any
    ):
        self.indicator = indicator
        self.entries: dict[dt.date, IndicatorValue] = {entry.period: entry for entry in indicator.values.all()}
        periods = periods_to_enter(indicator, on)
        if period not in periods:
            period = self._default(periods, on)
        offered = {first.isoformat(): first for first in sorted({*periods, *self.entries}, reverse=True)}
        if data is not None:
            period = offered.get(data.get("period", ""), period)
        instance = copy(self.entries.get(period)) or IndicatorValue(indicator=indicator, period=period)
        kwargs |= {"initial": {"period": period.isoformat()}, "auto_id": f"value-{indicator.pk}-%s"}
        super().__init__(data, instance=instance, **kwargs)
        choices: Any = self.fields["period"]
        choices.choices = [(text, self._label(first)) for text, first in offered.items()]
        if not self.is_correction:
            del self.fields["why"]  # nothing there yet to correct

    @property
    def is_correction(self) -> bool:
        return self.instance.pk is not None

    def _default(self, periods: list[dt.date], on: dt.date) -> dt.date:
        """The latest finished period that is due and has no value; else the one that was last due."""
        due = due_period(self.indicator.facts, on)
        if due is None:
            return periods[0]
        missing = [first for first in periods if first <= due and first not in self.entries]
        return missing[0] if missing else due

    def _label(self, first: dt.date) -> str:
        name = words.period_short(first, self.indicator.frequency)
        entry = self.entries.get(first)
        return f"{name}: {words.quantity(entry.value, self.indicator.unit)}" if entry else name

    @property
    def _began_elsewhere(self) -> bool:
        """Whether another period was chosen than the form began with: what it began with is then no first value."""
        first = f"{PREFIX}period"
        return self.is_bound and first in self.data and self.data[first] != self.data.get("period")

    def _first(self, name: str) -> Any:
        return self.stored.get(name) if self._began_elsewhere else super()._first(name)

    @property
    def first_values(self) -> list[tuple[str, str]]:
        return self._stored_values() if self._began_elsewhere else super().first_values

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        entry = self.entries.get(cleaned["period"]) if "period" in cleaned else None
        if entry and "value" in self.merged and not self.conflicts and not cleaned.get("why", "").strip():
            known = {
                "period": words.period_short(entry.period, self.indicator.frequency),
                "value": words.quantity(entry.value, self.indicator.unit),
            }
            self.add_error("why", _("%(period)s already has a value: %(value)s. Say why it changes.") % known)
        return cleaned

    @property
    def answers(self) -> dict[str, Any]:
        """What the verb takes: what was typed, and of the rest what is stored now."""
        kept = {name: self.merged.get(name, self.stored.get(name)) for name in ("value", "note")}
        return {"period": self.cleaned_data["period"], "why": self.cleaned_data.get("why", ""), **kept}


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role)


class HeirsForm(forms.Form):
    """Who takes over from those who left the plan, asked when their archived work comes back."""

    PREFIX = "heir-"

    def __init__(self, data: Any, *, plan: Plan, left: Iterable[User]) -> None:
        asked = data is not None and any(name.startswith(self.PREFIX) for name in data)
        super().__init__(data if asked else None)
        self.people = {str(user.pk): user for user in people_of(plan)}
        choices = [("", _("Choose one person")), *((key, str(user)) for key, user in self.people.items())]
        for user in left:
            label = _("Instead of %(name)s") % {"name": user}
            self.fields[f"{self.PREFIX}{user.pk}"] = forms.ChoiceField(label=label, choices=choices)

    @property
    def heirs(self) -> dict[int, User]:
        """Id of who left → who takes over."""
        return {int(name.removeprefix(self.PREFIX)): self.people[key] for name, key in self.cleaned_data.items()}
