"""updates -> actions -> plans -> ogsm.accounts, never back: the contracts stand in pyproject.toml."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

CHECK = "action_rules advice ambition burden choice_rules core indicator_rules plan_rules report wording words".split()
PURE = [
    "plans/rules.py",
    "actions/rules.py",
    "actions/paste.py",
    "actions/recognise.py",
    "actions/timeline.py",
    "updates/agenda.py",
    "ogsm/dates.py",
    "ogsm/accounts/names.py",
    *(f"plans/check/{name}.py" for name in CHECK),
]


def test_no_app_imports_one_that_stands_on_it():
    """In a process of its own: the linter switches off every logger that is there."""
    linter = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([linter, "--no-cache"], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("path", PURE)
def test_rules_touch_no_database_request_or_clock(path):
    tree = ast.parse((Path(settings.BASE_DIR) / path).read_text())
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    impure = {"django.db", "django.http", "django.conf", "django.utils.timezone", "time"}
    assert not {name for name in imported if any(name == part or name.startswith(f"{part}.") for part in impure)}
    calls = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not calls & {"now", "today", "utcnow"}
