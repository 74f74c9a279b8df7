"""Addresses of sessions, their lines and their decisions, below /plans/<plan_id>/."""

from __future__ import annotations

from django.urls import path

from . import agenda_views, calendar_views, decision_views, line_views, meeting_views, run_views, session_views

SESSION = "sessions/<int:session_id>/"
LINE = SESSION + "lines/<int:line_id>/"

urlpatterns = [
    path("sessions/", session_views.session_list, name="session_list"),
    path("sessions/add/", session_views.session_add, name="session_add"),
    path(SESSION, session_views.session_page, name="session_page"),
    path(SESSION + "session.ics", calendar_views.session_ics, name="session_ics"),
    path(SESSION + "edit/", session_views.session_edit, name="session_edit"),
    path(SESSION + "open/", session_views.session_open, name="session_open"),
    path(SESSION + "cancel/", session_views.session_cancel, name="session_cancel"),
    path(SESSION + "points/add/", session_views.point_add, name="point_add"),
    path(SESSION + "points/<int:point_id>/remove/", session_views.point_remove, name="point_remove"),
    path(SESSION + "points/<int:point_id>/restore/", session_views.point_restore, name="point_restore"),
    path(SESSION + "agenda/place/", agenda_views.line_place, name="line_place"),
    path(SESSION + "agenda/minutes/", agenda_views.line_minutes, name="line_minutes"),
    path(SESSION + "agenda/reset/", agenda_views.agenda_reset, name="agenda_reset"),
    path(SESSION + "start/", run_views.session_start, name="session_start"),
    path(SESSION + "unstart/", run_views.session_unstart, name="session_unstart"),
    path(SESSION + "run/", run_views.session_run, name="session_run"),
    path(SESSION + "live/", meeting_views.session_live, name="session_live"),
    path(SESSION + "lead/", meeting_views.session_lead, name="session_lead"),
    path(SESSION + "note/", meeting_views.session_note, name="session_note"),
    path(SESSION + "agree/", meeting_views.session_agree, name="session_agree"),
    path(SESSION + "turn/", run_views.session_turn, name="session_turn"),
    path(SESSION + "close/", run_views.session_close, name="session_close"),
    path(SESSION + "attendance/", run_views.attendance_set, name="attendance_set"),
    path(SESSION + "confirm/", line_views.lines_confirm, name="lines_confirm"),
    path(LINE + "discussed/", line_views.line_discussed, name="line_discussed"),
    path(LINE + "note/", line_views.line_note, name="line_note"),
    path(LINE + "deadline/", line_views.line_deadline, name="line_deadline"),
    path(LINE + "result/", line_views.line_result, name="line_result"),
    path(LINE + "responsible/", line_views.line_responsible, name="line_responsible"),
    path(LINE + "extra/", line_views.line_extra, name="line_extra"),
    path(LINE + "help/", line_views.line_help, name="line_help"),
    path(LINE + "help/no/", line_views.line_help_no, name="line_help_no"),
    path(LINE + "agree/", line_views.line_agree, name="line_agree"),
    path(LINE + "stop/", line_views.line_stop, name="line_stop"),
    path(LINE + "confirm/", line_views.line_confirm, name="line_confirm"),
    path(SESSION + "minutes/", decision_views.session_minutes, name="session_minutes"),
    path(SESSION + "minutes.pdf", decision_views.session_minutes_pdf, name="session_minutes_pdf"),
    path(SESSION + "notes/add/", decision_views.note_add, name="note_add"),
    path("decisions/", decision_views.decision_list, name="decision_list"),
    path("decisions/<int:decision_id>/undo/", decision_views.decision_undo, name="decision_undo"),
]
