"""What the change histories keep beside the pieces of a plan: a session's parts, deadline shifts, people."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ogsm.accounts.models import User
from ogsm.history_copy import HistoryCopy
from tests import factories
from tests.updates.meeting import closed, line_of, planned, running
from updates.models import AgendaPoint, Session


def test_a_session_that_starts_records_its_agenda_and_who_is_there(plan, action, process_owner):
    session = running(plan, process_owner)
    for part in (session.lines.first(), session.attendance.first()):
        row = part.history.get()
        assert (row.history_type, row.history_user, row.history_date) == ("+", process_owner, session.started_at)


def test_a_longer_agenda_costs_no_more_queries_to_start_or_to_take_back(plan, choice, process_owner, at):
    def queries() -> tuple[int, int]:
        session = planned(plan)
        with CaptureQueriesContext(connection) as start:
            session.start(by=process_owner, at=at)
        with CaptureQueriesContext(connection) as unstart:
            session.unstart(by=process_owner, at=at)
        Session.objects.filter(pk=session.pk).delete()
        return len(start), len(unstart)

    factories.ActionFactory.create_batch(3, choice=choice, status="doing")
    few = queries()
    factories.ActionFactory.create_batch(20, choice=choice, status="doing")
    assert queries() == few


def test_a_point_dealt_with_in_a_session_says_so_in_its_history(plan, process_owner, at):
    point = AgendaPoint.add(planned(plan, 3), "Vakantierooster", by=process_owner, at=at)
    session = running(plan, process_owner)
    line_of(session, point).mark("discussed", by=process_owner, at=at)
    session.close(by=process_owner, at=at + dt.timedelta(hours=1))
    row = point.history.first()
    assert (row.decided_at, row.history_user) == (at + dt.timedelta(hours=1), process_owner)


def test_a_correction_of_the_minutes_and_a_shift_are_recorded(plan, action, process_owner, responsible, on, at):
    note = closed(plan, process_owner).correct("Karin was er wel", by=process_owner, at=at)
    shift = action.shift_deadline(on + dt.timedelta(days=60), reason="Later", by=responsible, at=at)
    assert note.history.count() == 1
    assert shift.history.get().history_user == responsible


def test_who_changed_a_person_is_kept_but_no_password_and_no_sign_in(client, admin, client_of, member):
    rows = member.history.count()
    client.post("/accounts/login/", {"login": member.email, "password": "a-good-password"})
    member.refresh_from_db()
    assert member.last_login is not None
    assert member.history.count() == rows
    client.post("/accounts/profile/", {"name": "Lotte Bakker-Smit", "language": "", "theme": ""})
    row = User.history.filter(id=member.pk).first()
    assert (row.name, row.history_user) == ("Lotte Bakker-Smit", member)
    assert not {"password", "last_login"} & {field.name for field in row._meta.fields}


def test_a_history_keeps_what_is_stored_also_of_what_another_changed_meanwhile(action, choice, responsible, member, at):
    indicator = factories.IndicatorFactory(choice=choice)
    action.involved.set([responsible, member])
    action.serves.set([indicator])
    old = type(action).objects.get(pk=action.pk)
    action.change(by=member, at=at, result="Winkel open")
    old.change(by=responsible, at=at + dt.timedelta(minutes=1), why="Eerder klaar", description="Met taart")
    row = action.history.first()
    assert (row.result, row.description) == ("Winkel open", "Met taart")
    assert (row.history_type, row.history_user, row.history_change_reason) == ("~", responsible, "Eerder klaar")
    assert row.history_date == at + dt.timedelta(minutes=1)
    assert {link.user for link in row.involved.all()} == {responsible, member}
    assert [link.indicator for link in row.serves.all()] == [indicator]
    stored = type(action).objects.values().get(pk=action.pk)
    assert {name: getattr(row, name) for name in stored} == stored


def test_what_was_deleted_stays_in_its_history_as_it_was(action, at):
    pk, result = action.pk, action.result
    rows = action.history.count()
    action.delete()
    row = type(action).history.filter(id=pk).first()
    assert (row.history_type, row.result) == ("-", result)
    assert type(action).history.filter(id=pk).count() == rows + 1


def test_the_history_of_another_piece_with_the_same_number_keeps_no_links_of_an_action(
    action, plan, member, at, django_assert_num_queries
):
    action.involved.set([member])
    other = factories.ChoiceFactory(plan=plan, pk=action.pk)
    kept = apps.get_model("actions", "HistoricalAction_involved").objects
    links = kept.count()
    with django_assert_num_queries(2):
        other.change(by=member, at=at, short_name="Anders")
    assert other.history.first().short_name == "Anders"
    assert kept.count() == links


def test_what_is_not_there_any_more_gets_no_history(action, member, at):
    pk, rows = action.pk, type(action).history.count()
    type(action).objects.filter(pk=pk).delete()
    gone = type(action).history.count()
    with pytest.raises(type(action).DoesNotExist):
        HistoryCopy(type(action).history.model, action._meta.concrete_fields, {}, "default").make(
            pk, at=at, why=None, kind="~", by=member.pk
        )
    assert type(action).history.count() == gone == rows + 1
