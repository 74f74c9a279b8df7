"""Migrations that the version before them survives: while one machine is upgraded, the others still serve.

The rule, and what to do instead, is docs/decisions/09-migrations.md. No database and no version control is asked.
"""

from __future__ import annotations

import pytest
from django.db import connections, migrations, models
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django_migration_linter.sql_analyser import PostgresqlAnalyser

# The newest migration of each app in the first release. What comes after it meets a version that still serves.
# Raise these with a release that everybody stops for, and say so in CHANGELOG.md.
BASELINE = {
    "accounts": "0006_columns_of_the_action_plan",
    "plans": "0005_stand_in",
    "actions": "0004_counts_index",
    "updates": "0009_meeting_mode",
}

# Judged by somebody, with the reason.
EXCUSED = {"plans.0006_lists_of_a_member": "came before the first release"}


def statements(migration: migrations.Migration, state: ProjectState) -> list[str]:
    """The SQL of a migration on PostgreSQL, made without one."""
    server = DatabaseWrapper({**connections["default"].settings_dict, "NAME": "none", "OPTIONS": {}}, alias="default")
    with server.schema_editor(collect_sql=True, atomic=False) as editor:
        server.ops.compose_sql = lambda sql, params: sql % tuple(map(editor.quote_value, params or ()))
        migration.apply(state, editor, collect_sql=True)
    return [line for line in editor.collected_sql if not line.startswith("--")]


def faults(migration: migrations.Migration, state: ProjectState) -> list[str]:
    """What of it the version before would not survive."""
    analyser = PostgresqlAnalyser([])
    analyser.analyse(statements(migration, state))
    return [issue.code for issue in analyser.errors]


def test_every_migration_after_the_first_release_leaves_the_version_before_it_working():
    loader = MigrationLoader(None)
    newer = {
        f"{app}.{name}": faults(loader.disk_migrations[app, name], loader.project_state((app, name), at_end=False))
        for app, name in sorted(loader.disk_migrations)
        if app in BASELINE and name > BASELINE[app]
    }
    assert {name: found for name, found in newer.items() if found and name not in EXCUSED} == {}
    assert all((app, name) in loader.disk_migrations for app, name in BASELINE.items())


def before() -> ProjectState:
    state = ProjectState()
    fields = [("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=20))]
    state.add_model(migrations.state.ModelState("trial", "Thing", fields))
    return state


def migration_of(operation: migrations.operations.base.Operation) -> migrations.Migration:
    migration = migrations.Migration("0002_trial", "trial")
    migration.operations = [operation]
    return migration


@pytest.mark.parametrize(
    ("operation", "found"),
    [
        (migrations.AddField("thing", "note", models.CharField(max_length=9, default="")), ["NOT_NULL"]),
        (migrations.RenameField("thing", "name", "title"), ["RENAME_COLUMN"]),
        (migrations.RemoveField("thing", "name"), ["DROP_COLUMN"]),
        (migrations.RenameModel("Thing", "Matter"), ["RENAME_TABLE"]),
        (migrations.DeleteModel("Thing"), ["DROP_TABLE"]),
        (migrations.AddField("thing", "note", models.CharField(max_length=9, null=True)), []),
        (migrations.AddField("thing", "note", models.CharField(max_length=9, default="", db_default="")), []),
        (migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))]), []),
        (migrations.AddIndex("thing", models.Index(fields=["name"], name="trial_name")), []),
    ],
)
def test_what_an_older_version_would_stumble_over_is_found(operation, found):
    assert faults(migration_of(operation), before()) == found
