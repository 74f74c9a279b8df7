"""Rows copied from a spreadsheet become actions: what is read, what is asked, what is added."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.models import Action
from actions.paste import MOST_BYTES, MOST_ROWS, TooMuch, read_table
from tests import factories

LIST = (
    "Actie\tHOE\tWie\tBetrokken\tStart\tKlaar\tStatus\tOpmerking\n"
    "Elke winkel heeft een accountplan\t1\tBoer, Karin de\tJoost; Lotte Bakker\t1-7-2026\t30-9-2026"
    "\tmee bezig\tZie map\n"
    "Monteurs zijn geschoold\tWebshop\tjoost@example.org\t\t\twk 40\t\t\n"
)


@pytest.fixture
def paste(plan, client_of, plan_owner):
    """Posts to the page as somebody; the context's `sheet` is what it shows."""

    def post(text, by=plan_owner, query="", do="look", **more):
        address = reverse("actions:actions_paste", args=[plan.pk]) + query
        return client_of(by).post(address, {"text": text, "do": do, **more})

    return post


@pytest.fixture
def add(paste):
    """Looks, then adds what the preview ticked, with what else is answered there."""

    def post(text, answers=None, without=(), **options):
        shown = paste(text, **options, **(answers or {})).context["sheet"]
        ticks = {f"row-{row.number}": "on" for row in shown.ticked if row.number not in without}
        form = {"offered": shown.offered, "shown": shown.shown, **ticks, **(answers or {})}
        return paste(text, do="add", **options, **form)

    return post


def test_a_list_with_headers_becomes_actions_with_everything_in_it(add, choice, plan, plan_owner, responsible, member):
    response = add(LIST)
    assert response.status_code == 302
    first, second = plan.actions.live().order_by("pk")
    assert (first.result, first.choice, first.responsible) == ("Elke winkel heeft een accountplan", choice, plan_owner)
    assert set(first.involved.all()) == {responsible, member}
    assert (first.starts_on, first.deadline, first.status) == (dt.date(2026, 7, 1), dt.date(2026, 9, 30), "doing")
    assert first.description == "Zie map"
    assert first.original_deadline == first.deadline
    assert (second.responsible, second.deadline, second.status) == (responsible, dt.date(2026, 10, 2), "todo")
    made = first.history.get(history_type="+")
    assert made.history_user == plan_owner


def test_the_page_says_how_many_were_added(add, choice, client_of, plan_owner, plan):
    client = client_of(plan_owner)
    address = reverse("actions:actions_paste", args=[plan.pk])
    shown = client.post(address, {"text": LIST}).context["sheet"]
    form = {"text": LIST, "do": "add", "offered": shown.offered, "shown": shown.shown, "row-0": "on", "row-1": "on"}
    assert "2 actions added." in client.post(address, form, follow=True).content.decode()


def test_sent_twice_the_actions_are_made_once(add, choice, paste):
    shown = paste(LIST).context["sheet"]
    form = {"offered": shown.offered, "shown": shown.shown, "row-0": "on", "row-1": "on"}
    for _time in range(2):
        paste(LIST, do="add", **form)
    assert Action.objects.count() == 2


def test_a_row_without_a_tick_is_left_out(add, choice):
    add(LIST, without=[0])
    assert [action.result for action in Action.objects.all()] == ["Monteurs zijn geschoold"]


def test_adding_without_a_tick_says_what_is_missing(add, choice):
    assert "Nothing is ticked. Tick the rows to add." in add(LIST, without=[0, 1]).content.decode()
    assert Action.objects.count() == 0


def test_without_headers_columns_are_recognised_by_what_they_hold(add, choice, responsible):
    rows = (
        "Elke winkel heeft een plan voor het jaar\tJoost van Leeuwen\t3 sept 2026\nIets anders is af\tJoost\t4-9-2026"
    )
    add(rows, query=f"?choice={choice.pk}")
    first = Action.objects.order_by("pk")[0]
    assert (first.responsible, first.deadline, first.choice) == (responsible, dt.date(2026, 9, 3), choice)


def test_a_name_nobody_knows_is_asked_once_for_all_its_rows(paste, add, choice, member):
    text = "Actie;Keuze;Wie;Klaar\nA is af;1;Truus;1-9-2026\nB is af;1;Truus;1-9-2026\n"
    sheet = paste(text).context["sheet"]
    (question,) = sheet.asked
    assert (question.text, question.answer, question.count) == ("Truus", "", 2)
    assert sheet.ready == []
    add(text, {question.field: str(member.pk)})
    assert {action.responsible for action in Action.objects.all()} == {member}


def test_a_name_that_could_be_two_people_is_not_guessed(paste, plan, choice):
    factories.MembershipFactory(plan=plan, user=factories.UserFactory(name="Joost Bos"))
    sheet = paste("Actie;Keuze;Wie;Klaar\nA is af;1;Joost;1-9-2026\n").context["sheet"]
    assert [question.text for question in sheet.asked] == ["Joost"]


def test_rows_without_a_choice_go_where_the_address_says(paste, add, choice, plan, member):
    other = factories.ChoiceFactory(plan=plan)
    add("Actie;Wie;Klaar\nA is af;Lotte;1-9-2026\n", query=f"?choice={other.pk}")
    assert Action.objects.get().choice == other


def test_a_wrong_day_says_so_in_its_cell_and_can_be_repaired_there(paste, add, choice):
    text = "Actie;Keuze;Wie;Klaar\nA is af;1;Lotte;31-2-2026\n"
    shown = paste(text).content.decode()
    assert "There is no such day." in shown
    assert 'name="cell-0-deadline"' in shown
    add(text, {"cell-0-deadline": "28-8-2026"})
    assert Action.objects.get().deadline == dt.date(2026, 8, 28)


def test_a_day_that_has_passed_is_no_deadline_in_a_plan_that_runs(paste, choice):
    assert "This day has passed." in paste("Actie;Keuze;Wie;Klaar\nA;1;Lotte;1-1-2026\n").content.decode()


def test_what_the_plan_has_already_is_not_ticked(paste, action):
    lines = [f"{result};1;Lotte;1-9-2026\n" for result in (action.result.upper(), "Nieuw", "nieuw")]
    text = "Actie;Keuze;Wie;Klaar\n" + "".join(lines)
    response = paste(text)
    assert [row.is_ticked for row in response.context["sheet"].rows] == [False, True, False]
    assert response.content.decode().count("already there") == 2


def test_a_column_is_what_the_reader_says_it_is(add, choice):
    add("Actie;Keuze;Wie;Klaar;Extra\nA is af;1;Lotte;1-9-2026;Zie map\n", {"kind-4": "description"})
    assert Action.objects.get().description == "Zie map"


def test_what_became_ready_is_shown_before_it_is_added(paste, choice, member):
    text = "Actie;Keuze;Wie;Klaar\nA is af;1;Truus;1-9-2026\nB is af;1;Lotte;1-9-2026\n"
    sheet = paste(text).context["sheet"]
    form = {"offered": sheet.offered, "shown": sheet.shown, "row-1": "on", sheet.asked[0].field: str(member.pk)}
    response = paste(text, do="add", **form)
    assert response.status_code == 200
    assert "Add the ticked actions" in response.content.decode()
    assert not Action.objects.exists()


def test_a_choice_owner_pastes_only_into_their_own_choice(paste, add, choice, choice_owner, plan, member):
    factories.ChoiceFactory(plan=plan, owner=member, short_name="Andermans")
    text = "Actie;Keuze;Wie;Klaar\nA is af;Webshop;Lotte;1-9-2026\nB is af;Andermans;Lotte;1-9-2026\n"
    sheet = paste(text, by=choice_owner).context["sheet"]
    assert [question.text for question in sheet.asked] == ["Andermans"]
    assert len(sheet.ready) == 1
    assert [label for _value, label in sheet.asked[0].options] == ["1 Webshop"]


def test_what_looks_like_a_formula_is_text(add, choice):
    add("Actie\tKeuze\tWie\tKlaar\n=1+1\t1\tLotte\t1-9-2026\n@iedereen doet mee\t1\tLotte\t1-9-2026\n")
    assert {action.result for action in Action.objects.all()} == {"=1+1", "@iedereen doet mee"}


def test_too_much_is_refused_with_what_to_do(paste, choice):
    response = paste("Actie\n" + "iets\n" * (MOST_ROWS + 1))
    assert response.status_code == 422
    assert f"At most {MOST_ROWS} rows at once." in response.content.decode()
    assert "iets" in response.content.decode()


def test_nothing_pasted_is_asked_again(paste, choice):
    assert paste(" \n\t\n").status_code == 422


def test_the_preview_asks_no_more_of_the_database_for_more_rows(client_of, plan, plan_owner, choice):
    client, address = client_of(plan_owner), reverse("actions:actions_paste", args=[plan.pk])
    head, line = "Actie;Keuze;Wie;Klaar\n", "Actie {};1;Lotte;1-9-2026\n"
    with CaptureQueriesContext(connection) as few:
        client.post(address, {"text": head + line.format(0)})
    with CaptureQueriesContext(connection) as many:
        client.post(address, {"text": head + "".join(line.format(number) for number in range(100))})
    assert len(many) == len(few)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(
        st.text(max_size=200),
        st.text(alphabet='\t\n;,"=+-@\x00\u202e🙂a1-\r', max_size=200),
        st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=5).map("\t".join), max_size=5).map("\n".join),
    ),
    more=st.dictionaries(
        st.sampled_from(["offered", "shown", "kind-0", "kind-1", "cell-0-deadline", "cell-0-result", "row-0", "do"]),
        st.sampled_from(["", "0", "result", "deadline", "add", "31-12-2026", "\x00", "9" * 30, "again"]),
    ),
)
def test_whatever_is_pasted_gets_an_answer(paste, choice, text, more):
    cache.clear()  # nobody pastes as fast as this
    assert paste(**{"text": text, **more}).status_code in (200, 302, 422)


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("a\tb\n\nc\td\n", [["a", "b"], ["c", "d"]]),
        ('"twee\nregels"\tb', [["twee\nregels", "b"]]),
        ("a;b\nc;d", [["a", "b"], ["c", "d"]]),
        ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
        ("Alles is klaar, eindelijk\nDit ook", [["Alles is klaar, eindelijk"], ["Dit ook"]]),
        ('De "klant\tb\nc\td', [['De "klant', "b"], ["c", "d"]]),
        ("a\x00\t\u202eb", [["a", "\u202eb"]]),
        ("a\t\t\t\nb\tc\t\t", [["a", ""], ["b", "c"]]),
        ("", []),
    ],
)
def test_text_is_read_as_a_table(text, table):
    assert read_table(text) == table


@given(st.lists(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=3, max_size=3), min_size=1, max_size=9))
def test_what_a_spreadsheet_copies_comes_back_cell_by_cell(rows):
    assert read_table("\n".join("\t".join(row) for row in rows)) == rows


@pytest.mark.parametrize(
    ("text", "kind"), [("a\n" * 600, "rows"), ("é" * MOST_BYTES, "bytes"), ("a\t" * 40 + "b", "columns")]
)
def test_more_than_is_read_at_once_is_refused(text, kind):
    with pytest.raises(TooMuch) as refused:
        read_table(text)
    assert refused.value.kind == kind
