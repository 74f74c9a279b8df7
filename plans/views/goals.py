"""Goals on the one-page plan."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ogsm.pages import saved
from ogsm.pieces import next_position
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.forms import GoalForm
from plans.models import Goal
from plans.sheet import shared_due_day

from .pieces import PAGE, add_piece, archived, change_piece, piece_form, piece_shown, retarget, told_saved
from .places import piece_moved


def goals_context(access: PlanAccess) -> dict[str, Any]:
    """One query."""
    goals = list(access.plan.goals.live())
    return {"goals": goals, "goals_on": shared_due_day(goals), "plan": access.plan, "may_edit": access.may_edit_plan}


@require_http_methods(["GET", "HEAD", "POST"])
def goal_add(request: Request, plan_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    access.require(access.may_edit_plan)

    def create(**values: Any) -> Goal:
        who = {"by": values.pop("by"), "at": values.pop("at")}
        goal = Goal(plan=access.plan, position=next_position(access.plan.goals.all()), **values)
        goal.record(**who)
        return goal

    form, goal = add_piece(request, access.plan, GoalForm, Goal(plan=access.plan, due_on=access.plan.ends_on), create)
    if goal is None:
        return piece_form(request, access, form, title=_("New goal"), piece_id="goal-add", wrap="li")
    response = piece_shown(request, access, f"{PAGE}#goals", goals_context(access), anchor=f"goal-{goal.pk}")
    return retarget(response, "#goals")


@require_http_methods(["GET", "HEAD", "POST"])
def goal_edit(request: Request, plan_id: int, goal_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    access.require(access.may_edit_plan)
    goal = get_object_or_404(access.plan.goals.live(), pk=goal_id)
    form, changed = change_piece(request, GoalForm, goal)
    anchor = f"goal-{goal.pk}"
    if changed is None:
        return piece_form(request, access, form, title=_("Goal"), piece_id=anchor, wrap="li")
    context, told = {**goals_context(access), "goal": changed}, told_saved(request, access, form, changed.name)
    return piece_shown(request, access, f"{PAGE}#goal", context, anchor=anchor, **told)


def _goals(request: Request, access: PlanAccess) -> HttpResponse:
    return retarget(render(request, f"{PAGE}#goals", {**goals_context(access), "access": access}), "#goals")


@require_POST
def goal_move(request: Request, plan_id: int, goal_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    access.require(access.may_edit_plan)
    goal = get_object_or_404(access.plan.goals.live(), pk=goal_id)
    goals, shown = access.plan.goals.live(), lambda: _goals(request, access)
    return piece_moved(request, access, goal, goals, shown, name=goal.name, anchor=f"goal-{goal.pk}")


@require_POST
def goal_archive(request: Request, plan_id: int, goal_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    access.require(access.may_edit_plan)
    goal = get_object_or_404(access.plan.goals, pk=goal_id)
    goal.archive(by=request.user, at=request.at)
    undo_url = reverse("plans:goal_restore", args=[plan_id, goal.pk])
    return archived(request, access, lambda: _goals(request, access), name=goal.name, undo_url=undo_url)


@require_POST
def goal_restore(request: Request, plan_id: int, goal_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    access.require(access.may_edit_plan)
    goal = get_object_or_404(access.plan.goals, pk=goal_id)
    goal.restore(by=request.user, at=request.at)
    to = reverse("plans:plan_page", args=[plan_id]) + f"#goal-{goal.pk}"
    return saved(request, to, _("“%(name)s” is back on the plan.") % {"name": goal.name})
