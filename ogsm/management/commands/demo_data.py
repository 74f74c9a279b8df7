from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ogsm.management import demo_database
from ogsm.staticfiles import collect_if_changed


class Command(BaseCommand):
    help = "Everything the demo needs but serving it: database, two plans, static files. RESET=1 starts afresh."

    def handle(self, *args: Any, **options: Any) -> None:
        done = demo_database.prepare(at=timezone.now(), reset=os.environ.get("RESET") == "1")
        collect_if_changed()
        self.stdout.write(done)
        self.stdout.flush()
