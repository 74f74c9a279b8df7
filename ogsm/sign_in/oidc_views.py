"""The two addresses of signing in through the provider: the way there, and the way back."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import DisallowedRedirect
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from . import oidc


def only_ours(provider_id: str) -> None:
    if provider_id != oidc.PROVIDER or not oidc.is_configured():
        raise Http404


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def openid_connect_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to the provider, by a page of ours that goes on by itself: browsers hold a form to `form-action`, also where
    its answer leads, and a provider may pass people on to hosts that nobody here knows of."""
    only_ours(provider_id)
    if request.method != "POST":
        return redirect("account_login")
    provider = oidc.SocialAdapter(request).get_provider(request, provider_id)
    nonce = secrets.token_urlsafe(24)
    try:
        try:
            leave = provider.redirect(
                request,
                AuthProcess.LOGIN,
                next_url=get_next_redirect_url(request),
                auth_params={"nonce": nonce},
                nonce=nonce,
            )
        except (*oidc.TROUBLE, DisallowedRedirect) as error:
            oidc.SocialAdapter(request).fail(request, error)
        if urlsplit(leave.url).scheme not in ("https", "http"):
            oidc.SocialAdapter(request).fail(request, "the provider's address is none of the web")
    except ImmediateHttpResponse as answer:
        return answer.response
    context = {"address": leave.url, "provider_name": settings.OIDC_NAME}
    return render(request, "accounts/oidc_leave.html", context)


@never_cache
@login_not_required
@require_safe
def openid_connect_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider. Whatever goes wrong ends in a sentence."""
    only_ours(provider_id)
    view = OAuth2CallbackView.adapter_view(oidc.Road(request, provider_id))
    try:
        return view(request)
    except oidc.TROUBLE as error:
        try:
            oidc.SocialAdapter(request).fail(request, error)
        except ImmediateHttpResponse as answer:
            return answer.response
