"""Lists of somebody's own, from a spreadsheet of a strange layout: read with few questions."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from django.urls import reverse

from actions.models import Action
from tests import factories

from .conftest import upload

HEADS = ["Nr.", "Actie", "Keuze", "Trekker", "Gereed op", "Stand van zaken", "Opmerkingen"]


def strange_list(count: int) -> bytes:
    """Merged titles, an empty column, Dutch heads, days as text in five ways, names misspelt."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Actielijst MT"
    sheet["A1"] = "Actielijst managementteam 2026"
    sheet.merge_cells("A1:G1")
    sheet["A2"] = "Bijgewerkt door Karin"
    sheet.merge_cells("A2:D2")
    sheet.append([])
    sheet.append(HEADS)
    days = ["1-9-2026", "3 sept 2026", "wk 40", dt.datetime(2026, 9, 4), "30/09/2026"]  # noqa: DTZ001
    names = ["Joost van Leeuwen", "Joost van Leuwen", "Karin de Boer", "Bakker, Lotte", "samira@example.org"]
    states = ["open", "mee bezig", "nog te doen", "", "lopend"]
    for number in range(count):
        kind = number % 5
        sheet.append(
            [number + 1, f"Resultaat {number} is bereikt", "Webshop", names[kind], days[kind], states[kind], "Zie map"]
        )
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


@pytest.fixture
def hand_in(plan, client_of, plan_owner):
    def post(data, name="lijst.xlsx", by=plan_owner):
        address = reverse("exchange:plan_import", args=[plan.pk])
        return client_of(by).post(address, {"file": upload(data, name)}, follow=True)

    return post


def add(client, plan, page):
    """What the preview ticked, as its button does."""
    sheet = page.context["sheet"]
    answers = {question.field: question.answer for question in sheet.asked}
    ticks = {f"row-{row.number}": "on" for row in sheet.ticked}
    form = {"text": sheet.text, "do": "add", "offered": sheet.offered, "shown": sheet.shown, **answers, **ticks}
    return client.post(reverse("actions:actions_paste", args=[plan.pk]), form)


def test_five_hundred_rows_of_a_strange_layout_come_in_with_one_question(
    hand_in, plan, choice, client_of, plan_owner, responsible
):
    page = hand_in(strange_list(500))
    sheet = page.context["sheet"]
    assert sheet.kinds == ["", "result", "choice", "responsible", "deadline", "status", "description"]
    assert [(one.text, one.answer) for one in sheet.asked] == [("Joost van Leuwen", str(responsible.pk))]
    assert (len(sheet.table), len(sheet.wrong), len(sheet.ticked)) == (500, 0, 500)
    answer = add(client_of(plan_owner), plan, page)
    assert answer.status_code == 302
    assert plan.actions.live().count() == 500
    days = set(plan.actions.values_list("deadline", flat=True))
    assert days == {
        dt.date(2026, 9, 1),
        dt.date(2026, 9, 3),
        dt.date(2026, 10, 2),
        dt.date(2026, 9, 4),
        dt.date(2026, 9, 30),
    }


STRANGE_DAYS = {
    "uiterlijk 1 oktober 2026": (2026, 10, 1),
    "30-9-26": (2026, 9, 30),
    "30.09.2026": (2026, 9, 30),
    "eind september": (2026, 9, 30),
    "half okt. 2026": (2026, 10, 15),
    "week 40": (2026, 10, 2),
    "3e kwartaal 2026": (2026, 9, 30),
    "do 1 oktober": (2026, 10, 1),
    "sep '26": (2026, 9, 30),
    "2026-10-01": (2026, 10, 1),
}
STRANGE_NAMES = ["Joost van Leuwen", "S. el Amrani", "Lote Bakker", "Karin", "boer, karin de", "Peter Smid"]


def stranger_list(count: int) -> bytes:
    """As people really keep them: titles and dates on top, a title for each group, heads once more on every page,
    empty rows, a total below each group and below all; on another sheet what is left of last year."""
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "Uitleg"
    notes["A1"] = "Vul het tabblad Acties in"
    sheet = book.create_sheet("Acties")
    heads = ["#", "Strategische keuze", "Actiepunt", "Actiehouder", "Klaar op", "Status", "Toelichting"]
    sheet.append(["Actielijst MT"])
    sheet.merge_cells("A1:G1")
    sheet.append(["Datum: 1-6-2026", None, None, "Versie 12"])
    sheet.append([])
    days, at = list(STRANGE_DAYS), 0
    for number in range(count):
        if number % 125 == 0:
            sheet.append([f"Groep {number // 125 + 1}: wat we doen"])
            sheet.merge_cells(start_row=sheet.max_row, start_column=1, end_row=sheet.max_row, end_column=7)
            sheet.append(heads)
        row = [number + 1, "HOE 1", f"Winkel {number} heeft een plan", STRANGE_NAMES[number % 6], days[number % 10]]
        sheet.append([*row, ["open", "loopt", None][number % 3], "=A1+1" if number % 7 == 0 else None])
        if number % 40 == 0:
            sheet.append([None, "  "])
        if number % 125 == 124:
            sheet.append(["Subtotaal", None, None, None, 125])
            at += 125
    sheet.append(["Totaal", None, at])
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def test_a_list_as_people_really_keep_them_comes_in_with_few_questions_and_no_row_is_lost(
    hand_in, plan, choice, client_of, plan_owner
):
    page = hand_in(stranger_list(500))
    sheet = page.context["sheet"]
    assert sheet.kinds == ["", "choice", "result", "responsible", "deadline", "status", "description"]
    assert [(one.text, bool(one.answer)) for one in sheet.asked] == [
        ("Joost van Leuwen", True),
        ("Lote Bakker", True),
        ("Peter Smid", True),
    ]
    # 500 actions; of what is around them the first title and head stand above the list
    assert (len(sheet.rows), len(sheet.wrong), len(sheet.ticked)) == (500, 0, 500)
    assert sheet.left_out == [
        text
        for group in range(1, 5)
        for text in ([f"Groep {group}: wat we doen", " · ".join(
            ["#", "Strategische keuze", "Actiepunt", "Actiehouder", "Klaar op", "Status", "Toelichting"])]
            if group > 1 else []) + ["Subtotaal · 125"]
    ] + ["Totaal · 500"]  # fmt: skip
    text = page.content.decode()
    assert "11 rows are titles or totals, no actions" in text
    assert "Not read: Uitleg." in text
    assert add(client_of(plan_owner), plan, page).status_code == 302
    made = {action.result: action for action in plan.actions.live()}
    assert len(made) == 500
    for number, day in enumerate(STRANGE_DAYS.values()):
        assert made[f"Winkel {number} heeft een plan"].deadline == dt.date(*day)
    assert {made[f"Winkel {n} heeft een plan"].responsible.first_name for n in range(6)} == {
        "Joost",
        "Samira",
        "Lotte",
        "Karin",
        "Peter",
    }
    assert made["Winkel 0 heeft een plan"].description == "=A1+1"


def test_a_row_that_is_not_understood_stays_in_sight_with_the_reason(hand_in, plan, choice):
    page = hand_in(b"Actie;Keuze;Wie;Klaar\nA is af;1;Lotte;z.s.m.\nB is af;1;Lotte;1-9-2026\n", "lijst.csv")
    sheet = page.context["sheet"]
    assert [[cell.error for cell in row.cells if cell.error] for row in sheet.wrong] == [
        ["There is no such day. Write it as 31-12-2026."]
    ]
    assert "1 still needs an answer and is left out until then." in page.content.decode()


def test_a_misspelt_name_is_asked_with_the_likely_person_first(hand_in, plan, choice, responsible):
    page = hand_in(strange_list(2))
    [question] = page.context["sheet"].asked
    assert question.answer == str(responsible.pk)
    assert "Not sure about these" in page.content.decode()


def test_a_name_like_two_people_is_left_open(hand_in, plan, choice, responsible):
    factories.MembershipFactory(plan=plan, user=factories.UserFactory(name="Joost van Leeuwes"))
    [question] = hand_in(strange_list(2)).context["sheet"].asked
    assert question.answer == ""


def test_more_rows_than_are_asked_at_once_are_refused_with_a_sentence(hand_in, plan, choice):
    answer = hand_in(strange_list(501))
    assert (answer.status_code, "At most 500 rows at once." in answer.content.decode()) == (422, True)


def test_a_csv_file_is_read_the_same_way(hand_in, plan, choice, member):
    page = hand_in(b"Actielijst\n;;\nActie;Keuze;Wie;Klaar\nA is af;1;Lotte;1-9-2026\n", "lijst.csv")
    [row] = page.context["sheet"].ticked
    assert (row.result, row.values["responsible"]) == ("A is af", member)


def test_only_who_may_add_actions_hands_in_a_list(hand_in, plan, choice, member):
    answer = hand_in(strange_list(3), by=member)
    assert answer.status_code == 422
    assert "adding actions from a list is for who leads the plan or a choice" in answer.content.decode()
    assert Action.objects.count() == 0


def test_the_columns_somebody_chose_are_remembered_in_this_plan_for_the_next_list_with_these_heads(
    hand_in, plan, choice, client_of, plan_owner, process_owner
):
    address = reverse("actions:actions_paste", args=[plan.pk])
    text = "Actie;Keuze;Wie;Klaar;Extra\nA is af;1;Lotte;1-9-2026;Zie map\n"

    def kinds(user, data, **more):
        return client_of(user).post(address, {"text": data, **more}).context["sheet"]

    sheet = kinds(plan_owner, text, **{"kind-4": "description"})
    form = {"text": text, "do": "add", "kind-4": "description", "offered": sheet.offered, "shown": sheet.shown}
    client_of(plan_owner).post(address, {**form, "row-0": "on"})
    again = text.replace("A is", "B is")
    assert kinds(plan_owner, again).kinds[4] == "description"  # signed in anew
    assert hand_in(again.encode(), "lijst.csv").context["sheet"].kinds[4] == "description"
    assert kinds(process_owner, again).kinds[4] == ""
    other = factories.PlanFactory()
    factories.MembershipFactory(plan=other, user=plan_owner, role="owner")
    factories.ChoiceFactory(plan=other)
    elsewhere = reverse("actions:actions_paste", args=[other.pk])
    assert client_of(plan_owner).post(elsewhere, {"text": again}).context["sheet"].kinds[4] == ""


def test_what_came_from_a_list_says_of_which_file_in_the_history(hand_in, plan, choice, client_of, plan_owner):
    sheet = hand_in(b"Actie;Keuze;Wie;Klaar\nA is af;1;Lotte;1-9-2026\n", "afspraken mt.csv")
    page = sheet.content.decode()
    assert "afspraken mt.csv" in page
    assert "Paste" not in page
    sheet = sheet.context["sheet"]
    form = {"text": sheet.text, "offered": sheet.offered, "shown": sheet.shown, "file_name": "afspraken mt.csv"}
    address = reverse("actions:actions_paste", args=[plan.pk])
    assert "afspraken mt.csv" in client_of(plan_owner).post(address, {**form, "do": "look"}).content.decode()
    client_of(plan_owner).post(address, {**form, "do": "add", "row-0": "on"})
    assert Action.objects.get().history.get().history_change_reason == "From afspraken mt.csv"
