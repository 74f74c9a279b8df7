"""Who changed what, when, from what to what and why, as a reader says it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from plans.changes import KINDS, PAGE_SIZE, Cursor, changes_of
from plans.services import member_role
from tests import factories


def history(client, plan, **query):
    response = client.get(reverse("plans:plan_history", args=[plan.pk]), query)
    assert response.status_code == 200
    return response


def lines(plan, **filters):
    """Each change in one line: 'sentence; label: before > after; … (why)'."""
    return [
        strip_tags(change.sentence)
        + "".join(f"; {one.label}: {one.before} > {one.after}" for one in change.differences)
        + (f" ({change.why})" if change.why else "")
        for change in changes_of(plan, **filters).changes
    ]


@pytest.fixture
def later(at):
    """Moments one after another, after everything the fixtures made."""
    moment = at + dt.timedelta(hours=1)

    def tick():
        nonlocal moment
        moment += dt.timedelta(minutes=1)
        return moment

    return tick


def test_a_changed_field_shows_both_values_in_words(plan, choice, member, plan_owner, later):
    choice.change(by=plan_owner, at=later(), owner=member, kind="enabling")
    assert lines(plan)[0] == (
        "Karin de Boer changed choice Webshop; kind: business > enabling; choice owner: Samira el Amrani > Lotte Bakker"
    )


def test_amounts_and_days_are_written_as_on_the_page(plan, plan_owner, later):
    goal = factories.GoalFactory(plan=plan, name="Omzet", unit="eur", target=Decimal(48_000_000))
    goal.change(by=plan_owner, at=later(), target=Decimal(50_000_000), due_on=dt.date(2027, 6, 30))
    assert lines(plan)[0] == "Karin de Boer changed goal Omzet; target: €48m > €50m; on: 31 Dec 2026 > 30 Jun 2027"


def test_a_value_shows_its_period_its_unit_and_why_it_was_corrected(plan, choice, plan_owner, member, later):
    indicator = factories.IndicatorFactory(choice=choice, name="Marge", unit="percent")
    indicator.enter(dt.date(2026, 5, 1), Decimal("12.5"), by=member, at=later())
    indicator.enter(dt.date(2026, 5, 1), Decimal(13), by=plan_owner, at=later(), why="Creditnota vergeten")
    assert lines(plan, kind="value") == [
        "Karin de Boer changed the value of Marge, May 2026; value: 12.5% > 13% (Creditnota vergeten)",
        "Lotte Bakker added the value of Marge, May 2026; value: — > 12.5%",
    ]


def test_moves_on_the_board_show_the_status_and_never_the_place(plan, action, responsible, choice, later):
    other = factories.ActionFactory(choice=choice, responsible=responsible, status="doing")
    action.move_to("doing", by=responsible, at=later())
    action.move_to("doing", after=other.pk, by=responsible, at=later())
    shown = lines(plan, kind="action")
    assert shown[0] == f"Joost van Leeuwen changed action {action.result}; status: To do > In progress"
    assert len(shown) == 3


def test_people_involved_are_named(plan, action, member, viewer, plan_owner, later):
    action.edit(by=plan_owner, at=later(), involved=[member])
    action.edit(by=plan_owner, at=later(), involved=[member, plan_owner], description="Met de leverancier")
    shown = lines(plan, kind="action")
    assert shown[0] == (
        f"Karin de Boer changed action {action.result}; description: — > Met de leverancier; "
        "involved: Lotte Bakker > Karin de Boer, Lotte Bakker"
    )
    assert shown[1] == f"Karin de Boer changed action {action.result}; involved: — > Lotte Bakker"


def test_indicators_an_action_serves_are_named(plan, choice, action, plan_owner, later):
    indicator = factories.IndicatorFactory(choice=choice, name="Online omzet")
    action.edit(by=plan_owner, at=later(), serves=[indicator])
    [shown, *_] = lines(plan, kind="action")
    assert shown == f"Karin de Boer changed action {action.result}; serves indicators: — > Online omzet"


def test_a_deadline_moves_with_its_reason(plan, action, plan_owner, later):
    action.shift_deadline(dt.date(2026, 9, 1), reason="Leverancier failliet", by=plan_owner, at=later())
    assert lines(plan)[0].endswith("deadline: 11 Jul 2026 > 1 Sep 2026 (Leverancier failliet)")


def test_archiving_and_restoring_are_acts_of_their_own(plan, choice, plan_owner, later):
    choice.archive(by=plan_owner, at=later())
    choice.restore(by=plan_owner, at=later())
    assert lines(plan, kind="choice")[:2] == [
        "Karin de Boer restored choice Webshop",
        "Karin de Boer archived choice Webshop",
    ]


def test_roles_name_the_person(plan, member, plan_owner, later):
    member_role(membership=plan.memberships.get(user=member), role="viewer", by=plan_owner, at=later())
    assert lines(plan, kind="member")[0] == "Karin de Boer changed member Lotte Bakker; role: member > viewer"


def test_reordering_is_no_news(plan, plan_owner, later):
    goal = factories.GoalFactory(plan=plan)
    before = lines(plan)
    goal.change(by=plan_owner, at=later(), position=7)
    assert lines(plan) == before


def test_the_page_shows_who_what_and_why(client_of, plan, action, plan_owner, viewer, later):
    action.shift_deadline(dt.date(2026, 9, 1), reason="Leverancier failliet", by=plan_owner, at=later())
    page = history(client_of(viewer), plan).content.decode()
    for text in (
        "Thursday 11 June 2026",
        "10:01",
        "<del>11 Jul 2026</del>",
        "1 Sep 2026",
        "Because: Leverancier failliet",
    ):
        assert text in page


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_field_is_either_shown_or_left_out_on_purpose(kind):
    known = {*kind.shown, *kind.silent, "id", "plan", "indicator"}
    assert {field.name for field in kind.model.history.model.tracked_fields} <= known


def test_no_raw_number_of_a_person_or_choice_is_shown(client_of, plan, action, choice, member, plan_owner, later):
    other = factories.ChoiceFactory(plan=plan, short_name="Mensen")
    action.edit(by=plan_owner, at=later(), choice=other, responsible=member)
    shown = lines(plan)[0]
    assert "strategic choice: Webshop > Mensen" in shown
    assert "responsible: Joost van Leeuwen > Lotte Bakker" in shown


def test_another_plan_keeps_its_history_to_itself(client_of, plan, viewer, plan_owner, later):
    other = factories.PlanFactory(name="Geheim")
    goal = factories.GoalFactory(plan=other, name="Overname")
    goal.change(by=plan_owner, at=later(), name="Overname van X")
    page = history(client_of(viewer), plan).content.decode()
    assert "Geheim" not in page
    assert "Overname" not in page


def test_a_filter_by_person_keeps_the_values_before(client_of, plan, choice, member, plan_owner, later):
    choice.change(by=member, at=later(), stops="folders")
    choice.change(by=plan_owner, at=later(), stops="folders en beurzen")
    assert (
        lines(plan, person=plan_owner.pk)[0]
        == "Karin de Boer changed choice Webshop; no longer: folders > folders en beurzen"
    )
    assert lines(plan, person=member.pk) == ["Lotte Bakker changed choice Webshop; no longer: — > folders"]
    page = history(client_of(member), plan, person=member.pk, kind="choice").content.decode()
    assert "folders en beurzen" not in page


def test_long_histories_come_in_pages_without_gaps(client_of, plan, plan_owner, later):
    goal = factories.GoalFactory(plan=plan)
    for number in range(2 * PAGE_SIZE):
        goal.change(by=plan_owner, at=later(), name=f"Naam {number}")
    seen, after = [], None
    while True:
        page = changes_of(plan, after=after)
        seen += page.changes
        assert len(page.changes) <= PAGE_SIZE
        if page.older is None:
            break
        after = Cursor.read(str(page.older))
    names = [one.after for change in seen for one in change.differences if one.label == "name"]
    assert names == [f"Naam {number}" for number in reversed(range(2 * PAGE_SIZE))]
    first = history(client_of(plan_owner), plan)
    second = history(
        client_of(plan_owner),
        plan,
        after=str(
            Cursor(*Cursor.read(first.context["older"].split("after=")[1].replace("%3A", ":").replace("%2B", "+")))
        ),
    )
    assert "Naam 49" in second.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "x"},
        {"person": "x"},
        {"person": "99999999999999999999"},
        {"after": "x_1_2"},
        {"after": "0001-01-01T00:00:00+00:00_1_1"},
        {"after": "2026-06-11T00:00:00_1_1"},
        {"after": "2026-06-11T00:00:00+00:00_1_" + "9" * 40},
        {"kind": "\x00"},
    ],
)
def test_an_odd_address_shows_the_page(client_of, plan, viewer, query):
    history(client_of(viewer), plan, **query)


def test_the_number_of_queries_does_not_grow_with_the_history(
    client_of, plan, choice, action, viewer, plan_owner, later, django_assert_max_num_queries
):
    indicator = factories.IndicatorFactory(choice=choice)

    def grow(rows):
        for number in range(rows):
            person = factories.UserFactory()
            for piece, name in (
                (choice, "stops"),
                (indicator, "source"),
                (plan, "organisation"),
                (action, "description"),
            ):
                piece.change(by=person, at=later(), **{name: f"{number}"})
            action.edit(by=person, at=later(), involved=[person], why=str(number))
            indicator.enter(dt.date(2026, 5, 1), Decimal(number), by=person, at=later(), why="x")

    client = client_of(viewer)
    for _ in range(3):
        grow(30)
        history(client, plan)
        with django_assert_max_num_queries(25):
            history(client, plan)


def test_the_history_of_one_piece_leaves_out_the_others(client_of, plan, choice, action, viewer, plan_owner, later):
    action.edit(by=plan_owner, at=later(), description="Met de leverancier")
    choice.change(by=plan_owner, at=later(), stops="folders")
    response = history(client_of(viewer), plan, piece=f"action-{action.pk}")
    assert {str(change.piece) for change in response.context["page"].changes} == {f"action-{action.pk}"}
    assert f"{action.result} <svg" in response.content.decode()


def test_the_values_of_an_indicator_are_in_its_history(client_of, plan, choice, viewer, member, later):
    indicator = factories.IndicatorFactory(choice=choice, name="Marge", unit="percent")
    indicator.enter(dt.date(2026, 5, 1), Decimal("12.5"), by=member, at=later())
    page = history(client_of(viewer), plan, piece=f"indicator-{indicator.pk}").context["page"]
    assert [change.kind.name for change in page.changes] == ["value", "indicator"]


@pytest.mark.parametrize("number", ["0", "987654", "9" * 40])
def test_a_piece_that_is_not_the_plans_is_not_found(client_of, plan, viewer, number):
    other = factories.ActionFactory()
    for piece in (f"action-{number}", f"action-{other.pk}", f"choice-{other.choice_id}"):
        response = client_of(viewer).get(reverse("plans:plan_history", args=[plan.pk]), {"piece": piece})
        assert response.status_code == 404


def test_a_period_shows_its_first_and_its_last_day(client_of, plan, action, viewer, plan_owner, at):
    for day in range(1, 5):
        action.edit(by=plan_owner, at=at + dt.timedelta(days=day), description=f"Dag {day}")
    query = {"piece": f"action-{action.pk}", "from": "2026-06-13", "to": "2026-06-14"}
    page = history(client_of(viewer), plan, **query).context["page"]
    assert [change.differences[0].after for change in page.changes] == ["Dag 3", "Dag 2"]


def test_since_a_session_shows_what_came_after_its_closing(client_of, plan, action, viewer, plan_owner, at):
    hour = dt.timedelta(hours=1)
    session = factories.SessionFactory(
        plan=plan, state="closed", starts_at=at, opened_at=at, started_at=at, closed_at=at + 2 * hour
    )
    action.edit(by=plan_owner, at=at + hour, description="In de sessie")
    action.edit(by=plan_owner, at=at + 3 * hour, description="Erna")
    response = history(client_of(viewer), plan, since=f"session-{session.pk}")
    assert [change.differences[0].after for change in response.context["page"].changes] == ["Erna"]
    assert "Since the session of 11 June" in response.content.decode()


def test_a_period_without_changes_says_so_and_leads_back(client_of, plan, action, viewer):
    shown = history(client_of(viewer), plan, kind="action", **{"from": "2026-01-01", "to": "2026-01-31"})
    assert "Nothing changed in this period." in shown.content.decode()
    assert '<a href="?kind=action">Show the whole period</a>' in shown.content.decode()


def test_a_change_that_a_session_decided_leads_to_it(client_of, plan, action, viewer, plan_owner, at):
    session = factories.SessionFactory(
        plan=plan, state="closed", starts_at=at, opened_at=at, started_at=at, closed_at=at
    )
    moment = at + dt.timedelta(minutes=9)
    action.edit(by=plan_owner, at=moment, why="Kleiner begonnen", result="Proef in één filiaal")
    factories.DecisionFactory(
        plan=plan, session=session, action=action, kind="smaller_result", by=plan_owner, at=moment
    )
    shown = history(client_of(viewer), plan, piece=f"action-{action.pk}").content.decode()
    assert "Decided in the session of 11 June" in shown
    assert reverse("updates:session_minutes", args=[plan.pk, session.pk]) in shown


@pytest.mark.parametrize("day", ["2026-02-31", "31-02", "0001-01-01", "9999-12-31", "\x00", "x" * 500])
def test_an_odd_day_is_left_out(client_of, plan, action, viewer, day):
    for name in ("from", "to", "since", "piece"):
        assert history(client_of(viewer), plan, **{name: day}).context["page"].changes
