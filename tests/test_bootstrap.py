"""A bare machine: nothing installed, no HOME, no Node.js. Everything is fetched once, as for a newcomer."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

LOCKS = [f"requirements{name}.txt" for name in ("", "-server", "-dev")]
LOCKS += ["package.json", "package-lock.json", ".npmrc"]
# Where a company keeps its certificates and mirrors: part of the machine, not of what is tested.
OF_THE_MACHINE = ("SSL_", "PIP_", "UV_", "NODE_EXTRA_CA_CERTS", "npm_config_registry")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    shutil.copytree(Path(settings.BASE_DIR) / "scripts", tree / "scripts")
    for name in LOCKS:
        shutil.copy(Path(settings.BASE_DIR) / name, tree / name)
    return tree


def bootstrap(tree: Path, path: str) -> subprocess.CompletedProcess[str]:
    machine = {name: value for name, value in os.environ.items() if name.startswith(OF_THE_MACHINE)}
    python = getattr(sys, "_base_executable", sys.executable)
    return subprocess.run(
        [python, "scripts/bootstrap.py"],
        cwd=tree,
        env={**machine, "PATH": path, "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_a_bare_machine_gets_everything_and_a_second_run_does_nothing(bare, tmp_path):
    (tmp_path / "bin").mkdir()
    for tool in ("env", "sh", "dirname", "readlink", "python3"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool))
    first = bootstrap(bare, str(tmp_path / "bin"))
    assert first.returncode == 0, first.stderr
    assert "no npm here" in first.stdout
    subprocess.run([bare / ".venv/bin/python", "-c", "import django, allauth, gunicorn"], check=True)
    assert (bare / "node_modules/bootstrap/dist/css/bootstrap-reboot.min.css").is_file()
    second = bootstrap(bare, str(tmp_path / "bin"))
    assert (second.returncode, second.stdout) == (0, "")


@pytest.mark.slow
def test_a_changed_lock_is_installed_again(bare):
    assert bootstrap(bare, os.environ["PATH"]).returncode == 0
    with (bare / "requirements.txt").open("a") as lock:
        lock.write("# changed\n")
    again = bootstrap(bare, os.environ["PATH"])
    assert (again.returncode, again.stdout) == (0, "bootstrap: installing requirements.txt into .venv (once)\n")
