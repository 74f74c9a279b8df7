"""The people of a plan and their roles."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.forms import ResetPasswordForm
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ogsm.accounts.models import User
from ogsm.pages import form_status, is_fragment, plan_page_context, refusal, refuse_in_form, saved
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.forms import MemberAddForm, RoleForm
from plans.models import Membership
from plans.services import member_add as add_member
from plans.services import member_remove as remove_member
from plans.services import member_role as change_role
from plans.services import work_in_words

log = logging.getLogger(__name__)


def _list(request: Request, access: PlanAccess, status: int = 200, **more: object) -> HttpResponse:
    memberships: list[Any] = list(access.plan.memberships.by_name())
    work = work_in_words(access.plan)
    for membership in memberships:
        membership.work = work.get(membership.user_id, [])
    context = plan_page_context(access, request, "members", plan=access.plan, memberships=memberships)
    context |= {"roles": Membership.Role.choices, "owners": _owners(memberships), **more}
    return render(request, "plans/member_list.html", context, status=status)


def _owners(memberships: list[Membership]) -> list[User]:
    return [membership.user for membership in memberships if membership.role == Membership.Role.OWNER]


@require_safe
def member_list(request: Request, plan_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    return _list(request, access)


@require_http_methods(["GET", "HEAD", "POST"])
def member_add(request: Request, plan_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    access.require(access.may_manage_members)
    form = MemberAddForm(request.POST if request.method == "POST" else None, plan=access.plan)
    if form.is_valid():
        try:
            membership, is_new = _added(request, access, form)
        except ValidationError as error:
            refuse_in_form(form, error)
        except IntegrityError:  # somebody else made the same account at the same moment
            form.add_error("email", _("This person was added just now. Send it again."))
        else:
            return _welcomed(request, membership, is_new)
    context = {"form": form, "plan": access.plan}
    if is_fragment(request):
        return render(request, "plans/member_add.html#form", context, status=form_status(form))
    page = plan_page_context(access, request, "members", **context)
    return render(request, "plans/member_add.html", page, status=form_status(form))


@transaction.atomic
def _added(request: Request, access: PlanAccess, form: MemberAddForm) -> tuple[Membership, bool]:
    values = form.cleaned_data
    user = form.known or User.objects.create_user(values["email"], name=values["name"])
    membership = add_member(plan=access.plan, user=user, role=values["role"], by=request.user, at=request.at)
    return membership, form.known is None


def _welcomed(request: Request, membership: Membership, is_new: bool) -> HttpResponse:
    known = {"name": membership.user, "email": membership.user.email}
    text = _("%(name)s is a member now.") % known
    if is_new:
        text = _("%(name)s is a member now, and gets an email at %(email)s to choose a password.") % known
        if not mail_password_link(request, membership.user):
            text = _(
                "%(name)s is a member now, but the email could not be sent. They can ask for it on the sign-in page "
                "with 'I have no password, or forgot it'."
            )
            text %= known
    return saved(request, _address(membership.plan_id), text)


def mail_password_link(request: Request, user: User) -> bool:
    """A mail with a link to choose a password, in the person's language; False when it could not be sent."""
    form = ResetPasswordForm({"email": user.email})
    with translation.override(user.language or translation.get_language()):
        try:
            if form.is_valid():
                form.save(request)
                return True
        except (OSError, SMTPException):
            log.exception("The mail with a password link was not sent")
    return False


def _address(plan_id: int) -> str:
    return reverse("plans:member_list", args=[plan_id])


@require_http_methods(["GET", "HEAD", "POST"])
def member_role(request: Request, plan_id: int, membership_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    access.require(access.may_manage_members)
    membership = get_object_or_404(access.plan.memberships.select_related("user"), pk=membership_id)
    if request.method == "GET":
        return redirect(_address(plan_id))
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _list(request, access, 422, refused=membership, why=" ".join(map(str, form.errors["role"])))
    try:
        change_role(membership=membership, role=form.cleaned_data["role"], by=request.user, at=request.at)
    except ValidationError as error:
        return _list(request, access, 422, refused=membership, why=refusal(error))
    known = {"name": membership.user, "role": membership.get_role_display()}
    return saved(request, _address(plan_id), _("%(name)s is %(role)s now.") % known)


@require_http_methods(["GET", "HEAD", "POST"])
def member_remove(request: Request, plan_id: int, membership_id: int) -> HttpResponse:
    """Asks first. One's own membership takes one out of the plan at once, so then the list of plans follows."""
    access = plan_for(request, plan_id)
    access.require(access.may_manage_members)
    membership = get_object_or_404(access.plan.memberships.select_related("user"), pk=membership_id)
    context: dict[str, Any] = {"membership": membership, "plan": access.plan}
    status = 200
    if request.method == "POST":
        try:
            remove_member(membership=membership, by=request.user, at=request.at)
        except ValidationError as error:
            context["why"], status = refusal(error), 422
        else:
            to = reverse("plans:plan_list") if membership.user == request.user else _address(plan_id)
            return saved(request, to, _("%(name)s is no longer a member.") % {"name": membership.user})
    if is_fragment(request):
        return render(request, "plans/member_remove.html#form", context, status=status)
    return render(
        request, "plans/member_remove.html", plan_page_context(access, request, "members", **context), status=status
    )
