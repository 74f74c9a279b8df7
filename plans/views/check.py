"""The plan check: what could be better and why, and a word about a wording while it is typed."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.views.decorators.http import require_safe

from ogsm.pages import plan_page_context
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.check.action_rules import full_month_in_words
from plans.check.advice import how_advice, result_advice
from plans.check.burden import DEADLINES_AT_MOST, burden_of, overfull_months
from plans.check.core import CheckedPlan
from plans.check.groups import blocks_of, groups_of
from plans.check.links import Links
from plans.check.reading import Reading, read
from plans.check.report import report
from plans.steps import Step, first_steps


@require_safe
def plan_check(request: Request, plan_id: int) -> HttpResponse:
    """Six queries besides the page's own; one more for a reader who does not lead, or for a plan without choices."""
    access = plan_for(request, plan_id)
    context = plan_page_context(access, request, "check", plan=access.plan)
    if access.plan.is_open:
        reading = read(access.plan, request.on)
        context |= _first(access, reading.plan) if not reading.plan.choices else _findings(access, reading, request)
    return render(request, "plans/plan_check.html", context)


def _findings(access: PlanAccess, reading: Reading, request: Request) -> dict[str, Any]:
    found, links = report(reading.plan, request.on), Links(access, reading)
    return {
        "report": found,
        "groups": groups_of(found, links),
        "questions": blocks_of([(outcome.rule, outcome.findings) for outcome in found.questions], links),
        "goals": reading.plan.goals,
        "burden": burden_of(reading.plan.actions, request.on),
        "full_months": [full_month_in_words(full) for full in overfull_months(reading.plan.actions, request.on)],
        "most": DEADLINES_AT_MOST,
    }


def _first(access: PlanAccess, plan: CheckedPlan) -> dict[str, Step]:
    """What comes first in a plan without choices. One query."""
    steps = first_steps(
        access.plan,
        goals=len(plan.goals),
        counts={"choices": 0, "indicators": 0, "actions": 0},
        people=access.plan.memberships.count(),
        has_session=plan.has_session,
    )
    return {"step": next(step for step in steps if not step.done)}


@require_safe
def wording_hint(request: Request, plan_id: int) -> HttpResponse:
    """One line about `?result=` (of an action) or `?how=` (of a choice), or nothing. Only the membership's query."""
    plan_for(request, plan_id)
    advice = result_advice(request.GET.get("result", "")) or how_advice(request.GET.get("how", ""))
    return HttpResponse(escape(advice))
