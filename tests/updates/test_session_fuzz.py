"""Whatever is typed into the forms of a session, the answer is a page with a sentence, never a server error."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.updates.meeting import line_of, planned, running
from updates.models import Update

ANSWERS = (200, 204, 302, 404, 409, 422)
SERIES = ("wanted", "nth", "weekday", "day", "months", "time", "minutes")
gently = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])

nasty = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "", "0", "-1", "31-02-2026", "0001-01-01", "9999-12-31", "2026-06-30", "2026-13-01", "24:00", "09:00", "45",
            "99999999999999999999", "\x00", "x" * 10_000, "🦺", "שלום", "=1+1", "<script>", "1.5", "NaN", "true", "٣",
        ]
    ),
)  # fmt: skip


def fields(*names: str) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, nasty))


@pytest.fixture
def facilitator(client_of, process_owner):
    return client_of(process_owner)


def post(client, address: str, values: dict[str, str]) -> int:
    """The status; whatever the request changed is rolled back."""
    with transaction.atomic():
        status = client.post(address, values).status_code
        transaction.set_rollback(True)
    return status


@gently
@given(values=fields("kind", "day", "time", "minutes", "place", "facilitator", "first-day", "first-minutes"))
def test_planning_one(facilitator, plan, values):
    assert post(facilitator, reverse("updates:session_add", args=[plan.pk]), values) in ANSWERS


@gently
@given(
    values=fields(
        "first",
        "until",
        "without",
        "place",
        "facilitator",
        "preview",
        "leave_out",
        *(f"{kind}-{name}" for kind in ("update", "steering", "plan") for name in SERIES),
    )
)
def test_planning_a_year(facilitator, plan, values):
    assert post(facilitator, reverse("updates:session_add", args=[plan.pk]) + "?repeat=1", values) in ANSWERS


@gently
@given(values=fields("kind", *SERIES, "place", "facilitator", "preview"))
def test_changing_all(facilitator, plan, values):
    plan.sessions.exists() or planned(plan, 3)
    assert post(facilitator, reverse("updates:sessions_change", args=[plan.pk]), values) in ANSWERS


@gently
@given(values=fields("day", "time", "minutes", "place", "facilitator", "first-day", "first-time", "first-facilitator"))
def test_changing_one(facilitator, plan, values):
    session = plan.sessions.first() or planned(plan, 3)
    assert post(facilitator, reverse("updates:session_edit", args=[plan.pk, session.pk]), values) in ANSWERS


@gently
@given(values=fields("text", "minutes"))
def test_adding_a_point(facilitator, plan, values):
    session = plan.sessions.first() or planned(plan, 3)
    assert post(facilitator, reverse("updates:point_add", args=[plan.pk, session.pk]), values) in ANSWERS


LINE_FORMS = (
    "discussed", "note", "deadline", "result", "responsible", "extra", "help", "help_no", "agree", "stop", "confirm",
)  # fmt: skip


@gently
@given(
    name=st.sampled_from(LINE_FORMS),
    values=fields(
        *["deadline", "reason", "result", "responsible", "text", "who", "due_on", "note", "first-note", "outcome"],
        *["next", "question", "undo"],
    ),
)
def test_recording_on_a_line(facilitator, plan, process_owner, action, responsible, at, name, values):
    if not action.help_requests.exists():
        Update.give(action, by=responsible, at=at, status="doing", need="Een jurist")
    session = plan.sessions.first() or running(plan, process_owner)
    address = reverse(f"updates:line_{name}", args=[plan.pk, session.pk, line_of(session, action).pk])
    assert post(facilitator, address, values) in ANSWERS


@gently
@given(values=fields("line", "user", "state", "text", "run", "attendance-1"))
def test_steering_the_meeting(facilitator, plan, process_owner, action, values):
    session = plan.sessions.first() or running(plan, process_owner)
    for name in ("session_turn", "attendance_set", "session_close"):
        assert post(facilitator, reverse(f"updates:{name}", args=[plan.pk, session.pk]), values) in ANSWERS


@gently
@given(query=fields("line", "seen", "show", "kind", "person", "page", "repeat"))
def test_any_address(facilitator, plan, process_owner, member, action, query):
    session = plan.sessions.first() or running(plan, process_owner)
    factories.DecisionFactory(plan=plan, who=member, due_on=dt.date(2026, 7, 1))
    for name, ids in (
        ("session_run", [plan.pk, session.pk]),
        ("session_page", [plan.pk, session.pk]),
        ("decision_list", [plan.pk]),
        ("session_add", [plan.pk]),
    ):
        assert facilitator.get(reverse(f"updates:{name}", args=ids), query).status_code in ANSWERS
