"""What the pages of the administration share: it is for looking things up and repairing, not a way round the rules."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin


def lock_every_plan() -> None:
    """What is saved here takes part in the order of each plan's changes, as everything below a plan's address does: an
    open board would miss what gets its number earlier and is seen later. Rare, and held for a moment."""
    if connection.features.has_select_for_update:
        plans = apps.get_model("plans", "Plan").objects
        list(plans.select_for_update().order_by("pk").values_list("pk"))


class RuledAdmin(SimpleHistoryAdmin):
    """Fields that carry rules are shown, not changed; `where` says above them where they are.

    `fixed` are read-only once the record exists, besides `readonly_fields`.
    """

    where: Any = ""
    fixed: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(self.fixed if obj else ())]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        (name, options), *rest = super().get_fieldsets(request, obj)
        about = {"description": self.where} if obj and self.where else {}
        return [(name, {**options, **about}), *rest]

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """The first step of saving, in its transaction."""
        lock_every_plan()
        return super().save_form(request, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            lock_every_plan()
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            lock_every_plan()
            super().delete_queryset(request, queryset)

    def history_form_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """An earlier state is shown; it does not come back by saving it."""
        if request.method == "POST":
            raise PermissionDenied
        return super().history_form_view(request, *args, **kwargs)

    def _is_asked_here(self, request: HttpRequest) -> bool:
        """Whether this is a page of these records, not of something they belong to."""
        opts, page = self.opts, request.resolver_match
        return page is not None and (page.url_name or "").startswith(f"{opts.app_label}_{opts.model_name}_")


class RepairAdmin(RuledAdmin):
    """Made on the pages that keep the rules, and deleted only along with what it belongs to."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not self._is_asked_here(request)


class LookUpAdmin(RepairAdmin):
    """Not changed here at all."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
