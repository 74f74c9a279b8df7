"""Questions whose SQL is written once."""

from __future__ import annotations

import pytest

from ogsm.accounts.models import User
from ogsm.ready_query import OPEN_ID, ReadyQuery
from plans.models import Membership, Plan

from .factories import PlanFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_plan() -> ReadyQuery:
    return ReadyQuery.of(Membership.objects.filter(plan=OPEN_ID).values_list("role"))


def test_one_question_answers_for_each_plan(of_plan: ReadyQuery, plan: Plan, stranger: User) -> None:
    other = PlanFactory()
    other.memberships.create(user=stranger, role="viewer")
    assert sorted(role for (role,) in of_plan.rows(plan.pk)) == sorted(plan.memberships.values_list("role", flat=True))
    assert of_plan.rows(other.pk) == [("viewer",)]
    assert (of_plan.count(plan.pk), of_plan.count(other.pk)) == (plan.memberships.count(), 1)


def test_a_plan_that_is_not_there_has_no_rows(of_plan: ReadyQuery) -> None:
    assert of_plan.rows(10**9) == []
    assert of_plan.count(10**9) == 0
