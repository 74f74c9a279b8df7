"""The page of one indicator: what it is, its chart, and everything that was ever entered of it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from plans.measured import limits_in_words
from plans.models import Indicator
from tests.factories import IndicatorFactory, IndicatorValueFactory
from tests.plans.conftest import HTMX, fields_of

MAY, APRIL = dt.date(2026, 5, 1), dt.date(2026, 4, 1)


@pytest.fixture
def indicator(choice, member):
    return IndicatorFactory(choice=choice, name="Bestellingen", source="Aantal orders in de webshop", entered_by=member)


@pytest.fixture
def at_page(indicator):
    return reverse("plans:indicator_page", args=[indicator.choice.plan_id, indicator.pk])


@pytest.fixture
def owner(client_of, plan_owner):
    return client_of(plan_owner)


def shown(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def rows_of(client, address):
    return {row.name: row for row in client.get(address).context["rows"]}


def test_it_says_what_is_agreed_and_who_enters_it(owner, at_page, indicator):
    page = shown(owner, at_page)
    for text in (
        "Bestellingen",
        "Webshop",
        "Aantal orders in de webshop",
        "Lotte Bakker",
        "higher is better",
        "200",
        "31 Dec 2026",
        "Green: on the path or above it.",
        "Amber: at most 10 below it.",
        "Red: further below it.",
    ):
        assert text in page


def test_without_a_name_the_choices_owner_enters_it(owner, choice):
    indicator = IndicatorFactory(choice=choice)
    assert "Samira el Amrani" in shown(owner, reverse("plans:indicator_page", args=[choice.plan_id, indicator.pk]))


def test_it_gives_the_newest_value_its_light_and_where_it_should_be(owner, at_page, indicator):
    IndicatorValueFactory(indicator=indicator, period=MAY, value=130)
    page = shown(owner, at_page)
    assert "in May 2026, should be 141" in page
    assert "light-red" in page
    assert 'role="img"' in page


def test_an_unmeasured_indicator_says_so_and_names_who_enters_it(owner, at_page, indicator):
    IndicatorValueFactory(indicator=indicator, period=APRIL, value=130)
    page = shown(owner, at_page)
    assert "The value of May 2026 is still missing; Lotte Bakker enters it." in page
    rows = rows_of(owner, at_page)
    assert (rows["May 2026"].light, rows["May 2026"].value_text) == ("unmeasured", "—")
    assert 'class="gap"' in page


def test_in_the_first_ten_days_a_value_is_still_to_enter(owner, choice):
    indicator = IndicatorFactory(choice=choice, frequency="month", baseline_on=dt.date(2026, 4, 30))
    address = reverse("plans:indicator_page", args=[choice.plan_id, indicator.pk])
    response = owner.get(address)
    assert response.context["rows"][0].light == "unmeasured", "May ended 11 days ago"
    quarterly = IndicatorFactory(choice=choice, frequency="quarter", baseline_on=dt.date(2026, 4, 1))
    address = reverse("plans:indicator_page", args=[choice.plan_id, quarterly.pk])
    assert "No period has ended yet" in shown(owner, address)


def test_the_table_has_every_period_newest_first_with_note_and_author(
    owner, at_page, indicator, plan_owner, member, at
):
    indicator.enter(APRIL, Decimal(130), by=member, at=at, note="Zonder Gent")
    indicator.enter(MAY, Decimal(150), by=plan_owner, at=at)
    rows = rows_of(owner, at_page)
    assert list(rows) == ["May 2026", "Apr 2026", "Mar 2026", "Feb 2026", "Jan 2026"]
    assert (rows["Apr 2026"].entry.note, rows["Apr 2026"].first_by) == ("Zonder Gent", member)
    assert rows["May 2026"].light == "green"
    assert "Zonder Gent" in shown(owner, at_page)


def test_corrections_stand_with_the_value_who_from_what_to_what_and_why(
    owner, at_page, indicator, plan_owner, member, at
):
    later = at + dt.timedelta(hours=1)
    indicator.enter(MAY, Decimal(140), by=member, at=at)
    indicator.enter(MAY, Decimal(150), by=plan_owner, at=later, why="Twee klanten vergeten")
    indicator.enter(MAY, Decimal(150), by=plan_owner, at=later, note="Nageteld")
    page = shown(owner, at_page)
    assert "Corrected by Karin de Boer" in page
    assert "<del>140</del>" in page
    assert "<ins>150</ins>" in page
    assert "Because: Twee klanten vergeten" in page
    row = rows_of(owner, at_page)["May 2026"]
    assert row.first_by == member, "who entered it first, not who corrected it last"
    assert [(one.before, one.after) for one in row.corrections] == [("140", "150"), ("—", "Nageteld")]


def test_values_are_entered_and_corrected_from_here_by_who_may(client_of, at_page, indicator, member, viewer):
    IndicatorValueFactory(indicator=indicator, period=MAY, value=140)
    enter = reverse("plans:value_enter", args=[indicator.choice.plan_id, indicator.pk])
    page = shown(client_of(member), at_page)
    assert f'href="{enter}?period=2026-05-01"' in page
    assert f'href="{enter}?period=2026-04-01"' in page
    assert enter not in shown(client_of(viewer), at_page)


def test_only_who_defines_it_gets_the_pen(owner, client_of, at_page, indicator, member):
    edit = reverse("plans:indicator_edit", args=[indicator.choice.plan_id, indicator.pk])
    assert edit in shown(owner, at_page)
    assert edit not in shown(client_of(member), at_page)


def test_a_value_entered_in_its_dialog_shows_the_page_anew(owner, at_page, indicator):
    enter = reverse("plans:value_enter", args=[indicator.choice.plan_id, indicator.pk])
    headers = {**HTMX, "HX-Target": "dialog-body", "HX-Current-URL": f"http://testserver{at_page}"}
    form = fields_of(owner.get(enter, headers=headers).content.decode())
    response = owner.post(enter, {**form, "value": "140"}, headers=headers)
    assert response.status_code == 204
    assert response["HX-Refresh"] == "true"
    assert "Bestellingen, May 2026: 140" in shown(owner, at_page)


def test_the_names_on_scorecard_and_plan_lead_here(client_of, viewer, at_page, indicator, plan):
    for address in (reverse("plans:indicator_list", args=[plan.pk]), plan.get_absolute_url()):
        assert f'href="{at_page}">Bestellingen</a>' in shown(client_of(viewer), address)


def test_an_indicator_without_anything_draws_nothing_and_says_so(owner, choice):
    bare = IndicatorFactory(choice=choice, baseline=None, baseline_on=None, target=None, target_on=None)
    page = shown(owner, reverse("plans:indicator_page", args=[choice.plan_id, bare.pk]))
    assert "There is nothing to draw yet" in page
    assert "No target" in page


def test_an_archived_indicator_has_no_page(owner, at_page, indicator, plan_owner, at):
    indicator.archive(by=plan_owner, at=at)
    assert owner.get(at_page).status_code == 404


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ["Green: on the path or above it.", "Amber: at most 10 below it.", "Red: further below it."]),
        (
            {"direction": "lower", "green_limit": Decimal(2), "amber_limit": Decimal(5)},
            ["Green: at most 2 above the target path.", "Amber: at most 5 above it.", "Red: further above it."],
        ),
        (
            {"green_limit": Decimal(3), "amber_limit": Decimal(3), "unit": "eur"},
            ["Green: at most €3 below the target path.", "Red: further below it."],
        ),
        (
            {"unit": "percent", "green_limit": Decimal(1), "amber_limit": Decimal("2.5")},
            [
                "Green: at most 1 percentage point below the target path.",
                "Amber: at most 2.5 percentage points below it.",
                "Red: further below it.",
            ],
        ),
        ({"target": None}, []),
    ],
)
def test_the_limits_in_words(changed, said):
    assert limits_in_words(Indicator(**{"baseline": Decimal(100), "target": Decimal(200), **changed})) == said


def test_the_number_of_queries_does_not_grow_with_values_and_corrections(
    owner, at_page, indicator, member, plan_owner, at, django_assert_num_queries
):
    def grow(first, last):
        for month in range(first, last):
            day = dt.date(2024 + month // 12, month % 12 + 1, 1)
            indicator.enter(day, Decimal(140), by=member, at=at)
            indicator.enter(day, Decimal(150), by=plan_owner, at=at, why="Nageteld")

    indicator.change(by=plan_owner, at=at, baseline_on=None)
    grow(0, 3)
    owner.get(at_page)
    with django_assert_num_queries(10):
        owner.get(at_page)
    grow(3, 28)
    with django_assert_num_queries(10):
        owner.get(at_page)


def test_edit_leads_back_to_the_page_it_was_opened_on(owner, indicator, at_page, fill):
    address = reverse("plans:indicator_edit", args=[indicator.choice.plan_id, indicator.pk]) + "?from=indicator"
    assert f'href="{address}"' in shown(owner, at_page)
    form = shown(owner, address)
    assert f'action="{address}"' in form
    assert f'href="{at_page}' in form
    assert fill(owner, address, name="Bestellingen per dag")["Location"] == at_page
    assert Indicator.objects.get().name == "Bestellingen per dag"
