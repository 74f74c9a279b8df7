"""What is decided in a steering or plan session: about a choice, an indicator, a target, a goal."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ogsm import words
from ogsm.request import Request

from . import steering_services
from .line_views import GET_OR_POST, _decide, _line
from .steering_forms import ChoiceChangeForm, IndicatorChangeForm, JudgeForm, OwnerForm, TargetForm


@require_http_methods(GET_OR_POST)
def line_choice(request: Request, plan_id: int, session_id: int, line_id: int) -> HttpResponse:
    """Other words for a choice: what we want, or how."""
    access, line = _line(request, plan_id, session_id, line_id)
    return _decide(
        request, access, line, ChoiceChangeForm, steering_services.choice_change, options={"piece": line.choice},
        heading=_("Change the choice"), subject=_("The plan changes at once; the minutes keep both wordings."),
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
    return _decide(
        request, access, line, IndicatorChangeForm, steering_services.indicator_change,
        options={"piece": line.indicator}, heading=_("Change the indicator"), subject=_("Its values stay as they are."),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
def line_target(request: Request, plan_id: int, session_id: int, line_id: int) -> HttpResponse:
    """Another target, with the reason."""
    access, line = _line(request, plan_id, session_id, line_id)
    piece = line.goal or line.indicator
    subject = ""
    if piece and piece.target is not None:
        subject = _("The target is %(target)s.") % {"target": words.quantity(piece.target, piece.unit)}
    return _decide(
        request, access, line, TargetForm, steering_services.target_change, options={"piece": piece},
        heading=_("New target"), subject=subject,
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
