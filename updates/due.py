"""One run of what is due, safe to repeat: open, queue, send. `manage.py run_due` and nothing else calls it."""

from __future__ import annotations

import datetime as dt
import logging
import socket
from collections.abc import Callable, Iterator

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from . import outbox, reminders
from .calendar_mails import calendar_mails, queue_calendar_mails
from .models import OutgoingMail, RunRecord, Session

KEEP_RUNS_DAYS = 14

log = logging.getLogger(__name__)


def run_due(at: dt.datetime, *, clock: Callable[[], dt.datetime] | None = None) -> RunRecord:
    """Do it all and record the run. Every step stands by itself: when the run is killed, the next one goes on where it
    stopped. `clock` gives the moments while mails are sent (`at` when None)."""
    now = clock or (lambda: at)
    RunRecord.objects.filter(started_at__lt=at - dt.timedelta(days=KEEP_RUNS_DAYS)).delete()
    record = RunRecord.objects.create(started_at=at, machine=socket.gethostname()[:120])
    trouble: list[str] = []
    opened = sum(1 for session in open_due(at, trouble))
    queued = queue_calendar_mails(at, trouble)
    queued += sum(_queue(mail, at, trouble) for mail in due_mails(at, trouble))
    sent = outbox.send_due(at, clock=now)
    counts = {
        "opened": opened, "queued": queued, "sent": sent.sent, "failed": sent.failed, "given_up": sent.given_up,
        "left_out": sent.left_out,
    }  # fmt: skip
    record.finish(at=now(), counts=counts, trouble="\n".join([*trouble, *sent.trouble]))
    return record


def open_due(at: dt.datetime, trouble: list[str]) -> Iterator[Session]:
    """Opens the preparation of every session whose time has come; yields those it opened."""
    for session in Session.objects.to_open(at).select_related("plan"):
        try:
            session.open(by=None, at=at)
        except ValidationError:
            log.info("session %s not opened: somebody opened or cancelled it since the list was read", session.pk)
        except Exception as error:  # one plan's trouble never stops the others
            log.exception("session %s could not be opened", session.pk)
            trouble.append(f"session {session.pk} not opened: {type(error).__name__}: {error}")
        else:
            yield session


def due_mails(at: dt.datetime, trouble: list[str]) -> Iterator[reminders.DueMail]:
    """What is to be queued now, session by session; the trouble of one stops no other."""
    for session in reminders.sessions_to_mind(at):
        try:
            mails = reminders.session_mails(session, at)
        except Exception as error:
            log.exception("the mails of session %s could not be made", session.pk)
            trouble.append(f"session {session.pk}, mails: {type(error).__name__}: {error}")
        else:
            yield from mails
    try:
        mails = reminders.falling_due_mails(at)
    except Exception as error:
        log.exception("the mails of what falls due could not be made")
        trouble.append(f"falling due: {type(error).__name__}: {error}")
    else:
        yield from mails


def _queue(mail: reminders.DueMail, at: dt.datetime, trouble: list[str]) -> bool:
    try:
        return mail.queue(at)
    except Exception as error:  # one person's trouble never stops the others
        log.exception("mail %s to person %s not queued", mail.occasion, mail.user.pk)
        trouble.append(f"{mail.occasion}, person {mail.user.pk}: {type(error).__name__}: {error}")
        return False


def look_ahead(at: dt.datetime) -> list[str]:
    """What a run at this moment would do, a line for each. Sessions are opened in a transaction that is taken back,
    since who owes what depends on it."""
    lines: list[str] = []
    trouble: list[str] = []
    with transaction.atomic():
        for session in open_due(at, trouble):
            lines.append(f"open      {session.kind} session of {_local(session.starts_at)}, {session.plan}")
        told = calendar_mails(at)
        new = [mail for mail in due_mails(at, trouble) if _queue(mail, at, trouble)]
        transaction.set_rollback(True)
    for row in OutgoingMail.objects.due(at).select_related("user", "plan"):
        reason = outbox.why_not(row)
        what = "leave out" if reason else "send"
        lines.append(f"{what:<9} {row.user.email}: {row.occasion} ({reason or f'queued {_local(row.queued_at)}'})")
    lines += [f"send      {mail.user.email}: {mail.occasion}" for mail in told]
    lines += [f"send      {mail.user.email}: {mail.occasion}" for mail in new]
    return [*lines, *trouble] or ["nothing to do"]


def _local(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment, timezone.get_default_timezone()):%Y-%m-%d %H:%M}"
