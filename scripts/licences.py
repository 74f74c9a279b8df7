"""Writes docs/licences.md: what the product runs on, and under which licence each of it comes.

    scripts/licences.py            writes the page
    scripts/licences.py --check    says whether it is as it should be

Either way it fails when a licence is not in the list of pyproject.toml. Run it with the interpreter of .venv.
"""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "licences.md"
LOCKED = re.compile(r"^([A-Za-z0-9][^\\\n]*?)\s*\\?$", re.M)
# What packages say in words, in the letters of spdx.org/licenses.
SPDX = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.0-or-later",
    "MIT License": "MIT",
    "Mozilla Public License 1.1 (MPL 1.1)": "MPL-1.1",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


@dataclass(frozen=True)
class Part:
    """A package that the product runs on; several licences are joined by ';' and all of them are meant to hold."""

    name: str
    version: str
    licence: str


def locked(lock: str) -> dict[str, str]:
    """Of a lock file what is installed on this machine: name → version."""
    found = {}
    for line in LOCKED.findall(lock):
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate():
            found[canonicalize_name(requirement.name)] = str(requirement.specifier).removeprefix("==")
    return found


def python_parts() -> list[Part]:
    """All of the run-time lock, and of the development lock what PostgreSQL and Redis need."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    versions = locked((ROOT / "requirements.txt").read_text())
    everything = locked((ROOT / "requirements-dev.txt").read_text())
    for extra in map(Requirement, itertools.chain(*project["optional-dependencies"].values())):
        for name in [extra.name, *(f"{extra.name}-{part}" for part in extra.extras)]:
            versions[canonicalize_name(name)] = everything[canonicalize_name(name)]
    command = [str(Path(sys.executable).with_name("pip-licenses")), "--from=mixed", "--format=json", "--packages"]
    said = json.loads(subprocess.run([*command, *versions], capture_output=True, check=True, text=True).stdout)
    licences = {canonicalize_name(row["Name"]): row["License"] for row in said}
    return [Part(name, versions[name], spdx(licences[name])) for name in sorted(versions)]


def spdx(words: str) -> str:
    return "; ".join(sorted({SPDX.get(part, part) for part in words.split("; ")}))


def npm_parts() -> list[Part]:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    return [
        Part(place.removeprefix("node_modules/"), package["version"], package.get("license", "not said"))
        for place, package in sorted(packages.items())
        if place and not package.get("dev") and (ROOT / place).is_dir()
    ]


def refused(parts: list[Part], rules: dict[str, object]) -> list[str]:
    """What has a licence that nobody accepted, in words."""
    accepted, looked_at = set(rules["accepted"]), rules["looked_at"]  # type: ignore[call-overload]
    return [
        f"{part.name} {part.version}: {part.licence}"
        for part in parts
        if part.name not in looked_at and not set(re.split(r"; | AND ", part.licence)) <= accepted
    ]


def page(python: list[Part], npm: list[Part], rules: dict[str, object]) -> str:
    looked_at: dict[str, str] = rules["looked_at"]  # type: ignore[assignment]

    def table(parts: list[Part]) -> str:
        rows = [f"| {part.name} | {part.version} | {looked_at.get(part.name, part.licence)} |" for part in parts]
        return "\n".join(["| Package | Version | Licence |", "|---|---|---|", *rows])

    return f"""# Licences

What the product runs on, as it is locked. Written by `make licences`; the licences that are accepted, and the
packages whose text somebody read because their few words about it do not say enough, are listed in `pyproject.toml`.

## Python

{table(python)}

## Served to browsers

htmx comes with django-htmx (0BSD).

{table(npm)}
"""


def main() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ogsm"]["licences"]
    python, npm = python_parts(), npm_parts()
    if outside := refused([*python, *npm], rules):
        sys.exit("licences: not accepted in pyproject.toml:\n  " + "\n  ".join(outside))
    text = page(python, npm, rules)
    if "--check" not in sys.argv:
        PAGE.write_text(text)
    elif not PAGE.is_file() or PAGE.read_text() != text:
        sys.exit("licences: docs/licences.md is out of date; run make licences")


if __name__ == "__main__":
    main()
