"""All due values on one page: which rows it has, saving all or none, corrections and colleagues who were first."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from plans.models import IndicatorValue
from tests.factories import ChoiceFactory, IndicatorFactory, IndicatorValueFactory, MembershipFactory, PlanFactory
from tests.plans.conftest import INPUT, NAME, VALUE

MAY, APRIL = dt.date(2026, 5, 1), dt.date(2026, 4, 1)


@pytest.fixture
def at_sheet(plan):
    return reverse("plans:values_enter", args=[plan.pk])


@pytest.fixture
def owner(client_of, plan_owner):
    return client_of(plan_owner)


@pytest.fixture
def orders(choice, member):
    """Monthly, of the choice owner's choice; the member's to enter."""
    return IndicatorFactory(choice=choice, name="Bestellingen", source="Webshop, aantal orders", entered_by=member)


@pytest.fixture
def returns(choice):
    """Monthly; the choice owner's to enter."""
    return IndicatorFactory(choice=choice, name="Retouren", unit="percent")


def form_of(response):
    """Names and values of the page's own form, as a browser would send them."""
    page = response.content.decode()
    form = page[page.index("data-value-sheet") :]
    fields = [match.group(0) for match in INPUT.finditer(form[: form.index("</form>")])]
    return {NAME.search(one).group(1): (VALUE.search(one) or ["", ""])[1] for one in fields if NAME.search(one)}


def value_of(indicator):
    return f"i{indicator.pk}-value"


def note_of(indicator):
    return f"i{indicator.pk}-note"


def why_of(indicator):
    return f"i{indicator.pk}-why"


def names_on(response):
    return [line.indicator.name for line in response.context["sheet"].lines]


def fill(client, address, **changed):
    return client.post(address, {**form_of(client.get(address)), **changed})


def errors_of(response, indicator):
    return next(line.form.errors for line in response.context["sheet"].lines if line.indicator == indicator)


# ---- what stands on it ----


def test_every_due_indicator_is_a_row_with_what_helps_to_fill_it_in(owner, at_sheet, orders, returns):
    IndicatorValueFactory(indicator=orders, period=APRIL, value=130)
    page = owner.get(at_sheet).content.decode()
    row = page[page.index("Bestellingen") : page.index("Retouren")]
    for text in ("Webshop, aantal orders", "130", "Apr 2026", "May 2026", "number", "Also missing: Mar 2026"):
        assert text in row
    assert "%</td>" in page[page.index("Retouren") :]


def test_an_indicator_whose_last_period_has_a_value_is_not_asked_for(owner, at_sheet, orders, returns):
    IndicatorValueFactory(indicator=orders, period=MAY)
    assert names_on(owner.get(at_sheet)) == ["Retouren"]


def test_quarters_and_years_have_their_own_last_period(owner, at_sheet, choice):
    start = dt.date(2024, 12, 31)
    for frequency in ("quarter", "year"):
        IndicatorFactory(choice=choice, frequency=frequency, baseline_on=start)
    lines = owner.get(at_sheet).context["sheet"].lines
    assert [line.form.period_name for line in lines] == ["Q1 2026", "2025"]


def test_a_chosen_period_shows_every_indicator_that_ends_with_it_also_the_filled_ones(owner, at_sheet, orders, choice):
    IndicatorFactory(choice=choice, name="Marge", frequency="quarter")
    IndicatorValueFactory(indicator=orders, period=dt.date(2026, 3, 1), value=120)
    march = owner.get(at_sheet + "?period=2026-03-01")
    assert names_on(march) == ["Bestellingen", "Marge"]
    assert form_of(march)[value_of(orders)] == "120"
    assert names_on(owner.get(at_sheet + "?period=2026-04-01")) == ["Bestellingen"]


def test_the_choice_of_periods_says_where_values_are_missing(owner, at_sheet, orders, returns):
    IndicatorValueFactory(indicator=orders, period=APRIL)
    page = owner.get(at_sheet).content.decode()
    assert "May 2026: 2 missing" in page
    assert "Apr 2026: 1 missing" in page
    assert ">Jun 2026<" in page, "the running period can be entered, and misses nothing yet"


@pytest.mark.parametrize("period", ["abc", "2026-13-01", "9999-12-31", "0001-01-01", "1999-01-01", "%00", "2050-01-01"])
def test_an_odd_period_in_the_address_means_what_is_due(owner, at_sheet, orders, period):
    assert names_on(owner.get(f"{at_sheet}?period={period}")) == ["Bestellingen"]


def test_everybody_gets_the_rows_they_may_enter(client_of, at_sheet, orders, returns, member, choice_owner, plan):
    other = IndicatorFactory(choice=ChoiceFactory(plan=plan), name="Elders")
    assert names_on(client_of(member).get(at_sheet)) == ["Bestellingen"]
    assert names_on(client_of(choice_owner).get(at_sheet)) == ["Bestellingen", "Retouren"]
    assert other.name not in client_of(choice_owner).get(at_sheet).content.decode()


def test_only_mine_leaves_the_rows_somebody_else_is_asked_for(client_of, at_sheet, orders, returns, choice_owner):
    client = client_of(choice_owner)
    assert "Only mine" in client.get(at_sheet).content.decode()
    assert names_on(client.get(at_sheet + "?mine=1")) == ["Retouren"]


def test_who_may_enter_nothing_is_refused(
    client_of, at_sheet, orders, responsible, viewer, member, plan, plan_owner, at
):
    for user in (responsible, viewer):
        assert client_of(user).get(at_sheet).status_code == 403
        assert client_of(user).post(at_sheet).status_code == 403
    plan.close(by=plan_owner, at=at)
    for user in (member, plan_owner):
        assert client_of(user).get(at_sheet).status_code == 403


def test_when_nothing_is_due_the_page_says_so(owner, at_sheet, orders):
    IndicatorValueFactory(indicator=orders, period=MAY)
    assert "All values are in" in owner.get(at_sheet).content.decode()


def test_a_plan_without_indicators_says_where_to_begin(owner, at_sheet):
    assert "No indicators yet" in owner.get(at_sheet).content.decode()


# ---- saving ----


def test_all_rows_are_saved_at_once_in_either_notation(owner, at_sheet, orders, returns, plan_owner, plan):
    response = fill(
        owner, at_sheet, **{value_of(orders): "1.250,50", value_of(returns): "1,250.5", note_of(returns): "Schatting"}
    )
    assert response.status_code == 302
    assert response.url == reverse("plans:indicator_list", args=[plan.pk])
    assert "2 values saved." in owner.get(response.url).content.decode()
    first, second = IndicatorValue.objects.order_by("indicator__name")
    assert (first.period, first.value, first.author) == (MAY, Decimal("1250.50"), plan_owner)
    assert (second.value, second.note, second.history.get().history_user) == (
        Decimal("1250.50"),
        "Schatting",
        plan_owner,
    )


def test_an_empty_row_is_left_for_later(owner, at_sheet, orders, returns):
    assert fill(owner, at_sheet, **{value_of(orders): "140"}).status_code == 302
    assert IndicatorValue.objects.get().indicator == orders


def test_zero_is_a_value(owner, at_sheet, orders):
    fill(owner, at_sheet, **{value_of(orders): "0"})
    assert IndicatorValue.objects.get().value == 0


def test_one_wrong_row_saves_none_and_loses_nothing(owner, at_sheet, orders, returns):
    response = fill(
        owner, at_sheet, **{value_of(orders): "veel", value_of(returns): "2,5", note_of(returns): "Na telling"}
    )
    assert response.status_code == 422
    page = response.content.decode()
    assert "1 row needs another look." in page
    assert list(errors_of(response, orders)) == ["value"]
    assert not errors_of(response, returns)
    sent = form_of(response)
    assert (sent[value_of(orders)], sent[value_of(returns)], sent[note_of(returns)]) == ("veel", "2,5", "Na telling")
    assert not IndicatorValue.objects.exists()
    assert owner.post(at_sheet, {**sent, value_of(orders): "140"}).status_code == 302
    assert IndicatorValue.objects.count() == 2


def test_the_same_page_sent_twice_changes_nothing_the_second_time(owner, at_sheet, orders, returns):
    sent = {**form_of(owner.get(at_sheet)), value_of(orders): "140", note_of(orders): "Telling"}
    for _ in range(2):
        response = owner.post(at_sheet, sent)
        assert response.status_code == 302
    assert IndicatorValue.objects.get().history.count() == 1
    assert "This was saved already." in owner.get(response.url).content.decode()


def test_a_page_without_anything_typed_saves_nothing(owner, at_sheet, orders):
    response = fill(owner, at_sheet)
    assert "Nothing was filled in" in owner.get(response.url).content.decode()
    assert not IndicatorValue.objects.exists()


def test_a_note_without_a_value_is_asked_about(owner, at_sheet, orders):
    response = fill(owner, at_sheet, **{note_of(orders): "Volgt"})
    assert response.status_code == 422
    assert list(errors_of(response, orders)) == ["value"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("value", "veel"), ("value", "1\x00"), ("value", "1" * 20), ("note", "x" * 10_000), ("note", "\x00")],
)
def test_a_mistake_is_said_beside_its_field(owner, at_sheet, orders, field, value):
    response = fill(owner, at_sheet, **{value_of(orders): "1", f"i{orders.pk}-{field}": value})
    assert response.status_code == 422
    assert list(errors_of(response, orders)) == [field]
    assert f'id="id_i{orders.pk}-{field}_error"' in response.content.decode()
    assert not IndicatorValue.objects.exists()


# ---- corrections, and two people at one page ----


def test_a_correction_asks_why_and_only_a_correction(owner, at_sheet, orders, returns, plan_owner):
    entry = IndicatorValueFactory(indicator=orders, period=MAY, value=140)
    address = at_sheet + "?period=2026-05-01"
    sent = form_of(owner.get(address))
    assert why_of(orders) in sent
    assert why_of(returns) not in sent
    refused = owner.post(address, {**sent, value_of(orders): "150"})
    assert refused.status_code == 422
    assert "May 2026 already has a value: 140" in refused.content.decode()
    saved = owner.post(address, {**form_of(refused), why_of(orders): "Twee klanten vergeten"})
    assert saved.status_code == 302
    entry.refresh_from_db()
    newest = entry.history.first()
    assert (entry.value, newest.history_change_reason, newest.history_user) == (
        150,
        "Twee klanten vergeten",
        plan_owner,
    )


def test_a_note_alone_needs_no_reason(owner, at_sheet, orders):
    entry = IndicatorValueFactory(indicator=orders, period=MAY, value=140)
    assert fill(owner, at_sheet + "?period=2026-05-01", **{note_of(orders): "Voorlopig"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.value, entry.note) == (140, "Voorlopig")


def test_a_value_is_never_taken_away(owner, at_sheet, orders):
    IndicatorValueFactory(indicator=orders, period=MAY, value=140)
    response = fill(owner, at_sheet + "?period=2026-05-01", **{value_of(orders): ""})
    assert response.status_code == 422
    assert "not taken away" in response.content.decode()


def test_a_row_left_alone_keeps_what_a_colleague_saved_meanwhile(owner, at_sheet, orders, returns, member, at):
    entry = IndicatorValueFactory(indicator=orders, period=MAY, value=140)
    address = at_sheet + "?period=2026-05-01"
    sent = form_of(owner.get(address))
    orders.enter(MAY, Decimal(145), by=member, at=at, why="Nageteld")
    assert owner.post(address, {**sent, value_of(returns): "2"}).status_code == 302
    entry.refresh_from_db()
    assert entry.value == 145


def test_who_comes_second_sees_the_value_of_who_was_first(owner, at_sheet, orders, returns, member, at):
    sent = {**form_of(owner.get(at_sheet)), value_of(orders): "150", value_of(returns): "2"}
    orders.enter(MAY, Decimal(145), by=member, at=at)
    response = owner.post(at_sheet, sent)
    assert response.status_code == 409
    assert "Lotte Bakker entered 145 meanwhile." in response.content.decode()
    assert IndicatorValue.objects.get().value == 145
    again = form_of(response)
    assert (again[value_of(orders)], again[value_of(returns)]) == ("150", "2")
    assert owner.post(at_sheet, again).status_code == 422, "now it is a correction, which needs a reason"
    assert owner.post(at_sheet, {**again, why_of(orders): "Met retouren"}).status_code == 302
    assert IndicatorValue.objects.get(indicator=orders).value == 150


def test_a_note_of_a_colleague_is_not_written_over_unseen(owner, at_sheet, orders, member, at):
    IndicatorValueFactory(indicator=orders, period=MAY, value=140)
    address = at_sheet + "?period=2026-05-01"
    sent = form_of(owner.get(address))
    orders.enter(MAY, Decimal(140), note="Zonder Gent", by=member, at=at)
    response = owner.post(address, {**sent, note_of(orders): "Voorlopig"})
    assert response.status_code == 409
    assert "Lotte Bakker wrote &#x27;Zonder Gent&#x27; meanwhile." in response.content.decode()
    assert owner.post(address, form_of(response)).status_code == 302
    assert IndicatorValue.objects.get().note == "Voorlopig"


def test_the_same_value_from_two_people_is_one_entry(owner, at_sheet, orders, member, at):
    sent = {**form_of(owner.get(at_sheet)), value_of(orders): "145"}
    orders.enter(MAY, Decimal(145), by=member, at=at)
    assert owner.post(at_sheet, sent).status_code == 302
    assert IndicatorValue.objects.get().history.count() == 1


def test_a_row_that_was_archived_meanwhile_is_said_and_the_rest_is_kept(
    owner, at_sheet, orders, returns, plan_owner, at
):
    sent = {**form_of(owner.get(at_sheet)), value_of(orders): "140", value_of(returns): "2"}
    orders.archive(by=plan_owner, at=at)
    response = owner.post(at_sheet, sent)
    assert response.status_code == 422
    assert "can no longer be entered" in response.content.decode()
    assert not IndicatorValue.objects.exists()
    assert owner.post(at_sheet, form_of(response)).status_code == 302
    assert IndicatorValue.objects.get().indicator == returns


def test_values_of_others_cannot_be_slipped_in(client_of, member, at_sheet, orders, returns, plan_owner):
    sent = form_of(client_of(member).get(at_sheet))
    theirs = {f"i{returns.pk}-period": "2026-05-01", value_of(returns): "99"}
    assert client_of(member).post(at_sheet, {**sent, **theirs}).status_code == 422
    elsewhere = IndicatorFactory(choice=ChoiceFactory(plan=PlanFactory()))
    other = {f"i{elsewhere.pk}-period": "2026-05-01", value_of(elsewhere): "99"}
    assert client_of(plan_owner).post(at_sheet, other).status_code == 422
    assert not IndicatorValue.objects.exists()


@pytest.mark.parametrize("period", ["2026-07-01", "2026-05-02", "abc", "", "0001-01-01"])
def test_a_period_that_cannot_be_entered_saves_nothing(owner, at_sheet, orders, period):
    response = owner.post(at_sheet, {f"i{orders.pk}-period": period, value_of(orders): "1"})
    assert response.status_code == 422
    assert not IndicatorValue.objects.exists()


# ---- the way to it, and what it costs ----


def test_the_scorecard_leads_to_it_with_the_number_of_due_values(
    client_of, plan, orders, returns, member, viewer, at_sheet
):
    address = reverse("plans:indicator_list", args=[plan.pk])
    page = client_of(member).get(address).content.decode()
    assert re.search(rf'href="{at_sheet}".*?Enter values <span class="count">1</span>', page)
    assert at_sheet not in client_of(viewer).get(address).content.decode()


def test_my_work_leads_to_the_page_of_each_plan_with_several(client_of, member, choice, plan, orders, at_sheet):
    link = f'{at_sheet}?mine=1"'
    assert link not in client_of(member).get("/").content.decode(), "one value needs no page of its own"
    IndicatorFactory(choice=choice, entered_by=member)
    page = client_of(member).get("/").content.decode()
    assert link in page
    assert "Enter all 2 on one page" in page


def test_my_work_names_the_plan_where_there_are_several(client_of, member, orders, choice):
    IndicatorFactory(choice=choice, entered_by=member)
    other = PlanFactory(name="Andere koers")
    MembershipFactory(plan=other, user=member)
    assert "Enter all 2 of Groei 2026 on one page" in client_of(member).get("/").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(owner, at_sheet, choice, member, django_assert_num_queries):
    def grow(to):
        for _ in range(choice.indicators.count(), to):
            one = IndicatorFactory(choice=choice, entered_by=member)
            IndicatorValueFactory(indicator=one, period=APRIL)

    grow(10)
    owner.get(at_sheet)
    with django_assert_num_queries(8):
        owner.get(at_sheet)
    grow(50)
    with django_assert_num_queries(8):
        owner.get(at_sheet)


def test_a_refused_page_costs_the_same_however_many_rows_it_has(owner, at_sheet, choice, django_assert_num_queries):
    def refused(to):
        for _ in range(choice.indicators.count(), to):
            IndicatorFactory(choice=choice)
        return {**form_of(owner.get(at_sheet)), value_of(choice.indicators.first()): "veel"}

    for rows in (5, 25):
        sent = refused(rows)
        with django_assert_num_queries(10):
            assert owner.post(at_sheet, sent).status_code == 422
