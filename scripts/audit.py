"""Asks for known vulnerabilities of everything in the locks: of PyPI through pip-audit, of npm through npm audit.

Fails when there is one, and when somebody could not be asked: silence is no clean bill.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")  # the second holds PostgreSQL, Redis and the tools


def pypi_findings(said: str) -> list[str]:
    """What pip-audit's JSON says, a line each; a package it could not ask about is one too."""
    try:
        packages = json.loads(said)["dependencies"]
    except (ValueError, KeyError):
        return ["pip-audit gave no answer"]
    findings = [
        f"{package['name']} {package['version']}: {found['id']}, mended in {', '.join(found['fix_versions']) or 'none'}"
        for package in packages
        for found in package.get("vulns", [])
    ]
    unknown = sorted({package["name"] for package in packages if "skip_reason" in package})
    if unknown:
        findings.append(f"could not be asked about {len(unknown)} of {len(packages)} packages, such as {unknown[0]}")
    return findings


def npm_findings(said: str) -> list[str]:
    """The same of npm's JSON."""
    try:
        answer = json.loads(said)
        found = answer["vulnerabilities"]
    except ValueError:
        return ["npm audit gave no answer"]
    except KeyError:
        return [f"could not be asked: {answer.get('message') or answer.get('error', {}).get('summary', 'no answer')}"]
    return [f"{name}: {entry['severity']}" for name, entry in sorted(found.items())]


def answer_of(*command: str) -> str:
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def main() -> None:
    pip_audit = str(Path(sys.executable).with_name("pip-audit"))
    ask = [pip_audit, "--format=json", "--progress-spinner=off", "--disable-pip", "--require-hashes"]
    results = {f"PyPI, {lock}": pypi_findings(answer_of(*ask, "--requirement", lock)) for lock in LOCKS}
    results["npm, package-lock.json"] = npm_findings(answer_of("npm", "audit", "--json", "--package-lock-only"))
    for source, findings in results.items():
        print(f"{source}: {'nothing known' if not findings else ''}")
        for finding in findings:
            print(f"  {finding}")
    sys.exit(any(results.values()))


if __name__ == "__main__":
    main()
