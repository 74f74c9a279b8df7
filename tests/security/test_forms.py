"""Forms, requests and files: what an attacker would make of them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as project
from django.core.cache import cache
from django.db import models, transaction
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.addresses import PLAN_ADDRESSES, POSTED_TO_BY_ANYONE

pytestmark = pytest.mark.django_db
BASE = Path(project.BASE_DIR)
OURS = ("ogsm", "plans", "actions", "updates")
# Modules that ask something of another machine, and who may: mail, and signing in at the organisation's own provider.
REACHING_OUT = {
    "requests",
    "urllib.request",
    "http.client",
    "httpx",
    "aiohttp",
    "socket",
    "ftplib",
    "smtplib",
    "urllib3",
}
MAY_REACH_OUT = {
    "ogsm/management/commands/demo.py",  # looks whether its port is free
    "ogsm/management/commands/load_bench.py",
    "ogsm/logs.py",  # names its errors
    "ogsm/sign_in/oidc.py",
    "plans/inviting.py",  # names its errors
    "updates/due.py",  # says which machine it ran on
    "updates/outbox.py",
}


def test_every_form_is_refused_without_its_token(paths, plan_owner):
    let_in = {}
    client = Client(enforce_csrf_checks=True)
    client.force_login(plan_owner)
    posted_to = {name for name, (_get, post) in PLAN_ADDRESSES.items() if post is not None}
    links = {name for name in paths if name.startswith("updates:prepare_") and name != "updates:prepare_page"}
    for name in posted_to | links | POSTED_TO_BY_ANYONE | {"accounts:profile", "plans:plan_new"}:
        cache.clear()
        with transaction.atomic():
            answer = client.post(paths[name])
            transaction.set_rollback(True)
        if answer.status_code != 403 or "This page was open for too long" not in answer.text:
            let_in[name] = answer.status_code
    assert let_in == {}


def test_a_form_of_another_site_is_refused_even_with_a_token(client_of, member):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    client.get("/accounts/profile/")
    token = client.cookies["csrftoken"].value
    form = {"name": "Lotte", "csrfmiddlewaretoken": token}
    answers = [
        client.post("/accounts/profile/", form, headers={"origin": origin}).status_code
        for origin in ("https://evil.example", "null", "http://testserver.evil.example")
    ]
    assert answers == [403] * 3
    assert client.post("/accounts/profile/", form, headers={"origin": "http://testserver"}).status_code == 302


def test_no_form_moves_a_piece_into_another_plan(client_of, plan, choice, action, plan_owner, responsible):
    other = factories.ChoiceFactory(plan=factories.PlanFactory())
    client = client_of(plan_owner)
    form = {"result": "Anders", "choice": other.pk, "responsible": responsible.pk, "plan": other.plan.pk}
    answer = client.post(reverse("actions:action_edit", args=[plan.pk, action.pk]), form)
    assert answer.status_code == 422
    action.refresh_from_db()
    assert (action.choice, action.plan) == (choice, plan)


def test_nobody_of_elsewhere_is_made_responsible(client_of, plan, choice, action, plan_owner, stranger):
    answer = client_of(plan_owner).post(
        reverse("actions:action_edit", args=[plan.pk, action.pk]),
        {"result": action.result, "choice": choice.pk, "responsible": stranger.pk},
    )
    assert answer.status_code == 422
    action.refresh_from_db()
    assert action.responsible != stranger


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", " javascript:alert(1)"])
def test_a_link_leads_to_a_page_and_runs_nothing(client_of, plan, choice, action, responsible, link):
    page = reverse("actions:action_edit", args=[plan.pk, action.pk])
    answer = client_of(responsible).post(page, {"link": link})
    assert answer.status_code == 422
    action.refresh_from_db()
    assert action.link == ""


def test_what_is_handed_in_is_read_and_not_kept_as_a_file():
    """No field of ours holds a file, and no address serves one."""
    holding = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.FileField)
    ]
    assert holding == []
    assert project.MEDIA_ROOT == ""


def imports(path: Path) -> set[str]:
    """The modules that a file imports anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_nothing_that_people_type_makes_the_server_ask_another_machine():
    reaching = {
        str(path.relative_to(BASE))
        for app in OURS
        for path in (BASE / app).rglob("*.py")
        if {part for name in imports(path) for part in (name, name.partition(".")[0])} & REACHING_OUT
    }
    assert reaching <= MAY_REACH_OUT


def test_nothing_that_people_type_is_run():
    """No eval, no shell, no unsafe loader in our code."""
    refused = {"subprocess", "pickle", "marshal", "shelve", "code", "yaml"}
    running = {
        str(path.relative_to(BASE))
        for app in OURS
        for path in (BASE / app).rglob("*.py")
        if imports(path) & refused and "backup" not in path.parts
    }
    assert running == set()
