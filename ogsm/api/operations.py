"""The addresses below /api/v1/, each a list or one thing of a plan its asker is a member of.

As on the pages everything starts with `plan_for`, which gives the plan or 404, and children are looked up through it.
Importing this module costs as much as the rest of a small process: only `views.v1` does, when it is asked for.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Field, NinjaAPI, Query
from ninja.errors import AuthenticationError, ValidationError

from actions.models import Action
from actions.rules import FLAG_BY_NAME, Flag
from actions.stamps import board_stamp
from ogsm.request import Request
from plans.access import plan_for
from plans.models import Indicator, IndicatorValue, Plan
from updates.models import Update

from . import rows, schemas
from .listing import Archiving, Changing, Id, chosen, listing, refuse_unknown, with_updated_at
from .problems import problem
from .tokens import Token, TooMany

ADDRESS = "/api/v1/"
PLAN = "plans/{int:plan_id}/"
REFUSALS: dict[int, Any] = dict.fromkeys((401, 404, 422, 429), schemas.Problem)
CSV_TOO = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}}


class Api(NinjaAPI):
    def get_openapi_operation_id(self, operation: Any) -> str:
        name: str = operation.view_func.__name__
        return name


api = Api(
    title="OGSM",
    version="1",
    description=(
        "Reads plans with their goals, choices, actions, indicators and sessions. Every list has a row per thing, in"
        " the order of its id, and the address of its next page. Make a token on your profile page and send it as"
        " `Authorization: Bearer ogsm_…`; it reads what you may read, and changes nothing."
    ),
    openapi_url=None,
    docs_url=None,
    auth=Token(),
    urls_namespace="api-v1",
)


class ActionFilter(Archiving):
    status: list[schemas.Status] | None = Field(None, description="One or more of these.")
    flag: list[schemas.FlagName] | None = Field(None, description="Those with any of these today.")
    off_plan: bool | None = Field(None, description="Those with any flag today, or without one.")
    choice_id: Id | None = None
    responsible_id: Id | None = None


class UpdateFilter(Changing):
    action_id: Id | None = None


class IndicatorFilter(Archiving):
    choice_id: Id | None = None


class ValueFilter(Changing):
    indicator_id: Id | None = None
    archived: bool = Field(False, description="Of archived indicators too.")


class SessionFilter(Changing):
    kind: list[schemas.Kind] | None = None
    state: list[schemas.State] | None = None


class DecisionFilter(Changing):
    session_id: Id | None = None


def answers(row: type[schemas.Schema]) -> dict[int, Any]:
    return {200: row, **REFUSALS}


def pages(row: type[schemas.Schema]) -> dict[str, Any]:
    page = type(f"{row.__name__.removesuffix('Row')}Page", (schemas.Page[row],), {})  # type: ignore[valid-type]
    return {"response": answers(page), "openapi_extra": CSV_TOO}


def exactly(queryset: QuerySet, **wanted: Any) -> QuerySet:
    """Those with the values that were asked for; None asks for nothing."""
    return queryset.filter(**{name: value for name, value in wanted.items() if value is not None})


# ---- where one begins ----


@api.get("", response=answers(schemas.Root), summary="Whom this token speaks for")
def root(request: Request) -> Any:
    """To try a token out."""
    refuse_unknown(request)
    token = request.auth  # type: ignore[attr-defined]
    return {
        "organisation": settings.ORGANISATION_NAME,
        "person": {"id": request.user.pk, "name": str(request.user)},
        "token": token.name,
        "expires_on": token.expires_on,
        "today": request.on,
        "plans": request.build_absolute_uri(f"{ADDRESS}plans/"),
        "openapi": request.build_absolute_uri(f"{ADDRESS}openapi.json"),
    }


@api.get("plans/", **pages(schemas.PlanRow), summary="My plans")
def plans(request: Request, params: Query[Archiving]) -> Any:
    """The plans you are a member of, with how they stand today."""
    mine = dict(request.user.memberships.values_list("plan_id", "role"))
    figures = Action.objects.figures_by_plan(mine, request.on)
    web = request.build_absolute_uri
    return listing(
        request, params, chosen(Plan.objects.visible_to(request.user), params), schema=schemas.PlanRow, name="plans",
        row=lambda plan: rows.plan_row(plan, mine[plan.pk], figures[plan.pk], web),
    )  # fmt: skip


@api.get(PLAN, response=answers(schemas.PlanRow), summary="One plan")
def plan(request: Request, plan_id: int) -> Any:
    """A plan you are a member of, archived or not."""
    access = plan_for(request, plan_id)
    refuse_unknown(request)
    found = with_updated_at(Plan.objects.all()).get(pk=access.plan.pk)
    return rows.plan_row(found, access.role, found.actions.figures(request.on), request.build_absolute_uri)


@api.get(f"{PLAN}goals/", **pages(schemas.GoalRow), summary="Goals")
def goals(request: Request, plan_id: int, params: Query[Archiving]) -> Any:
    access = plan_for(request, plan_id)
    found = chosen(access.plan.goals.all(), params)
    return listing(request, params, found, row=rows.goal_row, schema=schemas.GoalRow, name="goals")


@api.get(f"{PLAN}choices/", **pages(schemas.ChoiceRow), summary="Strategic choices")
def choices(request: Request, plan_id: int, params: Query[Archiving]) -> Any:
    access = plan_for(request, plan_id)
    found = chosen(access.plan.choices.select_related("owner"), params)
    return listing(request, params, found, row=rows.choice_row, schema=schemas.ChoiceRow, name="choices")


# ---- actions ----


@api.get(f"{PLAN}actions/", **pages(schemas.ActionRow), summary="Actions with their flags")
def actions(request: Request, plan_id: int, params: Query[ActionFilter]) -> Any:
    """The flags are those of the board: by today's date, and the same for everybody."""
    access = plan_for(request, plan_id)
    known = access.plan.actions.for_display(request.on)
    if params.flag:
        bits = sum(FLAG_BY_NAME[name] for name in set(params.flag))
        known = known.flagged(Flag(bits), request.on)
    found = chosen(known, params)
    found = exactly(
        found.prefetch_related("involved", "serves"), choice_id=params.choice_id, responsible_id=params.responsible_id,
        status__in=params.status,
    )  # fmt: skip
    if params.off_plan is not None:
        found = found.filter(flag_bits__gt=0) if params.off_plan else found.filter(flag_bits=0)
    return listing(
        request, params, found, schema=schemas.ActionRow, name="actions",
        stamp=[board_stamp(access, on=request.on)],
        row=lambda action: rows.action_row(action, request.build_absolute_uri),
    )  # fmt: skip


@api.get(f"{PLAN}actions/{{int:action_id}}/", response=answers(schemas.ActionRow), summary="One action")
def action(request: Request, plan_id: int, action_id: int) -> Any:
    access = plan_for(request, plan_id)
    refuse_unknown(request)
    known = with_updated_at(access.plan.actions.for_display(request.on))
    found = one_of(known.prefetch_related("involved", "serves"), action_id)
    return rows.action_row(found, request.build_absolute_uri)


@api.get(f"{PLAN}updates/", **pages(schemas.UpdateRow), summary="Updates of actions")
def updates(request: Request, plan_id: int, params: Query[UpdateFilter]) -> Any:
    """What was said about each action, and the light it was given then."""
    access = plan_for(request, plan_id)
    given = Update.objects.filter(action__plan=access.plan).select_related("action", "author", "on_behalf_of")
    found = exactly(chosen(given, params), action_id=params.action_id)
    return listing(request, params, found, row=rows.update_row, schema=schemas.UpdateRow, name="updates")


# ---- indicators ----


def read_indicators(indicators: QuerySet) -> QuerySet:
    values = IndicatorValue.objects.only("indicator", "period", "value")
    return indicators.select_related("choice", "entered_by").prefetch_related(Prefetch("values", values))


def indicator_row(request: Request, plan_id: int, indicator: Indicator) -> rows.Row:
    address = reverse("plans:indicator_page", args=[plan_id, indicator.pk])
    return rows.indicator_row(indicator, plan_id, request.on, request.build_absolute_uri(address))


@api.get(f"{PLAN}indicators/", **pages(schemas.IndicatorRow), summary="Indicators with today's light")
def indicators(request: Request, plan_id: int, params: Query[IndicatorFilter]) -> Any:
    access = plan_for(request, plan_id)
    found = chosen(Indicator.objects.filter(choice__plan=access.plan), params)
    return listing(
        request, params, exactly(read_indicators(found), choice_id=params.choice_id), schema=schemas.IndicatorRow,
        name="indicators", row=lambda each: indicator_row(request, plan_id, each),
    )  # fmt: skip


@api.get(f"{PLAN}indicators/{{int:indicator_id}}/", response=answers(schemas.IndicatorRow), summary="One indicator")
def indicator(request: Request, plan_id: int, indicator_id: int) -> Any:
    access = plan_for(request, plan_id)
    refuse_unknown(request)
    known = with_updated_at(Indicator.objects.filter(choice__plan=access.plan))
    return indicator_row(request, plan_id, one_of(read_indicators(known), indicator_id))


@api.get(f"{PLAN}values/", **pages(schemas.ValueRow), summary="Values of indicators")
def values(request: Request, plan_id: int, params: Query[ValueFilter]) -> Any:
    """One row per indicator and period. A missing value has no row: missing is never zero."""
    access = plan_for(request, plan_id)
    entered = IndicatorValue.objects.filter(indicator__choice__plan=access.plan)
    if not params.archived:
        entered = entered.filter(indicator__archived_at=None)
    found = exactly(chosen(entered, params), indicator_id=params.indicator_id)
    return listing(
        request, params, found.select_related("indicator", "author"), schema=schemas.ValueRow, name="values",
        row=lambda value: rows.value_row(value, plan_id, request.on),
    )  # fmt: skip


# ---- sessions ----


@api.get(f"{PLAN}sessions/", **pages(schemas.SessionRow), summary="Sessions")
def sessions(request: Request, plan_id: int, params: Query[SessionFilter]) -> Any:
    access = plan_for(request, plan_id)
    held = chosen(access.plan.sessions.select_related("facilitator").defer("minutes_record"), params)
    found = exactly(held, kind__in=params.kind, state__in=params.state)
    return listing(
        request, params, found, schema=schemas.SessionRow, name="sessions",
        row=lambda session: rows.session_row(session, request.build_absolute_uri),
    )  # fmt: skip


@api.get(
    f"{PLAN}sessions/{{int:session_id}}/",
    response=answers(schemas.SessionWhole),
    summary="One session, with its decisions and minutes",
)
def session(request: Request, plan_id: int, session_id: int) -> Any:
    """Minutes are there once the session is closed."""
    access = plan_for(request, plan_id)
    refuse_unknown(request)
    found = one_of(with_updated_at(access.plan.sessions.select_related("facilitator")), session_id)
    decided = with_updated_at(found.decisions.standing().select_related("who", "by"))
    return {
        **rows.session_row(found, request.build_absolute_uri),
        "decisions": [rows.decision_row(decision) for decision in decided],
        "minutes": rows.minutes_of(found),
    }


@api.get(f"{PLAN}decisions/", **pages(schemas.DecisionRow), summary="Decisions and agreements")
def decisions(request: Request, plan_id: int, params: Query[DecisionFilter]) -> Any:
    access = plan_for(request, plan_id)
    made = chosen(access.plan.decisions.standing().select_related("who", "by"), params)
    found = exactly(made, session_id=params.session_id)
    return listing(request, params, found, row=rows.decision_row, schema=schemas.DecisionRow, name="decisions")


def one_of(queryset: QuerySet, pk: int) -> Any:
    if pk > BigIntegerField.MAX_BIGINT:  # more than a database can be asked for
        raise Http404
    return get_object_or_404(queryset, pk=pk)


# ---- refusals ----


@api.exception_handler(AuthenticationError)
def not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem(401)
    sent = ', error="invalid_token"' if request.headers.get("Authorization") else ""
    response["WWW-Authenticate"] = f'Bearer realm="OGSM"{sent}'
    return response


@api.exception_handler(TooMany)
def too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    response = problem(429)
    response["Retry-After"] = str(error.seconds)
    return response


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404)


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Names the parameter: the last word of the place, after which there may be a number in a list."""
    wrong = []
    for each in error.errors:
        *_path, name = [part for part in each["loc"] if isinstance(part, str)]
        wrong.append({"parameter": name, "message": str(each["msg"])})
    return problem(422, errors=wrong)
