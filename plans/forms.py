"""Forms of the plan and its pieces. They parse and check; the models' verbs act."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ogsm import dates, words
from ogsm.accounts.models import User
from ogsm.conflicts import MergingModelForm
from ogsm.fields import DayField
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
                self.add_error(limit, _("A limit is a shortfall: zero or more."))
        if self.merged.get("frequency") and self.instance.pk and self.instance.values.exists():
            self.add_error("frequency", _("It has values already. Archive it and make a new indicator instead."))
        green, amber = cleaned.get("green_limit"), cleaned.get("amber_limit")
        if green is not None and amber is not None and amber < green:
            self.add_error("amber_limit", _("Amber reaches at least as far as green."))
        return cleaned


def period_name(first: dt.date, frequency: str) -> str:
    """'May 2026', 'Q2 2026' or '2026'."""
    if frequency == dates.YEAR:
        return str(first.year)
    if frequency == dates.QUARTER:
        return str(_("Q%(quarter)d %(year)d") % {"quarter": (first.month + 2) // 3, "year": first.year})
    return f"{words.month_short(first)} {first.year}"


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


class ValueForm(forms.Form):
    """One period's value. Correcting a value that is already there needs a reason."""

    period = forms.TypedChoiceField(label=_("Period"), coerce=dt.date.fromisoformat)
    value = AmountField(label=_("Value"))
    note = forms.CharField(label=_("Note"), required=False, max_length=300)
    why = forms.CharField(label=_("Why is it corrected?"), required=False, max_length=300)

    def __init__(self, *args: Any, indicator: Indicator, on: dt.date, period: dt.date | None = None, **kwargs: Any):
        self.indicator = indicator
        self.entries: dict[dt.date, IndicatorValue] = {entry.period: entry for entry in indicator.values.all()}
        periods = periods_to_enter(indicator, on)
        if period not in periods:
            period = self._default(periods, on)
        initial: dict[str, Any] = {"period": period.isoformat()}
        if entry := self.entries.get(period):
            initial |= {"value": entry.value, "note": entry.note}
        kwargs |= {"initial": initial, "auto_id": f"value-{indicator.pk}-%s"}
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["period"]
        offered.choices = [
            (first.isoformat(), self._label(first)) for first in sorted({*periods, *self.entries}, reverse=True)
        ]
        if self["period"].value() not in {first.isoformat() for first in self.entries}:
            del self.fields["why"]  # nothing there yet to correct

    def _default(self, periods: list[dt.date], on: dt.date) -> dt.date:
        """The latest finished period that is due and has no value; else the one that was last due."""
        due = due_period(self.indicator.facts, on)
        if due is None:
            return periods[0]
        missing = [first for first in periods if first <= due and first not in self.entries]
        return missing[0] if missing else due

    def _label(self, first: dt.date) -> str:
        name = period_name(first, self.indicator.frequency)
        entry = self.entries.get(first)
        return f"{name}: {words.quantity(entry.value, self.indicator.unit)}" if entry else name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        period, value = cleaned.get("period"), cleaned.get("value")
        entry = self.entries.get(period) if period else None
        if entry and isinstance(value, Decimal) and entry.value != value and not cleaned.get("why", "").strip():
            known = {
                "period": period_name(entry.period, self.indicator.frequency),
                "value": words.quantity(entry.value, self.indicator.unit),
            }
            self.add_error("why", _("%(period)s already has a value: %(value)s. Say why it changes.") % known)
        return cleaned


class MemberAddForm(forms.Form):
    """Somebody with an account is found by the address; for anybody else a name is needed too."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        help_text=_("Only for somebody who has no account here yet: first name and last name."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role, initial=Membership.Role.MEMBER)

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.known: User | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        email = cleaned.get("email")
        if not email:
            return cleaned
        self.known = User.objects.filter(email=email.lower()).first()
        if self.known and self.plan.memberships.filter(user=self.known).exists():
            self.add_error("email", _("%(name)s is already a member of this plan.") % {"name": self.known})
        elif not self.known and not cleaned.get("name"):
            self.add_error("name", _("Nobody here has this address yet. Add the name, and they get a mail."))
        return cleaned


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role)
