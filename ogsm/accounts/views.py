from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ogsm.request import Request

from .calendar_models import CalendarFeed
from .forms import ProfileForm
from .models import User
from .token_views import token_lines


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: Request) -> HttpResponse:
    """My name, language, colours and shortcuts, and the address of my calendar."""
    user = User.objects.get(
        pk=request.user.pk
    )  # not the request's: the page around a refused form shows what is stored
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=user)
    if request.method == "POST" and form.is_valid():
        user.save(update_fields=ProfileForm.Meta.fields)
        with translation.override(user.language or translation.get_language()):
            messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    feed = CalendarFeed.objects.filter(user=user).first()
    address = feed and request.build_absolute_uri(reverse("updates:calendar_feed", args=[feed.secret]))
    context = {"form": form, "feed": feed, "calendar_address": address, "stand_ins": _stand_ins(user, request.on)}
    context["tokens"] = token_lines(user, request.on)
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)


def _stand_ins(user: Any, on: dt.date) -> list[Any]:
    """Who stands in for the user, and for whom the user does, now or later, in plans that go on. Two queries."""
    found = [*user.absences.of_open_plans(on), *user.stands_in.of_open_plans(on)]
    return sorted(found, key=lambda stand_in: (stand_in.first_on, stand_in.pk))
