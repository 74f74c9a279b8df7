"""What somebody agreed to or was asked by name: mailed in the morning, once when due and once when late."""

import datetime as dt

import pytest
import time_machine
from django.core import mail as postbox
from django.core.management import call_command

from tests import factories
from updates.models import OutgoingMail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendars_aside")]
DUE = dt.date(2026, 6, 18)


@pytest.fixture
def agreement(plan, member):
    return factories.DecisionFactory(plan=plan, who=member, due_on=DUE, text="Belt de leverancier")


def mails_at(day: int, hour: int = 8) -> list[tuple[str, str]]:
    """(to whom, subject) of what goes out at that hour of that day in June."""
    had = len(postbox.outbox)
    moment = dt.datetime(2026, 6, day, hour, tzinfo=factories.AT.tzinfo)
    with time_machine.travel(moment, tick=False):
        for _twice in range(2):
            call_command("run_due", stdout=open("/dev/null", "w"))  # noqa: SIM115
    return sorted((letter.to[0].split("@")[0], letter.subject) for letter in postbox.outbox[had:])


def test_an_agreement_is_mailed_to_its_holder_the_day_before_and_once_when_it_is_late(agreement):
    assert mails_at(16) == []
    assert mails_at(17, hour=6) == []
    assert mails_at(17) == [("lotte", "Waits for you: Belt de leverancier")]
    assert "tomorrow" in postbox.outbox[-1].body
    assert mails_at(18) == []
    assert mails_at(19) == [("lotte", "Late: Belt de leverancier")]
    assert mails_at(20) == mails_at(21) == []


def test_a_machine_that_was_down_says_only_that_it_is_late(agreement):
    assert mails_at(21) == [("lotte", "Late: Belt de leverancier")]
    assert mails_at(22) == []


def test_what_was_due_long_ago_is_left_to_the_session(agreement):
    assert mails_at(18 + 12) != []
    OutgoingMail.objects.all().delete()
    with time_machine.travel(dt.datetime(2026, 7, 8, 8, tzinfo=factories.AT.tzinfo)):
        had = len(postbox.outbox)
        call_command("run_due", stdout=open("/dev/null", "w"))  # noqa: SIM115
        assert len(postbox.outbox) == had


def test_one_mail_for_all_that_falls_due_on_a_day_over_all_plans(agreement, plan, member, process_owner, choice):
    other = factories.PlanFactory(name="Logistiek 2026")
    factories.MembershipFactory(plan=other, user=member)
    factories.DecisionFactory(plan=other, who=member, due_on=DUE, text="Maakt de planning")
    action = factories.ActionFactory(choice=choice)
    asked = factories.HelpRequestFactory(action=action, asked_of=member, asked_at=factories.AT + dt.timedelta(days=5))
    assert mails_at(17) == [("lotte", "3 agreements and questions wait for you")]
    for words in ("Belt de leverancier", "Maakt de planning", asked.text, "Logistiek 2026"):
        assert words in postbox.outbox[-1].body


def test_what_todays_mail_about_a_session_lists_is_not_mailed_beside_it(agreement, plan):
    factories.SessionFactory(plan=plan, starts_at=dt.datetime(2026, 6, 24, 8, tzinfo=factories.AT.tzinfo))
    invitation = dict(mails_at(17))["lotte"]
    assert "update session" in invitation
    assert "Belt de leverancier" in next(mail.body for mail in postbox.outbox if mail.to == ["lotte@example.org"])
    assert mails_at(18) == [("lotte", "Waits for you: Belt de leverancier")]


def test_help_asked_by_name_is_mailed_the_next_morning_and_help_of_the_team_is_not(action, member, responsible):
    factories.HelpRequestFactory(action=action, asked_of=member, text="Kun jij het contract nakijken?")
    factories.HelpRequestFactory(action=action, asked_of=None)
    assert mails_at(11, hour=10) == []  # asked this morning
    assert mails_at(12) == [("lotte", "Waits for you: Kun jij het contract nakijken?")]
    assert mails_at(13) == []


def test_what_was_kept_or_answered_before_the_mail_goes_is_not_mailed(settings, agreement, member, at):
    settings.EMAIL_BACKEND = "tests.updates.test_outbox.Silent"
    assert mails_at(17) == []
    agreement.finish(by=member, at=at)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mails_at(17, hour=9) == []
    assert OutgoingMail.objects.get().state == "left_out"


@pytest.mark.parametrize("change", ["left", "inactive", "closed", "archived"])
def test_nobody_hears_of_what_is_no_longer_theirs(agreement, plan, member, change):
    if change == "left":
        plan.memberships.filter(user=member).delete()
    elif change == "inactive":
        type(member).objects.filter(pk=member.pk).update(is_active=False)
    elif change == "closed":
        type(plan).objects.filter(pk=plan.pk).update(state="closed")
    else:
        type(plan).objects.filter(pk=plan.pk).update(archived_at=factories.AT)
    assert mails_at(17) == mails_at(19) == []


def test_many_agreements_cost_no_more_queries(agreement, plan, django_assert_num_queries):
    from updates.reminders import falling_due_mails

    morning = dt.datetime(2026, 6, 17, 8, tzinfo=factories.AT.tzinfo)
    for _more in range(2):
        for user in factories.UserFactory.create_batch(5):
            factories.MembershipFactory(plan=plan, user=user)
            factories.DecisionFactory(plan=plan, who=user, due_on=DUE)
        with django_assert_num_queries(5):
            falling_due_mails(morning)
