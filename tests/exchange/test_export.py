"""The plan as a workbook: what is on its sheets, in whose language, and that nothing in it is calculated."""

from __future__ import annotations

import datetime as dt
import tracemalloc
import zipfile
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import Action
from ogsm.exchange.writer import actions_workbook
from plans.access import PlanAccess
from tests import factories


def texts(sheet):
    return [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]


@pytest.fixture
def filled(plan, choice, action, responsible, member):
    """The action in progress, amber, with somebody involved; an indicator with a value; a goal."""
    action.edit(by=responsible, at=factories.AT, starts_on=dt.date(2026, 5, 4), involved=[member])
    action.move_to("doing", by=responsible, at=factories.AT)
    Action.objects.filter(pk=action.pk).update(light="amber")
    action.refresh_from_db()
    factories.GoalFactory(plan=plan, name="Omzet webshop", target=1_500_000)
    indicator = factories.IndicatorFactory(choice=choice, name="Bestellingen per week")
    factories.IndicatorValueFactory(indicator=indicator, period=dt.date(2026, 5, 1), value=140)
    return indicator


def test_the_workbook_has_the_plan_its_indicators_and_its_actions(export, plan, filled, action):
    book = export(plan).book
    sheets = ["OGSM Plan", "Ambition", "Goals", "Strategic choices", "Indicators", "Action plan", "ogsm"]
    assert book.sheetnames == sheets
    assert book["ogsm"].sheet_state == "hidden"
    page = texts(book["OGSM Plan"])
    assert {plan.ambition, "Omzet webshop", "€1.5m", action.result, "Bestellingen per week", "Amber"} <= set(page)


def test_the_plan_prints_on_one_a3_in_landscape(export, plan, filled):
    sheet = export(plan).book["OGSM Plan"]
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 8)
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight or 1) == (True, 1)


def test_a_row_has_dates_as_dates_and_words_for_status_and_light(export, plan, filled, action, responsible, member):
    book = export(plan)
    shown = {key: book.cell("actions", action.pk, key) for key in ("starts_on", "deadline", "status", "light")}
    assert [cell.value for cell in shown.values()] == [
        dt.datetime(2026, 5, 4),  # noqa: DTZ001  (a spreadsheet has no zones)
        dt.datetime.combine(action.deadline, dt.time.min),
        "In progress",
        "Amber",
    ]
    assert all(shown[key].is_date for key in ("starts_on", "deadline"))
    people = [book.cell("actions", action.pk, key).value for key in ("responsible", "involved")]
    assert people == [responsible.name, member.name]


def test_the_action_plan_has_a_frozen_head_filters_and_drop_downs(export, plan, filled, action):
    book = export(plan)
    sheet = book.sheet("actions")
    assert sheet.freeze_panes == "A3"
    assert sheet.auto_filter.ref.startswith("C2:")
    assert sheet.column_dimensions["A"].hidden
    assert sheet.row_dimensions[1].hidden
    offered = {str(each.sqref).split(":")[0]: each for each in sheet.data_validations.dataValidation}
    place = book.cell("actions", action.pk, "status").coordinate
    assert offered[place].formula1 == "ogsm!$C$1:$C$3"
    assert [cell.value for cell in book.book["ogsm"]["C"] if cell.value] == ["To do", "In progress", "Done"]
    dated = offered[book.cell("actions", action.pk, "deadline").coordinate]
    assert dated.type == "date"


def test_drop_downs_offer_whole_words_for_units_directions_and_people(export, plan, filled, action):
    book = export(plan)
    offered = {str(each.sqref).split(":")[0]: each for each in book.sheet("indicators").data_validations.dataValidation}

    def words(key):
        source = offered[book.cell("indicators", filled.pk, key).coordinate].formula1
        column, last = source.split("!$")[1][0], int(source.rsplit("$", 1)[1])
        return [book.book["ogsm"][f"{column}{row}"].value for row in range(1, last + 1)]

    assert words("kind") == ["level at the end of the period", "running total, restarts each year"]
    assert words("direction") == ["higher is better", "lower is better", "at least", "at most"]
    assert words("frequency") == ["month", "quarter", "year"]
    assert "Lotte Bakker" in words("entered_by")


def test_how_an_indicator_is_measured_is_folded_away(export, plan, filled):
    sheet = export(plan).sheet("indicators")
    folded = [sheet.column_dimensions[letter] for letter in sheet.column_dimensions if letter not in "AB"]
    assert [each.outlineLevel for each in folded if each.hidden]
    assert all(each.outlineLevel == 1 for each in folded if each.hidden)


def test_a_light_keeps_its_colour_when_another_word_is_chosen(export, plan, filled):
    rules = export(plan).sheet("actions").conditional_formatting
    said = {rule.formula[0] for each in rules for rule in each.rules}
    assert said == {'"Green"', '"Amber"', '"Red"'}


def test_indicators_have_their_values_per_period(export, plan, filled):
    book = export(plan)
    assert book.cell("indicators", filled.pk, "month:2026-05-01").value == 140
    assert book.cell("indicators", filled.pk, "month:2026-04-01").value is None
    head = [cell.value for cell in book.sheet("indicators")[2]]
    assert head[-2:] == ["May 2026", "Jun 2026"]


def test_it_is_in_the_readers_language(export, plan, filled, plan_owner, action):
    plan_owner.language = "nl"
    plan_owner.save()
    book = export(plan)
    assert "Actieplan" in book.book.sheetnames
    assert book.cell("actions", action.pk, "light").value == "Oranje"


@pytest.mark.parametrize("start", ["=1+1", "+31 6", "-geen", "@iemand", '=HYPERLINK("http://kwaad.example")'])
def test_what_begins_as_a_formula_is_text(export, plan, choice, responsible, start):
    action = factories.ActionFactory(choice=choice, responsible=responsible, result=start, description=start)
    book = export(plan)
    for key in ("result", "description"):
        cell = book.cell("actions", action.pk, key)
        assert (cell.value, cell.data_type, cell.quotePrefix) == (start, "s", True)
    assert all(cell.data_type != "f" for sheet in book.book for row in sheet.iter_rows() for cell in row)


def test_what_is_archived_is_not_in_it(export, plan, filled, action, plan_owner):
    action.archive(by=plan_owner, at=factories.AT)
    assert action.result not in texts(export(plan, "actions_xlsx").sheet("actions"))


def test_two_people_of_one_name_are_told_apart(export, plan, choice):
    one, other = (factories.UserFactory(name="Jan Smit", email=f"jan{n}@example.org") for n in range(2))
    actions = [factories.ActionFactory(choice=choice, responsible=user) for user in (one, other)]
    book = export(plan)
    shown = [book.cell("actions", action.pk, "responsible").value for action in actions]
    assert shown == ["Jan Smit (jan0@example.org)", "Jan Smit (jan1@example.org)"]


def test_an_empty_plan_has_a_workbook_too(export, plan):
    assert plan.ambition in texts(export(plan).book["OGSM Plan"])


def test_odd_text_comes_out_as_it_is(export, plan, choice, responsible):
    odd = "Blij 🎉 עברית \u200f & <b> “ja”"
    action = factories.ActionFactory(choice=choice, responsible=responsible, result=odd)
    assert export(plan).cell("actions", action.pk, "result").value == odd


def test_every_member_finds_the_workbooks_on_the_plan_and_on_the_action_plan(client_of, plan, choice, action, viewer):
    client = client_of(viewer)
    page = client.get(reverse("plans:plan_page", args=[plan.pk])).content.decode()
    table = client.get(reverse("actions:action_list", args=[plan.pk])).content.decode()
    assert reverse("exchange:plan_xlsx", args=[plan.pk]) in page
    assert reverse("exchange:actions_xlsx", args=[plan.pk]) in table


def test_the_file_is_named_for_the_plan_and_the_day(client_of, plan, viewer):
    answer = client_of(viewer).get(reverse("exchange:actions_xlsx", args=[plan.pk]))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="groei-2026-actions-2026-06-11.xlsx"'
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["plan_xlsx", "actions_xlsx"])
def test_queries_do_not_grow_with_the_plan(client_of, plan, choice, action, member, plan_owner, name):
    client, address = client_of(plan_owner), reverse(f"exchange:{name}", args=[plan.pk])

    def count():
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(address)
        return len(found)

    client.get(address)
    few = count()
    for number in range(20):
        more = factories.ActionFactory(choice=choice, responsible=factories.UserFactory(), involved=[member])
        indicator = factories.IndicatorFactory(choice=more.choice, entered_by=member)
        factories.IndicatorValueFactory(indicator=indicator, value=number)
    assert count() == few


@pytest.mark.slow
def test_five_thousand_actions_take_two_hundred_megabytes_at_most(plan, choice, plan_owner):
    people = [factories.UserFactory() for _ in range(20)]
    for user in people:
        factories.MembershipFactory(plan=plan, user=user)
    Action.objects.bulk_create(
        Action(
            plan=plan, choice=choice, responsible=people[n % 20], result=f"Winkel {n} heeft een plan voor het jaar",
            deadline=factories.ON, description="Zie de map op de schijf. " * 4,
        )
        for n in range(5000)
    )  # fmt: skip
    access = PlanAccess(plan, plan.memberships.get(user=plan_owner), plan_owner)
    tracemalloc.start()
    data = actions_workbook(access, factories.ON)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    assert peak <= 200, f"{peak:.0f} MB"
    sheet = zipfile.ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert sheet.count(b"<row ") == 5002
