"""What a session decided is taken back in that session: the history tells which one it was, and offers no button."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plans.undo.acts import undo_address
from tests import factories
from tests.updates.meeting import line_of, running, url

MINUTE = dt.timedelta(minutes=1)
HX = {"HX-Request": "true"}


@pytest.fixture
def indicator(choice):
    return factories.IndicatorFactory(choice=choice, name="NPS", source="enquête")


@pytest.fixture
def goal(plan):
    return factories.GoalFactory(plan=plan, name="Omzet")


@pytest.fixture
def session(plan, choice, indicator, goal, process_owner):
    return running(plan, process_owner, kind="plan", minutes=240)


@pytest.fixture
def finished(choice, responsible, at):
    action = factories.ActionFactory(choice=choice, responsible=responsible, status="doing")
    action.move_to("done", by=responsible, at=at - dt.timedelta(days=1))
    return action


def decide(client, name, line, /, **answers):
    assert client.post(url(name, line.session.plan_id, line.session_id, line.pk), answers).status_code == 302


def history(client, plan):
    return client.get(reverse("plans:plan_history", args=[plan.pk]))


DECISIONS = {
    "the words of a choice": ("choice", "line_choice", {"goal": "Meer omzet online", "how": "een snelle app"}),
    "the owner of a choice": ("choice", "line_owner", {"owner": "process_owner"}),
    "the words of an indicator": ("indicator", "line_indicator", {"name": "NPS winkels", "source": "kassa"}),
    "the target of an indicator": ("indicator", "line_target", {"target": "60", "due_on": "2026-12-31"}),
    "the target of a goal": ("goal", "line_target", {"target": "900000", "due_on": "2026-12-31"}),
}


@pytest.mark.parametrize("is_closed", [False, True], ids=["while it runs", "after its closing"])
@pytest.mark.parametrize("decided", DECISIONS.values(), ids=DECISIONS.keys())
def test_a_decision_about_the_plan_itself_is_not_taken_back_in_the_history(
    request, client_of, plan, plan_owner, process_owner, session, at, decided, is_closed
):
    kind, name, answers = decided
    piece, client = request.getfixturevalue(kind), client_of(plan_owner)
    answers = {field: process_owner.pk if value == "process_owner" else value for field, value in answers.items()}
    decide(client, name, line_of(session, piece), **answers, reason="De webshop is af")
    decision = session.decisions.get()
    if is_closed:
        session.refresh_from_db()
        session.close(by=plan_owner, at=at + 40 * MINUTE)
    page = history(client, plan)
    assert "Decided in the session of 11 June" in page.text
    assert 'name="act"' not in page.text
    left = type(piece).objects.filter(pk=piece.pk).values().get()
    refused = client.post(undo_address(plan.pk, decision.at), headers=HX)
    assert (refused.status_code, "it was decided in a session" in refused.headers["HX-Trigger"]) == (409, True)
    assert type(piece).objects.filter(pk=piece.pk).values().get() == left


def test_what_is_taken_back_in_the_session_is_not_made_again_in_the_history(
    client_of, plan, choice, plan_owner, session
):
    client, words = client_of(plan_owner), (choice.goal, choice.how)
    decide(client, "line_choice", line_of(session, choice), goal="Anders", how="zo", reason="Omdat")
    decision = session.decisions.get()
    assert client.post(url("decision_undo", plan.pk, decision.pk)).status_code == 302
    decision.refresh_from_db()
    assert 'name="act"' not in history(client, plan).text
    assert client.post(undo_address(plan.pk, decision.undone_at), headers=HX).status_code == 409
    choice.refresh_from_db()
    assert (choice.goal, choice.how) == words


def test_not_finished_after_all_is_taken_back_on_the_agenda(client_of, plan, plan_owner, finished, at):
    session = running(plan, plan_owner)
    client, line = client_of(plan_owner), line_of(session, finished)
    decide(client, "line_confirm", line, outcome="not_right")
    line.refresh_from_db()
    finished.refresh_from_db()
    page = history(client, plan).text
    assert "Decided in the session of 11 June" in page
    assert 'name="act"' not in page
    assert 'name="act"' not in client.get(finished.get_absolute_url()).text
    together = reverse("actions:actions_undo", args=[plan.pk])
    moved = line.outcome_at
    for address in (
        undo_address(plan.pk, moved),
        undo_address(plan.pk, moved).replace(reverse("plans:act_undo", args=[plan.pk]), together),
        reverse("actions:action_undo", args=[plan.pk, finished.pk]) + f"?version={finished.version}",
    ):
        assert client.post(address, headers=HX).status_code == 409, address
        finished.refresh_from_db()
        assert finished.status == "doing", address
    decide(client, "line_confirm", line, outcome="confirmed")
    line.refresh_from_db()
    assert client.post(undo_address(plan.pk, line.outcome_at), headers=HX).status_code == 409
    finished.refresh_from_db()
    assert (finished.status, line.outcome) == ("done", "confirmed")


def test_an_edit_outside_the_decision_is_still_taken_back(client_of, plan, choice, plan_owner, session, at):
    client = client_of(plan_owner)
    decide(client, "line_owner", line_of(session, choice), owner=plan_owner.pk, reason="Omdat")
    moment = at + MINUTE
    choice.change(by=plan_owner, at=moment, stops="Geen folders meer")
    assert history(client, plan).text.count('name="act"') == 1
    client.post(undo_address(plan.pk, moment), headers=HX)
    choice.refresh_from_db()
    assert (choice.stops == "Geen folders meer", choice.owner) == (False, plan_owner)


def test_the_history_asks_no_more_for_more_decisions(client_of, plan, plan_owner, session, choice, indicator, goal):
    client = client_of(plan_owner)

    def queries():
        with CaptureQueriesContext(connection) as found:
            history(client, plan)
        return len(found)

    decide(client, "line_choice", line_of(session, choice), goal="Anders", how="zo", reason="Omdat")
    decide(client, "line_target", line_of(session, goal), target="900000", due_on="2026-12-31", reason="Meer")
    decide(client, "line_target", line_of(session, indicator), target="60", due_on="2026-12-31", reason="Meer")
    few = queries()
    for number in range(4):
        decide(client, "line_choice", line_of(session, choice), goal=f"Anders {number}", how="zo", reason="Omdat")
        decide(client, "line_target", line_of(session, goal), target=number, due_on="2026-12-31", reason="Meer")
    assert queries() == few
