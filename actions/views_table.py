"""The action plan: its page, one cell that is changed in place, many rows at once, and which columns are shown."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ogsm.pages import CONFLICT, INVALID, is_fragment, plan_page_context, posted, refusal, refuse_in_form, say, toast
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.locks import lock_plan
from plans.models import Choice
from plans.undo.acts import undo_address

from .answers import live_action
from .bulk import Outcome, change_many
from .columns import COLUMNS, EDITED, RESULT, STANDARD, keep_columns, shown_columns, with_columns
from .filters import filter_menus, whole_number
from .models import Action, StaleMove
from .querysets import percent_current
from .table import Table, may_change
from .table_forms import BulkForm, CellForm, StatusForm
from .table_selection import TableSelection, group_menu, period_menu
from .views import number_choices

PER_PAGE, MOST_AT_ONCE = 100, 200
REFUSED = "actions_not_changed"  # in the session, until the table is shown again


@require_safe
def action_list(request: Request, plan_id: int) -> HttpResponse:
    """The action plan as a table, 100 rows a page; for HTMX the part below the plan's header."""
    access = plan_for(request, plan_id)
    selection = TableSelection.read(request.GET)
    refused = request.session.pop(REFUSED, {})
    context = plan_page_context(
        access,
        request,
        "actions",
        **_rows(request, access, selection),
        selection=selection,
        period=period_menu(selection),
        group_menu=group_menu(selection),
        refused=refused.get("rows"),
        is_undo=refused.get("is_undo"),
        has_own_columns=bool(request.user.action_columns),
        may_add=access.may_add_action(),
    )
    response = render(request, "actions/action_list.html" + ("#page" if is_fragment(request) else ""), context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _rows(request: Request, access: PlanAccess, selection: TableSelection) -> dict[str, Any]:
    """One page of what was picked, in groups, with the totals of all of it. Ten queries or so, whatever was picked."""
    picked = selection.pick(Action.objects.filter(plan=access.plan), user_id=request.user.pk, on=request.on)
    columns = shown_columns(request.user.action_columns)
    rows = with_columns(selection.order(picked), columns).select_related("responsible")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    choices = access.plan.choices.numbered()
    number_choices(page.object_list, choices)
    people = access.people
    totals = picked.order_by().figures(request.on)
    counts = selection.group_counts(picked) if selection.group else {}
    groups = Table(access, columns, on=request.on).groups(page.object_list, selection, counts, page.start_index())
    may_tick = any(row.may_tick for group in groups for row in group.rows)
    return {
        "page": page,
        "groups": groups,
        "columns": _heads(selection, columns),
        "column_choice": _column_choice(columns),
        "width": len(columns) + may_tick,
        "may_tick": may_tick,
        "bulk_form": BulkForm(access=access, on=request.on) if may_tick else None,
        "totals": totals,
        "percent_current": percent_current(totals),
        "back": _address_of(selection, page.number),
        "menus": filter_menus(selection, people=people, choices=choices, with_status=True),
    }


def _heads(selection: TableSelection, columns: Iterable[Any]) -> list[dict[str, Any]]:
    """The heads of the table: label, link that sorts by it (or turns the order), and how it is sorted now."""
    now, heads = selection.sort or "choice", []
    for column in columns:
        turned = f"-{column.name}" if now == column.name else column.name
        order = {column.name: "ascending", f"-{column.name}": "descending"}.get(now, "")
        heads.append({
            "name": column.name, "label": column.label, "href": selection.address(sort=turned), "order": order,
        })  # fmt: skip
    return heads


def _column_choice(shown: list[Any]) -> list[tuple[Any, bool]]:
    """Every column that can be left out, and whether it is shown."""
    return [(column, column in shown) for column in COLUMNS if column.name != RESULT]


def _address_of(selection: TableSelection, page: int) -> str:
    address = selection.address()
    return f"{address}&page={page}" if page > 1 else address


def _back_to_table(request: Request, access: PlanAccess) -> HttpResponse:
    """The table as it was picked: `back` is the query of its page."""
    query = QueryDict(request.POST.get("back", "").removeprefix("?")[:2000])
    address = _address_of(TableSelection.read(query), whole_number(query.get("page")) or 1)
    return HttpResponseRedirect(reverse("actions:action_list", args=[access.plan.pk]) + address)


@require_POST
def action_columns(request: Request, plan_id: int) -> HttpResponse:
    """Which columns this person sees from now on, in every plan; `standard` goes back to those of everybody."""
    access = plan_for(request, plan_id)
    keep_columns(request.user, STANDARD if "standard" in request.POST else request.POST.getlist("column"))
    return _back_to_table(request, access)


@require_http_methods(["GET", "HEAD", "POST"])
def action_cell(request: Request, plan_id: int, action_id: int) -> HttpResponse:
    """One field (`?field=deadline`) in its cell: its form, and after saving the row. 409 shows both values when
    somebody else changed this field meanwhile. Without HTMX the action's page, where everything can be done."""
    access = plan_for(request, plan_id)
    if request.method == "POST":
        lock_plan(plan_id)
    action, field = live_action(access, action_id), request.GET.get("field", "status")
    if field not in EDITED:
        raise Http404
    access.require(may_change(access, action, field))
    if not is_fragment(request) and request.method != "POST":
        return HttpResponseRedirect(action.get_absolute_url())
    if field == "status":
        return _status_cell(request, access, action)
    form = CellForm(posted(request), instance=copy(action), access=access, on=request.on, field=field)
    if request.method == "POST" and form.is_valid() and not form.conflicts:
        try:
            changed = action.edit(by=request.user, at=request.at, why=form.why, **form.values)
        except ValidationError as error:
            refuse_in_form(form, error)
        else:
            return _saved_row(request, access, action, undo_address(plan_id, request.at) if changed else None)
    form.show_theirs(action)
    status = 200 if not form.is_bound else CONFLICT if form.conflicts and not form.errors else INVALID
    return _cell_answer(request, action, form, field, status)


def _status_cell(request: Request, access: PlanAccess, action: Action) -> HttpResponse:
    """The column of a card is its place: moved by the board's own verb, with the version that was seen."""
    now = {"status": action.status, "version": action.version}
    form = StatusForm(posted(request), initial=now, auto_id=f"cell-{action.pk}-%s")
    if not form.is_bound:
        return _cell_answer(request, action, form, "status", 200)
    if not form.is_valid():
        return _cell_answer(request, action, form, "status", INVALID)
    undo = None
    try:
        if action.move_to(**form.cleaned_data, by=request.user, at=request.at):
            undo = undo_address(access.plan.pk, request.at)
    except StaleMove:
        last = action.history.select_related("history_user").first()
        again = StatusForm(
            {"status": form.cleaned_data["status"], "version": action.version}, auto_id=f"cell-{action.pk}-%s"
        )
        again["status"].theirs = action.get_status_display()  # type: ignore[attr-defined]
        again.conflicts, again.theirs_by = ["status"], last and last.history_user  # type: ignore[attr-defined]
        return _cell_answer(request, action, again, "status", CONFLICT)
    except ValidationError as error:
        form.add_error(None, refusal(error))
        return _cell_answer(request, action, form, "status", INVALID)
    return _saved_row(request, access, action, undo)


def _cell_answer(request: Request, action: Action, form: Any, field: str, status: int) -> HttpResponse:
    address = f"{reverse('actions:action_cell', args=[action.plan_id, action.pk])}?field={field}"
    context = {"form": form, "action": action, "address": address, "column": EDITED[field]}
    return render(request, "actions/_table_cell.html", context, status=status)


def _saved_row(request: Request, access: PlanAccess, action: Action, undo: str | None) -> HttpResponse:
    text = _("“%(result)s” is saved.") % {"result": action.result}
    if not is_fragment(request):
        say(request, text, undo)
        return HttpResponseRedirect(action.get_absolute_url())
    return toast(row_answer(request, access, action), text, undo)


def row_answer(request: Request, access: PlanAccess, action: Action, *, status: int = 200) -> HttpResponse:
    """The row as it is now, in the reader's columns, wherever it now would stand in the table."""
    columns = shown_columns(request.user.action_columns)
    rows = with_columns(Action.objects.filter(pk=action.pk).for_display(request.on), columns)
    shown = get_object_or_404(rows)
    number_choices([shown], Choice.objects.filter(plan=access.plan).numbered())
    row = Table(access, columns, on=request.on).row(shown)
    return render(request, "actions/_table_row.html", {"row": row, "may_tick": True}, status=status)


@require_POST
def action_bulk(request: Request, plan_id: int) -> HttpResponse:
    """One change for all ticked rows, in one transaction; back on the table those that stayed as they were are named.
    422 with the form on a page of its own while something is missing."""
    access = plan_for(request, plan_id)
    access.require(access.takes_part and access.plan.is_open)
    ids = [number for number in map(whole_number, request.POST.getlist("action")[:MOST_AT_ONCE]) if number]
    lock_plan(plan_id)
    actions = list(access.plan.actions.live().filter(pk__in=ids).select_related("plan", "choice", "responsible"))
    form = BulkForm(request.POST, access=access, on=request.on)
    if not actions or not form.is_valid():
        context = plan_page_context(
            access, request, "actions", form=form, actions=actions, back=request.POST.get("back", "")
        )
        return render(request, "actions/action_bulk.html", context, status=INVALID)
    outcome = change_many(access, actions, form.cleaned_data, on=request.on, at=request.at)
    say(request, _what_happened(outcome), undo_address(plan_id, request.at) if outcome.changed else None)
    if outcome.refused:
        request.session[REFUSED] = {"rows": [(action.result, why) for action, why in outcome.refused]}
    return _back_to_table(request, access)


def _what_happened(outcome: Outcome) -> str:
    number = len(outcome.changed)
    text = ngettext("%(number)d action is changed.", "%(number)d actions are changed.", number) % {"number": number}
    if outcome.refused:
        left = len(outcome.refused)
        text += " " + ngettext("%(left)d could not be.", "%(left)d could not be.", left) % {"left": left}
    return text
