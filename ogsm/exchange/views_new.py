"""A new plan from a workbook: choose the file, look at what it holds and say who is who, make the plan."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ogsm.accounts.models import User
from ogsm.pages import INVALID, just_made, refusal, saved
from ogsm.request import Request
from ogsm.write_queue import write_queue
from plans.models import Plan

from .layout import CHOICES, PARTICULARS
from .making import plan_from_workbook
from .new_forms import NewPlanForm
from .new_plan import NewPlan, new_plan
from .opening import NoWorkbook, Refused, open_file
from .uploads import GONE, Upload, keep, kept

NO_PLAN = 0  # what the file is kept for
CHOOSE, PREVIEW = "exchange/plan_from_workbook.html", "exchange/plan_from_workbook_preview.html"


@require_http_methods(["GET", "HEAD", "POST"])
def plan_from_file(request: Request) -> HttpResponse:
    """Choosing the file; with `?file=` what would become of it. Writes nothing."""
    _require(request)
    if request.method == "POST":
        return _chosen(request)
    if "file" not in request.GET:
        return _choose(request)
    upload = _kept(request, request.GET["file"])
    if upload is None:
        return _choose(request, str(GONE))
    return _preview(request, upload, _read(request, upload, request.GET))


@require_POST
def plan_from_file_make(request: Request) -> HttpResponse:
    """The plan with its maker as owner; sent twice it is the same one. With `do=look` what the answers change."""
    _require(request)
    upload = _kept(request, request.POST.get("file", ""))
    if upload is None:
        return _choose(request, str(GONE), INVALID)
    found = _read(request, upload, request.POST)
    form = NewPlanForm(request.POST, found=found, on=request.on, organisation=settings.ORGANISATION_NAME)
    if not form.is_valid():
        return _preview(request, upload, found, form=form, status=INVALID)
    if request.POST.get("do") == "look":
        return _preview(request, upload, found, form=form)
    plan = _made_once(request, upload, found, form.cleaned_data)
    return saved(request, plan, _("The plan is made from %(file)s. It is a draft.") % {"file": upload.name})


def _made_once(request: Request, upload: Upload, found: NewPlan, particulars: dict[str, Any]) -> Plan:
    with write_queue(), transaction.atomic():
        User.objects.select_for_update().get(pk=request.user.pk)  # race: the form is sent twice at once
        same = {**particulars, "history_change_reason": upload.reason}
        made = just_made(request, Plan.objects.live(), same)
        who: dict[str, Any] = {"by": request.user, "at": request.at}
        return made or plan_from_workbook(found, particulars, reason=upload.reason, **who)


def _require(request: Request) -> None:
    if not request.user.may_create_plans:
        raise PermissionDenied


def _kept(request: Request, token: str) -> Upload | None:
    upload = kept(token, plan_id=NO_PLAN, user_id=request.user.pk)
    return upload if upload and upload.sheets else None


def _read(request: Request, upload: Upload, answers: Any) -> NewPlan:
    return new_plan(upload, request.user, request.on, answers)


def _choose(request: Request, error: str = "", status: int = 200) -> HttpResponse:
    return render(request, CHOOSE, {"error": error}, status=status)


def _chosen(request: Request) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        return _choose(request, _("Choose a file first."), INVALID)
    try:
        upload = keep(str(file.name), open_file(file), plan_id=NO_PLAN, user_id=request.user.pk)
        if not {sheet.kind for sheet in upload.sheets} & {PARTICULARS, CHOICES}:
            raise Refused(_no_plan())
    except NoWorkbook:
        return _choose(request, _no_plan(), INVALID)
    except ValidationError as error:
        return _choose(request, refusal(error), INVALID)
    return HttpResponseRedirect(f"{reverse('new_plan:plan_from_file')}?file={upload.token}")


def _no_plan() -> str:
    return _("This is no workbook of a plan. A list of actions comes in once there is a plan with a choice in it.")


def _preview(
    request: Request, upload: Upload, found: NewPlan, *, form: NewPlanForm | None = None, status: int = 200
) -> HttpResponse:
    form = form or NewPlanForm(found=found, on=request.on, organisation=settings.ORGANISATION_NAME)
    return render(request, PREVIEW, {"upload": upload, "found": found, "form": form}, status=status)
