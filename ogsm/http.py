"""What the pages share: the context of every template, and the health page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every page."""
    return {
        "organisation": settings.ORGANISATION_NAME,
        "DEMO": settings.DEMO,
        "theme": getattr(getattr(request, "user", None), "theme", ""),
    }


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and all migrations are applied, else 503. A few queries; reads only."""
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse("database unreachable\n", status=503, content_type="text/plain")
    if behind:
        return HttpResponse("migrations missing\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
