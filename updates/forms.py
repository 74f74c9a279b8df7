"""Forms of updates, help and agreements: they parse, the verbs on the models act."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from actions.models import Action
from ogsm.accounts.models import User
from ogsm.fields import PASSED, DayField

from .models import ANSWER, Decision, HelpRequest, Update
from .remark_models import LONGEST

if TYPE_CHECKING:
    from plans.models import Plan

REASON = 1000


class WordsField(forms.CharField):
    """Free words. Browsers send line ends as two characters: kept as one, the same text stays the same."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


def _words(label: Any, *, rows: int, most: int = ANSWER) -> WordsField:
    return WordsField(
        label=label, required=False, max_length=most, widget=forms.Textarea(attrs={"rows": rows, "maxlength": most})
    )


def _tiles(label: Any, choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect(attrs={"class": "sr"}), **options)


def _label(name: str) -> Any:
    """What the model calls it."""
    return {field.name: field.verbose_name for field in Update._meta.concrete_fields}[name]


class AnswersForm(forms.Form):
    """The three questions with light, status and expected end. `subject` is the action they are about."""

    done = _words(_label("done"), rows=3)
    next = _words(_label("next"), rows=2)
    need = _words(_label("need"), rows=2)
    need_of = forms.ModelChoiceField(
        User.objects.none(), label=_("Ask this of"), required=False, empty_label=_("the team")
    )
    light = _tiles(_("How is it going?"), [*Action.Light.choices, ("", _("None"))], required=False)
    status = _tiles(_("Where is it?"), Action.Status.choices, required=False)
    expected_end = DayField(
        label=_("When do you expect it to be done?"),
        required=False,
        help_text=_("Leave empty if the deadline still holds."),
    )

    ANSWERS = ("done", "next", "need", "need_of", "light", "status", "expected_end")

    def __init__(self, *args: Any, subject: Action, voice: User, on: dt.date, **kwargs: Any) -> None:
        """`voice` is the person whose answers these are, and so the one who is not asked for help."""
        kwargs.setdefault("auto_id", f"update-{subject.pk}-%s")
        super().__init__(*args, **kwargs)
        self.subject, self.on = subject, on
        need_of = cast(forms.ModelChoiceField, self.fields["need_of"])
        need_of.queryset = helpers(subject.plan).exclude(pk=voice.pk)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("need"):
            cleaned["need_of"] = None
        return cleaned

    def clean_status(self) -> str:
        if not self.cleaned_data["status"]:
            raise ValidationError(_("Say whether it is to do, in progress or done."), code="required")
        return self.cleaned_data["status"]

    def clean_expected_end(self) -> dt.date | None:
        day = self.cleaned_data["expected_end"]
        if day and day < self.on and day != self.subject.expected_end:
            raise ValidationError(PASSED, code="passed")
        return day

    @property
    def answers(self) -> dict[str, Any]:
        """What the verb takes, after `is_valid()`. A finished action expects no end."""
        answers = {name: self.cleaned_data[name] for name in self.ANSWERS}
        if answers["status"] == Action.Status.DONE:
            answers["expected_end"] = None
        return answers


class UpdateForm(AnswersForm):
    """A new update. A late action is asked outright: done, or a new date and why?"""

    class Ask:
        DONE, DATE, NEITHER = "done", "date", "neither"

    ask = _tiles("", [(Ask.DONE, _("It is done")), (Ask.DATE, _("New date, and why")), (Ask.NEITHER, _("Neither yet"))],
                 required=False)  # fmt: skip
    new_deadline = DayField(label=_("New deadline"), required=False)
    reason = _words(_("Why?"), rows=2, most=REASON)
    close_help = forms.BooleanField(required=False)
    token = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    field_order = ["ask", "new_deadline", "reason", *AnswersForm.ANSWERS, "close_help", "token"]

    def __init__(self, *args: Any, may_move_deadline: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_move_deadline = may_move_deadline
        self.open_help: list[HelpRequest] = []
        if not may_move_deadline:
            del self.fields["new_deadline"], self.fields["reason"]
            ask = cast(forms.ChoiceField, self.fields["ask"])
            ask.choices = [(self.Ask.DONE, _("It is done")), (self.Ask.NEITHER, _("Neither yet"))]

    def clean_status(self) -> str:
        if self.cleaned_data.get("ask") == self.Ask.DONE:
            return Action.Status.DONE
        return super().clean_status()

    def clean_new_deadline(self) -> dt.date | None:
        day, ask = self.cleaned_data["new_deadline"], self.cleaned_data.get("ask")
        if ask in (self.Ask.DONE, self.Ask.NEITHER):
            return None
        if day is None:
            if ask == self.Ask.DATE:
                raise ValidationError(_("Choose the new deadline."), code="required")
        elif day == self.subject.deadline:
            raise ValidationError(_("This is the deadline already."), code="same")
        elif day < self.on:
            raise ValidationError(PASSED, code="passed")
        elif self.subject.starts_on and day < self.subject.starts_on:
            raise ValidationError(_("The deadline lies before the start."), code="start")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        deadline, end = cleaned.get("new_deadline"), cleaned.get("expected_end")
        if deadline and end and end > deadline and cleaned.get("status") != Action.Status.DONE:
            text = _("This lies after the new deadline. Give a later deadline, or an earlier day here, or none.")
            self.add_error("expected_end", text)
        return cleaned

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"]
        if self.cleaned_data.get("new_deadline") and not reason:
            raise ValidationError(_("Say why the deadline moves."), code="required")
        return reason

    @property
    def answers(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        more = {
            "close_help": cleaned["close_help"],
            "token": token_of(cleaned["token"]),
            "new_deadline": cleaned.get("new_deadline"),
            "reason": cleaned.get("reason", ""),
        }
        return super().answers | more


class ResultForm(forms.Form):
    """What came of a finished action: a note, and whether its open questions can be closed. Nothing has to be said."""

    result = _words(_("What was the result?"), rows=3)
    close_help = forms.BooleanField(required=False)
    token = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, subject: Action) -> None:
        super().__init__(data, auto_id=f"result-{subject.pk}-%s", initial={"token": uuid.uuid4()})
        self.open_help: list[HelpRequest] = []
        if subject.open_help:
            self.open_help = list(subject.help_requests.open().select_related("asked_of"))
        else:
            del self.fields["close_help"]

    @property
    def answers(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        more = {"close_help": cleaned.get("close_help", False), "token": token_of(cleaned["token"])}
        return {"result": cleaned["result"], **more}


class RemarkForm(forms.Form):
    text = WordsField(
        label=_("Remark"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST})
    )


class HelpAnswerForm(forms.Form):
    """Yes by a date, partly, or no."""

    State = HelpRequest.State

    state = _tiles(_("Can you help?"), [(State.YES, _("Yes")), (State.PARTLY, _("Partly")), (State.NO, _("No"))])
    promised_on = DayField(label=_("By when?"), required=False)
    answer = WordsField(
        label=_("In words"),
        required=False,
        max_length=ANSWER,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": ANSWER}),
        help_text=_("Partly: what you can do. No: why, or who could."),
    )

    def __init__(self, *args: Any, subject: HelpRequest, on: dt.date, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"help-{subject.pk}-%s")
        super().__init__(*args, **kwargs)
        self.on = on
        self.fields["state"].error_messages["required"] = _("Choose yes, partly or no.")

    def clean_promised_on(self) -> dt.date | None:
        day, state = self.cleaned_data["promised_on"], self.cleaned_data.get("state")
        if state == self.State.NO:
            return None
        if day is None and state == self.State.YES:
            raise ValidationError(_("Say by when you will help."), code="required")
        if day and day < self.on:
            raise ValidationError(PASSED, code="passed")
        return day

    def clean_answer(self) -> str:
        answer = self.cleaned_data["answer"]
        if self.cleaned_data.get("state") == self.State.PARTLY and not answer:
            raise ValidationError(_("Say what you can do."), code="required")
        return answer


class HelpPassForm(forms.Form):
    """Who is asked from now on: somebody of the plan, or the team."""

    asked_of = forms.ModelChoiceField(
        User.objects.none(), label=_("Who can help better?"), required=False, empty_label=_("the team")
    )
    why = _words(_("A word with it"), rows=2, most=REASON)

    def __init__(self, *args: Any, subject: HelpRequest, plan: Plan, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"help-{subject.pk}-%s")
        super().__init__(*args, **kwargs)
        self.subject = subject
        asked_of = cast(forms.ModelChoiceField, self.fields["asked_of"])
        asked_of.queryset = helpers(plan).exclude(pk__in=[subject.asked_by_id, subject.asked_of_id or 0])
        if subject.asked_of_id is None:
            asked_of.empty_label = _("Choose who")

    def clean_asked_of(self) -> User | None:
        person = self.cleaned_data["asked_of"]
        if person is None and self.subject.asked_of_id is None:
            raise ValidationError(_("Choose who."), code="required")
        return person


class AgreementDayForm(forms.Form):
    """Another day for what was agreed, and why."""

    due_on = DayField(label=_("New date"))
    why = _words(_("Why?"), rows=2, most=REASON)

    def __init__(self, *args: Any, subject: Decision, on: dt.date, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"agreement-{subject.pk}-%s")
        super().__init__(*args, **kwargs)
        self.subject, self.on = subject, on
        self.fields["due_on"].error_messages["required"] = _("Choose the new date.")

    def clean_due_on(self) -> dt.date:
        day = self.cleaned_data["due_on"]
        if day < self.on:
            raise ValidationError(PASSED, code="passed")
        if day == self.subject.due_on:
            raise ValidationError(_("This is the date already."), code="same")
        return day

    def clean_why(self) -> str:
        why = self.cleaned_data["why"]
        if not why:
            raise ValidationError(_("Say why the date moves."), code="required")
        return why


def helpers(plan: Plan) -> Any:
    """Everybody in the plan, in the order of names: who is asked may answer, readers too."""
    return User.objects.filter(memberships__plan=plan, is_active=True)


def token_of(text: str) -> uuid.UUID | None:
    """The mark of one form that was shown, so that sending it twice does nothing twice; None when it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def draft_answers(data: Any) -> dict[str, str]:
    """What is kept of a form that was not sent yet: its own fields as text, without what no database can hold."""
    kept = ("ask", "new_deadline", "reason", *AnswersForm.ANSWERS)
    return {name: str(data[name]).replace("\0", "")[: 5 * ANSWER] for name in kept if name in data}


def focus_first(form: forms.Form, name: str) -> bool:
    """Gives the focus to the first field with an error, else to `name`; whether there was one to give it to."""
    wrong = (field for field in form.fields if field in form.errors) if form.is_bound else ()
    name = next(iter(wrong), name)
    if name not in form.fields:
        return False
    form.fields[name].widget.attrs["autofocus"] = True
    return True
