"""Decisions of steering and plan sessions: each changes the plan and the minutes at once, until the closing it can be
taken back, and none is possible in an update session."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from tests import factories
from tests.updates.meeting import line_of, running, url
from updates import services, steering_services
from updates.models import GoalReview

DAY = dt.timedelta(days=1)


@pytest.fixture
def indicator(choice, member):
    indicator = factories.IndicatorFactory(choice=choice, name="NPS", unit="number", entered_by=member)
    factories.IndicatorValueFactory(indicator=indicator, period=dt.date(2026, 5, 1), value=1)
    return indicator


@pytest.fixture
def goal(plan):
    return factories.GoalFactory(plan=plan, name="Omzet")


@pytest.fixture
def session(plan, choice, indicator, process_owner):
    return running(plan, process_owner, kind="steering", minutes=90)


@pytest.fixture
def yearly(plan, choice, indicator, goal, process_owner):
    return running(plan, process_owner, kind="plan", minutes=240)


def post(client, name, line, /, **answers):
    return client.post(url(name, line.session.plan_id, line.session_id, line.pk), answers)


def run_page(client, session, line):
    return client.get(f"{url('session_run', session.plan_id, session.pk)}?line={line.pk}").content.decode()


def undo(client, decision):
    return client.post(reverse("updates:decision_undo", args=[decision.plan_id, decision.pk]))


def test_meeting_mode_shows_the_choice_with_its_figures_and_ways_to_decide(client_of, plan_owner, session, choice):
    page = run_page(client_of(plan_owner), session, line_of(session, choice))
    for words in (choice.goal, choice.how, "NPS", "Change the choice", "Other owner", "Extra action", "Agreement"):
        assert words in page, words
    assert "New date" not in page


def test_other_words_for_a_choice_change_plan_history_and_minutes_at_once(client_of, plan_owner, session, choice):
    line = line_of(session, choice)
    client = client_of(plan_owner)
    answer = post(
        client, "line_choice", line, goal="Meer omzet online", how="een snelle app", reason="De webshop is af"
    )
    assert answer.status_code == 302
    choice.refresh_from_db()
    assert (choice.goal, choice.how) == ("Meer omzet online", "een snelle app")
    assert choice.history.first().history_change_reason == "De webshop is af"
    page = run_page(client, session, line)
    assert "Meer omzet online by een snelle app" in page
    assert "De webshop is af" in page
    session.close(by=plan_owner, at=factories.AT + DAY / 24)
    minutes = client.get(url("session_minutes", session.plan_id, session.pk)).content.decode()
    assert '<s class="from">Meer installateurs bestellen online by' in minutes
    assert "Meer omzet online by een snelle app" in minutes


def test_taken_back_the_choice_is_as_before(client_of, plan_owner, session, choice):
    before = (choice.goal, choice.how)
    line = line_of(session, choice)
    client = client_of(plan_owner)
    post(client, "line_choice", line, goal="Anders", how="zo", reason="Omdat")
    assert undo(client, session.decisions.get()).status_code == 302
    choice.refresh_from_db()
    line.refresh_from_db()
    assert (choice.goal, choice.how) == before
    assert line.outcome == ""


def test_what_has_changed_again_since_is_not_taken_back(client_of, plan_owner, session, choice, at):
    client = client_of(plan_owner)
    post(client, "line_choice", line_of(session, choice), goal="Anders", how="zo", reason="Omdat")
    choice.refresh_from_db()
    choice.change(by=plan_owner, at=at + DAY / 48, goal="Nog weer anders")
    assert undo(client, session.decisions.get()).status_code == 409
    choice.refresh_from_db()
    assert choice.goal == "Nog weer anders"


def test_a_choice_gets_another_owner_and_back(client_of, plan_owner, session, choice, choice_owner, member):
    client = client_of(plan_owner)
    post(client, "line_owner", line_of(session, choice), owner=member.pk, reason="Meer tijd")
    choice.refresh_from_db()
    assert choice.owner == member
    decision = session.decisions.get()
    assert (decision.before, decision.after) == ("Samira el Amrani", "Lotte Bakker")
    undo(client, decision)
    choice.refresh_from_db()
    assert choice.owner == choice_owner


def test_an_indicator_is_measured_otherwise_and_keeps_its_values(client_of, plan_owner, session, indicator, member):
    client = client_of(plan_owner)
    line = line_of(session, indicator)
    form = {"name": "NPS klanten", "source": "", "entered_by": member.pk, "reason": "Alleen klanten"}
    post(client, "line_indicator", line, **form)
    indicator.refresh_from_db()
    assert indicator.name == "NPS klanten"
    assert indicator.values.count() == 1
    decision = session.decisions.get()
    assert (decision.before, decision.after) == ("NPS", "NPS klanten")
    undo(client, decision)
    indicator.refresh_from_db()
    assert indicator.name == "NPS"


def test_a_target_changes_with_a_reason_only(client_of, plan_owner, session, indicator):
    client, line = client_of(plan_owner), line_of(session, indicator)
    new = {"target": "180", "due_on": "2026-12-31"}
    refused = post(client, "line_target", line, **new, reason="")
    assert refused.status_code == 422
    post(client, "line_target", line, **new, reason="De markt zit tegen")
    indicator.refresh_from_db()
    assert indicator.target == 180
    page = run_page(client, session, line)
    assert '<s class="from">200 (31 Dec 2026)</s> 180 (31 Dec 2026)' in page
    undo(client, session.decisions.get())
    indicator.refresh_from_db()
    assert indicator.target == 200


def test_a_target_before_its_baseline_is_refused_beside_the_field(client_of, plan_owner, session, indicator):
    line = line_of(session, indicator)
    answer = post(client_of(plan_owner), "line_target", line, target="5", due_on="2020-01-01", reason="Fout")
    assert answer.status_code == 422
    assert not session.decisions.exists()


def test_the_same_form_twice_is_one_decision(client_of, plan_owner, session, choice):
    line = line_of(session, choice)
    for _ in range(2):
        post(client_of(plan_owner), "line_choice", line, goal="Anders", how="zo", reason="Omdat")
    assert session.decisions.count() == 1


def test_nothing_changed_is_said_and_recorded_nowhere(client_of, plan_owner, session, choice):
    line = line_of(session, choice)
    answer = post(client_of(plan_owner), "line_choice", line, goal=choice.goal, how=choice.how, reason="Niets")
    assert answer.status_code == 409
    assert "Nothing is changed" in answer.content.decode()
    assert not session.decisions.exists()


def test_an_extra_action_comes_under_the_choice_of_the_line(session, choice, member, plan_owner, at, on):
    line = line_of(session, choice)
    made = services.action_add(
        line, result="App staat live", responsible=member, deadline=on + 60 * DAY, by=plan_owner, at=at
    )
    assert made.action.choice == choice
    services.decision_undo(made, by=plan_owner, at=at)
    made.action.refresh_from_db()
    assert made.action.is_archived


def test_a_goal_is_judged_in_a_plan_session_and_that_can_be_taken_back(client_of, plan_owner, yearly, goal):
    client, line = client_of(plan_owner), line_of(yearly, goal)
    post(client, "line_judge", line, judgement="partly", actual="900000", reason="Laat begonnen")
    goal.refresh_from_db()
    assert (goal.judgement, goal.actual) == ("partly", Decimal(900_000))
    assert "Judged:</b> partly reached: €900,000. Reason: Laat begonnen" in run_page(client, yearly, line)
    undo(client, yearly.decisions.get())
    goal.refresh_from_db()
    assert (goal.judgement, goal.actual) == ("", None)


def test_judging_starts_from_what_was_prepared(client_of, plan, plan_owner, goal, process_owner, at):
    session = factories.SessionFactory(plan=plan, kind="plan", minutes=240, starts_at=at)
    GoalReview.give(session, goal, judgement="reached", actual=Decimal("1000000.50"), by=plan_owner, at=at)
    session.start(by=process_owner, at=at)
    line = line_of(session, goal)
    client = client_of(plan_owner)
    form = client.get(url("line_judge", plan.pk, session.pk, line.pk)).content.decode()
    assert '<option value="reached" selected>' in form
    assert 'value="1,000,000.5"' in form
    assert "reached" in run_page(client, session, line)


def test_an_update_session_changes_nothing_of_the_plan_itself(plan, indicator, process_owner, member, at):
    session = running(plan, process_owner)
    line = line_of(session, indicator)
    who = {"by": process_owner, "at": at}
    with pytest.raises(ValidationError, match="steering or plan session only"):
        steering_services.target_change(line, target=Decimal(5), due_on=None, reason="Zo", **who)
    with pytest.raises(ValidationError, match="not about"):
        steering_services.owner_change(line, owner=member, reason="", **who)


def test_a_goal_is_not_judged_in_a_steering_session(session, indicator, plan_owner, at):
    with pytest.raises(ValidationError):
        steering_services.goal_judge(
            line_of(session, indicator), judgement="reached", actual=None, by=plan_owner, at=at
        )


def test_after_the_closing_nothing_is_decided_or_taken_back(client_of, plan_owner, session, choice, at):
    client, line = client_of(plan_owner), line_of(session, choice)
    post(client, "line_choice", line, goal="Anders", how="zo", reason="Omdat")
    session.refresh_from_db()
    session.close(by=plan_owner, at=at + DAY)
    assert undo(client, session.decisions.get()).status_code == 409
    assert post(client, "line_choice", line, goal="Weer", how="zo", reason="Nee").status_code == 409
    choice.refresh_from_db()
    assert choice.goal == "Anders"


def test_a_target_is_not_taken_back_to_before_its_baseline(client_of, plan_owner, session, indicator, at):
    client = client_of(plan_owner)
    post(client, "line_target", line_of(session, indicator), target="300", due_on="2027-12-31", reason="Later")
    indicator.refresh_from_db()
    indicator.change(by=plan_owner, at=at, baseline_on=dt.date(2027, 3, 1))
    decision = session.decisions.get()
    answer = undo(client, decision)
    assert answer.status_code == 409
    assert "target&#x27;s date lies before the baseline" in answer.content.decode()
    indicator.refresh_from_db()
    decision.refresh_from_db()
    assert (indicator.target, indicator.target_on, decision.undone_at) == (300, dt.date(2027, 12, 31), None)


@pytest.mark.parametrize("leaves", [True, False])
def test_a_choice_does_not_go_back_to_who_takes_part_no_more(
    client_of, plan, plan_owner, session, choice, choice_owner, member, leaves
):
    client = client_of(plan_owner)
    post(client, "line_owner", line_of(session, choice), owner=member.pk, reason="Meer tijd")
    membership = plan.memberships.filter(user=choice_owner)
    _gone = membership.delete() if leaves else membership.update(role="viewer")
    answer = undo(client, session.decisions.get())
    assert answer.status_code == 409
    assert "does not take part in the plan any more" in answer.content.decode()
    choice.refresh_from_db()
    assert choice.owner == member


def test_entering_does_not_go_back_to_who_takes_part_no_more(client_of, plan, plan_owner, session, indicator, member):
    client, line = client_of(plan_owner), line_of(session, indicator)
    form = {"name": indicator.name, "source": "", "entered_by": "", "reason": "De eigenaar zelf"}
    post(client, "line_indicator", line, **form)
    plan.memberships.filter(user=member).delete()
    assert undo(client, session.decisions.get()).status_code == 409
    indicator.refresh_from_db()
    assert indicator.entered_by is None
