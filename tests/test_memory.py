"""What a web process remembers from one request to the next: nothing that another process could change.

Why each kind is right with several processes is in docs/decisions/06-state-in-the-database.md.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

REMEMBERED = {
    "made of the arguments alone": """
        ogsm.accounts.names.initials ogsm.dates.add_months ogsm.marks.icon_html ogsm.marks._light ogsm.marks._flags
        ogsm.marks._due ogsm.marks._who ogsm.marks._choice ogsm.words._format ogsm.templatetags.ogsm.plan_tabs
        plans.check.wording._list plans.check.wording._set plans.check.wording._phrases plans.check.wording._opening
        plans.check.wording._after_to plans.check.wording._closing plans.paper.lines plans.templatetags.plans._url
        plans.templatetags.plans._heads plans.templatetags.plans._words plans.templatetags.plans._sparkline
        plans.templatetags.plans._action_row updates.templatetags.agenda._words
        updates.templatetags.sessions._action_url updates.calendar_zone.changes_in
    """,
    "the question is remembered, never its answer": """
        actions.querysets._ready actions.places._one actions.places._places actions.stamps._latest
        actions.answers._live_action
        actions.board_queries.open_cards actions.board_queries.done_cards actions.board_queries.counted
        actions.board_queries.card_below actions.board_queries.one_card
        plans.locks._locked
        ogsm.accounts.auth._person ogsm.header._counts ogsm.header._latest_session ogsm.header._next_session
        plans.access._membership plans.access._members plans.access._choices updates.my_work._owed
        updates.running._pulse_now
    """,
    "what the installation is made of": """
        ogsm.marks._sprite ogsm.markdown._reader ogsm.pieces.from_queryset ogsm.pdf_engine._fonts_and_styles
        ogsm.unchanged.release
        ogsm.data_check.core.path_to_plan updates.outbox._load_composers ogsm.api.views._resolver
        ogsm.api.views._description
    """,
}


def _name(node: ast.expr) -> str:
    """'lru_cache' of lru_cache(maxsize=8)(function), and of functools.lru_cache."""
    while isinstance(node, ast.Call):
        node = node.func
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def remembered(path: Path, module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            made = [_name(decorator) for decorator in node.decorator_list]
            name = node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            made, name = [_name(node.value)], node.targets[0].id
        else:
            continue
        if {"cache", "lru_cache"} & set(made):
            yield f"{module}.{name}"


def sources() -> Iterator[tuple[Path, str]]:
    for part in ("ogsm", "plans", "actions", "updates"):
        for path in sorted(Path(settings.BASE_DIR, part).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)


def test_everything_a_process_remembers_is_of_a_kind_that_another_one_cannot_change():
    found = {name for path, module in sources() for name in remembered(path, module)}
    assert found == {name for names in REMEMBERED.values() for name in names.split()}


def test_no_function_changes_what_belongs_to_its_module():
    changed = {
        f"{module}: {', '.join(node.names)}"
        for path, module in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Global)
    }
    assert changed == set()


@pytest.mark.parametrize("kind", REMEMBERED)
def test_each_kind_is_explained(kind):
    words = Path(settings.BASE_DIR, "docs/decisions/06-state-in-the-database.md").read_text()
    assert kind in words
