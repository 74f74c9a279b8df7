"""Addresses of what goes out of a plan and comes in, below /plans/<plan_id>/."""

from __future__ import annotations

from django.urls import path

from . import views, views_import
from .plan_json.late import plan_json

app_name = "exchange"

urlpatterns = [
    path("export/plan.xlsx", views.plan_xlsx, name="plan_xlsx"),
    path("export/actions.xlsx", views.actions_xlsx, name="actions_xlsx"),
    path("export/plan.json", plan_json, name="plan_json"),
    path("import/", views_import.plan_import, name="plan_import"),
    path("import/take/", views_import.plan_import_take, name="plan_import_take"),
]
