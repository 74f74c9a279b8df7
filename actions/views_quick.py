"""An action added in its column, without leaving the board."""

from __future__ import annotations

from copy import copy

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ogsm.pages import form_status, is_fragment, posted, toast, trigger
from ogsm.request import Request
from plans.access import PlanAccess, plan_for

from .answers import redirect_back, selection_of_page
from .board import status_name
from .filters import Selection
from .models import Action
from .quick import QuickForm, column_of
from .views_edit import action_begun, action_made


@require_http_methods(["GET", "HEAD", "POST"])
def action_quick(request: Request, plan_id: int) -> HttpResponse:
    """The short form at the foot of a column; `?status=doing&lanes=choice&choice=3` say which. Saved, it asks for the
    next one, and the page fetches what is new on its board (`boardChanged`)."""
    access = plan_for(request, plan_id)
    access.require(access.may_add_action())
    if not is_fragment(request) and request.method != "POST":
        add = reverse("actions:action_add", args=[plan_id])
        return HttpResponseRedirect(f"{add}?{request.GET.urlencode()}")
    start = Selection.read(request.GET)
    first = action_begun(access, start)
    form = QuickForm(
        posted(request),
        instance=copy(first),
        initial={"responsible": start.person},
        access=access,
        on=request.on,
        key=column_of(start),
    )
    if request.method != "POST" or not form.is_valid():
        return _form(request, access, form)
    access.require(access.may_add_action(form.cleaned_data["choice"]))
    action = action_made(request, access, form, first.status)
    if not is_fragment(request):
        return redirect_back(request, access, action, _in_plan(action))
    form.ask_next()
    response = _form(request, access, form)
    selection = selection_of_page(request, access) or Selection()
    is_seen = selection.pick(Action.objects.filter(pk=action.pk), user_id=access.user.pk, on=request.on).exists()
    return toast(trigger(response, boardChanged={}), _in_plan(action, is_seen=is_seen))


def _in_plan(action: Action, *, is_seen: bool = True) -> str:
    facts = {"result": action.result, "column": status_name(action.status)}
    if is_seen:
        return _("“%(result)s” is in the plan, in %(column)s.") % facts
    return _("“%(result)s” is in the plan, in %(column)s. The filters of this board leave it out.") % facts


def _form(request: Request, access: PlanAccess, form: QuickForm) -> HttpResponse:
    form.point_at_first()
    column = status_name(form.instance.status)
    context = {"access": access, "form": form, "address": request.get_full_path(), "column": column}
    return render(request, "actions/_quick_form.html", context, status=form_status(form))
