"""Addresses of actions, below /plans/<plan_id>/."""

from __future__ import annotations

app_name = "actions"
urlpatterns: list = []
