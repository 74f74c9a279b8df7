"""Addresses of the plan and its pieces, below /plans/."""

from __future__ import annotations

app_name = "plans"
urlpatterns: list = []
