#!/usr/bin/env python3
"""Builds and starts what the Dockerfile describes on a machine without a container engine. Standard library only.

    python3 scripts/image_steps.py            as root on Linux: namespaces stand in for containers

Each stage gets a clean root with a copy of this machine's /etc and its /usr to read. In it COPY copies what
.dockerignore lets through, and RUN runs the very same commands, with a plain PATH and no HOME. Then CMD serves as USER,
with all but the volume and /tmp read-only, until HEALTHCHECK finds it well. What is not the same: this machine and its
Python stand in for the base image, so of apt-get it only says which packages are not here.
"""

from __future__ import annotations

import fnmatch
import http.client
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

TREE = Path(__file__).resolve().parent.parent
PREFIX = str(Path(os.path.realpath(sys.executable)).parent.parent)  # of the Python that stands in for the image's
PLAIN_PATH = f"{PREFIX}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
LINKS_INTO_USR = ("bin", "lib", "lib64", "sbin")
SECRET = {"shadow", "gshadow", "shadow-", "gshadow-", "ssh"}
# Where a company keeps its certificates and mirrors: part of the machine, not of what is built.
OF_THE_MACHINE = ("SSL_", "PIP_", "UV_", "NODE_EXTRA_CA_CERTS", "npm_config_registry")
NAME = "image.example.org"
PATIENCE = 90  # s until the server must be well


@dataclass
class Stage:
    name: str
    root: Path
    folder: str = "/"
    env: dict[str, str] = field(default_factory=dict)
    user: str = "0"
    volumes: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)


def say(text: str) -> None:
    print(f"image: {text}", flush=True)


def stop(text: str) -> NoReturn:
    sys.exit(f"image: {text}")


def instructions(dockerfile: str) -> Iterator[tuple[str, str]]:
    """Each instruction and its text, with continued lines as one."""
    lines = [line for line in dockerfile.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        word, _, rest = line.strip().partition(" ")
        yield word.upper(), rest.strip()


def sent_along(tree: Path) -> list[str]:
    """The files that .dockerignore lets into the image, as paths within the tree."""
    rules = [line.strip() for line in (tree / ".dockerignore").read_text().splitlines()]
    rules = [rule for rule in rules if rule and not rule.startswith("#")]
    tops = {rule[1:].split("/")[0] for rule in rules if rule.startswith("!")} if "*" in rules else None
    found = []
    for top in sorted(tree.iterdir()):
        if tops is None or top.name in tops:
            within = top.rglob("*") if top.is_dir() and not top.is_symlink() else [top]
            found += [str(path.relative_to(tree)) for path in within if path.is_file()]
    return [path for path in found if not _ignored(path, rules)]


def _ignored(path: str, rules: list[str]) -> bool:
    """The last rule that fits decides; `**/` fits at any depth."""
    ignored = False
    parents = [path, *map(str, Path(path).parents)][:-1]
    for rule in rules:
        pattern = rule.removeprefix("!").rstrip("/")
        anywhere = pattern.removeprefix("**/")
        fits = any(
            fnmatch.fnmatchcase(Path(part).name, anywhere) if anywhere != pattern
            else part.count("/") == pattern.count("/") and fnmatch.fnmatchcase(part, pattern)
            for part in parents
        )  # fmt: skip
        if fits:
            ignored = not rule.startswith("!")
    return ignored


def build(work: Path) -> Stage:
    """All stages in their order; returns the last."""
    stages: dict[str, Stage] = {}
    stage = None
    for word, rest in instructions((TREE / "Dockerfile").read_text()):
        if word == "FROM":
            image, _, name = rest.partition(" AS ")
            stage = Stage(name or "last", clean_root(work / (name or "last")))
            stages[stage.name] = stage
            say(f"stage {stage.name}: this machine stands in for {image}")
        elif stage is None:
            stop(f"{word} comes before any FROM")
        elif word == "COPY":
            copy(stage, rest.split(), stages)
        elif word == "RUN":
            for command in re.split(r"\s+&&\s+", rest):
                step(stage, command)
        else:
            take_note(stage, word, rest)
    return stage or stop("the Dockerfile has no FROM")


def clean_root(root: Path) -> Path:
    """A root with nothing of ours in it."""
    for folder in ("usr", "proc", "dev", "tmp", "run", "var/lib", "opt", PREFIX.lstrip("/")):
        (root / folder).mkdir(parents=True, exist_ok=True)
    shutil.copytree("/etc", root / "etc", symlinks=True, ignore=lambda folder, names: SECRET & set(names))
    for name in SECRET:
        (root / "etc" / name).touch()
    for name in LINKS_INTO_USR:
        (root / name).symlink_to(f"usr/{name}")
    return root


def copy(stage: Stage, words: list[str], stages: dict[str, Stage]) -> None:
    target = stage.root / os.path.normpath(f"{stage.folder}/{words[-1]}" if words[-1][0] != "/" else words[-1])[1:]
    if words[0].startswith("--from="):
        source = stages[words[0].removeprefix("--from=")].root / words[1].lstrip("/")
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
        return
    for path in sent_along(TREE):
        if words[0] == "." or path in words[:-1]:
            to = target / (path if words[0] == "." else Path(path).name)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(TREE / path, to)


def step(stage: Stage, command: str) -> None:
    if command.startswith("apt-get"):
        packages = [word for word in command.split()[2:] if not word.startswith("-")]
        for package in packages:
            if subprocess.run(["dpkg-query", "--show", package], capture_output=True).returncode:
                say(f"not on this machine, so not tried: {package}")
        return
    say(f"RUN {command}")
    if subprocess.run(within(stage, ["sh", "-euc", command]), env=environment(stage)).returncode:
        stop(f"this step failed: {command}")


def take_note(stage: Stage, word: str, rest: str) -> None:
    if word == "WORKDIR":
        stage.folder = rest
        (stage.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
    elif word == "ENV":
        pairs = re.findall(r"(\w+)=(\S+)", rest)
        stage.env.update({name: value.replace("$PATH", PLAIN_PATH) for name, value in pairs})
    elif word == "USER":
        stage.user = rest
    elif word == "VOLUME":
        stage.volumes.append(rest)
    elif word == "CMD":
        stage.command = json.loads(rest)
    elif word == "HEALTHCHECK":
        stage.health = json.loads(rest.partition("CMD ")[2])
    elif word != "EXPOSE":
        stop(f"this script does not know {word}")


def environment(stage: Stage) -> dict[str, str]:
    machine = {name: value for name, value in os.environ.items() if name.startswith(OF_THE_MACHINE)}
    return {**machine, "PATH": PLAIN_PATH, "HOME": "/nonexistent", **stage.env}


def within(stage: Stage, command: list[str], *, serving: bool = False) -> list[str]:
    """The command that runs another one in the stage's root, in mounts that are gone when it ends. Serving is done by
    USER, without any right, and with all but the volumes and /tmp read-only."""
    root = shlex.quote(str(stage.root))
    mounts = [f"mount --bind {root} {root}"]
    for place in ("/usr", "/opt", PREFIX):
        mounts += [f"mount --bind {place} {root}{place}", f"mount -o remount,bind,ro {root}{place}"]
    mounts += [f"mount -t proc proc {root}/proc", f"mount --rbind /dev {root}/dev"]
    mounts += [f"mount -t tmpfs -o mode=1777 tmpfs {root}/tmp"]  # noqa: S108  (the root's own)
    become = ""
    if serving:
        mounts += [f"mount --bind {root}{volume} {root}{volume}" for volume in stage.volumes]
        mounts.append(f"mount -o remount,bind,ro {root}")
        become = f"setpriv --reuid {stage.user} --regid {stage.user} --clear-groups --no-new-privs --bounding-set=-all"
    enter = f'exec chroot {root} {become} sh -c \'cd {stage.folder} && exec "$@"\' sh "$@"'
    unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
    return [*unshare, "sh", "-euc", "\n".join([*mounts, enter]), "sh", *command]


def serve(stage: Stage) -> None:
    """Starts CMD as the image would, and waits until HEALTHCHECK finds it well."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {"SECRET_KEY": "s" * 60, "ALLOWED_HOSTS": NAME, "BEHIND_PROXY": "1", "BIND": f"127.0.0.1:{port}"}
    env = {**environment(stage), **given}

    def inside(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(within(stage, list(command), serving=True), env=env, capture_output=True, text=True)

    if inside("touch", f"{stage.folder}/written").returncode == 0:
        stop(f"{stage.folder} can be written to")
    migrated = inside("python", "manage.py", "migrate", "--no-input")
    if migrated.returncode:
        stop(f"migrate failed: {migrated.stderr}")
    say(f"CMD {stage.command} as user {stage.user}, with all but {stage.volumes} and /tmp read-only")
    server = subprocess.Popen(within(stage, stage.command, serving=True), env=env, start_new_session=True)
    try:
        end = time.monotonic() + PATIENCE
        while (health := inside(*stage.health)).returncode:
            if server.poll() is not None or time.monotonic() > end:
                stop(f"it does not get well: {health.stdout or health.stderr}")
            time.sleep(0.2)
        say(f"HEALTHCHECK {health.stdout.strip()}")
        say(f"GET /accounts/login/ {sign_in_page(port)}")
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=60)
    kept = inside("python", "manage.py", "backup", f"{stage.volumes[0]}/backups")
    say(f"backup {kept.stdout.strip() or kept.stderr.strip()}")
    if kept.returncode:
        stop("no backup could be made")


def sign_in_page(port: int) -> str:
    """The page, and a style sheet of it."""
    headers = {"Host": NAME, "X-Forwarded-Proto": "https"}
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    asked.request("GET", "/accounts/login/", headers=headers)
    page = asked.getresponse()
    text = page.read().decode()
    sheet = re.search(r'href="(/static/[^"]+\.css)"', text)
    if page.status != 200 or not sheet:
        stop(f"the page to sign in answers {page.status}")
    asked.request("GET", sheet[1], headers=headers)
    style = asked.getresponse()
    style.read()
    if style.status != 200:
        stop(f"{sheet[1]} answers {style.status}")
    return f"{page.status}, {sheet[1]} {style.status}"


def main() -> None:
    missing = [name for name in ("unshare", "setpriv", "chroot", "mount") if not shutil.which(name)]
    if os.name != "posix" or os.geteuid() != 0 or missing:
        stop(f"this needs root on Linux{', and ' + ', '.join(missing) if missing else ''}")
    with tempfile.TemporaryDirectory(prefix="ogsm-image-") as work:
        serve(build(Path(work)))


if __name__ == "__main__":
    main()
