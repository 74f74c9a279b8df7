"""The register: all decisions and agreements of a plan, open promises first."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.updates.meeting import running
from updates import services

DAY = dt.timedelta(days=1)


def rows(client, plan, query: str = "") -> list[str]:
    response = client.get(reverse("updates:decision_list", args=[plan.pk]) + query)
    assert response.status_code == 200
    return re.findall(r'data-decision="(\w+)"', response.content.decode())


@pytest.fixture
def decided(plan, process_owner, member, choice, responsible, on, at):
    """A new deadline, an open agreement, a kept one, and one that was taken back."""
    action = factories.ActionFactory(choice=choice, responsible=responsible, deadline=on - DAY, result="Tien klanten")
    session = running(plan, process_owner)
    line = session.lines.get()
    by = {"by": process_owner, "at": at}
    services.agreement_make(line, text="Belt Kees", who=member, due_on=on + DAY, **by)
    services.agreement_make(line, text="Belt Anna", who=process_owner, due_on=on, **by).finish(**by)
    services.deadline_decide(line, to_date=on + 30 * DAY, reason="Contract later", **by)
    services.decision_undo(services.agreement_make(line, text="Toch niet", who=member, due_on=on, **by), **by)
    return action


def test_open_promises_come_first_and_what_was_taken_back_is_gone(client_of, viewer, plan, decided):
    assert rows(client_of(viewer), plan)[0] == "agreement"
    assert sorted(rows(client_of(viewer), plan)) == ["agreement", "agreement", "new_deadline"]
    page = client_of(viewer).get(reverse("updates:decision_list", args=[plan.pk])).content.decode()
    assert page.index("Belt Kees") < page.index("Contract later")
    assert "Toch niet" not in page
    assert decided.get_absolute_url() in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?show=open", ["agreement"]),
        ("?kind=new_deadline", ["new_deadline"]),
        ("?kind=stop", []),
        ("?kind=nonsense", ["agreement", "agreement", "new_deadline"]),
        ("?show=open&kind=new_deadline", []),
        ("?person=x&page=999", ["agreement", "agreement", "new_deadline"]),
        ("?page=-3", ["agreement", "agreement", "new_deadline"]),
    ],
)
def test_the_filter_is_in_the_address(client_of, viewer, plan, decided, query, expected):
    assert sorted(rows(client_of(viewer), plan, query)) == expected


def test_one_persons_promises(client_of, viewer, member, plan, decided):
    assert rows(client_of(viewer), plan, f"?person={member.pk}") == ["agreement"]


def test_only_who_promised_and_the_leads_get_the_button(client_of, plan, member, viewer, plan_owner, decided):
    agreement = plan.decisions.open_promises().get()
    done = reverse("updates:agreement_done", args=[plan.pk, agreement.pk])
    address = reverse("updates:decision_list", args=[plan.pk])
    for person, sees in ((member, True), (plan_owner, True), (viewer, False)):
        assert (done in client_of(person).get(address).content.decode()) is sees
    client_of(member).post(done)
    assert rows(client_of(viewer), plan, "?show=open") == []


@pytest.mark.parametrize("to", ["/plans/1/\nX: 1", "/plans/\x00", "/plans/\u2028", "//elsewhere.example/"])
def test_the_way_back_never_breaks_the_answer(client_of, plan, member, decided, to):
    agreement = plan.decisions.open_promises().get()
    done = reverse("updates:agreement_done", args=[plan.pk, agreement.pk])
    answer = client_of(member).post(done, {"next": to}, HTTP_HX_REQUEST="true")
    assert answer.status_code in (200, 204)
    leads_to = answer.headers.get("HX-Redirect", "")
    assert leads_to.isascii()
    assert "elsewhere" not in leads_to


def test_an_empty_register_says_where_decisions_come_from(client_of, viewer, plan):
    page = client_of(viewer).get(reverse("updates:decision_list", args=[plan.pk])).content.decode()
    assert "Nothing decided yet" in page


def test_the_register_does_not_grow_in_queries(client_of, viewer, plan, choice, responsible, member):
    client = client_of(viewer)

    def queries(count: int) -> int:
        for _ in range(count):
            action = factories.ActionFactory(choice=choice, responsible=responsible)
            session = factories.SessionFactory(plan=plan)
            factories.DecisionFactory(plan=plan, action=action, session=session, who=member)
        with CaptureQueriesContext(connection) as captured:
            rows(client, plan)
        return len(captured)

    assert queries(3) == queries(20)


def test_the_register_of_another_plan_is_not_found(client_of, stranger, plan):
    assert client_of(stranger).get(reverse("updates:decision_list", args=[plan.pk])).status_code == 404


def test_a_decision_outside_a_session_is_not_taken_back(client_of, plan_owner, plan, member):
    decision = factories.DecisionFactory(plan=plan, who=member)
    address = reverse("updates:decision_undo", args=[plan.pk, decision.pk])
    assert client_of(plan_owner).post(address).status_code == 409
    other = factories.DecisionFactory()
    assert client_of(plan_owner).post(reverse("updates:decision_undo", args=[plan.pk, other.pk])).status_code == 404
