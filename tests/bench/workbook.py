"""The workbook of a large plan, out and in: how long it takes and how much memory, each in a process of its own, since
what a process once took it seldom gives back."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROUNDS, EDITED, MOST_SECONDS = 3, 200, 300
MEMORY = 200  # MB, of the whole process


@dataclass(frozen=True)
class Work:
    name: str
    part: str  # what the process does: see `PARTS`
    budget: float  # seconds


WORK = (
    Work("actions.xlsx of 5,000 actions out", "actions_xlsx", 3),
    Work("plan.xlsx of 5,000 actions out", "plan_xlsx", 3),
    Work(f"the same in, {EDITED} cells edited, up to the preview", "preview", 6),
)


@dataclass(frozen=True)
class Weight:
    """What it took: seconds, the median of a few times, and megabytes at the most."""

    work: Work
    seconds: float
    megabytes: float

    @property
    def holds(self) -> bool:
        return self.seconds <= self.work.budget and self.megabytes <= MEMORY

    def __str__(self) -> str:
        columns = [self.work.name, f"{self.seconds:.1f} s", f"{self.megabytes:.0f} MB"]
        columns.append(f"{self.work.budget:g} s, {MEMORY} MB{'' if self.holds else ' **missed**'}")
        return f"| {' | '.join(columns)} |"


def table(found: list[Weight]) -> str:
    return "\n".join(["| What | Median | Memory | Budget |", "|---|--:|--:|--:|", *map(str, found)])


def measured(plan_id: int, user_id: int) -> list[Weight]:
    """Each kind of work once, by the one user, on the database in DATABASE_URL."""
    with TemporaryDirectory(prefix="ogsm-bench-") as folder:
        file = str(Path(folder) / "plan.xlsx")
        found = []
        for work in WORK:
            if work.part == "preview":
                _run("edit", plan_id, user_id, file)
            found.append(Weight(work, **_run(work.part, plan_id, user_id, file)))
    return found


def _run(part: str, *about: Any) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.workbook", part, *map(str, about)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=MOST_SECONDS)
    return json.loads(done.stdout.splitlines()[-1])


# ---- in that process ----
def _client(user_id: int) -> Any:
    from django.test import Client

    from ogsm.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(pk=user_id))
    return client


def _out(name: str, plan_id: int, user_id: int, file: str) -> Callable[[], None]:
    from django.urls import reverse

    client, address = _client(user_id), reverse(f"exchange:{name}", args=[plan_id])

    def ask() -> None:
        answer = client.get(address)
        assert answer.status_code == 200, answer.status_code
        Path(file).write_bytes(answer.content)

    return ask


def _edit(plan_id: int, user_id: int, file: str) -> Callable[[], None]:
    """Somebody writes something in the description of some actions."""
    import openpyxl

    def edit() -> None:
        book = openpyxl.load_workbook(file)
        sheet = next(sheet for sheet in book if str(sheet["A1"].value).startswith("ogsm:actions:"))
        column = next(cell.column for cell in sheet[1] if cell.value == "description")
        for row in range(3, 3 + EDITED):
            sheet.cell(row, column).value = f"See map {row}"
        book.save(file)

    return edit


def _preview(plan_id: int, user_id: int, file: str) -> Callable[[], None]:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.urls import reverse

    client, address = _client(user_id), reverse("exchange:plan_import", args=[plan_id])

    def ask() -> None:
        answer = client.post(address, {"file": SimpleUploadedFile("plan.xlsx", Path(file).read_bytes())}, follow=True)
        assert f"{EDITED} cells changed." in answer.content.decode(), answer.status_code

    return ask


def main(part: str, plan_id: int, user_id: int, file: str) -> None:
    """Does it a few times; prints the median and the most memory that this process ever had."""
    act = {"edit": _edit, "preview": _preview}.get(part)
    work = act(plan_id, user_id, file) if act else _out(part, plan_id, user_id, file)
    times = []
    for _round in range(1 if part == "edit" else ROUNDS):
        before = time.perf_counter()
        work()
        times.append(time.perf_counter() - before)
    megabytes = _peak()
    print(json.dumps({"seconds": statistics.median(times), "megabytes": megabytes}))  # noqa: T201


def _peak() -> float:
    """The most memory this process had, in MB. `ru_maxrss` alone remembers what the process had that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) / 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ogsm.settings")
    import django

    django.setup()
    _program, part, plan, user, path = sys.argv
    main(part, int(plan), int(user), path)
