"""The administration opens on everything there is in the demo: lists, search, one record, its history."""

import datetime as dt

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse
from zeal import zeal_ignore

from ogsm import demo
from ogsm.accounts.models import User
from tests import factories
from tests.updates.meeting import closed, planned, running
from updates.models import Attendance, Decision, HelpRequest, Update

OURS = ("accounts", "plans", "actions", "updates")


@pytest.fixture
def site(client_of, admin, at):
    demo.build(at=at)
    return client_of(admin)


def test_every_list_opens_is_searched_and_costs_the_same_with_many_rows(site):
    registered = [model for model in admin.site._registry if model._meta.app_label in OURS]
    assert len(registered) > 10
    for model in registered:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert site.get(address).status_code == 200, address
        assert site.get(address, {"q": "webshop"}).status_code == 200, address


def test_every_record_opens_and_shows_its_history(site):
    for model, its_admin in admin.site._registry.items():
        record = model._default_manager.first()
        if model._meta.app_label not in OURS or record is None:
            continue
        views = ["change", "history"] if hasattr(its_admin, "history_form_view") else ["change"]
        for view in views:
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=[record.pk])
            with zeal_ignore():  # a form looks up each person and record it names, one by one
                assert site.get(address).status_code == 200, address


def test_a_closed_sessions_record_cannot_be_rewritten(client_of, admin, at):
    session = factories.SessionFactory(state="closed", closed_at=at)
    page = client_of(admin).get(reverse("admin:updates_session_change", args=[session.pk]))
    assert not page.context["adminform"].form.fields


def page_of(record, view="change"):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{view}", args=[record.pk])


def editable(client, record):
    """The fields that the record's page lets one change."""
    return set(client.get(page_of(record)).context["adminform"].form.fields)


def test_every_model_but_the_table_between_is_there():
    ours = {model for model in apps.get_models() if model._meta.app_label in OURS}
    kept = {model for model in ours if not model.__name__.startswith("Historical")}
    assert kept - admin.site._registry.keys() == set()


def test_every_model_but_drafts_keeps_its_history():
    ours = {model for model in apps.get_models() if model._meta.app_label in OURS}
    kept = {model for model in ours if not model.__name__.startswith("Historical")}
    assert {model.__name__ for model in kept if not hasattr(model, "history")} == {
        "UpdateDraft",
        "CalendarInvitation",
        "OutgoingMail",
        "RunRecord",
    }


def test_a_closed_session_is_not_deleted_nor_is_its_plan(client_of, admin, plan, process_owner, action):
    session, client = closed(plan, process_owner), client_of(admin)
    assert client.get(page_of(session, "delete")).status_code == 403
    assert client.post(page_of(session, "delete"), {"post": "yes"}).status_code == 403
    page = client.get(page_of(plan, "delete"))
    assert page.context["perms_lacking"]
    client.post(page_of(plan, "delete"), {"post": "yes"})
    selected = {"action": "delete_selected", "_selected_action": [session.pk], "post": "yes"}
    client.post(reverse("admin:updates_session_changelist"), selected)
    session.refresh_from_db()
    assert session.is_closed


def test_a_running_session_is_not_deleted_either(client_of, admin, plan, process_owner):
    assert client_of(admin).get(page_of(running(plan, process_owner), "delete")).status_code == 403


def test_a_plan_that_never_met_can_be_deleted_with_all_that_is_in_it(
    client_of, admin, plan, action, responsible, process_owner, on, at
):
    Update.give(action, by=responsible, at=at, status="doing", need="Een jurist")
    action.shift_deadline(on + dt.timedelta(days=99), reason="Later", by=responsible, at=at)
    factories.UpdateFactory(action=action).action.update_drafts.create(user=responsible, saved_at=at)
    factories.DecisionFactory(plan=plan, who=process_owner)
    planned(plan, 3)
    client = client_of(admin)
    page = client.get(page_of(plan, "delete"))
    assert not page.context["perms_lacking"]
    client.post(page_of(plan, "delete"), {"post": "yes"})
    assert not type(plan).objects.filter(pk=plan.pk).exists()


def test_of_an_active_action_only_the_words_can_be_put_right(client_of, admin, action):
    client = client_of(admin)
    assert editable(client, action) == {"result", "description", "link"}
    assert "on the action's own page" in client.get(page_of(action)).text


def test_in_a_draft_what_is_agreed_is_still_open(client_of, admin, action, plan):
    plan.state = "draft"
    plan.save()
    assert {"choice", "responsible", "deadline"} <= editable(client_of(admin), action)


def test_what_rules_decide_is_shown_only(client_of, admin, plan, action, responsible, process_owner, on, at):
    update = Update.give(action, by=responsible, at=at, status="doing", need="Een jurist")
    shift = action.shift_deadline(on + dt.timedelta(days=99), reason="Later", by=responsible, at=at)
    session = closed(plan, process_owner)
    note = session.correct("Karin was er wel", by=process_owner, at=at)
    client = client_of(admin)
    assert editable(client, update) == {"done", "next", "need"}
    assert editable(client, HelpRequest.objects.get()) == {"text", "answer"}
    for record in (shift, factories.DecisionFactory(plan=plan), Attendance.objects.first(), note, session,
                   session.lines.first(), plan.memberships.first()):  # fmt: skip
        assert editable(client, record) == set(), record
        assert client.post(page_of(record), {"state": "absent"}).status_code == 403
    for record in (update, shift, note, Attendance.objects.first(), Decision.objects.first()):
        assert client.post(page_of(record, "delete"), {"post": "yes"}).status_code == 403, record


def test_a_coming_session_is_planned_anew_but_its_state_is_not_set(client_of, admin, plan):
    fields = editable(client_of(admin), planned(plan, 3))
    assert fields == {"starts_at", "minutes", "place", "facilitator"}


def test_an_earlier_state_is_shown_and_does_not_come_back(client_of, admin, action, responsible, at):
    earlier = action.history.latest("history_id")
    action.move_to("doing", by=responsible, at=at)
    address = reverse("admin:actions_action_simple_history", args=[action.pk, earlier.history_id])
    client = client_of(admin)
    assert client.get(address).status_code == 200
    assert client.post(address, {"result": "Teruggedraaid"}).status_code == 403
    action.refresh_from_db()
    assert action.status == "doing"


def test_a_new_person_needs_no_password(client_of, admin):
    form = {"email": "nieuw@example.org", "name": "Nieuwe Collega", "usable_password": "false"}
    assert client_of(admin).post(reverse("admin:accounts_user_add"), form).status_code == 302
    assert not User.objects.get(email="nieuw@example.org").has_usable_password()
