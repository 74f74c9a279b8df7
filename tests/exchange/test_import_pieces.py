"""Ambition, goals, strategic choices and what defines an indicator: edited in the workbook they come in too."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from plans.models import Choice, Goal, Indicator
from tests import factories

from .conftest import changes, faults

STAYS = "An indicator stays with its strategic choice. Make a new row for another one."


@pytest.fixture
def goal(plan):
    return factories.GoalFactory(plan=plan, name="Omzet", unit="eur", target=1_500_000)


@pytest.fixture
def indicator(choice):
    indicator = factories.IndicatorFactory(choice=choice, name="Bestellingen per week", baseline=100, target=200)
    factories.IndicatorValueFactory(indicator=indicator, period=dt.date(2026, 5, 1), value=140)
    return indicator


@pytest.fixture
def edited(export, plan, choice, goal, indicator, member):
    """Somebody changed a cell of each sheet, and more of the choice and the indicator."""
    book = export(plan)
    typed = [
        book.set("particulars", plan.pk, "ambition", "In 2027 is iedereen klant"),
        book.set("goals", goal.pk, "target", "1.750.000"),
        book.set("choices", choice.pk, "goal", "Meer bestellen online"),
        book.set("choices", choice.pk, "how", "=de webshop sneller te maken"),
        book.set("choices", choice.pk, "owner", member.name),
        book.set("indicators", indicator.pk, "name", "Bestellingen per dag"),
        book.set("indicators", indicator.pk, "direction", "at least"),
        book.set("indicators", indicator.pk, "target", 250),
        book.set("indicators", indicator.pk, "entered_by", member.email),
        book.set("indicators", indicator.pk, "month:2026-05-01", 150),
    ]
    return book, typed


def test_each_cell_is_shown_with_what_it_was_and_what_it_becomes(look, edited):
    book, typed = edited
    page = look(book)
    assert sorted(change.address for change in changes(page)) == sorted(typed)
    assert faults(page) == []
    shown = {change.label: (change.before, change.after) for change in changes(page)}
    assert shown["Choice owner"] == ("Samira el Amrani", "Lotte Bakker")
    assert shown["Direction"] == ("higher is better", "at least")
    assert [each.replace("\u00a0", " ") for each in shown["Target"]] == ["200", "250"]


def test_what_is_ticked_is_taken_over_with_the_name_of_the_file(look, take, edited, plan, choice, goal, indicator):
    page = look(edited[0], name="plan van Karin.xlsx")
    take(page)
    for piece in (plan, choice, goal, indicator):
        piece.refresh_from_db()
        assert piece.history.first().history_change_reason == "From plan van Karin.xlsx"
    assert (plan.ambition, goal.target) == ("In 2027 is iedereen klant", Decimal(1_750_000))
    assert (choice.goal, choice.how) == ("Meer bestellen online", "=de webshop sneller te maken")
    assert (choice.owner.first_name, indicator.entered_by.first_name) == ("Lotte", "Lotte")
    assert (indicator.direction, indicator.target, indicator.values.get().value) == ("at_least", 250, 150)


def test_only_what_is_ticked_is_taken_over(look, take, edited, plan, choice):
    page = look(edited[0])
    take(page, ticked=[f"choices-{choice.pk}-how"])
    choice.refresh_from_db()
    before = plan.ambition
    plan.refresh_from_db()
    assert (choice.how, plan.ambition) == ("=de webshop sneller te maken", before)
    assert choice.goal != "Meer bestellen online"


def test_new_rows_become_goals_choices_and_indicators(export, look, take, plan, choice, goal, indicator):
    book = export(plan)
    book.add("goals", name="Marge", unit="%", target=12)
    book.add("choices", short_name="Service", goal="Binnen een dag antwoord", how="een team te maken")
    values = {"name": "Klachten", "direction": "lower is better", "frequency": "quarter", "target": 5}
    book.add("indicators", choice="1 Webshop", **values, **{"month:2026-03-01": 12})
    page = look(book)
    assert (len(page.context["found"].additions), faults(page)) == (3, [])
    take(page)
    made = (
        Goal.objects.get(name="Marge"),
        Choice.objects.get(short_name="Service"),
        Indicator.objects.get(name="Klachten"),
    )
    assert (made[0].unit, made[0].target, made[0].due_on, made[0].position) == (
        "percent",
        12,
        plan.ends_on,
        goal.position + 1,
    )
    assert (made[1].plan, made[1].position) == (plan, choice.position + 1)
    assert (made[2].choice, made[2].direction, made[2].baseline_on) == (choice, "lower", plan.starts_on)
    assert {each.period: each.value for each in made[2].values.all()} == {dt.date(2026, 1, 1): 12}
    assert all(piece.history.get().history_change_reason == "From plan.xlsx" for piece in made)


@pytest.mark.parametrize(
    ("kind", "key", "typed", "said"),
    [
        ("particulars", "ambition", None, "An active plan needs its ambition."),
        ("particulars", "ends_on", dt.datetime(2025, 1, 1), "The plan ends before it starts."),  # noqa: DTZ001
        ("goals", "name", None, "This cannot be empty."),
        ("goals", "target", "veel", "'veel' is no number. Write it as 1.250,50 or 1,250.50."),
        ("goals", "due_on", "31-02-2026", "'31-02-2026' is no date. Write it as 31-12-2026."),
        ("goals", "unit", "kilo", "'kilo': choose one of number, %, EUR, score, count."),
        ("goals", "name", "x" * 121, "At most 120 characters; this is 121."),
        ("choices", "owner", "Truus", "'Truus': Who is this? Nobody who takes part in this plan is called so."),
        ("indicators", "frequency", "year", "It has values already. Archive it and make a new indicator instead."),
        ("indicators", "target_on", dt.datetime(2024, 1, 1), "The target's date lies before the baseline's."),  # noqa: DTZ001
        ("indicators", "green_limit", -1, "A limit says how far the value may fall short: enter zero or more."),
        ("indicators", "choice", "2 Service", STAYS),
        ("indicators", "target", 10**13, "Ensure that there are no more than 11 digits before the decimal point."),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_is_named_with_its_address(
    export, look, plan, choice, goal, indicator, kind, key, typed, said
):
    factories.ChoiceFactory(plan=plan, short_name="Service")
    Indicator.objects.filter(pk=indicator.pk).update(baseline_on=plan.starts_on)
    pk = {"particulars": plan, "goals": goal, "choices": choice, "indicators": indicator}[kind].pk
    book = export(plan)
    address = book.set(kind, pk, key, typed)
    page = look(book)
    assert (faults(page), changes(page)) == ([(address, said)], [])


def test_in_an_active_plan_a_choice_owner_changes_the_own_choice_alone(export, look, edited, choice_owner, plan, goal):
    other = factories.ChoiceFactory(plan=plan, short_name="Service")
    book, typed = edited
    page = look(book, by=choice_owner)
    own = [address for address in typed if address.startswith(("Strategic choices", "Indicators"))]
    assert sorted(change.address for change in changes(page)) == sorted(own)
    assert {text for _address, text in faults(page)} == {"You may not change this."}
    assert len(faults(page)) == 2
    assert other.owner != choice_owner


@pytest.mark.parametrize("state", ["active", "draft"])
def test_a_member_changes_the_pieces_of_a_draft_only(edited, look, take, plan, member, choice, state):
    plan.state = state
    plan.save()
    page = look(edited[0], by=member)
    taken = [change.address.partition("!")[0] for change in changes(page)]
    if state == "draft":
        assert {"Ambition", "Goals", "Strategic choices", "Indicators"} <= set(taken)
    else:
        assert set(taken) <= {"Indicators"}
        assert "You may not change this." in {text for _address, text in faults(page)}


def test_what_a_colleague_changed_meanwhile_is_shown_unticked(export, look, plan, choice, plan_owner):
    book = export(plan)
    book.set("choices", choice.pk, "goal", "Dit dan")
    choice.change(by=plan_owner, at=factories.AT, goal="Nee, dat")
    page = look(book)
    assert [(change.before, change.after, change.meanwhile) for change in changes(page)] == [
        ("Nee, dat", "Dit dan", True)
    ]
    assert page.context["ticked"] == set()


def test_a_workbook_of_another_installation_is_not_taken_for_this_plan(export, look, plan, choice):
    book = export(plan)
    for kind in ("particulars", "goals", "choices", "indicators", "actions"):
        book.sheet(kind)["A1"].value = str(book.sheet(kind)["A1"].value).rpartition(":")[0] + ":0badcafe"
    page = look(book)
    assert page.status_code == 422
    assert "This is the workbook of another plan." in page.content.decode()
