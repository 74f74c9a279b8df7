from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from ogsm import backup
from ogsm.backup import archive


class Command(BaseCommand):
    help = (
        "The whole database in one file, consistent while everybody works on. Into a folder it gets its date as a"
        " name; a name of your own ends in .tar. The file holds personal data: keep it as you keep the database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", nargs="?", default=".", type=Path, help="a folder, or a file ending in .tar")
        parser.add_argument("--keep", type=int, help="remove all but this many of the dated backups in the folder")

    def handle(self, *args: Any, **options: Any) -> None:
        target, keep = options["target"], options["keep"]
        if keep is not None and keep < 1:
            raise CommandError("--keep is a number from 1.")
        try:
            done, manifest = backup.make(target, at=timezone.now())
        except backup.Trouble as trouble:
            raise CommandError(str(trouble)) from trouble
        self.stdout.write(f"{done} ({backup.in_words(manifest.counts)})")
        if keep is not None:
            for old in archive.prune(done.parent, keep=keep):
                self.stdout.write(f"removed {old}")
