"""A board on which nothing changed is not sent again: 304, as long as every part of the page is the same."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests import factories


@pytest.fixture
def board(plan) -> str:
    return reverse("actions:action_board", args=[plan.pk])


@pytest.fixture
def browser(client_of, plan_owner, board) -> Client:
    client = client_of(plan_owner)
    client.get(board)  # its first page sets the CSRF cookie
    return client


def again(browser: Client, board: str, tag: str) -> int:
    return browser.get(board, headers={"If-None-Match": tag}).status_code


def test_the_second_time_it_is_not_sent(browser, board, cards, django_assert_max_num_queries):
    page = browser.get(board)
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in page.headers["Vary"]
    with django_assert_max_num_queries(6):
        response = browser.get(board, headers={"If-None-Match": page.headers["ETag"]})
    assert (response.status_code, response.content) == (304, b"")


def test_another_address_piece_or_language_is_another_page(browser, board, cards):
    tag = browser.get(board).headers["ETag"]
    assert again(browser, board + "?mine=1", tag) == 200
    assert browser.get(board, headers={"If-None-Match": tag, "HX-Request": "true"}).status_code == 200
    assert browser.get(board, headers={"If-None-Match": tag, "Accept-Language": "nl"}).status_code == 200


def test_every_change_sends_it_again(browser, board, cards, choice, plan, plan_owner, member, at):
    def changes(make) -> bool:
        tag = browser.get(board).headers["ETag"]
        assert again(browser, board, tag) == 304
        make()
        return again(browser, board, tag) == 200

    assert changes(lambda: cards[0].move_to("doing", by=None, at=at))
    assert changes(lambda: choice.change(by=None, at=at, short_name="Shop"))
    assert changes(lambda: plan.change(by=None, at=at, name="Growth"))
    assert changes(lambda: plan.memberships.get(user=member).delete())
    session = factories.SessionFactory(plan=plan)
    assert changes(lambda: session.change(by=None, at=at, starts_at=session.starts_at + dt.timedelta(days=1)))


def test_what_is_owed_elsewhere_stands_in_the_head_of_the_page(browser, board, cards, plan_owner, at):
    tag = browser.get(board).headers["ETag"]
    other = factories.MembershipFactory(user=plan_owner, role="member").plan
    owed = factories.ActionFactory(choice=factories.ChoiceFactory(plan=other), responsible=plan_owner, status="doing")
    owed.change(by=None, at=at, result="Owed here")
    assert again(browser, board, tag) == 200


def test_the_next_day_sends_it_again(browser, board, cards, at):
    tag = browser.get(board).headers["ETag"]
    with time_machine.travel(at + dt.timedelta(days=1)):
        assert again(browser, board, tag) == 200


def test_a_message_is_shown_once(browser, board, cards):
    tag = browser.get(board).headers["ETag"]
    archive = reverse("actions:action_archive", args=[cards[0].plan_id, cards[0].pk])
    browser.post(archive, headers={"Referer": "http://testserver" + board})
    page = browser.get(board, headers={"If-None-Match": tag})
    assert "data-toast" in page.content.decode()
    assert "ETag" not in page.headers
    assert "data-toast" not in browser.get(board).content.decode()


def test_a_page_with_the_token_of_another_cookie_is_sent_again(browser, board, cards):
    tag = browser.get(board).headers["ETag"]
    del browser.cookies["csrftoken"]
    assert again(browser, board, tag) == 200  # and sets a new cookie
    assert browser.get(board).headers["ETag"] != tag


def test_who_signed_out_gets_no_board(browser, board, cards):
    tag = browser.get(board).headers["ETag"]
    browser.logout()
    assert again(browser, board, tag) == 302


def test_another_reader_gets_a_page_of_their_own(browser, board, cards, client_of, viewer):
    tag = browser.get(board).headers["ETag"]
    other = client_of(viewer)
    other.cookies["csrftoken"] = browser.cookies["csrftoken"].value
    assert again(other, board, tag) == 200
