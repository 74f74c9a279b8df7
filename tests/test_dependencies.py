"""What the product runs on: under licences that were accepted, and asked about without believing silence."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from types import ModuleType

import pytest
from django.conf import settings


def script(name: str) -> ModuleType:
    path = settings.BASE_DIR / "scripts" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def licences() -> ModuleType:
    return script("licences")


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    return script("audit")


def test_the_page_of_licences_is_true_and_none_of_them_is_unknown():
    done = subprocess.run(
        [sys.executable, "scripts/licences.py", "--check"], cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("licence", "passes"),
    [
        ("MIT", True),
        ("BSD; MIT", True),
        ("MIT AND BSD", True),
        ("AGPL-3.0-only", False),
        ("MIT; Other/Proprietary License", False),
        ("MIT AND GPL-3.0-only", False),
        ("UNKNOWN", False),
        ("not said", False),
    ],
)
def test_every_licence_of_a_package_must_be_accepted(licences, licence, passes):
    rules = {"accepted": ["MIT", "BSD"], "looked_at": {}}
    assert (licences.refused([licences.Part("new-one", "1.0", licence)], rules) == []) is passes


def test_a_package_whose_licence_somebody_read_passes(licences):
    rules = {"accepted": ["MIT"], "looked_at": {"odd-one": "as MIT"}}
    assert licences.refused([licences.Part("odd-one", "1.0", "Custom")], rules) == []


def test_of_a_lock_only_what_is_installed_here_counts(licences):
    hashed = " \\\n    --hash=sha256:00\n    # via c\n"
    lock = f"a-b==1.0{hashed}c[d]==2.0 ; sys_platform == 'nowhere'{hashed}"
    assert licences.locked(lock) == {"a-b": "1.0"}


@pytest.mark.parametrize(
    ("said", "finding"),
    [
        ("", "gave no answer"),
        ("<html>", "gave no answer"),
        ({"dependencies": [{"name": "a", "skip_reason": "not found"}, {"name": "b", "version": "1", "vulns": []}]},
         "could not be asked about 1 of 2 packages, such as a"),
        ({"dependencies": [{"name": "b", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1"]}]}]},
         "b 1: CVE-1, mended in 1.1"),
    ],
)  # fmt: skip
def test_a_vulnerability_and_an_answer_that_does_not_come_are_both_findings(audit, said, finding):
    [line] = audit.pypi_findings(said if isinstance(said, str) else json.dumps(said))
    assert finding in line


@pytest.mark.parametrize(
    ("said", "finding"),
    [
        ("", "gave no answer"),
        ({"message": "405 Method Not Allowed"}, "could not be asked: 405"),
        ({"vulnerabilities": {"bootstrap": {"severity": "high"}}}, "bootstrap: high"),
    ],
)
def test_the_same_of_npm(audit, said, finding):
    [line] = audit.npm_findings(said if isinstance(said, str) else json.dumps(said))
    assert finding in line


def test_nothing_known_is_no_finding(audit):
    assert audit.pypi_findings(json.dumps({"dependencies": [{"name": "b", "version": "1", "vulns": []}]})) == []
    assert audit.npm_findings(json.dumps({"vulnerabilities": {}})) == []
