"""System checks of our own; `manage.py check` runs them, and so does every start."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def node_modules(**kwargs: Any) -> list[CheckMessage]:
    """Pages without Bootstrap and fonts still answer 200, so nobody would notice before a user does."""
    missing = [str(folder) for _, folder in settings.VENDOR_DIRS if not folder.is_dir()]
    if not missing:
        return []
    return [
        Error(
            f"Third-party static files are missing: {', '.join(missing)}",
            hint="Run: python3 scripts/bootstrap.py",
            id="ogsm.E001",
        )
    ]
