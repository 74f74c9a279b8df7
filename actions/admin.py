"""The administration of actions: looking, repairing, and the only place where something is really deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, URLField
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from .models import Action, DeadlineShift


class DeadlineShiftInline(admin.TabularInline):
    model = DeadlineShift
    extra = 0
    autocomplete_fields = ["by"]


@admin.register(Action)
class ActionAdmin(SimpleHistoryAdmin):
    list_display = ["result", "plan", "choice", "responsible", "status", "light", "deadline", "archived_at"]
    list_filter = ["status", "light", "plan", ("archived_at", admin.EmptyFieldListFilter)]
    list_select_related = ["plan", "choice", "responsible"]
    search_fields = ["result", "description", "responsible__name", "responsible__email"]
    date_hierarchy = "deadline"
    autocomplete_fields = ["responsible", "involved"]
    raw_id_fields = ["plan", "choice"]
    readonly_fields = [
        "status", "original_deadline", "completed_on", "light", "expected_end", "last_update_at", "open_help",
        "deadline_moves", "last_moved_at", "confirmed_at", "version", "archived_at",
    ]  # fmt: skip
    inlines = [DeadlineShiftInline]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Made on the board or the plan, where place, original deadline and history come along."""
        return False


@admin.register(DeadlineShift)
class DeadlineShiftAdmin(admin.ModelAdmin):
    list_display = ["action", "from_date", "to_date", "days", "reason", "by", "at", "undone_at"]
    list_filter = ["action__plan", ("undone_at", admin.EmptyFieldListFilter)]
    search_fields = ["action__result", "reason", "by__name"]
    date_hierarchy = "at"
    raw_id_fields = ["action"]
    autocomplete_fields = ["by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("action", "by")
