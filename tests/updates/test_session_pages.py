"""Sessions before they start, as people see them: the list, planning, the agenda, points, and who may do what."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.updates.meeting import closed, page_of, planned, running, url
from updates.models import AgendaPoint, Update

DAY = dt.timedelta(days=1)


def lines_in(html: str) -> dict[str, tuple[str, int]]:
    """data-agenda-line → (data-flags, data-minutes)."""
    pattern = r'data-agenda-line="([^"]+)" data-flags="([^"]*)" data-minutes="(\d+)"'
    return {key: (flags, int(minutes)) for key, flags, minutes in re.findall(pattern, html)}


def section(html: str, name: str) -> str:
    start = html.index(f'data-section="{name}"')
    return html[start : html.index("</section>", start)]


@pytest.fixture
def late(choice, responsible, on):
    return factories.ActionFactory(
        choice=choice, responsible=responsible, status="doing", deadline=on - 6 * DAY, result="Tien klanten bestellen"
    )


# ---- planning ----


def one(**values) -> dict:
    return {"day": "2026-06-23", "time": "09:00", "minutes": "45", "place": "", "facilitator": "", **values}


def test_one_session_is_planned(client_of, plan, process_owner):
    client = client_of(process_owner)
    response = client.post(url("session_add", plan.pk), one(place="Zaal 2", facilitator=process_owner.pk))
    assert response.status_code == 302
    session = plan.sessions.get()
    assert session.starts_at.isoformat() == "2026-06-23T07:00:00+00:00"
    assert (session.minutes, session.place, session.facilitator, session.state) == (
        45,
        "Zaal 2",
        process_owner,
        "planned",
    )
    assert session.history.get().history_user == process_owner


def test_a_form_sent_twice_plans_one_session(client_of, plan, process_owner):
    client = client_of(process_owner)
    client.post(url("session_add", plan.pk), one())
    response = client.post(url("session_add", plan.pk), one())
    assert response.status_code == 422
    assert "There is a session on this day already." in response.content.decode()
    assert plan.sessions.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (one(day="2026-06-10"), "day"),
        (one(day="31-02-2026"), "day"),
        (one(day="9999-12-31"), "day"),
        (one(minutes="75"), "minutes"),
        (one(time="25:00"), "time"),
        (one(place="x" * 201), "place"),
    ],
)
def test_bad_input_says_so_beside_its_field(client_of, plan, process_owner, values, field):
    response = client_of(process_owner).post(url("session_add", plan.pk), values)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not plan.sessions.exists()


def test_a_steering_session_may_take_longer_than_an_update_session(client_of, plan, process_owner):
    client = client_of(process_owner)
    assert client.post(url("session_add", plan.pk), one(kind="update", minutes="90")).status_code == 422
    client.post(url("session_add", plan.pk), one(kind="steering", minutes="90"))
    assert [(session.kind, session.minutes) for session in plan.sessions.all()] == [("steering", 90)]
    client.post(url("session_add", plan.pk), one(kind="update"))
    assert plan.sessions.count() == 2, "another kind on the same day is another session"


def test_only_those_who_lead_can_be_chosen_to_lead(client_of, plan, process_owner, member):
    response = client_of(process_owner).post(url("session_add", plan.pk), one(facilitator=member.pk))
    assert response.status_code == 422


def test_a_session_is_moved_and_the_others_stay(client_of, plan, process_owner):
    session, other = planned(plan, 3), planned(plan, 33)
    response = client_of(process_owner).post(url("session_edit", plan.pk, session.pk), one(minutes="60"))
    assert response.status_code == 302
    session.refresh_from_db()
    other.refresh_from_db()
    assert (session.starts_at.isoformat(), session.minutes) == ("2026-06-23T07:00:00+00:00", 60)
    assert other.starts_at == factories.AT + 33 * DAY


def test_two_people_changing_a_session_see_both_values(client_of, plan, process_owner, plan_owner):
    session = planned(plan, 3, place="Kantine")
    first = {"first-place": "Kantine", "first-day": "2026-06-14", "first-time": "09:00", "first-minutes": "45"}
    mine = one(day="2026-06-14", **first)
    assert (
        client_of(plan_owner).post(url("session_edit", plan.pk, session.pk), mine | {"place": "Zaal 2"}).status_code
        == 302
    )
    response = client_of(process_owner).post(url("session_edit", plan.pk, session.pk), mine | {"place": "Zaal 9"})
    assert response.status_code == 409
    assert "Zaal 2" in response.content.decode()
    assert "Zaal 9" in response.content.decode()
    merged = client_of(process_owner).post(
        url("session_edit", plan.pk, session.pk), mine | {"place": "Kantine", "minutes": "30"}
    )
    assert merged.status_code == 302
    session.refresh_from_db()
    assert (session.place, session.minutes) == ("Zaal 2", 30)


def test_cancelling_asks_first(client_of, plan, process_owner):
    session = planned(plan, 3)
    client = client_of(process_owner)
    assert "Cancel this session?" in client.get(url("session_cancel", plan.pk, session.pk)).content.decode()
    session.refresh_from_db()
    assert session.state == "planned"
    assert client.post(url("session_cancel", plan.pk, session.pk)).status_code == 302
    session.refresh_from_db()
    assert session.state == "cancelled"
    assert 'data-session-state="cancelled"' in page_of(client, session)


def test_opening_the_preparation_of_a_cancelled_session_is_refused_in_a_sentence(client_of, plan, process_owner, at):
    session = planned(plan, 3)
    session.cancel(by=process_owner, at=at)
    response = client_of(process_owner).post(url("session_open", plan.pk, session.pk))
    assert response.status_code == 409
    assert "This session is cancelled by now." in response.content.decode()


# ---- the agenda on the page ----


def test_the_page_shows_state_box_and_lines(client_of, viewer, plan, late, choice, responsible):
    easy = factories.ActionFactory(choice=choice, responsible=responsible)
    done = factories.ActionFactory(choice=choice, responsible=responsible, status="done")
    page = page_of(client_of(viewer), planned(plan, 3, minutes=30))
    assert 'data-session-state="planned"' in page
    assert 'data-box-minutes="30"' in page
    assert lines_in(page) == {
        f"action-{late.pk}": ("late not-judged no-update", 5),
        f"action-{done.pk}": ("", 0),
        f"action-{easy.pk}": ("", 0),
    }
    assert "Tien klanten bestellen" in section(page, "off-plan")
    assert done.result in section(page, "finished")
    assert easy.result in section(page, "on-plan")
    assert "6 days late" in page
    assert "of 30 minutes divided" in page


def test_the_minutes_on_the_page_add_up(client_of, viewer, plan, choice, responsible, on):
    for days in range(1, 30):
        factories.ActionFactory(choice=choice, responsible=responsible, deadline=on - days * DAY)
    page = page_of(client_of(viewer), planned(plan, 3, minutes=45))
    assert sum(minutes for _flags, minutes in lines_in(page).values()) + 6 == 45
    assert len(lines_in(section(page, "outside"))) == 29 - 19
    assert "Joost van Leeuwen with Samira el Amrani" in section(page, "outside")


def test_every_reason_is_said_in_words(client_of, viewer, plan, choice, responsible, process_owner, on, at):
    def action(**values):
        values = {"status": "doing", "deadline": on + 30 * DAY, **values}
        return factories.ActionFactory(choice=choice, responsible=responsible, **values)

    closed(plan, process_owner, -40)
    Update.give(action(), by=responsible, at=at, status="doing", light="red", expected_end=on + 76 * DAY)
    Update.give(action(deadline=on - 10 * DAY), by=responsible, at=at, status="doing", light="green")
    Update.give(action(), by=responsible, at=at, status="doing", light="amber", need="Een jurist")
    action(status="todo", starts_on=on - 8 * DAY)
    slipped = action()
    for days in (-9, -6):
        slipped.shift_deadline(slipped.deadline + 15 * DAY, reason="x", by=responsible, at=at + days * DAY)
    factories.DecisionFactory(plan=plan, who=responsible, due_on=dt.date(2026, 5, 29), text="Belt")
    closed(plan, process_owner, -10)
    page = page_of(client_of(viewer), planned(plan, 3, minutes=60))
    for words in (
        "expected 26 August, 46 days later",
        "but 10 days late",
        "help asked: Een jurist",
        "should have started 3 June",
        "moved 2×, 30 days in all",
        "no update",
        "No judgement",
        "agreement for 29 May",
        "13 days late",
        "for the 2nd time",
    ):
        assert words in page, words


def test_changes_can_be_read_where_nothing_is_on_plan(client_of, viewer, plan, process_owner, late, responsible, at):
    closed(plan, process_owner, -30)
    late.refresh_from_db()
    late.shift_deadline(late.deadline + DAY, reason="Leverancier laat", by=responsible, at=at - DAY)
    page = page_of(client_of(viewer), planned(plan, 3))
    assert 'data-section="on-plan"' not in page
    assert "What has changed since 12 May" in page
    assert "Leverancier laat" in page


def test_an_indicator_line_leads_to_its_row_on_the_scorecard(client_of, viewer, plan, choice, at):
    indicator = factories.IndicatorFactory(choice=choice)
    factories.IndicatorValueFactory(indicator=indicator, value=1)
    client = client_of(viewer)
    (address,) = re.findall(r'href="([^"]*#[^"]*)"', section(page_of(client, planned(plan, 3)), "indicators"))
    path, anchor = address.split("#")
    assert f'id="{anchor}"' in client.get(path).content.decode()


def test_who_is_ready(client_of, viewer, plan, late, choice, member, plan_owner, at):
    fresh = factories.ActionFactory(choice=choice, responsible=member, status="doing")
    Update.give(fresh, by=member, at=at, status="doing", light="green")
    page = page_of(client_of(viewer), planned(plan, 3))
    ready = page[page.index("Who is ready") :]
    assert "50%" in ready
    assert re.search(r"Joost van Leeuwen</span>\s*<span class=\"push owes\">1 to go", ready)
    assert re.search(r"Lotte Bakker</span>\s*<span class=\"push ok\">.*ready", ready)
    assert re.search(r"Karin de Boer</span>\s*<span class=\"push\">nothing open", ready)


def test_all_updates_can_be_read_beforehand(client_of, viewer, plan, action, responsible, at):
    Update.give(action, by=responsible, at=at, status="doing", light="green", done="Contract getekend")
    session = planned(plan, 3)
    assert "Contract getekend" not in page_of(client_of(viewer), session)
    assert "Contract getekend" in page_of(client_of(viewer), session, "?show=updates")


@pytest.mark.parametrize("query", ["", "?show=updates"])
def test_the_page_does_not_grow_in_queries(client_of, viewer, plan, choice, responsible, on, at, query):
    client, session = client_of(viewer), planned(plan, 3)

    def queries(count: int) -> int:
        for days in range(1, count + 1):
            action = factories.ActionFactory(choice=choice, responsible=responsible, deadline=on - days * DAY)
            Update.give(action, by=responsible, at=at, status="doing", light="red", need=f"Hulp {days}")
            factories.IndicatorFactory(choice=choice)
        with CaptureQueriesContext(connection) as captured:
            page_of(client, session, query)
        return len(captured)

    assert queries(3) == queries(20) <= 26


def test_only_those_who_lead_see_the_buttons(client_of, plan, plan_owner, member, late):
    session = planned(plan, 3)
    assert "Start session" in page_of(client_of(plan_owner), session)
    assert "Start session" not in page_of(client_of(member), session)


def test_a_draft_plan_says_why_it_cannot_start(client_of, plan, plan_owner):
    plan.state = "draft"
    plan.save()
    session = planned(plan, 3)
    page = page_of(client_of(plan_owner), session)
    assert "Start session" not in page
    assert "Sessions start once the plan is active." in page
    assert client_of(plan_owner).post(url("session_start", plan.pk, session.pk)).status_code == 409


# ---- points ----


def test_a_point_is_added_and_taken_off_with_undo(client_of, plan, process_owner):
    session, client = planned(plan, 3), client_of(process_owner)
    response = client.post(url("point_add", plan.pk, session.pk), {"text": "Vakantierooster", "minutes": "7"})
    assert response.status_code == 302
    point = AgendaPoint.objects.get()
    assert lines_in(page_of(client, session)) == {f"point-{point.pk}": ("", 7)}
    remove = url("point_remove", plan.pk, session.pk, point.pk)
    response = client.post(remove, headers={"HX-Request": "true", "HX-Target": "session"})
    assert "Vakantierooster" not in response.content.decode()
    assert url("point_restore", plan.pk, session.pk, point.pk) in response.headers["HX-Trigger"]
    client.post(url("point_restore", plan.pk, session.pk, point.pk))
    assert "Vakantierooster" in page_of(client, session)


@pytest.mark.parametrize(
    "values", [{"text": ""}, {"text": "x" * 201}, {"text": "a", "minutes": "0"}, {"text": "a", "minutes": "x"}]
)
def test_a_bad_point_says_so_beside_its_field(client_of, plan, process_owner, values):
    response = client_of(process_owner).post(url("point_add", plan.pk, planned(plan, 3).pk), values)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()


def test_the_dialog_gets_only_the_form(client_of, plan, process_owner):
    address = url("point_add", plan.pk, planned(plan, 3).pk)
    fragment = client_of(process_owner).get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "Add a point" in fragment


def test_a_point_sent_twice_is_one_point(client_of, plan, process_owner):
    session, client = planned(plan, 3), client_of(process_owner)
    for minutes in ("7", "7", "5"):
        values = {"text": "Vakantierooster", "minutes": minutes}
        assert client.post(url("point_add", plan.pk, session.pk), values).status_code == 302
    assert sorted(plan.points.values_list("hand_minutes", flat=True)) == [5, 7]


def test_a_point_on_a_fixed_agenda_is_refused(client_of, plan, process_owner):
    point = factories.AgendaPointFactory(plan=plan)
    session = running(plan, process_owner)
    client = client_of(process_owner)
    assert client.post(url("point_add", plan.pk, session.pk), {"text": "Nog een"}).status_code == 409
    assert client.post(url("point_remove", plan.pk, session.pk, point.pk)).status_code == 409
    point.refresh_from_db()
    assert point.decided_at is None


# ---- rights ----

WRITES = [
    "session_open",
    "session_start",
    "session_unstart",
    "session_cancel",
    "session_close",
    "session_edit",
    "point_add",
]


@pytest.mark.parametrize("name", WRITES)
def test_a_member_runs_no_session(client_of, plan, member, responsible, choice_owner, viewer, stranger, admin, name):
    session = planned(plan, 3)
    for person in (member, responsible, choice_owner, viewer):
        assert client_of(person).post(url(name, plan.pk, session.pk)).status_code == 403
    for person in (stranger, admin):
        assert client_of(person).post(url(name, plan.pk, session.pk)).status_code == 404
    session.refresh_from_db()
    assert session.state == "planned"


def test_a_session_of_another_plan_is_not_found(client_of, plan, plan_owner):
    other = factories.SessionFactory()
    for name in ("session_page", "session_edit", "session_run", "session_minutes"):
        assert client_of(plan_owner).get(url(name, plan.pk, other.pk)).status_code == 404
    assert client_of(plan_owner).post(url("session_start", plan.pk, other.pk)).status_code == 404


def test_a_closed_plan_is_read_only(client_of, plan, plan_owner):
    session = planned(plan, 3)
    plan.state = "closed"
    plan.save()
    assert client_of(plan_owner).post(url("session_open", plan.pk, session.pk)).status_code == 403
    assert client_of(plan_owner).get(session.get_absolute_url()).status_code == 200
