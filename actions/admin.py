"""The administration of actions: looking, repairing, and the only place where something is really deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import URLField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ogsm.admin import LookUpAdmin, RuledAdmin

from .models import Action, DeadlineShift, Step

ON_ITS_PAGE = _("What is agreed, the status and the light are changed on the action's own page, where the rules hold.")


class DeadlineShiftInline(admin.TabularInline):
    model = DeadlineShift
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Action)
class ActionAdmin(RuledAdmin):
    """Of an action in an active plan only its words can be put right here."""

    where = ON_ITS_PAGE
    list_display = ["result", "plan", "choice", "responsible", "status", "light", "deadline", "archived_at"]
    list_filter = ["status", "light", "plan", ("archived_at", admin.EmptyFieldListFilter)]
    list_select_related = ["plan", "choice", "responsible"]
    search_fields = ["result", "description", "responsible__name", "responsible__email"]
    date_hierarchy = "deadline"
    autocomplete_fields = ["responsible"]
    raw_id_fields = ["choice"]
    readonly_fields = [
        "plan", "involved", "serves", "status", "original_deadline", "completed_on", "light", "expected_end",
        "last_update_at", "open_help", "deadline_moves", "last_moved_at", "slip_discussed_at", "confirmed_at",
        "version", "archived_at",
    ]  # fmt: skip
    agreed = ["choice", "responsible", "starts_on", "deadline"]
    inlines = [DeadlineShiftInline]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = super().get_readonly_fields(request, obj)
        return [*fields, *self.agreed] if obj and not obj.plan.is_draft else fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Made on the board or the plan, where place, original deadline and history come along."""
        return False


@admin.register(Step)
class StepAdmin(LookUpAdmin):
    where = _("Steps are added, ticked and taken off on the action's own page.")
    list_display = ["text", "action", "position", "done_at", "done_by", "archived_at"]
    list_filter = ["action__plan", ("done_at", admin.EmptyFieldListFilter)]
    list_select_related = ["action", "done_by"]
    search_fields = ["text", "action__result"]


@admin.register(DeadlineShift)
class DeadlineShiftAdmin(LookUpAdmin):
    where = _("A deadline is moved, and its move taken back, on the action's own page.")
    list_display = ["action", "from_date", "to_date", "days", "reason", "by", "at", "undone_at"]
    list_filter = ["action__plan", ("undone_at", admin.EmptyFieldListFilter)]
    list_select_related = ["action", "by"]
    search_fields = ["action__result", "reason", "by__name"]
    date_hierarchy = "at"
