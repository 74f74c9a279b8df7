"""`manage.py check_data`: each rule finds what breaks it, and nothing else; what the product makes is clean."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actions.models import Action
from ogsm import demo
from ogsm.data_check import RULES, check_data
from ogsm.data_check.core import one_state
from plans.models import Plan
from tests import factories
from updates.models import Update

from .conftest import again, loosen, put

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
NOW = factories.AT


BROKEN = {
    # what the database itself refuses
    "actions_action_known_status": lambda w: put(w.todo, status="doubt"),
    "updates_update_known_light": lambda w: (put(w.update, light="pink"), put(w.doing, light="pink")),
    "actions_action_done_has_day": lambda w: put(w.done, completed_on=None),
    "actions_action_deadline_after_start": lambda w: put(w.todo, starts_on=w.todo.deadline + DAY),
    "actions_shift_moves_deadline": lambda w: put(w.shift, from_date=w.shift.to_date),
    "plans_plan_end_after_start": lambda w: put(w.plan, ends_on=w.plan.starts_on - DAY),
    "plans_membership_once_per_plan": lambda w: again(w.member),
    "plans_value_once_per_period": lambda w: again(w.value),
    "updates_help_answered_has_moment": lambda w: (put(w.help, state="no"), put(w.doing, open_help=0)),
    "updates_decision_agreement_who_when": lambda w: put(w.promise, due_on=None),
    "updates_outgoingmail_once_per_person_and_occasion": lambda w: again(w.mail, message_id=w.update.token),
    "updates_line_once_per_agenda": lambda w: again(w.line, position=99),
    "updates_attendance_once_per_person": lambda w: again(w.people),
    "unique_token": lambda w: again(w.update, at=w.update.at - DAY),
    "accounts_user_email_unique": lambda w: put(w.member.user, email=w.owner.user.email.upper()),
    "orphan": lambda w: put(w.help, asked_of=987654),
    # what only the product knows
    "action_rank": lambda w: again(w.todo),
    "action_version": lambda w: put(w.todo, version=0),
    "action_original_deadline": lambda w: put(w.todo, original_deadline=None),
    "action_responsible": lambda w: put(w.todo, responsible=w.other_choice.plan.memberships.get().user),
    "choice_owner": lambda w: put(w.choice, owner=w.other.memberships.get().user),
    "indicator_entered_by": lambda w: put(w.indicator, entered_by=w.other.memberships.get().user),
    "plan_owner": lambda w: put(w.owner, role="member"),
    "archived_with_choice": lambda w: put(w.todo, archived_with_choice=True),
    "action_last_update": lambda w: put(w.doing, expected_end=None),
    "action_light": lambda w: put(w.doing, light="green"),
    "action_open_help": lambda w: put(w.doing, open_help=2),
    "action_deadline_moves": lambda w: put(w.doing, deadline_moves=3),
    "plan_current_since": lambda w: put(w.plan, current_since=None),
    "session_state": lambda w: put(w.coming, started_at=NOW),
    "session_parts": lambda w: put(w.session, off_plan_count=None),
    "session_minutes": lambda w: put(w.session, minutes_record=None),
    "agenda_order": lambda w: again(w.line, kind="help", item_id=w.help.pk, help_request=None, section="outside"),
    "agenda_item": lambda w: put(w.line, item_id=w.done.pk),
    "parents": lambda w: put(w.todo, choice=w.other_choice),
    "value_period": lambda w: put(w.value, period=w.value.period + DAY),
    "history": lambda w: Action.objects.filter(pk=w.todo.pk).update(result="Past the history"),
    "mail_one_state": lambda w: put(w.mail, sent_at=NOW, left_out_at=NOW),
}  # fmt: skip
# what cannot be broken without breaking something else
ALONG = {
    "updates_update_known_light": {"actions_action_known_light"},
    "agenda_order": {"session_minutes"},
    "agenda_item": {"session_minutes"},
    "actions_shift_moves_deadline": {"action_deadline_moves"},
}


def test_what_the_product_makes_is_clean(world, found):
    assert found() == []


def test_each_rule_finds_what_breaks_it_once_and_no_other_complains(world, found):
    heard = {}
    for name, break_it in BROKEN.items():
        with transaction.atomic():
            break_it(world)
            heard[name] = sorted(found())
            transaction.set_rollback(True)
    assert heard == {name: sorted({name, *ALONG.get(name, ())}) for name in BROKEN}
    assert found() == []


def test_every_rule_is_among_those_that_were_broken():
    generic = {"refused", "twice", "orphan"}
    assert {rule.__name__ for rule in RULES} - generic <= BROKEN.keys() | {"action_involved"}
    assert all(rule.__doc__ and "Source:" in rule.__doc__ for rule in RULES)


def test_an_agreement_in_another_plan_than_its_session_and_its_action_is_found(world):
    put(world.promise, plan=world.other)
    assert {finding.what for finding in check_data()} == {
        f"Its plan is {world.other.pk}, but the plan of its session is {world.plan.pk}.",
        f"Its plan is {world.other.pk}, but the plan of its action is {world.plan.pk}.",
    }


def test_somebody_involved_who_left_is_found(world, found):
    loosen("actions_action_involved")
    stranger = factories.UserFactory()
    Action.involved.through.objects.filter(action=world.doing).update(user=stranger)
    assert found() == ["action_involved"]


def test_two_sessions_that_run_are_found(world, found):
    loosen("updates_session")
    again(world.session, closed_at=None, minutes_record=None, state="running")
    again(world.coming, state="running", started_at=NOW, off_plan_count=0)
    assert "updates_session_one_running" in found()


def test_a_lost_history_and_a_history_that_says_deleted_are_found(world):
    world.step.history.all().delete()
    world.value.history.update(history_type="-")
    what = {finding.where.split()[0]: finding.what for finding in check_data()}
    assert what == {"step": "It has no history.", "indicatorvalue": "By its history it was deleted."}


def test_a_line_that_the_minutes_lack_and_minutes_of_a_session_that_runs_are_found(world, process_owner):
    record = world.session.minutes_record
    world.coming.start(by=process_owner, at=NOW)
    put(world.session, minutes_record={**record, "lines": record["lines"][1:]})
    put(world.coming, minutes_record={})
    what = {finding.where: finding.what for finding in check_data()}
    assert what == {
        f"session {world.session.pk} in plan {world.plan.pk}": "Its minutes and its agenda do not have the same lines.",
        f"session {world.coming.pk} in plan {world.plan.pk}": "It is running and has minutes.",
    }


def test_a_light_emptied_by_reopening_or_handing_over_is_right(world, found, member, responsible):
    world.doing.refresh_from_db()
    world.doing.edit(responsible=member, by=responsible, at=NOW)
    assert world.doing.light == ""
    assert found() == []
    Update.give(world.done, status="done", light="green", by=responsible, at=NOW)
    world.done.move_to("doing", by=responsible, at=NOW + DAY)
    assert world.done.light == ""
    assert found() == []


def test_one_plan_is_looked_at_alone(world):
    put(world.other_choice, colour=9)
    put(world.other.memberships.get(), role="viewer")
    assert check_data(plan=world.plan.pk) == []
    assert {finding.rule for finding in check_data(plan=world.other.pk)} == {"plans_choice_known_colour", "plan_owner"}


def test_the_command_says_what_is_wrong_where_and_how_to_mend_it_and_fails(world):
    put(world.doing, open_help=7)
    said = StringIO()
    with pytest.raises(CommandError, match="1 finding in everything") as failed:
        call_command("check_data", stdout=said)
    assert failed.value.returncode == 1
    assert said.getvalue() == (
        f"action_open_help: action {world.doing.pk} in plan {world.plan.pk}: It counts 7 open questions; there are 1."
        " To mend: in `manage.py shell`: recount_help(action, by=None, at=timezone.now()).\n"
    )


def test_the_command_ends_well_with_a_summary(world):
    said = StringIO()
    call_command("check_data", plan=world.plan.pk, stdout=said)
    assert said.getvalue() == f"{len(RULES)} rules hold for plan {world.plan.pk}.\n"
    with pytest.raises(CommandError, match="There is no plan 999") as failed:
        call_command("check_data", plan=999)
    assert failed.value.returncode == 2


def test_it_asks_as_much_of_many_rows_as_of_few(world, responsible, process_owner):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert check_data() == []
        return len(asked)

    def judge_and_hand_over(number: int) -> None:
        rows = factories.ActionFactory.create_batch(number, choice=world.choice, responsible=responsible)
        for action in rows:
            Update.give(action, status="doing", light="red", need="Hulp", by=responsible, at=NOW)
            action.edit(by=responsible, at=NOW + DAY, responsible=process_owner)

    judge_and_hand_over(1)
    few = queries()
    judge_and_hand_over(10)
    world.coming.start(by=process_owner, at=NOW + 2 * DAY)
    assert queries() == few


def test_the_demo_and_the_plan_for_measuring_are_clean():
    demo.build(at=timezone.now())
    call_command("load_bench", actions=60, stdout=StringIO())
    assert Plan.objects.count() == 3
    assert [str(finding) for finding in check_data()] == []


@pytest.mark.django_db(transaction=True)
def test_it_sees_one_moment_only_and_can_write_nothing(plan):
    with one_state():
        assert Plan.objects.count() == 1
        with pytest.raises(DatabaseError):
            Plan.objects.update(name="Other")
    plan.refresh_from_db()
    assert plan.name == "Groei 2026"
