"""What a program reads is what the pages show, as rows."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import get_args

import pytest

from actions.models import Action
from actions.rules import FLAG_NAMES
from ogsm.api import schemas
from plans.models import Goal, Indicator
from tests import factories
from tests.updates.meeting import closed, line_of, planned, running
from updates.models import Decision, Update

pytestmark = pytest.mark.django_db


def test_the_root_says_for_whom_the_token_speaks_and_where_to_begin(program, viewer, plan):
    root = program.read()
    assert root["person"] == {"id": viewer.pk, "name": "Henk Visser"}
    assert (root["token"], root["today"], root["organisation"]) == ("Power BI", "2026-06-11", "Testbedrijf")
    assert [row["id"] for row in program.read(root["plans"])["items"]] == [plan.pk]


def test_plans_are_mine_only_with_how_they_stand(program, plan, action, choice, responsible, at):
    factories.PlanFactory(name="Van anderen")
    factories.ActionFactory(choice=choice, status="done")
    Action.objects.filter(pk=action.pk).update(deadline=dt.date(2026, 6, 1))
    [row] = program.rows("plans/")
    assert row == program.read(f"plans/{plan.pk}/")
    assert (row["name"], row["state"], row["your_role"]) == ("Groei 2026", "active", "viewer")
    assert (row["open_actions"], row["off_plan_actions"], row["done_actions"]) == (1, 1, 1)
    assert row["web_address"] == f"http://testserver/plans/{plan.pk}/"


def test_an_archived_plan_is_left_out_of_the_list_until_asked_for(program, plan, plan_owner, at):
    plan.archive(by=plan_owner, at=at)
    assert program.rows("plans/") == []
    assert [row["id"] for row in program.rows("plans/", archived="true")] == [plan.pk]
    assert program.read(f"plans/{plan.pk}/")["archived_at"] is not None


def test_goals_and_choices_have_their_fields_under_the_methods_names(program, plan, choice, choice_owner):
    goal = factories.GoalFactory(plan=plan, name="Omzet", target=Decimal("1250000.5"), judgement="partly", actual=7)
    [row] = program.rows(f"plans/{plan.pk}/goals/")
    assert (row["id"], row["target"], row["due_on"]) == (goal.pk, 1250000.5, "2026-12-31")
    assert (row["judgement"], row["actual"], row["baseline"]) == ("partly", 7, None)
    [row] = program.rows(f"plans/{plan.pk}/choices/")
    assert (row["short_name"], row["owner_id"], row["owner_name"]) == ("Webshop", choice_owner.pk, "Samira el Amrani")
    assert row["how"] == choice.how


def test_an_action_tells_who_when_and_what_stands_in_the_way(
    program, plan, action, responsible, member, choice, at, on
):
    indicator = factories.IndicatorFactory(choice=choice)
    action.involved.add(member)
    action.serves.add(indicator)
    action.shift_deadline(on + dt.timedelta(days=44), reason="Later", by=responsible, at=at)
    Update.give(action, by=responsible, at=at, status="doing", light="amber", need="Wie helpt?")
    [row] = program.rows(f"plans/{plan.pk}/actions/")
    assert row == program.read(f"plans/{plan.pk}/actions/{action.pk}/")
    assert (row["result"], row["choice_name"]) == (action.result, "Webshop")
    assert (row["responsible_id"], row["responsible_name"]) == (responsible.pk, "Joost van Leeuwen")
    assert row["involved"] == [{"id": member.pk, "name": "Lotte Bakker"}]
    assert row["indicator_ids"] == [indicator.pk]
    assert (row["deadline"], row["original_deadline"]) == ("2026-07-25", "2026-07-11")
    assert (row["deadline_moves"], row["days_moved"]) == (1, 14)
    assert (row["status"], row["light"], row["open_help"]) == ("doing", "amber", 1)
    assert row["last_update_at"] == "2026-06-11T07:00:00Z"
    assert row["flags"] == ["amber", "help"]
    assert row["off_plan"] is True


def test_the_flags_are_those_of_the_board(program, client_of, viewer, plan, choice, on):
    day = dt.timedelta(days=1)
    for more in (
        {"deadline": on - 9 * day}, {"starts_on": on - day}, {"status": "doing"}, {"status": "doing", "light": "red"},
        {"light": "green", "deadline": on - day}, {"expected_end": on + 60 * day}, {"deadline_moves": 2},
        {"open_help": 1}, {"status": "done"}, {},
    ):  # fmt: skip
        factories.ActionFactory(choice=choice, **more)
    board = client_of(viewer).get(f"/plans/{plan.pk}/board/").content.decode()
    cards = dict(re.findall(r'id="action-(\d+)"[^>]*?data-flags="([^"]*)"', board))
    assert len(cards) == 10
    rows = program.rows(f"plans/{plan.pk}/actions/")
    assert {str(row["id"]): " ".join(row["flags"]) for row in rows} == cards
    assert len({flag for row in rows for flag in row["flags"]}) == 9


@pytest.fixture
def some(choice, on, at, responsible):
    """A late, a red and a quiet action, one that is done and one archived."""
    archived = factories.ActionFactory(choice=choice)
    archived.archive(by=responsible, at=at)
    return {
        "late": factories.ActionFactory(choice=choice, deadline=on - dt.timedelta(days=2)).pk,
        "red": factories.ActionFactory(choice=choice, status="doing", light="red", last_update_at=at).pk,
        "quiet": factories.ActionFactory(choice=choice, responsible=responsible).pk,
        "done": factories.ActionFactory(choice=choice, status="done").pk,
        "archived": archived.pk,
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "late red quiet done"),
        ({"flag": "late"}, "late"),
        ({"flag": ["late", "red"]}, "late red"),
        ({"off_plan": "true"}, "late red"),
        ({"off_plan": "false"}, "quiet done"),
        ({"status": ["doing", "done"]}, "red done"),
        ({"archived": "true"}, "late red quiet done archived"),
    ],
)
def test_actions_are_asked_for_by_what_they_are(program, plan, some, query, expected):
    found = program.ids(f"plans/{plan.pk}/actions/", **query)
    assert found == {some[name] for name in expected.split()}


def test_actions_are_asked_for_by_person_and_choice(program, plan, some, responsible, choice):
    other = factories.ActionFactory(choice=factories.ChoiceFactory(plan=plan), responsible=responsible)
    address = f"plans/{plan.pk}/actions/"
    assert program.ids(address, responsible_id=responsible.pk) == {some["quiet"], other.pk}
    assert program.ids(address, responsible_id=responsible.pk, choice_id=choice.pk) == {some["quiet"]}
    assert program.ids(address, choice_id=10**15) == set()


def test_indicators_have_todays_light_and_what_it_was_read_from(program, plan, choice, member):
    measured = factories.IndicatorFactory(choice=choice, entered_by=member, amber_limit=5)
    factories.IndicatorValueFactory(indicator=measured, period=dt.date(2026, 5, 1), value=Decimal("140.25"))
    silent = factories.IndicatorFactory(choice=choice, frequency="quarter", baseline_on=dt.date(2025, 1, 1))
    rows = {row["id"]: row for row in program.rows(f"plans/{plan.pk}/indicators/")}
    row = rows[measured.pk]
    reading = Indicator.objects.get(pk=measured.pk).reading(factories.ON)
    assert (row["light"], row["period"], row["value"]) == (reading.light.value, "2026-05-01", 140.25)
    assert row["path"] == pytest.approx(float(reading.path), abs=0.0001)
    assert (row["target"], row["amber_up_to"], row["green_up_to"]) == (200, 5, None)
    assert row["entered_by_name"] == "Lotte Bakker"
    assert (rows[silent.pk]["light"], rows[silent.pk]["value"]) == ("unmeasured", None)
    assert row == program.read(f"plans/{plan.pk}/indicators/{measured.pk}/")


def test_values_are_rows_of_their_own_and_a_missing_one_has_none(program, plan, choice, member):
    indicator = factories.IndicatorFactory(choice=choice, unit="eur")
    for month, value in ((3, "130"), (5, "101.5"), (6, "150")):
        factories.IndicatorValueFactory(
            indicator=indicator, period=dt.date(2026, month, 1), value=Decimal(value), author=member, note="Geteld"
        )
    rows = program.rows(f"plans/{plan.pk}/values/")
    assert [(row["period"], row["period_ends_on"], row["value"], row["light"]) for row in rows] == [
        ("2026-03-01", "2026-03-31", 130, "green"),
        ("2026-05-01", "2026-05-31", 101.5, "red"),
        ("2026-06-01", "2026-06-30", 150, None),  # the month is not over
    ]
    assert {(row["author_name"], row["note"], row["unit"]) for row in rows} == {("Lotte Bakker", "Geteld", "eur")}
    other = factories.IndicatorValueFactory(indicator__choice=choice)
    assert program.ids(f"plans/{plan.pk}/values/", indicator_id=other.indicator_id) == {other.pk}


def test_values_of_an_archived_indicator_come_when_asked_for(program, plan, choice, plan_owner, at):
    value = factories.IndicatorValueFactory(indicator__choice=choice)
    value.indicator.archive(by=plan_owner, at=at)
    assert program.ids(f"plans/{plan.pk}/values/") == set()
    assert program.ids(f"plans/{plan.pk}/values/", archived="true") == {value.pk}


def test_the_largest_amount_comes_through_to_the_last_digit(program, plan):
    Goal.objects.filter(pk=factories.GoalFactory(plan=plan).pk).update(target=Decimal("99999999999.9999"))
    assert '"target": 99999999999.9999,' in program.get(f"plans/{plan.pk}/goals/").content.decode()


def test_updates_tell_what_was_said_and_by_whom_on_whose_behalf(program, plan, action, responsible, process_owner, at):
    Update.give(action, by=responsible, at=at, status="doing", light="green", done="Contract getekend")
    later = at + dt.timedelta(hours=1)
    Update.give(action, by=process_owner, at=later, status="doing", light="red", next="Bellen")
    first, second = program.rows(f"plans/{plan.pk}/updates/", action_id=action.pk)
    assert (first["done"], first["light"], first["author_name"]) == ("Contract getekend", "green", "Joost van Leeuwen")
    assert (second["author_name"], second["on_behalf_of_name"]) == ("Peter Smit", "Joost van Leeuwen")
    assert program.ids(f"plans/{plan.pk}/updates/", action_id=action.pk + 1) == set()


def test_a_session_comes_with_its_decisions_and_once_closed_its_minutes(
    program, plan, action, responsible, process_owner, at, on
):
    Action.objects.filter(pk=action.pk).update(deadline=on - dt.timedelta(days=2))
    coming = planned(plan, 20)
    session = running(plan, process_owner)
    line = line_of(session, action)
    decision = factories.DecisionFactory(
        plan=plan, session=session, line=line, action=action, who=responsible, by=process_owner
    )
    taken_back = factories.DecisionFactory(plan=plan, session=session, undone_at=at)
    line.mark("discussed", by=process_owner, at=at)
    assert program.read(f"plans/{plan.pk}/sessions/{session.pk}/")["minutes"] is None
    session.close(by=process_owner, at=session.started_at + dt.timedelta(minutes=40))
    session.correct("Karin was er wel", by=process_owner, at=at)
    rows = {row["id"]: row for row in program.rows(f"plans/{plan.pk}/sessions/")}
    assert (rows[coming.pk]["state"], rows[session.pk]["state"]) == ("planned", "closed")
    assert (rows[session.pk]["minutes_used"], rows[session.pk]["off_plan_actions"]) == (40, 1)
    whole = program.read(f"plans/{plan.pk}/sessions/{session.pk}/")
    assert rows[session.pk].items() <= whole.items()
    assert [each["id"] for each in whole["decisions"]] == [decision.pk]
    assert taken_back.pk not in program.ids(f"plans/{plan.pk}/decisions/")
    minutes = whole["minutes"]
    assert minutes["plan"] == "Groei 2026"
    assert {"person_id": responsible.pk, "name": "Joost van Leeuwen", "state": "present"} in minutes["attendance"]
    recorded = next(each for each in minutes["lines"] if each["about_id"] == action.pk)
    assert (recorded["about"], recorded["outcome"], recorded["flags"]) == ("action", "discussed", ["late"])
    assert [each["who_name"] for each in recorded["decisions"]] == ["Joost van Leeuwen"]
    assert [each["text"] for each in minutes["corrections"]] == ["Karin was er wel"]


def test_minutes_of_the_first_form_are_read_as_well(program, plan, process_owner):
    session = closed(plan, process_owner)
    record = session.minutes_record
    for entry in record["attendance"]:
        del entry["user"]
    for line in record["lines"]:
        del line["person_id"], line["carried"]
    record["version"] = 1
    type(session).objects.filter(pk=session.pk).update(minutes_record=record)
    minutes = program.read(f"plans/{plan.pk}/sessions/{session.pk}/")["minutes"]
    assert {entry["person_id"] for entry in minutes["attendance"]} == {None}


def test_decisions_are_a_register_with_who_and_by_when(program, plan, member, process_owner):
    agreement = factories.DecisionFactory(plan=plan, who=member, by=process_owner)
    [row] = program.rows(f"plans/{plan.pk}/decisions/")
    assert (row["id"], row["kind"], row["due_on"], row["done_at"]) == (agreement.pk, "agreement", "2026-06-18", None)
    assert (row["who_name"], row["recorded_by_name"]) == ("Lotte Bakker", "Peter Smit")
    assert {kind.value for kind in Decision.Kind} >= {row["kind"]}


def test_sessions_are_asked_for_by_kind_and_state(program, plan, process_owner):
    update, steering = planned(plan), factories.SessionFactory(plan=plan, kind="steering", minutes=60)
    held = closed(plan, process_owner)
    address = f"plans/{plan.pk}/sessions/"
    assert program.ids(address, kind="steering") == {steering.pk}
    assert program.ids(address, state=["planned", "open"]) == {update.pk, steering.pk}
    assert program.ids(address, state="closed") == {held.pk}


def test_only_what_changed_since_is_given(program, plan, choice, at, responsible):
    old, new = factories.ActionFactory.create_batch(2, choice=choice)
    later = at + dt.timedelta(days=3)
    new.edit(by=responsible, at=later, description="Nieuw")
    address = f"plans/{plan.pk}/actions/"
    rows = {row["id"]: row["updated_at"] for row in program.rows(address)}
    assert rows == {old.pk: "2026-06-11T07:00:00Z", new.pk: "2026-06-14T07:00:00Z"}
    for since in ("2026-06-14", "2026-06-14T09:00:00", "2026-06-14T09:00:00+02:00", "2026-06-14T07:00:00Z"):
        assert program.ids(address, updated_since=since) == {new.pk}, since
    assert program.ids(address, updated_since="2026-06-14T07:00:01Z") == set()


def test_an_enumeration_in_the_description_names_every_value_there_is():
    def values(model, field):
        annotation = model.model_fields[field].annotation
        return {
            value for part in (annotation, *get_args(annotation)) for value in get_args(part) if isinstance(value, str)
        }

    assert set(get_args(schemas.FlagName)) == set(FLAG_NAMES.values())
    assert values(schemas.DecisionRow, "kind") == set(Decision.Kind.values)
    assert values(schemas.PlanRow, "your_role") == set(factories.Membership.Role.values)
    assert values(schemas.IndicatorRow, "direction") == set(Indicator.Direction.values)
    assert values(schemas.IndicatorRow, "frequency") == set(Indicator.Frequency.values)
    assert values(schemas.GoalRow, "judgement") == set(Goal.Judgement.values)
    assert values(schemas.ActionRow, "status") == set(Action.Status.values)
    assert set(get_args(schemas.State)) == set(factories.Session.State.values)
    assert set(get_args(schemas.Kind)) == set(factories.Session.Kind.values)
