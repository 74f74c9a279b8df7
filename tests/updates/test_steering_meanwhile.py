"""A decision about the plan itself while somebody else changes the same piece: what is left alone in the form stays as
they made it, and where both changed the same, both are shown."""

import datetime as dt
import html
import re

import pytest

from tests import factories
from tests.updates.meeting import line_of, running, url
from updates import services

NAMED = re.compile(r'name="(first-[^"]+)" value="([^"]*)"')


@pytest.fixture
def indicator(choice, member):
    made = factories.IndicatorFactory(choice=choice, name="NPS", source="enquete", entered_by=member)
    factories.IndicatorValueFactory(indicator=made, period=dt.date(2026, 5, 1), value=1)
    return made


@pytest.fixture
def session(plan, choice, indicator, process_owner):
    return running(plan, process_owner, kind="steering", minutes=90)


@pytest.fixture
def client(client_of, plan_owner):
    return client_of(plan_owner)


def there(name, line):
    return url(name, line.session.plan_id, line.session_id, line.pk)


def opened(client, name, line):
    """What the form carries along unseen, as it was opened just now."""
    page = client.get(there(name, line)).content.decode()
    first = {key: html.unescape(value) for key, value in NAMED.findall(page)}
    assert first
    return first


def test_what_another_saved_in_the_how_stays_when_only_the_goal_is_decided(client, session, choice, choice_owner, at):
    line, was, how = line_of(session, choice), choice.goal, choice.how
    first = opened(client, "line_choice", line)
    choice.change(by=choice_owner, at=at, how="een app met de buren")
    form = {**first, "goal": "Meer omzet online", "how": how, "reason": "De webshop is af"}
    for _twice in range(2):
        assert client.post(there("line_choice", line), form).status_code == 302
    choice.refresh_from_db()
    assert (choice.goal, choice.how) == ("Meer omzet online", "een app met de buren")
    decision = session.decisions.get()
    assert decision.after == "Meer omzet online\neen app met de buren"
    choice.change(by=choice_owner, at=at, how="een app met de klanten")
    services.decision_undo(decision, by=session.lead, at=at)
    choice.refresh_from_db()
    assert (choice.goal, choice.how) == (was, "een app met de klanten")


def test_two_who_change_the_same_words_see_both_before_the_second_decides(client, session, choice, choice_owner, at):
    line, how = line_of(session, choice), choice.how
    first = opened(client, "line_choice", line)
    choice.change(by=choice_owner, at=at, goal="Meer montage online")
    form = {"goal": "Meer omzet online", "how": how, "reason": "De webshop is af"}
    answer = client.post(there("line_choice", line), {**first, **form})
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Meer omzet online", "Meer montage online", "Samira el Amrani"):
        assert words in page
    assert not session.decisions.exists()
    again = {key: html.unescape(value) for key, value in NAMED.findall(page)}
    assert client.post(there("line_choice", line), {**again, **form}).status_code == 302
    choice.refresh_from_db()
    assert (choice.goal, choice.how) == ("Meer omzet online", how)


def test_without_a_reason_a_conflict_shows_both_as_well(client, session, choice, choice_owner, at):
    line = line_of(session, choice)
    first = opened(client, "line_choice", line)
    choice.change(by=choice_owner, at=at, goal="Meer montage online")
    answer = client.post(there("line_choice", line), {**first, "goal": "Meer omzet online", "how": "", "reason": ""})
    assert answer.status_code == 422
    assert "<dd>Meer montage online</dd>" in answer.content.decode()


def test_another_source_stays_when_only_the_name_is_decided(client, session, indicator, choice_owner, member, at):
    line = line_of(session, indicator)
    first = opened(client, "line_indicator", line)
    indicator.change(by=choice_owner, at=at, source="klantenpanel")
    form = {"name": "NPS klanten", "source": "enquete", "entered_by": member.pk, "reason": "Alleen klanten"}
    assert client.post(there("line_indicator", line), {**first, **form}).status_code == 302
    indicator.refresh_from_db()
    assert (indicator.name, indicator.source, indicator.entered_by) == ("NPS klanten", "klantenpanel", member)
    assert (session.decisions.get().before, session.decisions.get().after) == ("NPS", "NPS klanten")


def test_another_who_enters_it_is_shown_by_name(client, session, indicator, choice_owner, member, plan_owner, at):
    line = line_of(session, indicator)
    first = opened(client, "line_indicator", line)
    indicator.change(by=choice_owner, at=at, entered_by=choice_owner)
    form = {"name": "NPS", "source": "enquete", "entered_by": plan_owner.pk, "reason": "Karin telt"}
    answer = client.post(there("line_indicator", line), {**first, **form})
    assert answer.status_code == 409
    assert "<dd>Samira el Amrani</dd>" in answer.content.decode()
    assert not session.decisions.exists()


def test_another_day_stays_when_only_the_target_is_decided(client, session, indicator, choice_owner, at):
    line, day = line_of(session, indicator), indicator.target_on.isoformat()
    first = opened(client, "line_target", line)
    indicator.change(by=choice_owner, at=at, target_on=dt.date(2027, 3, 31))
    form = {"target": "180", "due_on": day, "reason": "De markt zit tegen"}
    assert client.post(there("line_target", line), {**first, **form}).status_code == 302
    indicator.refresh_from_db()
    assert (indicator.target, indicator.target_on) == (180, dt.date(2027, 3, 31))


def test_two_new_targets_at_once_are_both_shown(client, session, indicator, choice_owner, at):
    line, day = line_of(session, indicator), indicator.target_on.isoformat()
    first = opened(client, "line_target", line)
    indicator.change(by=choice_owner, at=at, target=190)
    form = {"target": "180", "due_on": day, "reason": "De markt zit tegen"}
    answer = client.post(there("line_target", line), {**first, **form})
    assert answer.status_code == 409
    assert "<dd>190</dd>" in answer.content.decode()
    indicator.refresh_from_db()
    assert indicator.target == 190


def test_another_day_of_a_goal_stays_as_well(client, plan, plan_owner, choice_owner, at):
    goal = factories.GoalFactory(plan=plan, name="Omzet")
    line, day = line_of(running(plan, plan_owner, kind="plan", minutes=240), goal), goal.due_on.isoformat()
    first = opened(client, "line_target", line)
    goal.change(by=choice_owner, at=at, due_on=dt.date(2027, 3, 31))
    form = {"target": "900000", "due_on": day, "reason": "De markt zit tegen"}
    assert client.post(there("line_target", line), {**first, **form}).status_code == 302
    goal.refresh_from_db()
    assert (goal.target, goal.due_on) == (900_000, dt.date(2027, 3, 31))
