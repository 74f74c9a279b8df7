"""Where somebody is signed in: their sessions, one ended, or all the others."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from .browsers import browser_of
from .models import User


def note(request: HttpRequest, **_signal: Any) -> None:
    """Notes that this browser is signed in, and forgets the person's places that are none any more. Seven queries."""
    UserSession.objects.create_from_request(request)
    mine = UserSession.objects.filter(user=request.user.pk)
    mine.exclude(session_key__in=Session.objects.values("session_key")).delete()


@dataclass(frozen=True)
class SignedIn:
    """One place. `pk` is None for a session of before these were kept."""

    pk: int | None
    browser: str
    system: str
    since: dt.datetime | None
    is_this: bool


def places(request: HttpRequest, user: User, *, at: dt.datetime) -> list[SignedIn]:
    """Where the person is signed in now, this one first. Two queries."""
    kept = list(UserSession.objects.filter(user=user).order_by("-created_at", "-pk"))
    living = Session.objects.filter(session_key__in=[one.session_key for one in kept], expire_date__gt=at)
    present = user.get_session_auth_hash()
    good = {
        session.session_key
        for session in living
        if constant_time_compare(session.get_decoded().get(HASH_SESSION_KEY, ""), present)
    }
    here = request.session.session_key
    found = [
        SignedIn(one.pk, *browser_of(one.user_agent), one.created_at, one.session_key == here)
        for one in kept
        if one.session_key in good
    ]
    if not any(place.is_this for place in found):
        found.append(SignedIn(None, *browser_of(request.headers.get("User-Agent", "")), None, True))
    return sorted(found, key=lambda place: not place.is_this)


@transaction.atomic
def end_elsewhere(request: HttpRequest, user: User) -> None:
    """Ends every session of this person but the present one, also those of before they were kept."""
    user.end_sessions()
    update_session_auth_hash(request, user)
    others = UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key)
    Session.objects.filter(session_key__in=others.values("session_key")).delete()
    others.delete()
    note(request)
