"""Indicators: on the one-page plan, and as a scorecard of values per period."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ogsm.pages import is_fragment, plan_page_context, saved, trigger
from ogsm.pieces import next_position
from ogsm.request import Request
from plans.access import PlanAccess, plan_for
from plans.forms import IndicatorForm
from plans.models import Choice, Indicator
from plans.scorecard import scorecard
from plans.sheet import IndicatorLine

from .choices import row_of
from .pieces import (
    ROWS,
    add_piece,
    archived,
    change_piece,
    come_back,
    piece_form,
    piece_shown,
    plan_address,
    retarget,
    told_saved,
)
from .places import piece_moved


def live_indicator(access: PlanAccess, indicator_id: int) -> Indicator:
    """A live indicator of this plan with its choice, or 404."""
    live = Indicator.objects.live().filter(choice__plan=access.plan, choice__archived_at=None)
    indicator = get_object_or_404(live.select_related("choice__owner", "entered_by"), pk=indicator_id)
    indicator.choice.plan = access.plan
    return indicator


def indicators_of(request: Request, access: PlanAccess, choice: Choice) -> HttpResponse:
    """The choice's rows of indicators on the plan page."""
    row = row_of(request, access, choice)
    response = render(request, f"{ROWS}#indicators", {"row": row, "plan": access.plan, "access": access})
    return retarget(response, f"#indicators-{choice.pk}")


@require_safe
def indicator_list(request: Request, plan_id: int) -> HttpResponse:
    """Four queries besides the page's own."""
    access = plan_for(request, plan_id)
    card = scorecard(access, request.on)
    context = plan_page_context(access, request, "indicators", plan=access.plan, card=card)
    return render(request, "plans/indicator_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def indicator_add(request: Request, plan_id: int, choice_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    choice = get_object_or_404(access.plan.choices.live(), pk=choice_id)
    access.require(access.may_define_indicator(choice))
    choice.plan = access.plan

    def create(**values: Any) -> Indicator:
        who = {"by": values.pop("by"), "at": values.pop("at")}
        indicator = Indicator(choice=choice, position=next_position(choice.indicators.all()), **values)
        indicator.record(**who)
        return indicator

    blank = Indicator(choice=choice, baseline_on=access.plan.starts_on, target_on=access.plan.ends_on)
    form, indicator = add_piece(request, access.plan, IndicatorForm, blank, create)
    if indicator is None:
        title = _("New indicator")
        return piece_form(request, access, form, title=title, piece_id=f"indicator-add-{choice.pk}", choice=choice)
    if is_fragment(request):
        return trigger(indicators_of(request, access, choice), planChanged={})
    return saved(request, plan_address(request, access, f"indicator-{indicator.pk}", choice.pk))


@require_http_methods(["GET", "HEAD", "POST"])
def indicator_edit(request: Request, plan_id: int, indicator_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    indicator = live_indicator(access, indicator_id)
    access.require(access.may_define_indicator(indicator.choice))
    form, changed = change_piece(request, IndicatorForm, indicator)
    anchor = f"indicator-{indicator.pk}"
    own_page = reverse("plans:indicator_page", args=[plan_id, indicator.pk])
    page = own_page if request.GET.get("from") == "indicator" else ""
    if changed is None:
        return piece_form(request, access, form, title=_("Indicator"), piece_id=anchor, wrap="tr", span=5, back=page)
    told = told_saved(request, access, form, changed.name)
    if page and not is_fragment(request):
        return saved(request, page, **told)
    changed.choice = indicator.choice
    context = {"line": IndicatorLine(changed, request.on), "may_define": True}
    return piece_shown(request, access, f"{ROWS}#indicator", context, anchor=anchor, **told)


@require_POST
def indicator_move(request: Request, plan_id: int, indicator_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    indicator = live_indicator(access, indicator_id)
    access.require(access.may_define_indicator(indicator.choice))
    siblings, anchor = indicator.choice.indicators.live(), f"indicator-{indicator.pk}"
    shown = lambda: indicators_of(request, access, indicator.choice)  # noqa: E731
    return piece_moved(request, access, indicator, siblings, shown, name=indicator.name, anchor=anchor)


@require_POST
def indicator_archive(request: Request, plan_id: int, indicator_id: int) -> HttpResponse:
    access = plan_for(request, plan_id)
    indicator = live_indicator(access, indicator_id)
    access.require(access.may_define_indicator(indicator.choice))
    indicator.archive(by=request.user, at=request.at)
    undo_url = reverse("plans:indicator_restore", args=[plan_id, indicator.pk])
    left = lambda: indicators_of(request, access, indicator.choice)  # noqa: E731
    return archived(request, access, left, name=indicator.name, undo_url=undo_url)


@require_POST
def indicator_restore(request: Request, plan_id: int, indicator_id: int) -> HttpResponse:
    """A choice that is archived itself comes back first."""
    access = plan_for(request, plan_id)
    indicator = get_object_or_404(
        Indicator.objects.filter(choice__plan=access.plan, choice__archived_at=None).select_related("choice"),
        pk=indicator_id,
    )
    access.require(access.may_define_indicator(indicator.choice))
    if asked := come_back(request, access, indicator, name=indicator.name):
        return asked
    to = reverse("plans:plan_page", args=[plan_id]) + f"#indicator-{indicator.pk}"
    return saved(request, to, _("“%(name)s” is back on the plan.") % {"name": indicator.name})
