"""docs/security.md is true: its tests exist, and its rates are those that count."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.security.test_headers import PAGE

BASE = Path(settings.BASE_DIR)
THREATS = re.findall(r"^\| ([^|`]+) \| ([^|]+) \| (`tests/[^|]+) \|$", PAGE, re.M)
TESTS = sorted({name for _threat, _measure, tests in THREATS for name in re.findall(r"`tests/([^`]+)`", tests)})


def names_in(path: Path) -> set[str]:
    """The names by which pytest collects what is in a file."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)}
    return {name for name in found if name.split("::")[-1].startswith("test_")}


@pytest.mark.parametrize("name", TESTS)
def test_every_test_that_is_named_exists(name):
    file, _, test = name.partition("::")
    assert test in names_in(BASE / "tests" / file)


def test_every_threat_has_a_measure_and_a_test():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "tests/" in line]
    assert len(THREATS) == len(rows) > 40
    for _threat, measure, tests in THREATS:
        assert measure.strip()
        assert "::test_" in tests


def test_the_rates_are_those_of_the_settings():
    listed = dict(re.findall(r"^\| `([a-z_]+)` \| `([^`]+)` \|", PAGE, re.M))
    assert listed == settings.RATE_LIMITS
