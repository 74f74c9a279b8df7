"""Administration of sessions and what was decided in them: to look things up. What a closed session recorded stays."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from .models import AgendaPoint, Decision, Session


@admin.register(Session)
class SessionAdmin(SimpleHistoryAdmin):
    list_display = ("plan", "kind", "starts_at", "minutes", "facilitator", "state", "percent_current", "off_plan_count")
    list_filter = ("state", "kind", "plan")
    list_select_related = ("plan", "facilitator")
    search_fields = ("plan__name", "place", "facilitator__name")
    date_hierarchy = "starts_at"
    autocomplete_fields = ("plan", "facilitator")
    readonly_fields = (
        "state",
        "opened_at",
        "started_at",
        "closed_at",
        "cancelled_at",
        "percent_current",
        "off_plan_count",
        "minutes_record",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj and obj.is_closed:
            return [field.name for field in obj._meta.fields]
        return super().get_readonly_fields(request, obj)


@admin.register(Decision)
class DecisionAdmin(SimpleHistoryAdmin):
    list_display = ("kind", "text", "plan", "session", "who", "due_on", "at", "done_at", "undone_at")
    list_filter = ("kind", "plan")
    list_select_related = ("plan", "session", "who")
    search_fields = ("text", "before", "after", "who__name", "plan__name")
    date_hierarchy = "at"
    raw_id_fields = ("plan", "session", "line", "action", "shift", "who", "by")


@admin.register(AgendaPoint)
class AgendaPointAdmin(SimpleHistoryAdmin):
    list_display = ("text", "plan", "session_kind", "person", "added_at", "decided_at")
    list_filter = ("session_kind", "plan")
    list_select_related = ("plan", "person")
    search_fields = ("text", "person__name", "plan__name")
    raw_id_fields = ("plan", "person")
