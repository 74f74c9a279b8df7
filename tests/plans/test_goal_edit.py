"""Editing pieces in place: goals stand for all of them. Saving, merging, conflicts, mistakes, moving, archiving."""

from decimal import Decimal

import pytest
from django.urls import reverse

from plans.models import Goal
from tests.factories import GoalFactory
from tests.plans.conftest import HTMX, fields_of


def at_goal(verb, goal):
    return reverse(f"plans:goal_{verb}", args=[goal.plan_id, goal.pk])


@pytest.fixture
def goal(plan):
    return GoalFactory(plan=plan, name="Omzet", unit="eur", baseline=Decimal(41_600_000), target=Decimal(48_000_000))


@pytest.fixture
def owner(client_of, plan_owner):
    return client_of(plan_owner)


def test_the_form_is_a_page_of_its_own(owner, goal):
    response = owner.get(at_goal("edit", goal))
    shown = response.content.decode()
    assert response.status_code == 200
    assert "<main" in shown
    assert "hx-post" not in shown.partition("<main")[2].partition("</main>")[0]


def test_for_htmx_the_form_takes_the_place_of_the_goal(owner, goal):
    shown = owner.get(at_goal("edit", goal), headers=HTMX).content.decode()
    assert shown.strip().startswith(f'<li id="goal-{goal.pk}"')
    assert "data-edit-form" in shown
    assert "<main" not in shown


def test_saving_without_script_leads_back_to_the_goal(owner, goal, fill):
    response = fill(owner, at_goal("edit", goal), name="Netto-omzet")
    assert response.status_code == 302
    assert response["Location"] == reverse("plans:plan_page", args=[goal.plan_id]) + f"#goal-{goal.pk}"
    assert Goal.objects.get().name == "Netto-omzet"


def test_saving_answers_that_goal_alone(owner, goal, fill):
    other = GoalFactory(plan=goal.plan, name="Marktaandeel")
    response = fill(owner, at_goal("edit", goal), HTMX, target="50.000.000")
    shown = response.content.decode()
    assert shown.strip().startswith(f'<li id="goal-{goal.pk}"')
    assert "€50m" in shown
    assert other.name not in shown
    assert Goal.objects.get(pk=goal.pk).target == 50_000_000


def test_the_history_says_who_and_from_what_to_what(owner, goal, fill, plan_owner):
    fill(owner, at_goal("edit", goal), name="Netto-omzet")
    newest = goal.history.first()
    assert (newest.name, newest.history_user) == ("Netto-omzet", plan_owner)


def test_saving_without_a_change_writes_no_history(owner, goal, fill):
    before = goal.history.count()
    fill(owner, at_goal("edit", goal))
    assert goal.history.count() == before


def test_two_people_who_change_different_fields_both_get_their_way(owner, goal, process_owner, at):
    sent = fields_of(owner.get(at_goal("edit", goal)).content.decode())
    goal.change(by=process_owner, at=at, target=Decimal(52_000_000))
    response = owner.post(at_goal("edit", goal), {**sent, "name": "Netto-omzet"})
    assert response.status_code == 302
    goal.refresh_from_db()
    assert (goal.name, goal.target) == ("Netto-omzet", 52_000_000)


def test_the_same_field_shows_both_values_and_saves_neither(owner, goal, process_owner, at):
    sent = fields_of(owner.get(at_goal("edit", goal)).content.decode())
    goal.change(by=process_owner, at=at, target=Decimal(52_000_000))
    response = owner.post(at_goal("edit", goal), {**sent, "target": "55.000.000"}, headers=HTMX)
    shown = response.content.decode()
    assert response.status_code == 409
    assert 'value="55.000.000"' in shown
    assert "€52m" in shown
    assert "Peter Smit" in shown
    goal.refresh_from_db()
    assert goal.target == 52_000_000


def test_saving_a_conflict_again_keeps_the_own_text(owner, goal, process_owner, at):
    sent = fields_of(owner.get(at_goal("edit", goal)).content.decode())
    goal.change(by=process_owner, at=at, name="Omzet groep")
    answer = owner.post(at_goal("edit", goal), {**sent, "name": "Netto-omzet"})
    assert answer.status_code == 409
    again = owner.post(at_goal("edit", goal), fields_of(answer.content.decode()))
    assert again.status_code == 302
    goal.refresh_from_db()
    assert goal.name == "Netto-omzet"


def test_the_same_change_by_two_people_is_no_conflict(owner, goal, process_owner, at):
    sent = fields_of(owner.get(at_goal("edit", goal)).content.decode())
    goal.change(by=process_owner, at=at, name="Netto-omzet")
    assert owner.post(at_goal("edit", goal), {**sent, "name": "Netto-omzet"}).status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "required"),
        ("name", "x" * 10_000, "at most 120 characters"),
        ("name", "Omzet\x00", "Null characters are not allowed"),
        ("target", "veel", "Enter a number"),
        ("target", "9" * 30, "digits"),
        ("target", "1e999999", "Enter a number"),
        ("due_on", "31-02-2026", "no such day"),
        ("due_on", "0001-01-01", "between 2000 and 2099"),
        ("due_on", "9999-12-31", "between 2000 and 2099"),
        ("due_on", "morgen", "no such day"),
        ("unit", "bitcoin", "valid choice"),
    ],
)
def test_a_mistake_is_said_beside_the_field(owner, goal, fill, field, value, says):
    response = fill(owner, at_goal("edit", goal), HTMX, **{field: value})
    assert response.status_code == 422
    assert says in " ".join(response.context["form"].errors[field])
    assert 'aria-invalid="true"' in response.content.decode()


def test_a_day_may_be_typed_the_dutch_way(owner, goal, fill):
    fill(owner, at_goal("edit", goal), due_on="31-12-2028")
    goal.refresh_from_db()
    assert goal.due_on.isoformat() == "2028-12-31"


def test_text_in_any_script_is_kept(owner, goal, fill):
    fill(owner, at_goal("edit", goal), name="עברית 🚀 <b>")
    response = owner.get(reverse("plans:plan_page", args=[goal.plan_id]))
    assert "עברית 🚀 &lt;b&gt;" in response.content.decode()


def test_a_new_goal_comes_last(owner, goal, fill):
    response = fill(owner, reverse("plans:goal_add", args=[goal.plan_id]), HTMX, name="Winst", target="5,5")
    assert response["HX-Retarget"] == "#goals"
    assert [one.name for one in goal.plan.goals.live()] == ["Omzet", "Winst"]


def test_sending_a_new_goal_twice_makes_one(owner, plan, fill):
    for _ in range(2):
        response = fill(owner, reverse("plans:goal_add", args=[plan.pk]), name="Winst")
        assert response.status_code == 302
    assert plan.goals.count() == 1


def test_moving_swaps_neighbours_and_stops_at_the_ends(owner, goal):
    second = GoalFactory(plan=goal.plan, position=1)
    owner.post(at_goal("move", second), {"to": "up"})
    assert list(goal.plan.goals.live()) == [second, goal]
    owner.post(at_goal("move", second), {"to": "up"})
    owner.post(at_goal("move", goal), {"to": "down"})
    assert list(goal.plan.goals.live()) == [second, goal]


def test_an_archived_goal_leaves_the_page_and_comes_back(owner, goal):
    response = owner.post(at_goal("archive", goal), headers=HTMX)
    assert at_goal("restore", goal) in response["HX-Trigger"]
    assert goal.name not in response.content.decode()
    assert owner.get(at_goal("edit", goal)).status_code == 404
    owner.post(at_goal("restore", goal))
    assert list(goal.plan.goals.live()) == [goal]


def test_archiving_twice_is_one_act(owner, goal):
    for _ in range(2):
        assert owner.post(at_goal("archive", goal)).status_code == 302
    assert goal.history.count() == 2


def test_the_ambition_merges_like_any_piece(owner, plan, fill, process_owner, at):
    address = reverse("plans:ambition_edit", args=[plan.pk])
    sent = fields_of(owner.get(address).content.decode())
    plan.change(by=process_owner, at=at, ambition="Iets anders")
    response = owner.post(address, {**sent, "ambition": "Iets van mij"}, headers=HTMX)
    assert response.status_code == 409
    assert "Iets anders" in response.content.decode()
    assert fill(owner, address, HTMX, ambition="Wij samen").status_code == 200
    plan.refresh_from_db()
    assert plan.ambition == "Wij samen"
