"""The outbox: every mail that the product sends by itself goes through here, once per person and occasion.

Queue a mail inside the transaction that gives the reason for it; `manage.py run_due` sends it::

    outbox.queue(
        occasion=f"session-{session.pk}-minutes",  # with the person its unique key: queueing it again does nothing
        user=person,                               # read when it is sent: address, language, still active?
        plan=session.plan,                         # left out unless this plan is active then; None: always goes out
        template="minutes",                        # templates/mail/minutes_subject.txt, minutes.txt, minutes.html
        facts={"session": session.pk},             # small JSON: ids and words, never a secret
        attachments=[Attachment("session.ics", "text/calendar; method=REQUEST", text)],
        at=at,
    )

Words are made when it is sent, in the reader's language, from `facts` and from what the template's composer adds::

    @composer("minutes")
    def minutes_mail(mail: OutgoingMail, at: datetime) -> dict | None:
        ...objects, dates and links for the templates; None: no longer true, leave it out

A composer lives in a module named in `COMPOSERS` below. Every template also gets `person`, `organisation`, `subject`
and `site` (the installation's address without a slash at its end); `whole(path)` makes a whole address.

Sent at least once: a mail is claimed for LEASE, one at a time, by a compare-and-set that holds on both databases, so
two machines never send the same one. When the sender is killed, the claim runs out and the mail is sent by a later run.
Only a kill between the mail server's 'accepted' and the commit right after it can send a mail twice; both copies then
carry the same Message-ID, by which servers and readers drop the second.
"""

from __future__ import annotations

import base64
import datetime as dt
import logging
import re
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import DatabaseError, transaction
from django.db import connection as database
from django.db import connections as database_connections
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation

from .outbox_models import OutgoingMail

if TYPE_CHECKING:
    from ogsm.accounts.models import User
    from plans.models import Plan

COMPOSERS = [  # modules whose composers fill the templates
    "updates.minutes_mail",
    "updates.reminder_mails",
    "updates.calendar_mails",
    "ogsm.sign_in.mails",
    "ogsm.joining_mails",
]
LEASE = dt.timedelta(minutes=15)  # longer than any one mail takes: each answer of the server is waited for 20 s
FIRST_WAIT = dt.timedelta(minutes=5)  # doubled after each try
MOST_TRIES = 9  # the last about 21 hours after the first

log = logging.getLogger(__name__)

Composer = Callable[[OutgoingMail, dt.datetime], dict[str, Any] | None]
Sequel = Callable[[OutgoingMail, dt.datetime], None]
_composers: dict[str, Composer] = {}
_sequels: dict[str, Sequel] = {}


@dataclass(frozen=True)
class Attachment:
    """A file that goes along: text, or bytes. Text may stand `in_the_mail` too, as another form of its words: that is
    where calendar programs look for an invitation."""

    name: str
    mimetype: str
    content: str | bytes
    in_the_mail: bool = False

    def stored(self) -> dict[str, Any]:
        kind: dict[str, Any] = {"name": self.name, "type": self.mimetype}
        if self.in_the_mail:
            kind["in_the_mail"] = True
        if isinstance(self.content, bytes):
            return {**kind, "base64": base64.b64encode(self.content).decode()}
        return {**kind, "text": self.content}


def composer(template: str) -> Callable[[Composer], Composer]:
    """Registers the function that says what a template speaks of, at the moment it is sent."""

    def register(function: Composer) -> Composer:
        _composers[template] = function
        return function

    return register


def when_sent(template: str) -> Callable[[Sequel], Sequel]:
    """Registers what is noted once a mail of this template went out."""

    def register(function: Sequel) -> Sequel:
        _sequels[template] = function
        return function

    return register


@cache
def _load_composers() -> None:
    for module in COMPOSERS:
        import_module(module)


def queue(
    *,
    occasion: str,
    user: User,
    template: str,
    at: dt.datetime,
    plan: Plan | None = None,
    facts: dict[str, Any] | None = None,
    attachments: Iterable[Attachment] = (),
    not_before: dt.datetime | None = None,
) -> bool:
    """Put a mail into the outbox; False, and nothing done, when this person has one about this occasion, or is not
    active. Two queries. Safe when two machines do it at once: the key is unique in the database."""
    if not user.is_active:
        return False
    _mail, is_new = OutgoingMail.objects.get_or_create(
        user=user,
        occasion=occasion,
        defaults={
            "template": template, "plan": plan, "facts": facts or {}, "queued_at": at, "next_try_at": not_before or at,
            "attachments": [one.stored() for one in attachments],
        },
    )  # fmt: skip
    return is_new


def queue_all(
    *, occasion: str, users: Iterable[User], template: str, at: dt.datetime, plan: Plan | None, facts: dict[str, Any]
) -> list[User]:
    """The same mail to each of these who has none about this occasion yet; returns who gets it. Two queries. The key is
    unique in the database: of two at once, the other's is kept."""
    active = [user for user in users if user.is_active]
    rows = OutgoingMail.objects.filter(occasion=occasion, user__in=active)
    have = set(rows.values_list("user", flat=True))
    new = [user for user in active if user.pk not in have]
    values: dict[str, Any] = {"occasion": occasion, "template": template, "plan": plan, "facts": facts}
    mails = [OutgoingMail(user=user, queued_at=at, next_try_at=at, **values) for user in new]
    OutgoingMail.objects.bulk_create(mails, ignore_conflicts=True)
    return new


@dataclass(frozen=True)
class Letter:
    """What one person is mailed about one occasion."""

    occasion: str
    user: User
    facts: dict[str, Any]


def queue_letters(letters: Iterable[Letter], *, template: str, at: dt.datetime) -> None:
    """Mails of one template that say something else to each. One query; who has one about that occasion keeps it."""
    values: dict[str, Any] = {"template": template, "queued_at": at, "next_try_at": at}
    mails = [
        OutgoingMail(user=letter.user, occasion=letter.occasion, facts=letter.facts, **values)
        for letter in letters
        if letter.user.is_active
    ]
    OutgoingMail.objects.bulk_create(mails, ignore_conflicts=True)


@dataclass
class Sent:
    """What a run of the outbox did, counted, and why it stopped early if it did."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0
    left_out: int = 0
    trouble: list[str] = field(default_factory=list)


def send_soon(*occasions: str) -> None:
    """For mails that somebody is waiting for: sends what was queued about these as soon as that is stored, beside the
    request, which goes on. What does not get through is sent by `run_due`."""
    if settings.MAIL_AT_ONCE and occasions:
        send = threading.Thread(target=_send_beside, args=[occasions], daemon=True)
        transaction.on_commit(send.start, robust=True)


def _send_beside(occasions: Iterable[str]) -> None:
    try:
        send_due(timezone.now(), clock=timezone.now, occasions=occasions)
    except Exception:
        log.exception("A mail could not be sent at once; the next run tries it")
    finally:
        database_connections.close_all()  # this thread's own


def send_due(at: dt.datetime, *, clock: Callable[[], dt.datetime] | None = None, occasions: Iterable[str] = ()) -> Sent:
    """Send what is due, one by one over one connection. Call it outside any transaction: a slow mail server holds up
    nobody. A mail that fails is tried again later and stops no other; a mail server that does not answer ends the run,
    without a try being counted. `clock` gives the moments while it runs (`at` when None); `occasions`
    leaves out every other."""
    now = clock or (lambda: at)
    result = Sent()
    mails = OutgoingMail.objects.due(at)
    due = list((mails.filter(occasion__in=occasions) if occasions else mails).values_list("pk", flat=True))
    if not due:
        return result
    connection = get_connection()
    try:
        for pk in due:
            if not _open(connection, result):
                break
            mail = claim(pk, at=now())
            if mail is not None:
                _deliver(mail, connection, now=now, result=result)
    finally:
        _close(connection)
    return result


def claim(pk: int, *, at: dt.datetime) -> OutgoingMail | None:
    """Take one mail for oneself, or None when it is no longer due. Whoever changes the row first has it: the
    condition is read again under the row's lock. The try is counted now, so that a mail that kills its sender is given
    up like any other."""
    mine = OutgoingMail.objects.due(at).filter(pk=pk).order_by()
    if not mine.update(claimed_until=at + LEASE, tries=F("tries") + 1):
        return None
    return OutgoingMail.objects.select_related("user", "plan").get(pk=pk)


def _open(connection: Any, result: Sent) -> bool:
    try:
        connection.open()
    except (OSError, SMTPException) as error:  # nobody can be written to now
        log.exception("The mail server does not answer")
        result.trouble.append(f"{type(error).__name__}: {error}")
        return False
    return True


def _close(connection: Any) -> None:
    with suppress(OSError, SMTPException):
        connection.close()


def _deliver(mail: OutgoingMail, connection: Any, *, now: Callable[[], dt.datetime], result: Sent) -> None:
    """Send one claimed mail and write down what became of it."""
    try:
        if mail.tries > MOST_TRIES:
            raise RuntimeError("whoever tried to send this did not live to tell")
        reason = why_not(mail)
        message = None if reason else compose(mail, at=now())
        if message is None:
            _settle(mail, left_out_at=now(), left_out_why=reason or "nothing to say any more")
            result.left_out += 1
            return
        message.connection = connection
        message.send()
    except Exception as error:  # whatever it is, it is this mail's own trouble
        log.exception("Mail %s was not sent", mail.pk)
        _close(connection)  # it may be in the middle of a word
        _postpone(mail, error, at=now(), result=result)
    else:
        result.sent += 1
        _write_down(mail, at=now(), result=result)


def _write_down(mail: OutgoingMail, *, at: dt.datetime, result: Sent) -> None:
    """That it went out; asked twice of a database that fails, since forgetting it sends the mail again."""
    for _attempt in range(2):
        try:
            _settle(mail, sent_at=at, last_error="")
            if mail.template in _sequels:
                _sequels[mail.template](mail, at)
        except DatabaseError as error:
            log.exception("Mail %s was sent, which could not be written down", mail.pk)
            result.trouble.append(f"{type(error).__name__}: {error}")
            if not database.in_atomic_block:
                database.close_if_unusable_or_obsolete()
        else:
            return


def why_not(mail: OutgoingMail) -> str:
    """Why it should not go out after all, since it was queued."""
    if not mail.user.is_active:
        return "person not active"
    if mail.plan and not (mail.plan.is_active and not mail.plan.is_archived):
        return "plan not active"
    return ""


def _postpone(mail: OutgoingMail, error: Exception, *, at: dt.datetime, result: Sent) -> None:
    said = f"{type(error).__name__}: {error}".replace("\0", "")[:2000]
    if mail.tries >= MOST_TRIES:
        _settle(mail, given_up_at=at, last_error=said)
        result.given_up += 1
    else:
        _settle(mail, last_error=said, next_try_at=at + FIRST_WAIT * 2 ** (mail.tries - 1))
        result.failed += 1


def _settle(mail: OutgoingMail, **values: Any) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(claimed_until=None, **values)


def whole(path: str) -> str:
    """The whole address of a page, for a mail."""
    return f"{settings.SITE_URL}{path}"


def language_of(user: User) -> str:
    """The person's own; the installation's where they leave it to their browser."""
    return user.language or settings.LANGUAGE_CODE


def _tidy(text: str) -> str:
    """Without the empty lines that a template leaves where it has nothing to say."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def compose(mail: OutgoingMail, *, at: dt.datetime) -> EmailMultiAlternatives | None:
    """The message as it goes out now, or None when it has become pointless."""
    _load_composers()
    with translation.override(mail.user.language or mail.facts.get("language") or settings.LANGUAGE_CODE):
        added = _composers[mail.template](mail, at) if mail.template in _composers else {}
        if added is None:
            return None
        context: dict[str, Any] = {
            "person": mail.user, "organisation": settings.ORGANISATION_NAME, "site": settings.SITE_URL,
            **mail.facts, **added,
        }  # fmt: skip
        reply_to = context.get("reply_to")
        subject = render_to_string(f"mail/{mail.template}_subject.txt", context)
        context["subject"] = " ".join(subject.split())  # a header is one line
        message = EmailMultiAlternatives(
            context["subject"],
            _tidy(render_to_string(f"mail/{mail.template}.txt", context)),
            to=[mail.user.email],
            reply_to=[reply_to] if reply_to else None,
            headers={
                "Message-ID": f"<{mail.message_id}@{urlsplit(settings.SITE_URL).hostname}>",  # the same at every try
                "Auto-Submitted": "auto-generated",  # no absence notes in answer
            },
        )
        message.attach_alternative(render_to_string(f"mail/{mail.template}.html", context), "text/html")
    for file in mail.attachments:
        content: Any = base64.b64decode(file["base64"]) if "base64" in file else file["text"]
        if file.get("in_the_mail"):
            message.attach_alternative(content, file["type"])
        message.attach(file["name"], content, file["type"])
    return message
