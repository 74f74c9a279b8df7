"""After an edit, an archiving or a change of many rows the answer offers an undo, and the undo answers its page."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from tests import factories

from .conftest import HX, column, events, url


@pytest.fixture
def page_of(plan):
    return lambda name, query="": f"http://testserver{reverse(f'actions:{name}', args=[plan.pk])}{query}"


@pytest.fixture
def post(client_of):
    """Posts as a page does that is at `page`."""

    def send(address, by, page, **fields):
        headers = {**HX, "HX-Current-URL": page, "Referer": page}
        return client_of(by).post(address, fields, headers=headers)

    return send


@pytest.fixture
def bulk(client_of, plan):
    """Changes many rows, and gives the page of the table that follows."""

    def send(by, actions, **fields):
        data = {"action": [action.pk for action in actions], **fields}
        return client_of(by).post(reverse("actions:action_bulk", args=[plan.pk]), data, follow=True)

    return send


def undo_url(response):
    """Of a toast, or of the message on the next page."""
    if "HX-Trigger" in response.headers:
        return events(response)["toast"]["undo_url"]
    return response.content.decode().split('data-undo-url="')[1].split('"')[0]


def edited(action, **values):
    first = {"result": action.result, "choice": action.choice_id, "responsible": action.responsible_id,
             "deadline": action.deadline.isoformat()}  # fmt: skip
    return {**{f"first-{name}": value for name, value in first.items()}, **first, **values}


def test_an_edit_on_the_board_is_undone_on_its_card(action, responsible, page_of, post):
    edit = edited(action, deadline="2026-06-12", reason="Eerder klaar")
    response = post(url("action_edit", action), responsible, page_of("action_board"), **edit)
    assert "12 Jun" in response.content.decode()
    response = post(undo_url(response), responsible, page_of("action_board"))
    assert response.status_code == 200
    assert "12 Jun" not in response.content.decode()
    assert events(response)["toast"]["text"] == f"“{action.result}” is as it was before."
    assert events(response)["place"] == {"status": "todo"}


def test_an_edit_that_changed_nothing_offers_no_undo(action, responsible, page_of, post):
    response = post(url("action_edit", action), responsible, page_of("action_board"), **edited(action))
    assert "undo_url" not in events(response)["toast"]


def test_a_new_deadline_is_undone_on_the_actions_own_page_and_counts_no_more(action, responsible, post):
    page = f"http://testserver{action.get_absolute_url()}"
    day = action.deadline.isoformat()
    fields = {"first-deadline": day, "deadline": "2026-09-01", "reason": "Leverancier failliet"}
    response = post(url("action_deadline", action), responsible, page, **fields)
    response = post(undo_url(response), responsible, page)
    assert events(response)["actionSaved"] == {"action": action.pk, "choice": action.choice_id}
    action.refresh_from_db()
    assert (action.deadline.isoformat(), action.deadline_moves) == (day, 0)


def test_an_archived_card_comes_back_to_its_place(cards, plan_owner, page_of, post):
    order = column(cards[0], "todo")
    response = post(url("action_archive", cards[1]), plan_owner, page_of("action_board"))
    assert column(cards[0], "todo") == [cards[0].pk, cards[2].pk]
    response = post(undo_url(response), plan_owner, page_of("action_board"))
    assert events(response)["place"] == {"status": "todo", "before": cards[2].pk}
    assert column(cards[0], "todo") == order


def test_in_lanes_the_board_fetches_what_came_back(cards, plan_owner, page_of, post, client_of):
    page = page_of("action_board", "?lanes=choice")
    response = post(url("action_archive", cards[1]), plan_owner, page)
    response = post(undo_url(response), plan_owner, page)
    assert (response.status_code, events(response)["actionSaved"]["action"]) == (200, cards[1].pk)
    assert "toast" in events(response)


def test_a_restored_action_is_archived_again(action, plan_owner, at, post):
    action.archive(by=plan_owner, at=at)
    page = f"http://testserver{action.get_absolute_url()}"
    response = post(url("action_restore", action), plan_owner, page)
    post(undo_url(response), plan_owner, page)
    action.refresh_from_db()
    assert action.archived_at


@pytest.mark.parametrize(("field", "values"), [("result", {"result": "Nieuw"}), ("status", {"status": "doing"})])
def test_a_cell_is_undone_in_its_row(action, plan_owner, page_of, post, field, values):
    first = {"first-result": action.result} if field == "result" else {"version": action.version}
    cell = url("action_cell", action) + f"?field={field}"
    response = post(cell, plan_owner, page_of("action_list"), **first, **values)
    response = post(undo_url(response), plan_owner, page_of("action_list"))
    row = response.content.decode().strip()
    assert row.startswith(f'<tr id="action-{action.pk}"')
    assert action.result in row
    action.refresh_from_db()
    assert (action.status, action.result) == ("todo", "Webshop toont levertijd per artikel")


def test_many_rows_are_undone_at_once_and_what_has_changed_since_is_named(
    cards, bulk, plan_owner, process_owner, at, page_of, client_of
):
    deadlines = [card.deadline for card in cards]
    page = bulk(plan_owner, cards, change="shift", days="7", reason="Vakantie")
    assert "one undo takes all of it back" in page.content.decode()
    cards[1].refresh_from_db()
    cards[1].shift_deadline(dt.date(2026, 12, 1), reason="Toch later", by=process_owner, at=at + dt.timedelta(hours=1))
    client, table = client_of(plan_owner), page_of("action_list")
    response = client.post(undo_url(page), headers={**HX, "HX-Current-URL": table})
    why = "deadline: changed since by Peter Smit"
    assert events(response)["toast"]["text"] == (
        f"2 actions are as they were before. Not taken back: “{cards[1].result}” ({why})."
    )
    assert "actionSaved" in events(response)
    for card in cards:
        card.refresh_from_db()
    assert [card.deadline for card in cards] == [deadlines[0], dt.date(2026, 12, 1), deadlines[2]]
    assert [card.deadline_moves for card in cards] == [0, 1, 0]
    again = strip_tags(client.get(table, headers=HX).content.decode())
    assert "These were not taken back" in again
    assert f"{cards[1].result}: {why}" in again


def test_another_responsible_or_status_for_many_rows_is_undone_at_once(
    cards, bulk, plan_owner, responsible, member, page_of, post
):
    order = column(cards[0], "todo")
    page = bulk(plan_owner, cards, change="responsible", responsible=member.pk)
    post(undo_url(page), plan_owner, page_of("action_list"))
    page = bulk(plan_owner, cards, change="status", status="done")
    assert column(cards[0], "done")
    response = post(undo_url(page), plan_owner, page_of("action_list"))
    assert events(response)["toast"]["text"] == "3 actions are as they were before."
    for card in cards:
        card.refresh_from_db()
        assert (card.responsible, card.status, card.completed_on) == (responsible, "todo", None)
    assert column(cards[0], "todo") == order


def test_the_queries_of_undoing_many_rows_are_in_proportion(choice, responsible, plan_owner, bulk, page_of, post):
    """A hundred rows at once: nothing asks for a person or a plan row by row (zeal sees to that)."""
    cards = [factories.ActionFactory(choice=choice, responsible=responsible) for _ in range(100)]
    page = bulk(plan_owner, cards, change="shift", days="7", reason="Vakantie")
    response = post(undo_url(page), plan_owner, page_of("action_list"))
    assert events(response)["toast"]["text"] == "100 actions are as they were before."


def test_without_script_the_message_holds_a_form_that_takes_it_back(cards, bulk, plan_owner, client_of):
    page = bulk(plan_owner, cards, change="status", status="doing").content.decode()
    assert f'<form method="post" action="{page.split("data-undo-url=")[1].split(chr(34))[1]}">' in page
