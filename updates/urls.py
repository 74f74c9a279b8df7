"""My work at the root, and all else below /plans/<plan_id>/: updates, help, sessions, decisions."""

from __future__ import annotations

from django.urls import include, path

from . import calendar_views, handover_views, help_views, prepare_views, remark_views, session_urls, views

app_name = "updates"

in_plan = [
    path("actions/<int:action_id>/update/", views.update_give, name="update_give"),
    path("actions/<int:action_id>/unchanged/", views.update_unchanged, name="update_unchanged"),
    path("actions/<int:action_id>/draft/", views.update_draft, name="update_draft"),
    path("actions/<int:action_id>/result/", views.update_result, name="update_result"),
    path("updates/<int:update_id>/", views.update_correct, name="update_correct"),
    path("updates/<int:update_id>/remarks/add/", remark_views.remark_add, name="remark_add"),
    path("remarks/<int:remark_id>/edit/", remark_views.remark_edit, name="remark_edit"),
    path("remarks/<int:remark_id>/remove/", remark_views.remark_remove, name="remark_remove"),
    path("help/", help_views.help_list, name="help_list"),
    path("help/<int:help_id>/answer/", views.help_answer, name="help_answer"),
    path("help/<int:help_id>/pass/", help_views.help_pass, name="help_pass"),
    path("help/<int:help_id>/withdraw/", help_views.help_withdraw, name="help_withdraw"),
    path("decisions/<int:decision_id>/done/", views.agreement_done, name="agreement_done"),
    path("decisions/<int:decision_id>/move/", views.agreement_move, name="agreement_move"),
    path("members/<int:membership_id>/hand-over/", handover_views.member_hand_over, name="member_hand_over"),
    *session_urls.urlpatterns,
]

# as above, for the plan and the person of the link
by_link = [
    path("", prepare_views.prepare_page, name="prepare_page"),
    path("actions/<int:action_id>/update/", prepare_views.prepare_update_give, name="prepare_update_give"),
    path("actions/<int:action_id>/unchanged/", prepare_views.prepare_update_unchanged, name="prepare_update_unchanged"),
    path("actions/<int:action_id>/draft/", prepare_views.prepare_update_draft, name="prepare_update_draft"),
    path("updates/<int:update_id>/", prepare_views.prepare_update_correct, name="prepare_update_correct"),
    path("help/<int:help_id>/answer/", prepare_views.prepare_help_answer, name="prepare_help_answer"),
    path("help/<int:help_id>/pass/", prepare_views.prepare_help_pass, name="prepare_help_pass"),
    path("decisions/<int:decision_id>/done/", prepare_views.prepare_agreement_done, name="prepare_agreement_done"),
    path("decisions/<int:decision_id>/move/", prepare_views.prepare_agreement_move, name="prepare_agreement_move"),
    path("indicators/<int:indicator_id>/value/", prepare_views.prepare_value_enter, name="prepare_value_enter"),
]

urlpatterns = [
    path("", views.my_work, name="my_work"),
    path("calendar/<str:secret>.ics", calendar_views.calendar_feed, name="calendar_feed"),
    path("prepare/<str:token>/", include(by_link)),
    path("plans/<int:plan_id>/", include(in_plan)),
]
