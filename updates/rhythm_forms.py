"""Forms of the rhythm: a year of sessions of all three kinds at once, and all coming ones changed in one go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext_lazy as _

from actions.models import organisation_day
from ogsm import dates, words
from ogsm.accounts.models import User
from ogsm.fields import DayField, WholeNumberField
from plans.models import Plan

from . import rhythm
from .agenda import UPDATE_BOX_AT_MOST
from .models import Session
from .rhythm import BY_DAY, Rule, Slot
from .session_forms import LENGTHS, TimeInput, check_day, lengths, offer_leading

Kind = Session.Kind
NTHS = (
    (1, _("1st")), (2, _("2nd")), (3, _("3rd")), (4, _("4th")), (rhythm.LAST, _("last")),
    (BY_DAY, _("day of the month")),
)  # fmt: skip
SUMMER = [7, 8]
FIRST_VALUES: dict[str, dict[str, Any]] = {
    Kind.UPDATE: {"nth": 2, "minutes": 45},
    Kind.STEERING: {"nth": 3, "minutes": 90, "months": [3, 6, 9, 12]},
    Kind.PLAN: {"nth": 3, "minutes": 240, "months": [11]},
}
TITLES = {
    Kind.UPDATE: (_("Update sessions"), _("Every month: do we do things right?")),
    Kind.STEERING: (_("Steering sessions"), _("Every quarter: do we do the right things?")),
    Kind.PLAN: (_("Plan session"), _("Once a year: still the right course?")),
}


def slot_of(session: Session) -> Slot:
    kind = session.get_kind_display()
    return Slot(session.kind, kind, session.starts_at, session.minutes, session.day, session.pk)


def slots_of(sessions: Iterable[Session]) -> list[Slot]:
    return [slot_of(session) for session in sessions]


def _months() -> list[tuple[int, str]]:
    """In short, as the reader's language writes them."""
    return [(month, words.month_short(dt.date(2000, month, 1))) for month in range(1, 13)]


class MonthsField(forms.TypedMultipleChoiceField):
    """Months as a row of short names to tick."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs |= {"coerce": int, "required": False, "widget": forms.CheckboxSelectMultiple}
        super().__init__(choices=_months, **kwargs)


class RuleForm(forms.Form):
    """Which day of a month: its nth weekday, or a day by its number."""

    nth = forms.TypedChoiceField(label=_("On the"), choices=NTHS, coerce=int)
    weekday = forms.TypedChoiceField(label=_("Weekday"), choices=list(WEEKDAYS.items()), coerce=int, required=False)
    day = WholeNumberField(
        label=_("Day of the month"), min_value=1, max_value=31, required=False,
        help_text=_("In a shorter month its last day."),
    )  # fmt: skip

    def clean_day(self) -> int | None:
        day: int | None = self.cleaned_data["day"]
        if day is None and self.cleaned_data.get("nth") == BY_DAY:
            raise ValidationError(_("Which day of the month?"))
        return day

    @property
    def rule(self) -> Rule:
        asked = self.cleaned_data
        return Rule(asked["nth"], int(asked["weekday"] or 0), asked["day"] or 1)


class SeriesForm(RuleForm):
    """The sessions of one kind: on which day of which months, at what time, how long. Unticked it asks nothing."""

    wanted = forms.BooleanField(required=False)
    months = MonthsField(label=_("In"))
    time = forms.TimeField(label=_("Time"), widget=TimeInput())
    minutes = forms.TypedChoiceField(label=_("Length"), coerce=int)

    def __init__(self, data: Any = None, *, kind: str, initial: dict[str, Any]) -> None:
        super().__init__(data, prefix=kind, initial=initial)
        self.kind = Kind(kind)
        self.title, self.purpose = TITLES[self.kind]
        self.fields["wanted"].label = self.title
        cast(forms.ChoiceField, self.fields["minutes"]).choices = lengths(kind=kind, also=self.initial.get("minutes"))
        if self.kind == Kind.UPDATE:
            del self.fields["months"]

    def clean_months(self) -> list[int]:
        months: list[int] = self.cleaned_data["months"]
        if not months:
            raise ValidationError(_("Tick at least one month."))
        return months

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("wanted"):
            self._errors = ErrorDict()
        return cleaned

    @property
    def is_wanted(self) -> bool:
        """Ticked: as sent, or as first shown."""
        return bool(self["wanted"].value())

    def slots(self, first: dt.date, until: dt.date, without: Iterable[int]) -> list[Slot]:
        asked = self.cleaned_data
        months = set(asked.get("months") or MONTHS).difference(without)
        return [
            Slot(
                self.kind, self.kind.label, dates.local_moment(day, asked["time"], settings.TIME_ZONE),
                asked["minutes"], day,
            )
            for day in self.rule.days(first, until, months)
        ]  # fmt: skip


class YearForm(forms.Form):
    """Sessions of each kind by their own rule, from a day until another, some months left out. `leave_out` are the keys
    of slots that the preview showed and that are not wanted."""

    first = DayField(label=_("From"))
    until = DayField(label=_("Until"))
    without = MonthsField(label=_("Not in"), initial=SUMMER)
    place = forms.CharField(label=_("Place or link"), max_length=200, required=False)
    facilitator = forms.ModelChoiceField(User.objects.none(), label=_("Led by"), required=False)

    def __init__(self, data: Any = None, *, plan: Plan, on: dt.date, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.plan, self.on = plan, on
        offer_leading(self, plan)
        self.series = [SeriesForm(data, kind=kind, initial=initial[kind]) for kind in Kind]
        self.leave_out = set(data.getlist("leave_out")) if hasattr(data, "getlist") else set()

    def as_sent(self) -> YearForm:
        """The same form as it would be sent untouched: to show at once what it comes down to."""
        data = QueryDict(mutable=True)
        for form in (self, *self.series):
            for name in form.fields:
                field = form[name]
                value = field.value()
                values = value if isinstance(value, list) else [] if value in (None, False) else [value]
                data.setlist(field.html_name, [str(one) for one in values])
        return YearForm(data, plan=self.plan, on=self.on, initial=dict(self.initial))

    def clean_first(self) -> dt.date:
        return check_day(self.cleaned_data["first"], self.on)

    def clean_until(self) -> dt.date:
        return check_day(self.cleaned_data["until"], self.on)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        series = [one for one in self.series if one.is_wanted]
        if not series:
            self.add_error(None, _("Tick at least one kind of session."))
        elif [one for one in series if not one.is_valid()]:
            self.add_error(None, _("Something is missing or wrong in the fields below."))
        elif not self.errors and not self.slots():
            self.add_error("until", _("No session falls between these dates."))
        return cleaned

    def slots(self) -> list[Slot]:
        """All it comes down to, by kind; only for a form without errors."""
        asked = self.cleaned_data
        span = asked["first"], asked["until"], asked["without"]
        return [slot for one in self.series if one.is_wanted for slot in one.slots(*span)]

    @property
    def wanted_slots(self) -> list[Slot]:
        """Without those that were left out by hand."""
        return [slot for slot in self.slots() if slot.key not in self.leave_out]

    @property
    def months_left_out(self) -> list[dt.date]:
        """The months between its days that are left out, by their first day."""
        asked = self.cleaned_data
        months = rhythm.months_without(asked["first"], asked["until"], [])
        return [month for month in months if month.month in asked["without"]]


class ChangeAllForm(RuleForm):
    """Another day of the month, time, length, place or facilitator for all coming sessions of a kind. What is left
    empty stays as it is."""

    kind = forms.ChoiceField(label=_("Which sessions"))
    time = forms.TimeField(label=_("Time"), widget=TimeInput(), required=False)
    minutes = forms.TypedChoiceField(label=_("Length"), coerce=int, required=False, empty_value=None)
    place = forms.CharField(label=_("Place or link"), max_length=200, required=False)
    facilitator = forms.ModelChoiceField(User.objects.none(), label=_("Led by"), required=False)
    field_order = ["kind", "nth", "weekday", "day", "time", "minutes", "place", "facilitator"]

    def __init__(self, data: Any = None, *, plan: Plan, on: dt.date, coming: list[Session], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.on, self.coming = on, coming
        as_it_is = _("as it is now")
        kinds = [kind for kind in Kind if any(session.kind == kind for session in coming)]
        cast(forms.ChoiceField, self.fields["kind"]).choices = [(kind, TITLES[kind][0]) for kind in kinds]
        nth = cast(forms.TypedChoiceField, self.fields["nth"])
        nth.choices, nth.required, nth.empty_value = [("", as_it_is), *NTHS], False, None
        every = sorted({minutes for each in LENGTHS.values() for minutes in each})
        minutes = cast(forms.ChoiceField, self.fields["minutes"])
        minutes.choices = [("", as_it_is), *lengths(every)]
        offer_leading(self, plan)
        cast(forms.ModelChoiceField, self.fields["facilitator"]).empty_label = as_it_is
        for field in self.fields.values():
            cast(Any, field).asked = True  # that a field may stay empty is said once, above them

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        too_long = (cleaned.get("minutes") or 0) > UPDATE_BOX_AT_MOST
        if too_long and cleaned.get("kind") == Kind.UPDATE:
            self.add_error("minutes", _("An update session takes at most %(n)d minutes.") % {"n": UPDATE_BOX_AT_MOST})
        if not self.errors and not self.changes():
            self.add_error(None, _("Nothing changes: choose another day, time, length, place or facilitator."))
        return cleaned

    def changes(self) -> list[tuple[Session, dict[str, Any]]]:
        """Each session that changes, with its new values; a day that would have passed stays as it is."""
        asked = self.cleaned_data
        found = []
        for session in self.coming:
            if session.kind != asked["kind"]:
                continue
            values = {name: asked[name] for name in ("minutes", "place", "facilitator") if asked[name]}
            values["starts_at"] = self._moment(session)
            changed = {name: value for name, value in values.items() if getattr(session, name) != value}
            if changed:
                found.append((session, changed))
        return found

    def _moment(self, session: Session) -> dt.datetime:
        asked, day = self.cleaned_data, organisation_day(session.starts_at)
        if asked["nth"] is not None:
            new = self.rule.in_month(day.year, day.month)
            day = new if new >= self.on else day
        time = asked["time"] or dates.local_time(session.starts_at, settings.TIME_ZONE)
        return dates.local_moment(day, time, settings.TIME_ZONE)
