"""The page on which everything a person carries in a plan changes hands."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from ogsm.accounts.models import User
from ogsm.pages import form_status, plan_page_context, posted, saved
from ogsm.request import Request
from plans.access import plan_for
from plans.forms import people_of
from plans.models import Membership, Plan

from .handover import KINDS, Carried, carried_by, work_hand_over

KEY = re.compile(rf"(?:{'|'.join(KINDS)})-[0-9]{{1,15}}")
STAYS = "stays"


class HandOverForm(forms.Form):
    """One person for everything, and per piece somebody else, or nobody. What was on the page when it was opened is
    what is handed over: a piece that came in since is left where it is."""

    to = forms.ChoiceField(label=gettext_lazy("Everything to"), required=False)

    def __init__(self, data: Any, *, membership: Membership, carried: list[Carried]) -> None:
        super().__init__(data)
        self.people = {str(user.pk): user for user in people_of(membership.plan) if user.pk != membership.user_id}
        people = [(key, str(user)) for key, user in self.people.items()]
        self.fields["to"].choices = [("", _("Choose one person")), *people]  # type: ignore[attr-defined]
        stays = _("Stays with %(name)s") % {"name": membership.user}
        choices = [("", _("As above")), (STAYS, stays), *people]
        titles = {item.key: item.title for item in carried}
        self.keys = [name for name in data if KEY.fullmatch(name)] if data is not None else []
        for key in dict.fromkeys([*titles, *self.keys]):
            field = forms.ChoiceField(label=titles.get(key, key), choices=choices, required=False)
            field.widget.attrs["class"] = "form-select form-select-sm"
            self.fields[key] = field
        self.groups = self._grouped(carried)

    def _grouped(self, carried: list[Carried]) -> list[tuple[str, list[tuple[Carried, forms.BoundField]]]]:
        """(heading, its pieces, each with its field)."""
        groups = [
            (title, [(item, self[item.key]) for item in carried if item.kind == kind])
            for kind, (title, _holder) in KINDS.items()
        ]
        return [group for group in groups if group[1]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.heirs:
            self.add_error("to", _("Choose who takes over."))
        return cleaned

    @property
    def heirs(self) -> dict[str, User]:
        """Key of a piece → who takes it over; without those that stay."""
        chosen = {key: self.cleaned_data[key] or self.cleaned_data["to"] for key in self.keys}
        return {key: self.people[person] for key, person in chosen.items() if person not in ("", STAYS)}


@require_http_methods(["GET", "HEAD", "POST"])
def member_hand_over(request: Request, plan_id: int, membership_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    access.require(access.may_manage_members)
    membership = get_object_or_404(access.plan.memberships.select_related("user", "plan"), pk=membership_id)
    carried = carried_by(access.plan, membership.user)
    form = HandOverForm(posted(request), membership=membership, carried=carried)
    if form.is_valid():
        leaves = "remove" in request.POST
        try:
            done = work_hand_over(membership, carried, form.heirs, remove=leaves, by=request.user, at=request.at)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            gone = _("%(name)s is no longer a member.") % {"name": membership.user} if leaves else ""
            itself = leaves and membership.user == request.user
            to = reverse("plans:plan_list") if itself else reverse("plans:member_list", args=[plan_id])
            return saved(request, to, f"{done.in_words} {gone}".strip())
    context = {
        "form": form,
        "membership": membership,
        "plan": access.plan,
        "elsewhere": _elsewhere(request, membership),
    }
    page = plan_page_context(access, request, "members", **context)
    return render(request, "updates/member_hand_over.html", page, status=form_status(form))


def _elsewhere(request: Request, membership: Membership) -> list[Plan]:
    """Other plans of this person that the reader may see too. One query."""
    plans = Plan.objects.live().visible_to(request.user).exclude(pk=membership.plan_id)
    return list(plans.filter(pk__in=membership.user.memberships.values("plan")))
