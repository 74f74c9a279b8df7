"""All plans one can see; a new one; name, period and origin."""

import datetime as dt

import pytest
from django.urls import reverse

from plans.models import Membership, Plan
from tests import factories

LIST, NEW = reverse("plans:plan_list"), reverse("plans:plan_new")
FIELDS = {
    "ambition": "In 2028 bouwt iedere installateur met ons",
    "name": "Strategie 2026–2028",
    "organisation": "Testbedrijf",
    "starts_on": "2026-01-01",
    "ends_on": "2028-12-31",
}


def shown(client):
    response = client.get(LIST)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_shows_state_role_and_figures(client_of, plan, action, choice, responsible, viewer, on):
    factories.ActionFactory(choice=choice, responsible=responsible, deadline=on - dt.timedelta(days=1))
    factories.ActionFactory(choice=choice, responsible=responsible, status="doing")
    page = " ".join(shown(client_of(viewer)).split())
    for text in (plan.name, "active", "viewer", 'data-label="Open actions">3</td>', "<b>2</b>", "0%"):
        assert text in page


def test_the_plans_of_others_are_not_in_it(client_of, plan, stranger, admin):
    for outsider in (stranger, admin):
        assert plan.name not in shown(client_of(outsider))


def test_an_archived_plan_stands_apart(client_of, plan, plan_owner, at):
    plan.archive(by=plan_owner, at=at)
    page = shown(client_of(plan_owner))
    assert "1 archived plan" in page
    assert "Your role" not in page


def test_the_first_sign_in_of_a_creator_starts_the_first_plan(client_of, plan_owner):
    assert "Make the first plan" in shown(client_of(plan_owner))


def test_somebody_who_may_not_create_plans_learns_whom_to_ask(client_of, stranger, plan_owner):
    page = shown(client_of(stranger))
    assert "Karin de Boer" in page
    assert NEW not in page


def test_the_number_of_queries_does_not_grow_with_the_plans(client_of, viewer, django_assert_num_queries):
    def grow(to):
        for _ in range(Plan.objects.count(), to):
            plan = factories.PlanFactory(origin_choice=factories.ChoiceFactory())
            factories.MembershipFactory(plan=plan, user=viewer, role="viewer")
            factories.ActionFactory(choice=factories.ChoiceFactory(plan=plan))

    client = client_of(viewer)
    grow(10)
    shown(client)
    with django_assert_num_queries(4):
        shown(client)
    grow(50)
    with django_assert_num_queries(4):
        shown(client)


def test_the_creator_becomes_the_owner_of_a_draft(client_of, plan_owner):
    response = client_of(plan_owner).post(NEW, FIELDS)
    plan = Plan.objects.get()
    assert response["Location"] == plan.get_absolute_url() + "?guide=next"
    assert (plan.state, plan.ambition) == ("draft", FIELDS["ambition"])
    membership = Membership.objects.get()
    assert (membership.user, membership.role) == (plan_owner, "owner")
    assert plan.history.get().history_user == plan_owner


def test_the_form_already_has_a_name_and_a_period(client_of, plan_owner):
    form = client_of(plan_owner).get(NEW).context["form"]
    assert form["name"].value() == "Strategy 2026–2028"
    assert form["ends_on"].value() == dt.date(2028, 12, 31)


def test_sending_it_twice_makes_one_plan(client_of, plan_owner):
    client = client_of(plan_owner)
    assert client.post(NEW, FIELDS)["Location"] == client.post(NEW, FIELDS)["Location"]
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 10_000),
        ("name", "a\x00b"),
        ("ambition", "x" * 10_000),
        ("starts_on", "2026-02-31"),
        ("starts_on", "0001-01-01"),
        ("ends_on", "9999-12-31"),
        ("ends_on", "2025-12-31"),
        ("ends_on", ""),
    ],
)
def test_a_mistake_is_said_beside_the_field_and_nothing_is_lost(client_of, plan_owner, field, value):
    response = client_of(plan_owner).post(NEW, {**FIELDS, field: value})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "Testbedrijf" in response.content.decode()
    assert not Plan.objects.exists()


def test_name_period_and_origin_are_edited_together(client_of, plan, plan_owner, fill):
    parent = factories.PlanFactory(name="Concern")
    factories.MembershipFactory(plan=parent, user=plan_owner)
    origin = factories.ChoiceFactory(plan=parent, short_name="Digitaal")
    address = reverse("plans:plan_edit", args=[plan.pk])
    response = fill(client_of(plan_owner), address, name="Groei 2027", origin_choice=origin.pk)
    assert response.status_code == 302
    plan.refresh_from_db()
    assert (plan.name, plan.origin_choice) == ("Groei 2027", origin)


def test_a_choice_of_an_unseen_plan_is_no_origin(client_of, plan, plan_owner, fill):
    hidden = factories.ChoiceFactory()
    response = fill(client_of(plan_owner), reverse("plans:plan_edit", args=[plan.pk]), origin_choice=hidden.pk)
    assert response.status_code == 422


def test_plans_do_not_spring_from_each_other(client_of, plan, choice, plan_owner, fill):
    child = factories.PlanFactory(origin_choice=choice)
    factories.MembershipFactory(plan=child, user=plan_owner, role="owner")
    own = factories.ChoiceFactory(plan=child)
    response = fill(client_of(plan_owner), reverse("plans:plan_edit", args=[plan.pk]), origin_choice=own.pk)
    assert response.status_code == 422
    assert "spring from itself" in response.content.decode()


def test_an_end_before_the_start_is_refused_at_the_end(client_of, plan, plan_owner, fill):
    response = fill(client_of(plan_owner), reverse("plans:plan_edit", args=[plan.pk]), ends_on="2025-01-01")
    assert response.context["form"].errors.keys() == {"ends_on"}


def test_the_list_says_which_choice_a_plan_springs_from(client_of, plan, choice, viewer, stranger):
    child = factories.PlanFactory(name="Digitaal 2026", origin_choice=choice)
    for user in (viewer, stranger):
        factories.MembershipFactory(plan=child, user=user)
    assert f"Springs from 'Webshop' in <a href=\"{plan.get_absolute_url()}\">Groei 2026</a>" in shown(client_of(viewer))
    page = shown(client_of(stranger))
    assert "Springs from 'Webshop' in Groei 2026" in page
    assert plan.get_absolute_url() not in page
