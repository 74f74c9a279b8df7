"""My work at the root, and all else below /plans/<plan_id>/: updates, help, sessions, decisions."""

from __future__ import annotations

app_name = "updates"
urlpatterns: list = []
