"""Led from an empty plan to one with sessions: what comes next, and that nothing is ever in the way."""

from __future__ import annotations

import pytest
from django.urls import reverse

from plans.models import Plan
from plans.sheet import ChoiceRow
from plans.steps import KEYS, first_steps, guide_of
from tests import factories
from tests.plans.conftest import HTMX


def steps_of(plan, goals=0, choices=0, indicators=0, actions=0, people=1, has_session=False):
    counts = {"choices": choices, "indicators": indicators, "actions": actions}
    return first_steps(plan, goals=goals, counts=counts, people=people, has_session=has_session)


@pytest.fixture
def empty():
    return Plan(pk=1, name="Leeg", ambition="")


def rows_of(*actions):
    """A row per choice, with as many actions as said."""
    rows = []
    for number, count in enumerate(actions, start=1):
        choice = factories.ChoiceFactory.build(pk=number, short_name=f"Keuze{number}", plan=Plan(pk=1))
        choice.number = number
        rows.append(ChoiceRow(choice, open=[object()] * count))
    return rows


class TestWhereOneIsLed:
    def test_there_are_eight_steps_in_the_order_of_the_method(self, empty):
        assert tuple(step.key for step in steps_of(empty)) == KEYS

    def test_next_is_the_first_step_that_is_not_done(self, empty):
        assert guide_of(steps_of(empty), [], "next").step.key == "ambition"
        empty.ambition = "In 2028 zijn wij er"
        assert guide_of(steps_of(empty), [], "next").step.key == "goals"
        assert guide_of(steps_of(empty, goals=2, choices=1), rows_of(0), "next").step.key == "indicators"

    def test_after_the_ambition_the_goals_open_by_themselves(self, empty):
        empty.ambition = "In 2028 zijn wij er"
        guide = guide_of(steps_of(empty), [], "ambition", saved=True)
        assert (guide.step.key, guide.opens, guide.number) == ("goals", True, 2)

    def test_after_a_goal_another_one_is_offered_and_from_three_on_the_next_step_first(self, empty):
        guide = guide_of(steps_of(empty, goals=1), [], "goals", saved=True)
        assert (guide.button, guide.opens, guide.has_enough) == ("Another goal", False, False)
        assert (guide.onward, guide.onward_url) == ("On to the strategic choices", "?guide=choices")
        assert guide_of(steps_of(empty, goals=3), [], "goals", saved=True).has_enough

    @pytest.mark.parametrize("key", KEYS)
    def test_every_step_can_be_asked_for_at_any_time_skipped_and_gone_back_from(self, empty, key):
        guide = guide_of(steps_of(empty), [], key)
        assert guide.step.key == key
        assert bool(guide.onward_url) == (key != "activate")
        assert bool(guide.back_url) == (key != "ambition")

    def test_actions_go_choice_by_choice_beginning_with_the_first_that_has_none(self, empty):
        steps, rows = steps_of(empty, choices=3, actions=1), rows_of(2, 0, 0)
        guide = guide_of(steps, rows, "actions")
        assert (guide.choice.pk, guide.place, guide.places) == (2, 2, 3)
        assert guide.onward == "On to choice 3: Keuze3"
        assert guide.back_url == "?guide=actions&choice=1"
        last = guide_of(steps, rows, "actions", choice_id="3")
        assert (last.onward, last.onward_url) == ("On to the people", "?guide=people")

    def test_without_a_choice_the_step_leads_to_the_choices(self, empty):
        guide = guide_of(steps_of(empty), [], "indicators")
        assert (guide.step.url, guide.button) == ("", "On to the strategic choices")

    @pytest.mark.parametrize("asked", ["", "x", "goals ", "NEXT", "\x00"])
    def test_who_asks_for_no_step_is_not_guided(self, empty, asked):
        assert guide_of(steps_of(empty), [], asked) is None

    @pytest.mark.parametrize("choice_id", ["", "x", "99", "²", "-1"])
    def test_an_odd_choice_is_the_first_that_needs_something(self, empty, choice_id):
        assert guide_of(steps_of(empty), rows_of(1, 0), "actions", choice_id=choice_id).choice.pk == 2


@pytest.fixture
def draft(plan):
    plan.state, plan.ambition = "draft", ""
    plan.save()
    return plan


def test_the_same_figure_under_another_choice_is_another_indicator(client_of, plan, plan_owner, choice):
    """Only what is sent twice in one place is made once."""
    other, client = factories.ChoiceFactory(plan=plan), client_of(plan_owner)
    shared = {"unit": "eur", "direction": "higher", "frequency": "month", "kind": "level", "target": "80"}
    for where in (choice, choice, other):
        address = reverse("plans:indicator_add", args=[plan.pk, where.pk])
        assert client.post(address, {"name": "Omzet", **shared}).status_code == 302
    assert (choice.indicators.count(), other.indicators.count()) == (1, 1)


def test_the_same_goal_in_another_plan_is_another_goal(client_of, plan, plan_owner):
    other = factories.PlanFactory()
    factories.MembershipFactory(plan=other, user=plan_owner, role="owner")
    for where in (plan, plan, other):
        fields = {"name": "Omzet", "unit": "eur", "target": "5", "due_on": "2026-12-31"}
        client_of(plan_owner).post(reverse("plans:goal_add", args=[where.pk]), fields)
    assert (plan.goals.count(), other.goals.count()) == (1, 1)


class TestOnThePage:
    def test_a_new_plan_is_guided_from_its_first_step_on(self, client_of, plan_owner, on):
        fields = {"name": "Nieuw", "ambition": "Wij zijn er", "starts_on": on, "ends_on": on.replace(month=12)}
        page = client_of(plan_owner).post(reverse("plans:plan_new"), fields, follow=True)
        assert "Step 2 of 8" in page.content.decode()

    def test_the_page_fetches_the_form_of_the_step_by_itself(self, client_of, plan_owner, draft):
        page = client_of(plan_owner).get(draft.get_absolute_url() + "?guide=goals").content.decode()
        form = reverse("plans:goal_add", args=[draft.pk])
        assert f'hx-get="{form}?guide=goals" hx-trigger="load" hx-target="#goal-add"' in page

    def test_the_form_carries_the_line_from_the_method(self, client_of, plan_owner, draft):
        address = reverse("plans:goal_add", args=[draft.pk])
        client = client_of(plan_owner)
        for headers in ({}, HTMX):
            shown = client.get(address + "?guide=goals", headers=headers).content.decode()
            assert "Three or four figures that say, at the end" in shown
            assert "Three or four" not in client.get(address, headers=headers).content.decode()

    def test_without_script_saving_leads_back_to_the_step(self, client_of, plan_owner, draft):
        client, page = client_of(plan_owner), draft.get_absolute_url()
        ambition = reverse("plans:ambition_edit", args=[draft.pk]) + "?guide=ambition"
        answer = client.post(ambition, {"ambition": "Wij zijn er"})
        assert answer["Location"] == page + "?guide=goals&saved=1"
        goal = {"name": "Omzet", "unit": "eur", "target": "5", "due_on": "2026-12-31"}
        answer = client.post(reverse("plans:goal_add", args=[draft.pk]) + "?guide=goals", goal)
        assert answer["Location"] == page + "?guide=goals&saved=1"
        shown = client.get(answer["Location"]).content.decode()
        assert "Another goal" in shown
        assert 'hx-trigger="load"' not in shown

    def test_without_script_an_action_leads_back_to_its_choice(self, client_of, plan_owner, draft, choice, member):
        address = reverse("actions:action_add", args=[draft.pk]) + f"?guide=actions&choice={choice.pk}"
        client = client_of(plan_owner)
        assert "Only what is new and needed" in client.get(address).content.decode()
        fields = {"result": "A is af", "choice": choice.pk, "responsible": member.pk, "deadline": "2026-09-01"}
        answer = client.post(address, fields)
        assert answer["Location"] == f"{draft.get_absolute_url()}?guide=actions&choice={choice.pk}&saved=1"

    def test_the_panel_follows_what_was_saved_and_the_address_with_it(self, client_of, plan_owner, draft):
        draft.ambition = "Wij zijn er"
        draft.save()
        headers = {**HTMX, "HX-Current-URL": f"http://testserver{draft.get_absolute_url()}?guide=ambition"}
        answer = client_of(plan_owner).get(draft.get_absolute_url() + "?part=steps", headers=headers)
        assert "Step 2 of 8" in answer.content.decode()
        assert answer["HX-Replace-Url"] == draft.get_absolute_url() + "?guide=goals"

    def test_stopping_is_leaving_the_step_out_of_the_address(self, client_of, plan_owner, draft):
        client = client_of(plan_owner)
        assert "Stop guiding" in client.get(draft.get_absolute_url() + "?guide=goals").content.decode()
        shown = client.get(draft.get_absolute_url()).content.decode()
        assert "Stop guiding" not in shown
        assert "Guide me step by step" in shown

    def test_members_and_sessions_of_a_draft_show_the_way_on(self, client_of, plan_owner, draft):
        client = client_of(plan_owner)
        members = client.get(reverse("plans:member_list", args=[draft.pk])).content.decode()
        assert f'href="{draft.get_absolute_url()}?guide=sessions"' in members
        sessions = client.get(reverse("updates:session_list", args=[draft.pk])).content.decode()
        assert f'href="{draft.get_absolute_url()}?guide=activate"' in sessions

    def test_a_step_that_is_for_an_owner_says_so_and_leads_a_member_nowhere(self, client_of, member, draft):
        for key, view in (("people", "plans:member_list"), ("activate", "plans:plan_activate")):
            page = client_of(member).get(f"{draft.get_absolute_url()}?guide={key}").content.decode()
            panel = page.partition('id="plan-steps"')[2].partition("</section>")[0]
            assert "That is for an owner of the plan." in panel
            assert reverse(view, args=[draft.pk]) not in panel

    def test_nobody_is_led_through_a_plan_that_runs_or_that_they_only_read(self, client_of, plan, plan_owner, viewer):
        assert "Step " not in client_of(plan_owner).get(plan.get_absolute_url() + "?guide=goals").content.decode()
        Plan.objects.update(state="draft")
        assert "Step " not in client_of(viewer).get(plan.get_absolute_url() + "?guide=goals").content.decode()
