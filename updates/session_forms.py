"""Forms of sessions: planning them, and what is written down while they run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ogsm import dates, words
from ogsm.accounts.models import User
from ogsm.conflicts import MergingModelForm
from ogsm.fields import PASSED, DayField, WholeNumberField
from plans.models import Plan

from . import agenda
from .models import AgendaLine, Decision, HelpRequest, Session

LENGTHS = {
    Session.Kind.UPDATE: (30, 45, 60),
    Session.Kind.STEERING: (60, 90, 120),
    Session.Kind.PLAN: (120, 180, 240),
}
YEARS_AHEAD = 5


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class LengthField(forms.TypedChoiceField):
    """A choice of minutes that reads a first value as the number it is."""

    def to_python(self, value: Any) -> Any:
        return self._coerce(super().to_python(value))  # type: ignore[attr-defined]

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value == 0:  # Django lets an empty value pass, and this one looks empty
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})


def leading(plan: Plan) -> QuerySet[User]:
    """Those who may run a session of the plan, in order of name."""
    return User.objects.filter(pk__in=plan.memberships.leading().values("user"))


def taking_part(plan: Plan) -> QuerySet[User]:
    """Those who can be responsible or promise something, in order of name."""
    return User.objects.filter(pk__in=plan.memberships.taking_part().values("user"))


def people_field(form: forms.BaseForm, name: str) -> forms.ModelChoiceField:
    return cast(forms.ModelChoiceField, form.fields[name])


def offer_leading(form: forms.BaseForm, plan: Plan) -> None:
    field = people_field(form, "facilitator")
    field.queryset, field.empty_label = leading(plan), _("Nobody yet")


def check_day(day: dt.date, on: dt.date) -> dt.date:
    """A day from today on, and not so far away that the year must be a slip of the pen."""
    if day < on:
        raise ValidationError(PASSED)
    if day.year > on.year + YEARS_AHEAD:
        raise ValidationError(
            _("That is more than %(years)d years away. Is the year right?"), params={"years": YEARS_AHEAD}
        )
    return day


def lengths(offered: Iterable[int] = (), *, kind: str = "", also: int | None = None) -> list[tuple[int, Any]]:
    """Lengths in minutes to choose from: those offered, the usual ones of a kind, and the one a session has already."""
    usual = LENGTHS[Session.Kind(kind)] if kind else ()
    found = sorted({*offered, *usual, *([also] if also else [])})
    return [(minutes, _length_words(minutes)) for minutes in found]


def _length_words(minutes: int) -> Any:
    if minutes >= 120 and minutes % 60 == 0:
        return _("%(n)d hours") % {"n": minutes // 60}
    return _("%(minutes)d minutes") % {"minutes": minutes}


class SessionForm(MergingModelForm):
    """One session: of which kind while it is new; when, how long, where, led by whom."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Session.Kind, required=False)
    day = DayField(label=_("Date"))
    time = forms.TimeField(label=_("Time"), widget=TimeInput(), initial=dt.time(9))
    minutes = LengthField(label=_("Length"), coerce=int)
    field_order = ["kind", "day", "time", "minutes", "place", "facilitator"]

    class Meta:
        model = Session
        fields = ["minutes", "place", "facilitator"]
        labels = {"place": _("Place or link"), "facilitator": _("Led by")}

    def __init__(self, *args: Any, plan: Plan, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        offer_leading(self, plan)
        minutes = cast(forms.ChoiceField, self.fields["minutes"])
        if not self.instance.pk:
            every = [minutes for usual in LENGTHS.values() for minutes in usual]
            minutes.choices = lengths(every, also=self.initial.get("minutes"))
        else:
            del self.fields["kind"]
            minutes.choices = lengths(kind=self.instance.kind, also=self.instance.minutes)
            local = timezone.localtime(self.instance.starts_at, timezone.get_default_timezone())
            self.stored |= {"day": local.date(), "time": local.time()}
            self.initial.update(day=local.date(), time=local.time())

    def clean_day(self) -> dt.date:
        day = self.cleaned_data["day"]
        return day if day == self.stored.get("day") else check_day(day, self.on)

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Session.Kind.UPDATE

    def clean(self) -> dict[str, Any]:
        asked = super().clean()
        if asked.get("kind") == Session.Kind.UPDATE and asked.get("minutes", 0) > agenda.UPDATE_BOX_AT_MOST:
            text = _("An update session takes at most %(n)d minutes.") % {"n": agenda.UPDATE_BOX_AT_MOST}
            self.add_error("minutes", text)
        return asked

    def show_theirs(self) -> None:
        """Puts what somebody else saved meanwhile beside each conflicting field."""
        for name, value in self.conflicts.items():
            if name == "facilitator":
                value = User.objects.filter(pk=value).first()
            setattr(self[name], "theirs", words.clock(value) if name == "time" else value)  # noqa: B010

    @property
    def values(self) -> dict[str, Any]:
        """The changed values as the session stores them."""
        values = dict(self.merged)
        day, time = values.pop("day", None), values.pop("time", None)
        if day or time:
            values["starts_at"] = dates.local_moment(
                day or self.stored["day"], time or self.stored["time"], settings.TIME_ZONE
            )
        return values


class PointForm(forms.Form):
    text = forms.CharField(label=_("What do we have to talk about?"), max_length=200)
    minutes = WholeNumberField(
        label=pgettext_lazy("time", "Minutes"),
        min_value=1,
        max_value=60,
        required=False,
        help_text=_("Leave empty to share the time that is left."),
    )


class LineNoteForm(MergingModelForm):
    """What was said. Two who write at once each see the other's words."""

    class Meta:
        model = AgendaLine
        fields = ["note"]
        labels = {"note": _("Note")}
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def show_theirs(self) -> None:
        for name, value in self.conflicts.items():
            setattr(self[name], "theirs", value)  # noqa: B010


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label=_("Correction"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The minutes stay as they are; this comes below them with your name and the date."),
    )


class DecisionForm(forms.Form):
    """What a decision form needs to know: the plan, its day, and what its answers make."""

    kind: ClassVar[str]

    def __init__(self, *args: Any, plan: Plan, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan, self.on = plan, on
        for name in ("responsible", "who"):
            if name in self.fields:
                field = people_field(self, name)
                field.queryset, field.empty_label = taking_part(plan), _("Choose one person")

    @property
    def answers(self) -> dict[str, Any]:
        """What the decision is made of."""
        return self.cleaned_data

    @property
    def recorded(self) -> dict[str, Any]:
        """The fields of the decision that these answers make: by them a form that was sent twice is known."""
        return {"kind": self.kind, "text": self.cleaned_data.get("reason", "")}


def reason_field(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label=_("Why?"),
        max_length=1000,
        required=required,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Goes into the minutes."),
    )


def result_field(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=240, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 240}))


class DeadlineForm(DecisionForm):
    kind = Decision.Kind.NEW_DEADLINE

    deadline = DayField(label=_("New deadline"))
    reason = reason_field(required=True)

    def clean_deadline(self) -> dt.date:
        return check_day(self.cleaned_data["deadline"], self.on)

    @property
    def recorded(self) -> dict[str, Any]:
        return super().recorded | {"after": self.cleaned_data["deadline"].isoformat()}


class ResultForm(DecisionForm):
    kind = Decision.Kind.SMALLER_RESULT

    result = result_field(_("Smaller result"))
    reason = reason_field(required=False)

    def clean_result(self) -> str:
        return " ".join(self.cleaned_data["result"].split())

    @property
    def recorded(self) -> dict[str, Any]:
        return super().recorded | {"after": self.cleaned_data["result"]}


class ResponsibleForm(DecisionForm):
    kind = Decision.Kind.OTHER_RESPONSIBLE

    responsible = forms.ModelChoiceField(User.objects.none(), label=_("New responsible"))
    reason = reason_field(required=False)

    @property
    def recorded(self) -> dict[str, Any]:
        return super().recorded | {"after": str(self.cleaned_data["responsible"])}


class ExtraActionForm(DecisionForm):
    kind = Decision.Kind.EXTRA_ACTION

    result = result_field(_("Result"))
    responsible = forms.ModelChoiceField(User.objects.none(), label=_("Responsible"))
    deadline = DayField(label=_("Deadline"))

    def clean_result(self) -> str:
        return " ".join(self.cleaned_data["result"].split())

    def clean_deadline(self) -> dt.date:
        return check_day(self.cleaned_data["deadline"], self.on)

    @property
    def recorded(self) -> dict[str, Any]:
        made = self.cleaned_data
        return {
            "kind": self.kind, "text": made["result"], "who": made["responsible"], "due_on": made["deadline"],
        }  # fmt: skip


class PromiseForm(DecisionForm):
    """Who does what by when."""

    who = forms.ModelChoiceField(User.objects.none(), label=_("Who"))
    due_on = DayField(label=_("By when"))

    def clean_due_on(self) -> dt.date:
        return check_day(self.cleaned_data["due_on"], self.on)

    @property
    def recorded(self) -> dict[str, Any]:
        return {"kind": self.kind, **{name: self.cleaned_data[name] for name in ("text", "who", "due_on")}}


class AgreeForm(PromiseForm):
    kind = Decision.Kind.AGREEMENT

    text = forms.CharField(label=_("What"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ["text", "who", "due_on"]


class HelpForm(PromiseForm):
    """Help promised, to one of the questions that are open (`questions`; asked which only where there are several)."""

    kind = Decision.Kind.HELP_PROMISED

    PARTS = [(HelpRequest.State.YES, _("Yes")), (HelpRequest.State.PARTLY, _("Partly"))]

    question = forms.ModelChoiceField(HelpRequest.objects.none(), label=_("Question"), empty_label=None)
    state = forms.ChoiceField(label=_("Yes, or partly?"), choices=PARTS, required=False)
    text = forms.CharField(
        label=_("In words"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ["question", "state", "who", "due_on", "text"]

    def __init__(self, *args: Any, questions: QuerySet[HelpRequest], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only = questions[0] if len(questions) == 1 else None
        if self.only:
            del self.fields["question"]
        else:
            cast(forms.ModelChoiceField, self.fields["question"]).queryset = questions

    def clean_state(self) -> str:
        return self.cleaned_data["state"] or HelpRequest.State.YES

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if self.cleaned_data.get("state") == HelpRequest.State.PARTLY and not text.strip():
            raise ValidationError(_("Say what you can do."), code="required")
        return text

    @property
    def recorded(self) -> dict[str, Any]:
        asked = self.only or self.cleaned_data["question"]
        return super().recorded | {"text": self.cleaned_data["text"] or asked.text}


class StopForm(DecisionForm):
    kind = Decision.Kind.STOP

    reason = reason_field(required=True)
