"""How somebody looks at a board: columns and lanes folded away, the view it opens with, the column of a phone. It is
kept per person and plan, and the page that is sent is right from the start."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from actions.board_view import COLUMN_COOKIE, MOST_FOLDED
from tests import factories

from .conftest import HX


@pytest.fixture
def board(plan) -> str:
    return reverse("actions:action_board", args=[plan.pk])


@pytest.fixture
def fold(plan) -> str:
    return reverse("actions:board_fold", args=[plan.pk])


@pytest.fixture
def default(plan) -> str:
    return reverse("actions:board_default", args=[plan.pk])


def folded(page) -> tuple[str, list[str]]:
    """The folded columns and the lanes of a board that are closed."""
    text = page.content.decode()
    lanes = re.findall(r'<details class="lane [^>]*data-lane="([^"]+)"( open)?>', text)
    return re.search('data-folded="([^"]*)"', text)[1], [key for key, is_open in lanes if not is_open]


class TestFolding:
    def test_a_column_stays_folded_for_who_folded_it(self, client_of, member, viewer, board, fold, cards):
        mine, other = client_of(member), client_of(viewer)
        assert mine.post(fold, {"fold": "done"}, headers=HX).status_code == 204
        page = mine.get(board)
        assert folded(page) == ("done", [])
        assert page.content.decode().count('aria-expanded="false"') == 1
        assert folded(other.get(board)) == ("", [])
        mine.post(fold, {"fold": "todo"}, headers=HX)
        assert folded(mine.get(board)) == ("todo done", [])
        mine.post(fold, {"unfold": "done"}, headers=HX)
        assert folded(mine.get(board)) == ("todo", [])

    def test_a_viewer_may_and_in_another_plan_nothing_is_folded(self, client_of, viewer, fold):
        other = factories.MembershipFactory(user=viewer, role="viewer").plan
        browser = client_of(viewer)
        browser.post(fold, {"fold": "doing"}, headers=HX)
        assert folded(browser.get(reverse("actions:action_board", args=[other.pk]))) == ("", [])

    def test_a_lane_stays_folded_and_a_folded_column_is_so_in_every_lane(self, client_of, member, board, fold, cards):
        lane = f"choice-{cards[0].choice_id}"
        factories.ChoiceFactory(plan=cards[0].plan)
        browser = client_of(member)
        browser.post(fold, {"fold": lane}, headers=HX)
        browser.post(fold, {"fold": "done"}, headers=HX)
        page = browser.get(board + "?lanes=choice")
        assert folded(page) == ("done", [lane])
        assert page.content.decode().count("col is-folded") == 2
        assert f'data-total-for="{lane}-todo">3<' in page.content.decode()
        assert folded(browser.get(board + "?lanes=person")) == ("done", [])

    def test_folding_twice_is_folding_once_and_leaves_no_history(self, client_of, member, plan, board, fold):
        membership = plan.memberships.get(user=member)
        rows = membership.history.count()
        browser = client_of(member)
        for _ in range(2):
            browser.post(fold, {"fold": "todo"}, headers=HX)
        browser.post(fold, {"unfold": "todo"}, headers=HX)
        assert folded(browser.get(board)) == ("", [])
        assert membership.history.count() == rows

    @pytest.mark.parametrize("key", ["", "later", "choice-", "choice-x", "person-1 or 1", "x" * 5000])
    def test_what_is_no_column_or_lane_is_refused(self, client_of, member, plan, fold, key):
        assert client_of(member).post(fold, {"fold": key}, headers=HX).status_code == 422
        assert plan.memberships.get(user=member).board_view == {}

    def test_there_is_an_end_to_what_is_remembered(self, client_of, member, plan, fold):
        browser = client_of(member)
        membership = plan.memberships.get(user=member)
        membership.board_view = {"folded": [f"choice-{number}" for number in range(MOST_FOLDED)]}
        membership.save(update_fields=["board_view"])
        browser.post(fold, {"fold": "done"}, headers=HX)
        kept = plan.memberships.get(user=member).board_view["folded"]
        assert (len(kept), kept[0], kept[-1]) == (MOST_FOLDED, "choice-1", "done")

    def test_without_script_one_is_back_on_the_board_as_it_was_picked(self, client_of, member, board, fold):
        headers = {"Referer": f"http://testserver{board}?lanes=choice"}
        response = client_of(member).post(fold, {"fold": "done"}, headers=headers)
        assert (response.status_code, response.url) == (302, board + "?lanes=choice")


class TestDefaultView:
    def test_the_board_opens_with_it_and_its_address_says_so(self, client_of, member, board, default, cards):
        browser = client_of(member)
        answer = browser.post(default, {"view": "lanes=choice&mine=1"}, headers=HX)
        assert "The board opens like this from now on." in answer.headers["HX-Trigger"]
        assert "Forget my default view" in answer.content.decode()
        response = browser.get(board)
        assert (response.status_code, response.url) == (302, board + "?mine=1&lanes=choice")
        assert 'data-lane="choice-' in browser.get(response.url).content.decode()

    def test_it_is_one_persons_in_one_plan(self, client_of, member, viewer, board, default):
        client_of(member).post(default, {"view": "mine=1"}, headers=HX)
        assert client_of(viewer).get(board).status_code == 200

    def test_everything_can_still_be_shown_and_is_asked_for_in_words(self, client_of, member, board, default, cards):
        browser = client_of(member)
        browser.post(default, {"view": "mine=1"}, headers=HX)
        page = browser.get(board + "?mine=1").content.decode()
        assert f'href="{board}?all=1"' in page
        everything = browser.get(board + "?all=1")
        assert everything.status_code == 200
        assert everything.content.decode().count("<article") == 3
        assert f'href="{board}?mine=1"' in everything.content.decode()

    def test_a_piece_of_the_page_is_never_sent_elsewhere(self, client_of, member, board, default, cards):
        browser = client_of(member)
        browser.post(default, {"view": "mine=1"}, headers=HX)
        assert browser.get(board, headers=HX).status_code == 200

    @pytest.mark.parametrize("fields", [{"forget": "1", "view": "mine=1"}, {"view": ""}, {"view": "sort=result&x=1"}])
    def test_it_is_forgotten_or_replaced_by_everything(self, client_of, member, plan, board, default, fields):
        browser = client_of(member)
        browser.post(default, {"view": "mine=1"}, headers=HX)
        browser.post(default, fields, headers=HX)
        assert browser.get(board).status_code == 200
        assert plan.memberships.get(user=member).board_view == {}

    def test_only_what_a_board_can_mean_is_kept(self, client_of, member, plan, default):
        view = "?flag=late&lanes=nonsense&choice=x&sort=result&next=//evil.example&person=3"
        client_of(member).post(default, {"view": view}, headers=HX)
        assert plan.memberships.get(user=member).board_view == {"default": "person=3&flag=late"}

    def test_without_script_one_is_back_on_the_board_with_a_message(self, client_of, member, board, default):
        browser = client_of(member)
        response = browser.post(default, {"view": "flag=late"})
        assert (response.status_code, response.url) == (302, board + "?flag=late")
        assert "The board opens like this from now on." in browser.get(response.url).content.decode()


class TestPhone:
    def checked(self, page) -> str:
        return re.search(r'value="(\w+)" autocomplete="off" checked', page.content.decode())[1]

    def test_one_column_is_shown_the_one_of_last_time(self, client_of, member, board, cards):
        browser = client_of(member)
        assert self.checked(browser.get(board)) == "todo"
        browser.cookies[COLUMN_COOKIE] = "doing"
        assert self.checked(browser.get(board)) == "doing"
        browser.cookies[COLUMN_COOKIE] = "nonsense"
        assert self.checked(browser.get(board)) == "todo"

    def test_in_lanes_the_tabs_count_all_of_them(self, client_of, member, board, cards):
        other = factories.ChoiceFactory(plan=cards[0].plan)
        factories.ActionFactory(choice=other, responsible=member)
        page = client_of(member).get(board + "?lanes=choice").content.decode()
        assert 'data-total-for="todo">4<' in page
        assert 'data-total-for="doing">0<' in page


def test_the_page_is_sent_again_when_one_looks_at_it_otherwise(client_of, member, board, fold, default, cards):
    browser = client_of(member)
    browser.get(board)
    everything = board + "?all=1"

    def changes(make) -> bool:
        tag = browser.get(everything).headers["ETag"]
        assert browser.get(everything, headers={"If-None-Match": tag}).status_code == 304
        make()
        return browser.get(everything, headers={"If-None-Match": tag}).status_code == 200

    assert changes(lambda: browser.post(fold, {"fold": "done"}, headers=HX))
    assert changes(lambda: browser.post(fold, {"unfold": "done"}, headers=HX))
    assert changes(lambda: browser.post(default, {"view": "mine=1"}, headers=HX))
    assert changes(lambda: browser.cookies.load({COLUMN_COOKIE: "doing"}))


def test_looking_otherwise_costs_the_board_no_query(
    client_of, member, board, fold, cards, django_assert_num_queries, django_assert_max_num_queries
):
    browser = client_of(member)
    browser.get(board)
    with django_assert_max_num_queries(30) as before:
        browser.get(board)
    number = len(before)
    browser.post(fold, {"fold": "done"}, headers=HX)
    with django_assert_num_queries(number):
        browser.get(board)
