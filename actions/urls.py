"""Addresses of actions, below /plans/<plan_id>/."""

from __future__ import annotations

from django.urls import path

from . import views, views_board, views_edit

app_name = "actions"

urlpatterns = [
    path("board/", views_board.action_board, name="action_board"),
    path("board/live/", views_board.board_live, name="board_live"),
    path("actions/", views.action_list, name="action_list"),
    path("actions/add/", views_edit.action_add, name="action_add"),
    path("actions/<int:action_id>/", views.action_page, name="action_page"),
    path("actions/<int:action_id>/edit/", views_edit.action_edit, name="action_edit"),
    path("actions/<int:action_id>/deadline/", views_edit.action_deadline, name="action_deadline"),
    path("actions/<int:action_id>/move/", views_board.action_move, name="action_move"),
    path("actions/<int:action_id>/undo/", views_board.action_undo, name="action_undo"),
    path("actions/<int:action_id>/archive/", views_edit.action_archive, name="action_archive"),
    path("actions/<int:action_id>/restore/", views_edit.action_restore, name="action_restore"),
]
