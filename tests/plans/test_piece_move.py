"""Moving a piece among its siblings: beside a neighbour, with an undo, and what is refused."""

import json

import pytest
from django.urls import reverse

from plans.models import Goal
from tests.factories import ChoiceFactory, GoalFactory, IndicatorFactory, PlanFactory
from tests.plans.conftest import HTMX

GONE = 2**40


@pytest.fixture
def owner(client_of, plan_owner):
    return client_of(plan_owner)


@pytest.fixture
def goals(plan):
    return [GoalFactory(plan=plan, name=name, position=place) for place, name in enumerate(["A", "B", "C", "D"])]


def at_goal(goal):
    return reverse("plans:goal_move", args=[goal.plan_id, goal.pk])


def order(plan):
    return "".join(plan.goals.live().order_by("position", "pk").values_list("name", flat=True))


def toast_of(response):
    return json.loads(response["HX-Trigger"])["toast"]


@pytest.mark.parametrize(
    ("moved", "side", "neighbour", "after"),
    [(3, "before", 0, "DABC"), (0, "after", 3, "BCDA"), (0, "before", 2, "BACD"), (3, "after", 1, "ABDC")],
)
def test_a_goal_takes_the_place_beside_its_neighbour(owner, plan, goals, moved, side, neighbour, after):
    response = owner.post(at_goal(goals[moved]), {side: goals[neighbour].pk}, headers=HTMX)
    assert response.status_code == 200
    assert order(plan) == after


def test_the_answer_says_where_it_stands_now(owner, goals):
    response = owner.post(at_goal(goals[3]), {"before": goals[0].pk}, headers=HTMX)
    assert toast_of(response)["text"] == "“D” is now number 1 of 4."


def test_undo_puts_it_back_and_offers_no_undo_of_the_undo(owner, plan, goals):
    for goal, asked in (
        (goals[3], {"before": goals[0].pk}),
        (goals[0], {"to": "down"}),
        (goals[0], {"after": goals[3].pk}),
    ):
        undo = toast_of(owner.post(at_goal(goal), asked, headers=HTMX))["undo_url"]
        toast = toast_of(owner.post(undo, headers=HTMX))
        assert order(plan) == "ABCD"
        assert toast == {"text": f"“{goal.name}” is back where it was."}


def test_a_move_that_is_already_true_writes_nothing_and_has_no_undo(owner, goals):
    before = Goal.history.count()
    for asked in ({"before": goals[1].pk}, {"to": "up"}, {"after": goals[0].pk}):
        response = owner.post(at_goal(goals[0]), asked, headers=HTMX)
        assert response.status_code == 200
        assert "undo_url" not in toast_of(response)
    assert Goal.history.count() == before


def test_the_history_knows_who_moved_it(owner, goals, plan_owner):
    owner.post(at_goal(goals[3]), {"before": goals[0].pk}, headers=HTMX)
    assert goals[3].history.first().history_user == plan_owner


@pytest.mark.parametrize(
    "asked", [{"before": GONE}, {"after": "x"}, {"before": ""}, {"to": "sideways"}, {}, {"before": "9" * 30}]
)
def test_a_place_that_is_none_is_refused_in_words(owner, plan, goals, asked):
    response = owner.post(at_goal(goals[0]), asked, headers=HTMX)
    assert response.status_code == 422
    assert "Reload the page" in response.content.decode()
    assert order(plan) == "ABCD"


def test_a_neighbour_that_was_archived_meanwhile_is_refused(owner, plan, goals, plan_owner, at):
    goals[3].archive(by=plan_owner, at=at)
    response = owner.post(at_goal(goals[0]), {"after": goals[3].pk}, headers=HTMX)
    assert response.status_code == 422
    assert order(plan) == "ABC"


def test_a_neighbour_in_another_plan_is_refused_like_one_that_never_was(owner, plan, goals):
    foreign = GoalFactory(plan=PlanFactory())
    response = owner.post(at_goal(goals[0]), {"before": foreign.pk}, headers=HTMX)
    assert response.status_code == 422
    assert response.content == owner.post(at_goal(goals[0]), {"before": GONE}, headers=HTMX).content


def test_choices_are_numbered_anew(owner, plan):
    first, second, third = (ChoiceFactory(plan=plan, short_name=name) for name in "ABC")
    url = reverse("plans:choice_move", args=[plan.pk, third.pk])
    response = owner.post(url, {"before": first.pk}, headers=HTMX)
    assert response["HX-Retarget"] == "#rows"
    assert [choice.pk for choice in plan.choices.numbered()] == [third.pk, first.pk, second.pk]


def test_an_indicator_stays_with_its_choice(owner, plan, choice):
    one, two = IndicatorFactory.create_batch(2, choice=choice)
    elsewhere = IndicatorFactory(choice=ChoiceFactory(plan=plan))
    url = reverse("plans:indicator_move", args=[plan.pk, two.pk])
    assert owner.post(url, {"before": elsewhere.pk}, headers=HTMX).status_code == 422
    assert owner.post(url, {"before": one.pk}, headers=HTMX)["HX-Retarget"] == f"#indicators-{choice.pk}"
    assert list(choice.indicators.live().in_order()) == [two, one]


def test_without_script_the_menu_leads_back_to_the_piece(owner, plan, goals):
    response = owner.post(at_goal(goals[1]), {"to": "up"})
    assert response["Location"] == reverse("plans:plan_page", args=[plan.pk]) + f"#goal-{goals[1].pk}"
    assert order(plan) == "BACD"


def test_only_who_may_move_a_piece_gets_a_grip(client_of, plan, goals, choice, plan_owner, choice_owner, viewer):
    IndicatorFactory(choice=choice)
    grips = {}
    for user in (plan_owner, choice_owner, viewer):
        grips[user] = client_of(user).get(plan.get_absolute_url()).content.decode().count("data-grip=")
    assert grips == {plan_owner: 6, choice_owner: 1, viewer: 0}


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 19, "-1", "", "x"])
def test_a_number_that_is_no_neighbour_is_refused_with_a_sentence(owner, plan, goals, number):
    assert owner.post(at_goal(goals[3]), {"before": number}, headers=HTMX).status_code == 422
    assert order(plan) == "ABCD"
