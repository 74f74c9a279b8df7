"""A workbook, or a list of somebody's own, comes in: choose the file, look at what it would change, take that over."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from actions.paste import TooMuch
from actions.views_paste import paste_page, paste_sheet_of, too_much
from ogsm.middleware import reads_first
from ogsm.pages import CONFLICT, INVALID, plan_page_context, refusal, saved
from ogsm.request import Request
from ogsm.write_queue import write_queue
from plans.access import PlanAccess, plan_for

from . import layout
from .difference import Difference, Fault, Sheet, difference
from .opening import Refused, open_file
from .taking import NotTaken, take_over
from .uploads import GONE, Upload, forget, keep, kept

CHOOSE, PREVIEW = "exchange/plan_import.html", "exchange/plan_import_preview.html"
LONGEST_REASON = 900


@reads_first
@require_http_methods(["GET", "HEAD", "POST"])
def plan_import(request: Request, plan_id: int) -> HttpResponse:
    """Choosing the file; with `?file=` what it would change. The file itself is read before anything is locked."""
    access = _access(request, plan_id)
    access.require(access.takes_part and access.plan.is_open)
    if request.method == "POST":
        return _chosen(request, access)
    if "file" not in request.GET:
        return _choose(request, access)
    upload = _kept(request, access, request.GET["file"])
    if upload is None:
        return _choose(request, access, str(GONE))
    if upload.sheets:
        return _preview(request, access, upload, difference(access, upload.sheets, request.on))
    return _list(request, access, upload)


@require_POST
def plan_import_take(request: Request, plan_id: int) -> HttpResponse:
    """What was ticked, all or nothing. 409 with a second look when the plan was changed since the first; 422 while
    something of it cannot be done."""
    access = plan_for(request, plan_id)
    access.require(access.takes_part and access.plan.is_open)
    upload = _kept(request, access, request.POST.get("file", ""))
    if upload is None or not upload.sheets:
        return _choose(request, access, str(GONE), status=INVALID)
    found, ticked = difference(access, upload.sheets, request.on), set(request.POST.getlist("take"))
    why = " ".join(request.POST.get("why", "").split())[:LONGEST_REASON]
    again: dict[str, Any] = {"ticked": ticked, "why": why}
    if request.POST.get("seen") != found.seen:
        note = _("The plan was changed since you looked. This is what the workbook would change now: look once more.")
        return _preview(request, access, upload, found, note=note, status=CONFLICT, why=why)
    if not ticked:
        return _preview(request, access, upload, found, note=_("Nothing is ticked."), status=INVALID, **again)
    because = f"{why} ({upload.reason})" if why else upload.reason
    try:
        count = take_over(access, found, ticked, reason=upload.reason, moved_because=because, at=request.at)
    except NotTaken as error:
        note = _("Nothing is brought in yet: part of it cannot be done. Take off those ticks, or change the workbook.")
        return _preview(request, access, upload, found, note=note, refused=error.faults, status=INVALID, **again)
    forget(upload, plan_id=access.plan.pk, user_id=request.user.pk)
    text = ngettext("%(count)d change brought in from %(file)s.", "%(count)d changes brought in from %(file)s.", count)
    page = reverse(_page_of(found, ticked), args=[plan_id])
    return saved(request, page, text % {"count": count, "file": upload.name})


def _access(request: Request, plan_id: int) -> PlanAccess:
    """The plan and the reader's place in it, not locked for longer than it takes to ask."""
    if request.method != "POST":
        return plan_for(request, plan_id)
    with write_queue(), transaction.atomic():
        return plan_for(request, plan_id)


def _kept(request: Request, access: PlanAccess, token: str) -> Upload | None:
    return kept(token, plan_id=access.plan.pk, user_id=request.user.pk)


def _page_of(found: Difference, ticked: set[str]) -> str:
    """Where what was taken over is seen best."""
    kinds = {row.kind for row in found.rows if row.key in ticked or any(each.key in ticked for each in row.changes)}
    if layout.ACTIONS in kinds:
        return "actions:action_list"
    return "plans:indicator_list" if kinds == {layout.INDICATORS} else "plans:plan_page"


# ---- choosing ----
def _choose(request: Request, access: PlanAccess, error: str = "", status: int = 200) -> HttpResponse:
    context = plan_page_context(access, request, "plan", plan=access.plan, error=error)
    return render(request, CHOOSE, context, status=status)


def _chosen(request: Request, access: PlanAccess) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        return _choose(request, access, _("Choose a file first."), INVALID)
    try:
        upload = keep(str(file.name), open_file(file), plan_id=access.plan.pk, user_id=request.user.pk)
        _look_through(access, upload)
    except ValidationError as error:
        return _choose(request, access, refusal(error), INVALID)
    address = reverse("exchange:plan_import", args=[access.plan.pk])
    return HttpResponseRedirect(f"{address}?file={upload.token}")


def _look_through(access: PlanAccess, upload: Upload) -> None:
    """Refused when there is nothing in it for this plan, or not from this person."""
    born = layout.birth_mark(access.plan)
    if any(not sheet.is_of(access.plan, born) for sheet in upload.sheets):
        raise Refused(
            _("This is the workbook of another plan. Open that plan and choose it there, or make a new plan of it.")
        )
    if upload.sheets:
        return
    if not any(grid.rows for grid in upload.grids):
        raise Refused(_("There is nothing on the sheets of this workbook."))
    if not access.may_add_action():
        raise Refused(
            _("This is no workbook of this plan, and adding actions from a list is for who leads the plan or a choice.")
        )
    if not access.plan.choices.live().exists():
        raise Refused(_("First a strategic choice: every action belongs to one. Write those, then come back here."))


# ---- looking ----
def _preview(
    request: Request, access: PlanAccess, upload: Upload, found: Difference, *, status: int = 200, note: str = "",
    ticked: set[str] | None = None, why: str = "", refused: list[Fault] | None = None,
) -> HttpResponse:  # fmt: skip
    context = plan_page_context(access, request, "plan", plan=access.plan, upload=upload, found=found)
    context |= {
        "note": note,
        "why": why,
        "refused": refused or [],
        "ticked": _ticked_at_first(found) if ticked is None else ticked,
        "asks_why": found.moves_deadline and not access.plan.is_draft,
        "sheets": _sheet_names(upload.sheets),
    }
    return render(request, PREVIEW, context, status=status)


def _sheet_names(sheets: list[Sheet]) -> list[str]:
    return [sheet.grid.name for sheet in sheets]


def _ticked_at_first(found: Difference) -> set[str]:
    """All but what somebody changed in the plan meanwhile, and what is there already."""
    new = {row.key for row in found.additions if not row.is_double}
    return new | {change.key for row in found.changed for change in row.changes if not change.meanwhile}


def _list(request: Request, access: PlanAccess, upload: Upload) -> HttpResponse:
    """A list of somebody's own goes on as rows that were pasted: their columns, people and days are asked there."""
    access.require(access.may_add_action())
    try:
        sheet = paste_sheet_of(request, access, {"text": upload.list_text()})
    except TooMuch as error:
        return _choose(request, access, too_much(error), INVALID)
    if not sheet.table:
        return _choose(request, access, _("There are no rows below the heads of this list."), INVALID)
    address = reverse("actions:actions_paste", args=[access.plan.pk])
    note = _other_lists(upload)
    return paste_page(request, access, sheet=sheet, paste_address=address, note=note, file_name=upload.name)


def _other_lists(upload: Upload) -> str:
    """That there are more sheets than the one that is read; '' when there are none."""
    if not (others := upload.other_lists):
        return ""
    read = upload.list_grid.name if upload.list_grid else ""
    known = {"sheet": read, "others": ", ".join(others[:5])}
    return _("Only the sheet ‘%(sheet)s’ is read here. Not read: %(others)s.") % known
