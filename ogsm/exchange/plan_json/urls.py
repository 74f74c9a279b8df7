"""Addresses below /plans/new/: a plan that comes in as a file."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("plan-json/", views.plan_bring_in, name="plan_bring_in"),
    path("plan-json/take/", views.plan_bring_take, name="plan_bring_take"),
]
