"""What no sensible person types, in a workbook that is otherwise ours: each cell gets a sentence, none an error."""

from __future__ import annotations

import datetime as dt
import io
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ogsm.exchange.difference import difference
from ogsm.exchange.new_plan import new_plan
from ogsm.exchange.opening import Grid, Refused, open_file
from ogsm.exchange.uploads import Upload
from ogsm.exchange.writer import plan_workbook
from plans.access import PlanAccess
from tests import factories

from .conftest import changes, faults, upload

FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
ODD = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["=1+1", "@x", "\u202eabc", "🎉", "1e999", "-", "31-02-2026", "x" * 33_000, "ogsm:actions:1:1:", "%"]
    ),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.none(),
)


def day(year):
    return dt.datetime(year, 1, 1)  # noqa: DTZ001  (a spreadsheet has no zones)


@pytest.fixture
def one(plan, choice, responsible):
    return factories.ActionFactory(choice=choice, responsible=responsible)


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        ("deadline", "31-02-2026", "'31-02-2026' is no date. Write it as 31-12-2026."),
        ("deadline", day(1900), "Choose a day between 2000 and 2099."),
        ("deadline", day(9999), "Choose a day between 2000 and 2099."),
        ("deadline", "0001-01-01", "'0001-01-01' is no date. Write it as 31-12-2026."),
        ("deadline", 1e300, "is no date."),
        ("starts_on", "9999-12-31", "'9999-12-31' is no date. Write it as 31-12-2026."),
        ("result", "x" * 10_000, "At most 240 characters; this is 10000."),
        ("result", " \n ", "Say what the result is."),
        ("description", "é" * 5001, "At most 5000 characters; this is 5001."),
        ("link", "javascript:alert(1)", "This is no address of a page. Empty it to leave it out."),
        ("status", "🎉", "Write 'to do', 'in progress' or 'done'."),
    ],
)
def test_what_cannot_be_is_said_with_the_address_of_the_cell(export, look, plan, one, key, typed, said):
    book = export(plan)
    address = book.set("actions", one.pk, key, typed)
    page = look(book)
    assert page.status_code == 200
    assert [found for found, _text in faults(page)] == [address]
    assert said in faults(page)[0][1]
    assert changes(page) == []


@pytest.mark.parametrize(
    "text", ["Blij 🎉 met 👩‍👩‍👧", "עברית \u200f en \u202eomgekeerd", "<b>vet</b> & “zo”", "日本語 ｆｕｌｌ"]
)
def test_odd_letters_come_in_as_they_are(export, look, take, plan, one, text):
    book = export(plan)
    book.set("actions", one.pk, "result", text)
    page = look(book)
    take(page)
    one.refresh_from_db()
    assert one.result == " ".join(text.split())
    assert "<b>vet</b>" not in page.content.decode()


@pytest.mark.parametrize("pk", [0, -1, 10**30, "1; drop table", 1.5, "⑦"])
def test_an_id_that_nobody_has_is_no_action_of_the_plan(export, look, plan, one, pk):
    book = export(plan)
    book.sheet("actions").cell(book.row("actions", one.pk), 1).value = pk
    book.book.active = 0
    page = look(book)
    assert page.status_code == 200
    assert changes(page) == [] or page.context["found"].additions == page.context["found"].rows


def opened(data: bytes) -> list[Grid] | str:
    """The sheets, or the sentence that they are refused with."""
    try:
        return open_file(upload(data))
    except Refused as refused:
        return refused.messages[0]


@FEW
@given(data=st.binary(max_size=300))
def test_any_bytes_are_refused_with_a_sentence(data):
    for start in (b"PK\x03\x04", b""):
        said = opened(start + data)
        assert isinstance(said, str)
        assert said.endswith(".")


@pytest.fixture
def exported(plan, choice, one, plan_owner):
    factories.GoalFactory(plan=plan)
    factories.IndicatorValueFactory(indicator=factories.IndicatorFactory(choice=choice), value=3)
    return plan_workbook(PlanAccess(plan, plan.memberships.get(user=plan_owner), plan_owner), factories.ON)


@FEW
@given(data=st.data())
def test_a_workbook_with_bytes_turned_over_is_read_or_refused(exported, data):
    broken = bytearray(exported)
    for place in data.draw(st.lists(st.integers(0, len(broken) - 1), min_size=1, max_size=30)):
        broken[place] ^= data.draw(st.integers(1, 255))
    found = opened(bytes(broken))
    assert found.endswith(".") if isinstance(found, str) else all(isinstance(grid, Grid) for grid in found)


@FEW
@given(data=st.data())
def test_whatever_stands_in_its_cells_there_is_a_preview(exported, plan, plan_owner, data):
    grids = deepcopy(open_file(upload(exported)))
    for grid in grids:
        for _number, cells in grid.rows:
            for place in data.draw(st.sets(st.integers(0, len(cells) - 1), max_size=3)):
                cells[place] = data.draw(ODD)
    sent = Upload("x", "plan.xlsx", grids)
    access = PlanAccess(plan, plan.memberships.get(user=plan_owner), plan_owner)
    found = difference(access, sent.sheets, factories.ON)
    assert all("!" in fault.address and fault.text for fault in found.faults)
    assert isinstance(found.seen, str)
    new = new_plan(sent, plan_owner, factories.ON, {})
    assert all("!" in fault.address and fault.text for fault in new.faults)
    assert isinstance(sent.has_other_page, bool)
    assert io.StringIO(sent.list_text()).readline() is not None
