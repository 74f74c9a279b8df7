"""Giving an update, as the one who gives it notices it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.models import Action
from ogsm.accounts.models import User
from tests import factories
from updates.models import HelpRequest, Update

from .conftest import Give

SignIn = Callable[[User], Client]
NO_JS: dict[str, str] = {}
WORK = {"HX-Request": "true", "HX-Target": "my-updates"}


def answers(**changes: Any) -> dict[str, Any]:
    return {"done": "Twee pakketten gekoppeld", "next": "Het derde", "light": "green", "status": "doing", **changes}


def url(action: Action, name: str = "update_give") -> str:
    return reverse(f"updates:{name}", args=[action.plan_id, action.pk])


def test_answers_are_kept_and_the_judgement_stands_on_the_action(
    going: Action, responsible: User, client_of: SignIn, on: dt.date
) -> None:
    day = on + dt.timedelta(days=40)
    answer = client_of(responsible).post(url(going), answers(light="amber", expected_end=day.isoformat()))
    update = going.updates.get()
    going.refresh_from_db()
    assert answer.status_code == 302
    assert (update.done, update.next, update.author) == ("Twee pakketten gekoppeld", "Het derde", responsible)
    assert (going.light, going.expected_end) == ("amber", day)
    assert going.last_update_at == update.at


@pytest.mark.parametrize("headers", [NO_JS, WORK], ids=["plain", "htmx"])
def test_the_same_form_sent_twice_gives_one_update(
    going: Action, responsible: User, client_of: SignIn, headers: dict[str, str]
) -> None:
    client, form = client_of(responsible), answers(token=str(uuid.uuid4()), need="Een tester")
    statuses = {client.post(url(going), form, headers=headers).status_code for _ in range(2)}
    assert statuses <= {200, 302}
    assert going.updates.count() == 1
    assert going.help_requests.count() == 1


def test_a_double_new_deadline_is_one_shift(late: Action, responsible: User, client_of: SignIn, on: dt.date) -> None:
    day = on + dt.timedelta(days=20)
    form = answers(ask="date", new_deadline=day.isoformat(), reason="Leverancier", token=str(uuid.uuid4()))
    for _ in range(2):
        client_of(responsible).post(url(late), form)
    late.refresh_from_db()
    assert late.deadline == day
    assert late.shifts.count() == 1


def test_another_persons_token_does_not_swallow_an_update(
    going: Action, responsible: User, plan_owner: User, client_of: SignIn
) -> None:
    form = answers(token=str(uuid.uuid4()))
    client_of(responsible).post(url(going), form)
    client_of(plan_owner).post(url(going), form)
    assert [update.author for update in going.updates.order_by("pk")] == [responsible, plan_owner]


def test_a_late_action_is_asked_whether_it_is_done(
    late: Action, going: Action, responsible: User, client_of: SignIn
) -> None:
    client = client_of(responsible)
    assert "Is it done, or will it be a new date?" in client.get(url(late)).text
    assert "Is it done, or will it be a new date?" not in client.get(url(going)).text


def test_it_is_done_finishes_the_action_on_the_board(
    late: Action, responsible: User, client_of: SignIn, on: dt.date
) -> None:
    client_of(responsible).post(url(late), answers(ask="done", status="doing"))
    late.refresh_from_db()
    assert (late.status, late.completed_on) == ("done", on)
    assert late.updates.get().status == "done"


def test_a_new_date_needs_a_reason(late: Action, responsible: User, client_of: SignIn, on: dt.date) -> None:
    day = (on + dt.timedelta(days=20)).isoformat()
    answer = client_of(responsible).post(url(late), answers(ask="date", new_deadline=day, reason=" "))
    assert answer.status_code == 422
    assert "Say why the deadline moves." in answer.text
    assert "Twee pakketten gekoppeld" in answer.text
    assert not late.updates.exists()


def test_a_new_date_and_why_moves_the_deadline(late: Action, responsible: User, client_of: SignIn, on: dt.date) -> None:
    day = on + dt.timedelta(days=20)
    form = answers(ask="date", new_deadline=day.isoformat(), reason="Wacht op de leverancier")
    client_of(responsible).post(url(late), form)
    late.refresh_from_db()
    assert late.deadline == day
    assert late.shifts.get().reason == "Wacht op de leverancier"


@pytest.mark.parametrize(("days", "sentence"), [(-1, "This day has passed."), (-6, "This is the deadline already.")])
def test_a_new_date_lies_ahead(
    late: Action, responsible: User, client_of: SignIn, on: dt.date, days: int, sentence: str
) -> None:
    day = (on + dt.timedelta(days=days)).isoformat()
    answer = client_of(responsible).post(url(late), answers(ask="date", new_deadline=day, reason="Daarom"))
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_new_date_that_is_expected_to_be_missed_is_asked_about(
    late: Action, responsible: User, client_of: SignIn, give: Give, on: dt.date
) -> None:
    """The expected end stands filled in from last time; both together would be late at once."""
    end = on + dt.timedelta(days=30)
    give(late, 20, expected_end=end)
    client = client_of(responsible)
    form = answers(ask="date", new_deadline=(end - dt.timedelta(days=1)).isoformat(), reason="Wacht op de leverancier")
    refused = client.post(url(late), {**form, "expected_end": end.isoformat()})
    assert refused.status_code == 422
    assert "This lies after the new deadline" in refused.text
    late.refresh_from_db()
    assert not late.shifts.exists()
    assert client.post(url(late), {**form, "expected_end": ""}).status_code == 302


def test_what_is_done_is_not_expected_after_its_new_date(
    late: Action, responsible: User, client_of: SignIn, on: dt.date
) -> None:
    day, end = (on + dt.timedelta(days=days) for days in (9, 10))
    form = answers(new_deadline=day.isoformat(), reason="Afgesproken", status="done", expected_end=end.isoformat())
    assert client_of(responsible).post(url(late), form).status_code == 302


def test_someone_involved_updates_but_does_not_move_the_deadline(
    late: Action, member: User, client_of: SignIn, on: dt.date
) -> None:
    late.involved.add(member)
    deadline, client = late.deadline, client_of(member)
    assert "New date, and why" not in client.get(url(late)).text
    day = (on + dt.timedelta(days=9)).isoformat()
    assert client.post(url(late), answers(new_deadline=day, reason="Zomaar")).status_code == 302
    late.refresh_from_db()
    assert late.deadline == deadline
    assert late.updates.get().on_behalf_of is None


def test_the_first_question_is_empty_and_the_rest_as_last_time(
    going: Action, responsible: User, member: User, client_of: SignIn, give: Give
) -> None:
    give(going, 40, done="Offerte binnen", next="Contract tekenen", need="Een jurist", need_of=member, light="amber")
    page = client_of(responsible).get(url(going))
    form = page.context["item"].form
    assert form["done"].value() is None
    assert (form["next"].value(), form["need"].value()) == ("Contract tekenen", "Een jurist")
    assert (form["need_of"].value(), form["light"].value()) == (member.pk, "amber")
    assert "Planned last time: Contract tekenen" in page.text


def test_an_expected_end_that_has_passed_is_asked_again(
    going: Action, responsible: User, client_of: SignIn, give: Give, on: dt.date
) -> None:
    give(going, 40, expected_end=on - dt.timedelta(days=2))
    page = client_of(responsible).get(url(going))
    assert page.context["item"].form["expected_end"].value() is None


def test_a_need_becomes_a_request_and_the_same_words_no_second_one(
    going: Action, responsible: User, member: User, client_of: SignIn
) -> None:
    client = client_of(responsible)
    form = answers(need="Wie kijkt het\r\ncontract na?", need_of=member.pk)
    client.post(url(going), form)
    client.post(url(going), form)
    request = going.help_requests.get()
    going.refresh_from_db()
    assert (request.text, request.asked_of, request.asked_by) == ("Wie kijkt het\ncontract na?", member, responsible)
    assert going.open_help == 1


def test_the_same_question_to_somebody_else_passes_it_on(
    going: Action, responsible: User, member: User, choice_owner: User, client_of: SignIn
) -> None:
    client = client_of(responsible)
    client.post(url(going), answers(need="Wie tekent?", need_of=member.pk))
    client.post(url(going), answers(need="Wie tekent?", need_of=choice_owner.pk))
    assert going.help_requests.get().asked_of == choice_owner


def test_finishing_offers_to_close_the_help_that_is_open(
    going: Action, responsible: User, client_of: SignIn, give: Give
) -> None:
    give(going, 3, need="Een tester")
    client = client_of(responsible)
    assert "no longer needed: close the request" in client.get(url(going)).text
    client.post(url(going), answers(status="done", need="Een tester", close_help="on"))
    going.refresh_from_db()
    assert going.help_requests.get().state == HelpRequest.State.CLOSED
    assert going.open_help == 0


def test_help_stays_open_when_it_is_not_closed(going: Action, responsible: User, client_of: SignIn, give: Give) -> None:
    give(going, 3, need="Een tester")
    client_of(responsible).post(url(going), answers(status="done", need="Een tester"))
    assert going.help_requests.get().state == HelpRequest.State.OPEN


def test_an_owner_answers_on_someones_behalf_and_that_is_recorded(
    going: Action, responsible: User, plan_owner: User, client_of: SignIn
) -> None:
    client = client_of(plan_owner)
    assert f"on behalf of <b>{responsible.name}</b>" in client.get(url(going)).text
    client.post(url(going), answers())
    update = going.updates.get()
    assert (update.author, update.on_behalf_of) == (plan_owner, responsible)
    assert f"by {plan_owner.name}" in client_of(responsible).get("/").text


@pytest.mark.parametrize(
    ("who", "status"), [("member", 403), ("viewer", 403), ("stranger", 404), ("admin", 404), ("choice_owner", 200)]
)
def test_who_may_give_an_update(
    going: Action, client_of: SignIn, request: pytest.FixtureRequest, who: str, status: int
) -> None:
    user = request.getfixturevalue(who)
    for name in ("update_give",):
        assert client_of(user).get(url(going, name)).status_code == status
    refused = client_of(user).post(url(going, "update_unchanged")).status_code
    assert refused == (status if status != 200 else 409) or refused == 302


def test_an_archived_action_takes_no_update(
    going: Action, responsible: User, client_of: SignIn, at: dt.datetime
) -> None:
    going.archive(by=None, at=at)
    assert client_of(responsible).post(url(going), answers()).status_code == 404


def test_nobody_updates_through_another_plan(going: Action, client_of: SignIn, plan_owner: User) -> None:
    other = factories.MembershipFactory(user=plan_owner, role="owner").plan
    address = reverse("updates:update_give", args=[other.pk, going.pk])
    assert client_of(plan_owner).get(address).status_code == 404


def test_looking_at_the_form_changes_nothing(
    late: Action, responsible: User, client_of: SignIn, django_assert_max_num_queries: Any
) -> None:
    before = Action.objects.filter(pk=late.pk).values().get()
    for query in ("", "?ask=done", "?ask=date", "?ask=\0", "?ask=" + "x" * 5000):
        assert client_of(responsible).get(url(late) + query).status_code == 200
    assert Action.objects.filter(pk=late.pk).values().get() == before
    assert not late.updates.exists()


def test_without_javascript_the_new_date_has_its_own_address(
    late: Action, responsible: User, client_of: SignIn
) -> None:
    page = client_of(responsible).get(url(late) + "?ask=date")
    assert page.context["item"].form["ask"].value() == "date"
    assert 'name="new_deadline"' in page.text


@pytest.mark.parametrize("field", ["done", "next", "need", "reason"])
def test_ten_thousand_characters_are_refused_beside_the_field(
    late: Action, responsible: User, client_of: SignIn, field: str
) -> None:
    answer = client_of(responsible).post(url(late), answers(**{field: "é" * 10_000}), headers=WORK)
    assert answer.status_code == 422
    assert f'id="update-{late.pk}-{field}_error"' in answer.text
    assert answer.headers["HX-Retarget"] == f"#update-{late.pk}"
    assert not late.updates.exists()


def test_a_status_is_needed(going: Action, responsible: User, client_of: SignIn) -> None:
    answer = client_of(responsible).post(url(going), {"done": "Iets"})
    assert answer.status_code == 422
    assert "Say whether it is to do, in progress or done." in answer.text


NASTY = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["\0", "31-02-2026", "0001-01-01", "9999-12-31", "-1", "9" * 400, "‮عربى", "🙂", "done", "date"]),
)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=st.dictionaries(st.sampled_from([*answers(), "need", "need_of", "expected_end", "ask", "new_deadline",
                                             "reason", "close_help", "token", "back"]), NASTY))  # fmt: skip
def test_whatever_is_sent_gets_an_answer(
    late: Action, responsible: User, client_of: SignIn, form: dict[str, str]
) -> None:
    client = client_of(responsible)
    for headers in (NO_JS, WORK, {"HX-Request": "true", "HX-Target": "dialog-body"}):
        assert client.post(url(late), form, headers=headers).status_code in {200, 204, 302, 422}
    assert client.post(url(late, "update_draft"), form).status_code == 200
    assert client.get(url(late)).status_code == 200
    assert client.get("/").status_code == 200


def test_the_answer_in_a_dialog_closes_it(going: Action, responsible: User, client_of: SignIn) -> None:
    headers = {"HX-Request": "true", "HX-Target": "dialog-body"}
    client = client_of(responsible)
    assert 'id="dialog-title"' in client.get(url(going), headers=headers).text
    answer = client.post(url(going), answers(), headers=headers)
    assert answer.status_code == 204
    assert Update.objects.count() == 1
