"""Times single requests inside this process: what the server does for one, without a network or a web server."""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client

WARM_UP = 3


@dataclass(frozen=True)
class Case:
    """One kind of request, or of work without an answer.

    `budget` is the median in ms that it may cost (0: none), `queries` how many it may ask.
    """

    name: str
    ask: Callable[[], Any]
    budget: float = 0
    queries: int = 0

    @property
    def allowed(self) -> str:
        """'40 ms, 15 queries'."""
        return ", ".join(
            part for part in (self.budget and f"{self.budget:g} ms", self.queries and f"{self.queries} queries") if part
        )


@dataclass(frozen=True)
class Figures:
    """What a case took: times in ms, sizes in bytes of the answer's body."""

    case: Case
    median: float
    p95: float
    queries: int
    size: int
    compressed: int

    @property
    def holds(self) -> bool:
        """Whether the case keeps within its budget."""
        case = self.case
        return (not case.budget or self.median <= case.budget) and (not case.queries or self.queries <= case.queries)


class _Counter:
    def __init__(self) -> None:
        self.number = 0

    def __call__(self, execute: Any, *args: Any) -> Any:
        self.number += 1
        return execute(*args)


def get(client: Client, address: str, **headers: str) -> Callable[[], HttpResponse]:
    return lambda: client.get(address, headers=headers)  # type: ignore[return-value]


def again(client: Client, address: str) -> Callable[[], HttpResponse]:
    """Asks for a page as a browser does that has seen it before: with the tag it came with last."""
    tags: dict[str, str] = {}

    def ask() -> HttpResponse:
        response = client.get(address, headers=tags)
        if tag := response.headers.get("ETag"):
            tags["If-None-Match"] = tag
        return response  # type: ignore[return-value]

    return ask


def measure(case: Case, rounds: int) -> Figures:
    """Asks `rounds` times after a warm-up. AssertionError when an answer is not a good one."""
    for _ in range(WARM_UP):
        response = case.ask()
    times = []
    for _ in range(rounds):
        before = time.perf_counter()
        response = case.ask()
        times.append((time.perf_counter() - before) * 1000)
        status = getattr(response, "status_code", 200)
        assert status in (200, 204, 304), f"{case.name}: {status}"
    counter = _Counter()
    with connection.execute_wrapper(counter):
        case.ask()
    p95 = statistics.quantiles(times, n=20)[-1]
    body = getattr(response, "content", b"")
    return Figures(case, statistics.median(times), p95, counter.number, len(body), len(gzip.compress(body, 6)))
