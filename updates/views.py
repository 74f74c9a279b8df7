"""My work, updates, help asked and agreements kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def my_work(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def update_give(request: HttpRequest, plan_id: int, action_id: int) -> HttpResponse:
    return HttpResponse()


def update_unchanged(request: HttpRequest, plan_id: int, action_id: int) -> HttpResponse:
    return HttpResponse()


def update_draft(request: HttpRequest, plan_id: int, action_id: int) -> HttpResponse:
    return HttpResponse()


def update_correct(request: HttpRequest, plan_id: int, update_id: int) -> HttpResponse:
    return HttpResponse()


def help_answer(request: HttpRequest, plan_id: int, help_id: int) -> HttpResponse:
    return HttpResponse()


def agreement_done(request: HttpRequest, plan_id: int, decision_id: int) -> HttpResponse:
    return HttpResponse()
