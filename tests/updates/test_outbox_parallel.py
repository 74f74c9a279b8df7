"""Two machines run what is due at the same moment, over connections of their own: nobody gets anything twice."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter

import pytest
from django.core import mail as postbox

from tests import factories
from tests.updates.test_session_parallel import at_once
from updates import outbox
from updates.due import run_due
from updates.models import OutgoingMail, Session

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_runs_at_once_open_once_and_mail_each_person_once(plan, action, at):
    factories.SessionFactory(plan=plan, starts_at=at + dt.timedelta(days=6))
    people = [factories.MembershipFactory(plan=plan).user.email for _more in range(15)]
    other = factories.MembershipFactory(user=action.responsible).plan
    factories.DecisionFactory(plan=other, who=action.responsible, due_on=at.date())
    raised = at_once(*[lambda: run_due(at)] * 3)
    assert raised == [None] * 3
    assert Session.objects.get().history.filter(state="open").count() == 1
    mails = Counter((letter.to[0], letter.subject) for letter in postbox.outbox)
    assert set(mails.values()) == {1}
    about_it = [subject for _to, subject in mails if "update session" in subject]
    for_calendars = [subject for subject in about_it if "for your calendar" in subject]
    assert set(people) < {to for to, subject in mails if "update session" in subject}
    assert (len(for_calendars), len(about_it)) == (20, 40)
    assert OutgoingMail.objects.sent().count() == 41


def test_one_occasion_queued_by_two_machines_at_once_is_one_mail(member, at):
    def queue() -> None:
        outbox.queue(occasion="session-1-minutes", user=member, template="falling_due", at=at)

    assert at_once(*[queue] * 4) == [None] * 4
    assert OutgoingMail.objects.count() == 1


def test_a_mail_is_claimed_by_one_of_many(member, at):
    outbox.queue(occasion="greeting", user=member, template="falling_due", at=at)
    pk = OutgoingMail.objects.get().pk
    claimed, lock = [], threading.Lock()

    def claim() -> None:
        mail = outbox.claim(pk, at=at)
        with lock:
            claimed.append(mail)

    assert at_once(*[claim] * 4) == [None] * 4
    assert [mail is not None for mail in claimed].count(True) == 1
    assert OutgoingMail.objects.get().tries == 1
