"""The list of sessions: the next one, those to come, those nobody held, the past ones; and starting one."""

from __future__ import annotations

import datetime as dt
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.updates.meeting import closed, page_of, planned, running, url
from updates import services
from updates.models import ChoiceReview

DAY = dt.timedelta(days=1)


def test_an_empty_list_says_what_to_do(client_of, plan_owner, member, plan):
    page = client_of(plan_owner).get(url("session_list", plan.pk)).content.decode()
    assert "No sessions yet" in page
    assert f"{url('session_add', plan.pk)}?repeat=1" in page
    page = client_of(member).get(url("session_list", plan.pk)).content.decode()
    assert "No sessions yet" in page
    assert url("session_add", plan.pk) not in page


def test_the_list_shows_the_next_session_with_who_still_owes(client_of, plan, process_owner, late):
    closed(plan, process_owner, -30)
    planned(plan, 3, place="Kantine", facilitator=process_owner)
    planned(plan, 33)
    planned(plan, 63).cancel(by=process_owner, at=factories.AT)
    page = client_of(process_owner).get(url("session_list", plan.pk)).content.decode()
    assert "Sunday 14 June 2026" in page
    assert "wk 24" in page
    assert "led by Peter Smit" in page
    assert "Joost van Leeuwen" in page
    assert "40 of 45" in page
    assert "1 cancelled session" in page


def test_before_a_steering_session_the_list_names_who_has_a_choice_to_judge(
    client_of, plan, choice, choice_owner, process_owner, late, at
):
    session, client = planned(plan, 3, kind="steering", minutes=90), client_of(process_owner)

    def owing():
        page = " ".join(client.get(url("session_list", plan.pk)).content.decode().split())
        return page[page.index("next-title") : page.index("Put these in your calendar")]

    assert f'Still to prepare: {choice_owner.name} <span class="muted">(1)</span> </p>' in owing()
    assert late.responsible.name not in owing(), "an update is not asked for it"
    ChoiceReview.give(choice, by=choice_owner, at=at, light="green")
    assert "Everybody is prepared." in owing()
    assert "1 to go" not in page_of(client, session)


def test_a_session_that_was_missed_is_not_the_next_one(client_of, plan, process_owner, member):
    old, new = planned(plan, -40), planned(plan, 5)
    client = client_of(process_owner)
    page = client.get(url("session_list", plan.pk)).content.decode()
    missed = page[page.index("data-missed") :]
    assert "Not held" in missed
    for name in ("session_start", "session_edit", "session_cancel"):
        assert url(name, plan.pk, old.pk) in missed, name
    assert page.index(new.get_absolute_url()) < page.index("data-missed")
    assert "Session Tuesday 16 June, in 5 days" in re.sub(r"\s+", " ", page)
    assert "nobody started it" in page_of(client, old)
    page = client_of(member).get(url("session_list", plan.pk)).content.decode()
    assert "Not held" in page
    assert url("session_cancel", plan.pk, old.pk) not in page


def test_a_missed_session_in_preparation_is_no_longer_announced(client_of, plan, process_owner, at):
    old = planned(plan, -1)
    old.open(by=process_owner, at=at - 8 * DAY)
    client = client_of(process_owner)
    head = client.get(reverse("plans:plan_page", args=[plan.pk])).content.decode()
    assert old.get_absolute_url() not in head
    assert old.get_absolute_url() not in client.get("/").content.decode()


def test_the_session_that_runs_comes_first(client_of, plan, process_owner, at):
    planned(plan, 2)
    session = planned(plan, 9)
    session.start(by=process_owner, at=at)
    page = client_of(process_owner).get(url("session_list", plan.pk)).content.decode()
    assert "Thursday 11 June 2026" in page[page.index("next-title") : page.index("Coming")]


def test_a_session_held_on_another_day_has_that_date_everywhere(client_of, plan, process_owner, member, late, on, at):
    session = planned(plan, 3)
    session.start(by=process_owner, at=at)
    line = session.lines.get()
    services.agreement_make(line, text="Belt", who=member, due_on=on + DAY, by=process_owner, at=at)
    client = client_of(member)
    seen = [
        (session.get_absolute_url(), "Thursday 11 June 2026"),
        (url("session_list", plan.pk), "Thursday 11 June 2026"),
        (url("session_run", plan.pk, session.pk) + "?line=opening", "Thursday 11 June 2026"),
        (url("decision_list", plan.pk), "11 Jun 2026"),
        (late.get_absolute_url(), "session of 11 Jun 2026"),
        ("/", "session of 11 Jun"),
    ]
    for address, words in seen:
        page = client.get(address).content.decode()
        assert words in page, address
        assert "14 Jun" not in page, address
    session.close(by=process_owner, at=at)
    for address, words in [
        *seen[:2],
        *seen[3:],
        (url("session_minutes", plan.pk, session.pk), "Thursday 11 June 2026"),
    ]:
        page = client.get(address).content.decode()
        assert words in page, address
        assert "14 Jun" not in page, address


def test_the_list_does_not_grow_in_queries(client_of, plan, process_owner):
    client = client_of(process_owner)

    def queries(days: int) -> int:
        for back in range(days):
            closed(plan, process_owner, -400 + days * 20 + back)
            planned(plan, days + back)
        with CaptureQueriesContext(connection) as captured:
            client.get(url("session_list", plan.pk))
        return len(captured)

    assert queries(1) == queries(4)


# ---- starting ----


def test_on_the_planned_day_a_session_starts_in_one_click(client_of, plan, process_owner):
    session = planned(plan)
    page = page_of(client_of(process_owner), session)
    assert f'<form method="post" action="{url("session_start", plan.pk, session.pk)}">' in page


def test_on_another_day_it_is_asked_first(client_of, plan, process_owner):
    session, client = planned(plan, 3), client_of(process_owner)
    address = url("session_start", plan.pk, session.pk)
    page = page_of(client, session)
    assert f'<form method="get" action="{address}"' in page
    assert f'<form method="post" action="{address}"' not in page
    asked = client.get(address)
    assert "This session is planned for Sunday 14 June 2026. Start it now?" in asked.content.decode()
    session.refresh_from_db()
    assert session.state == "planned", "asking starts nothing"
    dialog = {"HX-Request": "true", "HX-Target": "dialog-body"}
    assert "<html" not in client.get(address, headers=dialog).content.decode()
    started = client.post(address, headers=dialog)
    assert started.headers["HX-Redirect"].endswith("/run/")
    session.refresh_from_db()
    assert session.state == "running"
    assert client.get(address).status_code == 409
    refused = client.post(address, headers=dialog)
    assert refused.status_code == 409
    assert "<html" not in refused.content.decode()
    assert "This session is running by now." in refused.content.decode()


def test_a_plan_is_not_archived_while_a_session_runs(client_of, plan, plan_owner, process_owner, at):
    session = running(plan, process_owner)
    address = reverse("plans:plan_archive", args=[plan.pk])
    refused = client_of(plan_owner).post(address)
    assert refused.status_code == 409
    assert "A session is running. Close it first." in refused.content.decode()
    plan.refresh_from_db()
    assert plan.archived_at is None
    session.close(by=process_owner, at=at)
    assert client_of(plan_owner).post(address).status_code == 302
