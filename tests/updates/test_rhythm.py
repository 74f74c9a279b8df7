"""A year of sessions in one form, and all coming ones changed in one go."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.updates.meeting import planned, url

DAY = dt.timedelta(days=1)
PREVIEW = {"HX-Request": "true", "HX-Target": "year-preview"}


def year(**values) -> dict:
    """The second Tuesday at nine, without the summer."""
    update = {"update-wanted": "on", "update-nth": "2", "update-weekday": "1", "update-time": "09:00"}
    shared = {"first": "2026-06-11", "until": "2026-12-31", "without": ["7", "8"], "place": "Kantine"}
    return {**update, "update-minutes": "45", **shared, "facilitator": "", **values}


STEERING = {
    "steering-wanted": "on", "steering-nth": "0", "steering-day": "31", "steering-months": ["6", "9", "12"],
    "steering-time": "13:30", "steering-minutes": "90",
}  # fmt: skip
PLAN = {
    "plan-wanted": "on", "plan-nth": "5", "plan-weekday": "3", "plan-months": ["11"], "plan-time": "13:00",
    "plan-minutes": "240",
}  # fmt: skip


@pytest.fixture
def address(plan):
    return url("session_add", plan.pk) + "?repeat=1"


@pytest.fixture
def client(client_of, process_owner):
    return client_of(process_owner)


def starts_of(plan, kind="update") -> list[str]:
    return [session.starts_at.isoformat()[:16] for session in plan.sessions.filter(kind=kind)]


# ---- a year ----


def test_a_year_is_planned_at_once_over_the_clock_change(client, plan, address):
    assert client.post(address, year()).status_code == 302
    assert starts_of(plan) == ["2026-09-08T07:00", "2026-10-13T07:00", "2026-11-10T08:00", "2026-12-08T08:00"]


def test_all_three_kinds_are_planned_by_one_form(client, plan, process_owner, address):
    client.post(address, year(facilitator=process_owner.pk, **STEERING, **PLAN))
    assert len(starts_of(plan)) == 4
    assert starts_of(plan, "steering") == ["2026-06-30T11:30", "2026-09-30T11:30", "2026-12-31T12:30"]
    assert starts_of(plan, "plan") == ["2026-11-26T12:00"]
    assert {session.minutes for session in plan.sessions.all()} == {45, 90, 240}
    assert {session.facilitator for session in plan.sessions.all()} == {process_owner}
    assert all(session.history.get().history_user == process_owner for session in plan.sessions.all())


def test_the_days_can_be_seen_first_with_their_week(client, plan, address):
    page = client.post(address, year(preview="1", **STEERING)).content.decode()
    assert "Tuesday 13 October 2026" in page
    assert "wk 42" in page
    assert "7 new sessions" in page
    assert "July 2026, August 2026" in page
    assert not plan.sessions.exists()


def test_while_the_form_changes_only_the_days_are_answered(client, plan, address):
    response = client.post(address, year(preview="1"), headers=PREVIEW)
    page = response.content.decode()
    assert response.status_code == 200
    assert page.strip().startswith('<div id="year-preview"')
    assert "Tuesday 8 September 2026" in page
    unfinished = client.post(address, year(preview="1", until=""), headers=PREVIEW)
    assert unfinished.status_code == 200
    assert "As soon as the form is complete" in unfinished.content.decode()


def test_the_form_opens_with_a_year_that_can_be_planned_as_it_is(client, plan, address):
    page = client.get(address).content.decode()
    assert "Tuesday 8 September 2026" in page
    assert "Tuesday 15 September 2026" in page, "the steering session of the quarter"
    assert "Tuesday 17 November 2026" in page, "the plan session"
    assert "July 2026, August 2026" in page


def test_a_day_can_be_left_out_before_anything_is_made(client, plan, address):
    client.post(address, year(leave_out=["update-2026-10-13"]))
    assert starts_of(plan) == ["2026-09-08T07:00", "2026-11-10T08:00", "2026-12-08T08:00"]


def test_what_clashes_is_said_before_it_is_made(client, plan, address):
    planned(plan, 89, kind="steering", minutes=90)  # 8 September, 9:00
    page = client.post(address, year(preview="1"), headers=PREVIEW).content.decode()
    assert "at the same time as a steering session, 09:00–10:30" in page
    page = client.post(address, year(preview="1", **{"update-nth": "0", "update-day": "13"})).content.decode()
    assert "in the weekend" in page


def test_planning_a_year_again_adds_only_what_is_missing(client, plan, address):
    client.post(address, year())
    page = client.post(address, year(preview="1", without=["8"])).content.decode()
    assert "1 new session<" in page
    assert "planned already, at 09:00: stays as it is" in page
    client.post(address, year(without=["8"]))
    assert [session.starts_at.month for session in plan.sessions.all()] == [7, 9, 10, 11, 12]
    again = client.post(address, year(without=["8"]))
    assert again.status_code == 422
    assert "Every one of these days has its session already" in again.content.decode()


def test_moving_or_cancelling_one_leaves_the_others(client, plan, process_owner, address, at):
    client.post(address, year())
    first, second, *others = plan.sessions.all()
    before = [(session.pk, session.starts_at, session.state) for session in others]
    first.reschedule(by=process_owner, at=at, starts_at=first.starts_at + DAY)
    second.cancel(by=process_owner, at=at)
    assert [(session.pk, session.starts_at, session.state) for session in plan.sessions.all()[2:]] == before


def test_a_cancelled_session_takes_place_after_all(client, plan, process_owner, at):
    session = planned(plan, 20)
    session.cancel(by=process_owner, at=at)
    assert "It takes place after all" in client.get(session.get_absolute_url()).content.decode()
    client.post(url("session_reinstate", plan.pk, session.pk))
    session.refresh_from_db()
    assert (session.state, session.cancelled_at) == ("planned", None)
    session.cancel(by=process_owner, at=at)
    planned(plan, 20)
    refused = client.post(url("session_reinstate", plan.pk, session.pk))
    assert refused.status_code == 409
    assert "There is a session on this day already." in refused.content.decode()


@pytest.mark.parametrize(
    ("values", "where", "field"),
    [
        (year(until="2026-06-12"), "form", "until"),
        (year(until="9999-12-31"), "form", "until"),
        (year(without=["13"]), "form", "without"),
        (year(**{"update-nth": "6"}), 0, "nth"),
        (year(**{"update-minutes": "75"}), 0, "minutes"),
        (year(**{"update-nth": "0", "update-day": ""}), 0, "day"),
        (year(**{"update-nth": "0", "update-day": "32"}), 0, "day"),
        (year(**STEERING | {"steering-months": []}), 1, "months"),
        (year(**PLAN | {"plan-time": "25:00"}), 2, "time"),
        ({"first": "2026-06-11", "until": "2026-12-31"}, "form", "__all__"),
    ],
)
def test_bad_input_says_so_beside_its_field(client, plan, address, values, where, field):
    response = client.post(address, values)
    assert response.status_code == 422
    form = response.context["form"]
    assert field in (form if where == "form" else form.series[where]).errors
    assert not plan.sessions.exists()


def test_what_is_wrong_in_a_kind_that_is_not_ticked_does_not_matter(client, plan, address):
    assert client.post(address, year(**PLAN | {"plan-wanted": "", "plan-time": "25:00"})).status_code == 302


def test_the_preview_costs_the_same_for_more_days(client, plan, address):
    def queries(until: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.post(address, year(preview="1", until=until))
        return len(captured)

    assert queries("2026-10-31") == queries("2028-12-31")


# ---- all coming ones ----


def test_all_coming_ones_get_another_time_and_leader(client, plan, plan_owner, address):
    past = planned(plan, -30)
    client.post(address, year(**STEERING))
    before = starts_of(plan, "steering")
    answer = client.post(
        url("sessions_change", plan.pk), {"kind": "update", "time": "13:30", "facilitator": plan_owner.pk}
    )
    assert answer.status_code == 302
    assert starts_of(plan)[1:] == ["2026-09-08T11:30", "2026-10-13T11:30", "2026-11-10T12:30", "2026-12-08T12:30"]
    assert starts_of(plan)[0] == past.starts_at.isoformat()[:16].replace("09:00", "07:00")
    assert starts_of(plan, "steering") == before
    coming = plan.sessions.filter(kind="update").exclude(pk=past.pk)
    assert {(session.facilitator, session.place, session.minutes) for session in coming} == {
        (plan_owner, "Kantine", 45)
    }


def test_all_coming_ones_move_to_another_weekday_and_a_day_that_passed_stays(client, plan, address):
    soon = planned(plan, 5)  # 16 June; the first Thursday of June has passed
    client.post(address, year())
    rule = {"kind": "update", "nth": "1", "weekday": "3"}
    page = client.post(url("sessions_change", plan.pk), rule | {"preview": "1"}).content.decode()
    assert "Thursday 3 September 2026" in page
    assert "8 Sep 2026, 09:00" in page
    assert starts_of(plan)[1] == "2026-09-08T07:00", "a preview changes nothing"
    client.post(url("sessions_change", plan.pk), rule)
    soon.refresh_from_db()
    assert soon.starts_at == factories.AT + 5 * DAY
    assert starts_of(plan)[1:] == ["2026-09-03T07:00", "2026-10-01T07:00", "2026-11-05T08:00", "2026-12-03T08:00"]


def test_changing_all_twice_changes_nothing_more(client, plan, address):
    client.post(address, year())
    for _ in range(2):
        client.post(url("sessions_change", plan.pk), {"kind": "update", "place": "Zaal 2"})
    assert {session.history.count() for session in plan.sessions.all()} == {2}


def test_changing_nothing_says_so_and_an_update_session_stays_short(client, plan):
    planned(plan, 5)
    answer = client.post(url("sessions_change", plan.pk), {"kind": "update"})
    assert answer.status_code == 422
    assert "Nothing changes" in answer.content.decode()
    answer = client.post(url("sessions_change", plan.pk), {"kind": "update", "minutes": "90"})
    assert "minutes" in answer.context["form"].errors


def test_one_sessions_form_leads_to_all_coming_ones(client, plan):
    session = planned(plan, 5)
    assert "Change all coming ones" not in client.get(url("session_edit", plan.pk, session.pk)).content.decode()
    planned(plan, 35)
    page = client.get(url("session_edit", plan.pk, session.pk)).content.decode()
    assert f"{url('sessions_change', plan.pk)}?kind=update" in page


def test_without_coming_sessions_there_is_nothing_to_change(client, plan):
    assert client.get(url("sessions_change", plan.pk)).status_code == 302
