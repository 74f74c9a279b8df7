"""Plans in the administration: looking things up, and the only place where anything is deleted for good."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ogsm.admin import LookUpAdmin, RuledAdmin

from .models import Choice, Goal, Indicator, IndicatorValue, Invitation, Membership, Plan, StandIn

AT_THE_CLOSE = _("A goal is judged in a plan session or when its plan closes, and archived on the plan's page.")
ON_THE_PLAN = _("It is archived and restored on the plan's page.")


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
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Somebody is added here, such as a new owner; roles change on the plan's own page, where the rules hold."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("user")


@admin.register(Plan)
class PlanAdmin(RuledAdmin):
    where = _("A plan is activated, closed and archived on its own page, where its members' roles change too.")
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
class MembershipAdmin(RuledAdmin):
    """Somebody is added here; who is in a plan leaves it on that plan's page."""

    where = _("Roles change, and members leave, on the plan's page of members, where the rules hold.")
    list_display = ["user", "plan", "role"]
    list_filter = ["role", "plan"]
    list_select_related = ["user", "plan"]
    search_fields = ["user__name", "user__email", "plan__name"]
    autocomplete_fields = ["user", "plan"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not self._is_asked_here(request)


@admin.register(Invitation)
class InvitationAdmin(LookUpAdmin):
    """Who was invited, by whom, and what came of it. The link itself is shown nowhere."""

    where = _("An invitation is sent again, and withdrawn, on the plan's page of members.")
    list_display = [
        "user",
        "plan",
        "invited_by",
        "invited_at",
        "expires_at",
        "mailed_at",
        "accepted_at",
        "withdrawn_at",
    ]
    list_filter = ["plan", ("accepted_at", admin.EmptyFieldListFilter), ("withdrawn_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user", "plan", "invited_by"]
    search_fields = ["user__name", "user__email", "plan__name"]
    date_hierarchy = "invited_at"


@admin.register(StandIn)
class StandInAdmin(LookUpAdmin):
    where = _("A stand-in is named, changed and ended on the plan's page of members.")
    list_display = ["person", "deputy", "plan", "first_on", "last_on", "withdrawn_at"]
    list_filter = ["plan", ("withdrawn_at", admin.EmptyFieldListFilter)]
    list_select_related = ["person", "deputy", "plan"]
    search_fields = ["person__name", "deputy__name", "plan__name"]
    date_hierarchy = "first_on"


@admin.register(Goal)
class GoalAdmin(RuledAdmin):
    list_display = ["name", "plan", "unit", "baseline", "target", "due_on", "judgement", "archived_at"]
    list_filter = ["judgement", ArchivedFilter, "plan"]
    list_select_related = ["plan"]
    search_fields = ["name", "plan__name"]
    autocomplete_fields = ["plan"]
    readonly_fields = ["judgement", "actual", "archived_at"]
    fixed = ("plan",)
    where = AT_THE_CLOSE


@admin.register(Choice)
class ChoiceAdmin(RuledAdmin):
    list_display = ["short_name", "goal", "owner", "kind", "plan", "archived_at"]
    list_filter = ["kind", ArchivedFilter, "plan"]
    list_select_related = ["owner", "plan"]
    search_fields = ["short_name", "goal", "how", "plan__name"]
    autocomplete_fields = ["plan", "owner"]
    readonly_fields = ["archived_at"]
    fixed = ("plan",)
    where = ON_THE_PLAN


@admin.register(Indicator)
class IndicatorAdmin(RuledAdmin):
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
    fixed = ("choice", "frequency")
    where = ON_THE_PLAN


@admin.register(IndicatorValue)
class IndicatorValueAdmin(LookUpAdmin):
    where = _("A value is entered and corrected on the page of the indicators, where a correction says why.")
    list_display = ["indicator", "period", "value", "note", "author", "entered_at"]
    list_filter = ["period", "indicator__choice__plan"]
    list_select_related = ["indicator", "author"]
    search_fields = ["indicator__name", "note", "author__name"]
    date_hierarchy = "period"
