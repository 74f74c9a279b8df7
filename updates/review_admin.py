"""Administration of reviews: to look them up, and to put their words right."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ogsm.admin import LookUpAdmin, RepairAdmin

from .review_models import ChoiceReview, GoalReview


@admin.register(ChoiceReview)
class ChoiceReviewAdmin(RepairAdmin):
    where = _("A choice is judged by its owner on the choice's own page. Here only the words can be put right.")
    list_display = ("choice", "light", "author", "on_behalf_of", "at")
    list_filter = ("light", "choice__plan")
    list_select_related = ("choice", "author", "on_behalf_of")
    search_fields = ("choice__short_name", "author__name", "author__email", "learned", "changes")
    date_hierarchy = "at"
    readonly_fields = ("choice", "author", "on_behalf_of", "light", "at")


@admin.register(GoalReview)
class GoalReviewAdmin(LookUpAdmin):
    where = _("How a goal turned out is said before a plan session, on its page.")
    list_display = ("goal", "session", "judgement", "actual", "author", "at")
    list_filter = ("judgement", "goal__plan")
    list_select_related = ("goal", "session", "author")
    search_fields = ("goal__name", "text", "author__name")
    date_hierarchy = "at"
