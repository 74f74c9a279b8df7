"""The plan to take along: one page to hang on the wall."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from ogsm.pdf import NoPango, file_name, no_pdf_answer, pdf_answer, render_pdf
from ogsm.request import Request
from plans.access import plan_for
from plans.sheet import paper_of, plan_rows

from .goals import goals_context
from .page import origin_of

PLAN_PDF = "plans/plan_pdf.html"


@require_safe
def plan_pdf(request: Request, plan_id: int) -> HttpResponse:
    """The whole plan on one A3, in smaller type where it needs that; two pages when even that does not do. At most 12
    queries, however long the plan is."""
    access = plan_for(request, plan_id)
    rows = plan_rows(access, request.on)
    context = {**goals_context(access), "rows": rows, "origin": origin_of(access)}
    context["is_tight"] = paper_of(access.plan, context["goals"], rows).is_tight
    try:
        pdf = render_pdf(request, PLAN_PDF, context)
        if pdf.pages > 1 and not context["is_tight"]:
            pdf = render_pdf(request, PLAN_PDF, {**context, "is_tight": True})
    except NoPango:
        return no_pdf_answer(request, access.plan.get_absolute_url())
    return pdf_answer(pdf, file_name(access.plan.name, on=request.on))
