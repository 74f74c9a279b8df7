"""A list as an answer: a page of rows with the address of the next one, as JSON or CSV."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.conf import settings
from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.timezone import make_aware
from ninja import Field, Schema
from ninja.errors import ValidationError
from pydantic import AfterValidator, BeforeValidator

from ogsm.fields import EARLIEST, LATEST
from ogsm.request import Request
from ogsm.unchanged import release

PAGE_SIZE, PAGE_SIZE_AT_MOST = 100, 500
CSV_ROWS = 20_000  # a whole plan in one go, as Excel expects of a file
CSV_TYPE = "text/csv"
BIGGEST = BigIntegerField.MAX_BIGINT
BREAKS = ("\t", "\r", "\n")
# Where a cell may begin: also at a semicolon, where Excel in Dutch divides, overlooking quotes.
BEGINS_A_FORMULA = re.compile(r"(^|[;\t\r\n])(?= *[=+\-@])")

Row = Callable[[Any], dict[str, Any]]


def _with_its_plus(value: Any) -> Any:
    """A '+' of a zone that was not quoted in the address arrives as a space."""
    return value.replace(" ", "+") if isinstance(value, str) and "T" in value else value


def _moment(moment: dt.datetime) -> dt.datetime:
    """In this century, so that it exists in every zone; without a zone it is the organisation's."""
    if not EARLIEST <= moment.date() <= LATEST:
        raise ValueError("say a moment between 2000 and 2099")
    if moment.tzinfo is None:
        return make_aware(moment)
    return moment


Moment = Annotated[dt.datetime, BeforeValidator(_with_its_plus), AfterValidator(_moment)]
Id = Annotated[int, Field(ge=1, le=BIGGEST)]


class Paging(Schema):
    """What every list takes."""

    after: int = Field(0, ge=0, le=BIGGEST, description="Rows with a higher id only: taken from `next`.")
    page_size: int | None = Field(
        None, ge=1, le=CSV_ROWS,
        description=f"{PAGE_SIZE} unless you say otherwise, {PAGE_SIZE_AT_MOST} at most; of CSV {CSV_ROWS}.",
    )  # fmt: skip
    format: Literal["json", "csv"] | None = Field(
        None, description="`csv` for a spreadsheet; so does the header `Accept: text/csv`."
    )

    def size(self, *, is_csv: bool) -> int:
        if is_csv:
            return self.page_size or CSV_ROWS
        return min(self.page_size or PAGE_SIZE, PAGE_SIZE_AT_MOST)


class Changing(Paging):
    """Of what may be changed and archived."""

    updated_since: Moment | None = Field(
        None, description="Changed at or after this moment, such as 2026-06-01 or 2026-06-01T09:00:00Z."
    )


class Archiving(Changing):
    archived: bool = Field(False, description="Archived ones too.")


def with_updated_at(rows: QuerySet) -> QuerySet:
    """Annotates `updated_at`, the moment of the last row in the history of each."""
    latest = rows.model.history.filter(id=OuterRef("pk")).order_by("-history_id").values("history_date")[:1]
    return rows.annotate(updated_at=Subquery(latest))


def chosen(rows: QuerySet, params: Changing) -> QuerySet:
    """Those that the parameters every list knows ask for."""
    if isinstance(params, Archiving) and not params.archived:
        rows = rows.live()  # type: ignore[attr-defined]
    if params.updated_since:
        changed = rows.model.history.filter(history_date__gte=params.updated_since).values("id")
        rows = rows.filter(pk__in=changed)
    return with_updated_at(rows)


def refuse_unknown(request: Request, params: Schema | None = None) -> None:
    """A misspelt filter would otherwise be no filter."""
    fields = type(params).model_fields if params else {}
    unknown = sorted(request.GET.keys() - fields.keys())
    if unknown:
        known = ", ".join(fields) or "none"
        raise ValidationError([{"loc": ["query", name], "msg": f"unknown; known are {known}"} for name in unknown])


def wants_csv(request: Request, params: Paging) -> bool:
    if params.format:
        return params.format == "csv"
    return request.get_preferred_type(["application/json", CSV_TYPE]) == CSV_TYPE


def listing(
    request: Request, params: Paging, rows: QuerySet, *, row: Row, schema: type[Schema], name: str,
    stamp: Iterable[Any] | None = None,
) -> Any:  # fmt: skip
    """One page of the rows, by id. `stamp` changes whenever any of them may: with it, who has the page already is told
    so. One query, and those of what the rows prefetch."""
    refuse_unknown(request, params)
    tag = _tag(request, stamp)
    if tag and (known := get_conditional_response(request, etag=tag)) is not None:
        return _tagged(known, tag)
    is_csv = wants_csv(request, params)
    size = params.size(is_csv=is_csv)
    found = list(rows.filter(pk__gt=params.after).order_by("pk")[: size + 1])
    shown = [row(each) for each in found[:size]]
    following = _next_address(request, found[size - 1].pk) if len(found) > size else None
    if is_csv:
        return _tagged(_csv(shown, schema, name, following), tag)
    request.api_tag = tag  # type: ignore[attr-defined]
    return {"items": shown, "next": following}


def _next_address(request: Request, last: int) -> str:
    query = request.GET.copy()
    query["after"] = str(last)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


# ---- 'nothing has changed since' ----


def _tag(request: Request, stamp: Iterable[Any] | None) -> str | None:
    if stamp is None or settings.DEBUG:
        return None
    asked = (request.build_absolute_uri(), request.headers.get("Accept"), request.user.pk, release())
    return f'"{hashlib.sha256(repr((asked, tuple(stamp))).encode()).hexdigest()[:32]}"'


def _tagged(response: HttpResponse, tag: str | None) -> HttpResponse:
    """The answer with its tag: for its asker only, who asks again each time."""
    if tag:
        response["ETag"] = tag
        patch_cache_control(response, private=True, no_cache=True)
    return response


def tag_answer(request: Request, response: HttpResponse) -> HttpResponse:
    return _tagged(response, getattr(request, "api_tag", None)) if response.status_code == 200 else response


# ---- CSV ----


def _csv(rows: list[dict[str, Any]], schema: type[Schema], name: str, following: str | None) -> HttpResponse:
    """RFC 4180 with the mark by which Excel knows UTF-8. What people typed never starts a formula."""
    output = io.StringIO()
    writer = csv.writer(output)
    columns = list(schema.model_fields)
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)
    response = HttpResponse("\ufeff" + output.getvalue(), content_type=f"{CSV_TYPE}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    if following:
        response["Link"] = f'<{following}>; rel="next"'
    return response


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return _text("; ".join(str(each["name"] if isinstance(each, dict) else each) for each in value))
    return _text(str(value))


def _text(text: str) -> str:
    safe = BEGINS_A_FORMULA.sub(r"\1'", text)
    return f"'{safe}" if safe.startswith(BREAKS) else safe
