from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from ogsm import backup


class Command(BaseCommand):
    help = (
        "Puts a backup back, all of it or nothing, and brings it up to this version. Stop the web processes and"
        " run_due first. Everybody signs in again afterwards."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that manage.py backup made")
        parser.add_argument(
            "--replace", action="store_true", help="take the place of what is there; a copy of that is made first"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = backup.restore(options["file"], at=timezone.now(), replace=options["replace"])
        except backup.Trouble as trouble:
            raise CommandError(str(trouble)) from trouble
        if done.safety_copy:
            self.stdout.write(f"What was there is kept in {done.safety_copy}")
        if done.set_aside:
            self.stdout.write(f"The damaged database is kept as {done.set_aside}")
        manifest = done.manifest
        self.stdout.write(f"Restored the backup of {manifest.made_at}: {backup.in_words(manifest.counts)}.")
        if done.other_key:
            self.stdout.write(
                "SECRET_KEY here is not the one the backup was made with: links in mails of before do not work any"
                " more. If you still have that key, set it and start again."
            )
        call_command("check_data", stdout=self.stdout)
