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


def test_the_columns_somebody_chose_are_remembered_for_the_next_list_with_these_heads(
    hand_in, plan, choice, client_of, plan_owner
):
    client, address = client_of(plan_owner), reverse("actions:actions_paste", args=[plan.pk])
    text = "Actie;Keuze;Wie;Klaar;Extra\nA is af;1;Lotte;1-9-2026;Zie map\n"
    sheet = client.post(address, {"text": text, "kind-4": "description"}).context["sheet"]
    form = {"text": text, "do": "add", "kind-4": "description", "offered": sheet.offered, "shown": sheet.shown}
    client.post(address, {**form, "row-0": "on"})
    again = client.post(address, {"text": text.replace("A is", "B is")}).context["sheet"]
    assert again.kinds[4] == "description"
