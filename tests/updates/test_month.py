"""A whole month with its mails: invited, reminded, called, met, and the next month carried over."""

import datetime as dt
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
import time_machine
from django.core import mail as postbox
from django.core.management import call_command

from actions.models import Action
from tests import factories
from updates.models import OutgoingMail, Session, Update
from updates.reminder_rules import Stage
from updates.reminders import occasion_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendars_aside")]

STARTS = factories.AT + dt.timedelta(days=12)  # Tuesday 23 June, 09:00


@pytest.fixture
def session(plan, process_owner) -> Session:
    return factories.SessionFactory(plan=plan, starts_at=STARTS, facilitator=process_owner, place="Zaal 2")


@pytest.fixture
def work(choice, responsible, member, choice_owner) -> list[Action]:
    """One action in progress for each of three people."""
    return [
        factories.ActionFactory(choice=choice, responsible=user, status="doing", result=result)
        for user, result in [
            (responsible, "Webshop toont levertijd per artikel"),
            (member, "Tien installateurs bestellen zelf"),
            (choice_owner, "Catalogus is compleet"),
        ]
    ]


def run_at(days: float, hours: float = 0, *, before: dt.datetime = STARTS, times: int = 1) -> list[tuple[str, str]]:
    """The machine wakes up so many days before the session, perhaps more than once; (to whom, subject) of the mails."""
    had = len(postbox.outbox)
    with time_machine.travel(before - dt.timedelta(days=days) + dt.timedelta(hours=hours), tick=False):
        for _time in range(times):
            call_command("run_due", stdout=open("/dev/null", "w"))  # noqa: SIM115
    return sorted((letter.to[0].split("@")[0], letter.subject) for letter in postbox.outbox[had:])


def people(mails: list[tuple[str, str]]) -> list[str]:
    return [who for who, _subject in mails]


def gives_update(action: Action, days: float, **answers) -> Update:
    at = STARTS - dt.timedelta(days=days)
    return Update.give(action, by=action.responsible, at=at, status="doing", light="green", done="Gedaan", **answers)


ALL_BUT_VIEWERS = ["joost", "karin", "lotte", "peter", "samira"]


def test_a_whole_month_of_mails(plan, session, work, process_owner, client_of):
    _of_joost, of_lotte, of_samira = work
    assert run_at(8) == []
    assert Session.objects.get().state == "planned"

    invited = run_at(7, times=3)
    assert people(invited) == ALL_BUT_VIEWERS
    assert dict(invited)["joost"] == "Groei 2026: update session on Tuesday 23 June, 1 update to prepare"
    assert dict(invited)["karin"] == "Groei 2026: update session on Tuesday 23 June at 09:00"
    assert Session.objects.get().state == "open"

    gives_update(of_samira, 5)
    assert run_at(4, times=2) == []
    reminded = run_at(3, times=3)
    assert people(reminded) == ["joost", "lotte"]
    assert dict(reminded)["lotte"] == "Groei 2026: update session in 3 days, still 1 update from you"

    gives_update(of_lotte, 2, need="Wie kan de prijslijst nakijken?")
    called = run_at(1, times=3)
    assert called == [
        ("joost", "Groei 2026: update session tomorrow, still 1 update from you"),
        ("peter", "Groei 2026: update session tomorrow, 1 person still to be heard"),
    ]
    assert "Joost van Leeuwen" in postbox.outbox[-1].body
    assert run_at(0.2, times=2) == []

    session.refresh_from_db()
    session.start(by=process_owner, at=STARTS)
    assert run_at(0, times=2) == []
    first = session.lines.get(action=of_lotte)
    assert ("help" in first.flags, first.times) == (True, 1)
    session.close(by=process_owner, at=STARTS + dt.timedelta(minutes=40))
    assert Counter(letter.to[0].split("@")[0] for letter in postbox.outbox) == {
        "joost": 3, "lotte": 2, "peter": 2, "samira": 1, "karin": 1,
    }  # fmt: skip

    next_month = STARTS + dt.timedelta(days=28)
    following = factories.SessionFactory(plan=plan, starts_at=next_month)
    assert people(run_at(7, before=next_month, times=2)) == ALL_BUT_VIEWERS
    following.refresh_from_db()
    following.start(by=process_owner, at=next_month)
    assert following.lines.get(action=of_lotte).times == 2
    with time_machine.travel(next_month):
        assert "for the 2nd time" in client_of(process_owner).get(following.get_absolute_url()).content.decode()


def test_the_invitation_says_what_where_and_when_and_leads_to_the_page_without_a_password(session, work, client):
    run_at(7)
    letter = next(letter for letter in postbox.outbox if letter.to == ["joost@example.org"])
    assert letter.reply_to == ["peter@example.org"]
    for words in (
        "Hello Joost",
        "Tuesday 23 June at 09:00",
        "45 minutes",
        "Peter Smit",
        "Zaal 2",
        "levertijd per artikel",
    ):
        assert words in letter.body
        assert words in text_of(letter.alternatives[0][0])
    address = re.search(r"http://127\.0\.0\.1:8000(/prepare/\S+/)", letter.body)[1]
    with time_machine.travel(STARTS - dt.timedelta(days=6)):
        assert client.get(address).status_code == 200


class _Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.words, self.tags = [], []

    def handle_data(self, data):
        self.words.append(data)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def parsed(page: str) -> _Text:
    parser = _Text()
    parser.feed(page)
    return parser


def text_of(page: str) -> str:
    return " ".join(" ".join(parsed(page).words).split())


def test_mails_have_no_picture_nothing_to_fetch_and_one_table_at_most(session, work):
    run_at(7)
    for letter in postbox.outbox:
        tags = parsed(letter.alternatives[0][0]).tags
        names = Counter(tag for tag, _attributes in tags)
        assert not {"img", "link", "script", "iframe", "form"} & names.keys()
        assert names["table"] == 1
        assert all("src" not in attributes for _tag, attributes in tags)
        assert "<style>@media (prefers-color-scheme: dark)" in letter.alternatives[0][0]


def test_each_reads_it_in_their_own_language(session, work, responsible):
    responsible.language = "nl"
    responsible.save()
    run_at(7)
    letter = next(letter for letter in postbox.outbox if letter.to == ["joost@example.org"])
    assert "dinsdag 23 juni" in letter.subject
    assert "updatesessie" in letter.body
    assert '<html lang="nl">' in letter.alternatives[0][0]


@pytest.mark.parametrize(
    ("days", "first", "second"),
    [
        (6, ALL_BUT_VIEWERS, []),
        (2, ALL_BUT_VIEWERS, []),  # who owes is reminded, who does not is invited: one mail each
        (0.5, ALL_BUT_VIEWERS, []),
    ],
)
def test_a_machine_that_was_down_says_only_what_is_most_urgent(session, work, days, first, second):
    subjects = run_at(days)
    assert people(subjects) == first
    still = [who for who, subject in subjects if "still" in subject]
    assert still == {6: [], 2: ["joost", "lotte", "samira"], 0.5: ["joost", "lotte", "peter", "samira"]}[days]
    assert people(run_at(days, hours=0.1)) == second


def test_two_mails_about_one_session_are_half_a_day_apart(session, work):
    assert people(run_at(3, hours=-1)) == ALL_BUT_VIEWERS
    assert run_at(3) == []
    assert people(run_at(3, hours=11)) == ["joost", "lotte", "samira"]


def test_the_hour_is_that_of_the_session_also_when_the_clock_changes(plan, choice, responsible):
    factories.ActionFactory(choice=choice, responsible=responsible, status="doing", deadline=dt.date(2026, 12, 1))
    starts = dt.datetime(2026, 10, 27, 8, 0, tzinfo=dt.UTC)  # 09:00 in Amsterdam, two days after summer time ended
    factories.SessionFactory(plan=plan, starts_at=starts)
    assert run_at(7, hours=-1.1, before=starts) == []
    assert people(run_at(7, hours=-1, before=starts)) == ALL_BUT_VIEWERS  # 09:00 in summer time


@pytest.mark.parametrize("change", [{"state": "draft"}, {"state": "closed"}, {"archived_at": factories.AT}])
def test_nobody_hears_of_a_plan_that_is_not_active(plan, session, work, change):
    session.open(by=None, at=factories.AT)
    type(plan).objects.filter(pk=plan.pk).update(**change)
    assert [*run_at(7), *run_at(3), *run_at(1)] == []
    assert not OutgoingMail.objects.exists()


def test_nobody_hears_of_a_session_that_was_cancelled_or_who_left_or_is_not_active(session, work, plan, member, at):
    member.is_active = False
    member.save()
    plan.memberships.filter(user__email="karin@example.org").delete()
    assert people(run_at(7)) == ["joost", "peter", "samira"]
    session.refresh_from_db()
    session.cancel(by=None, at=at)
    assert [*run_at(3), *run_at(1)] == []


def test_a_session_moved_to_another_day_reminds_anew_but_invites_once(session, work):
    run_at(7)
    assert people(run_at(3)) == ["joost", "lotte", "samira"]
    session.refresh_from_db()
    later = STARTS + dt.timedelta(days=14)
    session.reschedule(by=None, at=STARTS - dt.timedelta(days=2), starts_at=later)
    assert run_at(7, before=later) == []
    assert people(run_at(3, before=later)) == ["joost", "lotte", "samira"]
    session.refresh_from_db()
    assert occasion_of(session, Stage.REMINDER).endswith("2026-07-07")


def test_who_answers_between_the_queue_and_a_mail_server_that_was_down_is_left_alone(settings, session, work):
    run_at(7)
    settings.EMAIL_BACKEND = "tests.updates.test_outbox.Silent"
    assert run_at(3) == []
    gives_update(work[0], 2.9)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert people(run_at(2.8)) == ["lotte", "samira"]
    assert OutgoingMail.objects.get(user=work[0].responsible, occasion__contains="reminder").state == "left_out"


def test_a_run_that_is_killed_halfway_loses_nothing_and_doubles_nothing(session, work, monkeypatch):
    from django.core.mail.backends.locmem import EmailBackend

    really_send, sent = EmailBackend.send_messages, []

    class Killed(BaseException):
        """As a signal would: nothing of ours catches it."""

    def send_then_die(self, messages):
        if len(sent) == 2:
            raise Killed
        sent.append(messages)
        return really_send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_then_die)
    with pytest.raises(Killed):
        run_at(7)
    monkeypatch.setattr(EmailBackend, "send_messages", really_send)
    rest = run_at(7, hours=0.1)
    assert len(rest) == 2  # the one in hand when it was killed is still claimed
    run_at(7, hours=0.3)
    assert sorted(letter.to[0].split("@")[0] for letter in postbox.outbox) == ALL_BUT_VIEWERS


def test_a_run_killed_while_queueing_goes_on_where_it_stopped(session, work, monkeypatch):
    from updates import outbox

    really_queue, done = outbox.queue, []

    def queue_then_die(**what):
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(what)
        return really_queue(**what)

    monkeypatch.setattr(outbox, "queue", queue_then_die)
    with pytest.raises(KeyboardInterrupt):
        run_at(7)
    monkeypatch.setattr(outbox, "queue", really_queue)
    assert people(run_at(7, hours=0.1)) == ALL_BUT_VIEWERS
    assert run_at(7, hours=0.2) == []


def test_a_failing_address_stops_no_other(settings, session, work):
    settings.EMAIL_BACKEND = "tests.updates.test_outbox.Refusing"
    assert people(run_at(7)) == ["joost", "karin", "peter", "samira"]
    assert people(run_at(3)) == ["joost", "samira"]


def test_more_people_and_actions_cost_no_more_queries_to_find_who_is_due(
    plan, choice, session, on, django_assert_num_queries
):
    from updates.reminders import session_mails

    session.open(by=None, at=factories.AT)
    at = STARTS - dt.timedelta(days=3)
    for many in (2, 20):
        factories.ActionFactory.create_batch(many, choice=choice, status="doing")
        factories.IndicatorFactory.create_batch(many, choice=choice)
        session.refresh_from_db()
        session.plan = plan
        with django_assert_num_queries(6):
            session_mails(session, at)
