"""How a new plan starts: empty, with an example to look at, or as a copy."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation

from ogsm.demo.example import example_make
from plans.check.reading import read
from plans.check.report import report
from plans.models import Indicator, Plan
from tests import factories

NEW = reverse("plans:plan_new")


@pytest.fixture
def owner(client_of, plan_owner):
    return client_of(plan_owner)


def shown(client, query=""):
    return " ".join(client.get(NEW + query).content.decode().split())


def test_the_page_offers_three_ways_and_begins_with_an_empty_plan(owner, plan):
    page = shown(owner)
    assert 'value="empty" checked' in page
    assert 'value="example">' in page
    assert 'value="copy">' in page


def test_without_a_plan_to_copy_there_are_two(owner, plan_owner):
    assert 'value="copy"' not in shown(owner)
    read_only = factories.PlanFactory()
    factories.MembershipFactory(plan=read_only, user=plan_owner, role="viewer")
    assert 'value="copy"' not in shown(owner)


def test_a_link_can_choose_the_plan_to_copy(owner, plan, plan_owner):
    other = factories.PlanFactory()
    factories.MembershipFactory(plan=other, user=plan_owner, role="owner")
    page = shown(owner, f"?from={plan.pk}")
    assert 'value="copy" checked' in page
    assert f'<option value="{plan.pk}" selected>' in page


@pytest.mark.parametrize("query", ["?from=", "?from=x", "?from=999999", "?from=%00", "?start=what"])
def test_a_link_that_is_wrong_still_shows_the_page(owner, plan, query):
    assert owner.get(NEW + query).status_code == 200


def test_choosing_a_plan_leads_to_what_comes_along(owner, plan):
    response = owner.post(NEW, {"start": "copy", "source": plan.pk})
    assert response["Location"] == reverse("plans:plan_copy", args=[plan.pk])


def test_a_plan_one_does_not_lead_is_no_choice(owner, plan, plan_owner):
    hidden = factories.PlanFactory()
    for source in (hidden.pk, "x", ""):
        assert owner.post(NEW, {"start": "copy", "source": source}).status_code == 422
    assert Plan.objects.count() == 2


@pytest.mark.parametrize(("language", "name"), [("en", "Example: Northquay Museum"), ("nl", "Veldwijk Techniek")])
def test_the_example_is_complete_and_all_its_makers(plan_owner, at, on, language, name):
    with translation.override(language):
        plan = example_make(by=plan_owner, at=at, on=on, language=language)
    assert name in plan.name
    assert (plan.state, plan.starts_on, plan.ends_on) == ("draft", dt.date(2026, 7, 1), dt.date(2027, 6, 30))
    assert [one.user for one in plan.memberships.all()] == [plan_owner]
    assert plan.choices.count() == 4
    assert {one.owner for one in plan.choices.all()} == {plan_owner}
    assert all(one.how and one.stops for one in plan.choices.all())
    assert {one.responsible for one in plan.actions.all()} == {plan_owner}
    assert plan.actions.count() == 12
    for choice in plan.choices.all():
        assert choice.actions.exists()
        assert choice.indicators.exclude(target=None).exists()


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("day", ["2026-06-11", "2027-01-31", "2028-02-29", "2026-12-01"])
def test_the_plan_check_only_misses_what_the_example_leaves_to_do(plan_owner, at, language, day):
    """Sessions are planned with others, when the plan is one's own."""
    day = dt.date.fromisoformat(day)
    plan = example_make(by=plan_owner, at=at, on=day, language=language)
    failing = {outcome.rule.name for outcome in report(read(plan, day).plan, day).failing}
    assert failing == {"sessions-missing"}


def test_the_example_opens_as_soon_as_it_is_asked_for_and_once(owner, plan_owner):
    answers = [owner.post(NEW, {"start": "example"}) for _ in "ab"]
    plan = Plan.objects.get()
    assert [answer["Location"] for answer in answers] == [plan.get_absolute_url()] * 2
    assert plan.name == "Example: Northquay Museum"
    assert Indicator.objects.filter(choice__plan=plan).exists()
    assert plan.history.get().history_user == plan_owner
    owner.post(reverse("plans:plan_archive", args=[plan.pk]))
    plan.refresh_from_db()
    assert plan.is_archived
