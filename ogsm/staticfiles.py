"""How static files are collected: hashed names, compressed, modules rewritten to the hashed names they import."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

from .stylesheets import with_imports_inside


class Storage(CompressedManifestStaticFilesStorage):
    """Rewrites what stylesheets load, and what our own modules import. Source maps are not collected, so comments that
    point to them stay as they are."""

    support_js_module_import_aggregation = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules_of: dict[str, list[tuple[re.Pattern[str], str]]] = self._patterns  # type: ignore[has-type]
        without_maps = {
            extension: [rule for rule in rules if "sourceMappingURL" not in rule[0].pattern]
            for extension, rules in rules_of.items()
        }
        self._patterns = {"*.css": without_maps["*.css"], "js/*.js": without_maps["*.js"]}

    def post_process(self, paths: Any, dry_run: bool = False, **options: Any) -> Any:
        yield from super().post_process(with_imports_inside(paths), dry_run=dry_run, **options)


def collect_if_changed() -> bool:
    """Collect into STATIC_ROOT unless nothing changed since the last time; True when it did (some 15 seconds)."""
    stamp, now = Path(settings.STATIC_ROOT) / ".collected", _sources_digest()
    if stamp.is_file() and stamp.read_text() == now:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(now)
    return True


def _sources_digest() -> str:
    """One hash over our own files, the locks of everybody else's, and the code that decides what is collected."""
    base = Path(settings.BASE_DIR)
    own = sorted(path for path in (base / "static").rglob("*") if path.is_file())
    rest = ["package-lock.json", "requirements.txt", "ogsm/apps.py", "ogsm/staticfiles.py", "ogsm/stylesheets.py"]
    total = hashlib.sha256()
    for path in [*own, *(base / name for name in rest)]:
        total.update(f"{path.relative_to(base)}\0".encode() + path.read_bytes() + b"\0")
    return total.hexdigest()
