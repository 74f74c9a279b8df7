"""Administration of sessions and what was decided in them: to look things up. What a closed session recorded stays."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ogsm.admin import LookUpAdmin, RuledAdmin

from .models import AgendaLine, AgendaPoint, Attendance, Decision, Session, SessionNote


@admin.register(Session)
class SessionAdmin(RuledAdmin):
    where = _("A session is opened, started, closed and cancelled on its own page. A closed one stays as it is.")
    list_display = ("plan", "kind", "starts_at", "minutes", "facilitator", "state", "percent_current", "off_plan_count")
    list_filter = ("state", "kind", "plan")
    list_select_related = ("plan", "facilitator")
    search_fields = ("plan__name", "place", "facilitator__name")
    date_hierarchy = "starts_at"
    autocomplete_fields = ("plan", "facilitator")
    fixed = ("plan", "kind")
    readonly_fields = (
        "state",
        "opened_at",
        "started_at",
        "closed_at",
        "cancelled_at",
        "percent_current",
        "off_plan_count",
        "minutes_record",
        "note",
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_coming)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not what was recorded, nor a meeting that is going on; so a plan with such a session is archived instead."""
        kept = obj is not None and (obj.is_closed or obj.is_running)
        return super().has_delete_permission(request, obj) and not kept


@admin.register(Decision)
class DecisionAdmin(LookUpAdmin):
    where = _("Decisions are taken, and taken back, in their session; agreements are ticked off in the register.")
    list_display = ("kind", "text", "plan", "session", "who", "due_on", "at", "done_at", "undone_at")
    list_filter = ("kind", "plan")
    list_select_related = ("plan", "session", "who")
    search_fields = ("text", "before", "after", "who__name", "plan__name")
    date_hierarchy = "at"


@admin.register(AgendaPoint)
class AgendaPointAdmin(RuledAdmin):
    where = _("A point is dealt with in its session.")
    list_display = ("text", "plan", "session_kind", "person", "added_at", "decided_at")
    list_filter = ("session_kind", "plan")
    list_select_related = ("plan", "person")
    search_fields = ("text", "person__name", "plan__name")
    raw_id_fields = ("plan", "person")
    readonly_fields = ("decided_at",)
    fixed = ("plan", "session_kind", "person", "added_at")


IN_ITS_SESSION = _("This is recorded while the session runs, on its own page.")


@admin.register(AgendaLine)
class AgendaLineAdmin(LookUpAdmin):
    where = IN_ITS_SESSION
    list_display = ("title", "session", "section", "kind", "person", "minutes", "times", "outcome")
    list_filter = ("section", "kind", "outcome", "session__plan")
    list_select_related = ("session", "person")
    search_fields = ("title", "note", "person__name", "session__plan__name")
    date_hierarchy = "session__starts_at"


@admin.register(Attendance)
class AttendanceAdmin(LookUpAdmin):
    where = IN_ITS_SESSION
    list_display = ("user", "session", "state")
    list_filter = ("state", "session__plan")
    list_select_related = ("session", "user")
    search_fields = ("user__name", "user__email", "session__plan__name")
    date_hierarchy = "session__starts_at"


@admin.register(SessionNote)
class SessionNoteAdmin(LookUpAdmin):
    where = _("A correction is added on the page of the minutes. It stays as it was written.")
    list_display = ("text", "session", "author", "at")
    list_filter = ("session__plan",)
    list_select_related = ("session", "author")
    search_fields = ("text", "author__name", "session__plan__name")
    date_hierarchy = "at"
