"""Addresses of the plan and its pieces, below /plans/."""

from __future__ import annotations

from typing import Any

from django.urls import include, path

from .views import (
    check,
    choices,
    export,
    goals,
    history,
    indicators,
    members,
    page,
    plans,
    stand_ins,
    states,
    undo,
    values,
)  # fmt: skip
from .views.indicator_page import indicator_page
from .views.invitations import member_invite
from .views.plan_new import plan_copy, plan_new
from .views.values_enter import values_enter

app_name = "plans"

goal = [
    path("edit/", goals.goal_edit, name="goal_edit"),
    path("move/", goals.goal_move, name="goal_move"),
    path("archive/", goals.goal_archive, name="goal_archive"),
    path("restore/", goals.goal_restore, name="goal_restore"),
]
choice = [
    path("edit/", choices.choice_edit, name="choice_edit"),
    path("move/", choices.choice_move, name="choice_move"),
    path("archive/", choices.choice_archive, name="choice_archive"),
    path("restore/", choices.choice_restore, name="choice_restore"),
    path("indicators/add/", indicators.indicator_add, name="indicator_add"),
]
indicator = [
    path("", indicator_page, name="indicator_page"),
    path("edit/", indicators.indicator_edit, name="indicator_edit"),
    path("move/", indicators.indicator_move, name="indicator_move"),
    path("archive/", indicators.indicator_archive, name="indicator_archive"),
    path("restore/", indicators.indicator_restore, name="indicator_restore"),
    path("value/", values.value_enter, name="value_enter"),
]
plan: list[Any] = [
    path("", page.plan_page, name="plan_page"),
    path("edit/", plans.plan_edit, name="plan_edit"),
    path("copy/", plan_copy, name="plan_copy"),
    path("activate/", states.plan_activate, name="plan_activate"),
    path("close/", states.plan_close, name="plan_close"),
    path("archive/", states.plan_archive, name="plan_archive"),
    path("restore/", states.plan_restore, name="plan_restore"),
    path("archived/", plans.plan_archived, name="plan_archived"),
    path("check/", check.plan_check, name="plan_check"),
    path("check/hint/", check.wording_hint, name="wording_hint"),
    path("history/", history.plan_history, name="plan_history"),
    path("undo/", undo.act_undo, name="act_undo"),
    path("export/plan.pdf", export.plan_pdf, name="plan_pdf"),
    path("ambition/edit/", page.ambition_edit, name="ambition_edit"),
    path("goals/add/", goals.goal_add, name="goal_add"),
    path("goals/<int:goal_id>/", include(goal)),
    path("choices/add/", choices.choice_add, name="choice_add"),
    path("choices/<int:choice_id>/", include(choice)),
    path("indicators/", indicators.indicator_list, name="indicator_list"),
    path("indicators/enter/", values_enter, name="values_enter"),
    path("indicators/<int:indicator_id>/", include(indicator)),
    path("members/", members.member_list, name="member_list"),
    path("members/add/", members.member_add, name="member_add"),
    path("members/stand-ins/add/", stand_ins.stand_in_add, name="stand_in_add"),
    path("members/stand-ins/<int:stand_in_id>/edit/", stand_ins.stand_in_edit, name="stand_in_edit"),
    path("members/stand-ins/<int:stand_in_id>/end/", stand_ins.stand_in_end, name="stand_in_end"),
    path("members/<int:membership_id>/invite/", member_invite, name="member_invite"),
    path("members/<int:membership_id>/role/", members.member_role, name="member_role"),
    path("members/<int:membership_id>/remove/", members.member_remove, name="member_remove"),
]
urlpatterns = [
    path("", plans.plan_list, name="plan_list"),
    path("new/", plan_new, name="plan_new"),
    path("<int:plan_id>/", include(plan)),
]
