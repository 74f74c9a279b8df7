"""Addresses of a new plan from a file, below /plans/new/."""

from __future__ import annotations

from django.urls import path

from . import views_new

app_name = "new_plan"

urlpatterns = [
    path("workbook/", views_new.plan_from_file, name="plan_from_file"),
    path("workbook/make/", views_new.plan_from_file_make, name="plan_from_file_make"),
]
