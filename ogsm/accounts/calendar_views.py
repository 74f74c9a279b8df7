"""The verbs of the calendar address on the profile page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ogsm.request import Request

from .calendar_models import CalendarFeed

PLACE = "/accounts/profile/#calendar"


@require_POST
def calendar_make(request: Request) -> HttpResponse:
    """An address for my calendar, or a new one instead of it."""
    had_one = CalendarFeed.objects.filter(user=request.user).exists()
    CalendarFeed.make(request.user, language=get_language() or "en", at=request.at)
    messages.success(
        request,
        _("This is your new address. The old one no longer works.") if had_one else _("Your calendar has an address."),
    )
    return redirect(PLACE)


@require_POST
def calendar_involved(request: Request) -> HttpResponse:
    """Also the deadlines of actions I am involved in, or no longer."""
    feed = get_object_or_404(CalendarFeed, user=request.user)
    feed.change(by=request.user, at=request.at, with_involved="with_involved" in request.POST)
    messages.success(request, _("Saved. Your calendar follows at its next refresh."))
    return redirect(PLACE)


@require_POST
def calendar_off(request: Request) -> HttpResponse:
    """No address any more. Switching off twice changes nothing."""
    for feed in CalendarFeed.objects.filter(user=request.user):
        feed.delete()
    messages.success(request, _("Your calendar address is switched off."))
    return redirect(PLACE)
