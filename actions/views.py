"""Reading: the page of one action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from ogsm import words
from ogsm.pages import is_fragment, plan_page_context
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.changes import CHANGED, Change, Piece, changes_of
from plans.decided import tell_sessions
from plans.undo.offers import offer_undo
from updates.forms import RemarkForm, ResultForm

from .answers import selection_of_page
from .board import STATUSES, Board, status_name
from .filters import Selection
from .forms import StepForm
from .lights import light_strip
from .models import Action, organisation_day
from .rules import DONE
from .step_models import Step

HISTORY_SHOWN = 5

if TYPE_CHECKING:
    from updates.models import Decision, Update


def number_choices(actions: Iterable[Action], choices: Iterable[Any]) -> None:
    """Gives each action its choice with the number that choice has on the page. No query while its choice stands."""
    known = {choice.pk: choice for choice in choices}
    for action in actions:
        if action.choice_id in known:
            action.choice = known[action.choice_id]


@require_safe
def action_page(request: Request, plan_id: int, action_id: int) -> HttpResponse:
    """One action with all that was said and decided about it; for HTMX its body, or its menu (`?menu`)."""
    access = plan_for(request, plan_id)
    if is_fragment(request):
        piece = action_menu if "menu" in request.GET else action_body
        response = piece(request, access, action_id)
    else:
        context = body_context(request, access, action_id)
        response = render(request, "actions/action_page.html", plan_page_context(access, request, "actions", **context))
    patch_vary_headers(response, ["HX-Request"])
    return response


def action_menu(request: Request, access: PlanAccess, action_id: int) -> HttpResponse:
    """What can be done with a card: neighbours are those that the reader's board shows."""
    selection = selection_of_page(request, access) or Selection()
    board = Board(access, selection, on=request.on)
    action = get_object_or_404(access.plan.actions.live(), pk=action_id)
    return render(request, "actions/_action_menu.html", moves(board, action))


def moves(board: Board, action: Action) -> dict[str, Any]:
    """The moves of one action as its menu and its page offer them. Two queries, and those for
    the rights."""
    access = board.access
    context = {
        "action": action,
        "may_move": access.may_move_action(action),
        "may_edit": access.may_edit_action(action),
        "may_decide": access.may_decide_action(action),
        "may_update": access.may_update(action),
        "statuses": [(status, status_name(status)) for status in STATUSES],
    }
    if context["may_move"] and action.status != DONE:
        row, context["above"] = board.row(action.pk, action.status)
        context["below"] = board.below(row)
    return context


def action_body(
    request: Request, access: PlanAccess, action_id: int, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    """Everything below the plan's header, after a change or with the reason why there was none."""
    context = {"access": access, **body_context(request, access, action_id), "refusal": refusal}
    return render(request, "actions/action_page.html#action", context, status=status)


def body_context(request: Request, access: PlanAccess, action_id: int) -> dict[str, Any]:
    """All that the page of an action shows. Some thirty queries at most, whatever was said about it."""
    actions = access.plan.actions.for_display(request.on).select_related("plan")
    action = get_object_or_404(actions, pk=action_id)
    selection = selection_of_page(request, access) if is_fragment(request) else None  # in the panel beside it
    board = Board(access, selection or Selection(), on=request.on)
    number_choices([action], board.choices)
    updates = _updates(access, action)
    help_requests = list(action.help_requests.select_related("asked_by", "asked_of", "answered_by", "answered_for"))
    for request_ in help_requests:
        request_.may_be_answered = request_.state == "open" and access.may_answer(request_)
    decisions = list(action.decisions.standing().select_related("session", "who"))
    for decision in decisions:
        decision.before_shown, decision.after_shown = (
            _readable(decision, text) for text in (decision.before, decision.after)
        )
    return {
        **moves(board, action),
        **steps_context(access, action),
        "is_archived": action.is_archived,
        "serves": list(action.serves.live().filter(choice__archived_at=None).in_order()),
        "involved": list(action.involved.all()),
        "shifts": list(action.shifts.select_related("by")),
        "updates": updates,
        "result_form": ResultForm(subject=action) if _result_is_open(access, action, updates) else None,
        "strip": light_strip(updates, on=request.on),
        "help_requests": help_requests,
        "correctable": updates[0].pk if updates and updates[0].may_be_corrected_by(access.user) else None,
        "decisions": decisions,
        "changes": _latest_changes(access, action),
    }


def _latest_changes(access: PlanAccess, action: Action) -> list[Change]:
    """The newest first, each with its undo where the reader has one; `is_edit` when only fields changed, which then
    say it. Seventeen queries at most."""
    piece = Piece("action", action.pk)
    changes: list[Any] = changes_of(access.plan, kind="action", piece=piece).changes[:HISTORY_SHOWN]
    for change in changes:
        change.is_edit = change.act == CHANGED and change.differences
    tell_sessions(access.plan, changes)
    offer_undo(access, changes)
    return changes


def steps_context(access: PlanAccess, action: Action) -> dict[str, Any]:
    """The list of steps and what the reader may do with it. One query."""
    steps = list(action.steps.live().select_related("done_by"))
    may_edit = access.may_edit_action(action) and not action.is_archived
    return {
        "steps": steps,
        "steps_done": sum(step.is_done for step in steps),
        "may_edit_steps": may_edit,
        "may_tick": access.may_move_action(action) and not action.is_archived,
        "step_form": StepForm(instance=Step(action=action), auto_id="step-%s") if may_edit else None,
    }


def _updates(access: PlanAccess, action: Action) -> list[Any]:
    """The newest first, with the remarks on each, and the form for one more while that may be left. Three queries."""
    updates: list[Any] = list(
        action.updates.select_related("author", "on_behalf_of", "need_of").prefetch_related("remarks__author")
    )
    if access.may_remark and not action.is_archived:
        for update in updates:
            update.remark_form = RemarkForm(auto_id=f"remark-{update.pk}-%s")
    return updates


def _result_is_open(access: PlanAccess, action: Action, updates: list[Update]) -> bool:
    """Whether the reader may say what came of it, and nobody has said so since it was done."""
    if action.completed_on is None or action.is_archived or not access.may_update(action):
        return False
    said = (update for update in updates if update.status == DONE and update.done)
    return not any(organisation_day(update.at) >= action.completed_on for update in said)


def _readable(decision: Decision, text: str) -> str:
    """What a decision changed: the dates of a new deadline are stored for machines."""
    is_date = decision.kind == decision.Kind.NEW_DEADLINE and text
    return words.day_short_year(dt.date.fromisoformat(text)) if is_date else text
