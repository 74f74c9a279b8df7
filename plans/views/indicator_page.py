"""One indicator: what it is, its course as a chart, and everything that was entered of it."""

from __future__ import annotations

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ogsm import words
from ogsm.pages import plan_page_context
from ogsm.request import Request
from plans.access import plan_for
from plans.chart import chart_svg
from plans.measured import limits_in_words, measured
from plans.models import IndicatorValue
from plans.sheet import IndicatorLine
from plans.trend import trend

from .indicators import live_indicator


@require_safe
def indicator_page(request: Request, plan_id: int, indicator_id: int) -> HttpResponse:
    """Five queries besides the page's own, however many values there are."""
    access = plan_for(request, plan_id)
    indicator = live_indicator(access, indicator_id)
    values = IndicatorValue.objects.select_related("author").order_by("period")
    prefetch_related_objects([indicator], Prefetch("values", values))
    numbers = {choice.pk: choice for choice in access.plan.choices.numbered()}
    line, may_enter = IndicatorLine(indicator, request.on), access.may_enter_value(indicator)
    course = trend(indicator.facts, line.values, request.on)
    context = {
        "plan": access.plan,
        "indicator": indicator,
        "choice": numbers.get(indicator.choice_id, indicator.choice),
        "line": line,
        "period": line.reading.period and words.period_short(line.reading.period, indicator.frequency),
        "owed": line.owed and words.period_short(line.owed, indicator.frequency),
        "course": course,
        "chart": chart_svg(course, request.on, name=indicator.name, unit=indicator.unit, key=indicator.pk),
        "rows": measured(indicator, request.on, may_enter=may_enter),
        "served_by": indicator.served_by.live().select_related("responsible"),
        "limits": limits_in_words(indicator),
        "may_enter": may_enter,
        "may_define": access.may_define_indicator(indicator.choice),
    }
    return render(request, "plans/indicator_page.html", plan_page_context(access, request, "indicators", **context))
