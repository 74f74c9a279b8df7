"""A backup comes back on a new machine by the commands of docs/operations.md, run as they stand there.

Only what belongs to a machine is put in: the folders, the user, where the program comes from and what the backup is
called. Programs that change a whole machine (apt-get, useradd, systemctl) write down that they were asked.
"""

from __future__ import annotations

import getpass
import grp
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
DOCUMENT = BASE / "docs" / "operations.md"
NO_PART = shutil.ignore_patterns(
    *(".git", ".venv", ".tools", "node_modules", "staticfiles", "__pycache__", "*.sqlite3*", ".*_cache", ".hypothesis")
)
PLACES = ("/opt/ogsm", "/etc/", "/var/lib/ogsm", "/usr/local/bin", "/root/")
OF_THE_MACHINE = ("apt-get", "useradd", "systemctl")
KEY = "k" * 60 + "0123456789"
# What somebody reads: the names of the plans, and the minutes of every closed session.
READ = """
import re
from django.test import Client
from plans.models import Plan
from updates.models import Session
print(sorted(Plan.objects.values_list("name", flat=True)))
for session in Session.objects.filter(state="closed").order_by("pk"):
    client = Client(SERVER_NAME="ogsm.example.org")
    client.force_login(session.plan.memberships.get(role="owner").user)
    page = client.get(f"/plans/{session.plan_id}/sessions/{session.pk}/minutes/", secure=True).content.decode()
    print(session.pk, " ".join(re.sub("<[^>]*>", " ", page.partition("<main")[2].partition("</main>")[0]).split()))
"""


def section(title: str) -> list[str]:
    """The shell commands of a section of the document, block by block."""
    text = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", DOCUMENT.read_text(), re.M | re.S)[1]
    return re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)


class Machine:
    """A folder that stands for the whole of a machine, and the words of the document that mean places on it."""

    def __init__(self, root: Path, program: Path) -> None:
        self.root, self.asked = root, root / "asked"
        group = grp.getgrgid(os.getgid()).gr_name
        self.words = {
            "WHERE-YOU-HAVE-IT": str(program),
            "-o ogsm -g ogsm": f"-o {getpass.getuser()} -g {group}",
            "-o root -g ogsm": f"-o {getpass.getuser()} -g {group}",
            **{place: f"{root}{place}" for place in PLACES},
        }
        for place in ("opt", "etc/systemd/system", "var/lib", "usr/local/bin", "root", "bin"):
            (root / place).mkdir(parents=True)
        (root / "bin" / "python3").symlink_to(os.path.realpath(sys.executable))
        for name in OF_THE_MACHINE:
            self.program(name, f'echo "{name} $*" >> {self.asked}')
        self.program("runuser", 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"')
        self.env = {"PATH": f"{root}/bin:{root}/usr/local/bin:/usr/bin:/bin", "HOME": f"{root}/root", "LANG": "C.UTF-8"}

    def program(self, name: str, does: str) -> None:
        file = self.root / "bin" / name
        file.write_text(f"#!/bin/sh\n{does}\n")
        file.chmod(0o755)

    def here(self, text: str) -> str:
        for word, meaning in self.words.items():
            text = text.replace(word, meaning)
        return text

    def run(self, commands: str) -> str:
        done = subprocess.run(
            ["sh", "-eux", "-c", self.here(commands)], cwd=self.root, env=self.env, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout


def pretend_installed(tree: Path) -> None:
    """What bootstrap.py would fetch, from the environment of these tests; its stamps tell it that nothing is to do."""
    subprocess.run([os.path.realpath(sys.executable), "-m", "venv", "--without-pip", tree / ".venv"], check=True)
    [packages] = (tree / ".venv").glob("lib/python*/site-packages")
    (packages / "of-the-tests.pth").write_text("\n".join(path for path in sys.path if "site-packages" in path))
    for stamp in Path(sys.prefix).glob(".stamp-*"):
        shutil.copy(stamp, tree / ".venv" / stamp.name)
    server = tree / ".venv" / "bin" / "gunicorn"
    server.write_text('#!/bin/sh\nexec "$(dirname "$0")/python" -m gunicorn "$@"\n')
    server.chmod(0o755)
    (tree / "node_modules").symlink_to(os.path.realpath(BASE / "node_modules"))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A new machine, the settings of the old one and its backup; the program can be cloned from somewhere."""
    program = tmp_path / "program"
    shutil.copytree(BASE, program, ignore=NO_PART)
    machine = Machine(tmp_path / "machine", program)
    for file in (program / "deploy").iterdir():
        file.write_text(machine.here(file.read_text()))
    pretend_installed(program)
    git = ["git", "-C", str(program), "-c", "user.name=Test", "-c", "user.email=test@example.org"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "add", "--all", "--force"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", "The program"], check=True)
    old_settings = [f"SECRET_KEY={KEY}", f"DATABASE_URL=sqlite:///{machine.here('/var/lib/ogsm')}/ogsm.sqlite3"]
    lines = (BASE / "deploy" / "ogsm.env.example").read_text()
    (machine.root / "root" / "ogsm.env").write_text("\n".join([lines, *old_settings, ""]))
    return machine


@pytest.fixture
def backup(machine: Machine, tmp_path: Path) -> Path:
    """Yesterday's, of an installation with two plans and closed sessions: the demo's, under the key of the settings."""
    env = {"PATH": os.environ["PATH"], "DATABASE_URL": f"sqlite:///{tmp_path}/old.sqlite3"}
    manage = [sys.executable, str(BASE / "manage.py")]
    subprocess.run([*manage, "demo_data"], env={**env, "DEMO": "1"}, check=True, capture_output=True)
    key = {"SECRET_KEY": KEY, "ALLOWED_HOSTS": "old.example.org"}
    subprocess.run([*manage, "backup", str(machine.root / "root")], env={**env, **key}, check=True, capture_output=True)
    [file] = (machine.root / "root").glob("ogsm-*.tar")
    machine.words["BACKUP"] = file.name
    reading = [*manage, "shell", "--no-imports", "-c", READ]
    known_by = {"ALLOWED_HOSTS": "ogsm.example.org", "DEFAULT_LANGUAGE": "nl", "DEBUG": "1"}
    read = subprocess.run(reading, env={**env, **known_by}, check=True, capture_output=True, text=True)
    (tmp_path / "read").write_text(read.stdout)
    return file


def settings_of(machine: Machine) -> dict[str, str]:
    """As systemd reads an EnvironmentFile."""
    lines = (machine.root / "etc/ogsm/ogsm.env").read_text().splitlines()
    pairs = [line.split("=", 1) for line in lines if line and not line.startswith("#")]
    return {name: value.strip('"') for name, value in pairs}


@pytest.mark.slow
def test_a_backup_comes_back_on_a_new_machine_by_following_the_document(machine, backup, tmp_path):
    blocks = section("Restore on a new machine")
    assert len(blocks) == 3
    said = [machine.run(block) for block in blocks]

    assert "2 plans, 18 people" in said[1]
    assert "SECRET_KEY" not in said[1], "the settings came along"
    asked = machine.asked.read_text()
    assert "systemctl enable --now ogsm.service ogsm-run-due.timer ogsm-backup.timer" in asked
    read = machine.run(f"ogsm shell --no-imports -c '{READ}'")
    assert read == (tmp_path / "read").read_text()
    assert len(read.splitlines()) > 5, "the plans, and the minutes of several closed sessions"
    assert min(map(len, read.splitlines()[1:])) > 500
    assert oct((machine.root / "var/lib/ogsm/backups" / backup.name).stat().st_mode)[-3:] == "600"

    unit = (machine.root / "etc/systemd/system/ogsm.service").read_text()
    start = re.search(r"^ExecStart=(.*)$", unit, re.M)[1]
    folder = re.search(r"^WorkingDirectory=(.*)$", unit, re.M)[1]
    env = {**machine.env, **settings_of(machine), "BIND": "127.0.0.1:0"}
    assert_it_serves(start.split(), Path(folder), env)


def assert_it_serves(command: list[str], folder: Path, env: dict[str, str]) -> None:
    """Starts what the unit starts, on a free port, and asks it as the container's health check does."""
    server = subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr
        line = next(line for line in server.stderr if "Listening at" in line)
        bound = re.search(r"http://(127\.0\.0\.1:\d+)", line)[1]
        asked = [sys.executable, str(BASE / "scripts" / "healthcheck.py")]
        end = time.monotonic() + 60
        while time.monotonic() < end:
            said = subprocess.run(asked, env={**env, "BIND": bound}, capture_output=True, text=True)
            if said.returncode == 0:
                break
        assert said.stdout == "200 ok\n"
    finally:
        server.terminate()
        server.wait(timeout=60)
        server.stderr.close()


@pytest.mark.slow
def test_install_upgrade_backup_and_restore_work_by_following_the_document(machine, tmp_path):
    said = [machine.run(block) for block in section("Install on the machine itself")]
    assert "Set a password within three days at https://ogsm.example.org/" in said[1]

    newer = ["git", "-C", tmp_path / "program", "-c", "user.name=Test", "-c", "user.email=test@example.org"]
    (tmp_path / "program" / "NEW").touch()
    subprocess.run([*newer, "add", "NEW"], check=True)
    subprocess.run([*newer, "commit", "--quiet", "--message", "A newer version"], check=True)
    machine.run(section("Upgrade")[0])
    assert (machine.root / "opt/ogsm/NEW").exists()
    assert machine.asked.read_text().endswith("systemctl restart ogsm.service\n")

    made = machine.run(section("Backup")[0])
    folder = machine.root / "var/lib/ogsm/backups"
    [before, backup] = sorted(path.name for path in folder.iterdir())
    assert f"{folder}/{backup} (0 plans, 1 people" in made

    machine.run("ogsm first_owner second@example.org")
    machine.words["BACKUP"] = backup
    restored = machine.run(section("Restore")[0])
    assert "0 plans, 1 people" in restored
    [copy] = [path.name for path in folder.iterdir() if path.name not in (before, backup)]
    machine.words["BACKUP"] = copy
    assert "0 plans, 2 people" in machine.run(section("Restore")[0])
