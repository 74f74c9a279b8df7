"""A whole plan goes out as one file and comes in as another plan that is the same."""

import datetime as dt
import json

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils.html import strip_tags
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from actions.lights import light_strip
from ogsm.accounts.models import User
from ogsm.data_check import check_data
from ogsm.exchange.plan_json.contents import Contents
from ogsm.exchange.plan_json.opening import open_plan
from ogsm.exchange.plan_json.reading import plan_bring
from ogsm.exchange.plan_json.schema import SCHEMA_FILE, schema
from ogsm.exchange.plan_json.writing import plan_json
from ogsm.removal import account_remove
from plans.models import Membership, Plan
from tests import factories
from updates.live_agenda import make_lines
from updates.minutes_page import MinutesView
from updates.models import Session
from updates.reasons import reasons

from .plans_lived import live_with
from .plans_written import Writer


@pytest.fixture
def lived(plan, at):
    return live_with(plan, at=at)


def emptied():
    """Everything is gone, as on another machine; numbers go on from where they were."""
    Plan.objects.all().delete()
    User.objects.all().delete()


def brought(data, at, **given):
    opened = open_plan(data)
    people = Contents.of(opened).people.with_accounts(at)
    return plan_bring(opened.file, people, by=None, at=at, reason="From plan.json", **given)


def round_trip(plan, at):
    """(the file, the plan it became on an empty machine)."""
    data = plan_json(plan)
    emptied()
    return data, brought(data, at)


def test_a_plan_that_went_out_and_came_in_goes_out_the_same_to_the_byte(lived, at):
    data, again = round_trip(lived, at + dt.timedelta(days=3))
    assert plan_json(again).decode().splitlines() == data.decode().splitlines()


def test_its_flags_agenda_and_lights_are_what_they_were(lived, at, on):
    before = told(lived, on)
    _data, again = round_trip(lived, at)
    assert told(again, on) == before
    flags = {name for _result, names, *_more in before["actions"] for name in names}
    assert {"slipped", "help"} <= flags
    assert any("3" in text or "2" in text for text in before["agenda"])


def told(plan, on):
    """What pages would say of it on a day."""
    actions = plan.actions.with_flags(on).order_by("pk")
    lines = make_lines(plan.sessions.get(state="open"), on).lines
    return {
        "actions": [
            (
                one.result,
                one.flag_names,
                light_strip(one.updates.all(), on=on),
                one.days_moved,
                one.deadline_moves,
                one.last_moved_at,
                one.last_update_at,
                one.open_help,
            )
            for one in actions
        ],
        "board": list(plan.actions.order_by("status", "rank", "pk").values_list("status", "result")),
        "agenda": [f"{line.title} {line.minutes} {line.times} {reasons(line)}" for line in lines],
        "owed": list(plan.actions.owed(on).values_list("result", flat=True)),
        "since": plan.current_since,
        "readings": [one.reading(on) for choice in plan.choices.all() for one in choice.indicators.with_values()],
    }


def test_closed_sessions_read_as_they_did(lived, at, client_of):
    before = minutes_pages(lived, client_of)
    assert len(before) == 2
    _data, again = round_trip(lived, at)
    assert minutes_pages(again, client_of) == before
    assert "Belt dagelijks" in " ".join(before)


def minutes_pages(plan, client_of):
    owner = plan.memberships.get(role="owner").user
    User.objects.filter(pk=owner.pk).update(is_active=True)
    client = client_of(owner)
    pages = []
    for session in plan.sessions.filter(state="closed").order_by("pk"):
        page = client.get(reverse("updates:session_minutes", args=[plan.pk, session.pk]))
        pages.append(" ".join(strip_tags(page.content.decode().split("<article")[1].split("</article>")[0]).split()))
    return pages


def test_minutes_lead_to_the_new_plan_and_not_to_the_old_one(lived, at):
    numbers = set(lived.actions.values_list("pk", flat=True))
    again = brought(plan_json(lived), at)
    record = again.sessions.filter(kind="update", state="closed").get().minutes_record
    mentioned = {line.action_id for line in MinutesView(record).lines if line.action_id}
    assert mentioned
    assert mentioned <= set(again.actions.values_list("pk", flat=True))
    assert not mentioned & numbers


def test_the_next_minutes_do_not_call_everything_new(lived, at):
    _data, again = round_trip(lived, at)
    owner = again.memberships.get(role="owner").user
    session = again.sessions.get(state="open")
    session.start(by=owner, at=at + dt.timedelta(hours=1))
    session.close(by=owner, at=at + dt.timedelta(hours=2))
    assert [change["kind"] for change in session.minutes_record["changes"]].count("new") == 0


def test_a_running_session_goes_on_where_it_was(lived, at):
    owner = lived.memberships.get(role="owner").user
    session = lived.sessions.get(state="open")
    session.start(by=owner, at=at)
    line = session.lines.filter(section="off-plan")[0]
    Session.objects.filter(pk=session.pk).update(current_line=line, current_line_at=at, lead=owner)
    data, again = round_trip(lived, at)
    running = again.sessions.get(state="running")
    assert (running.current_line.title, running.lead.email) == (line.title, owner.email)
    assert plan_json(again) == data


def test_what_was_deleted_stays_deleted_in_agendas_and_minutes(lived, at):
    lived.actions.get(result__startswith="Levertijd").delete()
    data, again = round_trip(lived, at)
    assert plan_json(again).decode().splitlines() == data.decode().splitlines()
    lost = again.sessions.get(kind="update", state="closed").lines.get(title__startswith="Levertijd")
    assert lost.action is None
    assert not again.actions.filter(pk=lost.item_id).exists()


def test_there_is_no_secret_in_the_file(lived):
    owner = lived.memberships.get(role="owner").user
    text = plan_json(lived).decode()
    assert owner.email in text
    tokens = [str(update.token) for action in lived.actions.all() for update in action.updates.all()]
    assert tokens
    assert not any(secret in text for secret in (owner.password, "password", *tokens))


def test_the_number_of_queries_does_not_grow_with_the_plan(lived, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        plan_json(lived)
    choice = lived.choices.all()[0]
    for _each in range(30):
        action = factories.ActionFactory(choice=choice)
        factories.UpdateFactory(action=action)
        factories.StepFactory(action=action)
    with django_assert_num_queries(len(few)):
        plan_json(lived)
    assert len(few) < 40


def test_it_keeps_every_rule_the_data_keeps(lived, at):
    assert check_data(plan=lived.pk) == []
    _data, again = round_trip(lived, at)
    assert check_data(plan=again.pk) == []


def test_whose_account_was_removed_stays_a_former_member_and_is_nobody_else(lived, at):
    gone = lived.memberships.get(user__name__startswith="Lotte").user
    update = factories.UpdateFactory(action=lived.actions.all()[0], author=gone)
    account_remove(gone, by=lived.memberships.get(role="owner").user, at=at)
    data = plan_json(lived)
    assert f"former-{gone.pk}@" not in data.decode()
    again = brought(data, at)
    author = again.actions.all()[0].updates.get(done=update.done, at=update.at).author
    assert author.pk != gone.pk
    assert (author.is_active, author.removed_at, author.email) == (False, at, f"former-{author.pk}@removed.invalid")
    assert plan_json(again) == data


# ---- the schema ----
def test_the_schema_in_docs_is_the_one_of_the_code():
    assert json.loads(SCHEMA_FILE.read_text()) == schema(), "make it anew: manage.py plan_schema"


def test_the_schema_is_one():
    Draft202012Validator.check_schema(schema())


def test_every_file_is_valid_by_the_schema(lived):
    Draft202012Validator(schema()).validate(json.loads(plan_json(lived)))


# ---- the command ----
@pytest.fixture
def file(lived, tmp_path):
    path = tmp_path / "plan.json"
    path.write_bytes(plan_json(lived))
    return path


def test_the_command_restores_a_plan_in_an_empty_installation(file, capsys):
    emptied()
    call_command("load_plan", str(file), owner="karin@example.org")
    plan = Plan.objects.get()
    assert plan_json(plan) == file.read_bytes()
    karin = User.objects.get(email="karin@example.org")
    others = User.objects.exclude(pk=karin.pk)
    assert karin.is_active
    assert others.count() == 5
    assert not any(one.is_active or one.has_usable_password() for one in others)
    assert f"/plans/{plan.pk}/" in capsys.readouterr().out


def test_the_command_says_when_no_owner_can_sign_in(file, capsys):
    emptied()
    call_command("load_plan", str(file))
    assert "first_owner" in capsys.readouterr().out
    assert Plan.objects.count() == 1


def test_a_dry_run_makes_nothing(file, capsys):
    emptied()
    call_command("load_plan", str(file), dry_run=True)
    assert (Plan.objects.count(), User.objects.count()) == (0, 0)
    assert "2 closed sessions" in capsys.readouterr().out


def test_the_command_makes_a_second_plan_beside_the_first(file, lived):
    call_command("load_plan", str(file), archived=True)
    first, second = Plan.objects.order_by("pk")
    assert first.archived_at is None
    assert second.archived_at is not None
    assert Membership.objects.filter(plan=second).count() == 6


@pytest.mark.slow  # builds the demo: half a minute on a busy machine
def test_both_plans_of_the_demo_come_back_the_same(db, at):
    from ogsm import demo

    files = [plan_json(plan) for plan in demo.build(at=at)]
    emptied()
    for data in files:
        Draft202012Validator(schema()).validate(json.loads(data))
        assert plan_json(brought(data, at)).decode().splitlines() == data.decode().splitlines()


def comes_back_as_it_was_said(random, at):
    said = Writer(random).write()
    Draft202012Validator(schema()).validate(said)
    with transaction.atomic():
        again = plan_json(brought(json.dumps(said).encode(), at))
        assert json.loads(again) == said
        emptied()
        assert plan_json(brought(again, at)) == again
        transaction.set_rollback(True)


@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_what_a_file_says_the_plan_made_of_it_says(random, db, at):
    comes_back_as_it_was_said(random, at)


@pytest.mark.slow  # a minute, five on a busy machine
@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_whatever_a_file_says_the_plan_made_of_it_says(random, db, at):
    comes_back_as_it_was_said(random, at)
