"""How often an indicator is measured stays once it has values, also for who takes an edit back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from plans.forms import IndicatorForm
from plans.undo.acts import undo_address
from tests import factories

HX = {"HX-Request": "true"}
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def owner(client_of, plan_owner):
    return client_of(plan_owner)


@pytest.fixture
def indicator(choice, plan_owner, at):
    """Named and measured otherwise, in one act, before it had any value."""
    indicator = factories.IndicatorFactory(choice=choice, name="NPS", frequency="month")
    indicator.change(by=plan_owner, at=at + MINUTE, frequency="quarter", name="Marge")
    return indicator


@pytest.fixture
def with_value(indicator):
    return factories.IndicatorValueFactory(indicator=indicator, period=dt.date(2026, 4, 1)).indicator


def offers(client, plan):
    return client.get(reverse("plans:plan_history", args=[plan.pk])).text.count('name="act"')


def test_without_values_it_comes_back(owner, plan, indicator, at):
    assert offers(owner, plan) == 1
    assert owner.post(undo_address(plan.pk, at + MINUTE), headers=HX).status_code == 204
    indicator.refresh_from_db()
    assert (indicator.frequency, indicator.name) == ("month", "NPS")


def test_with_values_the_rest_of_the_edit_comes_back(owner, plan, with_value, at):
    assert offers(owner, plan) == 1
    answer = owner.post(undo_address(plan.pk, at + MINUTE), headers=HX)
    assert answer.status_code == 204
    with_value.refresh_from_db()
    assert (with_value.frequency, with_value.name) == ("quarter", "NPS")
    assert "It has values already" in owner.get(reverse("plans:plan_history", args=[plan.pk])).text


def test_with_values_and_nothing_else_it_is_refused_with_why(owner, plan, choice, plan_owner, at):
    indicator = factories.IndicatorFactory(choice=choice, frequency="month")
    indicator.change(by=plan_owner, at=at + MINUTE, frequency="quarter")
    assert offers(owner, plan) == 1
    factories.IndicatorValueFactory(indicator=indicator, period=dt.date(2026, 4, 1))
    assert offers(owner, plan) == 0
    answer = owner.post(undo_address(plan.pk, at + MINUTE), headers=HX)
    assert (answer.status_code, "It has values already" in answer.text + str(answer.headers)) == (409, True)
    indicator.refresh_from_db()
    assert indicator.frequency == "quarter"


@pytest.mark.parametrize(("has_value", "said"), [(False, []), (True, ["It has values already."])])
def test_the_form_says_so_too(indicator, has_value, said):
    if has_value:
        factories.IndicatorValueFactory(indicator=indicator, period=dt.date(2026, 4, 1))
    shown = IndicatorForm(instance=indicator)
    filled = {f"first-{name}": shown[name].value() for name in shown.fields}
    filled |= {name: shown[name].value() for name in shown.fields} | {"frequency": "year"}
    form = IndicatorForm({name: "" if value is None else value for name, value in filled.items()}, instance=indicator)
    found = form.errors.get("frequency", [])
    assert [str(error).partition(".")[0] + "." for error in found] == said
