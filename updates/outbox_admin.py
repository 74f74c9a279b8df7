"""Administration of the outbox: what went out to whom, what did not and why, and another try."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .models import CalendarInvitation, OutgoingMail, RunRecord

STATES = {
    "waiting": _("waiting"),
    "retrying": _("tried again later"),
    "sent": _("sent"),
    "given_up": _("given up"),
    "left_out": _("left out"),
}


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        mails: Any = queryset
        found = {
            "waiting": lambda: mails.waiting().filter(last_error=""),
            "retrying": mails.in_trouble,
            "sent": mails.sent,
            "given_up": mails.given_up,
            "left_out": lambda: mails.exclude(left_out_at=None),
        }.get(self.value() or "")
        return found() if found else None


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    """What a mail says is not kept: it is made anew when it is sent."""

    list_display = ("user", "occasion", "state_word", "queued_at", "sent_at", "tries", "next_try_at", "last_error")
    list_filter = (StateFilter, "template", "plan")
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email", "occasion", "last_error")
    date_hierarchy = "queued_at"
    exclude = ("attachments",)
    actions = ["try_again"]

    @admin.display(description=_("state"))
    def state_word(self, mail: OutgoingMail) -> str:
        return str(STATES[mail.state])

    @admin.action(description=_("Try again"), permissions=["view"])
    def try_again(self, request: HttpRequest, mails: QuerySet) -> None:
        at = timezone.now()
        number = sum(mail.try_again(at=at) for mail in mails)
        said = ngettext("%(n)d mail goes out with the next run.", "%(n)d mails go out with the next run.", number)
        messages.success(request, said % {"n": number})


@admin.register(RunRecord)
class RunRecordAdmin(ReadOnlyAdmin):
    list_display = ("started_at", "finished_at", "machine", "counts", "trouble")
    search_fields = ("machine", "trouble")
    date_hierarchy = "started_at"


@admin.register(CalendarInvitation)
class CalendarInvitationAdmin(ReadOnlyAdmin):
    """What somebody's calendar was last told; changed by telling it something else."""

    list_display = ("user", "session", "starts_at", "minutes", "place", "sequence", "is_cancelled", "told_at")
    list_filter = ("is_cancelled", "session__plan")
    list_select_related = ("user", "session")
    search_fields = ("user__name", "user__email", "session__plan__name")
    date_hierarchy = "told_at"
