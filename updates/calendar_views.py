"""Calendar files: a person's own at a secret address, and that of one session."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ogsm.accounts.calendar_models import CalendarFeed
from ogsm.request import Request
from plans.access import plan_for

from .calendar import calendar_rows, calendar_text, entries_of, etag_of, session_entry

TYPE = "text/calendar; charset=utf-8"


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


@require_safe
@login_not_required
def calendar_feed(request: Request, secret: str) -> HttpResponse:
    """My sessions and deadlines, for whoever has the secret address; 404 for any other. Three queries."""
    if "\0" in secret:  # no text for a database
        raise Http404
    feed = get_object_or_404(CalendarFeed.objects.select_related("user"), secret=secret, user__is_active=True)
    with translation.override(feed.words_in):
        what = _("sessions and deadlines")
        name = f"{settings.ORGANISATION_NAME} · {what}"
        entries = entries_of(feed, at=request.at, base=_base(request))
    etag = etag_of(entries, name, settings.TIME_ZONE)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(calendar_text(entries, name=name), content_type=TYPE)
        response["Content-Disposition"] = 'inline; filename="ogsm.ics"'
    response["ETag"] = etag
    response["Referrer-Policy"] = "no-referrer"
    patch_cache_control(response, private=True, no_cache=True)
    return response


@require_safe
def session_ics(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """One session, to add to a calendar; the same event as in the feed."""
    access = plan_for(request, plan_id)
    session = get_object_or_404(calendar_rows(access.plan.sessions.all()), pk=session_id)
    response = HttpResponse(calendar_text([session_entry(session, _base(request))]), content_type=TYPE)
    response["Content-Disposition"] = f'attachment; filename="session-{session.day.isoformat()}.ics"'
    patch_cache_control(response, private=True, no_cache=True)
    return response
