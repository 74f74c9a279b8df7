"""The people of a plan and their roles."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ogsm.accounts.models import User
from ogsm.joining_mails import mail_joining
from ogsm.pages import form_status, is_fragment, plan_page_context, posted, refusal, saved
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.forms import RoleForm
from plans.inviting import people_invite
from plans.member_forms import MemberAddForm
from plans.models import Membership, StandIn
from plans.services import member_remove as remove_member
from plans.services import member_role as change_role
from plans.services import refuse_removal, work_in_words


def member_page(request: Request, access: PlanAccess, status: int = 200, **more: object) -> HttpResponse:
    memberships: list[Any] = list(access.plan.memberships.by_name())
    work = work_in_words(access.plan)
    invitations = {invitation.user_id: invitation for invitation in access.plan.invitations.all()}
    for membership in memberships:
        membership.work = work.get(membership.user_id, [])
        invitation = membership.invitation = invitations.get(membership.user_id)
        membership.is_late = invitation is not None and request.at >= invitation.expires_at
        membership.is_unsent = invitation is not None and invitation.is_unsent(request.at)
    context = plan_page_context(access, request, "members", plan=access.plan, memberships=memberships)
    context["stand_ins"] = _stand_ins(request, access, memberships)
    context["ended"] = _just_ended(request, access)
    context["may_name_stand_in"] = access.may_name_stand_in()
    context |= {"roles": Membership.Role.choices, "owners": _owners(memberships), **more}
    return render(request, "plans/member_list.html", context, status=status)


def _stand_ins(request: Request, access: PlanAccess, memberships: list[Any]) -> list[Any]:
    """Those that hold and those to come, each with whether the reader may change it; who is away today has theirs."""
    stand_ins: list[Any] = list(access.plan.stand_ins.not_over(request.on).select_related("person", "deputy"))
    for stand_in in stand_ins:
        stand_in.may_change = access.may_name_stand_in(stand_in.person_id)
        stand_in.is_now = stand_in.holds_on(request.on)
    away = {stand_in.person_id: stand_in for stand_in in stand_ins if stand_in.is_now}
    for membership in memberships:
        membership.stand_in = away.get(membership.user_id)
    return stand_ins


def _just_ended(request: Request, access: PlanAccess) -> StandIn | None:
    """The one that was ended a moment ago, while the reader may bring it back. A query only when asked for."""
    asked = request.GET.get("ended", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        return None
    ended = access.plan.stand_ins.filter(pk=asked).exclude(withdrawn_at=None).select_related("person", "deputy").first()
    return ended if ended and access.may_name_stand_in(ended.person_id) else None


def _owners(memberships: list[Membership]) -> list[User]:
    return [membership.user for membership in memberships if membership.role == Membership.Role.OWNER]


@require_safe
def member_list(request: Request, plan_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    return member_page(request, access)


@require_http_methods(["GET", "HEAD", "POST"])
def member_add(request: Request, plan_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    access.require(access.may_manage_members)
    form = MemberAddForm(posted(request), plan=access.plan)
    if form.is_valid() and not ratelimit.consume(request, action="invite"):
        form.add_error(None, _("You have sent very many invitations within the hour. Please go on later."))
    if form.is_valid():
        values = form.cleaned_data
        invited = people_invite(
            plan=access.plan, addressees=values["people"], role=values["role"], by=request.user, at=request.at
        )
        mail_joining(invitations=invited.invitations, added=invited.added, by=request.user, at=request.at)
        return saved(request, members_address(plan_id), invited.in_words)
    context = {"form": form, "plan": access.plan}
    if is_fragment(request):
        return render(request, "plans/member_add.html#form", context, status=form_status(form))
    page = plan_page_context(access, request, "members", **context)
    return render(request, "plans/member_add.html", page, status=form_status(form))


def members_address(plan_id: int) -> str:
    return reverse("plans:member_list", args=[plan_id])


@require_http_methods(["GET", "HEAD", "POST"])
def member_role(request: Request, plan_id: int, membership_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    access.require(access.may_manage_members)
    membership = get_object_or_404(access.plan.memberships.select_related("user"), pk=membership_id)
    if request.method == "GET":
        return redirect(members_address(plan_id))
    form = RoleForm(request.POST)
    if not form.is_valid():
        return member_page(request, access, 422, refused=membership, why=" ".join(map(str, form.errors["role"])))
    try:
        change_role(membership=membership, role=form.cleaned_data["role"], by=request.user, at=request.at)
    except ValidationError as error:
        more = {"why": refusal(error), "must_hand_over": error.code == "working"}
        return member_page(request, access, 422, refused=membership, **more)
    known = {"name": membership.user, "role": membership.get_role_display()}
    return saved(request, members_address(plan_id), _("%(name)s is %(role)s now.") % known)


@require_http_methods(["GET", "HEAD", "POST"])
def member_remove(request: Request, plan_id: int, membership_id: int) -> HttpResponse:
    """Asks first, or says at once why not. Without one's own membership the plan is out of reach, so then the list of
    plans follows."""
    access = plan_for(request, plan_id)
    access.require(access.may_manage_members)
    membership = get_object_or_404(access.plan.memberships.select_related("user"), pk=membership_id)
    context: dict[str, Any] = {"membership": membership, "plan": access.plan}
    status = 200
    try:
        if request.method != "POST":
            refuse_removal(membership)
        else:
            remove_member(membership=membership, by=request.user, at=request.at)
            to = reverse("plans:plan_list") if membership.user == request.user else members_address(plan_id)
            return saved(request, to, _("%(name)s is no longer a member.") % {"name": membership.user})
    except ValidationError as error:
        context |= {"why": refusal(error), "must_hand_over": error.code == "working"}
        status = 422 if request.method == "POST" else 200
    if is_fragment(request):
        return render(request, "plans/member_remove.html#form", context, status=status)
    return render(
        request, "plans/member_remove.html", plan_page_context(access, request, "members", **context), status=status
    )
