"""Plans in the administration: every list, form and history opens, at a cost that does not grow."""

import datetime as dt

import pytest
from django.urls import reverse

from plans.models import Choice, Goal, Indicator, IndicatorValue, Membership, Plan
from tests import factories

MODELS = [Plan, Membership, Goal, Choice, Indicator, IndicatorValue]


def address(model, page, *ids):
    return reverse(f"admin:plans_{model._meta.model_name}_{page}", args=ids)


def grow(to):
    for _ in range(Plan.objects.count(), to):
        plan = factories.PlanFactory()
        person = factories.MembershipFactory(plan=plan).user
        factories.GoalFactory(plan=plan)
        indicator = factories.IndicatorFactory(
            choice=factories.ChoiceFactory(plan=plan, owner=person), entered_by=person
        )
        factories.IndicatorValueFactory(indicator=indicator, period=dt.date(2026, 5, 1))


@pytest.fixture
def client(client_of, admin):
    return client_of(admin)


@pytest.mark.parametrize("model", MODELS)
def test_a_list_costs_the_same_for_ten_rows_and_fifty(client, model, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    grow(10)
    client.get(address(model, "changelist"))
    with CaptureQueriesContext(connection) as few:
        assert client.get(address(model, "changelist")).status_code == 200
    grow(50)
    with django_assert_num_queries(len(few)):
        client.get(address(model, "changelist"))


@pytest.mark.parametrize("model", MODELS)
def test_form_history_and_search_open(client, model):
    grow(1)
    piece = model.objects.first()
    for page in (
        address(model, "change", piece.pk),
        address(model, "history", piece.pk),
        address(model, "changelist") + "?q=Plan",
    ):
        assert client.get(page).status_code == 200


@pytest.mark.parametrize("model", [Plan, Membership, Goal, Choice, Indicator])
def test_a_new_piece_can_be_made(client, model):
    assert client.get(address(model, "add")).status_code == 200


def test_archived_pieces_are_filtered(client, plan, choice, plan_owner, at):
    choice.archive(by=plan_owner, at=at)
    page = address(Choice, "changelist")
    assert client.get(page + "?archived=yes").context["cl"].result_count == 1
    assert client.get(page + "?archived=no").context["cl"].result_count == 0


def test_the_administration_is_for_administrators(client_of, plan_owner):
    assert client_of(plan_owner).get(address(Plan, "changelist")).status_code == 302
