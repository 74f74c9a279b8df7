"""The workbook comes back: what it would change, what is wrong with it, and that only what was ticked is taken over."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import Action
from tests import factories

from .conftest import changes, faults

FILE = "plan.xlsx"


def day(number, month=7):
    return dt.datetime(2026, month, number)  # noqa: DTZ001  (a spreadsheet has no zones)


@pytest.fixture
def three(plan, choice, responsible, member):
    """Three actions, one in progress and judged, and an indicator with a value."""
    actions = [
        factories.ActionFactory(choice=choice, responsible=responsible, result=f"Winkel {n} heeft een plan")
        for n in range(3)
    ]
    actions[0].edit(by=responsible, at=factories.AT, involved=[member], starts_on=dt.date(2026, 5, 4))
    actions[0].move_to("doing", by=responsible, at=factories.AT)
    Action.objects.filter(pk=actions[0].pk).update(light="green")
    return actions


@pytest.fixture
def indicator(choice):
    indicator = factories.IndicatorFactory(choice=choice, name="Bestellingen per week")
    factories.IndicatorValueFactory(indicator=indicator, period=dt.date(2026, 5, 1), value=140)
    return indicator


def test_the_same_workbook_changes_nothing(export, look, plan, three, indicator):
    page = look(export(plan))
    assert (changes(page), faults(page), page.context["found"].notes) == ([], [], [])
    assert "Nothing: the plan says what the workbook says." in page.content.decode()


@pytest.mark.parametrize("language", ["en", "nl"])
def test_nor_does_one_in_another_language_than_the_reader_has_now(
    export, look, plan, three, indicator, language, plan_owner
):
    plan_owner.language = language
    plan_owner.save()
    book = export(plan)
    plan_owner.language = {"en": "nl", "nl": "en"}[language]
    plan_owner.save()
    page = look(book)
    assert (changes(page), faults(page)) == ([], [])


def test_ten_edited_cells_are_exactly_ten_changes(export, look, take, plan, three, indicator, plan_owner, member):
    other = factories.ChoiceFactory(plan=plan, short_name="Service")
    book = export(plan)
    first, second, third = (action.pk for action in three)
    typed = [
        book.set("actions", first, "result", "Elke winkel heeft een plan"),
        book.set("actions", first, "light", "Amber"),
        book.set("actions", first, "involved", plan_owner.name),
        book.set("actions", second, "deadline", day(31)),
        book.set("actions", second, "starts_on", day(1)),
        book.set("actions", second, "status", "In progress"),
        book.set("actions", third, "responsible", member.name),
        book.set("actions", third, "choice", f"2 {other.short_name}"),
        book.set("actions", third, "link", "https://voorbeeld.example/map"),
        book.set("indicators", indicator.pk, "month:2026-05-01", 150.5),
    ]
    page = look(book)
    assert sorted(change.address for change in changes(page)) == sorted(typed)
    assert page.context["found"].change_count == 10
    text = page.content.decode()
    assert "10 cells changed." in text
    assert take(page, why="Leverancier laat").status_code == 302
    one, two, three_ = (Action.objects.get(pk=pk) for pk in (first, second, third))
    assert (one.result, one.light, list(one.involved.all())) == ("Elke winkel heeft een plan", "amber", [plan_owner])
    assert (two.deadline, two.starts_on, two.status) == (dt.date(2026, 7, 31), dt.date(2026, 7, 1), "doing")
    assert (three_.responsible, three_.choice, three_.link) == (member, other, "https://voorbeeld.example/map")
    assert float(indicator.values.get().value) == 150.5
    assert changes(look(export(plan))) == []


def test_each_change_is_in_the_history_with_the_name_of_the_file(
    export, look, take, plan, three, indicator, plan_owner
):
    book = export(plan)
    book.set("actions", three[1].pk, "deadline", day(31))
    book.set("actions", three[2].pk, "status", "Done")
    book.set("indicators", indicator.pk, "month:2026-05-01", 150)
    take(look(book, name="cijfers juni.xlsx"), why="Leverancier laat")
    moved, done = three[1].history.first(), three[2].history.first()
    assert (moved.history_change_reason, moved.history_user) == (
        "Leverancier laat (From cijfers juni.xlsx)",
        plan_owner,
    )
    assert three[1].shifts.get().reason == "Leverancier laat (From cijfers juni.xlsx)"
    assert done.history_change_reason == "From cijfers juni.xlsx"
    assert indicator.values.get().history.first().history_change_reason == "From cijfers juni.xlsx"


def test_a_light_that_was_changed_is_an_update_that_names_the_file(export, look, take, plan, three):
    book = export(plan)
    book.set("actions", three[0].pk, "light", "Red")
    take(look(book))
    update = three[0].updates.get()
    assert (update.light, update.done) == ("red", "Light: From plan.xlsx")


def test_a_new_row_becomes_an_action(export, look, take, plan, three, choice, member):
    book = export(plan)
    book.add(choice="1 Webshop", result="=1+1 is af", responsible="Lotte", deadline=day(31), status="In progress")
    page = look(book)
    assert (page.context["found"].change_count, len(page.context["found"].additions)) == (0, 1)
    take(page)
    made = Action.objects.latest("pk")
    assert (made.result, made.responsible, made.deadline, made.status) == (
        "=1+1 is af",
        member,
        dt.date(2026, 7, 31),
        "doing",
    )
    assert made.original_deadline == made.deadline
    assert made.history.get(history_type="+").history_change_reason == "From plan.xlsx"


def test_a_copied_row_is_a_new_action_and_the_original_stays(export, look, plan, three):
    book = export(plan)
    sheet, row = book.sheet("actions"), book.row("actions", three[0].pk)
    below = sheet.max_row + 1
    for cell in list(sheet[row]):
        sheet.cell(below, cell.column).value = cell.value
    sheet.cell(below, book.column("actions", "result")).value = "Nog iets is af"
    found = look(book).context["found"]
    assert (found.change_count, [row.title for row in found.additions]) == (0, ["Nog iets is af"])


def test_what_the_plan_has_already_is_shown_without_a_tick(export, look, plan, three):
    book = export(plan)
    book.add(choice="1 Webshop", result=three[0].result.upper(), responsible="Lotte", deadline=day(31))
    page = look(book)
    assert page.context["ticked"] == set()
    assert "already there" in page.content.decode()


def test_rows_that_were_removed_are_counted_and_stay(export, look, plan, three):
    book = export(plan)
    book.sheet("actions").delete_rows(book.row("actions", three[0].pk), 2)
    page = look(book)
    assert page.context["found"].missing == 2
    assert "2 actions of the plan are not in the file; they stay." in page.content.decode()
    assert plan.actions.live().count() == 3


def test_sorting_rows_and_columns_changes_nothing(export, look, plan, three):
    book = export(plan)
    sheet = book.sheet("actions")
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    for number, row in enumerate(reversed(rows), start=3):
        for place, value in enumerate(row, start=1):
            sheet.cell(number, place).value = value
    sheet.move_range("C1:C5", cols=30)
    assert changes(look(book)) == []


def test_only_what_is_ticked_is_taken_over(export, look, take, plan, three):
    book = export(plan)
    for action in three:
        book.set("actions", action.pk, "description", "Zie map")
    page = look(book)
    take(page, ticked=[f"actions-{three[1].pk}-description"])
    said = [Action.objects.get(pk=action.pk).description for action in three]
    assert said == ["", "Zie map", ""]


def test_without_a_tick_it_says_so(export, look, take, plan, three, plan_owner, client_of):
    book = export(plan)
    book.set("actions", three[0].pk, "description", "Zie map")
    page = look(book)
    answer = take(page, take=[])
    assert (answer.status_code, "Nothing is ticked." in answer.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("deadline", "31-02-2026", "'31-02-2026' is no date. Write it as 31-12-2026."),
        ("deadline", "01-01-0001", "'01-01-0001' is no date. Write it as 31-12-2026."),
        ("deadline", dt.datetime(9999, 12, 31), "Choose a day between 2000 and 2099."),  # noqa: DTZ001
        ("deadline", None, "By when? Write it as 31-12-2026."),
        ("deadline", "=TODAY()", "'=TODAY()' is no date. Write it as 31-12-2026."),
        ("deadline", day(1, 1), "This day has passed."),
        ("starts_on", day(1, 12), "The deadline lies before the start."),
        ("responsible", "Truus", "'Truus': Who is this? Nobody who takes part in this plan is called so."),
        ("responsible", None, "Who is responsible? Choose one person of the list."),
        ("involved", "Truus; Lotte", "'Truus': Who is this? Nobody who takes part in this plan is called so."),
        ("choice", "Onbekend", "'Onbekend': Which strategic choice? Choose one of the list."),
        ("status", "misschien", "Write 'to do', 'in progress' or 'done'."),
        ("light", "paars", "'paars': A light is green, amber or red, or empty."),
        ("result", None, "Say what the result is."),
        ("result", "x" * 10_000, "At most 240 characters; this is 10000."),
        ("link", "javascript:alert(1)", "This is no address of a page. Empty it to leave it out."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_the_address_of_its_cell(export, look, plan, three, key, value, said):
    book = export(plan)
    address = book.set("actions", three[1].pk, key, value)
    page = look(book)
    assert page.status_code == 200
    assert faults(page) == [(address, said)]
    assert changes(page) == []
    assert address in page.content.decode()


def test_a_formula_is_never_calculated(export, look, take, plan, three):
    book = export(plan)
    book.set("actions", three[0].pk, "result", '=HYPERLINK("http://kwaad.example","klik")')
    take(look(book))
    assert Action.objects.get(pk=three[0].pk).result == '=HYPERLINK("http://kwaad.example","klik")'


def test_a_row_of_another_plan_is_left_out(export, look, plan, three):
    elsewhere = factories.ActionFactory()
    book = export(plan)
    book.sheet("actions").cell(3, 1).value = elsewhere.pk
    book.sheet("actions").cell(3, book.column("actions", "result")).value = "Overgenomen"
    page = look(book)
    assert [text for _address, text in faults(page)] == [
        "This row is of an action that this plan does not have. It is left out."
    ]
    elsewhere.refresh_from_db()
    assert elsewhere.result != "Overgenomen"


def test_the_workbook_of_another_plan_is_refused(export, look, plan, three, plan_owner):
    other = factories.PlanFactory()
    factories.MembershipFactory(plan=other, user=plan_owner, role="owner")
    page = look(export(plan), of=other)
    assert page.status_code == 422
    assert "This is the workbook of another plan." in page.content.decode()


def test_an_archived_action_is_not_changed(export, look, plan, three, plan_owner):
    book = export(plan)
    book.set("actions", three[0].pk, "result", "Anders")
    three[0].archive(by=plan_owner, at=factories.AT)
    assert "This action was archived. Restore it first." in look(book).content.decode()


# ---- what others did meanwhile ----
def test_what_a_colleague_changed_since_the_download_is_not_turned_back(export, look, plan, three, responsible):
    book = export(plan)
    three[0].edit(by=responsible, at=factories.AT, description="Van een collega")
    page = look(book)
    assert (changes(page), faults(page)) == ([], [])


def test_a_cell_both_changed_is_shown_without_a_tick(export, look, plan, three, responsible):
    book = export(plan)
    book.set("actions", three[0].pk, "description", "Van mij")
    three[0].edit(by=responsible, at=factories.AT, description="Van een collega")
    page = look(book)
    [change] = changes(page)
    assert (change.before, change.after, change.meanwhile) == ("Van een collega", "Van mij", True)
    assert page.context["ticked"] == set()
    assert "Changed in the plan as well" in page.content.decode()


def test_a_second_look_when_the_plan_changed_between_looking_and_taking_over(
    export, look, take, plan, three, responsible, client_of, plan_owner
):
    book = export(plan)
    book.set("actions", three[0].pk, "description", "Van mij")
    page = look(book)
    three[0].edit(by=responsible, at=factories.AT, description="Van een collega")
    answer = take(page)
    assert answer.status_code == 409
    assert "The plan was changed since you looked." in answer.content.decode()
    assert Action.objects.get(pk=three[0].pk).description == "Van een collega"
    assert take(answer, ticked=[f"actions-{three[0].pk}-description"]).status_code == 302
    assert Action.objects.get(pk=three[0].pk).description == "Van mij"


def test_sent_twice_it_is_taken_over_once(export, look, take, plan, three):
    book = export(plan)
    book.add(choice="1 Webshop", result="Nieuw is af", responsible="Lotte", deadline=day(31))
    page = look(book)
    take(page)
    again = take(page)
    assert again.status_code == 422
    assert "This file is no longer kept here. Choose it once more." in again.content.decode()
    assert Action.objects.filter(result="Nieuw is af").count() == 1


def test_when_one_change_cannot_be_done_none_is(export, look, take, plan, three, responsible):
    book = export(plan)
    book.set("actions", three[0].pk, "description", "Zie map")
    book.set("actions", three[1].pk, "starts_on", day(20, 8))
    book.set("actions", three[1].pk, "deadline", day(31, 8))
    page = look(book)
    ticked = [f"actions-{three[0].pk}-description", f"actions-{three[1].pk}-starts_on"]
    answer = take(page, ticked=ticked)
    assert answer.status_code == 422
    assert "The deadline lies before the start." in answer.content.decode()
    assert Action.objects.get(pk=three[0].pk).description == ""


def test_nobody_else_sees_what_somebody_handed_in(export, look, plan, three, client_of, process_owner):
    page = look(export(plan))
    address = reverse("exchange:plan_import", args=[plan.pk])
    answer = client_of(process_owner).get(f"{address}?file={page.context['upload'].token}")
    assert "This file is no longer kept here." in answer.content.decode()


# ---- rights ----
def test_everybody_changes_only_what_is_theirs(export, look, plan, three, indicator, responsible, choice):
    other = factories.ActionFactory(choice=choice)
    book = export(plan, by=responsible)
    wrong = [
        book.set("actions", three[0].pk, "result", "Iets anders is af"),
        book.set("actions", other.pk, "description", "Van mij"),
        book.set("indicators", indicator.pk, "month:2026-05-01", 1),
    ]
    book.set("actions", three[0].pk, "description", "Van mij")
    page = look(book, by=responsible)
    assert sorted(faults(page)) == sorted((address, "You may not change this.") for address in wrong)
    assert [change.field for change in changes(page)] == ["description"]


def test_a_new_row_needs_the_right_to_add_one(export, look, plan, three, responsible):
    book = export(plan, by=responsible)
    book.add(choice="1 Webshop", result="Nieuw is af", responsible="Lotte", deadline=day(31))
    page = look(book, by=responsible)
    assert [text for _address, text in faults(page)] == ["You may not add an action to this strategic choice."]


# ---- indicators ----
def test_a_value_that_was_missing_is_entered(export, look, take, plan, indicator, plan_owner):
    book = export(plan)
    book.set("indicators", indicator.pk, "month:2026-04-01", "1.250,50")
    take(look(book))
    entry = indicator.values.get(period=dt.date(2026, 4, 1))
    assert (float(entry.value), entry.author) == (1250.5, plan_owner)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "A value can be corrected, not taken away. Type the right one."),
        ("veel", "'veel' is no number. Write it as 1.250,50 or 1,250.50."),
        ("=SUM(A1)", "'=SUM(A1)' is no number. Write it as 1.250,50 or 1,250.50."),
    ],
)
def test_what_is_wrong_with_a_value_is_said_at_its_cell(export, look, plan, indicator, value, said):
    book = export(plan)
    address = book.set("indicators", indicator.pk, "month:2026-05-01", value)
    assert faults(look(book)) == [(address, said)]


def test_a_value_where_nothing_is_measured_is_no_value(export, look, plan, choice, indicator):
    quarterly = factories.IndicatorFactory(choice=choice, frequency="quarter")
    book = export(plan)
    address = book.set("indicators", quarterly.pk, "month:2026-05-01", 5)
    assert faults(look(book)) == [(address, "This indicator is not measured in this period.")]


def test_a_percentage_that_is_typed_as_one_is_read_as_one(export, look, take, plan, choice):
    share = factories.IndicatorFactory(choice=choice, unit="percent")
    book = export(plan)
    book.set("indicators", share.pk, "month:2026-05-01", 0.255)
    book.cell("indicators", share.pk, "month:2026-05-01").number_format = "0.00%"
    take(look(book))
    assert float(share.values.get().value) == 25.5


def test_what_was_changed_in_a_column_that_is_not_read_is_said(export, look, plan, indicator, three):
    book = export(plan)
    address = book.set("indicators", indicator.pk, "light", "Green")
    page = look(book)
    assert [note.address for note in page.context["found"].notes] == [address]
    assert changes(page) == []


def test_an_edited_sheet_with_the_plan_on_one_page_is_not_ignored_in_silence(export, look, plan, three, indicator):
    book = export(plan)
    assert "it is there to read and does not come in" not in look(book).content.decode()
    book.book["OGSM Plan"]["A2"].value = "Een andere ambitie"
    assert "it is there to read and does not come in" in look(book).content.decode()


def test_queries_do_not_grow_with_the_rows(export, look, plan, choice, three, indicator, client_of, plan_owner):
    client, address = client_of(plan_owner), reverse("exchange:plan_import", args=[plan.pk])

    def count():
        token = look(export(plan)).context["upload"].token
        with CaptureQueriesContext(connection) as found:
            client.get(f"{address}?file={token}")
        return len(found)

    count()
    few = count()
    for number in range(20):
        factories.ActionFactory(choice=choice, result=f"Nog een {number}")
        factories.IndicatorValueFactory(indicator=factories.IndicatorFactory(choice=choice))
    assert count() == few
