"""The ambition, edited in place: one that people work towards cannot be emptied."""

import pytest
from django.urls import reverse


@pytest.fixture
def edit(client_of, plan_owner, plan, fill):
    def post(ambition):
        return fill(client_of(plan_owner), reverse("plans:ambition_edit", args=[plan.pk]), ambition=ambition)

    return post


@pytest.mark.parametrize("nothing", ["", "  \n "])
def test_an_active_plan_keeps_its_ambition(edit, plan, nothing):
    refused = edit(nothing)
    assert refused.status_code == 422
    assert "An active plan needs its ambition." in refused.text
    plan.refresh_from_db()
    assert plan.ambition


def test_it_is_worded_anew(edit, plan):
    assert edit("De snelste levering van het land").status_code == 302
    plan.refresh_from_db()
    assert plan.ambition == "De snelste levering van het land"


def test_a_draft_may_be_without(edit, plan):
    type(plan).objects.update(state="draft")
    assert edit("").status_code == 302
    plan.refresh_from_db()
    assert plan.ambition == ""
