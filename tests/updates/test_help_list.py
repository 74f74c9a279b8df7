"""Help as something that lives: one list of what is open, counted from session to session, passed on, withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Plan
from tests import factories
from updates.models import HelpRequest, Session
from updates.prepare_links import prepare_token

from .conftest import Give

SignIn = Callable[[User], Client]
DAY = dt.timedelta(days=1)
IN_PLACE = {"HX-Request": "true"}


@pytest.fixture
def asked(going: Action, member: User, give: Give) -> HelpRequest:
    """The responsible asks the member, five days ago."""
    give(going, 5, need="Wie kijkt het contract na?", need_of=member)
    return going.help_requests.get()


def url(asked: HelpRequest, name: str) -> str:
    return reverse(f"updates:{name}", args=[asked.action.plan_id, asked.pk])


def list_url(plan: Plan) -> str:
    return reverse("updates:help_list", args=[plan.pk])


def hold_session(plan: Plan, by: User, at: dt.datetime, kind: str = "update") -> None:
    session: Session = factories.SessionFactory(plan=plan, kind=kind, starts_at=at)
    session.start(by=by, at=at)
    session.close(by=by, at=at + dt.timedelta(minutes=30))


# ---- the list ----


def test_all_that_is_open_stands_together_the_oldest_first(
    asked: HelpRequest, plan: Plan, going: Action, give: Give, viewer: User, client_of: SignIn
) -> None:
    give(going, need="Wie test mee?")
    page = client_of(viewer).get(list_url(plan)).text
    assert page.index("Wie kijkt het contract na?") < page.index("Wie test mee?")
    assert "Joost van Leeuwen asked Lotte Bakker" in page
    assert "Joost van Leeuwen asked the team" in page
    assert "Open (2)" in page


def test_it_is_reached_from_the_register_the_session_and_the_action(
    asked: HelpRequest, plan: Plan, going: Action, member: User, client_of: SignIn
) -> None:
    session = factories.SessionFactory(plan=plan)
    client = client_of(member)
    for page in (
        reverse("updates:decision_list", args=[plan.pk]), session.get_absolute_url(), going.get_absolute_url()
    ):  # fmt: skip
        assert f'href="{list_url(plan)}"' in client.get(page).text


def test_what_was_answered_or_withdrawn_stands_apart_with_what_was_said(
    asked: HelpRequest, plan: Plan, member: User, client_of: SignIn, at: dt.datetime
) -> None:
    asked.reply("no", by=member, at=at, answer="Ik ben geen jurist; vraag Karin")
    client = client_of(member)
    assert "Nobody waits for help" in client.get(list_url(plan)).text
    assert "No: Ik ben geen jurist; vraag Karin" in client.get(list_url(plan) + "?show=answered").text


def test_of_another_plan_or_an_archived_action_nothing_shows(
    asked: HelpRequest, plan: Plan, going: Action, member: User, client_of: SignIn, at: dt.datetime
) -> None:
    factories.HelpRequestFactory(text="Van een ander plan")
    going.archive(by=None, at=at)
    page = client_of(member).get(list_url(plan)).text
    assert "Van een ander plan" not in page
    assert asked.text not in page


def test_its_queries_do_not_grow(
    plan: Plan, going: Action, member: User, client_of: SignIn, django_assert_max_num_queries
) -> None:
    for _ in range(30):
        factories.HelpRequestFactory(action=going, asked_of=member)
    client = client_of(member)
    with django_assert_max_num_queries(16):
        assert client.get(list_url(plan)).text.count('class="plan-voice pre-line"') == 30


# ---- counted until answered ----


def test_each_session_that_passes_without_an_answer_is_counted(
    asked: HelpRequest, plan: Plan, member: User, process_owner: User, client_of: SignIn, at: dt.datetime
) -> None:
    client = client_of(member)
    assert "time</b>" not in client.get(list_url(plan)).text
    hold_session(plan, process_owner, at - 3 * DAY)
    hold_session(plan, process_owner, at - 2 * DAY, kind="steering")
    for page in (list_url(plan), "/"):
        assert "for the 2nd time" in client.get(page).text, page
    hold_session(plan, process_owner, at - 1 * DAY)
    assert "for the 3rd time" in client.get(list_url(plan)).text


def test_a_session_before_it_was_asked_does_not_count(
    asked: HelpRequest, plan: Plan, process_owner: User, at: dt.datetime
) -> None:
    hold_session(plan, process_owner, at - 30 * DAY)
    assert HelpRequest.objects.with_times().get().times == 1


# ---- passing on ----


def test_who_is_asked_passes_it_on_and_somebody_else_finds_it(
    asked: HelpRequest, member: User, choice_owner: User, client_of: SignIn
) -> None:
    client = client_of(member)
    client.post(url(asked, "help_pass"), {"asked_of": choice_owner.pk, "why": "Zij kent de leverancier"})
    asked.refresh_from_db()
    assert asked.asked_of == choice_owner
    assert asked.history.first().history_change_reason == "Zij kent de leverancier"
    assert asked.text not in client.get("/").text
    assert asked.text in client_of(choice_owner).get("/").text


def test_it_is_passed_to_the_team_and_never_to_who_asks(
    asked: HelpRequest, member: User, responsible: User, client_of: SignIn, at: dt.datetime
) -> None:
    client = client_of(member)
    assert client.post(url(asked, "help_pass"), {"asked_of": responsible.pk}).status_code == 422
    assert client.post(url(asked, "help_pass"), {"asked_of": member.pk}).status_code == 422, "who is asked already"
    client.post(url(asked, "help_pass"), {"asked_of": ""})
    asked.refresh_from_db()
    assert asked.asked_of is None
    with pytest.raises(ValidationError):
        asked.pass_on(responsible, by=member, at=at)


def test_who_asks_may_ask_somebody_else_and_a_bystander_not(
    asked: HelpRequest, responsible: User, choice_owner: User, client_of: SignIn
) -> None:
    assert client_of(choice_owner).post(url(asked, "help_pass"), {"asked_of": ""}).status_code == 403
    client_of(responsible).post(url(asked, "help_pass"), {"asked_of": choice_owner.pk})
    asked.refresh_from_db()
    assert asked.asked_of == choice_owner


def test_what_was_answered_meanwhile_is_not_passed_on(
    asked: HelpRequest, member: User, process_owner: User, choice_owner: User, client_of: SignIn, at: dt.datetime
) -> None:
    asked.reply("no", by=member, at=at)
    answer = client_of(process_owner).post(url(asked, "help_pass"), {"asked_of": choice_owner.pk})
    assert "This has been answered already." in answer.text
    asked.refresh_from_db()
    assert asked.asked_of == member


def test_it_is_passed_on_in_place_on_my_work_and_through_a_link(
    asked: HelpRequest, plan: Plan, member: User, choice_owner: User, client_of: SignIn
) -> None:
    session = factories.SessionFactory(plan=plan)
    by_link = reverse("updates:prepare_help_pass", args=[prepare_token(session, member), asked.pk])
    headers = {"HX-Request": "true", "HX-Target": f"help-{asked.pk}"}
    assert 'name="asked_of"' in Client().get(by_link, headers=headers).text
    answer = Client().post(by_link, {"asked_of": choice_owner.pk}, headers=headers)
    assert f"Passed on to {choice_owner.name}." in answer.text
    answer = client_of(choice_owner).post(url(asked, "help_pass"), {"asked_of": ""}, headers=headers)
    assert "Passed on to the team." in answer.text


# ---- withdrawing ----


def test_who_asks_withdraws_it_and_takes_that_back(
    asked: HelpRequest, plan: Plan, going: Action, responsible: User, client_of: SignIn
) -> None:
    client = client_of(responsible)
    answer = client.post(url(asked, "help_withdraw"), headers=IN_PLACE)
    assert "Withdrawn" in answer.text
    assert "?undo=1" in answer["HX-Trigger"]
    asked.refresh_from_db()
    going.refresh_from_db()
    assert (asked.state, going.open_help) == ("closed", 0)
    client.post(url(asked, "help_withdraw") + "?undo=1")
    asked.refresh_from_db()
    going.refresh_from_db()
    assert (asked.state, asked.answered_at, going.open_help) == ("open", None, 1)


def test_twice_changes_nothing_and_an_answer_stays(
    asked: HelpRequest, responsible: User, member: User, client_of: SignIn, at: dt.datetime
) -> None:
    client = client_of(responsible)
    for _ in range(2):
        assert client.post(url(asked, "help_withdraw")).status_code == 302
    asked.refresh_from_db()
    assert asked.history.filter(state="closed").count() == 1
    asked.ask_again(by=responsible, at=at)
    asked.reply("no", by=member, at=at)
    answer = client.post(url(asked, "help_withdraw"))
    assert answer.status_code == 409
    assert "This has been answered already." in answer.text


def test_it_is_not_asked_again_where_the_same_stands_open(
    asked: HelpRequest, going: Action, responsible: User, give: Give, at: dt.datetime
) -> None:
    asked.withdraw(by=responsible, at=at)
    give(going, need="Iets anders")
    give(going, need=asked.text)
    assert going.help_requests.open().filter(text=asked.text).count() == 1
    with pytest.raises(ValidationError):
        asked.ask_again(by=responsible, at=at)


def test_who_is_asked_cannot_withdraw_it(asked: HelpRequest, member: User, client_of: SignIn) -> None:
    assert client_of(member).post(url(asked, "help_withdraw")).status_code == 403
