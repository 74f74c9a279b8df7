"""A session in preparation, for whoever leads it: is the page still true, and reminding who owes something."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ogsm.accounts.models import User
from ogsm.pages import done_in_place, is_fragment, saved
from ogsm.request import Request
from plans.access import PlanAccess, plan_for

from .models import Session
from .preparation import nudge, preparation_stamp, preparing
from .session_pages import refused, session_for


@never_cache
@require_safe
def session_ready(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """204 while the page whose stamp is `since` is still true, else the new stamp. Three queries beyond signing in."""
    access = plan_for(request, plan_id)
    session = session_for(access, session_id)
    stamp = preparation_stamp(session, request.on)
    return HttpResponse(status=204) if request.GET.get("since") == stamp else JsonResponse({"stamp": stamp})


@require_POST
def person_remind(request: Request, plan_id: int, session_id: int, user_id: int) -> HttpResponse:
    """A mail with their own link to one person who still owes something; once a day."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    return _remind(request, access, session_for(access, session_id), user_id)


@require_POST
def session_remind(request: Request, plan_id: int, session_id: int) -> HttpResponse:
    """The same to everybody who still owes something."""
    access = plan_for(request, plan_id)
    access.require(access.may_run_sessions)
    return _remind(request, access, session_for(access, session_id))


def _remind(request: Request, access: PlanAccess, session: Session, user_id: int | None = None) -> HttpResponse:
    people = [one for one in preparing(session, request.on) if user_id in (None, one.user.pk)]
    if not people:
        raise Http404
    try:
        told = nudge(session, people, by=request.user, at=request.at, on=request.on)
    except ValidationError as error:
        return refused(request, access, session, error)
    text = _said(told, people[0].user if user_id else None)
    if is_fragment(request):
        return done_in_place(text, preparationChanged={})
    return saved(request, session, text)


def _said(told: list[User], one: User | None) -> str:
    if one is None and not told:
        return _("Everybody who still owes something was reminded today already.")
    if one and not told:
        return _("%(name)s gets no mail: reminded today already, ready, or without an account that is in use.") % {
            "name": one.name
        }
    if len(told) == 1:
        return _("%(name)s gets a mail with a link to prepare the session.") % {"name": told[0].name}
    return _("%(number)d people each get a mail with their own link.") % {"number": len(told)}
