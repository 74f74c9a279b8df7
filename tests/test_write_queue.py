"""Writers of an SQLite file wait for their turn instead of asking again and again."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from ogsm.write_queue import write_queue


@pytest.mark.django_db(transaction=True)
def test_on_sqlite_a_writer_waits_until_the_one_before_is_ready_and_elsewhere_nobody_waits():
    order: list[str] = []
    started = threading.Event()

    def second() -> None:
        started.set()
        with write_queue():
            order.append("second")
        connection.close()

    thread = threading.Thread(target=second)
    with write_queue():
        thread.start()
        started.wait(timeout=10)
        thread.join(timeout=0.2)
        order.append("first")
    thread.join(timeout=10)
    assert order == (["first", "second"] if connection.vendor == "sqlite" else ["second", "first"])


@pytest.mark.django_db
def test_a_writer_that_fails_lets_the_next_one_in():
    entered = []
    with pytest.raises(LookupError), write_queue():
        raise LookupError
    with write_queue():
        entered.append(True)
    assert entered
