"""The one-page plan: what it shows, to whom it offers what, and what it costs."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import Action
from plans.models import Choice, Goal
from tests import factories
from tests.plans.conftest import HTMX


def address(plan, query=""):
    return reverse("plans:plan_page", args=[plan.pk]) + query


def page(client, plan, query=""):
    response = client.get(address(plan, query))
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_reads_from_ambition_to_actions(client_of, plan, choice, action, viewer):
    factories.GoalFactory(plan=plan, name="Omzet", unit="eur", baseline=41_600_000, target=48_000_000)
    indicator = factories.IndicatorFactory(
        choice=choice, name="Retouren", unit="percent", direction="at_most", target=2
    )
    factories.IndicatorValueFactory(indicator=indicator, value=1)
    shown = page(client_of(viewer), plan)
    for text in (plan.ambition, "€48m", "start €41.6m", "Omzet", "31 December 2026", choice.goal, choice.how):
        assert text in shown
    for text in ("Retouren", "1%", "≤\N{NO-BREAK SPACE}2%", "Green", action.result, "in 4 weeks", "Joost van Leeuwen"):
        assert text in shown


def test_a_viewer_is_offered_nothing_to_change(client_of, plan, choice, action, viewer):
    factories.IndicatorFactory(choice=choice)
    factories.GoalFactory(plan=plan)
    shown = page(client_of(viewer), plan)
    assert "data-edit" not in shown
    assert "<form" not in shown.partition("<main")[2].partition("</main>")[0]


def test_a_choice_owner_edits_only_the_own_row(client_of, plan, choice, choice_owner):
    other = factories.ChoiceFactory(plan=plan)
    shown = page(client_of(choice_owner), plan)
    assert reverse("plans:choice_edit", args=[plan.pk, choice.pk]) in shown
    assert reverse("plans:choice_edit", args=[plan.pk, other.pk]) not in shown
    assert reverse("plans:goal_add", args=[plan.pk]) not in shown


def test_done_actions_fold_to_one_line(client_of, plan, choice, responsible, viewer):
    for day in (1, 4):
        factories.ActionFactory(
            choice=choice, responsible=responsible, status="done", completed_on=dt.date(2026, 5, day)
        )
    shown = page(client_of(viewer), plan)
    assert "2 actions, latest on 4 May." in shown
    assert shown.count('class="is-done"') == 2


def test_only_off_plan_leaves_out_what_is_on_plan(client_of, plan, choice, action, responsible, viewer, on):
    late = factories.ActionFactory(choice=choice, responsible=responsible, deadline=on - dt.timedelta(days=3))
    factories.ChoiceFactory(plan=plan, short_name="Rustig")
    shown = page(client_of(viewer), plan, "?off=1")
    assert late.result in shown
    assert action.result not in shown
    assert "Rustig" not in shown


def test_only_mine_leaves_out_the_work_of_others(client_of, plan, choice, action, responsible, member):
    mine = factories.ActionFactory(choice=choice, responsible=member)
    shown = page(client_of(member), plan, "?mine=1")
    assert mine.result in shown
    assert action.result not in shown


def test_a_filter_without_a_match_says_so(client_of, plan, choice, viewer):
    assert "Nothing on this plan matches." in page(client_of(viewer), plan, "?mine=1")


@pytest.mark.parametrize("query", ["?off=2", "?mine=", "?off=1&off=0&x=%00", "?part=steps"])
def test_an_odd_address_shows_the_page(client_of, plan, choice, viewer, query):
    assert client_of(viewer).get(address(plan, query)).status_code == 200


def test_a_filtered_page_says_on_paper_that_it_is_not_the_whole_plan(client_of, plan, choice, action, viewer):
    assert '<span class="print-only"> · Only off plan, Only mine</span>' in page(
        client_of(viewer), plan, "?off=1&mine=1"
    )
    assert "· Only off plan" not in page(client_of(viewer), plan)


def test_initials_are_explained_on_paper(client_of, plan, choice, action, member, viewer):
    factories.ActionFactory(choice=choice, responsible=member)
    shown = page(client_of(viewer), plan).partition('<p class="print-only ogsm-people">')[2].partition("</p>")[0]
    assert shown.index("Lotte Bakker") < shown.index("Joost van Leeuwen")
    assert ">LB</span>Lotte Bakker" in shown


def test_an_archived_choice_is_off_the_page_with_all_it_holds(client_of, plan, choice, action, plan_owner, at):
    choice.archive(by=plan_owner, at=at)
    shown = page(client_of(plan_owner), plan)
    assert choice.goal not in shown
    assert action.result not in shown


def test_a_draft_says_what_comes_next_until_it_is_complete(client_of, plan_owner, at):
    plan = factories.PlanFactory(state="draft", ambition="")
    factories.MembershipFactory(plan=plan, user=plan_owner, role="owner")
    client = client_of(plan_owner)
    assert "Next: Ambition" in page(client, plan)
    plan.change(by=plan_owner, at=at, ambition="In 2026 leveren wij elke dag")
    assert "Next: Goals" in page(client, plan)
    factories.GoalFactory(plan=plan)
    assert "Next: Strategic choices" in page(client, plan)
    choice = factories.ChoiceFactory(plan=plan)
    factories.IndicatorFactory(choice=choice)
    assert "Next: First actions" in page(client, plan)
    factories.ActionFactory(choice=choice, responsible=plan_owner)
    assert "Next: Invite colleagues" in page(client, plan)
    factories.MembershipFactory(plan=plan)
    factories.SessionFactory(plan=plan)
    assert "Next: Activate the plan" in page(client, plan)


def test_a_reader_of_a_draft_is_not_told_to_write_it(client_of, viewer):
    plan = factories.PlanFactory(state="draft", ambition="")
    factories.MembershipFactory(plan=plan, user=viewer, role="viewer")
    shown = page(client_of(viewer), plan)
    assert "Next:" not in shown
    assert "No ambition written yet." in shown


def test_a_closed_plan_says_that_it_is_closed(client_of, plan, plan_owner, at):
    plan.close(by=plan_owner, at=at)
    shown = page(client_of(plan_owner), plan)
    assert "This plan was closed on Thursday 11 June 2026" in shown
    assert "data-edit" not in shown


def test_the_origin_is_a_link_for_members_of_the_other_plan_only(client_of, plan, choice, viewer, plan_owner):
    child = factories.PlanFactory(origin_choice=choice)
    outsider = factories.UserFactory()
    for user in (viewer, outsider):
        factories.MembershipFactory(plan=child, user=user)
    link = f'<a href="{plan.get_absolute_url()}">{plan.name}</a>'
    assert link in page(client_of(viewer), child)
    shown = page(client_of(outsider), child)
    assert link not in shown
    assert plan.name in shown


def test_a_choice_shows_the_plans_that_spring_from_it(client_of, plan, choice, viewer, member, on):
    child = factories.PlanFactory(name="Digitaal 2026", origin_choice=choice)
    factories.MembershipFactory(plan=child, user=member)
    own = factories.ChoiceFactory(plan=child)
    factories.ActionFactory(choice=own)
    factories.ActionFactory(choice=own, deadline=on - dt.timedelta(days=1))
    link = f'<a href="{child.get_absolute_url()}">Digitaal 2026</a>'
    assert link in page(client_of(member), plan)
    shown = " ".join(page(client_of(viewer), plan).split())
    assert link not in shown
    assert "Digitaal 2026: 1 choice, 1 of 2 open actions off plan" in shown


def test_what_springs_from_a_choice_is_not_for_strangers_nor_when_archived(
    client_of, plan, choice, viewer, stranger, at
):
    child = factories.PlanFactory(name="Digitaal 2026", origin_choice=choice)
    assert client_of(stranger).get(address(plan)).status_code == 404
    assert client_of(viewer).get(child.get_absolute_url()).status_code == 404
    child.archive(by=None, at=at)
    assert "Digitaal 2026" not in page(client_of(viewer), plan)


def test_the_queries_do_not_grow_with_the_plans_that_spring_from_it(client_of, plan, choice, viewer):
    def spring(many):
        for _ in range(many):
            child = factories.PlanFactory(origin_choice=choice)
            factories.ActionFactory(choice=factories.ChoiceFactory(plan=child))
        with CaptureQueriesContext(connection) as made:
            page(client, plan)
        return len(made)

    client = client_of(viewer)
    spring(1)
    assert spring(1) == spring(20)


def test_a_piece_of_the_page_comes_alone(client_of, plan, choice, action, viewer):
    response = client_of(viewer).get(address(plan, "?part=rows"), headers=HTMX)
    shown = response.content.decode()
    assert shown.strip().startswith('<div id="rows"')
    assert action.result in shown
    assert "<main" not in shown


def test_more_than_thirty_action_lines_print_smaller(client_of, plan, choice, responsible, viewer):
    for _ in range(30):
        factories.ActionFactory(choice=choice, responsible=responsible)
    client = client_of(viewer)
    assert 'data-density="tight"' not in page(client, plan)
    factories.ActionFactory(choice=choice, responsible=responsible)
    assert 'data-density="tight"' in page(client, plan)


def grow(plan, rows):
    """A plan with `rows` actions, and half as many indicators with three values each."""
    person = plan.memberships.get(role="owner").user
    choices = list(plan.choices.all()) or [factories.ChoiceFactory(plan=plan, owner=person) for _ in range(5)]
    for number in range(Action.objects.filter(plan=plan).count(), rows):
        choice = choices[number % len(choices)]
        colleague = factories.UserFactory()
        factories.ActionFactory(choice=choice, responsible=colleague)
        if number % 2:
            indicator = factories.IndicatorFactory(choice=choice, entered_by=colleague)
            for month in (3, 4, 5):
                factories.IndicatorValueFactory(indicator=indicator, period=dt.date(2026, month, 1), author=person)


def test_the_number_of_queries_does_not_grow_with_the_plan(
    client_of, plan, plan_owner, choice_owner, django_assert_max_num_queries, django_assert_num_queries
):
    grow(plan, 10)
    Choice.objects.update(owner=choice_owner)
    for user in (plan_owner, choice_owner):
        client = client_of(user)
        page(client, plan)
        with django_assert_max_num_queries(15) as few:
            page(client, plan)
        grow(plan, 10 + 40)
        with django_assert_num_queries(len(few)):
            page(client, plan)
        Action.objects.filter(pk__in=Action.objects.order_by("-pk")[:40]).delete()


@pytest.mark.parametrize("number", [0, 2**63, 10**30])
def test_a_plan_that_cannot_be_is_not_found(client_of, plan, viewer, number):
    assert client_of(viewer).get(f"/plans/{number}/").status_code == 404
    assert client_of(viewer).get(f"/plans/{plan.pk}/goals/{number}/edit/").status_code in (403, 404)


def test_goals_for_different_days_say_theirs(client_of, plan, viewer):
    factories.GoalFactory(plan=plan, due_on=dt.date(2026, 6, 30))
    factories.GoalFactory(plan=plan, due_on=dt.date(2026, 12, 31))
    shown = page(client_of(viewer), plan)
    assert "30 Jun 2026" in shown
    assert "Goals for" not in shown


def test_a_judged_goal_shows_its_judgement(client_of, plan, viewer):
    goal = factories.GoalFactory(plan=plan, unit="percent", target=18)
    Goal.objects.filter(pk=goal.pk).update(judgement="partly", actual="16.5")
    assert "Partly reached: 16.5%" in page(client_of(viewer), plan)
