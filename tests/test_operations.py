"""The page for whoever keeps the installation running."""

import datetime as dt

import pytest
from django.urls import reverse

from tests import factories
from updates import outbox
from updates.models import OutgoingMail, RunRecord

pytestmark = pytest.mark.django_db
PAGE, AGAIN = "/operations/", "/operations/try-again/"


@pytest.fixture
def page(client_of, admin):
    client = client_of(admin)
    return lambda: client.get(PAGE).content.decode()


def given_up(user, at, occasion="session-1-invitation"):
    outbox.queue(occasion=occasion, user=user, template="falling_due", at=at)
    OutgoingMail.objects.filter(user=user).update(given_up_at=at, tries=9, last_error="550 no such user")


@pytest.mark.parametrize("address", [PAGE, AGAIN])
def test_only_superusers_get_in(client, client_of, plan_owner, member, address):
    for user in (plan_owner, member):
        assert client_of(user).post(address).status_code in (403, 405)
        assert client_of(user).get(address).status_code in (403, 405)
    assert client.get(PAGE)["Location"].startswith("/accounts/login/")
    assert client_of(member).get(PAGE).status_code == 403


def test_an_installation_without_a_timer_is_told_what_to_do(page):
    assert "Nothing goes out by itself yet" in page()
    assert "manage.py run_due" in page()
    assert "Nothing is planned" in page()


def test_it_warns_when_links_in_mails_would_lead_nowhere(page, settings):
    assert "SITE_URL is not set" in page()
    settings.SITE_URL = "https://ogsm.example.org"
    assert "SITE_URL" not in page()


def test_it_says_when_the_last_run_was_and_what_it_did(page, at):
    RunRecord.objects.create(
        started_at=at - dt.timedelta(minutes=4), finished_at=at, machine="web-1", counts={"opened": 1, "sent": 5}
    )
    assert "run_due last ran 4 minutes ago" in page().replace("\N{NO-BREAK SPACE}", " ")
    assert "1 opened, 5 sent" in page()
    assert "has not run" not in page()


def test_it_warns_when_nothing_ran_for_an_hour_also_when_runs_do_not_finish(page, at):
    RunRecord.objects.create(started_at=at - dt.timedelta(minutes=61), finished_at=at - dt.timedelta(minutes=60))
    RunRecord.objects.create(started_at=at - dt.timedelta(minutes=2))
    assert "run_due has not run for 1 hour, 1 minute" in page().replace("\N{NO-BREAK SPACE}", " ")
    assert "did not finish" in page()


def test_it_shows_what_was_not_delivered_and_sends_it_again(client_of, admin, page, member, at):
    given_up(member, at)
    assert "550 no such user" in page()
    assert "given up after 9 tries" in page()
    response = client_of(admin).post(AGAIN, follow=True)
    assert "1 mail goes out with the next run." in response.content.decode()
    assert OutgoingMail.objects.get().state == "retrying"


def test_it_shows_the_next_mail_of_each_coming_session(page, plan, at):
    factories.SessionFactory(plan=plan, starts_at=at + dt.timedelta(days=12))
    factories.SessionFactory(plan=factories.PlanFactory(state="draft", name="Concept"), starts_at=at)
    assert "Tuesday 16 June, 09:00" in page()
    assert "5 people take part" in page()
    assert "Concept" not in page()


def test_more_mails_runs_and_sessions_cost_no_more_queries(client_of, admin, plan, at, django_assert_max_num_queries):
    client = client_of(admin)
    for days in range(1, 9):
        factories.SessionFactory(plan=plan, starts_at=at + dt.timedelta(days=days))
        given_up(factories.UserFactory(), at)
        RunRecord.objects.create(started_at=at, finished_at=at)
    with django_assert_max_num_queries(12):
        client.get(PAGE)


def test_the_administration_leads_there_and_lists_the_outbox(client_of, admin, member, at):
    given_up(member, at)
    client = client_of(admin)
    assert PAGE in client.get("/admin/").content.decode()
    address = reverse("admin:updates_outgoingmail_changelist")
    assert "lotte@example.org" not in client.get(f"{address}?state=sent").content.decode()
    listed = client.get(f"{address}?state=given_up").content.decode()
    assert "session-1-invitation" in listed
    mail = OutgoingMail.objects.get()
    client.post(address, {"action": "try_again", "_selected_action": [mail.pk]})
    mail.refresh_from_db()
    assert mail.state == "retrying"
    assert client.post(reverse("admin:updates_outgoingmail_delete", args=[mail.pk])).status_code == 403
