"""Writers of an SQLite file one after the other, in the order in which they came.

SQLite lets one writer in at a time. The others ask again after ever longer pauses, up to a tenth of a second, while
nothing is done and a latecomer goes first; waiting for a file lock ends as soon as the writer before is ready. It only
orders the waiting: what may be written together is still SQLite's to say, so commands and the administration, which
do not queue here, lose nothing but their turn.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

from django.core.files import locks
from django.db import connection


@contextmanager
def write_queue() -> Iterator[None]:
    """Waits for this process's turn to write, for as long as it takes; on another database at once. The lock ends
    with its process, however that ends."""
    if connection.vendor != "sqlite" or connection.is_in_memory_db():  # type: ignore[attr-defined]
        yield
        return
    try:
        file = open(f"{connection.settings_dict['NAME']}-queue", "wb")  # noqa: SIM115  (closed below)
    except OSError:  # no room, or a disk that is only read: SQLite will say so itself, and the reader gets its sentence
        yield
        return
    with file:
        locks.lock(file, locks.LOCK_EX)
        yield


_turns: WeakValueDictionary[int, threading.Lock] = WeakValueDictionary()  # a lock goes when nobody holds or wants it
_taking = threading.Lock()


@contextmanager
def turn_in_process(plan_id: int) -> Iterator[None]:
    """Waits until no other thread of this process writes to the plan or answers who did. It would wait for the plan's
    row anyway, and meanwhile share Python with the one that has it, for whom other processes wait."""
    with _taking:
        turn = _turns.setdefault(plan_id, threading.Lock())
    with turn:
        yield


@contextmanager
def patience(seconds: int) -> Iterator[None]:
    """For a command that nobody waits for: it does not queue, so while many write others go before it again and again.
    It asks for its turn for that long, instead of for the five seconds of a page; on SQLite alone."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        [usual] = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {seconds * 1000}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
