"""Rules of reviews: when one is current, what there is to say about a choice, in which order they are taken. Pure.

Source: method page, 'Rules with numbers' (for choices: steering sessions, 90 days) and 'Rhythm'.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from actions.rules import AMBER, GREEN, RED, Flag, severity

CURRENT_AT_MOST_DAYS = 90
OFF_PATH = ("red", "unmeasured", "amber")
"""Lights of an indicator that is off its path, the worst first."""


def reviews_current_since(
    closings: Sequence[dt.datetime], *, in_preparation: bool, midnight: dt.datetime
) -> dt.datetime:
    """The moment from which a review counts as current on the day that starts at `midnight`.

    `closings` are those of the steering and plan sessions, the latest first. While one is in preparation or running
    the last closing counts, between sessions the one before it; never longer ago than 90 days.
    """
    wanted = 0 if in_preparation else 1
    oldest = midnight - dt.timedelta(days=CURRENT_AT_MOST_DAYS)
    return max(closings[wanted], oldest) if len(closings) > wanted else oldest


def choice_flags(light: str | None, *, is_current: bool, indicator_lights: Collection[str]) -> Flag:
    """What there is to say about a choice: `light` is that of its latest review, None without any."""
    if light is None:
        return Flag.NO_UPDATE
    flags = {RED: Flag.RED, AMBER: Flag.AMBER, GREEN: Flag(0)}.get(light, Flag.NOT_JUDGED)
    if light == GREEN and RED in indicator_lights:
        flags |= Flag.CONTRADICTION
    return flags if is_current else flags | Flag.NO_UPDATE


def choice_key(flags: int, number: int) -> tuple[int, int]:
    """Sort key: the worst judgement first, then the order of the page."""
    return severity(flags), number


def off_path_key(light: str, place: int) -> tuple[int, int]:
    """Sort key of indicators off their path: red, not measured, amber; then the order of the page."""
    return OFF_PATH.index(light), place
