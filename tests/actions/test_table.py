"""The action plan: columns, groups and periods; a cell changed in its place; one change for many rows."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.columns import COLUMNS, STANDARD, shown_columns
from actions.models import Action
from actions.table_selection import TableSelection, period_of, read_day
from tests import factories

from .conftest import HX, url


@pytest.fixture
def table(plan):
    return reverse("actions:action_list", args=[plan.pk])


@pytest.fixture
def bulk(plan, client_of):
    """Posts one change for some actions as somebody; the page that follows."""

    def post(by, actions, **fields):
        address = reverse("actions:action_bulk", args=[plan.pk])
        return client_of(by).post(address, {"action": [each.pk for each in actions], **fields}, follow=True)

    return post


def results(response) -> list[str]:
    return [row.action.result for group in response.context["groups"] for row in group.rows]


# ---- columns ----


def test_no_choice_of_columns_means_the_standard_ones():
    assert [column.name for column in shown_columns([])] == list(STANDARD)


def test_columns_stand_in_the_order_of_the_table_and_the_result_is_always_there():
    assert [column.name for column in shown_columns(["link", "choice"])] == ["result", "choice", "link"]


@pytest.mark.parametrize("names", [["nonsense"], [["link"]], [None], [{}]])
def test_names_that_are_no_columns_are_left_out(names):
    assert [column.name for column in shown_columns(names)] == list(STANDARD)


def test_a_person_keeps_columns_for_every_plan_and_goes_back_to_standard(client_of, viewer, plan, action, table):
    client, address = client_of(viewer), reverse("actions:action_columns", args=[plan.pk])
    response = client.post(address, {"column": ["steps", "link"], "back": "?sort=deadline&page=2"})
    assert response.url == table + "?sort=deadline&page=2"
    names = [column["name"] for column in client.get(table).context["columns"]]
    assert names == ["result", "steps", "link"]
    client.post(address, {"standard": "1"})
    assert [column["name"] for column in client.get(table).context["columns"]] == list(STANDARD)


@pytest.mark.parametrize("column", [column.name for column in COLUMNS])
def test_every_column_sorts_both_ways(column, client_of, viewer, choice, action, table):
    factories.StepFactory(action=factories.ActionFactory(choice=choice))
    for sort in (column, f"-{column}"):
        assert len(results(client_of(viewer).get(table, {"sort": sort}))) == 2


def test_all_columns_show_what_they_say(client_of, viewer, action, responsible, member, on, at, table):
    action.involved.add(member)
    step = factories.StepFactory(action=action)
    factories.StepFactory(action=action)
    step.tick(True, by=responsible, at=at)
    factories.UpdateFactory(action=action, done="Leverancier gekozen")
    action.edit(
        by=responsible, at=at, why="Later", deadline=on + dt.timedelta(days=42), link="https://example.org/nota"
    )
    viewer.action_columns = [column.name for column in COLUMNS]
    viewer.save()
    page = client_of(viewer).get(table).content.decode()
    for text in ("Lotte Bakker", "1/2", "Leverancier gekozen", "+12 d, moved 1×", "example.org/nota", "wk 30"):
        assert text in page, text


# ---- period and groups ----


def test_this_quarter_runs_from_its_first_to_its_last_day():
    assert period_of("quarter", dt.date(2026, 6, 11)) == (dt.date(2026, 4, 1), dt.date(2026, 6, 30))
    assert period_of("month", dt.date(2026, 2, 28)) == (dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    assert period_of("", dt.date(2026, 6, 11)) is None


@pytest.mark.parametrize("text", ["", None, "2026-02-30", "1999-12-31", "0" * 50, "\0", "soon"])
def test_what_is_no_day_is_no_bound(text):
    assert read_day(text) is None


def test_a_quick_period_goes_before_days_and_the_address_keeps_it():
    read = TableSelection.read(QueryDict("due=month&due_from=2026-01-01&group=month&sort=moved"))
    assert read.address() == "?sort=moved&due=month&group=month"
    days = TableSelection.read(QueryDict("due_from=2026-01-01&due_to=31-03-2026"))
    assert days.address() == "?due_from=2026-01-01&due_to=2026-03-31"


def test_only_deadlines_in_the_period_are_shown_its_ends_too(client_of, viewer, choice, on, table):
    for days in (0, 19, 20):
        factories.ActionFactory(choice=choice, deadline=on + dt.timedelta(days=days), result=f"Over {days}")
    client = client_of(viewer)
    assert results(client.get(table, {"due": "month"})) == ["Over 0", "Over 19"]
    assert results(client.get(table, {"due_from": "2026-06-30", "due_to": "2026-07-01"})) == ["Over 19", "Over 20"]


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("choice", ["1 Webshop"]),
        ("person", ["Lotte Bakker", "Joost van Leeuwen"]),
        ("status", ["To do", "In progress"]),
        ("month", ["June 2026", "July 2026"]),
    ],
)
def test_groups_have_a_name_and_a_count(group, names, client_of, viewer, choice, responsible, member, on, table):
    factories.ActionFactory(choice=choice, responsible=responsible, status="doing", deadline=on)
    factories.ActionFactory(choice=choice, responsible=member)
    groups = client_of(viewer).get(table, {"group": group, "sort": "-deadline"}).context["groups"]
    assert [each.name for each in groups] == names
    assert sum(each.count for each in groups) == 2


def test_queries_do_not_grow_with_the_rows_whatever_is_shown(client_of, responsible, plan, choice, table):
    responsible.action_columns = [column.name for column in COLUMNS]
    responsible.save()
    client, colleague = client_of(responsible), factories.UserFactory()

    def queries_with(number: int) -> int:
        for _ in range(number):
            action = factories.ActionFactory(choice=choice, responsible=responsible)
            action.involved.add(colleague)
            factories.StepFactory(action=action)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(table, {"group": "month", "sort": "involved"}).status_code == 200
        return len(queries)

    assert queries_with(3) == queries_with(20)


# ---- a cell ----


def cell(client, action, field, values=None):
    address = f"{url('action_cell', action)}?field={field}"
    return client.get(address, headers=HX) if values is None else client.post(address, values, headers=HX)


def test_a_deadline_is_moved_in_its_cell_with_its_reason_and_only_its_row_is_answered(client_of, responsible, action):
    client = client_of(responsible)
    first = action.deadline.isoformat()
    refused = cell(client, action, "deadline", {"deadline": "2026-09-01", "first-deadline": first})
    assert refused.status_code == 422
    assert "Say why the deadline moves." in refused.content.decode()
    wanted = {"deadline": "2026-09-01", "first-deadline": first, "reason": "Leverancier later"}
    saved = cell(client, action, "deadline", wanted)
    assert saved.content.decode().strip().startswith(f'<tr id="action-{action.pk}"')
    assert action.shifts.get().reason == "Leverancier later"


def test_another_field_is_not_touched_by_what_is_posted_to_a_cell(client_of, plan_owner, action):
    before = action.result
    cell(client_of(plan_owner), action, "starts_on", {"starts_on": "2026-06-12", "result": "Iets anders"})
    action.refresh_from_db()
    assert (action.result, action.starts_on) == (before, dt.date(2026, 6, 12))


def test_a_cell_that_somebody_else_changed_meanwhile_shows_both_values(
    client_of, plan_owner, process_owner, action, at
):
    first = action.result
    action.edit(by=process_owner, at=at, result="Van Peter")
    answer = cell(client_of(plan_owner), action, "result", {"result": "Van Karin", "first-result": first})
    assert answer.status_code == 409
    assert "Van Peter" in answer.content.decode()
    assert "Van Karin" in answer.content.decode()
    again = cell(client_of(plan_owner), action, "result", {"result": "Van Karin", "first-result": "Van Peter"})
    assert again.status_code == 200
    action.refresh_from_db()
    assert action.result == "Van Karin"


def test_a_status_that_was_moved_meanwhile_is_not_moved_over(client_of, responsible, plan_owner, action, at):
    seen = action.version
    Action.objects.get(pk=action.pk).move_to("done", by=plan_owner, at=at)
    answer = cell(client_of(responsible), action, "status", {"status": "doing", "version": seen})
    assert answer.status_code == 409
    assert "Karin de Boer" in answer.content.decode()
    action.refresh_from_db()
    assert action.status == "done"


def test_a_start_after_the_deadline_is_refused_in_the_cell(client_of, responsible, action):
    answer = cell(client_of(responsible), action, "starts_on", {"starts_on": "2027-01-01"})
    assert answer.status_code == 422
    assert "The deadline lies before the start." in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "may"),
    [
        ("result", ["plan_owner", "choice_owner"]),
        ("responsible", ["plan_owner", "choice_owner"]),
        ("deadline", ["plan_owner", "choice_owner", "responsible"]),
        ("status", ["plan_owner", "choice_owner", "responsible"]),
    ],
)
def test_a_cell_opens_only_for_who_may_change_that_field(field, may, request, client_of, action, table):
    for role in ("plan_owner", "choice_owner", "responsible", "member", "viewer"):
        client = client_of(request.getfixturevalue(role))
        assert cell(client, action, field).status_code == (200 if role in may else 403), role
        assert (f'data-edits="{field}"' in client.get(table).content.decode()) == (role in may), role


def test_a_field_that_is_no_cell_is_not_found(client_of, plan_owner, action):
    assert cell(client_of(plan_owner), action, "rank").status_code == 404


# ---- many rows ----


def test_deadlines_move_by_days_with_one_reason(bulk, plan_owner, cards, on):
    response = bulk(plan_owner, cards, change="shift", days="14", reason="Vakantie")
    assert "3 actions are changed." in response.content.decode()
    for card in cards:
        card.refresh_from_db()
        assert card.deadline == on + dt.timedelta(days=44)
        assert card.shifts.get().reason == "Vakantie"


def test_rows_that_may_not_or_cannot_change_are_named_and_the_rest_goes_through(
    bulk, responsible, choice, cards, member
):
    strange = factories.ActionFactory(choice=choice, responsible=member, result="Van Lotte")
    done = factories.ActionFactory(choice=choice, responsible=responsible, result="Al klaar", status="done")
    response = bulk(responsible, [*cards, strange, done], change="shift", days="7", reason="Later")
    page = response.content.decode()
    assert "3 actions are changed. 2 could not be." in page
    refused = dict(response.context["refused"])
    assert refused == {"Al klaar": "It is done already.", "Van Lotte": "you may not change this"}
    assert "Van Lotte" in page
    strange.refresh_from_db()
    assert strange.deadline_moves == 0


def test_others_take_over_and_cards_move_together(bulk, choice_owner, member, cards):
    bulk(choice_owner, cards, change="responsible", responsible=member.pk)
    bulk(choice_owner, cards, change="status", status="doing")
    for card in cards:
        card.refresh_from_db()
        assert (card.responsible, card.status) == (member, "doing")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"change": "shift", "days": "7"},
        {"change": "shift", "reason": "x"},
        {"change": "deadline", "deadline": "2026-01-01", "reason": "x"},
        {"change": "responsible", "responsible": str(2**70)},
        {"change": "status"},
    ],
)
def test_what_is_missing_is_asked_on_a_page_that_keeps_the_ticks(fields, bulk, plan_owner, cards):
    response = bulk(plan_owner, cards, **fields)
    assert response.status_code == 422
    assert response.content.decode().count('name="action"') == 3


def test_actions_of_another_plan_stay_as_they_are(bulk, plan_owner, cards):
    other = factories.ActionFactory()
    bulk(plan_owner, [*cards, other], change="status", status="doing")
    other.refresh_from_db()
    assert other.status == "todo"


def test_a_viewer_changes_nothing(bulk, viewer, cards):
    assert bulk(viewer, cards, change="status", status="doing").status_code == 403
