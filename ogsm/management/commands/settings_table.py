from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ogsm.settings_table import document, table, written_into


class Command(BaseCommand):
    help = "All environment variables and their defaults as a Markdown table; --write puts it into docs/operations.md."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write"]:
            document().write_text(written_into(document().read_text()))
        else:
            self.stdout.write(table())
