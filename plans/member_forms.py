"""Forms about the people of a plan: inviting them, and accepting an invitation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ogsm.accounts.models import User

from .addressees import Addressee, read_addressees
from .models import Membership, Plan

AT_ONCE = 50


class MemberAddForm(forms.Form):
    """Several people at once, by their addresses."""

    people = forms.CharField(
        label=_("E-mail addresses"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("One on each line, or with commas between them; with or without a name. At most 50."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role, initial=Membership.Role.MEMBER)

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan

    def clean_people(self) -> list[Addressee]:
        people, wrong = read_addressees(self.cleaned_data["people"])
        if wrong:
            shown = ", ".join(f"‘{entry[:80]}’" for entry in wrong[:5])
            raise ValidationError(_("This is no e-mail address: %(wrong)s. Nobody is invited yet.") % {"wrong": shown})
        if not people:
            raise ValidationError(_("Enter at least one e-mail address."))
        if len(people) > AT_ONCE:
            raise ValidationError(_("Invite at most %(n)d people at once.") % {"n": AT_ONCE})
        members = User.objects.filter(memberships__plan=self.plan, email__in=[entry.email for entry in people])
        if len(people) == 1 and (user := members.first()):
            raise ValidationError(_("%(name)s is already a member of this plan.") % {"name": user})
        return people


class InvitationForm(SetPasswordForm):
    """Who accepts an invitation says their name and chooses a password."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("First name and last name, as colleagues know you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "new_password1", "new_password2"]

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(user, data, initial={"name": user.name})
        self.fields["new_password1"].label = _("Password")
        self.fields["new_password1"].help_text = _("At least ten characters: a few words together are fine.")
        self.fields["new_password2"].label = _("Password once more")
        self.fields["new_password2"].help_text = ""

    def clean_name(self) -> str:
        """Before the password, which may not be too much like it."""
        self.user.name = self.cleaned_data["name"]
        return self.user.name

    @property
    def said(self) -> dict[str, str]:
        """What the verb takes."""
        return {"name": self.cleaned_data["name"], "password": self.cleaned_data["new_password1"]}
