"""The link that prepares a session without a password: whose it is, what it is for, and when it ends."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from ogsm.accounts.models import User
from plans.models import Plan
from tests import factories
from updates.models import Session
from updates.prepare_links import AFTER_DAYS, PrepareLink, Standing, prepare_token, prepare_url, read_link

DAY = dt.timedelta(days=1)


@pytest.fixture
def session(plan: Plan) -> Session:
    return factories.SessionFactory(plan=plan)


def read(session: Session, user: User, at: dt.datetime) -> PrepareLink:
    link = read_link(prepare_token(session, user), at)
    assert link is not None
    return link


def path_of(session: Session, user: User) -> str:
    return reverse("updates:prepare_page", args=[prepare_token(session, user)])


def test_it_leads_to_one_person_and_one_session(session: Session, responsible: User, at: dt.datetime) -> None:
    link = read(session, responsible, at)
    assert (link.session, link.membership.user, link.standing) == (session, responsible, Standing.OPEN)


def test_the_same_person_gets_the_same_link_in_every_mail_and_nobody_elses(
    session: Session, responsible: User, member: User
) -> None:
    other = factories.SessionFactory(plan=session.plan)
    again = prepare_token(Session.objects.get(pk=session.pk), User.objects.get(pk=responsible.pk))
    assert again == prepare_token(session, responsible)
    assert len({again, prepare_token(session, member), prepare_token(other, responsible)}) == 3


def test_the_address_for_a_mail_is_whole_and_does_not_say_the_e_mail_address(
    session: Session, responsible: User, settings
) -> None:
    settings.SITE_URL = "https://ogsm.example.org"
    address = prepare_url(session, responsible)
    assert address.startswith("https://ogsm.example.org/prepare/")
    assert address.endswith("/")
    assert "joost" not in address


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1],
        lambda token: "9" + token,
        lambda token: token.swapcase(),
        lambda token: "x" * 300,
        lambda token: "1-2-3",
        lambda token: "é.ü",
        lambda token: signing.dumps([1, 2]),
        lambda token: signing.Signer(salt="something else", sep=".").sign(token.rpartition(".")[0]),
    ],
)
def test_a_forged_one_is_none_and_costs_no_query(
    session: Session, responsible: User, at: dt.datetime, django_assert_num_queries, spoil
) -> None:
    token = spoil(prepare_token(session, responsible))
    with django_assert_num_queries(0):
        assert read_link(token, at) is None


def test_it_is_read_with_two_queries(session: Session, responsible: User, at, django_assert_num_queries) -> None:
    token = prepare_token(session, responsible)
    with django_assert_num_queries(2):
        read_link(token, at)


def test_it_ends_when_the_session_starts_and_stays_ended_when_it_closes(
    session: Session, responsible: User, process_owner: User, at: dt.datetime
) -> None:
    session.open(by=process_owner, at=at)
    assert read(session, responsible, at).is_open
    session.start(by=process_owner, at=at)
    assert read(session, responsible, at).standing == Standing.RUNNING
    session.close(by=process_owner, at=at + dt.timedelta(minutes=30))
    assert read(session, responsible, at).standing == Standing.CLOSED


def test_it_works_again_when_the_session_did_not_start_after_all(
    session: Session, responsible: User, process_owner: User, at: dt.datetime
) -> None:
    session.start(by=process_owner, at=at)
    session.unstart(by=process_owner, at=at)
    assert read(session, responsible, at).is_open


def test_it_ends_with_a_cancelled_session_and_moves_along_with_a_moved_one(
    session: Session, responsible: User, process_owner: User, at: dt.datetime
) -> None:
    session.reschedule(by=process_owner, at=at, starts_at=at + 40 * DAY)
    assert read(session, responsible, at + 39 * DAY).is_open
    session.cancel(by=process_owner, at=at)
    assert read(session, responsible, at).standing == Standing.CANCELLED


def test_a_session_that_nobody_started_keeps_its_links_for_some_days(
    session: Session, responsible: User, at: dt.datetime
) -> None:
    over = session.ends_at + AFTER_DAYS * DAY
    assert read(session, responsible, over).is_open
    assert read(session, responsible, over + dt.timedelta(seconds=1)).standing == Standing.PASSED


def test_it_ends_for_who_left_the_plan_or_is_not_active(session: Session, responsible: User, member: User, at) -> None:
    session.plan.memberships.filter(user=responsible).delete()
    member.is_active = False
    member.save()
    assert read(session, responsible, at).standing == Standing.NOT_YOU
    assert read(session, member, at).standing == Standing.NOT_YOU


def test_it_ends_with_the_address_it_was_mailed_to_and_with_nothing_else_of_the_person(
    session: Session, responsible: User, at: dt.datetime
) -> None:
    token = prepare_token(session, responsible)
    responsible.name, responsible.language = "Joost de Wit", "nl"
    responsible.set_password("another good password")
    responsible.save()
    session.plan.memberships.filter(user=responsible).update(role="viewer")
    assert read_link(token, at).is_open
    responsible.email = "joost@elsewhere.example"
    responsible.save()
    assert read_link(token, at).standing == Standing.NOT_YOU


@pytest.mark.parametrize("values", [{"state": "closed", "closed_at": factories.AT}, {"archived_at": factories.AT}])
def test_it_ends_with_the_plan(session: Session, responsible: User, at: dt.datetime, values: dict[str, object]) -> None:
    Plan.objects.filter(pk=session.plan_id).update(**values)
    assert read(session, responsible, at).standing == Standing.PLAN_OVER


# ---- what a visitor sees of it ----


def test_a_forged_answer_neither_asks_the_database_nor_holds_anybody_up(
    session: Session, responsible: User, django_assert_num_queries
) -> None:
    path = path_of(session, responsible).replace("/prepare/", "/prepare/1")
    with django_assert_num_queries(0):
        assert (
            Client().post(f"{path}actions/1/draft/", {"done": "x"}, headers={"HX-Request": "true"}).status_code == 404
        )


def test_a_forged_link_is_told_kindly_how_to_go_on(db: None) -> None:
    answer = Client().get("/prepare/1-2-3.not-ours/")
    assert answer.status_code == 404
    assert "This is not a link of ours" in answer.text
    assert reverse("account_login") in answer.text


@pytest.mark.parametrize(
    ("verbs", "words"),
    [
        (["start"], "The session has started"),
        (["start", "close"], "The session is over"),
        (["cancel"], "The session is cancelled"),
    ],
)
def test_a_link_that_ended_says_why_and_leads_to_the_session_after_signing_in(
    session: Session, responsible: User, process_owner: User, at: dt.datetime, verbs: list[str], words: str
) -> None:
    for verb in verbs:
        getattr(session, verb)(by=process_owner, at=at)
    answer = Client().get(path_of(session, responsible))
    assert answer.status_code == 410
    assert words in answer.text
    assert f"{reverse('account_login')}?next={session.get_absolute_url()}" in answer.text


def test_who_left_is_told_nothing_of_the_session(session: Session, responsible: User) -> None:
    path = path_of(session, responsible)
    session.plan.memberships.filter(user=responsible).delete()
    answer = Client().get(path)
    assert answer.status_code == 410
    assert session.get_absolute_url() not in answer.text


def test_the_page_opens_without_signing_in_and_signs_nobody_in(session: Session, responsible: User) -> None:
    client = Client()
    answer = client.get(path_of(session, responsible))
    assert answer.status_code == 200
    assert "sessionid" not in client.cookies
    assert client.get("/").status_code == 302


def test_its_secret_is_told_to_no_other_site_and_kept_by_no_cache(session: Session, responsible: User) -> None:
    answer = Client().get(path_of(session, responsible))
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]


def test_the_words_are_in_the_persons_language(session: Session, responsible: User, process_owner: User, at) -> None:
    responsible.language = "nl"
    responsible.save()
    assert 'lang="nl"' in Client().get(path_of(session, responsible), HTTP_ACCEPT_LANGUAGE="en").text
    session.start(by=process_owner, at=at)
    assert 'lang="nl"' in Client().get(path_of(session, responsible), HTTP_ACCEPT_LANGUAGE="en").text
