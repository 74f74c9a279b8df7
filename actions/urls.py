"""Addresses of actions, below /plans/<plan_id>/."""

from __future__ import annotations

from django.urls import include, path

from . import (
    views,
    views_board,
    views_board_view,
    views_edit,
    views_moves,
    views_paste,
    views_quick,
    views_steps,
    views_table,
    views_timeline,
)

app_name = "actions"

step = [
    path("edit/", views_steps.step_edit, name="step_edit"),
    path("tick/", views_steps.step_tick, name="step_tick"),
    path("move/", views_steps.step_move, name="step_move"),
    path("remove/", views_steps.step_remove, name="step_remove"),
    path("restore/", views_steps.step_restore, name="step_restore"),
]

urlpatterns = [
    path("board/", views_board.action_board, name="action_board"),
    path("board/live/", views_board.board_live, name="board_live"),
    path("actions/<int:action_id>/move/", views_board.action_move, name="action_move"),
    path("actions/<int:action_id>/undo/", views_board.action_undo, name="action_undo"),
    path("board/fold/", views_board_view.board_fold, name="board_fold"),
    path("board/default/", views_board_view.board_default, name="board_default"),
    path("timeline/", views_timeline.action_timeline, name="action_timeline"),
    path("actions/", views_table.action_list, name="action_list"),
    path("actions/columns/", views_table.action_columns, name="action_columns"),
    path("actions/move/", views_moves.actions_move, name="actions_move"),
    path("actions/move/undo/", views_moves.actions_undo, name="actions_undo"),
    path("actions/bulk/", views_table.action_bulk, name="action_bulk"),
    path("actions/<int:action_id>/cell/", views_table.action_cell, name="action_cell"),
    path("actions/add/", views_edit.action_add, name="action_add"),
    path("actions/quick/", views_quick.action_quick, name="action_quick"),
    path("actions/paste/", views_paste.actions_paste, name="actions_paste"),
    path("actions/<int:action_id>/", views.action_page, name="action_page"),
    path("actions/<int:action_id>/edit/", views_edit.action_edit, name="action_edit"),
    path("actions/<int:action_id>/deadline/", views_edit.action_deadline, name="action_deadline"),
    path("actions/<int:action_id>/steps/add/", views_steps.step_add, name="step_add"),
    path("actions/<int:action_id>/steps/<int:step_id>/", include(step)),
    path("actions/<int:action_id>/archive/", views_edit.action_archive, name="action_archive"),
    path("actions/<int:action_id>/restore/", views_edit.action_restore, name="action_restore"),
]
