"""run_due as a process of its own, killed in the middle of its mails, over a real connection to a mail server."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection

from tests import factories
from tests.smtp_server import mail_server
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
