"""Sending an invitation again, and the page its link leads to."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from ogsm.accounts import signed_in
from ogsm.joining_mails import mail_joining
from ogsm.pages import CONFLICT, INVALID, posted, refusal, refuse_in_form, saved
from ogsm.request import Request
from plans.access import plan_for
from plans.invitation_models import Standing
from plans.member_forms import InvitationForm
from plans.models import Invitation

from .members import member_page, members_address

GONE, TOO_MANY = 410, 429


@require_POST
def member_invite(request: Request, plan_id: int, membership_id: int) -> HttpResponse:
    """The invitation once more (or for the first time, for somebody added in the administration): a new link."""
    access = plan_for(request, plan_id)
    access.require(access.may_manage_members)
    membership = get_object_or_404(access.plan.memberships.select_related("user"), pk=membership_id)
    if not ratelimit.consume(request, action="invite_again", key=str(membership.pk)):
        why = _("This was sent several times within the hour. Ask whether it is among unwanted mail, and try later.")
        return member_page(request, access, TOO_MANY, refused=membership, why=why)
    try:
        invitation = Invitation.issue(access.plan, membership.user, by=request.user, at=request.at)
    except ValidationError as error:
        return member_page(request, access, INVALID, refused=membership, why=refusal(error))
    mail_joining(invitations=[invitation], by=request.user, at=request.at)
    return saved(request, members_address(plan_id), _("%(name)s gets a new link.") % {"name": membership.user})


@never_cache
@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: Request, token: str) -> HttpResponse:
    """Name and password, and in. Opening it changes nothing; what no longer works says what to do instead."""
    found = Invitation.objects.of_token(token)
    if found is None:
        raise Http404
    invitation, number = found
    standing = invitation.standing(request.at, number)
    visitor: Any = request.user  # nobody, as a rule
    if (
        standing == Standing.USED
        and visitor == invitation.user
        and invitation.plan.memberships.filter(user=visitor.pk).exists()
    ):
        return redirect(invitation.plan)
    if standing != Standing.OPEN:
        return render(request, "plans/invitation_gone.html", {"standing": standing.value}, status=GONE)
    if visitor.is_authenticated:
        return render(request, "plans/invitation_other.html", {"invitation": invitation}, status=CONFLICT)
    form = InvitationForm(posted(request), user=invitation.user)
    if settings.OIDC_ONLY and form.is_bound:
        raise PermissionDenied(_("Passwords are switched off here."))
    if form.is_valid():
        try:
            user = invitation.accept(**form.said, number=number, at=request.at)
        except ValidationError as error:
            refuse_in_form(form, error)
        else:
            login(request, user)
            signed_in.note(request)
            messages.success(request, _("Welcome, %(name)s.") % {"name": user.first_name})
            return redirect(invitation.plan)
    context = {"form": form, "invitation": invitation, "role": invitation.role}
    return render(request, "plans/invitation_accept.html", context, status=INVALID if form.errors else 200)
