"""One's own last act is taken back, each field of it until that field changes again: a new line in the history."""

from __future__ import annotations

import datetime as dt
import itertools
import json

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from actions.models import Action
from plans.access import PlanAccess
from plans.changes import changes_of
from plans.undo.acts import acts_at, moment_at, number_of, undo_address
from plans.undo.back import take_back
from plans.undo.rules import Verdict, changed_last, fields_to_take_back, verdict
from tests import factories
from updates.models import Update
from updates.services import deadline_decide, decision_undo

HX = {"HX-Request": "true"}


class TestTheRule:
    def test_a_field_is_open_until_it_changes_again(self):
        assert verdict("a", "b", [], "b") is Verdict.OPEN
        assert verdict("a", "b", ["b", "b"], "b") is Verdict.OPEN
        assert verdict("a", "b", ["c"], "c") is Verdict.CHANGED

    def test_changed_and_changed_back_is_changed(self):
        assert verdict("a", "b", ["c", "b"], "b") is Verdict.CHANGED

    def test_what_is_as_before_is_nothing_to_take_back(self):
        assert verdict("a", "b", ["a"], "a") is Verdict.SAME

    @given(st.integers(0, 3), st.lists(st.integers(0, 3)))
    def test_open_means_that_nobody_touched_it(self, after, since):
        now = since[-1] if since else after
        before = -1
        assert (verdict(before, after, since, now) is Verdict.OPEN) == (set(since) <= {after})
        last = changed_last(after, since)
        assert (last is None) == (set(since) <= {after})
        assert last is None or set(since[last:]) == {now}

    def test_an_update_or_a_judgement_is_no_act_to_take_back(self):
        assert fields_to_take_back("action", ["status", "rank", "version"]) == ["version"]
        assert fields_to_take_back("action", ["version", "light", "last_update_at"]) == []
        assert fields_to_take_back("action", ["archived_at", "archived_with_choice"]) == []
        assert fields_to_take_back("goal", ["judgement", "actual"]) == []
        assert fields_to_take_back("member", ["role"]) == []

    @given(st.datetimes(*map(dt.datetime.fromisoformat, ("1971-01-01", "2999-01-01")), timezones=st.just(dt.UTC)))
    def test_a_moment_is_named_to_the_microsecond(self, at):
        assert moment_at(str(number_of(at))) == at

    @pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "9" * 30, "²"])
    def test_what_names_no_moment_is_none(self, text):
        assert moment_at(text) is None


@pytest.fixture
def later(at):
    """Moments one after another, after everything the fixtures made and before the next request."""
    moment = at

    def tick():
        nonlocal moment
        moment += dt.timedelta(microseconds=10)
        return moment

    return tick


@pytest.fixture
def undo(client_of):
    def post(plan, by, at, *, page="", **fields):
        headers = {**HX, "HX-Current-URL": f"http://testserver{page or reverse('plans:plan_history', args=[plan.pk])}"}
        return client_of(by).post(undo_address(plan.pk, at), fields, headers=headers)

    return post


def said(response):
    return json.loads(response.headers.get("HX-Trigger", "{}")).get("toast", {}).get("text", "")


def test_every_field_of_an_edit_comes_back_with_people_and_indicators(
    plan, choice, action, plan_owner, member, responsible, later, undo
):
    other = factories.ChoiceFactory(plan=plan, short_name="Service")
    indicator = factories.IndicatorFactory(choice=choice)
    action.edit(by=plan_owner, at=later(), involved=[responsible], serves=[indicator])
    before = Action.objects.filter(pk=action.pk).values().get()
    at = later()
    action.edit(
        by=plan_owner, at=at, why="Leverancier failliet", result="Iets anders", description="Kort", choice=other,
        responsible=member, link="https://example.org", starts_on=dt.date(2026, 6, 1), deadline=dt.date(2026, 9, 1),
        involved=[member, plan_owner], serves=[],
    )  # fmt: skip
    assert undo(plan, plan_owner, at).status_code == 204
    now = Action.objects.filter(pk=action.pk).values().get()
    assert now == before
    assert list(action.involved.all()) == [responsible]
    assert list(action.serves.all()) == [indicator]


def test_a_deadline_that_is_taken_back_is_no_shift_and_one_that_comes_again_is(
    plan, action, plan_owner, at, later, undo
):
    first, second = at - dt.timedelta(days=5), later()
    action.shift_deadline(dt.date(2026, 8, 1), reason="Een", by=plan_owner, at=first)
    action.shift_deadline(dt.date(2026, 9, 1), reason="Twee", by=plan_owner, at=second)
    undo(plan, plan_owner, second)
    action.refresh_from_db()
    assert (action.deadline, action.deadline_moves) == (dt.date(2026, 8, 1), 1)
    assert action.shifts.get(reason="Twee").undone_at
    undone = action.history.first()
    assert (undone.history_user, undone.history_change_reason) == (plan_owner, "undone")
    undo(plan, plan_owner, undone.history_date)
    action.refresh_from_db()
    assert action.deadline == dt.date(2026, 9, 1)
    assert [shift.reason for shift in action.shifts.filter(undone_at=None)] == ["Een", "Twee"]


@pytest.mark.parametrize(
    ("was", "became"),
    [
        ((dt.date(2026, 2, 1), dt.date(2026, 3, 1)), (dt.date(2026, 8, 1), dt.date(2026, 9, 1))),
        ((dt.date(2026, 8, 1), dt.date(2026, 9, 1)), (dt.date(2026, 2, 1), dt.date(2026, 3, 1))),
    ],
)
def test_start_and_deadline_come_back_together_whichever_lies_where(
    plan, choice, responsible, plan_owner, later, undo, was, became
):
    action = factories.ActionFactory(choice=choice, responsible=responsible, starts_on=was[0], deadline=was[1])
    at = later()
    action.edit(by=plan_owner, at=at, why="Anders", starts_on=became[0], deadline=became[1])
    undo(plan, plan_owner, at)
    action.refresh_from_db()
    assert (action.starts_on, action.deadline) == was


def test_what_a_colleague_changed_since_stays_and_the_rest_comes_back(
    plan, action, plan_owner, process_owner, later, undo
):
    at = later()
    action.edit(by=plan_owner, at=at, result="Nieuw", description="Nieuw")
    Action.objects.get(pk=action.pk).edit(by=process_owner, at=later(), description="Van Peter")
    page = reverse("actions:action_list", args=[plan.pk])
    response = undo(plan, plan_owner, at, page=page)
    assert response.status_code == 200
    assert said(response) == (
        "“Webshop toont levertijd per artikel” is as it was before, "
        "but not all of it (description: changed since by Peter Smit)."
    )
    action.refresh_from_db()
    assert (action.result, action.description) == ("Webshop toont levertijd per artikel", "Van Peter")


def test_when_all_of_it_has_changed_since_it_is_refused_by_name(plan, action, plan_owner, process_owner, later, undo):
    at = later()
    action.edit(by=plan_owner, at=at, result="Nieuw")
    Action.objects.get(pk=action.pk).edit(by=process_owner, at=later(), result="Van Peter")
    rows = action.history.count()
    response = undo(plan, plan_owner, at, page=reverse("actions:action_list", args=[plan.pk]))
    assert response.status_code == 409
    assert said(response) == "“Van Peter” stays as it is (result: changed since by Peter Smit)."
    assert action.history.count() == rows


def test_changed_by_a_colleague_and_changed_back_is_not_mine_any_more(
    plan, action, plan_owner, process_owner, later, undo
):
    at = later()
    action.edit(by=plan_owner, at=at, result="Nieuw")
    action.edit(by=process_owner, at=later(), result="Van Peter")
    action.edit(by=process_owner, at=later(), result="Nieuw")
    assert undo(plan, plan_owner, at).status_code == 409


def test_the_same_undo_twice_changes_nothing_more(plan, action, plan_owner, later, undo):
    at = later()
    action.edit(by=plan_owner, at=at, why="Later", result="Nieuw", deadline=dt.date(2026, 9, 1))
    undo(plan, plan_owner, at)
    rows = action.history.count()
    response = undo(plan, plan_owner, at, page=action.get_absolute_url())
    assert (response.status_code, said(response)) == (200, "This was taken back already.")
    assert action.history.count() == rows


def test_somebody_elses_act_is_not_mine(plan, action, plan_owner, process_owner, later, undo):
    at = later()
    action.edit(by=plan_owner, at=at, result="Nieuw")
    assert undo(plan, process_owner, at).status_code == 409
    action.refresh_from_db()
    assert action.result == "Nieuw"


def test_who_has_lost_the_right_takes_nothing_back(plan, choice, action, choice_owner, member, later, undo):
    at = later()
    action.edit(by=choice_owner, at=at, result="Nieuw")
    choice.change(by=None, at=later(), owner=member)
    assert undo(plan, choice_owner, at).status_code == 403
    action.refresh_from_db()
    assert action.result == "Nieuw"


def test_a_light_that_a_new_responsible_emptied_comes_back_unless_judged_again(
    plan, action, plan_owner, responsible, member, later, undo
):
    Update.give(action, by=responsible, at=later(), status="doing", light="amber")
    at = later()
    action.edit(by=plan_owner, at=at, responsible=member)
    undo(plan, plan_owner, at)
    action.refresh_from_db()
    assert (action.responsible, action.light) == (responsible, "amber")
    at = later()
    action.edit(by=plan_owner, at=at, responsible=member)
    Update.give(action, by=member, at=later(), status="doing", light="red")
    undo(plan, plan_owner, at)
    action.refresh_from_db()
    assert (action.responsible, action.light) == (responsible, "")


def test_a_person_who_left_the_plan_does_not_come_back(plan, action, plan_owner, responsible, member, later, undo):
    at = later()
    action.edit(by=plan_owner, at=at, responsible=member, result="Nieuw")
    plan.memberships.filter(user=responsible).delete()
    response = undo(plan, plan_owner, at, page=action.get_absolute_url())
    assert "responsible: who it was does not take part in the plan any more" in said(response)
    action.refresh_from_db()
    assert (action.responsible, action.result) == (member, "Webshop toont levertijd per artikel")


def test_archiving_and_restoring_are_taken_back(plan, action, plan_owner, later, undo):
    at = later()
    action.archive(by=plan_owner, at=at)
    undo(plan, plan_owner, at)
    action.refresh_from_db()
    assert action.archived_at is None
    action.archive(by=plan_owner, at=later())
    at = later()
    action.restore(by=plan_owner, at=at)
    undo(plan, plan_owner, at)
    action.refresh_from_db()
    assert action.archived_at


def test_an_edit_of_what_is_archived_now_stays(plan, action, plan_owner, later, undo):
    at = later()
    action.edit(by=plan_owner, at=at, result="Nieuw")
    action.archive(by=plan_owner, at=later())
    response = undo(plan, plan_owner, at)
    assert (response.status_code, said(response)) == (409, "“Nieuw” stays as it is (it is archived now).")


def test_a_choice_comes_back_with_all_that_went_along(plan, choice, action, plan_owner, later, undo):
    indicator = factories.IndicatorFactory(choice=choice)
    at = later()
    choice.archive(by=plan_owner, at=at)
    assert undo(plan, plan_owner, at, piece=f"action-{action.pk}").status_code == 409
    assert undo(plan, plan_owner, at).status_code == 204
    for piece in (choice, action, indicator):
        piece.refresh_from_db()
        assert piece.archived_at is None


def test_goals_choices_indicators_and_the_ambition_come_back_too(plan, choice, plan_owner, member, later, undo):
    goal = factories.GoalFactory(plan=plan, name="Omzet")
    indicator = factories.IndicatorFactory(choice=choice, name="Marge", entered_by=member)
    ambition = plan.ambition
    at = later()
    goal.change(by=plan_owner, at=at, name="Winst", target=5)
    choice.change(by=plan_owner, at=at, short_name="Winkel", owner=plan_owner)
    indicator.change(by=plan_owner, at=at, name="Volume", entered_by=plan_owner)
    plan.change(by=plan_owner, at=at, ambition="Iets anders")
    assert undo(plan, plan_owner, at, piece=f"goal-{goal.pk}").status_code == 204
    for piece in (goal, choice, indicator, plan):
        piece.refresh_from_db()
    assert (goal.name, goal.target, choice.short_name) == ("Omzet", 1_000_000, "Winkel")
    undo(plan, plan_owner, at)
    for piece in (choice, indicator, plan):
        piece.refresh_from_db()
    assert (choice.short_name, choice.owner.name) == ("Webshop", "Samira el Amrani")
    assert (indicator.name, indicator.entered_by, plan.ambition) == ("Marge", member, ambition)


def test_what_no_longer_fits_is_refused_with_why(plan, choice, plan_owner, process_owner, later, undo):
    indicator = factories.IndicatorFactory(choice=choice, name="Marge")
    at = later()
    indicator.change(by=plan_owner, at=at, target_on=dt.date(2027, 12, 31))
    indicator.change(by=process_owner, at=later(), baseline_on=dt.date(2027, 6, 1))
    response = undo(plan, plan_owner, at)
    assert response.status_code == 409
    assert "lies before the baseline" in said(response)


def test_what_a_session_decided_is_taken_back_there(plan, action, process_owner, responsible, later, undo):
    Update.give(action, by=responsible, at=later(), status="doing", light="red")
    session = factories.SessionFactory(plan=plan)
    session.start(by=process_owner, at=later())
    line = session.lines.get(action=action)
    at = later()
    decision = deadline_decide(line, to_date=dt.date(2026, 10, 1), reason="Samen", by=process_owner, at=at)
    response = undo(plan, process_owner, at)
    assert (response.status_code, "it was decided in a session" in said(response)) == (409, True)
    at = later()
    decision_undo(decision, by=process_owner, at=at)
    assert undo(plan, process_owner, at).status_code == 409


def test_an_update_is_not_taken_back_here(plan, action, responsible, later, undo):
    at = later()
    Update.give(action, by=responsible, at=at, status="doing", light="green")
    assert undo(plan, responsible, at).status_code == 409
    action.refresh_from_db()
    assert (action.status, action.light) == ("doing", "green")


def test_without_script_it_leads_back_to_the_page_it_came_from(plan, action, plan_owner, later, client_of):
    at = later()
    action.edit(by=plan_owner, at=at, result="Nieuw")
    came = reverse("plans:plan_history", args=[plan.pk]) + "?kind=action"
    for referer in (f"http://testserver{came}", "https://evil.example/plans/"):
        response = client_of(plan_owner).post(undo_address(plan.pk, at), headers={"Referer": referer})
        assert (response.status_code, response.url.split("?")[0]) == (302, came.split("?")[0])


@pytest.mark.parametrize("asked", [{}, {"act": "x"}, {"act": "1", "piece": "x"}, {"act": "9" * 40}])
def test_what_names_no_act_is_refused_as_bad_input(plan, plan_owner, client_of, asked):
    response = client_of(plan_owner).post(reverse("plans:act_undo", args=[plan.pk]), asked, headers=HX)
    assert response.status_code == 422


def test_a_piece_of_another_plan_is_not_found(plan, plan_owner, client_of):
    other = factories.ActionFactory()
    asked = {"act": "1", "piece": f"action-{other.pk}"}
    assert client_of(plan_owner).post(reverse("plans:act_undo", args=[plan.pk]), asked).status_code == 404


def test_taking_it_back_can_be_taken_back(plan, action, plan_owner, later, client_of, undo):
    at = later()
    action.edit(by=plan_owner, at=at, result="Een")
    undo(plan, plan_owner, at)
    newest, _older = changes_of(plan, kind="action").changes[:2]
    assert newest.because == "Taken back."
    response = client_of(plan_owner).get(reverse("plans:plan_history", args=[plan.pk]), {"kind": "action"})
    offers = [change.undo is not None for change in response.context["page"].changes]
    assert offers[:2] == [True, False]
    undo(plan, plan_owner, newest.at)
    action.refresh_from_db()
    assert action.result == "Een"


NAMES = {"result": st.sampled_from(["A", "B", "C"]), "description": st.sampled_from(["", "x", "y"])}
EDITS = st.lists(st.tuples(st.sampled_from(["mine", "theirs"]), st.fixed_dictionaries({}, optional=NAMES)), max_size=5)


@pytest.mark.django_db(transaction=False)
@given(first=st.fixed_dictionaries(NAMES), then=EDITS)
def test_whatever_happens_in_between_each_field_is_as_before_or_as_it_was_left(first, then):
    """Undo touches nothing but its own fields, and of those only the ones that nobody touched since."""
    with transaction.atomic():
        me, other = factories.UserFactory(), factories.UserFactory()
        plan = factories.PlanFactory()
        membership = factories.MembershipFactory(plan=plan, user=me, role="owner")
        factories.MembershipFactory(plan=plan, user=other, role="owner")
        choice = factories.ChoiceFactory(plan=plan)
        action = factories.ActionFactory(choice=choice, responsible=me, result="A", description="")
        before = {"result": "A", "description": ""}
        tick = (factories.AT + dt.timedelta(minutes=number) for number in range(1, 99))
        at = next(tick)
        action.edit(by=me, at=at, **first)
        left, touched = dict(first), set()
        for who, values in then:
            touched |= {name for name, value in values.items() if value != left[name]}
            action.edit(by=me if who == "mine" else other, at=next(tick), **values)
            left |= values
        take_back(PlanAccess(plan, membership, me), acts_at(plan, me, at), at=next(tick))
        action.refresh_from_db()
        for name in NAMES:
            expected = left[name] if name in touched else before[name]
            assert getattr(action, name) == expected
        transaction.set_rollback(True)


class TestOnTheHistoryPage:
    @pytest.fixture
    def later(self, at):
        return (at + dt.timedelta(hours=hours) for hours in itertools.count(1)).__next__

    def test_only_my_own_last_change_of_a_field_has_a_button(
        self, plan, action, plan_owner, process_owner, later, client_of
    ):
        action.edit(by=plan_owner, at=later(), result="Een")
        action.edit(by=plan_owner, at=later(), result="Twee")
        action.edit(by=process_owner, at=later(), description="Van Peter")
        response = client_of(plan_owner).get(reverse("plans:plan_history", args=[plan.pk]))
        offers = [change.undo is not None for change in response.context["page"].changes]
        assert offers[:3] == [False, True, False]
        assert response.content.decode().count('name="act"') == 1

    def test_one_act_on_many_pieces_has_a_button_for_the_whole(self, plan, choice, plan_owner, later, client_of):
        actions = [factories.ActionFactory(choice=choice) for _ in range(3)]
        at = later()
        for action in actions:
            action.shift_deadline(dt.date(2026, 12, 1), reason="Later", by=plan_owner, at=at)
        page = client_of(plan_owner).get(reverse("plans:plan_history", args=[plan.pk])).content.decode()
        assert page.count("Undo all that was changed with it") == 1
        assert page.count('name="act"') == 3

    def test_nobody_else_sees_the_buttons_nor_anybody_in_a_plan_that_is_over(
        self, plan, action, plan_owner, process_owner, viewer, later, client_of
    ):
        action.edit(by=plan_owner, at=later(), result="Een")
        address = reverse("plans:plan_history", args=[plan.pk])
        for user in (process_owner, viewer):
            assert 'name="act"' not in client_of(user).get(address).content.decode()
        plan.change(by=plan_owner, at=later(), archived_at=later())
        assert 'name="act"' not in client_of(plan_owner).get(address).content.decode()

    def test_the_queries_do_not_grow_with_what_can_be_taken_back(
        self, plan, choice, plan_owner, member, later, client_of
    ):
        client = client_of(plan_owner)
        address = reverse("plans:plan_history", args=[plan.pk])

        def change(number):
            for _ in range(number):
                action = factories.ActionFactory(choice=choice)
                indicator = factories.IndicatorFactory(choice=choice)
                action.edit(by=plan_owner, at=later(), result="Een", responsible=member, involved=[member])
                indicator.change(by=plan_owner, at=later(), entered_by=member)

        def queries():
            with CaptureQueriesContext(connection) as found:
                client.get(address)
            return len(found)

        change(2)
        few = queries()
        change(20)
        assert queries() == few


def test_a_long_list_of_what_stayed_names_three_and_counts_the_rest(
    plan, choice, plan_owner, process_owner, later, undo
):
    actions = [factories.ActionFactory(choice=choice, result=f"Actie {number}") for number in range(5)]
    at = later()
    for action in actions:
        action.edit(by=plan_owner, at=at, description="Kort")
    since = later()
    for action in actions:
        action.edit(by=process_owner, at=since, description="Lang")
    response = undo(plan, plan_owner, at)
    why = "(description: changed since by Peter Smit)"
    assert response.status_code == 409
    assert said(response) == f"Not taken back: “Actie 0” {why}, “Actie 1” {why}, “Actie 2” {why} and 2 more."


def test_what_was_archived_and_came_back_by_somebody_else_is_left_to_them(
    plan, action, plan_owner, process_owner, later, undo
):
    action.archive(by=plan_owner, at=later())
    at = later()
    action.restore(by=plan_owner, at=at)
    action.archive(by=process_owner, at=later())
    response = undo(plan, plan_owner, at)
    assert (response.status_code, said(response)) == (
        409,
        "“Webshop toont levertijd per artikel” stays as it is (archive: changed since by Peter Smit).",
    )
