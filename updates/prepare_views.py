"""Preparing a session through a mailed link, without signing in: exactly the link's person, plan and session.

Opening an address changes nothing. No session is made and nobody is signed in: `request.user` is the link's person for
this one request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reswap, retarget

from actions.models import Action
from actions.querysets import ActionQuerySet
from ogsm.pages import is_fragment, toast, trigger
from ogsm.request import Request
from ogsm.write_queue import write_queue
from plans.access import PlanAccess
from plans.forms import ValueForm
from plans.models import Indicator
from plans.views.values import entered_words, value_answer

from . import answering
from .desks import Desk, desk_of, link_desk
from .items import UpdateItem
from .models import Decision, HelpRequest, Session, Update
from .prepare_links import PrepareLink, Standing, is_ours, read_link
from .views import page_or_form

GONE, NOT_FOUND = 410, 404
BASE = "updates/prepare_base.html"
View = Callable[..., HttpResponse]


@contextmanager
def _writing() -> Iterator[None]:
    """One transaction, in turn, as for every POST below a plan's address."""
    with write_queue(), transaction.atomic():
        yield


class LinkRequest(Request):
    """A request through a link that is open; for annotations only."""

    desk: Desk
    prepares: Session


def by_link(view: View) -> View:
    """The view gets the rights of the link's person in its plan; a link that leads no further gets a page that says why
    and how to go on. A POST is one transaction and holds the plan. What the view may reach it narrows down itself: what
    the person may do as owner of the plan, say, is no matter of the link."""

    @wraps(view)
    def opened(request: Request, token: str, **ids: Any) -> HttpResponse:
        writes = request.method == "POST" and is_ours(token)
        with _writing() if writes else nullcontext():
            link = read_link(token, request.at, lock=writes)
            person = link.membership.user if link and link.membership else None
            with translation.override(person.language if person and person.language else translation.get_language()):
                response = _answer(view, request, link, **ids)
        response["Referrer-Policy"] = "same-origin"  # the address is a secret; stricter, and forms lose their origin
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return login_not_required(never_cache(opened))


def _answer(view: View, request: Request, link: PrepareLink | None, **ids: Any) -> HttpResponse:
    if link is None or not link.is_open or link.membership is None:
        return _gone(request, link)
    opened, visitor = cast(LinkRequest, request), request.user
    opened.user, opened.desk, opened.prepares = link.membership.user, link_desk(link.token), link.session
    try:
        return view(opened, PlanAccess(link.membership.plan, link.membership, opened.user), **ids)
    except (Http404, PermissionDenied):
        request.user = visitor  # the page that says so is one for whoever is signed in, or for nobody
        raise


def _gone(request: Request, link: PrepareLink | None) -> HttpResponse:
    """404 for what is no link of ours, 410 for one that has ended; who was just typing keeps what stands there."""
    standing = link.standing.value if link else "unknown"
    if is_fragment(request):
        text = _("The session has started, or this link has ended. What you typed is still here; sign in to go on.")
        return toast(HttpResponse(status=GONE if link else NOT_FOUND), text)
    session = link.session if link and link.standing != Standing.NOT_YOU else None
    context = {"standing": standing, "session": session}
    return render(request, "updates/prepare_gone.html", context, status=GONE if link else NOT_FOUND)


@by_link
@require_safe
def prepare_page(request: LinkRequest, access: PlanAccess) -> HttpResponse:
    """What the person still has to do for the session; the first update owed stands open."""
    context = answering.letter_context(request, access=access, session=request.prepares)
    return render(request, request.desk.page, context)


# ---- my actions ----


def _my_actions(access: PlanAccess) -> ActionQuerySet:
    return access.plan.actions.live().filter(responsible=access.user)


def _item(request: LinkRequest, access: PlanAccess, action_id: int) -> UpdateItem:
    action: Action = get_object_or_404(_my_actions(access).for_display(request.on), pk=action_id)
    access.require(access.may_update(action))
    return answering.item_of(access, action, request)


@by_link
@page_or_form
def prepare_update_give(request: LinkRequest, access: PlanAccess, action_id: int) -> HttpResponse:
    return answering.give(request, access, _item(request, access, action_id))


@by_link
@require_POST
def prepare_update_unchanged(request: LinkRequest, access: PlanAccess, action_id: int) -> HttpResponse:
    return answering.give_unchanged(request, access, _item(request, access, action_id))


@by_link
@require_POST
def prepare_update_draft(request: LinkRequest, access: PlanAccess, action_id: int) -> HttpResponse:
    action = get_object_or_404(_my_actions(access), pk=action_id)
    access.require(access.may_update(action))
    return answering.keep_draft(request, action)


@by_link
@page_or_form
def prepare_update_correct(request: LinkRequest, access: PlanAccess, update_id: int) -> HttpResponse:
    mine = Update.objects.select_related("author").filter(author=access.user, action__in=_my_actions(access))
    update = get_object_or_404(mine, pk=update_id)
    return answering.correct(request, access, _item(request, access, update.action_id), update)


# ---- what is asked of me, what I agreed, what I enter ----


@by_link
@page_or_form
def prepare_help_answer(request: LinkRequest, access: PlanAccess, help_id: int) -> HttpResponse:
    requests = HelpRequest.objects.filter(action__plan=access.plan).to_or_team(access.user)
    asked = get_object_or_404(requests.for_answer(), pk=help_id)
    access.require(access.may_answer(asked))
    return answering.answer_help(request, access, asked)


@by_link
@page_or_form
def prepare_help_pass(request: LinkRequest, access: PlanAccess, help_id: int) -> HttpResponse:
    """What is asked of me by name; what is asked of the team is with everybody already."""
    requests = HelpRequest.objects.of_live_actions().filter(action__plan=access.plan, asked_of=access.user)
    asked = get_object_or_404(requests.for_answer(), pk=help_id)
    access.require(access.may_pass_on(asked))
    return answering.pass_help(request, access, asked)


def _agreement(access: PlanAccess, decision_id: int) -> Decision:
    mine = Decision.objects.promises().filter(plan=access.plan, who=access.user).select_related("session", "action")
    agreement = get_object_or_404(mine, pk=decision_id)
    access.require(access.may_finish(agreement))
    return agreement


@by_link
@require_POST
def prepare_agreement_done(request: LinkRequest, access: PlanAccess, decision_id: int) -> HttpResponse:
    return answering.finish_agreement(request, _agreement(access, decision_id))


@by_link
@page_or_form
def prepare_agreement_move(request: LinkRequest, access: PlanAccess, decision_id: int) -> HttpResponse:
    return answering.move_agreement(request, access, _agreement(access, decision_id))


@by_link
@page_or_form
def prepare_value_enter(request: LinkRequest, access: PlanAccess, indicator_id: int) -> HttpResponse:
    mine = Indicator.objects.live().filter(choice__plan=access.plan, choice__archived_at=None).to_enter_by(access.user)
    indicator = get_object_or_404(mine.select_related("choice__plan"), pk=indicator_id)
    access.require(access.may_enter_value(indicator))
    page = {"here": request.path, "back": request.desk.home, "page_base": BASE}
    return value_answer(request, access, indicator, _value_entered, **page)


def _value_entered(request: Request, access: PlanAccess, indicator: Indicator, form: ValueForm) -> HttpResponse:
    """The list of what is still to enter, and whether the person is ready by now."""
    desk = desk_of(request)
    if not is_fragment(request):
        return HttpResponseRedirect(desk.home)
    answer = render(request, f"{desk.page}#entered", answering.letter_context(request))
    answer = reswap(retarget(answer, "#my-indicators"), "outerHTML")
    return toast(trigger(answer, dialogClose={}), entered_words(indicator, form))
