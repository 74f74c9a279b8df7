"""Strategic choices: the rows of the one-page plan."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ogsm.pages import is_fragment, plan_page_context, saved, trigger
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.forms import ChoiceForm
from plans.models import Choice
from plans.sheet import ChoiceRow, plan_rows

from .page import filters_of
from .pieces import ROWS, add_piece, archived, change_piece, come_back, piece_form, piece_shown, retarget, told_saved
from .places import piece_moved


def row_of(request: Request, access: PlanAccess, choice: Choice) -> ChoiceRow:
    """The choice's row as the page shows it. Four queries."""
    return plan_rows(access, request.on, filters_of(request), only=choice)[0]


@require_http_methods(["GET", "HEAD", "POST"])
def choice_add(request: Request, plan_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    access.require(access.may_edit_plan)

    def create(**values: Any) -> Choice:
        return Choice.create(access.plan, **values)

    form, choice = add_piece(request, access.plan, ChoiceForm, Choice(plan=access.plan), create)
    if choice is None:
        return piece_form(request, access, form, title=_("New strategic choice"), piece_id="choice-add")
    row = row_of(request, access, choice)
    if is_fragment(request) and row.choice.number == 1:  # the empty lines make room for it
        return trigger(_rows(request, access), planChanged={})
    return piece_shown(request, access, f"{ROWS}#row_added", {"row": row}, anchor=f"choice-{choice.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def choice_edit(request: Request, plan_id: int, choice_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    choice = get_object_or_404(access.plan.choices.live(), pk=choice_id)
    access.require(access.may_edit_choice(choice))
    form, changed = change_piece(request, ChoiceForm, choice)
    if changed is None:
        piece_id = f"choice-{choice.pk}-text"
        return piece_form(
            request, access, form, title=_("Strategic choice"), piece_id=piece_id, css="ogsm-choice", choice=choice
        )
    row = row_of(request, access, changed)
    context, told = {"row": row, "choice": row.choice}, told_saved(request, access, form, changed.short_name)
    return piece_shown(request, access, f"{ROWS}#choice", context, anchor=f"choice-{choice.pk}", **told)


def _rows(request: Request, access: PlanAccess) -> HttpResponse:
    filters = filters_of(request)
    context = {"rows": plan_rows(access, request.on, filters), "filters": filters, "access": access}
    response = render(request, ROWS, {**context, "plan": access.plan, "may_edit": access.may_edit_plan})
    return retarget(response, "#rows")


@require_POST
def choice_move(request: Request, plan_id: int, choice_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    access.require(access.may_edit_plan)
    choice = get_object_or_404(access.plan.choices.live(), pk=choice_id)
    choices, shown = access.plan.choices.live(), lambda: _rows(request, access)
    return piece_moved(request, access, choice, choices, shown, name=choice.short_name, anchor=f"choice-{choice.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def choice_archive(request: Request, plan_id: int, choice_id: int) -> HttpResponse:
    """Asks first: a choice takes its indicators and actions along."""
    access = plan_for(request, plan_id)
    access.require(access.may_edit_plan)
    choice = get_object_or_404(access.plan.choices, pk=choice_id)
    if request.method == "GET":
        context: dict[str, Any] = {"choice": choice, "plan": access.plan}
        context |= {"indicators": choice.indicators.live().count(), "actions": choice.actions.live().count()}
        if is_fragment(request):
            return render(request, "plans/choice_archive.html#confirm", context)
        return render(request, "plans/choice_archive.html", plan_page_context(access, request, "plan", **context))
    choice.archive(by=request.user, at=request.at)
    undo_url = reverse("plans:choice_restore", args=[plan_id, choice.pk])
    response = archived(request, access, lambda: _rows(request, access), name=choice.short_name, undo_url=undo_url)
    return trigger(response, dialogClose={}) if is_fragment(request) else response


@require_POST
def choice_restore(request: Request, plan_id: int, choice_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    access.require(access.may_edit_plan)
    choice = get_object_or_404(access.plan.choices, pk=choice_id)
    if asked := come_back(request, access, choice, name=choice.short_name):
        return asked
    to = reverse("plans:plan_page", args=[plan_id]) + f"#choice-{choice.pk}"
    return saved(request, to, _("“%(name)s” is back on the plan.") % {"name": choice.short_name})
