from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ogsm.admin import RuledAdmin

from . import signin_admin  # noqa: F401  (Django finds it here)
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
    readonly_fields = ["last_login", "date_joined", "removal"]
    actions = ["two_steps_off"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (_("Settings"), {"fields": ["language", "theme", "shortcuts"]}),
        (_("Rights"), {"fields": ["is_active", "can_create_plans", "is_staff", "is_superuser", "groups"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined", "removal"]}),
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

    @admin.display(description=_("removal"))
    def removal(self, person: User) -> str:
        """Deleting a person would tear holes in the plans; removing the account does not."""
        if person.removed_at:
            return date_format(person.removed_at, "DATETIME_FORMAT")
        return format_html('<a href="{}">{}</a>', reverse("person_remove", args=[person.pk]), _("Remove the account…"))

    @admin.action(description=_("Switch off two-step sign-in"), permissions=["reset"])
    def two_steps_off(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """For who lost the telephone and the recovery codes. They sign in with the password alone, until they set it
        up again."""
        number = people.filter(authenticator__isnull=False).distinct().count()
        Authenticator.objects.filter(user__in=people).delete()
        said = ngettext("%(n)d person signs in without it now.", "%(n)d people sign in without it now.", number)
        messages.success(request, said % {"n": number})

    def has_reset_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            obj.end_sessions()


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
