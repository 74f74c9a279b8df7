"""`check --deploy` says which settings are foolish for others to reach, and is silent about sensible ones."""

from __future__ import annotations

import os
import re
import runpy
from types import SimpleNamespace

import pytest
from django.conf import global_settings
from django.conf import settings as project

from ogsm import checks
from tests.test_settings import MUST, run

PROXY = {"BEHIND_PROXY": "1"}
TWO_HOSTS = {"ALLOWED_HOSTS": "ogsm.example,www.ogsm.example"}
SENSIBLE = [
    {},
    PROXY,
    {"HTTPS": "1", **PROXY},
    {"SITE_URL": "https://ogsm.example"},
    {**TWO_HOSTS, "SITE_URL": "https://ogsm.example/"},
    {"CACHE_URL": "redis://cache.internal:6379/0"},
    {"EMAIL_URL": "smtp+tls://ogsm:geheim@mail.example:587"},
    {"EMAIL_URL": "smtp+ssl://ogsm:geheim@mail.example:465"},
    {"EMAIL_URL": "smtp://mail.example:25"},
    {"CSRF_TRUSTED_ORIGINS": "https://ogsm.example"},
    {"SECRET_KEY_FALLBACKS": "abcdefghijklmnopqrstuvwxyz0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
]
FOOLISH = [
    ({"SECRET_KEY": "protects-nothing-but-one-machine"}, {"ogsm.E002"}),
    ({"SECRET_KEY_FALLBACKS": "protects-nothing-but-one-machine"}, {"ogsm.E002"}),
    ({"ALLOWED_HOSTS": "*", "SITE_URL": "https://ogsm.example"}, {"ogsm.W003"}),
    ({"ALLOWED_HOSTS": ".example", "SITE_URL": "https://ogsm.example"}, {"ogsm.W003"}),
    (TWO_HOSTS, {"ogsm.W004"}),
    ({"SITE_URL": "http://ogsm.example"}, {"ogsm.W005"}),
    ({"CSRF_TRUSTED_ORIGINS": "https://*.example"}, {"ogsm.W006"}),
    ({"CSRF_TRUSTED_ORIGINS": "http://ogsm.example"}, {"ogsm.W006"}),
    ({"CACHE_URL": "locmemcache://"}, {"ogsm.W007"}),
    ({"EMAIL_URL": "consolemail://"}, {"ogsm.W008"}),
    ({"EMAIL_URL": "smtp://ogsm:geheim@mail.example:25"}, {"ogsm.W009"}),
]
IN_PRODUCTION = [{}, PROXY, {"HTTPS": "1", **PROXY}]


@pytest.fixture
def found(monkeypatch):
    """Which of our checks have something to say about an installation with these variables."""

    def ask(environment: dict[str, str]) -> set[str]:
        with monkeypatch.context() as patched:
            for name in list(os.environ):
                patched.delenv(name)
            for name, value in {**MUST, **environment}.items():
                patched.setenv(name, value)
            values = runpy.run_path(str(project.BASE_DIR / "ogsm" / "settings.py"))
            patched.setattr(checks, "settings", SimpleNamespace(**{**vars(global_settings), **values}))
            said = [*checks.secret_key(), *checks.where_it_is_reached(), *checks.what_it_leans_on()]
        return {message.id for message in said}

    return ask


@pytest.mark.parametrize("environment", SENSIBLE, ids=str)
def test_sensible_settings_pass(environment, found):
    assert found(environment) == set()


@pytest.mark.parametrize(("environment", "ids"), FOOLISH, ids=str)
def test_foolish_settings_are_named(environment, ids, found):
    assert found(environment) == ids


def test_a_demo_may_be_foolish(found):
    assert found({"DEMO": "1", "CACHE_URL": "locmemcache://", "SECRET_KEY": checks.settings.PUBLIC_KEY}) == set()


@pytest.mark.parametrize("environment", IN_PRODUCTION, ids=str)
def test_the_whole_deployment_check_is_clean_with_and_without_a_proxy(environment):
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **{**MUST, **environment})
    assert done.returncode == 0, done.stderr


def test_serving_plain_http_is_never_called_clean():
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **MUST, HTTPS="0", **PROXY)
    assert done.returncode != 0
    assert set(re.findall(r"\((\w+\.W\d+)\)", done.stderr)) == {
        "security.W004", "security.W008", "security.W012", "security.W016",
    }  # fmt: skip


def test_the_demos_key_stops_every_command_and_not_the_demo():
    key = {"SECRET_KEY": "protects-nothing-but-one-machine"}
    done = run("manage.py", "check", **{**MUST, **key})
    assert done.returncode != 0
    assert "ogsm.E002" in done.stderr
    assert run("manage.py", "check", DEMO="1", **key).returncode == 0


def test_a_rate_that_is_none_stops_every_command_in_words():
    done = run("manage.py", "check", **MUST, RATE_LIMITS="export=often")
    assert done.returncode != 0
    assert "export='often' is no rate: write times/within/whose, such as 30/m/user" in done.stderr
