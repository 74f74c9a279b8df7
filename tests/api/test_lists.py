"""Lists: their pages, as CSV, 'nothing has changed since', and what they cost."""

from __future__ import annotations

import csv
import datetime as dt
import io
from urllib.parse import quote, urlencode

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.models import Action
from ogsm.api.views import ADDRESSES
from tests import factories
from tests.updates.meeting import closed
from updates.models import Update

pytestmark = pytest.mark.django_db
LISTS = [path for path, _about in ADDRESSES if path.endswith("s/") and path.count("{") <= 1]


def table(answer) -> list[dict[str, str]]:
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# ---- pages ----


def test_following_next_gives_every_row_once_in_order(program, plan, choice):
    made = [factories.ActionFactory(choice=choice).pk for _ in range(7)]
    address = f"plans/{plan.pk}/actions/"
    first = program.read(address, page_size=3, status="todo")
    assert [row["id"] for row in first["items"]] == made[:3]
    assert first["next"].startswith("http://testserver/api/v1/plans/")
    assert "status=todo" in first["next"]
    assert [row["id"] for row in program.rows(address, page_size=3)] == made
    assert program.read(address, page_size=7)["next"] is None


def test_a_row_that_comes_in_meanwhile_moves_no_other(program, plan, choice):
    made = [factories.ActionFactory(choice=choice).pk for _ in range(4)]
    address = f"plans/{plan.pk}/actions/"
    page = program.read(address, page_size=2)
    Action.objects.filter(pk=made[0]).delete()
    new = factories.ActionFactory(choice=choice).pk
    following = program.rows(page["next"])
    assert [row["id"] for row in following] == [*made[2:], new]


def test_a_page_has_five_hundred_rows_at_most(program, plan, choice):
    indicator = factories.IndicatorFactory(choice=choice)
    author = factories.UserFactory()
    rows = [
        indicator.values.model(
            indicator=indicator, period=dt.date(1900 + number // 12, number % 12 + 1, 1), value=number, author=author,
            entered_at=factories.AT,
        )
        for number in range(501)
    ]  # fmt: skip
    indicator.values.model.objects.bulk_create(rows)
    address = f"plans/{plan.pk}/values/"
    assert len(program.read(address)["items"]) == 100
    page = program.read(address, page_size=20000)
    assert len(page["items"]) == 500
    assert len(program.read(page["next"])["items"]) == 1
    assert len(table(program.get(address, format="csv"))) == 501


@pytest.mark.parametrize(
    "query",
    [
        {"page_size": 0}, {"page_size": "x"}, {"page_size": 20001}, {"after": -1}, {"after": "9" * 30},
        {"format": "xml"}, {"stauts": "done"}, {"updated_since": "31-02-2026"}, {"updated_since": "0001-01-01"},
        {"updated_since": "9999-12-31T23:59:59Z"}, {"updated_since": ""}, {"archived": "perhaps"},
        {"status": "finished"}, {"flag": "tired"}, {"choice_id": 0}, {"choice_id": "9" * 25}, {"off_plan": "2"},
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be_is_named(program, plan, query):
    answer = program.get(f"plans/{plan.pk}/actions/", **query)
    assert answer.status_code == 422
    [wrong] = answer.json()["errors"]
    assert wrong["parameter"].split(".")[0] in query
    assert wrong["message"]


def test_a_misspelt_parameter_is_refused_everywhere(program, plan, action, choice, process_owner):
    ids = {
        "plan_id": plan.pk, "action_id": action.pk, "indicator_id": factories.IndicatorFactory(choice=choice).pk,
        "session_id": closed(plan, process_owner).pk,
    }  # fmt: skip
    for path, _about in ADDRESSES:
        answer = program.get(path.format(**ids), updatedsince="2026-01-01")
        assert answer.status_code == 422, path
        assert answer.json()["errors"][0]["parameter"] == "updatedsince", path


# ---- CSV ----


def test_actions_come_as_csv_by_parameter_or_by_what_is_accepted(program, plan, action, member, choice, on):
    action.involved.add(member)
    Action.objects.filter(pk=action.pk).update(deadline=on - dt.timedelta(days=1), light="green")
    address = f"plans/{plan.pk}/actions/"
    answer = program.get(address, format="csv")
    [row] = table(answer)
    assert answer["Content-Disposition"] == 'attachment; filename="actions.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")  # by which Excel knows UTF-8
    assert list(row) == list(program.read(address)["items"][0])
    assert (row["result"], row["deadline"], row["starts_on"]) == (action.result, "2026-06-10", "")
    assert (row["flags"], row["involved"], row["off_plan"]) == ("late; contradiction", "Lotte Bakker", "true")
    accepted = program.client.get(f"/api/v1/{address}", headers={"accept": "text/csv"})
    assert table(accepted) == [row]
    for accept in ("*/*", "text/html,application/json;q=0.9", "image/png"):
        said = program.client.get(f"/api/v1/{address}", headers={"accept": accept})["Content-Type"]
        assert said.startswith("application/json"), accept


def test_amounts_in_csv_are_plain_numbers(program, plan, choice):
    for month, value in ((3, "-1250.5"), (4, "0.0001"), (5, "99999999999.9999")):
        factories.IndicatorValueFactory(indicator__choice=choice, period=dt.date(2026, month, 1), value=value)
    rows = table(program.get(f"plans/{plan.pk}/values/", format="csv"))
    assert [row["value"] for row in rows] == ["-1250.5", "0.0001", "99999999999.9999"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/c calc'!A1"])
def test_what_people_typed_never_becomes_a_formula(program, plan, choice, text):
    factories.ActionFactory(choice=choice, result=text)
    [row] = table(program.get(f"plans/{plan.pk}/actions/", format="csv"))
    assert row["result"] == f"'{text}"
    assert program.read(f"plans/{plan.pk}/actions/")["items"][0]["result"] == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("netjes;=1+1", "netjes;'=1+1"),
        ("netjes; @SUM(A1)", "netjes;' @SUM(A1)"),
        ("eerst\n=1+1", "eerst\n'=1+1"),
        ("eerst\t-1", "eerst\t'-1"),
        ("\t=1", "'\t'=1"),
        ("\n=1+1", "'\n'=1+1"),
        ("minder dan 5; a=b, 3-1", "minder dan 5; a=b, 3-1"),
    ],
)
def test_nor_where_a_spreadsheet_divides_cells_at_another_sign(program, plan, choice, text, kept):
    """A Dutch Excel begins a cell at each semicolon, and a row at each line of a text whose quotes it did not see."""
    factories.ActionFactory(choice=choice, description=text)
    [row] = table(program.get(f"plans/{plan.pk}/actions/", format="csv"))
    assert row["description"] == kept
    assert program.read(f"plans/{plan.pk}/actions/")["items"][0]["description"] == text


def test_a_csv_that_is_cut_off_says_where_it_goes_on(program, plan, choice):
    factories.ActionFactory.create_batch(3, choice=choice)
    answer = program.get(f"plans/{plan.pk}/actions/", format="csv", page_size=2)
    assert len(table(answer)) == 2
    address, relation = answer["Link"].split("; ")
    assert relation == 'rel="next"'
    assert len(table(program.client.get(address.strip("<>")))) == 1


def test_every_list_comes_as_csv(program, plan):
    for path in LISTS:
        answer = program.get(path.format(plan_id=plan.pk), format="csv")
        assert answer.content.decode("utf-8-sig").startswith("id,"), path


# ---- nothing has changed since ----


def again(program, answer, **query):
    return program.client.get(answer.wsgi_request.get_full_path(), query, headers={"if-none-match": answer["ETag"]})


def test_who_has_the_actions_already_hears_that_nothing_changed(program, plan, action, responsible, at):
    answer = program.get(f"plans/{plan.pk}/actions/")
    assert answer["Cache-Control"] == "private, no-cache"
    same = again(program, answer)
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", answer["ETag"])
    Update.give(action, by=responsible, at=at, status="doing", light="red")
    changed = again(program, answer)
    assert changed.status_code == 200
    assert changed.json()["items"][0]["light"] == "red"


def test_a_new_day_another_question_and_another_reader_have_other_answers(program, program_of, member, plan, action):
    address = f"plans/{plan.pk}/actions/"
    tags = {program.get(address)["ETag"], program.get(address, format="csv")["ETag"]}
    tags |= {program.get(address, status="todo")["ETag"], program_of(member).get(address)["ETag"]}
    with time_machine.travel(factories.AT + dt.timedelta(days=1)):
        tags.add(program.get(address)["ETag"])
    assert len(tags) == 5


def test_what_has_no_stamp_is_kept_nowhere(program, plan):
    answer = program.get(f"plans/{plan.pk}/values/")
    assert answer["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer


# ---- what it costs ----


def more_of_everything(plan, choice, process_owner, number):
    for _ in range(number):
        other = factories.ChoiceFactory(plan=plan, owner=factories.UserFactory())
        factories.GoalFactory(plan=plan)
        indicator = factories.IndicatorFactory(choice=other, entered_by=factories.UserFactory())
        factories.IndicatorValueFactory(indicator=indicator)
        action = factories.ActionFactory(choice=other)
        action.involved.add(factories.UserFactory())
        action.serves.add(indicator)
        factories.UpdateFactory(action=action, author=factories.UserFactory(), on_behalf_of=action.responsible)
        factories.DecisionFactory(plan=plan, by=process_owner)
        factories.SessionFactory(plan=plan, facilitator=factories.UserFactory())
        factories.MembershipFactory(user=plan.memberships.get(role="viewer").user)


@pytest.mark.parametrize("path", LISTS)
def test_a_longer_list_asks_the_database_no_more_often(program, plan, choice, process_owner, path):
    address = path.format(plan_id=plan.pk)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            rows = program.read(address, page_size=500)["items"]
        return len(rows), len(asked)

    more_of_everything(plan, choice, process_owner, 2)
    program.read(address)  # notes the use of the token
    few, asked = queries()
    more_of_everything(plan, choice, process_owner, 8)
    many, asked_now = queries()
    assert many >= few + 8
    assert asked_now == asked <= 8


def test_a_session_with_many_decisions_asks_the_database_no_more_often(program, plan, process_owner):
    session = closed(plan, process_owner)
    address = f"plans/{plan.pk}/sessions/{session.pk}/"

    def queries():
        with CaptureQueriesContext(connection) as asked:
            found = program.read(address)
        return len(found["decisions"]), len(asked)

    factories.DecisionFactory(plan=plan, session=session)
    program.read(address)
    assert queries()[0] == 1
    asked = queries()[1]
    for _ in range(5):
        factories.DecisionFactory(plan=plan, session=session)
        session.correct(f"Nog iets {_}", by=process_owner, at=factories.AT)
    assert queries() == (6, asked)


# ---- whatever is asked ----

NAMES = st.sampled_from(
    ["after", "page_size", "format", "updated_since", "archived", "status", "flag", "off_plan", "choice_id",
     "responsible_id", "action_id", "indicator_id", "kind", "state", "session_id", "next", "x"]
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=20),
    st.integers().map(str),
    st.sampled_from(
        ["true", "csv", "late", "done", "2026-06-01", "1e400", "NaN", "inf", "-0", "0001-01-01", "²", "\0"]
    ),
    st.datetimes().map(str),
    st.floats().map(str),
)


@given(st.sampled_from(LISTS), st.lists(st.tuples(NAMES, VALUES), max_size=4))
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_question_is_answered_by_a_failure(program, plan, action, path, query):
    text = urlencode(query, errors="surrogatepass")
    answer = program.client.get(f"/api/v1/{path.format(plan_id=plan.pk)}?{text}")
    assert answer.status_code in (200, 422), text
    if answer.status_code == 422:
        assert answer.json()["errors"], text


@given(st.text(max_size=40))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_address_is_answered_by_a_failure(program, address):
    answer = program.client.get(f"/api/v1/{quote(address, errors='replace')}")
    assert answer.status_code in (200, 404), address
