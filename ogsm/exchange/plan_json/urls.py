"""Addresses below /plans/new/: a plan that comes in as a file."""

from __future__ import annotations

from django.urls import path

from . import late

urlpatterns = [
    path("plan-json/", late.plan_bring_in, name="plan_bring_in"),
    path("plan-json/take/", late.plan_bring_take, name="plan_bring_take"),
]
