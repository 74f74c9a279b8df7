"""Which plans the transaction of a request has locked: to ask the database again for a lock that is held is a question
for nothing, and what was read under it is still true."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_plans: ContextVar[set[int] | None] = ContextVar("held", default=None)


@contextmanager
def holding() -> Iterator[None]:
    """For the whole of one transaction, since its locks last as long. Without it nothing is remembered."""
    token = _plans.set(set())
    try:
        yield
    finally:
        _plans.reset(token)


def hold(plan_id: int) -> None:
    """The plan was locked, outside of any savepoint: going back to one would give the lock away."""
    if (plans := _plans.get()) is not None:
        plans.add(plan_id)


def is_held(plan_id: int) -> bool:
    """Whether nobody else has written to the plan since it was locked, nor can before the transaction ends."""
    plans = _plans.get()
    return plans is not None and plan_id in plans
