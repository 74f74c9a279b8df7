"""Plans in the administration: looking things up, and the only place where anything is deleted for good."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from .models import Choice, Goal, Indicator, IndicatorValue, Membership, Plan


class ArchivedFilter(admin.SimpleListFilter):
    title = _("archived")
    parameter_name = "archived"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("no")), ("yes", _("yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() in ("no", "yes"):
            return queryset.filter(archived_at__isnull=self.value() == "no")
        return queryset


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("user")


@admin.register(Plan)
class PlanAdmin(SimpleHistoryAdmin):
    list_display = ["name", "organisation", "state", "starts_on", "ends_on", "members", "archived_at"]
    list_filter = ["state", ArchivedFilter]
    search_fields = ["name", "organisation", "ambition"]
    date_hierarchy = "starts_on"
    readonly_fields = ["state", "activated_at", "closed_at", "current_since", "archived_at"]
    autocomplete_fields = ["origin_choice"]
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Plan]:
        return super().get_queryset(request).annotate(members=Count("memberships"))

    @admin.display(description=_("members"), ordering="members")
    def members(self, plan: Any) -> int:
        return plan.members


@admin.register(Membership)
class MembershipAdmin(SimpleHistoryAdmin):
    list_display = ["user", "plan", "role"]
    list_filter = ["role", "plan"]
    list_select_related = ["user", "plan"]
    search_fields = ["user__name", "user__email", "plan__name"]
    autocomplete_fields = ["user", "plan"]


@admin.register(Goal)
class GoalAdmin(SimpleHistoryAdmin):
    list_display = ["name", "plan", "unit", "baseline", "target", "due_on", "judgement", "archived_at"]
    list_filter = ["judgement", ArchivedFilter, "plan"]
    list_select_related = ["plan"]
    search_fields = ["name", "plan__name"]
    autocomplete_fields = ["plan"]
    readonly_fields = ["judgement", "actual", "archived_at"]


@admin.register(Choice)
class ChoiceAdmin(SimpleHistoryAdmin):
    list_display = ["short_name", "goal", "owner", "kind", "plan", "archived_at"]
    list_filter = ["kind", ArchivedFilter, "plan"]
    list_select_related = ["owner", "plan"]
    search_fields = ["short_name", "goal", "how", "plan__name"]
    autocomplete_fields = ["plan", "owner"]
    readonly_fields = ["archived_at"]


@admin.register(Indicator)
class IndicatorAdmin(SimpleHistoryAdmin):
    list_display = [
        "name",
        "choice",
        "unit",
        "direction",
        "target",
        "target_on",
        "frequency",
        "entered_by",
        "archived_at",
    ]
    list_filter = ["unit", "direction", "kind", "frequency", ArchivedFilter, "choice__plan"]
    list_select_related = ["choice", "entered_by"]
    search_fields = ["name", "source", "choice__short_name", "choice__plan__name"]
    autocomplete_fields = ["choice", "entered_by"]
    readonly_fields = ["archived_at"]


@admin.register(IndicatorValue)
class IndicatorValueAdmin(SimpleHistoryAdmin):
    list_display = ["indicator", "period", "value", "note", "author", "entered_at"]
    list_filter = ["period", "indicator__choice__plan"]
    list_select_related = ["indicator", "author"]
    search_fields = ["indicator__name", "note", "author__name"]
    autocomplete_fields = ["indicator", "author"]
    date_hierarchy = "period"
