"""Safe by default: what an installation does that sets nothing but what it must."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as project

from tests.factories import UserFactory

MUST = {"SECRET_KEY": "x" * 30 + "0123456789abcdefghijklmnopqrstuvwxyz", "ALLOWED_HOSTS": "ogsm.example"}


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own, with these variables and no others."""
    return subprocess.run(
        [sys.executable, *arguments],
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "ogsm.settings", **env},
        cwd=project.BASE_DIR,
        capture_output=True,
        text=True,
    )


def value_of(expression: str, **env: str) -> str:
    done = run("-c", f"from django.conf import settings as s; print({expression})", **env)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_without_a_secret_key_it_does_not_start():
    done = run("manage.py", "check")
    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr


def test_with_what_it_must_have_it_passes_djangos_own_deployment_check():
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **MUST)
    assert done.returncode == 0, done.stderr


def test_a_demo_answers_to_this_machine_only_whatever_else_is_set():
    assert value_of("s.ALLOWED_HOSTS", DEMO="1", ALLOWED_HOSTS="*") == "['127.0.0.1', 'localhost', '[::1]']"


@pytest.mark.parametrize(("env", "https"), [({}, "True"), ({"DEMO": "1"}, "False"), ({"HTTPS": "0"}, "False")])
def test_cookies_travel_over_https_only_unless_it_is_a_demo_or_said_so(env, https):
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT")
    assert value_of(f"{{getattr(s, name) for name in {names}}}", **MUST, **env) == f"{{{https}}}"


def test_sqlite_takes_its_write_lock_first_and_lets_readers_go_on(tmp_path):
    script = """
import django; django.setup()
from django.db import connection
with connection.cursor() as cursor:
    for name in ("journal_mode", "synchronous", "busy_timeout"):
        print(cursor.execute(f"PRAGMA {name}").fetchone()[0], end=" ")
print(connection.transaction_mode)
"""
    done = run("-c", script, **MUST, DATABASE_URL=f"sqlite:///{tmp_path}/a.sqlite3")
    assert done.stdout.split() == ["wal", "1", "5000", "IMMEDIATE"], done.stderr


def test_missing_third_party_files_are_an_error_at_start(settings, tmp_path):
    from ogsm.checks import node_modules

    assert node_modules() == []
    settings.VENDOR_DIRS = [("vendor/bootstrap", tmp_path / "gone")]
    [error] = node_modules()
    assert (error.id, error.level) == ("ogsm.E001", 40)
    assert "scripts/bootstrap.py" in error.hint


def test_every_page_is_closed_unless_it_says_otherwise(client):
    assert client.get("/accounts/profile/")["Location"] == "/accounts/login/?next=/accounts/profile/"


@pytest.mark.django_db
def test_pages_load_nothing_inline_and_nothing_from_elsewhere(client):
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules == {
        "default-src": "'self'",
        "img-src": "'self' data:",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
    }


@pytest.mark.django_db
def test_inline_styles_are_allowed_on_the_administrations_history_pages_alone_and_scripts_nowhere(client_of, plan):
    admin = client_of(UserFactory(is_staff=True, is_superuser=True))
    assert "unsafe" not in admin.get("/admin/")["Content-Security-Policy"]
    policy = admin.get(f"/admin/plans/plan/{plan.pk}/history/")["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src" not in policy


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["latin-1", "unicode_escape"])
def test_text_in_another_character_set_is_refused_in_words(client, charset):
    answer = client.post(
        "/accounts/login/", b"login=a", content_type=f"application/x-www-form-urlencoded; charset={charset}"
    )
    assert (answer.status_code, answer.content) == (400, b"Please send text as UTF-8.")


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["HTTP_REFERER", "HTTP_HX_CURRENT_URL"])
def test_a_page_address_that_is_none_is_left_out(client_of, plan, plan_owner, header):
    answer = client_of(plan_owner).get(f"/plans/{plan.pk}/", HTTP_HX_REQUEST="true", **{header: "http://["})
    assert answer.status_code == 200


@pytest.mark.django_db
def test_http_goes_to_https_but_a_health_probe_gets_its_answer(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    response = client.get("/accounts/login/?next=/plans/")
    assert (response.status_code, response["Location"]) == (301, "https://testserver/accounts/login/?next=/plans/")
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"REQUIRE_TWO_FACTORS": "superuser"}, "REQUIRE_TWO_FACTORS: superuser"),
        ({"OIDC_ISSUER": "https://id.example"}, "without OIDC_CLIENT_ID"),
        (
            {"OIDC_ISSUER": "http://id.example", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"},
            "has to begin with https://",
        ),
    ],
)
def test_a_slip_in_how_people_sign_in_is_told_before_it_starts(env, said):
    done = run("manage.py", "check", **MUST, **env)
    assert done.returncode != 0
    assert said in done.stderr


def test_who_has_to_sign_in_in_two_steps_may_be_several():
    assert value_of("s.REQUIRE_TWO_FACTORS", **MUST, REQUIRE_TWO_FACTORS="superusers,owners") == (
        "['superusers', 'owners']"
    )


def test_statements_are_prepared_on_postgresql_unless_its_address_says_that_connections_change_hands():
    cursor = "__import__('django.db').db.connection.get_connection_params()['cursor_factory'].__name__"
    address = "postgres://ogsm@db.example/ogsm"
    assert value_of(cursor, **MUST, DATABASE_URL=address) == "ServerBindingCursor"
    shared = f"{address}?disable_server_side_cursors=true&server_side_binding=false&conn_max_age=0"
    assert value_of(cursor, **MUST, DATABASE_URL=shared) == "Cursor"  # binds itself, and prepares nothing
