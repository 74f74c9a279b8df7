"""Editing one piece of a plan: in place for HTMX, on its own page without. Saving merges with what others saved."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from ogsm.conflicts import MergingModelForm
from ogsm.pages import (
    CONFLICT,
    INVALID,
    form_status,
    is_fragment,
    just_made,
    plan_page_context,
    refuse_in_form,
    saved,
    toast,
    trigger,
)
from ogsm.pieces import Recorded
from ogsm.request import Request
from plans.access import PlanAccess
from plans.forms import HeirsForm, PieceForm
from plans.holders import left_words, who_left
from plans.models import Plan
from plans.readable import plain
from plans.steps import address_after, help_of
from plans.undo.acts import undo_address

from .since import since_asked

P = TypeVar("P", bound=Recorded)
FormClass = type[PieceForm]
PAGE = "plans/plan_page.html"
ROWS = "plans/_rows.html"


def change_piece(request: Request, form_class: FormClass, piece: P, **options: Any) -> tuple[PieceForm, P | None]:
    """The form, and the piece as it now is when it was saved.

    The piece is locked and read again, so that of two people who save at the same moment the second one merges.
    """
    if request.method != "POST":
        return form_class(instance=piece, **options), None
    with transaction.atomic():
        stored = type(piece)._default_manager.select_for_update().get(pk=piece.pk)
        form = form_class(request.POST, instance=copy(stored), **options)
        if form.is_valid() and not form.conflicts:
            try:
                _still_allowed(stored, form.merged)
                stored.change(by=request.user, at=request.at, **form.merged)
            except ValidationError as error:
                refuse_in_form(form, error)
            else:
                return form, stored
    show_theirs(form, stored, unit=getattr(stored, "unit", ""))
    return form, None


def add_piece(
    request: Request, plan: Plan, form_class: FormClass, blank: P, create: Callable[..., P], **options: Any
) -> tuple[PieceForm, P | None]:
    """The form for a new piece, and the piece when it was made. Pieces of one plan are made one after another."""
    if request.method != "POST":
        return form_class(instance=blank, **options), None
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=plan.pk)
        form = form_class(request.POST, instance=blank, **options)
        if form.is_valid():
            try:
                made = just_made(request, _siblings(plan, blank), form.merged)
                return form, made or create(by=request.user, at=request.at, **form.merged)
            except ValidationError as error:
                refuse_in_form(form, error)
    return form, None


def _siblings(plan: Plan, blank: Recorded) -> QuerySet[Any]:
    """The live pieces of its kind in the same place: the same figure under another choice is another indicator."""
    choice = getattr(blank, "choice", None)
    place = {"choice": choice} if choice else {"plan": plan}
    kind: Any = type(blank)
    return kind.objects.live().filter(**place)


def _still_allowed(stored: Model, merged: dict[str, Any]) -> None:
    """What two people changed apart must still be right together."""
    together = copy(stored)
    for name, value in merged.items():
        setattr(together, name, value)
    together.validate_constraints()


def show_theirs(form: MergingModelForm, stored: Recorded, *, unit: str = "") -> None:
    """Puts the other's value beside each field that conflicts, and who saved it."""
    if not form.conflicts:
        return
    last = stored.history.select_related("history_user").order_by("-history_id").first()  # type: ignore[attr-defined]
    form.theirs_by = last.history_user if last else None  # type: ignore[attr-defined]
    for name, value in form.conflicts.items():
        options: Any = getattr(form.fields[name], "choices", ())
        text = next(
            (label for key, label in options if getattr(key, "value", key) == ("" if value is None else value)), value
        )
        form[name].theirs = plain(text, unit=unit)  # type: ignore[attr-defined]


def piece_form(
    request: Request,
    access: PlanAccess,
    form: PieceForm,
    *,
    title: str,
    piece_id: str,
    wrap: str = "div",
    back: str = "",
    **more: Any,
) -> HttpResponse:
    """The form in the place of the piece with id `piece_id` (an element `wrap`), or as a page of its own, from which
    Cancel leads `back` (to the piece on the plan's page when that is '')."""
    context = {
        "form": form,
        "title": title,
        "piece_id": piece_id,
        "wrap": wrap,
        "plan": access.plan,
        "back": back or plan_address(request, access, piece_id),
        "guide_help": help_of(request.GET.get("guide", "")),
        **more,
    }
    if is_fragment(request):
        return render(request, "plans/_piece_in_place.html", {"in_place": True, **context}, status=form_status(form))
    page = plan_page_context(access, request, "plan", **context)
    return render(request, "plans/piece_page.html", page, status=form_status(form))


def piece_shown(
    request: Request,
    access: PlanAccess,
    fragment: str,
    context: dict[str, Any],
    *,
    anchor: str,
    text: str = "",
    undo_url: str | None = None,
) -> HttpResponse:
    """After saving: only that piece of the page (for HTMX), or the page itself at that piece."""
    if not is_fragment(request):
        return saved(request, plan_address(request, access, anchor), text, undo_url)
    shared = {"access": access, "plan": access.plan, "may_edit": access.may_edit_plan}
    shared["since"] = since_asked(request, access.plan)
    response = render(request, fragment, {**shared, **context})
    if text:
        toast(response, text, undo_url)
    return trigger(response, planChanged={})


def told_saved(request: Request, access: PlanAccess, form: PieceForm, name: str) -> dict[str, Any]:
    """What the toast says after an edit, with its undo; nothing where nothing was changed."""
    if not form.merged:
        return {}
    return {
        "text": _("“%(result)s” is saved.") % {"result": name},
        "undo_url": undo_address(access.plan.pk, request.at),
    }


def plan_url(access: PlanAccess) -> str:
    return reverse("plans:plan_page", args=[access.plan.pk])


def plan_address(request: Request, access: PlanAccess, anchor: str, choice_id: int | None = None) -> str:
    """The plan page at a piece; for who is guided, at the step this form belongs to."""
    step = address_after(request.GET.get("guide", ""), str(choice_id or ""))
    return plan_url(access) + (step or f"#{anchor}")


def back_to_plan(access: PlanAccess, anchor: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("plans:plan_page", args=[access.plan.pk]) + (f"#{anchor}" if anchor else ""))


def retarget(response: HttpResponse, target: str, swap: str = "outerHTML") -> HttpResponse:
    """The answer goes to another piece than the one that asked."""
    response["HX-Retarget"], response["HX-Reswap"] = target, swap
    return response


def archived(
    request: Request, access: PlanAccess, response: Callable[[], HttpResponse], *, name: str, undo_url: str
) -> HttpResponse:
    """After archiving: what is left of the page with an undo, or the plan page with a sentence."""
    text = _("“%(name)s” is archived.") % {"name": name}
    if not is_fragment(request):
        return saved(request, reverse("plans:plan_page", args=[access.plan.pk]), text)
    return trigger(toast(response(), text, undo_url), planChanged={})


def come_back(request: Request, access: PlanAccess, piece: Any, *, name: str) -> HttpResponse | None:
    """Restores an archived piece; None when it is back. When somebody who has to do it left the plan, 409: a sentence
    for HTMX, else a page that asks who takes over."""
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=access.plan.pk)  # nobody leaves meanwhile
        left = who_left(access.plan, piece.comes_back_with())
        form = HeirsForm(request.POST, plan=access.plan, left=left)
        if not left or form.is_valid():
            piece.restore(by=request.user, at=request.at, heirs=form.heirs if left else None)
            return None
    sentences = left_words(left)
    if is_fragment(request):
        return HttpResponse(" ".join(sentences), status=CONFLICT, content_type="text/plain; charset=utf-8")
    title = _("Restore “%(name)s”") % {"name": name}
    context = {"form": form, "title": title, "sentences": sentences, "plan": access.plan}
    page = plan_page_context(access, request, "plan", **context)
    return render(request, "plans/piece_restore.html", page, status=INVALID if form.is_bound else CONFLICT)
