"""The mailed link by which a person prepares one session without signing in: making it, and reading it again.

A link is for one person and one session. It is signed, not stored: the same person gets the same link in every mail
about a session. It ends when the session starts, closes or is cancelled, when the person leaves the plan, is no longer
active or has another e-mail address, when the plan is over, and some days after a session that nobody started; it works
again when a session turns out not to have started. A password or a role that changed leaves it as it is.
Source: product page, 'Pages and their addresses' and 'In and out'.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from plans.models import Membership

from .models import Session

if TYPE_CHECKING:
    from ogsm.accounts.models import User

SALT = "updates.prepare"
AFTER_DAYS = 7  # a session that nobody started may still be started; its links do not wait for ever
LONGEST = 200


class Standing(Enum):
    """Why a genuine link leads no further; OPEN when it does."""

    OPEN = "open"
    RUNNING = "running"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    PASSED = "passed"
    PLAN_OVER = "plan-over"
    NOT_YOU = "not-you"


@dataclass(frozen=True)
class PrepareLink:
    """What a genuine link says, and whether it still holds. `membership` is None for who is not in the plan."""

    token: str
    session: Session
    membership: Membership | None
    standing: Standing

    @property
    def is_open(self) -> bool:
        return self.standing == Standing.OPEN


def prepare_token(session: Session, user: User) -> str:
    """The secret of this person's link for this session: letters that fit an address, always the same. No query."""
    return _signer().sign(f"{session.pk}-{user.pk}-{_mark_of(user.email)}")


def prepare_url(session: Session, user: User) -> str:
    """The whole address for a mail: `SITE_URL`, then the page. No query."""
    return f"{settings.SITE_URL}{reverse('updates:prepare_page', args=[prepare_token(session, user)])}"


def is_ours(token: str) -> bool:
    """Whether we made it, whatever has become of it since. No query: who guesses costs nothing and waits for nobody."""
    return _ids_of(token) is not None


def read_link(token: str, at: dt.datetime, *, lock: bool = False) -> PrepareLink | None:
    """What the token leads to; None when it is not one of ours, which costs no query. Else two queries.

    `lock` (inside a transaction) holds the plan and the membership, so that the link is open until what is written by
    it stands.
    """
    ids = _ids_of(token)
    if ids is None:
        return None
    session_id, user_id, mark = ids
    session = Session.objects.filter(pk=session_id).defer("minutes_record").first()
    if session is None:
        return None
    memberships = Membership.objects.select_related("plan", "user")
    if lock:
        memberships = memberships.select_for_update(of=("self", "plan"))
    membership = memberships.filter(plan=session.plan_id, user=user_id).first()
    if membership:
        if lock:
            session.refresh_from_db(fields=["state", "starts_at"])  # as it is now that nobody else changes it
        session.plan = membership.plan
    return PrepareLink(token, session, membership, _standing(session, membership, mark, at))


def _standing(session: Session, membership: Membership | None, mark: str, at: dt.datetime) -> Standing:
    """Whose it is comes first: who has no part in the plan any more is told nothing of its sessions."""
    if membership is None or not membership.user.is_active:
        return Standing.NOT_YOU
    if not _is_mark_of(mark, membership.user.email):
        return Standing.NOT_YOU
    if session.state in (Session.State.RUNNING, Session.State.CLOSED, Session.State.CANCELLED):
        return Standing(session.state)
    if not membership.plan.is_active or not membership.plan.is_open:
        return Standing.PLAN_OVER
    if at > session.ends_at + dt.timedelta(days=AFTER_DAYS):
        return Standing.PASSED
    return Standing.OPEN


def _signer() -> Signer:
    return Signer(salt=SALT, sep=".")


def _mark_of(email: str, key: str | None = None) -> str:
    """Ties the link to the address it was mailed to, without saying it: what went to a wrong one ends with that one."""
    return salted_hmac(f"{SALT}.address", email.strip().lower(), secret=key, algorithm="sha256").hexdigest()[:12]


def _is_mark_of(mark: str, email: str) -> bool:
    """Made with the key of now, or with one of before that still holds."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(mark, _mark_of(email, key)) for key in keys)


def _ids_of(token: str) -> tuple[int, int, str] | None:
    if len(token) > LONGEST:
        return None
    try:
        session_id, user_id, mark = _signer().unsign(token).split("-")
    except (BadSignature, ValueError):
        return None
    return int(session_id), int(user_id), mark
