from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.utils.translation import gettext_lazy as _

from ogsm.admin import RuledAdmin

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
