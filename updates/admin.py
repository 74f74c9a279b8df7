"""Administration of updates, help and drafts: to look things up. The sessions' part is in session_admin.py."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ogsm.admin import RepairAdmin, RuledAdmin

from . import outbox_admin, review_admin, session_admin  # noqa: F401  (each registers its own)
from .models import HelpRequest, Remark, Update, UpdateDraft


@admin.register(Update)
class UpdateAdmin(RepairAdmin):
    """Its words can be put right; what it said of the action has been taken over there."""

    where = _(
        "An update is given, and changed by its author, on the action's own page. Here only its words can change."
    )
    list_display = ("action", "author", "on_behalf_of", "status", "light", "expected_end", "unchanged", "at")
    list_filter = ("status", "light", "unchanged", "action__plan")
    list_select_related = ("action", "author", "on_behalf_of")
    search_fields = ("action__result", "author__name", "author__email", "done", "next", "need")
    date_hierarchy = "at"
    readonly_fields = (
        "action", "author", "on_behalf_of", "need_of", "status", "light", "expected_end", "at", "unchanged",
        "corrected_at", "token",
    )  # fmt: skip


@admin.register(HelpRequest)
class HelpRequestAdmin(RepairAdmin):
    where = _("Help is asked in an update and answered on the action's own page. Here only its words can be put right.")
    list_display = ("text", "action", "asked_by", "asked_of", "state", "promised_on", "asked_at", "answered_at")
    list_filter = ("state", "action__plan")
    list_select_related = ("action", "asked_by", "asked_of")
    search_fields = ("text", "answer", "action__result", "asked_by__name", "asked_of__name")
    date_hierarchy = "asked_at"
    readonly_fields = (
        "action", "update", "asked_by", "asked_of", "asked_at", "state", "promised_on",
        "answered_by", "answered_for", "answered_at",
    )  # fmt: skip


@admin.register(Remark)
class RemarkAdmin(RuledAdmin):
    """Its words can be put right, and a remark that should not stand there deleted."""

    where = _("A remark is left, changed and taken away by its author on the action's own page.")
    list_display = ("text", "update", "author", "at", "corrected_at")
    list_filter = ("update__action__plan",)
    list_select_related = ("update__action", "author")
    search_fields = ("text", "author__name", "author__email", "update__action__result")
    date_hierarchy = "at"
    readonly_fields = ("update", "author", "at", "corrected_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(UpdateDraft)
class UpdateDraftAdmin(admin.ModelAdmin):
    """Whose drafts there are; what stands in them is nobody else's."""

    list_display = ("action", "user", "saved_at")
    list_select_related = ("action", "user")
    search_fields = ("action__result", "user__name", "user__email")
    fields = readonly_fields = ("action", "user", "saved_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
