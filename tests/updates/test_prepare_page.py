"""Preparing through a mailed link: everything of one person, for one session, and nothing else."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.contrib.sessions.models import Session as LoginSession
from django.test import Client
from django.urls import reverse

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Choice, Plan
from tests import factories
from tests.addresses import ALL_ADDRESSES, PREPARE
from updates.models import Decision, HelpRequest, Session, Update, UpdateDraft
from updates.prepare_links import prepare_token

from .conftest import Give

DAY = dt.timedelta(days=1)
IN_PLACE = {"HX-Request": "true", "HX-Target": "my-updates"}
ANSWERS = {"done": "Twee pakketten gekoppeld", "next": "Het derde", "light": "green", "status": "doing"}


@pytest.fixture
def session(plan: Plan, at: dt.datetime) -> Session:
    return factories.SessionFactory(plan=plan, starts_at=at + 5 * DAY)


@pytest.fixture
def visitor() -> Client:
    """Nobody is signed in, and forms need their own secret, as in a browser."""
    return Client()


def url(session: Session, user: User, name: str = "page", *ids: int) -> str:
    return reverse(f"updates:prepare_{name}", args=[prepare_token(session, user), *ids])


# ---- what it shows ----


def test_it_shows_what_i_owe_in_this_plan_and_nothing_of_another(
    session: Session, going: Action, late: Action, responsible: User, member: User, visitor: Client
) -> None:
    elsewhere = factories.ActionFactory(responsible=responsible, status="doing", result="Iets van een ander plan")
    colleague = factories.ActionFactory(
        choice=going.choice, responsible=member, status="doing", result="Iets van een collega"
    )
    page = visitor.get(url(session, responsible)).text
    assert going.result in page
    assert late.result in page
    assert "0 of 2" in page
    assert elsewhere.result not in page
    assert colleague.result not in page


def test_it_leads_to_no_page_that_wants_a_sign_in_but_the_one_that_says_so(
    session: Session, going: Action, late: Action, responsible: User, member: User, give: Give, visitor: Client
) -> None:
    give(going, need="Wie helpt?")
    page = visitor.get(url(session, responsible)).text
    assert f"/plans/{session.plan_id}/" not in page.replace(f"?next={session.get_absolute_url()}", "")


def test_it_asks_for_help_values_and_agreements_too(
    session: Session, going: Action, choice: Choice, member: User, give: Give, visitor: Client, on: dt.date
) -> None:
    give(going, need="Wie kijkt het contract na?", need_of=member)
    factories.DecisionFactory(plan=session.plan, who=member, text="Belt de notaris", due_on=on)
    factories.IndicatorFactory(choice=choice, entered_by=member, name="Bestellingen online")
    page = visitor.get(url(session, member)).text
    for words in ("Wie kijkt het contract na?", "Belt de notaris", "Bestellingen online"):
        assert words in page


def test_a_steering_session_asks_for_figures_and_not_for_updates(
    plan: Plan, going: Action, choice: Choice, responsible: User, visitor: Client
) -> None:
    steering = factories.SessionFactory(plan=plan, kind="steering", minutes=90)
    factories.IndicatorFactory(choice=choice, entered_by=responsible, name="Bestellingen online")
    page = visitor.get(url(steering, responsible)).text
    assert going.result not in page
    assert "Bestellingen online" in page


def test_who_only_reads_answers_help_and_is_told_when_there_is_none(
    session: Session, going: Action, viewer: User, give: Give, visitor: Client
) -> None:
    assert "There is nothing for you to prepare" in visitor.get(url(session, viewer)).text
    give(going, need="Wil je meelezen?", need_of=viewer)
    assert "Wil je meelezen?" in visitor.get(url(session, viewer)).text
    asked = HelpRequest.objects.get()
    visitor.post(url(session, viewer, "help_answer", asked.pk), {"state": "no", "answer": "Ik ben met verlof"})
    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == ("no", viewer)


def test_when_all_is_in_it_says_thanks_and_until_when(
    session: Session, going: Action, responsible: User, visitor: Client
) -> None:
    answer = visitor.post(url(session, responsible, "update_give", going.pk), ANSWERS, headers=IN_PLACE)
    words = " ".join(answer.text.split())
    assert "Ready: until Tuesday 09:00" in words
    assert "1 of 1" in words


def test_it_is_not_ready_while_a_colleague_waits_for_an_answer(
    session: Session, going: Action, responsible: User, member: User, give: Give, visitor: Client
) -> None:
    give(going, need="Wie helpt?", need_of=member)
    page = url(session, member)
    assert "Ready: until" not in visitor.get(page).text
    HelpRequest.objects.get().reply("no", by=member, at=factories.AT)
    assert "Ready: until Tuesday 09:00" in " ".join(visitor.get(page).text.split())


# ---- what it does ----


def test_an_update_is_given_by_the_person_of_the_link(
    session: Session, going: Action, responsible: User, visitor: Client
) -> None:
    answer = visitor.post(url(session, responsible, "update_give", going.pk), ANSWERS)
    assert answer.status_code == 302
    assert answer["Location"] == url(session, responsible)
    update = going.updates.get()
    assert (update.author, update.on_behalf_of, update.done) == (responsible, None, "Twee pakketten gekoppeld")
    assert going.history.first().history_user == responsible


def test_the_same_form_sent_twice_gives_one_update(
    session: Session, going: Action, responsible: User, visitor: Client
) -> None:
    form = {**ANSWERS, "token": str(uuid.uuid4())}
    for _ in range(2):
        visitor.post(url(session, responsible, "update_give", going.pk), form)
    assert going.updates.count() == 1


def test_unchanged_is_one_click(
    session: Session, going: Action, responsible: User, give: Give, visitor: Client
) -> None:
    give(going, 40)
    answer = visitor.post(url(session, responsible, "update_unchanged", going.pk), headers=IN_PLACE)
    assert answer.status_code == 200
    assert going.updates.first().unchanged


def test_a_late_action_gets_its_new_date_and_why(
    session: Session, late: Action, responsible: User, visitor: Client, on: dt.date
) -> None:
    day = on + 30 * DAY
    form = {**ANSWERS, "ask": "date", "new_deadline": day.isoformat(), "reason": "Leverancier schoof op"}
    visitor.post(url(session, responsible, "update_give", late.pk), form)
    late.refresh_from_db()
    assert late.deadline == day
    assert late.shifts.get().reason == "Leverancier schoof op"


def test_done_is_a_form_that_is_nearly_filled_in(
    session: Session, going: Action, responsible: User, visitor: Client
) -> None:
    page = visitor.get(url(session, responsible, "update_give", going.pk) + "?status=done")
    assert page.context["item"].form["status"].value() == "done"
    visitor.post(url(session, responsible, "update_give", going.pk), {**ANSWERS, "status": "done"})
    going.refresh_from_db()
    assert going.status == "done"


def test_what_is_typed_is_kept_and_found_again_on_my_work(
    session: Session, going: Action, responsible: User, visitor: Client, client_of: Any
) -> None:
    visitor.post(url(session, responsible, "update_draft", going.pk), {"done": "Halverwege een zi"})
    assert UpdateDraft.objects.get(action=going).user == responsible
    assert "Halverwege een zi" in visitor.get(url(session, responsible)).text
    assert "Halverwege een zi" in client_of(responsible).get("/").text


def test_an_update_is_changed_until_the_session_starts(
    session: Session, going: Action, responsible: User, process_owner: User, give: Give, visitor: Client, at
) -> None:
    update = give(going)
    path = url(session, responsible, "update_correct", update.pk)
    visitor.post(path, {**ANSWERS, "light": "red"})
    update.refresh_from_db()
    assert update.light == "red"
    session.start(by=process_owner, at=at + dt.timedelta(minutes=1))
    assert visitor.post(path, {**ANSWERS, "light": "green"}).status_code == 410
    update.refresh_from_db()
    assert update.light == "red"


def test_help_becomes_an_agreement_and_the_agreement_a_new_date_or_done(
    session: Session, going: Action, member: User, give: Give, visitor: Client, on: dt.date
) -> None:
    give(going, need="Wie kijkt het na?", need_of=member)
    asked = HelpRequest.objects.get()
    form = {"state": "yes", "promised_on": (on + 3 * DAY).isoformat(), "answer": "Ik kijk het na"}
    visitor.post(url(session, member, "help_answer", asked.pk), form)
    promise = Decision.objects.get()
    assert (promise.who, promise.due_on) == (member, on + 3 * DAY)
    move = url(session, member, "agreement_move", promise.pk)
    assert visitor.post(move, {"due_on": (on + 9 * DAY).isoformat()}).status_code == 422, "it says why"
    visitor.post(move, {"due_on": (on + 9 * DAY).isoformat(), "why": "De notaris is op reis"})
    promise.refresh_from_db()
    assert promise.due_on == on + 9 * DAY
    assert promise.history.first().history_change_reason == "De notaris is op reis"
    done = url(session, member, "agreement_done", promise.pk)
    visitor.post(done)
    promise.refresh_from_db()
    assert promise.done_at is not None
    visitor.post(done, {"undo": "1"})
    promise.refresh_from_db()
    assert promise.done_at is None


def test_a_value_is_entered(session: Session, choice: Choice, member: User, visitor: Client) -> None:
    indicator = factories.IndicatorFactory(choice=choice, entered_by=member)
    path = url(session, member, "value_enter", indicator.pk)
    form = visitor.get(path).context["form"]
    values = {"value": "144,5", "period": form["period"].value(), "note": ""}
    dialog = {"HX-Request": "true", "HX-Target": "dialog-body"}
    answer = visitor.post(path, values, headers=dialog)
    assert answer.status_code == 200
    value = indicator.values.get()
    assert (float(value.value), value.author) == (144.5, member)
    assert "Ready: until" in " ".join(answer.text.split())


# ---- what it does not ----


def test_opening_every_address_changes_nothing_and_signs_nobody_in(
    session: Session, going: Action, late: Action, responsible: User, give: Give, choice: Choice, visitor: Client, on
) -> None:
    update = give(going, need="Wie helpt?")
    asked = factories.HelpRequestFactory(action=late, asked_of=responsible)
    agreement = factories.DecisionFactory(plan=session.plan, who=responsible)
    indicator = factories.IndicatorFactory(choice=choice, entered_by=responsible)
    ids = {
        "action_id": late.pk, "update_id": update.pk, "help_id": asked.pk, "decision_id": agreement.pk,
        "indicator_id": indicator.pk,
    }  # fmt: skip
    token = prepare_token(session, responsible)
    before = [list(model.objects.values()) for model in (Update, UpdateDraft, HelpRequest, Decision, Action)]
    for name in sorted(PREPARE):
        path = reverse(name, kwargs={key: {"token": token, **ids}[key] for key in ALL_ADDRESSES[name]})
        for method in ("get", "head"):
            answer = getattr(visitor, method)(path)
            assert answer.status_code in (200, 405), name
            assert answer["Referrer-Policy"] == "same-origin", name
    after = [list(model.objects.values()) for model in (Update, UpdateDraft, HelpRequest, Decision, Action)]
    assert after == before
    assert "sessionid" not in visitor.cookies
    assert not LoginSession.objects.exists()


def test_answering_signs_nobody_in_either(session: Session, going: Action, responsible: User, visitor: Client) -> None:
    visitor.post(url(session, responsible, "update_give", going.pk), ANSWERS)
    visitor.get(url(session, responsible))
    assert "sessionid" not in visitor.cookies
    assert not LoginSession.objects.exists()
    assert visitor.get("/").status_code == 302


def test_the_owner_of_the_plan_may_no_more_by_link_than_anybody(
    session: Session, going: Action, choice: Choice, plan_owner: User, member: User, give: Give, visitor: Client
) -> None:
    """On the plan's own pages an owner may do all of this."""
    update = give(going, need="Wie helpt?", need_of=member)
    agreement = factories.DecisionFactory(plan=session.plan, who=member)
    indicator = factories.IndicatorFactory(choice=choice, entered_by=member)
    refused = [
        ("update_give", going.pk), ("update_unchanged", going.pk), ("update_draft", going.pk),
        ("update_correct", update.pk), ("help_answer", HelpRequest.objects.get().pk),
        ("agreement_done", agreement.pk), ("agreement_move", agreement.pk), ("value_enter", indicator.pk),
    ]  # fmt: skip
    for name, pk in refused:
        assert visitor.post(url(session, plan_owner, name, pk), ANSWERS).status_code == 404, name


def test_a_refusal_shows_no_menu_as_if_somebody_were_signed_in(
    session: Session, going: Action, responsible: User, visitor: Client
) -> None:
    session.plan.memberships.filter(user=responsible).update(role="viewer")
    for pk, status in ((going.pk, 403), (going.pk + 1000, 404)):
        answer = visitor.get(url(session, responsible, "update_give", pk))
        assert answer.status_code == status
        assert responsible.name not in answer.text


def test_pieces_of_another_plan_are_not_reached_though_they_are_mine(
    session: Session, responsible: User, visitor: Client
) -> None:
    action = factories.ActionFactory(responsible=responsible, status="doing")
    agreement = factories.DecisionFactory(plan=action.plan, who=responsible)
    indicator = factories.IndicatorFactory(choice=action.choice, entered_by=responsible)
    asked = factories.HelpRequestFactory(action=action, asked_of=responsible)
    for name, pk in [
        ("update_give", action.pk), ("update_draft", action.pk), ("agreement_done", agreement.pk),
        ("value_enter", indicator.pk), ("help_answer", asked.pk),
    ]:  # fmt: skip
        assert visitor.post(url(session, responsible, name, pk), ANSWERS).status_code == 404, name


@pytest.mark.parametrize("verb", ["start", "cancel"])
def test_nothing_is_written_once_the_session_started_or_was_cancelled(
    session: Session, going: Action, responsible: User, process_owner: User, visitor: Client, at, verb: str
) -> None:
    path = url(session, responsible, "update_give", going.pk)
    getattr(session, verb)(by=process_owner, at=at)
    for headers in ({}, IN_PLACE):
        assert visitor.post(path, ANSWERS, headers=headers).status_code == 410
    assert not going.updates.exists()


def test_who_is_typing_when_the_session_starts_is_told_so_and_keeps_the_text(
    session: Session, going: Action, responsible: User, process_owner: User, visitor: Client, at
) -> None:
    path = url(session, responsible, "update_give", going.pk)
    session.start(by=process_owner, at=at)
    answer = visitor.post(path, ANSWERS, headers=IN_PLACE)
    assert "The session has started" in answer["HX-Trigger"]
    assert answer.text == ""


def test_forms_need_their_own_secret_as_everywhere(session: Session, going: Action, responsible: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(url(session, responsible, "update_give", going.pk), ANSWERS).status_code == 403
    assert not going.updates.exists()


def test_somebody_else_who_is_signed_in_stays_that_and_the_answer_is_the_links_persons(
    session: Session, going: Action, responsible: User, plan_owner: User, client_of: Any
) -> None:
    client = client_of(plan_owner)
    client.post(url(session, responsible, "update_give", going.pk), ANSWERS)
    assert going.updates.get().author == responsible
    assert client.get("/").context["user"] == plan_owner


def test_its_queries_do_not_grow_with_the_actions(
    session: Session, choice: Choice, responsible: User, visitor: Client, django_assert_max_num_queries
) -> None:
    for _ in range(10):
        factories.ActionFactory(choice=choice, responsible=responsible, status="doing")
    path = url(session, responsible)
    with django_assert_max_num_queries(24):
        assert "0 of 10" in visitor.get(path).text
