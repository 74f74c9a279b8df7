"""A board that is open misses no change, in whatever order the writers come to their end."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.urls import reverse

from actions.models import Action
from actions.stamps import board_stamp
from ogsm.accounts.models import User
from plans.access import PlanAccess
from plans.locks import lock_plan


def stamp(plan, user, on):
    return board_stamp(PlanAccess(plan, plan.memberships.get(user=user), user, on), on=on)


@pytest.mark.django_db
def test_a_change_of_a_person_that_is_seen_late_is_seen(plan, action, member, responsible, on):
    """On PostgreSQL its number may be lower than one that was seen before it."""
    row = User.history.filter(id=member.pk).order_by("-history_id").first()
    User.history.filter(history_id=row.history_id).delete()
    responsible.save()
    before = stamp(plan, responsible, on)
    row.save(force_insert=True)
    assert row.history_id < User.history.filter(id=responsible.pk).order_by("-history_id").first().history_id
    assert stamp(plan, responsible, on) != before


@pytest.mark.django_db(transaction=True)
def test_the_administration_waits_for_who_writes_to_the_plan(plan, action, admin, client_of):
    """So that its change gets its number after theirs."""
    client, status = client_of(admin), []
    page = reverse("admin:actions_action_change", args=[action.pk])
    form = client.get(page).context["adminform"].form
    shifts = {"shifts-TOTAL_FORMS": "0", "shifts-INITIAL_FORMS": "0"}
    values = {name: form.initial.get(name) or "" for name in form.fields} | {"result": "Put right"} | shifts

    def save() -> None:
        status.append(client.post(page, values).status_code)
        connection.close()

    saving = threading.Thread(target=save)
    with transaction.atomic():
        lock_plan(plan.pk)
        saving.start()
        saving.join(timeout=0.5)
        assert saving.is_alive()
        assert Action.objects.get(pk=action.pk).result != "Put right"
    saving.join(timeout=30)
    assert status == [302]
    assert Action.objects.get(pk=action.pk).result == "Put right"
