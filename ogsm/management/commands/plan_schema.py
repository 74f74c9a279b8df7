from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from ogsm.exchange.plan_json.schema import SCHEMA_FILE, schema


class Command(BaseCommand):
    help = "Writes docs/plan.schema.json anew, after the format of plan.json was changed."

    def handle(self, *args: Any, **options: Any) -> None:
        SCHEMA_FILE.write_text(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n")
        self.stdout.write(f"{SCHEMA_FILE.name} is written.")
