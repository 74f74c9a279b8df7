"""Two requests to one plan at once, over connections of their own: what was allowed still is when it is written."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from plans.models import Plan
from tests.updates.test_session_parallel import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_plan_closed_while_somebody_plans_a_session_keeps_no_session_to_come(client_of, plan, plan_owner, on):
    closing, planning = client_of(plan_owner), client_of(plan_owner)
    day = (on + dt.timedelta(days=9)).isoformat()
    session = {"kind": "update", "day": day, "time": "09:00", "minutes": "45"}
    answers = []
    raised = at_once(
        lambda: answers.append(closing.post(reverse("plans:plan_close", args=[plan.pk]))),
        lambda: answers.append(planning.post(reverse("updates:session_add", args=[plan.pk]), session)),
    )
    assert raised == [None, None]
    assert {answer.status_code for answer in answers} <= {302, 403}
    assert Plan.objects.get(pk=plan.pk).state == Plan.State.CLOSED
    assert set(plan.sessions.values_list("state", flat=True)) <= {"cancelled"}


def test_a_refused_post_leaves_nothing_behind(client_of, plan, plan_owner):
    client_of(plan_owner).post(reverse("plans:plan_close", args=[plan.pk]))
    answer = client_of(plan_owner).post(reverse("plans:ambition_edit", args=[plan.pk]), {"ambition": "Later"})
    assert answer.status_code == 403
    assert Plan.objects.get(pk=plan.pk).ambition != "Later"
