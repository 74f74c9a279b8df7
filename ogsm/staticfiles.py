"""How static files are collected: hashed names, compressed, modules rewritten to the hashed names they import."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
    # Without sourceMappingURL: the maps are not collected, and Django would refuse the files that point to them.
    patterns = tuple(
        (extension, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule)))
        for extension, rules in CompressedManifestStaticFilesStorage.patterns
    )


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
    total = hashlib.sha256()
    for path in [*own, base / "package-lock.json", base / "requirements.txt", base / "ogsm/apps.py", Path(__file__)]:
        total.update(f"{path.relative_to(base)}\0".encode() + path.read_bytes() + b"\0")
    return total.hexdigest()
