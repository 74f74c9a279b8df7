"""Signing in through the organisation's own provider (OpenID Connect): who comes back from it, and whether they get in.

allauth walks the road (state, PKCE, tokens); here is what this installation adds to it. The provider comes from the
environment alone. The identity token's signature, issuer, audience and nonce are checked each time, and who somebody
is hangs on the provider's own name for them (`sub`), so that another e-mail address later still finds them.
"""

from __future__ import annotations

import hashlib
import logging
from typing import Any, NoReturn

import jwt
import requests
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property

from ogsm.accounts.models import User
from ogsm.accounts.names import guessed_name
from plans.invitation_models import welcome

log = logging.getLogger("ogsm.oidc")

PROVIDER = "sso"  # in the address that the provider sends people back to
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]  # signed by a key pair
CLOCKS_APART = 60  # s
KNOWN_FOR = 300  # s: what the provider says of itself is not asked at every press of the button
FORBIDDEN, BAD_GATEWAY = 403, 502


def is_configured() -> bool:
    return bool(settings.OIDC_ISSUER)


def refused(request: HttpRequest, reason: str, *, email: str = "", status: int = FORBIDDEN) -> HttpResponse:
    """The page that says why somebody did not get in, and what now."""
    context = {"reason": reason, "email": email, "provider_name": settings.OIDC_NAME}
    return render(request, "accounts/oidc_refused.html", context, status=status)


class Provider(OpenIDConnectProvider):
    """Reads from what the provider says only what is needed, and keeps no more than that."""

    def extract_uid(self, data: dict[str, Any]) -> str:
        """A `sub` means something at its issuer only."""
        claims = data["id_token"]
        return hashlib.sha256(f"{claims['iss']} {claims['sub']}".encode()).hexdigest()

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        claims = data["id_token"]
        return {"iss": claims["iss"], "sub": claims["sub"], "email": _about_address(data).get("email", "")}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"email": _about_address(data).get("email")}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        said = _about_address(data)
        if not said.get("email"):
            return []
        verified = said.get("email_verified") in (True, "true")  # some providers send words
        return [EmailAddress(email=said["email"], verified=verified, primary=True)]


def _about_address(data: dict[str, Any]) -> dict[str, Any]:
    """An address and whether it is verified: both from one of the two, never mixed."""
    userinfo: dict[str, Any] = data["userinfo"]
    claims: dict[str, Any] = data["id_token"]
    if "email" not in userinfo:
        return claims
    return userinfo if "email_verified" in userinfo or userinfo["email"] != claims.get("email") else claims


def _name(said: Any) -> str:
    """A name as ours are: one line, not too long, nothing that no database keeps."""
    words = said.replace("\0", "").split() if isinstance(said, str) else []
    return " ".join(words)[: User._meta.get_field("name").max_length]


class Road(OpenIDConnectOAuth2Adapter):
    """There and back. Whatever is wrong with an answer of the provider is an OAuth2Error, and so a sentence."""

    @cached_property
    def openid_config(self) -> dict[str, Any]:
        key = f"oidc-{hashlib.sha256(settings.OIDC_ISSUER.encode()).hexdigest()}"
        config = cache.get(key)
        if config is None:
            config = super().openid_config
            if str(config.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER:
                raise OAuth2Error(f"OIDC_ISSUER is {settings.OIDC_ISSUER}, the provider says {config.get('issuer')}")
            cache.set(key, config, KNOWN_FOR)
        return config

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        claims = self.claims_of(app, kwargs["response"].get("id_token") or "")
        userinfo = self._fetch_user_info(token.token) if "userinfo_endpoint" in self.openid_config else {}
        if userinfo and userinfo.get("sub") != claims["sub"]:
            raise OAuth2Error("the user info is about somebody else than the identity token")
        login = self.get_provider().sociallogin_from_response(request, {"id_token": claims, "userinfo": userinfo})
        login.nonce, login.said_name = claims.get("nonce"), _name(userinfo.get("name") or claims.get("name"))
        return login

    def claims_of(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """What the identity token says, if the provider signed it, for us, and it is still good."""
        with SocialAdapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        try:
            kid = jwt.get_unverified_header(id_token).get("kid")
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
            key = next(key for key in keys if kid in (None, key.key_id))
            return jwt.decode(
                id_token,
                key,
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=CLOCKS_APART,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except (jwt.PyJWTError, StopIteration, TypeError, ValueError) as error:
            raise OAuth2Error(f"identity token refused: {error!r}") from error


Provider.oauth2_adapter_class = Road


class SocialAdapter(DefaultSocialAccountAdapter):
    """Who gets in: people with an account, found by `sub`, and the first time by their verified e-mail address."""

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The one provider of the environment, or none; nothing is configured in the database."""
        if not is_configured() or provider not in (None, PROVIDER):
            return []
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=PROVIDER,
                name=settings.OIDC_NAME,
                client_id=settings.OIDC_CLIENT_ID,
                secret=settings.OIDC_CLIENT_SECRET,
                settings={
                    "server_url": settings.OIDC_ISSUER,
                    "oauth_pkce_enabled": True,
                    "verified_email": settings.OIDC_VERIFIED_DOMAINS,
                },
            )
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Finds the person or refuses; a newcomer has accepted their invitations by coming in this way."""
        nonce = sociallogin.state.get("nonce")
        if not nonce or sociallogin.nonce != nonce:
            self.fail(request, "the identity token was made for another sign-in")
        if not sociallogin.is_existing:
            self.recognise(request, sociallogin)
        user: Any = sociallogin.user
        if not user.is_active:
            raise ImmediateHttpResponse(refused(request, "inactive", email=user.email))
        if user.is_newcomer:
            welcome(user, name=sociallogin.said_name, at=request.at)  # type: ignore[attr-defined]

    def recognise(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Somebody who comes this way for the first time: by verified address, and from then on by `sub`."""
        address = next(iter(sociallogin.email_addresses), None)
        if address is None or not address.verified:
            raise ImmediateHttpResponse(refused(request, "unverified", email=address.email if address else ""))
        email = address.email.lower()
        with transaction.atomic():
            user = User.objects.select_for_update().filter(email=email).first()
            if user is None and email.rpartition("@")[2] in settings.OIDC_CREATE:
                user = User.objects.create_user(email, name=sociallogin.said_name or guessed_name(email))
            if user is None:
                raise ImmediateHttpResponse(refused(request, "unknown", email=email))
            known = SocialAccount.objects.filter(user=user, provider=PROVIDER)
            if same := known.filter(uid=sociallogin.account.uid).first():  # in another window, just now
                sociallogin.account, sociallogin.user = same, user
            elif any(one.extra_data.get("iss") == sociallogin.account.extra_data["iss"] for one in known):
                raise ImmediateHttpResponse(refused(request, "other", email=email))
            else:
                sociallogin.user = sociallogin.account.user = user
                if user.is_active:
                    sociallogin.account.save()

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        """Nobody is made of what the provider says; see `recognise`."""
        return sociallogin.user

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Instead of allauth's pages: ours, with what now."""
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(refused(request, "cancelled"))
        if exception is None and not (extra_context or {}).get("state"):
            raise ImmediateHttpResponse(refused(request, "stale"))
        self.fail(request, exception or request.GET.get("error", "")[:200])

    def fail(self, request: HttpRequest, why: Any) -> NoReturn:
        unexpected = isinstance(why, Exception) and not isinstance(why, OAuth2Error | requests.RequestException)
        log.warning("Sign-in through the provider failed: %s", str(why)[:300], exc_info=unexpected)
        raise ImmediateHttpResponse(refused(request, "failed", status=BAD_GATEWAY))


TROUBLE = (
    OAuth2Error,
    requests.RequestException,
    IntegrityError,  # the same account made in two windows at once
    *(KeyError, TypeError, ValueError, AttributeError),  # what the provider says has another form
)
