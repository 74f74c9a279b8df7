from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.utils.translation import gettext_lazy as _

from ogsm.admin import RuledAdmin

from .calendar_models import CalendarFeed
from .forms import NewPersonForm
from .models import User


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
