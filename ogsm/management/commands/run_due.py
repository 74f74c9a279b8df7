from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.utils import timezone

from updates.models import Session

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "What is due by now: opens the preparation of sessions that start within seven days. "
        "Run it every few minutes; a second run, or one on another machine at the same moment, changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        opened = 0
        for session in Session.objects.to_open(at).select_related("plan"):
            try:
                session.open(by=None, at=at)
                opened += 1
            except ValidationError as taken:  # opened or cancelled by someone else since the list was read
                log.info("session %s not opened: %s", session.pk, taken.messages)
            except Exception:  # one plan's trouble never stops the others
                log.exception("session %s could not be opened", session.pk)
        self.stdout.write(f"{opened} opened")
