"""Questions whose SQL is written once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from ogsm.accounts.models import User
from ogsm.ready_query import FIRST, SECOND, ReadyQuery
from plans.models import Membership, Plan

from .factories import PlanFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_plan() -> ReadyQuery:
    return ReadyQuery(Membership.objects.filter(plan=FIRST).values_list("role"))


@pytest.fixture
def of_member() -> ReadyQuery[Membership]:
    return ReadyQuery(Membership.objects.select_related("plan").filter(plan=FIRST, user=SECOND))


def test_one_question_answers_for_each_plan(of_plan: ReadyQuery, plan: Plan, stranger: User) -> None:
    other = PlanFactory()
    other.memberships.create(user=stranger, role="viewer")
    assert sorted(role for (role,) in of_plan.rows(plan.pk)) == sorted(plan.memberships.values_list("role", flat=True))
    assert of_plan.rows(other.pk) == [("viewer",)]
    assert (of_plan.count(plan.pk), of_plan.count(other.pk)) == (plan.memberships.count(), 1)


def test_a_plan_that_is_not_there_has_no_rows(of_plan: ReadyQuery, of_member: ReadyQuery, plan_owner: User) -> None:
    assert of_plan.rows(10**9) == []
    assert of_plan.count(10**9) == 0
    assert of_member.objects(10**9, plan_owner.pk) == []


def test_a_number_beyond_all_numbers_finds_nothing(of_plan: ReadyQuery, of_member: ReadyQuery, plan: Plan) -> None:
    assert of_plan.rows(2**63) == of_member.objects(plan.pk, 2**63) == []
    assert of_plan.count(2**63) == 0


def test_objects_are_what_the_queryset_gives(of_member, plan, plan_owner, viewer, django_assert_num_queries):
    for user in (plan_owner, viewer):
        with django_assert_num_queries(1):
            [member] = of_member.objects(plan.pk, user.pk)
            assert member.plan.name == plan.name
        expected = Membership.objects.select_related("plan").get(plan=plan, user=user)
        values = [getattr(member, field.attname) for field in Membership._meta.concrete_fields]
        assert values == [getattr(expected, field.attname) for field in Membership._meta.concrete_fields]
        assert [getattr(member.plan, field.attname) for field in Plan._meta.concrete_fields] == [
            getattr(expected.plan, field.attname) for field in Plan._meta.concrete_fields
        ], "days and moments too, in their own types"


def test_each_asking_sees_what_is_there_now(of_member, plan, plan_owner):
    [first] = of_member.objects(plan.pk, plan_owner.pk)
    first.role = "member"
    first.save()
    assert [again.role for again in of_member.objects(plan.pk, plan_owner.pk)] == ["member"]


def test_what_is_found_is_in_the_order_asked_for(plan):
    people = ReadyQuery(User.objects.filter(memberships__plan=FIRST).order_by("-sort_name", "pk"))
    expected = User.objects.filter(memberships__plan=plan).order_by("-sort_name", "pk")
    assert people.objects(plan.pk) == list(expected)
    assert len(expected) > 1


@pytest.mark.django_db(transaction=True)
def test_another_thread_asks_through_its_own_connection(of_member, plan, plan_owner):
    found: list[str] = []

    def ask() -> None:
        found.extend(member.plan.name for member in of_member.objects(plan.pk, plan_owner.pk))
        found.append(str(connection.in_atomic_block))
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [plan.name, "False"]
