"""The pages that remove an account: one's own, and for superusers somebody else's."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ogsm.accounts.models import User

from . import removal
from .pages import INVALID, refusal
from .request import Request


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def profile_remove(request: Request) -> HttpResponse:
    """Removes my own account, and signs me out for good."""
    return _remove(request, User.objects.get(pk=request.user.pk))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def person_remove(request: Request, user_id: int) -> HttpResponse:
    """A superuser removes somebody's account, at their request."""
    if not request.user.is_superuser:
        raise PermissionDenied
    person = get_object_or_404(User.objects.filter(removed_at=None), pk=user_id)
    return _remove(request, person)


def _remove(request: Request, person: User) -> HttpResponse:
    is_me, why, status = person.pk == request.user.pk, "", 200
    if request.method == "POST" and "sure" not in request.POST:
        why, status = _("Tick that you are sure."), INVALID
    elif request.method == "POST":
        name = str(person)
        try:
            removal.account_remove(person, by=request.user, at=request.at)
        except ValidationError as error:
            why, status = refusal(error), INVALID
        else:
            if is_me:
                logout(request)
                messages.success(request, _("Your account is removed."))
                return redirect("account_login")
            messages.success(request, _("The account of %(name)s is removed.") % {"name": name})
            return redirect("admin:accounts_user_changelist")
    context = {
        "person": person,
        "is_me": is_me,
        "why": why,
        "in_the_way": removal.in_the_way(person),
        "is_last_superuser": removal.is_last_superuser(person),
    }
    return render(request, "accounts/remove.html", context, status=status)
