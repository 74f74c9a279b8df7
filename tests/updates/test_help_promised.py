"""Help promised in a session: one step, on the line where it was said."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from tests import factories
from updates import services
from updates.models import Decision, Update


@pytest.fixture
def asked(action, responsible, member, at) -> Update:
    return Update.give(action, by=responsible, at=at, status="doing", light="red", need="Een jurist", need_of=member)


@pytest.fixture
def running(plan, process_owner, asked, at):
    session = factories.SessionFactory(plan=plan)
    session.start(by=process_owner, at=at)
    return session


def test_the_promise_stands_at_its_line_in_the_name_of_who_made_it(running, action, member, process_owner, on, at):
    line = running.lines.get(action=action)
    request = action.help_requests.get()
    services.help_promise(line, request, who=member, due_on=on, text="Ik bel haar", by=process_owner, at=at)
    promise = Decision.objects.get()
    assert (promise.kind, promise.who, promise.by, promise.due_on) == ("help_promised", member, process_owner, on)
    assert (promise.line, promise.session, promise.text) == (line, running, "Ik bel haar")
    request.refresh_from_db()
    assert (request.state, request.answered_by) == ("yes", member)
    action.refresh_from_db()
    assert action.open_help == 0
    running.close(by=process_owner, at=at)
    (written,) = running.minutes_record["lines"]
    assert written["outcome"] == "discussed"
    assert [decision["who"] for decision in written["decisions"]] == ["Lotte Bakker"]
    assert running.minutes_record["other_decisions"] == []


def test_part_of_it_is_promised_in_words_and_is_an_agreement_too(
    running, action, member, process_owner, client_of, on, at
):
    line, request = running.lines.get(action=action), action.help_requests.get()
    client = client_of(process_owner)
    path = reverse("updates:line_help", args=[running.plan_id, running.pk, line.pk])
    form = {"state": "partly", "who": member.pk, "due_on": on.isoformat()}
    answer = client.post(path, form)
    assert answer.status_code == 422
    assert "Say what you can do." in answer.text
    client.post(path, {**form, "text": "Een half uur, niet meer"})
    request.refresh_from_db()
    assert (request.state, request.answer, request.answered_by) == ("partly", "Een half uur, niet meer", member)
    promise = Decision.objects.get()
    assert (promise.kind, promise.who, promise.due_on) == ("help_promised", member, on)
    services.decision_undo(promise, by=process_owner, at=at)
    request.refresh_from_db()
    assert request.state == "open"


def test_taking_a_promise_back_asks_the_question_again(running, action, member, process_owner, on, at):
    line, request = running.lines.get(action=action), action.help_requests.get()
    promise = services.help_promise(line, request, who=member, due_on=on, text="Ik bel", by=process_owner, at=at)
    services.decision_undo(promise, by=process_owner, at=at)
    for thing in (request, action, line):
        thing.refresh_from_db()
    assert (request.state, request.answer, request.answered_by, request.promised_on) == ("open", "", None, None)
    assert action.open_help == 1
    assert line.outcome == ""
    assert not Decision.objects.open_promises().exists()


def test_help_of_another_action_is_refused(running, action, choice, responsible, member, process_owner, on, at):
    other = factories.ActionFactory(choice=choice, responsible=responsible)
    Update.give(other, by=responsible, at=at, status="doing", light="green", need="Een bus")
    with pytest.raises(ValidationError):
        services.help_promise(
            running.lines.get(action=action), other.help_requests.get(), who=member, due_on=on, by=process_owner, at=at
        )
    assert not Decision.objects.exists()


def test_an_answer_is_given_once(running, action, member, process_owner, on, at):
    line, request = running.lines.get(action=action), action.help_requests.get()
    services.help_promise(line, request, who=member, due_on=on, by=process_owner, at=at)
    with pytest.raises(ValidationError):
        services.help_promise(line, request, who=member, due_on=on, by=process_owner, at=at)
    assert Decision.objects.count() == 1


def test_the_first_row_of_the_history_has_its_person_and_moment(running, action, member, process_owner, on, at):
    line, request = running.lines.get(action=action), action.help_requests.get()
    promise = services.help_promise(line, request, who=member, due_on=on, by=process_owner, at=at)
    for row in (promise.history.get(), request.update.history.get()):
        assert row.history_date == at
        assert row.history_user is not None


def test_giving_the_floor_leaves_no_history(running, at):
    before = running.history.count()
    running.turn_to(running.lines.first(), at=at)
    assert running.history.count() == before
