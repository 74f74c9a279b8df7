"""A plan goes out as plan.json; a plan.json is chosen, looked at, and becomes a new plan."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ogsm.accounts.models import User
from ogsm.pages import INVALID, refusal, saved
from ogsm.pdf import file_name
from ogsm.request import Request
from ogsm.write_queue import write_queue
from plans.access import plan_for
from plans.models import Plan

from ..uploads import GONE
from ..views import download
from .contents import Contents
from .forms import PeopleForm
from .kept import Kept, keep, kept_file, remember
from .opening import MOST_BYTES, Faulty, Refused, open_plan
from .reading import plan_bring
from .writing import plan_json as written

CHOOSE, PREVIEW = "exchange/plan_bring.html", "exchange/plan_bring_preview.html"
JSON = "application/json"
log = logging.getLogger(__name__)


@require_safe
def plan_json(request: Request, plan_id: int) -> HttpResponse:
    """The whole plan, to keep or to bring in elsewhere."""
    access = plan_for(request, plan_id)
    name = file_name(access.plan.name, on=request.on, ending="json")
    return download(written(access.plan), name, JSON)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_bring_in(request: Request) -> HttpResponse:
    """Choosing the file; with `?file=` what is in it."""
    _require_maker(request)
    if request.method == "POST":
        return _chosen(request)
    if "file" not in request.GET:
        return _choose(request)
    kept = kept_file(request.GET["file"], user_id=request.user.pk)
    if kept is None:
        return _choose(request, error=str(GONE))
    if kept.made:
        return redirect("plans:plan_page", kept.made)
    try:
        return _preview(request, kept)
    except Refused as error:
        return _choose(request, error=refusal(error), status=INVALID)


@require_POST
def plan_bring_take(request: Request) -> HttpResponse:
    """A new plan of what was looked at, all or nothing. Sent twice it is the same plan."""
    _require_maker(request)
    kept = kept_file(request.POST.get("file", ""), user_id=request.user.pk)
    if kept is None:
        return _choose(request, error=str(GONE), status=INVALID)
    if kept.made:
        return redirect("plans:plan_page", kept.made)
    try:
        contents = Contents.of(open_plan(kept.data))
    except Refused as error:
        return _choose(request, error=refusal(error), status=INVALID)
    form = PeopleForm(request.POST, contents=contents, user=request.user)
    if not form.is_valid():
        return _preview(request, kept, form, status=INVALID)
    try:
        plan = _make(request, kept, contents, form)
    except DatabaseError as error:
        log.warning("a plan.json was refused by the database: %s", type(error).__name__)
        problem = _("This file cannot be taken in as it is. Nothing was made.")
        return _preview(request, kept, form, problem=problem, status=INVALID)
    return saved(request, plan, _("The plan is here, with all that was in the file."))


def _require_maker(request: Request) -> None:
    if not request.user.may_create_plans:
        raise PermissionDenied


def _make(request: Request, kept: Kept, contents: Contents, form: PeopleForm) -> Plan:
    """In one transaction; a maker's requests wait for each other."""
    user = request.user
    with write_queue(), transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        again = kept_file(kept.token, user_id=user.pk)
        if again and again.made:
            return Plan.objects.get(pk=again.made)
        plan = plan_bring(
            contents.opened.file, form.people(request.at), by=user, at=request.at, reason=kept.reason, owner=user,
            origin=contents.origin(_visible(request)), archived=form.cleaned_data["archived"],
        )  # fmt: skip
        remember(kept, plan.pk, user_id=user.pk)  # race: whoever waits for the lock has to know
    return plan


def _visible(request: Request) -> Any:
    return Plan.objects.live().visible_to(request.user)


def _choose(request: Request, *, error: str = "", faulty: Faulty | None = None, status: int = 200) -> HttpResponse:
    return render(request, CHOOSE, {"error": error, "faulty": faulty}, status=status)


def _chosen(request: Request) -> HttpResponse:
    file: Any = request.FILES.get("file")
    if file is None:
        return _choose(request, error=_("Choose a file first."), status=INVALID)
    try:
        if file.size > MOST_BYTES:
            raise Refused(_("This file is larger than %(most)d MB.") % {"most": MOST_BYTES // 1_000_000})
        data = file.read()
        open_plan(data)
    except Faulty as error:
        return _choose(request, error=refusal(error), faulty=error, status=INVALID)
    except Refused as error:
        return _choose(request, error=refusal(error), status=INVALID)
    kept = keep(str(file.name), data, user_id=request.user.pk)
    return HttpResponseRedirect(f"{reverse('plan_bring_in')}?file={kept.token}")


def _preview(
    request: Request, kept: Kept, form: PeopleForm | None = None, *, problem: str = "", status: int = 200
) -> HttpResponse:
    contents = form.contents if form else Contents.of(open_plan(kept.data))
    said = contents.opened.file.plan
    context = {
        "kept": kept,
        "contents": contents,
        "form": form or PeopleForm(contents=contents, user=request.user),
        "problem": problem,
        "origin": contents.origin(_visible(request)),
        "namesake": _visible(request).filter(name=said.name).exists(),
    }
    return render(request, PREVIEW, context, status=status)
