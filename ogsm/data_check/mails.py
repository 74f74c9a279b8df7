"""The outbox. That a mail is there once is the constraint `updates_outgoingmail_once_per_person_and_occasion`."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from updates.models import OutgoingMail

from .core import Finding, Scope, place, rule


@rule
def mail_one_state(scope: Scope) -> Iterator[Finding]:
    """A mail is waiting, sent, given up or left out, and only one that waits is being sent. Source:
    `OutgoingMailQuerySet`; docs/decisions/08-outbox.md."""
    sent, gone, out = (Q(**{f"{name}__isnull": False}) for name in ("sent_at", "given_up_at", "left_out_at"))
    two = sent & gone | sent & out | gone & out
    settled_yet_claimed = Q(claimed_until__isnull=False) & (sent | gone | out)
    for mail in scope.of(OutgoingMail).filter(two | settled_yet_claimed).only("occasion", "user_id"):
        what = f"{mail.occasion}, to person {mail.user_id}, is settled more than once or still being sent."
        mend = "keep the moment that is true and empty the others, claimed_until too."
        yield Finding("mail_one_state", place(mail, mail.pk), what, mend)
