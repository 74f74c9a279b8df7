"""Pages of what goes out of a plan and comes in."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ogsm.pdf import file_name
from ogsm.request import Request
from plans.access import plan_for

from .writer import actions_workbook, plan_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def plan_xlsx(request: Request, plan_id: int) -> HttpResponse:
    """The whole plan as a workbook, in the reader's language."""
    access = plan_for(request, plan_id)
    name = file_name(access.plan.name, on=request.on, ending="xlsx")
    return download(plan_workbook(access, request.on), name)


@require_safe
def actions_xlsx(request: Request, plan_id: int) -> HttpResponse:
    """The action plan as a workbook, in the reader's language."""
    access = plan_for(request, plan_id)
    name = file_name(access.plan.name, _("actions"), on=request.on, ending="xlsx")
    return download(actions_workbook(access, request.on), name)


def download(data: bytes, name: str, kind: str = XLSX) -> HttpResponse:
    """A file to save; kept by no cache."""
    shown = content_disposition_header(as_attachment=True, filename=name)
    response = HttpResponse(data, content_type=kind, headers={"Content-Disposition": shown})
    patch_cache_control(response, private=True, no_store=True)
    return response
