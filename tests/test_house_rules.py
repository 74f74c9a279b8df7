"""What keeps the tree readable and the content policy strict."""

import re
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
CODE = ["ogsm", "plans", "actions", "updates", "tests", "scripts", "templates", "static"]
LONGEST = 500

AGAINST_THE_POLICY = {
    "inline style": r"""\sstyle\s*=|<style\b""",
    "inline script": r"""<script\b(?![^>]*\bsrc=)(?![^>]*type="application/json")""",
    "inline handler": r"""\son[a-z]+=["']|\bhx-on\b|javascript:|["']js:""",
    "another site": r"""<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)="(?:https?:)?//""",
}


def files(*suffixes: str) -> list[Path]:
    return sorted(
        path
        for folder in CODE
        for path in (BASE / folder).rglob("*")
        if path.suffix in suffixes and "migrations" not in path.parts
    )


def name(path: Path) -> str:
    return str(path.relative_to(BASE))


@pytest.mark.parametrize("what", AGAINST_THE_POLICY)
def test_templates_hold_nothing_the_content_policy_refuses(what):
    pages = [path for path in files(".html") if path.is_relative_to(BASE / "templates")]
    assert pages
    refused = re.compile(AGAINST_THE_POLICY[what], re.IGNORECASE)
    assert [name(path) for path in pages if refused.search(path.read_text())] == []


def test_no_file_is_longer_than_a_reader_can_hold():
    lengths = {name(path): len(path.read_text().splitlines()) for path in files(".py", ".html", ".js", ".css")}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def test_no_scripts_fetch_each_other_in_a_circle():
    """Each name carries the hash of its content, which would then depend on itself."""
    fetched = re.compile(r"""(?:from|import)\s*\(?\s*["']\./([\w-]+\.js)["']""")
    scripts = {path.name: set(fetched.findall(path.read_text())) for path in files(".js")}
    while ends := {script for script, others in scripts.items() if not others & scripts.keys()}:
        scripts = {script: others for script, others in scripts.items() if script not in ends}
    assert scripts == {}
