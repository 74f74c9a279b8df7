"""What the pages of a plan share: their context, the answer after saving, the status of a form, a refusal in words."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.template.response import SimpleTemplateResponse

from .header import plan_header
from .request import Request

if TYPE_CHECKING:
    from plans.access import PlanAccess

CONFLICT, INVALID = 409, 422
DOUBLE_SUBMIT = dt.timedelta(seconds=30)
M = TypeVar("M", bound=Model)
Ask = tuple[str, str]  # (address of a form, its question)


def plan_page_context(access: PlanAccess, request: Request, tab: str, **extra: Any) -> dict[str, Any]:
    """The context `base_plan.html` needs: access, header and the current tab. Two queries."""
    return {"access": access, "header": plan_header(access.plan, on=request.on), "tab": tab, **extra}


def posted(request: Request) -> Any:
    """What a form is bound to: all that was posted, also when that is nothing; None when the page is only asked for."""
    return request.POST if request.method == "POST" else None


def is_fragment(request: Request) -> bool:
    """Whether HTMX asks for a piece of a page (not a boosted visit, nor a page from the browser's history)."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def trigger(response: HttpResponse, **events: Any) -> HttpResponse:
    """Adds browser events to the answer, beside those it already carries."""
    known = json.loads(response.headers.get("HX-Trigger", "{}"))
    response.headers["HX-Trigger"] = json.dumps({**known, **events})
    return response


class AnswerAfterCommit(SimpleTemplateResponse):
    """An answer that is made when the change is committed and other writers of the plan no longer wait for it: `make`
    gives its body and the browser events that it carries."""

    def __init__(self, make: Callable[[], tuple[str, dict[str, Any]]], *, status: int = 200) -> None:
        super().__init__("", status=status)
        self.make = make

    @property
    def rendered_content(self) -> str:
        body, events = self.make()
        trigger(self, **events)
        return body


def toast(
    response: HttpResponse, text: str, undo_url: str | None = None, undo_label: str = "", *, ask: Ask | None = None
) -> HttpResponse:
    """Adds the line at the bottom that says what is now true: with an undo button when there is an address, and with
    what one is asked about it, which opens in the dialog."""
    detail = {"text": str(text)}
    if undo_url:
        detail["undo_url"] = undo_url
        if undo_label:
            detail["undo_label"] = str(undo_label)
    if ask:
        detail["ask_url"], detail["ask_label"] = ask
    return trigger(response, toast=detail)


def say(request: Request, text: str, undo_url: str | None = None) -> None:
    """The same line on the next page that is shown."""
    messages.success(request, text, extra_tags=undo_url or "")


def saved(request: Request, to: Any, text: str = "", undo_url: str | None = None) -> HttpResponse:
    """The answer after something was saved: `to` (address, URL name or model) is shown as it now is, with a toast.

    Without JavaScript, or from another page than `to`, that is a redirect. From `to` itself (a dialog on it, say) the
    page is loaded again where it stands.
    """
    address = resolve_url(to)
    if text:
        say(request, text, undo_url)
    if not is_fragment(request):
        return HttpResponseRedirect(address)
    response = HttpResponse(status=204)
    if urlsplit(request.htmx.current_url_abs_path or "").path == urlsplit(address).path:
        response.headers["HX-Refresh"] = "true"
    else:
        response.headers["HX-Redirect"] = address
    return response


def done_in_place(text: str = "", *, undo_url: str | None = None, **events: Any) -> HttpResponse:
    """An empty answer that closes the dialog, shows a toast and tells the page what changed."""
    response = trigger(HttpResponse(status=204), dialogClose={}, **events)
    return toast(response, text, undo_url) if text else response


def form_status(form: BaseForm) -> int:
    """200 for a form that was not sent yet, 409 when another's change is in the way, else 422 with its errors."""
    if not form.is_bound:
        return 200
    return CONFLICT if getattr(form, "conflicts", None) and not form.errors else INVALID


def render_form(request: Request, template: str, fragment: str, context: dict[str, Any]) -> HttpResponse:
    """`context["form"]` as its own page, or for HTMX as the partial `fragment` of that page, with the right status."""
    name = f"{template}#{fragment}" if is_fragment(request) else template
    return render(request, name, context, status=form_status(context["form"]))


def just_made(request: Request, rows: QuerySet[M], values: dict[str, Any]) -> M | None:
    """Of `rows` the one that the same person made of the same values a moment ago: the form was sent twice. Ask under
    the lock that making one takes. One query."""
    made = rows.model.history.filter(  # type: ignore[attr-defined]
        history_type="+", history_user=request.user, history_date__gte=request.at - DOUBLE_SUBMIT, **values
    )
    return rows.filter(pk__in=made.values("id")).first()


def refusal(error: ValidationError) -> str:
    """The sentence or sentences of a refusal."""
    return " ".join(str(message) for message in error.messages)


def refuse_in_form(form: BaseForm, error: ValidationError) -> None:
    """Puts a verb's refusal beside the fields it is about, the rest above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for field, errors in error.error_dict.items():
        form.add_error(field if field in form.fields and field != NON_FIELD_ERRORS else None, errors)
