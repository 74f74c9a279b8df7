"""Signing in in two steps: who has to (REQUIRE_TWO_FACTORS), and that they set it up before anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ogsm.accounts.models import User
from plans.models import Membership, Plan

SECOND_STEPS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# Where one sets it up; what is open without signing in (also signing out, and mailed links) stays open.
SET_UP = {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "account_logout"}


def has_second_step(user: User) -> bool:
    """One query."""
    return Authenticator.objects.filter(user=user.pk, type__in=SECOND_STEPS).exists()


def has_to(user: User) -> bool:
    """Whether this installation asks it of this person, as they are now. One query at most."""
    asked = settings.REQUIRE_TWO_FACTORS
    if "everybody" in asked or ("superusers" in asked and user.is_superuser):
        return True
    owned = Membership.objects.filter(user=user.pk, role=Membership.Role.OWNER, plan__archived_at=None)
    return "owners" in asked and owned.exclude(plan__state=Plan.State.CLOSED).exists()


def is_missing(user: User) -> bool:
    """Whether somebody who has to has not set it up yet. No query where nobody has to, else two at most."""
    if not set(settings.REQUIRE_TWO_FACTORS) - {"nobody"}:
        return False
    return has_to(user) and not has_second_step(user)


def came_by_provider(request: HttpRequest) -> bool:
    """Whether this session was signed in at the organisation's provider: how safe that is, is the provider's matter."""
    user: Any = request.user
    return any(record.get("method") == "socialaccount" for record in get_authentication_records(request, user))


def is_missing_for_programs(user: User) -> bool:
    """The same for who comes with a token. Who is known at the provider signs in there, as far as anybody can tell."""
    return is_missing(user) and not SocialAccount.objects.filter(user=user.pk).exists()


class TwoStepsFirst:
    """Who has to sign in in two steps and has not set it up sees the page to do so, and nothing else that wants a
    sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        name = request.resolver_match.url_name if request.resolver_match else ""
        user: Any = request.user
        if not user.is_authenticated or name in SET_UP or not getattr(view, "login_required", True):
            return None
        if not is_missing(user) or came_by_provider(request):
            return None
        place = reverse("mfa_index")
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": place})
        return redirect(place)


class MfaAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": gettext_lazy("You have to sign in in two steps here, so one way has to stay."),
        "incorrect_code": gettext_lazy("This code is not right. Is it the newest one?"),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last second step of somebody who has to have one stays; another can be added first."""
        if authenticator.type not in SECOND_STEPS or not has_to(authenticator.user):
            return True
        mine = Authenticator.objects.filter(user=authenticator.user_id, type__in=SECOND_STEPS)
        return mine.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %(n)d") % {"n": number}

    def _get_site_name(self) -> str:
        return settings.ORGANISATION_NAME
