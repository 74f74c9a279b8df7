"""What is different for programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

from ogsm.middleware import Next

from .problems import is_problem, problem

ADDRESS = "/api/v1/"
KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


def for_programs(get_response: Next) -> Next:
    """Below /api/v1/ no cookie is read or set: only a token opens it, so no page elsewhere can use somebody's sign-in
    for it. Errors are JSON, also those that no view of ours made."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(ADDRESS):
            return get_response(request)
        request.COOKIES = {}
        response = get_response(request)
        if response.status_code >= 400 and not is_problem(response):
            refused, response = response, problem(response.status_code)
            for name in KEPT:
                if name in refused.headers:
                    response[name] = refused[name]
        response["Vary"] = "Authorization, Accept"
        response["Content-Language"] = "en"
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware
