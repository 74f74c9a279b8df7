"""Administration of updates, help and drafts: to look things up. The sessions' part is in session_admin.py."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from . import session_admin  # noqa: F401  (registers its own)
from .models import HelpRequest, Update, UpdateDraft


@admin.register(Update)
class UpdateAdmin(SimpleHistoryAdmin):
    list_display = ("action", "author", "on_behalf_of", "status", "light", "expected_end", "unchanged", "at")
    list_filter = ("status", "light", "unchanged", "action__plan")
    list_select_related = ("action", "author", "on_behalf_of")
    search_fields = ("action__result", "author__name", "author__email", "done", "next", "need")
    date_hierarchy = "at"
    raw_id_fields = ("action", "author", "on_behalf_of", "need_of")
    readonly_fields = ("token",)


@admin.register(HelpRequest)
class HelpRequestAdmin(SimpleHistoryAdmin):
    list_display = ("text", "action", "asked_by", "asked_of", "state", "promised_on", "asked_at", "answered_at")
    list_filter = ("state", "action__plan")
    list_select_related = ("action", "asked_by", "asked_of")
    search_fields = ("text", "answer", "action__result", "asked_by__name", "asked_of__name")
    date_hierarchy = "asked_at"
    raw_id_fields = ("action", "update", "asked_by", "asked_of", "answered_by")


@admin.register(UpdateDraft)
class UpdateDraftAdmin(admin.ModelAdmin):
    """Whose drafts there are; what stands in them is nobody else's."""

    list_display = ("action", "user", "saved_at")
    list_select_related = ("action", "user")
    search_fields = ("action__result", "user__name", "user__email")
    fields = readonly_fields = ("action", "user", "saved_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
