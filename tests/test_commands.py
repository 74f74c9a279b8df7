"""The commands of whoever keeps the installation running."""

import datetime as dt
import json
import re
from io import StringIO

import pytest
from django.core import mail as postbox
from django.core.management import CommandError, call_command

from ogsm.accounts.models import User
from ogsm.management import demo_database
from ogsm.management.commands import demo
from tests.factories import PlanFactory, SessionFactory
from updates import outbox
from updates.models import OutgoingMail, RunRecord, Session


def run(*arguments: str, **options: object) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def states() -> list[str]:
    return list(Session.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.django_db
def test_run_due_opens_the_preparation_seven_days_before_the_session(at):
    for days in (6, 7, 8):
        SessionFactory(starts_at=at + dt.timedelta(days=days))
    assert run("run_due").startswith("2 opened, ")
    assert states() == ["open", "open", "planned"]


@pytest.mark.django_db
def test_run_due_twice_changes_nothing_more(at):
    session = SessionFactory(starts_at=at + dt.timedelta(days=3))
    run("run_due")
    opened_at, rows = Session.objects.get().opened_at, session.history.count()
    assert run("run_due").startswith("0 opened, ")
    assert (Session.objects.get().opened_at, session.history.count()) == (opened_at, rows)


@pytest.mark.django_db
def test_run_due_leaves_drafts_and_what_was_cancelled_alone(at):
    SessionFactory(plan=PlanFactory(state="draft"), starts_at=at + dt.timedelta(days=3))
    SessionFactory(starts_at=at + dt.timedelta(days=3), state="cancelled")
    assert run("run_due").startswith("0 opened, ")
    assert states() == ["planned", "cancelled"]


@pytest.mark.django_db
def test_run_due_goes_on_when_one_plan_has_trouble(at, monkeypatch):
    broken = SessionFactory(starts_at=at + dt.timedelta(days=1))
    SessionFactory(starts_at=at + dt.timedelta(days=2))
    really_open = Session.open

    def open_or_fail(self, **who_and_when):
        if self.pk == broken.pk:
            raise RuntimeError("disk full")
        really_open(self, **who_and_when)

    monkeypatch.setattr(Session, "open", open_or_fail)
    assert run("run_due", stderr=StringIO()).startswith("1 opened, ")
    assert states() == ["planned", "open"]
    assert "disk full" in RunRecord.objects.get().trouble


@pytest.mark.django_db
def test_every_run_is_recorded_with_what_it_did_and_old_ones_are_forgotten(plan, at):
    RunRecord.objects.create(started_at=at - dt.timedelta(days=20))
    SessionFactory(plan=plan, starts_at=at + dt.timedelta(days=3))
    assert run("run_due") == "1 opened, 10 queued, 10 sent, 0 failed, 0 given up, 0 left out\n"
    record = RunRecord.objects.get()
    assert (record.counts["sent"], record.trouble, bool(record.finished_at)) == (10, "", True)


@pytest.mark.django_db
def test_a_dry_run_says_what_would_happen_to_whom_and_writes_nothing(plan, action, responsible, at):
    session = SessionFactory(plan=plan, starts_at=at + dt.timedelta(days=6))
    outbox.queue(occasion="session-1-minutes", user=responsible, template="minutes", at=at)
    said = run("run_due", dry_run=True)
    assert "open      update session of 2026-06-17 09:00, Groei 2026\n" in said
    assert "send      joost@example.org: session-1-minutes (queued 2026-06-11 09:00)\n" in said
    for name in ("karin", "peter", "samira", "joost", "lotte"):
        assert f"send      {name}@example.org: session-{session.pk}-invitation\n" in said
    assert (states(), postbox.outbox, RunRecord.objects.count()) == (["planned"], [], 0)
    assert [mail.state for mail in OutgoingMail.objects.all()] == ["waiting"]


@pytest.mark.django_db
def test_a_dry_run_with_nothing_to_do_says_so():
    assert run("run_due", dry_run=True) == "nothing to do\n"


@pytest.mark.django_db
def test_first_owner_can_set_a_password_and_create_plans(client):
    out = run("first_owner", "Karin@Example.org", name="Karin de Boer")
    user = User.objects.get()
    assert (user.email, user.can_create_plans, user.is_superuser) == ("karin@example.org", True, True)
    link = re.search(r"http://127\.0\.0\.1:8000(/\S+)", out)[1]
    form = client.get(link, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": "a-very-good-one", "password2": "a-very-good-one"})
    response = client.post("/accounts/login/", {"login": "karin@example.org", "password": "a-very-good-one"})
    assert response["Location"] == "/"


@pytest.mark.django_db
def test_first_owner_again_keeps_the_person_and_gives_a_new_link(member):
    assert "Lotte Bakker can create plans" in run("first_owner", member.email)
    member.refresh_from_db()
    assert (member.name, member.can_create_plans) == ("Lotte Bakker", True)


@pytest.mark.django_db
def test_first_owner_refuses_what_is_no_address():
    with pytest.raises(CommandError, match="valid email"):
        run("first_owner", "karin")
    assert not User.objects.exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.10", "::", "ogsm.example"])  # noqa: S104
def test_the_demo_serves_no_other_machine(host):
    with pytest.raises(CommandError, match="this machine only"):
        run("demo", host=host)


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_the_demo_says_which_ports_there_are(port, monkeypatch):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(CommandError, match="from 1 to 65535"):
        run("demo")


def test_the_demo_says_when_its_port_is_in_use(monkeypatch):
    monkeypatch.setenv("PORT", "8123")
    monkeypatch.setattr(demo, "is_taken", lambda host, port: True)
    with pytest.raises(CommandError, match="Port 8123 is in use"):
        run("demo")


@pytest.mark.django_db
def test_the_demo_touches_no_real_installation():
    with pytest.raises(CommandError, match="DEMO=1"):
        run("demo_data")


TODAY, YESTERDAY = dt.date(2026, 6, 11), "2026-06-10"


@pytest.mark.parametrize(
    ("marker", "reset", "rebuilt"),
    [
        (None, False, False),  # somebody's own file
        (None, True, True),
        ({"state": "building"}, False, True),  # killed halfway
        ({"state": "built", "on": "2026-06-11", "content": "same"}, False, False),
        ({"state": "built", "on": "2026-06-11", "content": "same"}, True, True),
        ({"state": "built", "on": YESTERDAY, "content": "same"}, False, True),
        ({"state": "built", "on": YESTERDAY, "content": "other"}, False, False),
        ({"state": "built", "on": "2026-06-12", "content": "same"}, False, False),  # the clock went back
    ],
)
def test_the_demo_is_rebuilt_when_asked_or_when_old_and_untouched(tmp_path, monkeypatch, marker, reset, rebuilt):
    monkeypatch.setattr(demo_database, "content_digest", lambda: "same")
    database, beside = tmp_path / "demo.sqlite3", tmp_path / "demo.sqlite3.built"
    database.touch()
    if marker:
        beside.write_text(json.dumps(marker))
    reason = demo_database._reason_to_build(database, beside, on=TODAY, reset=reset)
    assert bool(reason) == rebuilt


def test_a_demo_that_is_not_there_is_built(tmp_path):
    missing = tmp_path / "demo.sqlite3"
    assert demo_database._reason_to_build(missing, tmp_path / "none", on=TODAY, reset=False) == "Demo built."


@pytest.mark.django_db
def test_any_change_of_content_counts_and_looking_around_does_not(client, action, member):
    before = demo_database.content_digest()
    client.post("/accounts/login/", {"login": member.email, "password": "a-good-password"})
    assert demo_database.content_digest() == before
    type(action).objects.filter(pk=action.pk).update(description="changed")
    assert demo_database.content_digest() != before
