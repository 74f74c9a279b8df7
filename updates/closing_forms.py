"""Forms of the closing: who was there, what is carried over, when the next session is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from copy import copy
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actions.models import organisation_day
from ogsm import dates, words
from ogsm.conflicts import MergingModelForm
from ogsm.fields import DayField

from .closing import Undecided, carried_by_default
from .models import Attendance, Session
from .session_forms import TimeInput, check_day


class ClosingForm(forms.Form):
    """Who was there, confirmed at the closing: one field for each person of `entries`, by the name of the person; and
    which lines are carried over. `asked` goes along with the boxes: without it nobody has seen them."""

    PREFIX = "attendance-"

    def __init__(self, *args: Any, entries: Iterable[Attendance], undecided: Undecided, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for entry in entries:
            self.fields[f"{self.PREFIX}{entry.user_id}"] = forms.ChoiceField(
                label=str(entry.user), choices=Attendance.State, initial=entry.state, required=False,
                widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
            )  # fmt: skip
        self.lines = undecided.asked
        self.fields["carry"] = forms.TypedMultipleChoiceField(
            label=_("Carry over to the next session"),
            choices=[(line.pk, line.title) for line in self.lines],
            coerce=int,
            initial=sorted(carried_by_default(self.lines)),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    @property
    def people(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(self.PREFIX)]

    @property
    def attendance(self) -> dict[int, str]:
        """User id → state; who was not in the form is left out."""
        return {field_id: state for field_id, state in self._states() if state}

    def _states(self) -> Iterable[tuple[int, str]]:
        for name, value in self.cleaned_data.items():
            if name.startswith(self.PREFIX):
                yield int(name.removeprefix(self.PREFIX)), value

    @property
    def carried(self) -> set[int] | None:
        """Ids of the ticked lines; None when the boxes were not on the form."""
        return set(self.cleaned_data["carry"]) if "asked" in self.data else None


class NextSessionForm(MergingModelForm):
    """The next session as it is planned, to be moved here; or an empty one, of which the day may be left empty."""

    day = DayField(label=_("Date"))
    time = forms.TimeField(label=_("Time"), widget=TimeInput())
    field_order = ["day", "time", "place"]

    class Meta:
        model = Session
        fields = ["place"]
        labels = {"place": _("Place or link")}

    def __init__(self, data: Any = None, *, session: Session, following: Session | None, on: dt.date) -> None:
        self.session, self.following, self.on = session, following, on
        instance = copy(following) or Session(plan=session.plan, kind=session.kind, place=session.place)
        super().__init__(data, instance=instance, prefix="next")
        local = timezone.localtime((following or session).starts_at, timezone.get_default_timezone())
        self.initial["time"] = local.time()
        if following:
            self.initial["day"] = local.date()
            self.stored |= {"day": local.date(), "time": local.time()}
        else:
            self.fields["day"].required = self.fields["time"].required = False

    def clean_day(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["day"]
        if day is None or day == self.stored.get("day"):
            return day
        if not self.following and day == self._first("day"):
            raise ValidationError(
                _("The session that stood here has been cancelled meanwhile. Leave the date empty, or choose another.")
            )
        check_day(day, self.on)
        others = self.session.plan.sessions.filter(kind=self.session.kind).exclude(state=Session.State.CANCELLED)
        if self.following:
            others = others.exclude(pk=self.following.pk)
        if any(organisation_day(each) == day for each in others.values_list("starts_at", flat=True)):
            raise ValidationError(_("There is a session on this day already."))
        return day

    @property
    def values(self) -> dict[str, Any]:
        """What changes of the next session, or what a new one is made of; empty for nothing."""
        if not self.following:
            day, time = self.cleaned_data["day"], self.cleaned_data["time"] or self.initial["time"]
            return {"starts_at": self._moment(day, time), "place": self.cleaned_data["place"]} if day else {}
        values = dict(self.merged)
        day, time = values.pop("day", None), values.pop("time", None)
        if day or time:
            values["starts_at"] = self._moment(day or self.stored["day"], time or self.stored["time"])
        return values

    def _moment(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dates.local_moment(day, time, settings.TIME_ZONE)

    def show_theirs(self) -> None:
        """Puts what somebody else saved meanwhile beside each conflicting field."""
        for name, value in self.conflicts.items():
            setattr(self[name], "theirs", words.clock(value) if name == "time" else value)  # noqa: B010
