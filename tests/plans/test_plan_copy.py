"""A plan copied to a new period: what comes along, what stays behind, and where the new one starts."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from actions.models import Action
from ogsm.dates import next_span
from plans.copying import Along, next_particulars, plan_copy, starting_point
from plans.models import Goal, Indicator, IndicatorValue, Plan
from tests import factories

D = Decimal
FIRST, LAST = dt.date(2027, 1, 1), dt.date(2027, 12, 31)
PERIOD = {"name": "Groei 2027", "organisation": "Testbedrijf", "starts_on": FIRST, "ends_on": LAST}
TICKED = dict.fromkeys(["members", "indicators", "targets", "actions"], "on")


def address(plan):
    return reverse("plans:plan_copy", args=[plan.pk])


def words_of(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def copy_of(plan_owner, at):
    """Makes the copy as the owner."""

    def copy(source, **ticks):
        return plan_copy(source=source, by=plan_owner, at=at, along=Along(**ticks), **PERIOD)

    return copy


@pytest.fixture
def owner(client_of, plan_owner):
    return client_of(plan_owner)


# What comes along


def test_the_copy_is_a_draft_that_says_where_it_came_from(copy_of, plan, plan_owner, at):
    copy = copy_of(plan)
    assert (copy.state, copy.name, copy.ambition) == ("draft", "Groei 2027", plan.ambition)
    made = copy.history.get()
    assert (made.history_user, made.history_date, made.history_change_reason) == (
        plan_owner, at, "Copied from “Groei 2026”",
    )  # fmt: skip


def test_choices_come_along_as_they_are(copy_of, plan, choice, choice_owner, at):
    choice.change(by=None, at=at, stops="de catalogus", kind="enabling", colour=5)
    factories.ChoiceFactory(plan=plan, short_name="Tweede")
    factories.ChoiceFactory(plan=plan, short_name="Weg").archive(by=None, at=at)
    copied = list(copy_of(plan).choices.in_order())
    assert [one.short_name for one in copied] == ["Webshop", "Tweede"]
    first = copied[0]
    for name in ("goal", "how", "stops", "kind", "colour", "owner"):
        assert getattr(first, name) == getattr(choice, name)


def test_members_come_along_with_their_roles_and_the_maker_as_owner(copy_of, plan, plan_owner, viewer):
    def roles(of):
        return set(of.memberships.values_list("user", "role"))

    assert roles(copy_of(plan)) == roles(plan)
    plan.memberships.filter(user=plan_owner).update(role="process_owner")
    assert (plan_owner.pk, "owner") in roles(copy_of(plan))


def test_open_actions_come_along_without_what_happened_to_them(copy_of, plan, choice, responsible, member, at, on):
    old = factories.ActionFactory(
        choice=choice, responsible=responsible, status="doing", starts_on=on, deadline=dt.date(2026, 11, 1),
        description="In drie stappen", link="https://example.org/plan",
    )  # fmt: skip
    old.involved.add(member)
    old.shift_deadline(dt.date(2026, 12, 1), reason="later", by=responsible, at=at)
    factories.UpdateFactory(action=old)
    old.note_update(light="red", expected_end=dt.date(2027, 1, 9), last_update_at=at, by=responsible, at=at)
    factories.ActionFactory(choice=choice, status="done")
    factories.ActionFactory(choice=choice).archive(by=None, at=at)
    new = copy_of(plan).actions.get()
    for name in ("result", "description", "link", "status", "starts_on", "deadline", "responsible"):
        assert getattr(new, name) == getattr(old, name)
    assert list(new.involved.all()) == [member]
    assert (new.light, new.expected_end, new.last_update_at, new.deadline_moves) == ("", None, None, 0)
    assert new.original_deadline is None
    assert not new.updates.exists()
    assert not new.shifts.exists()


def test_the_steps_still_to_be_done_and_the_indicators_it_serves_come_along(copy_of, choice, action, at):
    indicator = factories.IndicatorFactory(choice=choice)
    action.serves.add(indicator)
    factories.StepFactory(action=action, text="Gedaan").tick(True, by=None, at=at)
    factories.StepFactory(action=action, text="Weg").archive(by=None, at=at)
    factories.StepFactory(action=action, text="Nog te doen")
    copied = Action.objects.get(plan=copy_of(choice.plan))
    assert [step.text for step in copied.steps.all()] == ["Nog te doen"]
    assert [one.name for one in copied.serves.all()] == [indicator.name]
    assert copied.serves.get().choice.plan_id == copied.plan_id


def test_the_board_keeps_its_order(copy_of, plan, choice, responsible, at):
    first, second, third = (factories.ActionFactory(choice=choice, result=f"Resultaat {name}") for name in "abc")
    third.move_to("todo", before=first.pk, by=responsible, at=at)
    board = copy_of(plan).actions.order_by("rank").values_list("result", flat=True)
    assert list(board) == [third.result, first.result, second.result]


def test_indicators_start_from_their_last_value(copy_of, choice, member):
    old = factories.IndicatorFactory(
        choice=choice, unit="percent", direction="lower", frequency="quarter", source="Kassa", entered_by=member,
        green_limit=D("0.5"), amber_limit=D("1.25"), baseline=D("9.5"), target=D("7.75"),
    )  # fmt: skip
    factories.IndicatorValueFactory(indicator=old, period=dt.date(2026, 4, 1), value=D("8.1234"))
    factories.IndicatorValueFactory(indicator=old, period=dt.date(2026, 1, 1), value=D("9.1"))
    new = Indicator.objects.get(choice__plan=copy_of(choice.plan))
    for name in ("name", "unit", "direction", "frequency", "source", "entered_by", "green_limit", "amber_limit"):
        assert getattr(new, name) == getattr(old, name)
    assert (new.baseline, new.baseline_on) == (D("8.1234"), dt.date(2026, 6, 30))
    assert (new.target, new.target_on) == (D("7.75"), LAST)
    assert not new.values.exists()


def test_an_indicator_without_a_value_keeps_its_baseline(copy_of, choice):
    factories.IndicatorFactory(choice=choice, baseline=D("3.5"), baseline_on=dt.date(2026, 1, 1))
    new = Indicator.objects.get(choice__plan=copy_of(choice.plan))
    assert (new.baseline, new.baseline_on) == (D("3.5"), dt.date(2026, 1, 1))


def test_an_indicator_that_never_had_a_baseline_has_none_now(copy_of, choice):
    factories.IndicatorFactory(choice=choice, baseline=None, baseline_on=None)
    new = Indicator.objects.get(choice__plan=copy_of(choice.plan))
    assert (new.baseline, new.baseline_on) == (None, None)


def test_a_running_total_starts_again_at_zero(copy_of, choice):
    old = factories.IndicatorFactory(choice=choice, kind="running_total", baseline=5)
    factories.IndicatorValueFactory(indicator=old, value=140)
    new = Indicator.objects.get(choice__plan=copy_of(choice.plan))
    assert (new.baseline, new.baseline_on) == (0, dt.date(2026, 12, 31))


def test_a_goal_starts_from_what_it_was_judged_at(copy_of, plan):
    factories.GoalFactory(plan=plan, name="Omzet", baseline=10, target=20, actual=D("17.5"), judgement="partly")
    factories.GoalFactory(plan=plan, name="Marge", unit="percent", baseline=5, target=8)
    judged, other = copy_of(plan).goals.order_by("position")
    assert (judged.name, judged.baseline, judged.target, judged.due_on) == ("Omzet", D("17.5"), 20, LAST)
    assert (judged.judgement, judged.actual) == ("", None)
    assert (other.name, other.unit, other.baseline) == ("Marge", "percent", 5)


amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=4)
periods = st.dates(dt.date(2024, 1, 1), dt.date(2029, 12, 31))


@given(
    values=st.dictionaries(periods, amounts),
    baseline=st.none() | amounts,
    baseline_on=st.none() | periods,
    kind=st.sampled_from(Indicator.Kind.values),
    frequency=st.sampled_from(Indicator.Frequency.values),
    starts_on=periods,
    days=st.integers(0, 1500),
)
def test_whatever_was_measured_a_copy_starts_where_the_database_lets_it(
    values, baseline, baseline_on, kind, frequency, starts_on, days
):
    old = Indicator(kind=kind, frequency=frequency, baseline=baseline, baseline_on=baseline_on)
    ends_on = starts_on + dt.timedelta(days=days)
    amount, on = starting_point(old, values, starts_on, ends_on)
    assert on is None or on <= ends_on
    if kind == "running_total":
        assert (amount, on) == (0, starts_on - dt.timedelta(days=1))
    elif values:
        assert amount == values[max(values)]
    else:
        assert amount == baseline


# What stays behind


def test_the_old_plan_stays_as_it_was(copy_of, plan, choice, action, plan_owner, at):
    indicator = factories.IndicatorFactory(choice=choice)
    factories.IndicatorValueFactory(indicator=indicator)
    factories.SessionFactory(plan=plan)
    factories.GoalFactory(plan=plan)

    def state():
        pieces = (Plan, Goal, Indicator, IndicatorValue, Action)
        return {model: list(model.objects.filter(pk__in=known[model]).values()) for model in pieces}

    known = {model: list(model.objects.values_list("pk", flat=True)) for model in (Plan, Goal, Indicator)}
    known |= {model: list(model.objects.values_list("pk", flat=True)) for model in (IndicatorValue, Action)}
    before = state()
    copy = copy_of(plan)
    assert state() == before
    assert not copy.sessions.exists()
    assert not IndicatorValue.objects.filter(indicator__choice__plan=copy).exists()


@pytest.mark.parametrize("what", ["members", "indicators", "targets", "actions"])
def test_what_is_not_ticked_does_not_come_along(copy_of, plan, choice, action, what):
    factories.IndicatorFactory(choice=choice)
    factories.GoalFactory(plan=plan)
    copy = copy_of(plan, **{what: False})
    indicators = Indicator.objects.filter(choice__plan=copy)
    there = {
        "members": copy.memberships.count() > 1,
        "indicators": indicators.exists(),
        "targets": copy.goals.exclude(target=None).exists(),
        "actions": copy.actions.exists(),
    }
    assert there == {**dict.fromkeys(there, True), what: False}


def test_without_members_the_work_is_the_makers(copy_of, plan, choice, action, plan_owner, member):
    action.involved.add(member)
    factories.IndicatorFactory(choice=choice, entered_by=member)
    copy = copy_of(plan, members=False)
    new = copy.actions.get()
    assert (new.responsible, list(new.involved.all())) == (plan_owner, [])
    assert copy.choices.get().owner is None
    assert Indicator.objects.get(choice__plan=copy).entered_by is None


def test_who_is_not_active_any_more_does_not_come_along(copy_of, owner, plan, choice, action, plan_owner, responsible):
    responsible.is_active = False
    responsible.save()
    choice.change(by=None, at=factories.AT, owner=responsible)
    page = words_of(owner.get(address(plan)))
    assert "Not active any more, so not in the new plan: Joost van Leeuwen." in page
    assert "that person does not come along: Webshop." in page
    assert "1 becomes yours, because the person responsible does not come along." in page
    copy = copy_of(plan)
    assert not copy.memberships.filter(user=responsible).exists()
    assert copy.actions.get().responsible == plan_owner
    assert copy.choices.get().owner is None


def test_the_origin_comes_along_while_it_is_worked_on(copy_of, plan, at):
    origin = factories.ChoiceFactory()
    plan.change(by=None, at=at, origin_choice=origin)
    assert copy_of(plan).origin_choice == origin
    origin.plan.close(by=None, at=at)
    plan.refresh_from_db()
    assert copy_of(plan).origin_choice is None


# The next period


@pytest.mark.parametrize(
    ("first", "last", "start", "end"),
    [
        ("2026-01-01", "2026-12-31", "2027-01-01", "2027-12-31"),
        ("2024-01-01", "2026-12-31", "2027-01-01", "2029-12-31"),
        ("2026-01-01", "2026-06-30", "2026-07-01", "2026-12-31"),
        ("2025-09-01", "2026-02-28", "2026-03-01", "2026-08-31"),
        ("2026-01-05", "2026-01-18", "2026-01-19", "2026-02-01"),
        ("2026-02-03", "2026-02-03", "2026-02-04", "2026-02-04"),
    ],
)
def test_the_next_period_is_as_long_as_the_old_one(first, last, start, end):
    day = dt.date.fromisoformat
    assert next_span(day(first), day(last)) == (day(start), day(end))


@given(periods, st.integers(0, 2000))
def test_the_next_period_begins_where_the_old_one_ends(first, days):
    last = first + dt.timedelta(days=days)
    start, end = next_span(first, last)
    assert start == last + dt.timedelta(days=1)
    assert abs((end - start).days - days) <= 3 or start.day == 1 or first.day == start.day


@pytest.mark.parametrize(
    ("name", "following"),
    [
        ("Groei 2026", "Groei 2027"),
        ("Groei 2026–2028", "Groei 2027–2029"),
        ("Samen vooruit", "Samen vooruit, next period"),
        ("x" * 120, "x" * 120),
    ],
)
def test_the_name_moves_on_with_the_years(name, following):
    plan = Plan(name=name, starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 12, 31))
    assert next_particulars(plan)["name"] == following


# The page


def test_the_page_counts_what_comes_along_and_what_stays(owner, plan, choice, action, on):
    factories.ActionFactory(choice=choice, deadline=dt.date(2027, 2, 1))
    factories.ActionFactory(choice=choice, status="done")
    factories.UpdateFactory(action=action)
    for kind, value in (("level", 3), ("level", None), ("running_total", 4)):
        indicator = factories.IndicatorFactory(choice=choice, kind=kind)
        if value:
            factories.IndicatorValueFactory(indicator=indicator, value=value)
    page = words_of(owner.get(address(plan)))
    for text in (
        'value="Groei 2027"', 'value="2027-01-01"', "1 strategic choice<", "7 other members", "3 indicators<",
        "1 starts from its last value.", "1 running total starts again at 0.", "1 has no value yet",
        "2 open actions", "1 has a deadline before", "1 done action<", "2 values of indicators", "1 update,",
    ):  # fmt: skip
        assert text in page, text


def test_the_copy_opens_with_a_word_about_targets(owner, plan, choice, action):
    response = owner.post(address(plan), {**PERIOD, **TICKED}, follow=True)
    copy = Plan.objects.get(name="Groei 2027")
    assert response.redirect_chain[-1][0] == copy.get_absolute_url()
    assert "look at the targets and the dates first" in response.content.decode()
    assert copy.actions.count() == 1


def test_a_plan_of_many_pieces_is_copied_by_one_form(owner, plan, responsible, member):
    fill_plan(plan, responsible, 3, 4)
    for action in plan.actions.all():
        action.involved.add(member)
    assert owner.post(address(plan), {**PERIOD, **TICKED}).status_code == 302
    copy = Plan.objects.get(name="Groei 2027")
    assert (copy.choices.count(), copy.actions.filter(involved=member).count()) == (3, 12)


def test_an_unticked_box_stays_unticked(owner, plan, choice, action):
    owner.post(address(plan), {**PERIOD, **TICKED, "actions": ""})
    copy = Plan.objects.get(name="Groei 2027")
    assert (copy.choices.count(), copy.actions.count()) == (1, 0)


def test_sending_it_twice_makes_one_copy(owner, plan, choice):
    answers = [owner.post(address(plan), {**PERIOD, **TICKED})["Location"] for _ in "ab"]
    assert answers[0] == answers[1]
    assert Plan.objects.count() == 2


def test_a_period_that_is_none_makes_no_copy(owner, plan):
    response = owner.post(address(plan), {**PERIOD, **TICKED, "ends_on": "2026-01-01"})
    assert response.status_code == 422
    assert "The plan ends before it starts." in response.content.decode()
    assert Plan.objects.count() == 1


def test_a_copy_into_the_past_is_made_all_the_same(owner, plan, choice):
    indicator = factories.IndicatorFactory(choice=choice)
    factories.IndicatorValueFactory(indicator=indicator)
    owner.post(address(plan), {**PERIOD, **TICKED, "starts_on": "2025-01-01", "ends_on": "2025-12-31"})
    new = Indicator.objects.exclude(pk=indicator.pk).get()
    assert (new.baseline_on, new.target_on) == (dt.date(2025, 12, 31), dt.date(2025, 12, 31))


def test_who_leads_the_plan_and_may_make_plans_copies_it(client_of, plan, process_owner, member):
    menu = "Copy to a new period"
    for user, may_create, allowed in (
        (process_owner, True, True), (process_owner, False, False), (member, True, False),
    ):  # fmt: skip
        user.can_create_plans = may_create
        user.save()
        client = client_of(user)
        assert client.get(address(plan)).status_code == (200 if allowed else 403)
        assert (menu in client.get(plan.get_absolute_url()).content.decode()) is allowed


def test_a_closed_and_an_archived_plan_can_be_copied(owner, plan, choice, plan_owner, at):
    plan.close(by=plan_owner, at=at)
    page = owner.get(plan.get_absolute_url()).content.decode()
    assert page.count(f'href="{address(plan)}"') == 2
    plan.archive(by=plan_owner, at=at)
    assert owner.post(address(plan), {**PERIOD, **TICKED}).status_code == 302


def fill_plan(plan, responsible, choices, actions):
    for _ in range(choices):
        choice = factories.ChoiceFactory(plan=plan, owner=responsible)
        factories.GoalFactory(plan=plan)
        for _ in range(3):
            factories.IndicatorValueFactory(indicator=factories.IndicatorFactory(choice=choice))
        factories.ActionFactory.create_batch(actions, choice=choice, responsible=responsible)


def test_the_queries_of_the_page_do_not_grow(owner, plan, responsible, django_assert_max_num_queries):
    fill_plan(plan, responsible, 2, 2)
    owner.get(address(plan))
    with CaptureQueriesContext(
        connection,
    ) as few:
        owner.get(address(plan))
    fill_plan(plan, responsible, 4, 10)
    with django_assert_max_num_queries(len(few)):
        owner.get(address(plan))


def test_a_hundred_actions_are_copied_in_queries_that_grow_no_faster(copy_of, plan, responsible):
    def queries_of(source):
        with CaptureQueriesContext(connection) as made:
            copy_of(source)
        return len(made)

    small = factories.PlanFactory()
    factories.MembershipFactory(plan=small, user=responsible)
    fill_plan(small, responsible, 5, 2)
    fill_plan(plan, responsible, 5, 20)
    few = queries_of(small)
    many = queries_of(plan)
    assert many - few <= 9 * 90
    assert plan.actions.count() == 100
