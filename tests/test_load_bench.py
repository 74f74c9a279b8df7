"""The command that fills a plan for measuring."""

import pytest
from django.core.management import call_command

from ogsm.demo.people import make_people
from plans.models import Plan


@pytest.mark.django_db
def test_it_fills_a_plan_of_its_own_with_the_demo_people_in_their_roles(at, capsys, client):
    people = make_people(at=at)
    call_command("load_bench", actions=50, people=10, choices=4)
    plan = Plan.objects.get(name="Bench 50")
    assert capsys.readouterr().out.strip() == f"/plans/{plan.pk}/board/"
    assert plan.is_active
    assert plan.memberships.count() == 10
    roles = {member.user.email: member.role for member in plan.memberships.select_related("user")}
    assert roles["owner@demo.example"] == "owner"
    assert roles["process@demo.example"] == "process_owner"
    assert roles["viewer@demo.example"] == "viewer"
    assert "stranger@demo.example" not in roles
    counts = {status: plan.actions.filter(status=status).count() for status in ("todo", "doing", "done")}
    assert counts == {"todo": 20, "doing": 20, "done": 10}
    assert plan.choices.count() == 4
    client.force_login(next(user for user in people.values() if user.email == "owner@demo.example"))
    page = client.get(f"/plans/{plan.pk}/board/")
    assert page.content.count(b"data-version=") == 50


@pytest.mark.django_db
def test_a_second_call_makes_another_plan_beside_the_first(capsys):
    call_command("load_bench", actions=3)
    call_command("load_bench", actions=3)
    assert Plan.objects.filter(name="Bench 3").count() == 2
