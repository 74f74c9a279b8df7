"""The scorecard: values per period, entering and correcting them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from plans.models import IndicatorValue
from tests.factories import IndicatorFactory, IndicatorValueFactory, UserFactory
from tests.plans.conftest import HTMX, fields_of


def at_indicator(indicator, verb="value_enter", query=""):
    return reverse(f"plans:{verb}", args=[indicator.choice.plan_id, indicator.pk]) + query


def scorecard(client, plan):
    response = client.get(reverse("plans:indicator_list", args=[plan.pk]))
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def owner(client_of, plan_owner):
    return client_of(plan_owner)


@pytest.fixture
def indicator(choice, member):
    return IndicatorFactory(choice=choice, name="Bestellingen", entered_by=member)


def test_the_scorecard_shows_values_per_period(owner, plan, indicator):
    for month, value in ((3, 110), (4, 130), (5, 150)):
        IndicatorValueFactory(indicator=indicator, period=dt.date(2026, month, 1), value=value)
    shown = scorecard(owner, plan)
    for text in ("Dec 2025", "May 2026", "Bestellingen", "110", "130", "150", "200", "Green"):
        assert text in shown
    assert "Jun 2026" not in shown


def test_a_missing_value_is_not_measured_and_says_who_enters_it(owner, plan, indicator):
    shown = scorecard(owner, plan)
    assert "Not measured" in shown
    assert "Lotte Bakker enters it" in shown


def test_an_indicator_without_a_name_is_entered_by_the_choice_owner(owner, plan, choice):
    IndicatorFactory(choice=choice)
    assert "Samira el Amrani enters it" in scorecard(owner, plan)


def test_quarters_stand_in_the_month_they_end_in(owner, plan, indicator, choice):
    quarterly = IndicatorFactory(choice=choice, frequency="quarter", unit="eur")
    IndicatorValueFactory(indicator=quarterly, period=dt.date(2026, 1, 1), value=777)
    response = owner.get(reverse("plans:indicator_list", args=[plan.pk]))
    line = response.context["card"].groups[0].lines[1]
    by_column = dict(zip(response.context["card"].columns, line.cells, strict=True))
    assert by_column["Mar 2026"].entry.value == 777
    assert by_column["Feb 2026"].period is None


def test_an_empty_scorecard_says_where_to_begin(owner, plan):
    assert "No indicators yet" in scorecard(owner, plan)


def test_the_form_starts_at_the_last_due_period_without_a_value(owner, indicator):
    IndicatorValueFactory(indicator=indicator, period=dt.date(2026, 5, 1))
    sent = fields_of(owner.get(at_indicator(indicator)).content.decode())
    assert sent["period"] == "2026-04-01"
    assert "why" not in sent


def test_the_named_person_enters_a_value_in_dutch_notation(client_of, member, indicator, fill):
    response = fill(client_of(member), at_indicator(indicator), value="1.250,50", note="Zonder Gent")
    assert response.status_code == 302
    entry = IndicatorValue.objects.get()
    assert (entry.period, entry.value, entry.note) == (dt.date(2026, 5, 1), Decimal("1250.50"), "Zonder Gent")
    assert (entry.author, entry.history.get().history_user) == (member, member)


def test_english_notation_means_the_same(owner, indicator, fill):
    fill(owner, at_indicator(indicator), value="1,250.50")
    assert IndicatorValue.objects.get().value == Decimal("1250.50")


def test_the_answer_is_the_row_of_the_page_that_asked(owner, indicator, fill):
    row = fill(owner, at_indicator(indicator), HTMX, value="140").content.decode()
    assert row.strip().startswith(f'<tr id="score-{indicator.pk}"')
    from_plan = fill(
        owner, at_indicator(indicator), {**HTMX, "HX-Target": "dialog-body"}, value="150", period="2026-04-01"
    )
    assert from_plan["HX-Retarget"] == f"#indicator-{indicator.pk}"
    assert "dialogClose" in from_plan["HX-Trigger"]


def test_a_correction_asks_why(owner, indicator, fill, plan_owner):
    entry = IndicatorValueFactory(indicator=indicator, value=140)
    address = at_indicator(indicator, query="?period=2026-05-01")
    refused = fill(owner, address, value="150")
    assert refused.status_code == 422
    assert "May 2026 already has a value: 140" in refused.content.decode()
    assert fill(owner, address, value="150", why="Twee klanten vergeten").status_code == 302
    entry.refresh_from_db()
    assert entry.value == 150
    newest = entry.history.first()
    assert (newest.history_change_reason, newest.history_user) == ("Twee klanten vergeten", plan_owner)


def test_the_reason_of_a_correction_is_not_called_optional(owner, indicator):
    IndicatorValueFactory(indicator=indicator, value=140)
    page = owner.get(at_indicator(indicator, query="?period=2026-05-01")).text
    label = page[page.index("Why is it corrected?") :]
    assert "(optional)" not in label[: label.index("</label>")]


def test_a_note_alone_needs_no_reason(owner, indicator, fill):
    IndicatorValueFactory(indicator=indicator, value=140)
    address = at_indicator(indicator, query="?period=2026-05-01")
    assert fill(owner, address, note="Voorlopig").status_code == 302
    assert IndicatorValue.objects.get().note == "Voorlopig"


def test_the_same_value_sent_twice_is_one_entry(owner, indicator, fill):
    sent = fields_of(owner.get(at_indicator(indicator)).content.decode())
    for _ in range(2):
        assert owner.post(at_indicator(indicator), {**sent, "value": "140"}).status_code == 302
    assert IndicatorValue.objects.get().history.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("value", ""),
        ("value", "veel"),
        ("value", "1\x00"),
        ("value", "1" * 20),
        ("period", "2026-07-01"),
        ("period", "2026-02-31"),
        ("period", "0001-01-01"),
        ("period", "9999-12-01"),
        ("period", ""),
        ("note", "x" * 10_000),
        ("note", "\x00"),
    ],
)
def test_a_mistake_is_said_beside_the_field(owner, indicator, fill, field, value):
    response = fill(owner, at_indicator(indicator), **{"value": "1", field: value})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not IndicatorValue.objects.exists()


@pytest.mark.parametrize("period", ["abc", "2026-13-01", "9999-12-31", "0001-01-01", "%00"])
def test_an_odd_period_in_the_address_is_ignored(owner, indicator, period):
    assert owner.get(at_indicator(indicator, query=f"?period={period}")).status_code == 200


def test_changing_how_often_it_is_measured_needs_a_new_indicator(owner, indicator, fill):
    IndicatorValueFactory(indicator=indicator)
    response = fill(owner, at_indicator(indicator, "indicator_edit"), frequency="quarter")
    assert response.status_code == 422
    assert "frequency" in response.context["form"].errors


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"baseline_on": "2026-12-31", "target_on": "2026-01-01"}, "target_on"),
        ({"green_limit": "-1"}, "green_limit"),
        ({"green_limit": "5", "amber_limit": "2"}, "amber_limit"),
        ({"target": "x"}, "target"),
        ({"entered_by": "999999"}, "entered_by"),
        ({"source": "x" * 10_000}, "source"),
    ],
)
def test_an_indicator_that_cannot_be_is_refused_at_its_field(owner, indicator, fill, fields, wrong):
    response = fill(owner, at_indicator(indicator, "indicator_edit"), **fields)
    assert response.status_code == 422
    assert wrong in response.context["form"].errors


def test_two_changes_that_are_right_apart_are_refused_together(owner, indicator, process_owner, at):
    address = at_indicator(indicator, "indicator_edit")
    sent = fields_of(owner.get(address).content.decode())
    indicator.change(by=process_owner, at=at, target_on=dt.date(2026, 3, 1))
    response = owner.post(address, {**sent, "baseline_on": "2026-06-01"})
    assert response.status_code == 422
    assert "lies before the baseline" in response.content.decode()


def test_an_indicator_is_added_under_its_choice(owner, choice, fill):
    address = reverse("plans:indicator_add", args=[choice.plan_id, choice.pk])
    response = fill(owner, address, HTMX, name="Levertijd", target="2")
    assert response["HX-Retarget"] == f"#indicators-{choice.pk}"
    assert "Levertijd" in response.content.decode()
    assert choice.indicators.get().history.get().history_type == "+"


def test_an_edited_indicator_answers_its_row(owner, indicator, fill):
    response = fill(owner, at_indicator(indicator, "indicator_edit"), HTMX, name="Orders")
    assert response.content.decode().strip().startswith(f'<tr id="indicator-{indicator.pk}"')


def test_the_number_of_queries_does_not_grow_with_the_indicators(owner, plan, choice, django_assert_num_queries):
    def grow(to):
        for _ in range(choice.indicators.count(), to):
            one = IndicatorFactory(choice=choice, entered_by=UserFactory())
            for month in (3, 4, 5):
                IndicatorValueFactory(indicator=one, period=dt.date(2026, month, 1))

    grow(10)
    scorecard(owner, plan)
    with django_assert_num_queries(8):
        scorecard(owner, plan)
    grow(50)
    with django_assert_num_queries(8):
        scorecard(owner, plan)


class TestTwoPeopleAtOneValue:
    @pytest.fixture
    def entry(self, indicator):
        return IndicatorValueFactory(indicator=indicator, value=140, note="Voorlopig")

    @pytest.fixture
    def address(self, indicator):
        return at_indicator(indicator, query="?period=2026-05-01")

    @pytest.fixture
    def sent(self, owner, entry, address):
        """The form as it opened, at 140."""
        return fields_of(owner.get(address).content.decode())

    def correct(self, entry, by, at, **values):
        values = {"value": entry.value, "note": entry.note, **values}
        entry.indicator.enter(entry.period, by=by, at=at, why="Nageteld", **values)
        entry.refresh_from_db()

    def test_a_colleagues_correction_is_shown_not_overwritten(self, owner, address, sent, entry, member, at):
        self.correct(entry, member, at, value=Decimal(150))
        refused = owner.post(address, {**sent, "value": "145", "why": "Dubbel geteld"})
        assert refused.status_code == 409
        page = refused.content.decode()
        assert "Lotte Bakker changed this" in page
        assert ">150</dd>" in page
        assert fields_of(page)["value"] == "145"
        assert fields_of(page)["why"] == "Dubbel geteld"
        entry.refresh_from_db()
        assert entry.value == 150
        assert owner.post(address, fields_of(page)).status_code == 302, "the second time it is meant"
        entry.refresh_from_db()
        assert entry.value == 145

    def test_a_value_that_came_meanwhile_is_shown_too(self, owner, indicator, member, at):
        sent = fields_of(owner.get(at_indicator(indicator)).content.decode())
        indicator.enter(dt.date(2026, 5, 1), Decimal(150), by=member, at=at)
        refused = owner.post(at_indicator(indicator), {**sent, "value": "145"})
        assert refused.status_code == 409
        assert ">150</dd>" in refused.content.decode()
        assert "why" in refused.context["form"].fields
        again = {**fields_of(refused.content.decode()), "why": "Dubbel geteld"}
        assert owner.post(at_indicator(indicator), again).status_code == 302

    def test_value_and_note_merge(self, owner, address, sent, entry, member, at):
        self.correct(entry, member, at, note="Definitief")
        assert owner.post(address, {**sent, "value": "145", "why": "Dubbel geteld"}).status_code == 302
        entry.refresh_from_db()
        assert (entry.value, entry.note) == (145, "Definitief")

    def test_a_note_alone_leaves_a_colleagues_value(self, owner, address, sent, entry, member, at):
        self.correct(entry, member, at, value=Decimal(150))
        assert owner.post(address, {**sent, "note": "Definitief"}).status_code == 302
        entry.refresh_from_db()
        assert (entry.value, entry.note) == (150, "Definitief")

    def test_another_period_than_the_form_began_with_asks_why(self, owner, address, sent, entry, indicator):
        IndicatorValueFactory(indicator=indicator, period=dt.date(2026, 4, 1), value=130)
        other = {**sent, "period": "2026-04-01", "value": "135", "why": ""}
        refused = owner.post(address, other)
        assert refused.status_code == 422
        assert "Apr 2026 already has a value: 130" in refused.content.decode()
        again = {**fields_of(refused.content.decode()), "why": "Nageteld"}
        assert owner.post(address, again).status_code == 302
        assert indicator.values.get(period=dt.date(2026, 4, 1)).value == 135
