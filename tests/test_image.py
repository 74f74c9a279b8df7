"""The image, as far as a machine without a container engine can make and run it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

sys.path.insert(0, str(Path(settings.BASE_DIR) / "scripts"))
import image_steps

BASE = Path(settings.BASE_DIR)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="image_steps.py needs root on Linux")
def test_its_steps_run_in_a_clean_root_and_it_serves_read_only_as_a_user_without_rights():
    done = subprocess.run([sys.executable, "scripts/image_steps.py"], cwd=BASE, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "as user 10001, with all but ['/data'] and /tmp read-only" in done.stdout
    assert "HEALTHCHECK 200 ok" in done.stdout
    assert "backup /data/backups/ogsm-" in done.stdout


def test_only_the_program_is_sent_along(tmp_path):
    """No test, no database, no settings, no history: what .dockerignore does not name stays here."""
    rules = (BASE / ".dockerignore").read_text()
    (tmp_path / ".dockerignore").write_text(rules)
    for path in (
        "ogsm/urls.py",
        "ogsm/__pycache__/urls.pyc",
        "manage.py",
        "ogsm.env",
        "db.sqlite3",
        ".git/HEAD",
        "tests/a.py",
    ):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).touch()
    assert image_steps.sent_along(tmp_path) == ["manage.py", "ogsm/urls.py"]


def test_a_line_that_goes_on_is_one_instruction():
    text = "# a comment\nFROM a AS b\nRUN one \\\n && two\n"
    assert list(image_steps.instructions(text)) == [("FROM", "a AS b"), ("RUN", "one   && two")]
