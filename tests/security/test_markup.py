"""Whatever people type comes out as text: in every page, in whichever field it was stored."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import models, transaction
from django.test import Client

from ogsm.markdown import markdown_html
from tests.addresses import SUPERUSERS

pytestmark = pytest.mark.django_db
SPITE = "<b id=x>'\"&{{7*7}}"
OURS = ("accounts", "plans", "actions", "updates")
# What is no text of people: choices, addresses, secrets, and what must stay as it is to find things by.
KEPT = {"email", "password", "secret", "language", "theme", "sort_name"}


def spoil() -> list[str]:
    """Puts markup into each stored text of each row; which fields those were."""
    spoilt = []
    for model in apps.get_models():
        if model._meta.app_label not in OURS or model.__name__.startswith("Historical"):
            continue
        texts = [
            field
            for field in model._meta.get_fields()
            if isinstance(field, (models.CharField, models.TextField))
            and not field.choices
            and not isinstance(field, models.URLField)
            and field.name not in KEPT
        ]
        for field in texts:
            if (field.max_length or 1000) < len(SPITE):
                continue
            with transaction.atomic():
                filled = model._default_manager.exclude(**{field.name: None})
                filled.update(**{field.name: SPITE})
            spoilt.append(f"{model._meta.label}.{field.name}")
    return spoilt


def test_no_page_lets_markup_through(paths, world):
    people, *_rest, outsiders = world
    spoilt = spoil()
    assert {"plans.Plan.name", "plans.Choice.goal", "actions.Action.result", "accounts.User.name"} <= set(spoilt)
    wrong, shown = [], 0
    for name, path in paths.items():
        client = Client()
        client.force_login(outsiders["admin"] if name in SUPERUSERS else people["owner"])
        for headers in ({}, {"HX-Request": "true"}):
            cache.clear()
            with transaction.atomic():
                answer = client.get(path, headers=headers)
                transaction.set_rollback(True)
            if not answer.headers.get("Content-Type", "").startswith("text/html"):
                continue
            shown += "&lt;b id=x&gt;" in answer.text
            if "<b id=x>" in answer.text:
                wrong.append(f"{name} {headers}")
    assert wrong == []
    assert shown > 100


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "![x](https://evil.example/pixel.png)",
        '[x](https://a.example "\\" onmouseover=\\"alert(1)")',
        "<a href='javascript:alert(1)'>x</a>",
        "<https://a.example/\" onclick=alert(1)>",
        "`<b>`",
        "[x]: javascript:alert(1)\n\n[x]",
        "<style>*{display:none}</style>",
        "<svg><script>alert(1)</script></svg>",
    ],
)  # fmt: skip
def test_markdown_brings_no_script_no_picture_and_no_foreign_scheme(text):
    html = markdown_html(text)
    tags = set(re.findall(r"<\s*([a-z]+)", html))
    assert tags <= {"p", "a", "code", "br"}
    for attributes in re.findall(r"<[a-z]+([^>]*)>", html):
        assert not re.search(r"\bon\w+\s*=", re.sub(r'"[^"]*"', '""', attributes))
    assert not re.search(r'href="(?!https?:|mailto:)', html)
