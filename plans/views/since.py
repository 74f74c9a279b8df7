"""'Changed since' on the one-page plan: which moment the address asks for, and what changed since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ogsm.pages import is_fragment
from ogsm.request import Request
from plans.models import Plan
from plans.since import Moment, Since, asked_value, moment_of, moments_of
from plans.since_read import changed_since


def query_of(request: Request) -> Mapping[str, Any]:
    """The address of the page; for a piece of the page that of the page it stands on."""
    if is_fragment(request) and request.htmx.current_url:
        query = parse_qs(urlsplit(request.htmx.current_url).query)
        return {name: values[-1] for name, values in query.items()}
    return request.GET


def moments_for(plan: Plan) -> list[Moment]:
    """What a reader can choose from. One query."""
    closed = plan.sessions.closed().only("plan", "closed_at", "started_at", "starts_at")
    return moments_of(plan, closed)


def since_asked(request: Request, plan: Plan, moments: list[Moment] | None = None) -> Since | None:
    """None when the address asks for no moment, or for one that is not there. At most ten queries, none
    without a moment in the address."""
    value = asked_value(query_of(request))
    if not value:
        return None
    moment = moment_of(value, moments_for(plan) if moments is None else moments)
    return changed_since(plan, moment) if moment else None
