from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ogsm.admin import RuledAdmin

from .calendar_models import CalendarFeed
from .forms import NewPersonForm
from .models import User
from .token_models import ApiToken


@admin.register(User)
class UserAdmin(RuledAdmin, DjangoUserAdmin):
    add_form = NewPersonForm
    list_display = ["name", "email", "is_active", "can_create_plans", "is_staff", "last_login"]
    list_filter = ["is_active", "can_create_plans", "is_staff", "is_superuser"]
    search_fields = ["name", "email"]
    ordering = ["sort_name"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (_("Settings"), {"fields": ["language", "theme", "shortcuts"]}),
        (_("Rights"), {"fields": ["is_active", "can_create_plans", "is_staff", "is_superuser", "groups"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "fields": ["email", "name", "usable_password", "password1", "password2"],
                "description": _("Without a password, people choose one themselves through “I have no password”."),
            },
        ),
    ]


@admin.register(CalendarFeed)
class CalendarFeedAdmin(RuledAdmin):
    """Who has one. The address itself is its owner's alone; deleting the row switches it off."""

    list_display = ["user", "with_involved", "made_at"]
    search_fields = ["user__name", "user__email"]
    fields = readonly_fields = ["user", "language", "with_involved", "made_at"]
    list_select_related = ["user"]


@admin.register(ApiToken)
class ApiTokenAdmin(RuledAdmin):
    """Whose programs read along. The secret is nobody's to see; deleting the row revokes the token."""

    list_display = ["name", "user", "start", "made_at", "expires_on", "last_used_at"]
    search_fields = ["name", "user__name", "user__email"]
    fields = readonly_fields = ["user", "name", "start", "made_at", "expires_on", "last_used_at"]
    list_select_related = ["user"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
