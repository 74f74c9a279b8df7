"""run_due as a process of its own, killed in the middle of its mails, over a real connection to a mail server."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection

from ogsm.data_check import check_data
from tests import factories
from tests.smtp_server import MailServer, mail_server
from updates.models import OutgoingMail

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def run_due(mail_url: str) -> subprocess.Popen[bytes]:
    """On the tests' database, by the real clock."""
    at = connection.settings_dict
    where = f"sqlite:///{at['NAME']}"
    if connection.vendor == "postgresql":
        where = f"postgres://{at['USER']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    environment = {
        **os.environ, "DATABASE_URL": where, "EMAIL_URL": mail_url, "DJANGO_SETTINGS_MODULE": "ogsm.settings",
        "SECRET_KEY": "tests", "HTTPS": "0", "DEMO": "0", "DEBUG": "0",
    }  # fmt: skip
    command = [sys.executable, "manage.py", "run_due"]
    return subprocess.Popen(command, cwd=Path(settings.BASE_DIR), env=environment, stdout=subprocess.DEVNULL)


def test_killed_in_the_middle_everybody_still_gets_one_mail_and_a_double_would_be_known_by_its_id(plan, member):
    real_now = time_machine.escape_hatch.datetime.datetime.now(dt.UTC)
    people = [factories.MembershipFactory(plan=plan).user.email for _more in range(10)]
    factories.SessionFactory(plan=plan, starts_at=real_now + dt.timedelta(days=6))
    with mail_server(seconds=0.1, unknown=(member.email,)) as server:
        for number in (3, 6):
            process = run_due(server.url)
            assert server.wait_for(number)
            process.send_signal(signal.SIGKILL)
            process.wait()
        OutgoingMail.objects.exclude(claimed_until=None).update(claimed_until=real_now)  # the lease runs out
        server.seconds = 0
        machines = [run_due(server.url), run_due(server.url)]
        assert [machine.wait(timeout=120) for machine in machines] == [0, 0]
        got = Counter(to for to, _message in server.got)
        sent = {(to, message["Subject"]) for to, message in server.got}  # an invitation, and the session for calendars
        ids = {(to, message["Subject"], message["Message-ID"]) for to, message in server.got}
    assert set(people) < got.keys()
    assert len(got) == 14  # all but the viewer, and the address that does not exist
    assert len(ids) == len(sent) == 28
    assert sum(got.values()) <= 28 + 2  # at most one for each kill, in the moment between 'accepted' and our commit
    assert {mail.state for mail in OutgoingMail.objects.filter(user=member)} == {"retrying"}


def assert_everybody_once(server: MailServer, people: list[str]) -> None:
    """Each mail that was accepted came once; nobody was left out."""
    got = Counter((to, message["Message-ID"]) for to, message in server.got)
    assert set(got.values()) == {1}
    assert set(people) < {to for to, _id in got}


def test_of_two_machines_at_once_one_is_killed_in_the_middle_of_a_mail_and_nobody_gets_two_or_none(plan):
    real_now = time_machine.escape_hatch.datetime.datetime.now(dt.UTC)
    people = [factories.MembershipFactory(plan=plan).user.email for _more in range(12)]
    factories.SessionFactory(plan=plan, starts_at=real_now + dt.timedelta(days=6))
    with mail_server() as server:
        server.hold_at = 4
        killed = run_due(server.url)
        assert server.held.wait(timeout=60)
        other = run_due(server.url)  # sends all the others meanwhile
        assert server.wait_for(20)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        server.released.set()
        assert other.wait(timeout=120) == 0
        [held] = OutgoingMail.objects.waiting()
        assert held.claimed_until is not None, "the other leaves it alone until its lease ends"
        before = len(server.got)
        OutgoingMail.objects.filter(pk=held.pk).update(claimed_until=real_now)
        assert [machine.wait(timeout=120) for machine in (run_due(server.url), run_due(server.url))] == [0, 0]
        assert [to for to, _message in server.got[before:]] == [held.user.email]
        assert_everybody_once(server, people)
    assert not OutgoingMail.objects.waiting().exists()
    assert [str(finding) for finding in check_data() if finding.rule.startswith(("mail", "updates_outgoing"))] == []


def test_killed_at_any_moment_nothing_is_lost_and_a_double_is_the_same_mail(plan):
    real_now = time_machine.escape_hatch.datetime.datetime.now(dt.UTC)
    chance = random.Random(7)  # noqa: S311  (the moments of the kills)
    people = [factories.MembershipFactory(plan=plan).user.email for _more in range(8)]
    kills = 0
    with mail_server(seconds=0.02) as server:
        for days in range(2, 6):
            factories.SessionFactory(plan=plan, starts_at=real_now + dt.timedelta(days=days))
            one, other = run_due(server.url), run_due(server.url)
            before = len(server.got)
            assert server.wait_for(before + chance.randint(1, 12))
            one.send_signal(signal.SIGKILL)
            one.wait()
            kills += 1
            assert other.wait(timeout=120) == 0
            OutgoingMail.objects.exclude(claimed_until=None).update(claimed_until=real_now)
        assert run_due(server.url).wait(timeout=120) == 0
        got = Counter((to, message["Message-ID"]) for to, message in server.got)
    assert not OutgoingMail.objects.waiting().exists()
    assert OutgoingMail.objects.sent().count() == len(got)
    assert set(people) < {to for to, _id in got}
    assert sum(got.values()) - len(got) <= kills, "one for each kill at most, with the Message-ID of the first"
