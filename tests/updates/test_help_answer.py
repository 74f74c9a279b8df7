"""Answering help, and keeping what was agreed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.models import Action
from ogsm.accounts.models import User
from tests import factories
from updates.models import Decision, HelpRequest

from .conftest import Give

SignIn = Callable[[User], Client]


@pytest.fixture
def asked(going: Action, member: User, give: Give) -> HelpRequest:
    """The responsible asks the member."""
    give(going, need="Wie kijkt het contract na?", need_of=member)
    return going.help_requests.get()


def url(request: HelpRequest) -> str:
    return reverse("updates:help_answer", args=[request.action.plan_id, request.pk])


def done_url(decision: Decision) -> str:
    return reverse("updates:agreement_done", args=[decision.plan_id, decision.pk])


def test_yes_by_a_date_becomes_an_agreement_of_who_answers(
    asked: HelpRequest, member: User, client_of: SignIn, on: dt.date
) -> None:
    client, day = client_of(member), on + dt.timedelta(days=10)
    assert asked.text in client.get("/").text
    client.post(url(asked), {"state": "yes", "promised_on": day.isoformat(), "answer": "Ik kijk het na"})
    asked.refresh_from_db()
    asked.action.refresh_from_db()
    agreement = Decision.objects.get()
    assert (asked.state, asked.answered_by) == ("yes", member)
    assert (agreement.who, agreement.due_on, agreement.text) == (member, day, "Ik kijk het na")
    assert asked.action.open_help == 0
    page = client.get("/").context["letter"]
    assert page.helps == []
    assert page.agreements == [agreement]


def test_yes_needs_a_date(asked: HelpRequest, member: User, client_of: SignIn) -> None:
    answer = client_of(member).post(url(asked), {"state": "yes"})
    assert answer.status_code == 422
    assert "Say by when you will help." in answer.text
    asked.refresh_from_db()
    assert asked.state == "open"


def test_a_promise_lies_ahead(asked: HelpRequest, member: User, client_of: SignIn, on: dt.date) -> None:
    day = (on - dt.timedelta(days=1)).isoformat()
    answer = client_of(member).post(url(asked), {"state": "yes", "promised_on": day})
    assert answer.status_code == 422
    assert "This day has passed." in answer.text


def test_partly_says_what(asked: HelpRequest, member: User, client_of: SignIn) -> None:
    client = client_of(member)
    assert client.post(url(asked), {"state": "partly"}).status_code == 422
    assert client.post(url(asked), {"state": "partly", "answer": "De helft"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("partly", "De helft")
    assert not Decision.objects.exists()


def test_no_makes_no_agreement_even_with_a_date(
    asked: HelpRequest, member: User, client_of: SignIn, on: dt.date
) -> None:
    client_of(member).post(url(asked), {"state": "no", "promised_on": on.isoformat()})
    asked.refresh_from_db()
    assert (asked.state, asked.promised_on) == ("no", None)
    assert not Decision.objects.exists()


def test_it_is_answered_once(asked: HelpRequest, member: User, client_of: SignIn, on: dt.date) -> None:
    form = {"state": "yes", "promised_on": on.isoformat()}
    client = client_of(member)
    assert client.post(url(asked), form).status_code == 302
    again = client.post(url(asked), form)
    assert again.status_code == 409
    assert "Yes, by Thursday 11 June" in again.text
    assert Decision.objects.count() == 1
    assert client.get(url(asked)).status_code == 200


@pytest.mark.parametrize(
    ("who", "status"),
    [("choice_owner", 403), ("viewer", 403), ("stranger", 404), ("admin", 404), ("plan_owner", 200), ("member", 200)],
)
def test_who_may_answer_what_was_asked_of_the_member(
    asked: HelpRequest, client_of: SignIn, request: pytest.FixtureRequest, who: str, status: int
) -> None:
    assert client_of(request.getfixturevalue(who)).get(url(asked)).status_code == status


def test_help_asked_of_the_team_stands_with_every_member_but_the_asker(
    going: Action, responsible: User, member: User, viewer: User, choice_owner: User, client_of: SignIn, give: Give
) -> None:
    give(going, need="Wie kan testen?")
    for user, count in ((member, 1), (choice_owner, 1), (responsible, 0), (viewer, 0)):
        assert len(client_of(user).get("/").context["letter"].helps) == count


def test_a_reader_who_is_asked_may_answer(going: Action, viewer: User, client_of: SignIn, give: Give) -> None:
    give(going, need="Mag dit?", need_of=viewer)
    request = going.help_requests.get()
    client = client_of(viewer)
    assert "Mag dit?" in client.get("/").text
    assert client.post(url(request), {"state": "no", "answer": "Nee"}).status_code == 302


def test_in_place_the_answer_stands_where_the_question_was(
    asked: HelpRequest, member: User, client_of: SignIn, on: dt.date
) -> None:
    client, headers = client_of(member), {"HX-Request": "true", "HX-Target": f"help-{asked.pk}"}
    form = client.get(url(asked) + "?state=yes", headers=headers)
    assert f'hx-target="#help-{asked.pk}"' in form.text
    answer = client.post(url(asked), {"state": "yes", "promised_on": on.isoformat()}, headers=headers)
    assert answer.status_code == 200
    assert "Yes, by Thursday 11 June" in answer.text
    assert 'id="my-agreements" hx-swap-oob="true"' in answer.text


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    form=st.dictionaries(
        st.sampled_from(["state", "promised_on", "answer"]),
        st.one_of(st.text(max_size=30), st.sampled_from(["yes", "partly", "no", "\0", "9999-12-31", "x" * 10_000])),
    )
)
def test_whatever_is_sent_gets_an_answer(
    asked: HelpRequest, member: User, client_of: SignIn, form: dict[str, str]
) -> None:
    assert client_of(member).post(url(asked), form).status_code in {302, 409, 422}


class TestAgreement:
    @pytest.fixture
    def agreement(self, going: Action, member: User) -> Decision:
        return factories.DecisionFactory(plan=going.plan, who=member, text="Belt de leverancier")

    def test_done_and_not_done_after_all(self, agreement: Decision, member: User, client_of: SignIn) -> None:
        client = client_of(member)
        assert client.get("/").context["letter"].open_agreements == 1
        assert client.post(done_url(agreement), {"back": "work"}).url == "/"
        page = client.get("/")
        assert page.context["letter"].open_agreements == 0
        assert "Not done after all" in page.text
        client.post(done_url(agreement), {"undo": "1"})
        assert client.get("/").context["letter"].open_agreements == 1

    def test_twice_done_is_done_once(self, agreement: Decision, member: User, client_of: SignIn) -> None:
        client = client_of(member)
        client.post(done_url(agreement))
        agreement.refresh_from_db()
        first = agreement.done_at
        client.post(done_url(agreement))
        agreement.refresh_from_db()
        assert agreement.done_at == first

    @pytest.mark.parametrize(
        ("to", "back"),
        [("/plans/?show=open", True), ("https://evil.example/", False), ("//evil.example", False), ("nowhere", False)],
    )
    def test_it_leads_back_to_the_list_it_stood_in(
        self, agreement: Decision, member: User, client_of: SignIn, to: str, back: bool
    ) -> None:
        decisions = reverse("updates:decision_list", args=[agreement.plan_id])
        assert client_of(member).post(done_url(agreement), {"next": to}).url == (to if back else decisions)

    def test_in_place(self, agreement: Decision, member: User, client_of: SignIn) -> None:
        headers = {"HX-Request": "true", "HX-Target": f"agreement-{agreement.pk}"}
        answer = client_of(member).post(done_url(agreement), headers=headers)
        assert f'id="agreement-{agreement.pk}"' in answer.text
        assert 'id="my-agreements-title" hx-swap-oob="true"' in answer.text

    @pytest.mark.parametrize(
        ("who", "status"), [("responsible", 403), ("viewer", 403), ("stranger", 404), ("process_owner", 302)]
    )
    def test_who_may_tick_it_off(
        self, agreement: Decision, client_of: SignIn, request: pytest.FixtureRequest, who: str, status: int
    ) -> None:
        assert client_of(request.getfixturevalue(who)).post(done_url(agreement)).status_code == status

    def test_what_was_done_yesterday_is_no_longer_shown(
        self, agreement: Decision, member: User, client_of: SignIn, at: dt.datetime
    ) -> None:
        agreement.finish(by=member, at=at - dt.timedelta(days=1))
        assert client_of(member).get("/").context["letter"].agreements == []

    def test_another_kind_of_decision_is_no_agreement(self, going: Action, plan_owner: User, client_of: SignIn) -> None:
        stop = factories.DecisionFactory(plan=going.plan, kind="stop", who=None, due_on=None, by=plan_owner)
        assert client_of(plan_owner).post(done_url(stop)).status_code == 404
