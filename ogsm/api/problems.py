"""Errors for programs: always JSON, in the form of RFC 9457, whatever went wrong and wherever."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpResponseBase, JsonResponse

TYPE = "application/problem+json"
DETAILS = {
    400: "This request cannot be read.",
    401: "Send a working token: 'Authorization: Bearer ogsm_…'. Tokens are made on your profile page.",
    403: "Whose token this is has to set up signing in in two steps first, on the profile page.",
    404: "There is nothing here that this token may read.",
    405: "This address is only read: GET.",
    422: "A parameter is not as it should be.",
    429: "Too many requests with this token; Retry-After says in how many seconds it may ask again.",
    500: "Something went wrong here. It has been noted; please try again later.",
}


def problem(status: int, detail: str = "", **more: Any) -> JsonResponse:
    """The answer to what cannot be answered."""
    title = HTTPStatus(status).phrase
    body = {"status": status, "title": title, "detail": detail or DETAILS.get(status, title), **more}
    return JsonResponse(body, status=status, content_type=TYPE)


def is_problem(response: HttpResponseBase) -> bool:
    return response.headers.get("Content-Type", "").startswith(TYPE)
