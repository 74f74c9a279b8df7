"""Selected cards move together: each on its own right and version, in one act that one undo takes back."""

from __future__ import annotations

import datetime as dt
import json
from urllib.parse import quote

import pytest
from django.urls import reverse

from actions.models import Action
from actions.moving import MOST_AT_ONCE
from plans.undo.acts import number_of
from tests import factories
from updates.models import Update

from .conftest import HX, column


@pytest.fixture
def together(client_of, plan):
    """Posts the move of some cards as somebody, as the board's script does."""
    clients = {}

    def post(cards, by, status, *, page="?all=1", headers=HX, **fields):
        board = "http://testserver" + reverse("actions:action_board", args=[plan.pk]) + page
        browser = clients.setdefault(by.pk, client_of(by))
        fields = {"card": [card if isinstance(card, str) else f"{card.pk}.{card.version}" for card in cards], **fields}
        return browser.post(
            reverse("actions:actions_move", args=[plan.pk]),
            {"status": status, **fields},
            headers={**headers, "Referer": board},
        )

    post.clients = clients
    return post


@pytest.fixture
def undo(together):
    """Takes back what an answer offers to, as the same person."""

    def post(answer, by):
        address = answer.json()["events"]["toast"]["undo_url"]
        return together.clients[by.pk].post(address, headers=HX)

    return post


def said(answer) -> str:
    return answer.json()["events"]["toast"]["text"]


def status_of(*cards) -> list[str]:
    return [Action.objects.get(pk=card.pk).status for card in cards]


def test_they_come_on_top_of_the_column_in_the_order_they_had(cards, together, plan_owner, choice):
    there = factories.ActionFactory(choice=choice, status="doing")
    first, second, third = cards
    answer = together([first, third], plan_owner, "doing")
    assert answer.status_code == 200
    assert column(first, "doing") == [first.pk, third.pk, there.pk]
    assert column(first, "todo") == [second.pk]


def test_the_answer_is_all_touched_cards_the_counts_and_one_sentence(cards, together, plan_owner):
    first, second, third = cards
    told = together([first, second], plan_owner, "done").json()
    assert told["events"]["counts"] == {"todo": 1, "doing": 0, "done": 2}
    assert told["events"]["toast"]["text"] == "2 cards are now in Done."
    assert told["gone"] == told["kept"] == []
    assert len(told["cards"]) == 2
    for card in told["cards"]:
        assert card["html"].count("<article") == 1
        assert card["place"]["status"] == "done"
    assert f'id="action-{second.pk}" data-version="2"' in told["cards"][0]["html"] + told["cards"][1]["html"]
    assert f"action-{third.pk}" not in json.dumps(told)


def test_each_move_is_a_line_in_the_history_of_its_action(cards, together, plan_owner):
    rows = [card.history.count() for card in cards]
    together(cards[:2], plan_owner, "doing")
    assert [card.history.count() for card in cards] == [rows[0] + 1, rows[1] + 1, rows[2]]
    assert cards[0].history.first().history_user == plan_owner


def test_what_was_moved_meanwhile_stays_at_its_true_place_and_is_named(cards, together, plan_owner, process_owner, at):
    first, second, _third = cards
    Action.objects.get(pk=first.pk).move_to("done", by=process_owner, at=at)
    answer = together([first, second], plan_owner, "doing")
    assert answer.status_code == 200
    assert status_of(first, second) == ["done", "doing"]
    assert said(answer) == (
        f"“{second.result}” is now in In progress. Peter Smit has moved “{first.result}” meanwhile: it is in Done."
    )
    told = answer.json()
    assert told["kept"] == [first.pk]
    places = {card["place"]["status"] for card in told["cards"]}
    assert places == {"done", "doing"}


def test_each_card_has_its_own_right(cards, together, responsible, member, choice):
    mine = factories.ActionFactory(choice=choice, responsible=member)
    answer = together([cards[0], mine], member, "doing")
    assert answer.status_code == 200
    assert status_of(cards[0], mine) == ["todo", "doing"]
    assert f"“{cards[0].result}” stays: you may not move it." in said(answer)


def test_nothing_that_could_move_is_a_conflict_that_says_why(cards, together, member):
    answer = together(cards[:1], member, "doing")
    assert answer.status_code == 409
    assert said(answer) == f"“{cards[0].result}” stays: you may not move it."
    assert "undo_url" not in answer.json()["events"]["toast"]


def test_a_viewer_moves_nothing(cards, together, viewer):
    assert together(cards, viewer, "doing").status_code == 403


def test_what_is_there_already_writes_nothing(cards, together, plan_owner):
    rows = cards[0].history.count()
    answer = together(cards[:1], plan_owner, "todo")
    assert answer.status_code == 200
    assert cards[0].history.count() == rows


def test_archived_cards_and_those_of_another_plan_are_gone(cards, together, plan_owner, at):
    foreign = factories.ActionFactory()
    cards[0].archive(by=plan_owner, at=at)
    answer = together([cards[0], foreign, cards[1]], plan_owner, "doing")
    assert status_of(cards[0], foreign, cards[1]) == ["todo", "todo", "doing"]
    assert answer.json()["gone"] == [cards[0].pk, foreign.pk]
    assert "2 cards are no longer there." in said(answer)


def test_what_cannot_be_opened_again_stays_and_says_why(cards, together, plan_owner, responsible, plan, at):
    for card in cards[:2]:
        card.move_to("done", by=plan_owner, at=at)
    cards[1].edit(by=plan_owner, at=at, responsible=plan_owner)
    plan.memberships.filter(user=responsible).delete()
    answer = together(cards[:2], plan_owner, "doing")
    assert status_of(*cards[:2]) == ["done", "doing"]
    assert f"“{cards[0].result}” stays: " in said(answer)
    assert responsible.name in said(answer)


def test_of_many_that_stay_only_the_first_are_named(cards, together, member, choice, responsible):
    more = [factories.ActionFactory(choice=choice, responsible=responsible) for _ in range(2)]
    text = said(together([*cards, *more], member, "doing"))
    assert text.count("you may not move it") == 3
    assert text.endswith("2 more stayed.")


def test_one_that_is_not_picked_any_more_leaves_the_readers_board(cards, together, plan_owner):
    told = together(cards[:1], plan_owner, "doing", page="?status=todo").json()
    assert (told["cards"], told["gone"]) == ([], [cards[0].pk])
    assert told["events"]["counts"] == {"todo": 2, "doing": 0, "done": 0}


def test_in_lanes_the_places_and_counts_are_those_of_the_lane(cards, together, plan_owner, choice):
    lane = f"choice-{choice.pk}"
    told = together(cards[:1], plan_owner, "doing", page="?lanes=choice").json()
    assert told["cards"][0]["place"]["lane"] == lane
    assert told["events"]["counts"] == {f"{lane}-todo": 2, f"{lane}-doing": 1}


@pytest.mark.parametrize(
    "fields",
    [
        {"card": []},
        {"card": ["x.1"]},
        {"card": [f"{'9' * 40}.1"]},
        {"status": "later"},
        {"status": ""},
        {"card": [f"{number}.1" for number in range(1, MOST_AT_ONCE + 2)]},
    ],
)
def test_bad_input_is_refused_in_a_sentence(cards, together, plan_owner, fields):
    answer = together(cards, plan_owner, **{"status": "doing", **fields})
    assert answer.status_code == 422
    assert answer.content.decode().strip()
    assert status_of(*cards) == ["todo"] * 3


def test_without_script_one_is_back_on_the_board_with_a_message(cards, together, plan_owner):
    answer = together(cards[:2], plan_owner, "doing", page="?mine=1", headers={})
    assert (answer.status_code, answer.url) == (
        302, reverse("actions:action_board", args=[cards[0].plan_id]) + "?mine=1",
    )  # fmt: skip
    page = together.clients[plan_owner.pk].get(answer.url).content.decode()
    assert "2 cards are now in In progress." in page
    assert f'data-undo-url="{reverse("actions:actions_undo", args=[cards[0].plan_id])}?act=' in page


class TestUndo:
    @pytest.fixture
    def later(self, at):
        return at + dt.timedelta(minutes=1)

    def test_one_undo_takes_all_of_it_back_to_where_it_was(self, cards, together, undo, plan_owner):
        order = column(cards[0], "todo")
        answer = undo(together(cards[::2], plan_owner, "done"), plan_owner)
        assert answer.status_code == 200
        assert said(answer) == "2 cards are back where they were."
        assert column(cards[0], "todo") == order
        assert Action.objects.get(pk=cards[0].pk).completed_on is None
        assert answer.json()["events"]["counts"] == {"todo": 3, "doing": 0, "done": 0}

    def test_what_was_moved_again_since_stays_and_is_named(self, cards, together, undo, plan_owner, process_owner, at):
        moved = together(cards, plan_owner, "doing")
        Action.objects.get(pk=cards[1].pk).move_to("done", by=process_owner, at=at)
        answer = undo(moved, plan_owner)
        assert answer.status_code == 200
        assert status_of(*cards) == ["todo", "done", "todo"]
        assert said(answer).startswith("2 cards are back where they were. Peter Smit has moved")

    def test_another_change_in_between_stays(self, cards, together, undo, plan_owner, at):
        moved = together(cards[:1], plan_owner, "doing")
        Action.objects.get(pk=cards[0].pk).edit(by=plan_owner, at=at + dt.timedelta(minutes=1), result="Other words")
        undo(moved, plan_owner)
        card = Action.objects.get(pk=cards[0].pk)
        assert (card.status, card.result) == ("todo", "Other words")

    def test_asking_twice_changes_nothing_more(self, cards, together, undo, plan_owner):
        moved = together(cards, plan_owner, "doing")
        undo(moved, plan_owner)
        rows = Action.history.count()
        assert undo(moved, plan_owner).status_code == 200
        assert (status_of(*cards), Action.history.count()) == (["todo"] * 3, rows)

    def test_somebody_elses_act_is_not_mine_to_take_back(self, cards, together, plan_owner, process_owner):
        moved = together(cards, plan_owner, "doing")
        together([], process_owner, "doing")  # signs in
        address = moved.json()["events"]["toast"]["undo_url"]
        together.clients[process_owner.pk].post(address, headers=HX)
        assert status_of(*cards) == ["doing"] * 3

    def test_the_history_takes_back_all_of_it_too(self, cards, together, plan_owner):
        together(cards, plan_owner, "doing")
        browser = together.clients[plan_owner.pk]
        act = number_of(cards[0].history.first().history_date)
        page = browser.get(reverse("plans:plan_history", args=[cards[0].plan_id])).content.decode()
        assert f'name="act" value="{act}"' in page or f"?act={act}" in page
        browser.post(reverse("plans:act_undo", args=[cards[0].plan_id]), {"act": act})
        assert status_of(*cards) == ["todo"] * 3

    def test_an_edit_of_that_moment_is_no_move(self, cards, together, plan_owner, at):
        cards[0].move_to("doing", by=plan_owner, at=at)
        later = at + dt.timedelta(minutes=1)
        cards[0].edit(by=plan_owner, at=later, result="Other words")
        together([], plan_owner, "doing")
        address = reverse("actions:actions_undo", args=[cards[0].plan_id])
        together.clients[plan_owner.pk].post(f"{address}?act={number_of(later)}", headers=HX)
        assert status_of(cards[0]) == ["doing"]

    def test_the_move_of_an_update_stays_with_what_the_update_says(self, cards, client_of, plan_owner, later):
        Update.give(cards[0], by=plan_owner, at=later, status="done", light="green")
        client = client_of(plan_owner)
        together = reverse("actions:actions_undo", args=[cards[0].plan_id])
        answer = client.post(f"{together}?act={number_of(later)}", headers=HX)
        assert (answer.status_code, "cannot be taken back here" in said(answer)) == (409, True)
        alone = reverse("actions:action_undo", args=[cards[0].plan_id, cards[0].pk])
        assert client.post(alone, headers=HX).status_code == 409
        assert status_of(cards[0]) == ["done"]

    def test_a_moment_at_which_one_moved_nothing_says_so(self, cards, client_of, plan_owner, later):
        address = reverse("actions:actions_undo", args=[cards[0].plan_id])
        answer = client_of(plan_owner).post(f"{address}?act={number_of(later)}", headers=HX)
        assert (answer.status_code, "nothing of yours" in answer.content.decode()) == (409, True)

    @pytest.mark.parametrize(
        "moment",
        [
            "", "yesterday", "-1", "²", "9" * 30, "2026-06-11T09:00:00Z", "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
        ],
    )  # fmt: skip
    def test_a_moment_that_is_none_is_refused(self, cards, client_of, plan_owner, moment):
        address = reverse("actions:actions_undo", args=[cards[0].plan_id])
        for name in ("act", "at"):
            assert client_of(plan_owner).post(f"{address}?{name}={quote(moment)}", headers=HX).status_code == 422


def test_a_card_more_costs_no_more_than_a_move_of_one_card(
    cards, together, plan_owner, choice, django_assert_max_num_queries
):
    more = [factories.ActionFactory(choice=choice, responsible=plan_owner) for _ in range(10)]
    together([], plan_owner, "doing")

    def queries(number: int) -> int:
        with django_assert_max_num_queries(200) as asked:
            together([more.pop() for _ in range(number)], plan_owner, "doing")
        return len(asked)

    one = queries(1)
    assert one > 10
    assert queries(9) - one <= 8 * 12
