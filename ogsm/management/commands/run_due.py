from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from ogsm.write_queue import patience
from updates.due import look_ahead, run_due

PATIENCE = 60  # s for each thing it writes


class Command(BaseCommand):
    help = (
        "What is due by now: opens the preparation of sessions that start within seven days, puts invitations,"
        " reminders and what falls due into the outbox, and sends what is in it. Run it every few minutes; a second"
        " run, or one on another machine at the same moment, does nothing twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Say what it would do, per person; write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        if options["dry_run"]:
            for line in look_ahead(at):
                self.stdout.write(line)
            return
        with patience(PATIENCE):
            record = run_due(at, clock=timezone.now)
        self.stdout.write(", ".join(f"{number} {what.replace('_', ' ')}" for what, number in record.counts.items()))
        if record.trouble:
            self.stderr.write("Something went wrong: the log says where, the page /operations/ says what.")
