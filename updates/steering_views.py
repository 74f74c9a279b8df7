"""What is decided in a steering or plan session: about a choice, an indicator, a target, a goal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ogsm import words
from ogsm.request import Request

from . import steering_services
from .line_views import GET_OR_POST, _decide, _line
from .models import AgendaLine
from .steering_forms import ChoiceChangeForm, IndicatorChangeForm, JudgeForm, OwnerForm, TargetForm


@require_http_methods(GET_OR_POST)
def line_choice(request: Request, plan_id: int, session_id: int, line_id: int) -> HttpResponse:
    """Other words for a choice: what we want, or how."""
    access, line = _line(request, plan_id, session_id, line_id)
    choice = line.choice
    return _decide(
        request, access, line, ChoiceChangeForm, steering_services.choice_change, heading=_("Change the choice"),
        subject=_("The plan changes at once; the minutes keep both wordings."),
        initial={"goal": choice.goal, "how": choice.how} if choice else None,
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
def line_owner(request: Request, plan_id: int, session_id: int, line_id: int) -> HttpResponse:
    """Somebody else owns the choice from now on."""
    access, line = _line(request, plan_id, session_id, line_id)
    owner = line.choice.owner if line.choice else None
    subject = _("%(name)s owns it now.") % {"name": owner} if owner else _("Nobody owns it yet.")
    return _decide(
        request, access, line, OwnerForm, steering_services.owner_change, heading=_("Other owner"), subject=subject
    )


@require_http_methods(GET_OR_POST)
def line_indicator(request: Request, plan_id: int, session_id: int, line_id: int) -> HttpResponse:
    """Measure it otherwise: another name, another source, somebody else who enters it."""
    access, line = _line(request, plan_id, session_id, line_id)
    indicator = line.indicator
    initial: dict[str, Any] | None = None
    if indicator:
        entered_by = indicator.entered_by_id
        initial = {"name": indicator.name, "source": indicator.source, "entered_by": entered_by}
    return _decide(
        request, access, line, IndicatorChangeForm, steering_services.indicator_change,
        heading=_("Change the indicator"), subject=_("Its values stay as they are."), initial=initial,
    )  # fmt: skip


def _aimed_at(line: AgendaLine) -> tuple[str, Decimal | None, Any]:
    """(unit, target, its day) of the goal or indicator of a line."""
    if line.goal:
        return line.goal.unit, line.goal.target, line.goal.due_on
    if line.indicator:
        return line.indicator.unit, line.indicator.target, line.indicator.target_on
    return "", None, None


@require_http_methods(GET_OR_POST)
def line_target(request: Request, plan_id: int, session_id: int, line_id: int) -> HttpResponse:
    """Another target, with the reason."""
    access, line = _line(request, plan_id, session_id, line_id)
    unit, target, day = _aimed_at(line)
    subject = ""
    if target is not None:
        subject = _("The target is %(target)s.") % {"target": words.quantity(target, unit)}
    return _decide(
        request, access, line, TargetForm, steering_services.target_change, options={"unit": unit},
        heading=_("New target"), subject=subject, initial={"due_on": day, "target": target},
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
def line_judge(request: Request, plan_id: int, session_id: int, line_id: int) -> HttpResponse:
    """Was the goal reached? Starts with what was prepared."""
    access, line = _line(request, plan_id, session_id, line_id)
    facts = line.facts
    initial = {"judgement": facts.get("judgement", ""), "reason": facts.get("text", "")}
    if facts.get("actual"):
        initial["actual"] = Decimal(facts["actual"])
    return _decide(
        request, access, line, JudgeForm, steering_services.goal_judge, heading=_("Judge the goal"),
        subject=_("It stands on the plan from now on."), initial=initial,
    )  # fmt: skip
