"""The page of the plan check: what it says, to whom it offers a link, and where that link leads."""

import datetime as dt
import html
import re

import pytest
from django.urls import reverse

from actions.models import Action
from plans.access import PlanAccess
from plans.check.core import Place, Spot
from plans.check.links import Links
from plans.check.reading import read
from plans.check.report import RULES
from plans.models import Choice, Goal, Indicator, IndicatorValue, Plan
from tests import factories

ON = factories.ON
LINK = re.compile(r'class="to-field" href="([^"]+)"')


def address(plan):
    return reverse("plans:plan_check", args=[plan.pk])


def page(client, plan):
    response = client.get(address(plan))
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def words_of(page):
    """What is read on the page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def links_of(page):
    return [html.unescape(link) for link in LINK.findall(page)]


@pytest.fixture
def good(plan, choice, action, plan_owner):
    """A plan that nothing can be said of."""
    plan.change(by=plan_owner, at=factories.AT, ambition="Elke installateur bestelt bij ons")
    choice.change(by=plan_owner, at=factories.AT, stops="de papieren catalogus")
    action.change(by=plan_owner, at=factories.AT, starts_on=ON)
    factories.GoalFactory(plan=plan, name="installateurs", unit="count", target=900)
    indicator = factories.IndicatorFactory(choice=choice, source="Webshop")
    factories.IndicatorValueFactory(indicator=indicator)
    factories.SessionFactory(plan=plan)
    return plan


@pytest.fixture
def bad(plan, choice, choice_owner, responsible, member, plan_owner):
    """A plan with every fault there is, of a choice owner and a responsible who may mend some of them."""
    day = dt.timedelta(days=1)
    plan.change(
        by=plan_owner,
        at=factories.AT,
        ends_on=dt.date(2027, 12, 31),
        ambition="In 2028 halen wij 20% van onze omzet online, en onze klanten bevelen ons aan. "
        + "Zo groeien wij. " * 20,
    )
    factories.GoalFactory(plan=plan, name="omzet online van alle installateurs in noord en oost samen", target=None)
    factories.GoalFactory(plan=plan, name="marge", due_on=plan.ends_on + day)
    choice.change(by=plan_owner, at=factories.AT, how="beter samen te werken", goal="Wij groeien " + "flink " * 30)
    for number in range(5):
        factories.ChoiceFactory(plan=plan, short_name=f"Keuze {number}", how="", owner=None)
    for number in range(3):
        factories.ChoiceFactory(plan=plan, short_name=f"Steun {number}", kind="enabling")
    for fault in ({"target": None}, {"baseline": None}, {"target_on": None, "name": "lang " * 20}):
        factories.IndicatorFactory(choice=choice, entered_by=member, **fault)
    for number in range(44):
        factories.ActionFactory(
            choice=choice, responsible=member, status="done", completed_on=ON, result=f"Hal {number}"
        )
    results = ["Communicatie verbeteren", "De voorraad bijhouden", "Webshop " * 20, "Website", "Contract getekend"]
    for number, result in enumerate(results):
        deadline = dt.date(2026, 11, 10 + number)
        factories.ActionFactory(choice=choice, responsible=responsible, result=result, deadline=deadline)
    factories.ActionFactory(
        choice=choice, responsible=responsible, deadline=plan.ends_on + 2 * day, starts_on=plan.ends_on
    )
    Action.objects.filter(plan=plan, status="todo").exclude(starts_on=None).update(choice=choice)
    return plan


def test_a_plan_without_a_fault_is_told_so(client_of, good, viewer):
    said = words_of(page(client_of(viewer), good))
    count = len(RULES) - 1
    assert f"{count} of {count} checks hold." in said
    assert "No remarks" in said
    assert "To think about together" not in said
    assert "Does not hold" not in said


def test_a_fault_is_said_with_its_reason_under_its_choice_and_costs_one_check(client_of, good, choice, plan_owner):
    choice.change(by=plan_owner, at=factories.AT, how="")
    said = words_of(page(client_of(plan_owner), good))
    count = len(RULES) - 1
    assert f"{count - 1} of {count} checks hold." in said
    assert "1 Webshop 1 Choice without a how A goal without a way to reach it is a wish." in said
    assert f"“{choice.goal}”, by doing what? Write the how" in said
    assert "Does not hold: Every choice says how 1" in said
    assert "Holds: Every choice has an owner" in said


def test_what_the_plan_as_a_whole_lacks_comes_first(client_of, good, choice, plan_owner):
    choice.change(by=plan_owner, at=factories.AT, how="")
    good.sessions.all().delete()
    shown = page(client_of(plan_owner), good)
    assert shown.index("The plan as a whole") < shown.index("No session planned") < shown.index("Choice without a how")


def test_a_rule_is_explained_once_for_all_the_actions_of_a_choice(client_of, good, choice, responsible, viewer):
    for result in ("Communicatie verbeteren", "Imago versterken"):
        factories.ActionFactory(choice=choice, responsible=responsible, result=result, starts_on=ON)
    said = words_of(page(client_of(viewer), good))
    assert said.count("Describe what is there in the end") == 1
    for result, words in (("Communicatie verbeteren", "verbeteren"), ("Imago versterken", "versterken")):
        assert f"“{result}”. “{words}” is an effort." in said


def test_every_kind_of_fault_is_found(client_of, bad, plan_owner):
    said = words_of(page(client_of(plan_owner), bad))
    missed = {rule.name for rule in RULES if str(rule.title) not in said}
    assert missed == {"ambition-missing", "goals-missing", "state-behind-period"}


def test_every_link_opens_a_form_with_the_very_field(client_of, bad, plan_owner):
    client = client_of(plan_owner)
    shown = page(client, bad)
    links = {*links_of(shown), *re.findall(r'<li><a href="([^"]+)"', shown)}
    places = {link.partition("#")[0].removeprefix(f"/plans/{bad.pk}/").strip("/").split("/")[0] for link in links}
    assert places == {"ambition", "goals", "choices", "indicators", "actions", "sessions", ""}
    for link in links:
        path, _, field = html.unescape(link).partition("#")
        response = client.get(path)
        assert response.status_code == 200, link
        if field:
            assert f'id="{field}"' in response.content.decode(), link


@pytest.mark.parametrize(("state", "view"), [("draft", "plans:plan_activate"), ("active", "plans:plan_close")])
def test_the_state_is_changed_on_the_page_for_it(client_of, good, plan_owner, state, view):
    period = {"draft": (ON - dt.timedelta(days=9), good.ends_on), "active": (good.starts_on, ON - dt.timedelta(days=9))}
    starts_on, ends_on = period[state]
    Plan.objects.filter(pk=good.pk).update(state=state, starts_on=starts_on, ends_on=ends_on)
    assert reverse(view, args=[good.pk]) in links_of(page(client_of(plan_owner), good))


def test_who_only_reads_sees_everything_and_is_offered_nothing(client_of, bad, plan_owner, viewer):
    shown = page(client_of(viewer), bad)
    assert links_of(shown) == []
    assert "/edit/" not in shown
    assert "/add/" not in shown
    assert (
        words_of(shown).partition(" checks hold")[0]
        == words_of(page(client_of(plan_owner), bad)).partition(" checks hold")[0]
    )


def test_a_choice_owner_is_led_to_the_own_choice_alone(client_of, bad, choice, choice_owner):
    links = links_of(page(client_of(choice_owner), bad))
    assert reverse("plans:choice_edit", args=[bad.pk, choice.pk]) + f"#choice-{choice.pk}-how" in links
    others = [other.pk for other in bad.choices.exclude(pk=choice.pk)]
    assert not [link for link in links if any(f"/choices/{pk}/" in link or f"choice={pk}#" in link for pk in others)]
    assert not [link for link in links if "/ambition/" in link or "/goals/" in link or "/sessions/" in link]


def test_a_responsible_may_set_a_start_and_not_reword_the_result(client_of, bad, responsible):
    fields = {link.rpartition("-")[2] for link in links_of(page(client_of(responsible), bad))}
    assert fields == {"starts_on", "deadline"}


def test_who_enters_a_value_is_led_to_it(client_of, bad, member):
    links = links_of(page(client_of(member), bad))
    assert links
    assert all("/value/#value-" in link for link in links)


def test_the_ambition_is_asked_about_and_that_counts_for_nothing(client_of, good, plan_owner, viewer):
    good.change(by=plan_owner, at=factories.AT, ambition="Elke installateur is klant, iedere bouwplaats kent ons.")
    said = words_of(page(client_of(viewer), good))
    assert "To think about together Which goal tells whether this is reached?" in said
    assert "“iedere bouwplaats kent ons”" in said
    assert "“Elke installateur is klant”" not in said
    assert "The goals: installateurs" in said
    assert f"{len(RULES) - 1} of {len(RULES) - 1} checks hold." in said


def test_deadlines_are_counted_per_person_and_month_and_a_full_month_is_named(client_of, good, choice, member, viewer):
    for day in range(1, 5):
        factories.ActionFactory(
            choice=choice, responsible=member, deadline=dt.date(2026, 9, day), starts_on=ON, result=f"Hal {day} is open"
        )
    shown = page(client_of(viewer), good)
    assert "Lotte Bakker has 4 deadlines in September 2026." in words_of(shown)
    table = shown.partition('class="heat"')[2]
    rows = [words_of(row) for row in re.findall(r"<tr>(.*?)</tr>", table, re.S)]
    assert rows == [
        "Responsible Jun 2026 Jul Aug Sep",
        "Lotte Bakker 4",
        "Joost van Leeuwen 1",
        "Together 1 4",
    ]
    assert re.search(r'<td class="h-full">\s*4', table)


def test_late_deadlines_have_a_column_only_when_there_are_any(client_of, good, action, plan_owner, viewer):
    assert "late" not in words_of(page(client_of(viewer), good).partition('class="heat"')[2].partition("</thead>")[0])
    action.change(by=plan_owner, at=factories.AT, starts_on=None, deadline=ON - dt.timedelta(days=1))
    assert "Responsible late" in words_of(page(client_of(viewer), good))


def test_a_plan_without_open_actions_has_no_table(client_of, good, viewer):
    Action.objects.filter(plan=good).update(status="done", completed_on=ON)
    shown = page(client_of(viewer), good)
    assert "Deadlines per person per month" not in shown
    assert "checks have nothing to look at yet" in shown


@pytest.mark.parametrize(
    ("ambition", "goals", "step"),
    [("", 0, "Ambition"), ("Wij worden groot", 0, "Goals"), ("Wij worden groot", 1, "Strategic choices, five at most")],
)
def test_an_empty_draft_is_told_what_comes_first(client_of, plan_owner, ambition, goals, step):
    draft = factories.PlanFactory(state="draft", ambition=ambition)
    factories.MembershipFactory(plan=draft, user=plan_owner, role="owner")
    factories.GoalFactory.create_batch(goals, plan=draft)
    said = words_of(page(client_of(plan_owner), draft))
    assert f"First: {step}" in said
    assert "checks hold" not in said


def test_a_reader_of_an_empty_draft_gets_no_button_to_write_it(client_of, viewer):
    draft = factories.PlanFactory(state="draft", ambition="")
    factories.MembershipFactory(plan=draft, user=viewer, role="viewer")
    shown = page(client_of(viewer), draft)
    assert "First: Ambition" in shown
    assert reverse("plans:ambition_edit", args=[draft.pk]) not in shown


def test_a_closed_plan_is_no_longer_checked(client_of, bad, plan_owner, viewer):
    bad.close(by=plan_owner, at=factories.AT)
    shown = page(client_of(viewer), bad)
    assert "There is nothing left to check" in shown
    assert "checks hold" not in shown


def test_what_was_archived_is_not_checked(client_of, good, choice, plan_owner, viewer):
    other = factories.ChoiceFactory(plan=good, how="", owner=None)
    indicator = factories.IndicatorFactory(choice=choice, target=None)
    goal = factories.GoalFactory(plan=good, target=None)
    action = factories.ActionFactory(choice=choice, result="Website")
    for piece in (other, indicator, goal, action):
        piece.archive(by=plan_owner, at=factories.AT)
    assert "No remarks" in page(client_of(viewer), good)


def test_the_check_is_one_of_the_plans_tabs(client_of, good, viewer):
    shown = client_of(viewer).get(reverse("plans:plan_page", args=[good.pk])).content.decode()
    assert f'href="{address(good)}"' in shown


def grow(plan, number):
    for _ in range(number):
        person = factories.UserFactory()
        factories.GoalFactory(plan=plan, target=None)
        choice = factories.ChoiceFactory(plan=plan, how="", owner=person)
        factories.ActionFactory(choice=choice, responsible=person, result="Website")
        indicator = factories.IndicatorFactory(choice=choice, target=None)
        factories.IndicatorValueFactory(indicator=indicator, author=person)


def test_the_number_of_queries_does_not_grow_with_the_plan(
    client_of, plan, plan_owner, choice_owner, viewer, django_assert_max_num_queries, django_assert_num_queries
):
    grow(plan, 3)
    Choice.objects.update(owner=choice_owner)
    Indicator.objects.update(entered_by=choice_owner)
    for user in (plan_owner, choice_owner, viewer):
        client = client_of(user)
        page(client, plan)
        with django_assert_max_num_queries(14) as few:
            page(client, plan)
        grow(plan, 12)
        with django_assert_num_queries(len(few)):
            page(client, plan)
        for model in (IndicatorValue, Action, Indicator, Goal):
            model.objects.filter(pk__in=model.objects.order_by("-pk")[:12]).delete()


def test_every_place_of_a_finding_has_an_address(good, plan_owner):
    access = PlanAccess(good, good.memberships.get(user=plan_owner), plan_owner, factories.ON)
    links = Links(access, read(good, ON))
    keys = {
        Place.GOAL: good.goals.get().pk,
        Place.ACTION: good.actions.get().pk,
        Place.INDICATOR: Indicator.objects.get().pk,
        Place.VALUE: Indicator.objects.get().pk,
    }
    choice = good.choices.get().pk
    assert all(links.to(Spot(place, keys.get(place, choice), "name")) for place in Place)
