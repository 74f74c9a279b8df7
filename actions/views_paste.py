"""Rows copied from a spreadsheet become actions: paste, look at what was understood, add."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ogsm.pages import DOUBLE_SUBMIT, INVALID, plan_page_context, saved
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.forms import people_of
from plans.locks import lock_plan
from plans.steps import address_after, help_of

from .models import Action
from .paste import MOST_COLUMNS, MOST_ROWS, TooMuch
from .paste_sheet import PasteSheet, Row

MOST_REMEMBERED = 20
LONGEST_NAME = 80


@require_http_methods(["GET", "HEAD", "POST"])
def actions_paste(request: Request, plan_id: int) -> HttpResponse:
    """The field to paste in, then the preview, then the actions. `?choice=3` is where rows without a choice go."""
    access = plan_for(request, plan_id)
    access.require(access.may_add_action())
    if request.method != "POST" or request.POST.get("do") == "again":
        return paste_page(request, access, text=request.POST.get("text", ""))
    lock_plan(plan_id)
    try:
        sheet = paste_sheet_of(request, access, {**request.GET.dict(), **request.POST.dict()})
    except TooMuch as error:
        return paste_page(request, access, text=request.POST.get("text", ""), error=too_much(error), status=INVALID)
    if not sheet.table:
        nothing = _("There are no rows here yet. Copy them in your spreadsheet and paste them in this field.")
        return paste_page(request, access, text=sheet.text, error=nothing, status=INVALID)
    if request.POST.get("do") != "add":
        return paste_page(request, access, sheet=sheet)
    if not sheet.ticked:
        return paste_page(request, access, sheet=sheet, note=_("Nothing is ticked. Tick the rows to add."))
    if not sheet.is_as_offered:
        return paste_page(request, access, sheet=sheet, note=_("This is what it has become. Have a look, then add."))
    _remember(access, sheet)
    return _added(request, access, sheet.ticked)


def _remember(access: PlanAccess, sheet: PasteSheet) -> None:
    """What this person takes the columns of a list with these heads for, in this plan; of the last twenty lists."""
    membership = access.membership
    if not sheet.header_key or membership.list_columns.get(sheet.header_key) == sheet.kinds:
        return
    others = {key: kinds for key, kinds in membership.list_columns.items() if key != sheet.header_key}
    membership.list_columns = dict([*others.items(), (sheet.header_key, sheet.kinds)][-MOST_REMEMBERED:])
    membership.save(update_fields=["list_columns"])


def paste_sheet_of(request: Request, access: PlanAccess, data: dict[str, Any]) -> PasteSheet:
    """With the columns as this person last chose them for a list with the same heads. Three queries. TooMuch when it
    is more than is read at once."""
    return PasteSheet(
        data,
        people={person.pk: person for person in people_of(access.plan)},
        choices=[choice for choice in access.plan.choices.numbered() if access.may_add_action(choice)],
        there=access.plan.actions.live().values_list("choice", "result"),
        on=request.on,
        is_draft=access.plan.is_draft,
        remembered=access.membership.list_columns,
    )


def paste_page(
    request: Request, access: PlanAccess, *, sheet: PasteSheet | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    context = plan_page_context(access, request, "actions", plan=access.plan, sheet=sheet, **more)
    context |= {
        "most_rows": MOST_ROWS,
        "guide_help": help_of(request.GET.get("guide", "")),
        "back": _back(request, access),
    }
    context.setdefault("file_name", _file_name(request))
    context["has_choices"] = sheet is not None or access.plan.choices.live().exists()
    return render(request, "actions/actions_paste.html", context, status=status)


def too_much(error: TooMuch) -> str:
    if error.kind == "rows":
        return _("At most %(most)d rows at once. Paste them in parts.") % {"most": MOST_ROWS}
    if error.kind == "columns":
        return _("At most %(most)d columns. Copy only those of the actions.") % {"most": MOST_COLUMNS}
    return _("This is more than 200 kB. Paste it in parts.")


def _file_name(request: Request) -> str:
    """Of the file that the rows came out of; '' when they were pasted."""
    name = "".join(letter for letter in request.POST.get("file_name", "") if letter.isprintable())
    return name.strip()[:LONGEST_NAME]


def _back(request: Request, access: PlanAccess) -> str:
    """Where one came from: the plan page, at the step that is guided; else the action plan."""
    step = address_after(request.GET.get("guide", ""), request.GET.get("choice", ""))
    if step or request.GET.get("from") == "plan":
        return reverse("plans:plan_page", args=[access.plan.pk]) + step
    return reverse("actions:action_list", args=[access.plan.pk])


def _added(request: Request, access: PlanAccess, rows: Sequence[Row]) -> HttpResponse:
    """All of them or none: the request is one transaction. Sent twice they are made once. Queries grow with them."""
    made = _just_pasted(request, access)
    why = _("From %(file)s") % {"file": file_name} if (file_name := _file_name(request)) else ""
    for row in rows:
        if _mark(row.values["result"], row.values["choice"].pk, row.values["responsible"].pk) not in made:
            values = {("starts_on" if kind == "start" else kind): value for kind, value in row.values.items()}
            Action.create(by=request.user, at=request.at, why=why, plan=access.plan, **values)
    text = ngettext("%(count)d action added.", "%(count)d actions added.", len(rows)) % {"count": len(rows)}
    return saved(request, _back(request, access), text)


def _just_pasted(request: Request, access: PlanAccess) -> set[tuple[str, int, int]]:
    """The actions this person made a moment ago: a form that was sent twice finds its own. One query."""
    recent = Action.history.filter(
        plan=access.plan,
        history_type="+",
        history_user=request.user,
        history_date__gte=request.at - DOUBLE_SUBMIT,
        archived_at=None,
    )
    return {_mark(*found) for found in recent.values_list("result", "choice", "responsible")}


def _mark(result: str, choice_id: int, responsible_id: int) -> tuple[str, int, int]:
    return result, choice_id, responsible_id
