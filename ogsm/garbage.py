"""How often Python looks for objects that hold on to each other."""

import gc


def collect_less() -> None:
    """For a process that serves pages: what starting up left is never looked through again, and the rest less often.

    A page makes tens of thousands of objects that go by themselves when it is sent; with Python's own settings it is
    searched dozens of times meanwhile (a fifth of the time of a board of a thousand). What does hold on to itself may
    stay some megabytes longer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(25_000, 20, 20)
