"""The outbox: once per person and occasion, whatever fails, on whichever machine."""

import datetime as dt
import email
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail as postbox
from django.core.mail.backends import locmem
from django.db import OperationalError

from tests import factories
from updates import outbox
from updates.outbox import Attachment
from updates.outbox_models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def templates(settings, tmp_path):
    """A template of one line in both languages, and none of the product's composers."""
    (tmp_path / "mail").mkdir()
    for name, text in [("hello_subject.txt", "{{ word }}\n"), ("hello.txt", "{{ word }} {{ person.first_name }}")]:
        (tmp_path / "mail" / name).write_text(text)
    (tmp_path / "mail" / "hello.html").write_text("<p>{% load i18n %}{% translate 'session' %} {{ word }}</p>")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]


def queued(user, at, occasion="greeting-1", **more):
    return outbox.queue(occasion=occasion, user=user, template="hello", facts={"word": "Hoi"}, at=at, **more)


def the_mail() -> OutgoingMail:
    return OutgoingMail.objects.get()


def test_a_mail_goes_out_once_and_the_same_occasion_makes_no_second(member, at):
    assert queued(member, at)
    assert not queued(member, at)
    assert outbox.send_due(at).sent == 1
    assert outbox.send_due(at).sent == 0
    assert not queued(member, at)
    assert [(letter.to, letter.subject, letter.body) for letter in postbox.outbox] == [
        (["lotte@example.org"], "Hoi", "Hoi Lotte\n")
    ]
    assert the_mail().state == "sent"


def test_words_are_in_the_language_the_person_has_when_it_is_sent(member, at):
    queued(member, at)
    member.language = "nl"
    member.save()
    outbox.send_due(at)
    assert "sessie" in postbox.outbox[0].alternatives[0][0]


def test_who_leaves_the_language_to_the_browser_reads_that_of_the_installation(settings, member, at):
    settings.LANGUAGE_CODE = "nl"
    queued(member, at)
    outbox.send_due(at)
    assert "sessie" in postbox.outbox[0].alternatives[0][0]


def test_files_go_along_as_text_and_as_bytes(member, at):
    calendar = Attachment("session.ics", "text/calendar; method=REQUEST", "BEGIN:VCALENDAR\r\nSUMMARY:Café\r\n")
    queued(member, at, attachments=[calendar, Attachment("minutes.pdf", "application/pdf", b"%PDF-\xff")])
    outbox.send_due(at)
    parts = {
        part.get_filename(): part for part in email.message_from_bytes(postbox.outbox[0].message().as_bytes()).walk()
    }
    assert parts["session.ics"].get_content_type() == "text/calendar"
    assert parts["session.ics"].get_param("method") == "REQUEST"
    assert "Café" in parts["session.ics"].get_payload(decode=True).decode()
    assert parts["minutes.pdf"].get_payload(decode=True) == b"%PDF-\xff"


def test_not_before_its_moment(member, at):
    queued(member, at, not_before=at + dt.timedelta(hours=2))
    assert outbox.send_due(at).sent == 0
    assert outbox.send_due(at + dt.timedelta(hours=2)).sent == 1


def test_who_is_no_longer_active_gets_nothing(member, responsible, at):
    queued(member, at)
    member.is_active = False
    member.save()
    assert outbox.send_due(at).left_out == 1
    assert not queued(member, at, "greeting-2")
    assert (postbox.outbox, the_mail().left_out_why) == ([], "person not active")


@pytest.mark.parametrize("change", [{"state": "draft"}, {"state": "closed"}, {"archived_at": factories.AT}])
def test_a_plan_that_is_not_active_sends_nothing(plan, member, at, change):
    queued(member, at, plan=plan)
    type(plan).objects.filter(pk=plan.pk).update(**change)
    outbox.send_due(at)
    assert (postbox.outbox, the_mail().state) == ([], "left_out")


class Refusing(locmem.EmailBackend):
    """A mail server that knows every address but one."""

    unknown = "lotte@example.org"

    def send_messages(self, messages):
        if self.unknown in messages[0].to:
            raise SMTPRecipientsRefused({self.unknown: (550, b"no such user")})
        return super().send_messages(messages)


@pytest.fixture
def refusing(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"


def test_a_failing_address_stops_no_other_and_is_tried_again_ever_later(refusing, member, responsible, at):
    queued(member, at)
    queued(responsible, at)
    result = outbox.send_due(at)
    assert (result.sent, result.failed) == (1, 1)
    assert [letter.to for letter in postbox.outbox] == [["joost@example.org"]]
    waits, moment = [], at
    while (mail := OutgoingMail.objects.get(user=member)).given_up_at is None:
        waits.append(mail.next_try_at - moment)
        moment = mail.next_try_at
        assert outbox.send_due(moment - dt.timedelta(seconds=1)).failed == 0
        outbox.send_due(moment)
    assert [wait / dt.timedelta(minutes=1) for wait in waits] == [5, 10, 20, 40, 80, 160, 320, 640]
    assert "no such user" in mail.last_error
    assert outbox.send_due(moment + dt.timedelta(days=9)).failed == 0


def test_one_that_was_given_up_can_be_tried_again(refusing, settings, member, at):
    queued(member, at)
    OutgoingMail.objects.update(given_up_at=at, tries=9)
    assert the_mail().try_again(at=at)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert outbox.send_due(at).sent == 1
    assert not the_mail().try_again(at=at)


class Silent(locmem.EmailBackend):
    def open(self):
        raise ConnectionRefusedError(111, "Connection refused")


def test_a_mail_server_that_is_down_costs_nobody_a_try(settings, member, responsible, at):
    queued(member, at)
    queued(responsible, at)
    settings.EMAIL_BACKEND = f"{__name__}.Silent"
    result = outbox.send_due(at)
    assert (result.sent, result.failed, len(result.trouble)) == (0, 0, 1)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert outbox.send_due(at).sent == 2


def test_what_two_machines_see_at_once_only_one_of_them_sends(member, at):
    queued(member, at)
    assert outbox.claim(the_mail().pk, at=at)
    assert outbox.claim(the_mail().pk, at=at) is None
    assert outbox.send_due(at).sent == 0


def test_a_sender_killed_on_the_way_leaves_the_mail_to_a_later_run_with_the_same_message_id(member, at):
    queued(member, at)
    mail = outbox.claim(the_mail().pk, at=at)
    lost = outbox.compose(mail, at=at)  # accepted by the server, and then the machine stopped
    assert outbox.send_due(at + dt.timedelta(minutes=14)).sent == 0
    assert outbox.send_due(at + dt.timedelta(minutes=15)).sent == 1
    assert lost.extra_headers["Message-ID"] == postbox.outbox[0].extra_headers["Message-ID"]


def test_a_mail_that_kills_every_sender_is_given_up_in_the_end(member, at):
    queued(member, at)
    for _kill in range(9):
        assert outbox.claim(the_mail().pk, at=at)
        at += outbox.LEASE
    assert outbox.send_due(at).given_up == 1
    assert postbox.outbox == []


def test_a_template_with_a_fault_stops_no_other(member, responsible, at):
    outbox.queue(occasion="broken", user=member, template="no_such", at=at)
    queued(responsible, at)
    result = outbox.send_due(at)
    assert (result.sent, result.failed) == (1, 1)


def test_a_database_that_fails_after_the_sending_stops_no_other_and_sends_nothing_twice(
    monkeypatch, member, responsible, at, mailoutbox
):
    queued(member, at)
    queued(responsible, at)
    settle, failed = outbox._settle, []

    def fails_once(mail, **values):
        if "sent_at" in values and not failed:
            failed.append(mail)
            raise OperationalError("database is locked")
        settle(mail, **values)

    monkeypatch.setattr(outbox, "_settle", fails_once)
    assert outbox.send_due(at).sent == 2
    outbox.send_due(at + outbox.LEASE * 2)
    assert len(mailoutbox) == 2
