"""Where I am signed in, and signing out there."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ogsm.request import Request

from . import signed_in


@never_cache
@require_safe
def places(request: Request) -> HttpResponse:
    """In which browsers I am signed in."""
    found = signed_in.places(request, request.user, at=request.at)
    return render(request, "accounts/places.html", {"places": found})


@require_POST
def place_end(request: Request, place_id: int) -> HttpResponse:
    """Signs me out in one other browser. Where I am not signed in any more, or it is this one: nothing."""
    mine = UserSession.objects.filter(user=request.user, pk=place_id)
    for kept in mine.exclude(session_key=request.session.session_key):
        kept.end()
        messages.success(request, _("You are signed out there."))
    return redirect("accounts:places")


@require_POST
def places_end(request: Request) -> HttpResponse:
    """Signs me out everywhere but here."""
    signed_in.end_elsewhere(request, request.user)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("accounts:places")
