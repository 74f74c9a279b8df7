"""A request asks for the lock of a plan once, and knows what was read under it."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ogsm.held import hold, holding, is_held
from ogsm.write_queue import turn_in_process
from plans.locks import lock_plan


def test_what_is_held_is_forgotten_with_the_transaction():
    hold(7)
    assert not is_held(7)  # there is none
    with holding():
        hold(7)
        assert is_held(7)
        assert not is_held(8)
    assert not is_held(7)


def test_another_thread_knows_nothing_of_it():
    seen = []
    with holding():
        hold(7)
        thread = threading.Thread(target=lambda: seen.append(is_held(7)))
        thread.start()
        thread.join()
    assert seen == [False]


@pytest.mark.django_db
def test_a_lock_that_is_held_is_not_asked_for_again(plan):
    with transaction.atomic(), holding(), CaptureQueriesContext(connection) as asked:
        lock_plan(plan.pk)
        first = len(asked)
        hold(plan.pk)
        lock_plan(plan.pk)
        lock_plan(plan.pk + 1)
    assert first == connection.features.has_select_for_update
    assert len(asked) == 2 * first


def test_two_threads_of_a_process_take_turns_in_a_plan_and_not_in_two():
    order: list[str] = []
    inside, may_end = threading.Event(), threading.Event()

    def write(name: str, plan_id: int) -> None:
        with turn_in_process(plan_id):
            order.append(name)
            if name == "first":
                inside.set()
                may_end.wait(timeout=20)

    threads = [
        threading.Thread(target=write, args=arguments) for arguments in [("first", 1), ("same", 1), ("other", 2)]
    ]
    threads[0].start()
    assert inside.wait(timeout=20)
    threads[1].start()
    threads[2].start()
    threads[2].join(timeout=20)
    assert order == ["first", "other"]
    may_end.set()
    for thread in threads:
        thread.join(timeout=20)
    assert order == ["first", "other", "same"]


def test_a_turn_ends_with_an_error():
    with pytest.raises(LookupError), turn_in_process(1):
        raise LookupError
    with turn_in_process(1):
        pass
