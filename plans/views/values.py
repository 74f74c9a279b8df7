"""Entering and correcting the value of a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ogsm import words
from ogsm.pages import form_status, is_fragment, plan_page_context, refuse_in_form, saved, toast, trigger
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.forms import ValueForm
from plans.models import Indicator
from plans.scorecard import column_periods, score_line
from plans.sheet import IndicatorLine

from .indicators import live_indicator
from .pieces import ROWS, retarget, show_theirs

DIALOG = "dialog-body"
LIST = "plans/indicator_list.html"


def _asked_period(request: Request) -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.GET.get("period", ""))
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def value_enter(request: Request, plan_id: int, indicator_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    indicator = live_indicator(access, indicator_id)
    access.require(access.may_enter_value(indicator))
    return value_answer(request, access, indicator, _shown)


def value_answer(
    request: Request,
    access: PlanAccess,
    indicator: Indicator,
    shown: Callable[[Request, PlanAccess, Indicator, ValueForm], HttpResponse],
    **page: Any,
) -> HttpResponse:
    """The form of a value, asked and answered, and what `shown` makes of it once it is entered. `page`: for a form that
    stands elsewhere than in the plan, its address (`here`), the way `back`, and what its page needs."""
    if request.method != "POST":
        form = ValueForm(indicator=indicator, on=request.on, period=_asked_period(request))
        return _form(request, access, form, **page)
    with transaction.atomic():
        Indicator.objects.select_for_update().get(pk=indicator.pk)
        form = ValueForm(request.POST, indicator=indicator, on=request.on)
        if form.is_valid() and not form.conflicts and _entered(request, form):
            return shown(request, access, indicator, form)
    show_theirs(form, form.instance, unit=indicator.unit)
    return _form(request, access, form, **page)


def _entered(request: Request, form: ValueForm) -> bool:
    try:
        form.indicator.enter(by=request.user, at=request.at, **form.answers)
    except ValidationError as error:
        refuse_in_form(form, error)
        return False
    return True


def _form(request: Request, access: PlanAccess, form: ValueForm, **page: Any) -> HttpResponse:
    indicator = form.indicator
    context = {
        "form": form,
        "indicator": indicator,
        "line": IndicatorLine(indicator, request.on),
        "plan": access.plan,
        "may_enter": True,
        "here": reverse("plans:value_enter", args=[access.plan.pk, indicator.pk]),
        "back": reverse("plans:indicator_list", args=[access.plan.pk]),
        **page,
    }
    status = form_status(form)
    if not is_fragment(request):
        context = context if "page_base" in page else plan_page_context(access, request, "indicators", **context)
        return render(request, "plans/value_enter.html", context, status=status)
    partial = "dialog" if request.htmx.target == DIALOG else "row"
    return render(request, f"plans/value_enter.html#{partial}", {**context, "in_place": True}, status=status)


def _other_page(request: Request, access: PlanAccess) -> str:
    """Address of the page the dialog stands on, when that is not the plan page; '' when it is, or is not known."""
    page = request.htmx.current_url_abs_path or ""
    return "" if urlsplit(page).path == reverse("plans:plan_page", args=[access.plan.pk]) else page


def entered_words(indicator: Indicator, form: ValueForm) -> str:
    """'Omzet, mei 2026: 1.250'."""
    return _("%(name)s, %(period)s: %(value)s") % {
        "name": indicator.name,
        "period": words.period_short(form.answers["period"], indicator.frequency),
        "value": words.quantity(form.answers["value"], indicator.unit),
    }


def _shown(request: Request, access: PlanAccess, indicator: Indicator, form: ValueForm) -> HttpResponse:
    """The row with its new value: of the plan page when the dialog asked, else of the scorecard."""
    text = entered_words(indicator, form)
    if not is_fragment(request):
        return saved(request, reverse("plans:indicator_list", args=[access.plan.pk]) + f"#score-{indicator.pk}", text)
    context = {"access": access, "plan": access.plan}
    if request.htmx.target == DIALOG and (elsewhere := _other_page(request, access)):
        return saved(request, elsewhere, text)
    if request.htmx.target == DIALOG:
        may_define = access.may_define_indicator(indicator.choice)
        context |= {"line": IndicatorLine(indicator, request.on), "may_define": may_define}
        response = retarget(render(request, f"{ROWS}#indicator", context), f"#indicator-{indicator.pk}")
        return toast(trigger(response, dialogClose={}), text)
    live = Indicator.objects.live().filter(choice__plan=access.plan, choice__archived_at=None)
    unit, columns = column_periods(live, request.on)
    context["line"] = score_line(access, indicator, request.on, unit, columns)
    return toast(render(request, f"{LIST}#score", context), text)
