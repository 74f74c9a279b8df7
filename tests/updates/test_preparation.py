"""The session page while a session is prepared: who owes what, reminding them, and a page that keeps itself true."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Choice, Plan
from tests import factories
from updates import outbox
from updates.models import AgendaPoint, HelpRequest, OutgoingMail, Session, Update
from updates.preparation import preparation_stamp, preparing
from updates.prepare_links import prepare_url

from .conftest import Give

SignIn = Callable[[User], Client]
DAY = dt.timedelta(days=1)
IN_PLACE = {"HX-Request": "true"}


@pytest.fixture
def session(plan: Plan, process_owner: User, at: dt.datetime) -> Session:
    """In preparation, in five days."""
    session = factories.SessionFactory(plan=plan, starts_at=at + 5 * DAY)
    session.open(by=process_owner, at=at - DAY)
    return session


def url(session: Session, name: str, *ids: int) -> str:
    return reverse(f"updates:{name}", args=[session.plan_id, session.pk, *ids])


def of(session: Session, user: User, on: dt.date):
    return next(one for one in preparing(session, on) if one.user == user)


# ---- who is ready ----


def test_each_persons_debts_are_told_by_name(
    session: Session, going: Action, late: Action, choice: Choice, responsible: User, member: User, give: Give, on
) -> None:
    indicator = factories.IndicatorFactory(choice=choice, entered_by=member)
    give(going, need="Wie helpt?", need_of=member)
    joost, lotte = of(session, responsible, on), of(session, member, on)
    assert joost.updates == [late]
    assert (lotte.figures, lotte.questions, lotte.count) == ([indicator], 1, 1)


def test_a_steering_session_asks_for_figures_and_not_for_updates(
    plan: Plan, going: Action, responsible: User, choice: Choice, on, at
) -> None:
    session = factories.SessionFactory(plan=plan, kind="steering", minutes=90)
    factories.IndicatorFactory(choice=choice, entered_by=responsible)
    joost = of(session, responsible, on)
    assert (joost.updates, len(joost.figures)) == ([], 1)


def test_its_queries_do_not_grow(
    session: Session, choice: Choice, on: dt.date, django_assert_num_queries, responsible: User
) -> None:
    for _ in range(10):
        factories.ActionFactory(choice=choice, responsible=responsible, status="doing")
        factories.ActionFactory(choice=choice, status="doing")
    with django_assert_num_queries(6):
        assert sum(one.count for one in preparing(session, on)) == 20


def test_the_page_says_who_owes_what_and_lets_the_facilitator_answer_for_them(
    session: Session, going: Action, responsible: User, process_owner: User, client_of: SignIn
) -> None:
    page = client_of(process_owner).get(session.get_absolute_url()).text
    assert "1 to go" in page
    assert f"Remind {responsible.name} by mail" in page
    assert reverse("updates:update_give", args=[session.plan_id, going.pk]) in page


def test_others_see_who_is_ready_and_nothing_to_press(
    session: Session, going: Action, responsible: User, member: User, client_of: SignIn
) -> None:
    page = client_of(member).get(session.get_absolute_url()).text
    assert "1 to go" in page
    assert "/remind/" not in page
    assert reverse("updates:update_give", args=[session.plan_id, going.pk]) not in page


def test_an_answer_on_behalf_is_recorded_as_such_and_leaves_the_page_where_it_is(
    session: Session, going: Action, responsible: User, process_owner: User, client_of: SignIn
) -> None:
    headers = {
        "HX-Request": "true", "HX-Target": "dialog-body",
        "HX-Current-URL": f"http://testserver{session.get_absolute_url()}",
    }  # fmt: skip
    answer = client_of(process_owner).post(
        reverse("updates:update_give", args=[session.plan_id, going.pk]),
        {"done": "Hij belde het door", "status": "doing", "light": "green"},
        headers=headers,
    )
    update = going.updates.get()
    assert (update.author, update.on_behalf_of) == (process_owner, responsible)
    assert answer.status_code == 204
    assert "preparationChanged" in answer["HX-Trigger"]
    assert "HX-Refresh" not in answer


# ---- reminding ----


def test_a_reminder_is_one_mail_with_the_persons_own_link(
    session: Session, going: Action, responsible: User, process_owner: User, client_of: SignIn, at
) -> None:
    answer = client_of(process_owner).post(url(session, "person_remind", responsible.pk), headers=IN_PLACE)
    assert f"{responsible.name} gets a mail" in answer["HX-Trigger"]
    outbox.send_due(at + dt.timedelta(minutes=1))
    [sent] = mail.outbox
    assert sent.to == [responsible.email]
    assert prepare_url(session, responsible) in sent.body
    assert "Peter Smit asks you to prepare it." in sent.body


def test_it_is_once_per_person_and_day(
    session: Session, going: Action, responsible: User, process_owner: User, client_of: SignIn, at
) -> None:
    client, path = client_of(process_owner), url(session, "person_remind", responsible.pk)
    client.post(path)
    assert "Reminded today" in client.get(session.get_absolute_url()).text
    answer = client.post(path, headers=IN_PLACE)
    assert "reminded today already" in answer["HX-Trigger"]
    assert OutgoingMail.objects.count() == 1
    with time_machine.travel(at + DAY):
        client.post(path)
    assert OutgoingMail.objects.count() == 2


def test_all_who_owe_something_at_once_and_nobody_else(
    session: Session, going: Action, choice: Choice, responsible: User, member: User, process_owner: User,
    client_of: SignIn,
) -> None:  # fmt: skip
    factories.IndicatorFactory(choice=choice, entered_by=member)
    factories.ActionFactory(choice=choice, responsible=process_owner, status="doing")
    client = client_of(process_owner)
    client.post(url(session, "person_remind", responsible.pk))
    answer = client.post(url(session, "session_remind"), headers=IN_PLACE)
    assert f"{member.name} gets a mail" in answer["HX-Trigger"]
    assert set(OutgoingMail.objects.values_list("user", flat=True)) == {responsible.pk, member.pk}, "not oneself"
    answer = client.post(url(session, "session_remind"), headers=IN_PLACE)
    assert "Everybody who still owes something was reminded today already." in answer["HX-Trigger"]


def test_who_is_ready_is_not_reminded(
    session: Session, going: Action, responsible: User, process_owner: User, give: Give, client_of: SignIn
) -> None:
    give(going)
    client_of(process_owner).post(url(session, "person_remind", responsible.pk))
    assert not OutgoingMail.objects.exists()


def test_who_gave_the_update_before_the_mail_went_gets_none(
    session: Session, going: Action, responsible: User, process_owner: User, give: Give, client_of: SignIn, at
) -> None:
    client_of(process_owner).post(url(session, "person_remind", responsible.pk))
    give(going)
    outbox.send_due(at + dt.timedelta(minutes=1))
    assert mail.outbox == []


def test_only_while_it_is_prepared_and_only_people_of_the_plan(
    session: Session, going: Action, responsible: User, stranger: User, process_owner: User, client_of: SignIn, at
) -> None:
    client = client_of(process_owner)
    assert client.post(url(session, "person_remind", stranger.pk)).status_code == 404
    session.start(by=process_owner, at=at)
    answer = client.post(url(session, "person_remind", responsible.pk))
    assert answer.status_code == 409
    assert not OutgoingMail.objects.exists()


# ---- keeping itself true ----


def test_nothing_changed_is_an_empty_answer(
    session: Session, going: Action, member: User, client_of: SignIn, django_assert_max_num_queries
) -> None:
    client = client_of(member)
    stamp = client.get(session.get_absolute_url()).context["stamp"]
    with django_assert_max_num_queries(5):
        assert client.get(url(session, "session_ready"), {"since": stamp}).status_code == 204


def test_whatever_the_page_shows_changes_its_stamp(
    session: Session, going: Action, late: Action, choice: Choice, member: User, process_owner: User, give: Give,
    on: dt.date, at,
) -> None:  # fmt: skip
    indicator = factories.IndicatorFactory(choice=choice, entered_by=member)
    give(going, need="Wie helpt?", need_of=member)
    agreement = factories.DecisionFactory(plan=session.plan, who=member)
    seen = {preparation_stamp(session, on)}
    for happens in [
        lambda: give(late),
        lambda: HelpRequest.objects.get().reply("no", by=member, at=at),
        lambda: going.move_to("done", by=member, at=at),
        lambda: indicator.enter(period=dt.date(2026, 5, 1), value=12, by=member, at=at),
        lambda: AgendaPoint.add(session, "Iets anders", by=process_owner, at=at),
        lambda: factories.DecisionFactory(plan=session.plan, who=member),
        lambda: agreement.finish(by=member, at=at),
        lambda: session.reschedule(by=process_owner, at=at, minutes=30),
        lambda: session.plan.memberships.get(user=member).change(by=None, at=at, role="viewer"),
    ]:
        happens()
        stamp = preparation_stamp(session, on)
        assert stamp not in seen
        seen.add(stamp)
    assert preparation_stamp(session, on + DAY) not in seen, "at midnight the flags change"


def test_another_plan_does_not(session: Session, give: Give, on: dt.date) -> None:
    stamp = preparation_stamp(session, on)
    elsewhere = factories.ActionFactory(status="doing")
    Update.give(elsewhere, by=elsewhere.responsible, at=factories.AT, status="doing", need="Wie?")
    assert preparation_stamp(session, on) == stamp
