"""Rules about indicators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as lazy

from .core import About, CheckedIndicator, CheckedPlan, Finding, Place, Spot, rule


def _at(indicator: CheckedIndicator, field: str) -> Finding:
    spot = Spot(Place.INDICATOR, indicator.pk, field)
    return Finding(f"“{indicator.name}”", (spot,), indicator.choice_id)


@rule(
    About.INDICATORS,
    norm=lazy("Every indicator has a target"),
    title=lazy("Indicator without a target"),
    why=lazy("A figure says something only next to what it should be."),
    todo=lazy("Set a target"),
)
def indicator_without_target(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for indicator in plan.indicators:
        if not indicator.has_target:
            yield _at(indicator, "target")


@rule(
    About.INDICATORS,
    norm=lazy("Every indicator that has to change says from where"),
    title=lazy("Indicator without a starting point"),
    why=lazy("Without a baseline there is no path: it would have to be on target from the first day."),
    todo=lazy("Set the baseline"),
)
def indicator_without_path(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for indicator in plan.indicators:
        if indicator.has_target and indicator.path_lacks:
            yield _at(indicator, indicator.path_lacks)


@rule(
    About.INDICATORS,
    norm=lazy("Every indicator says where its figure comes from"),
    title=lazy("Indicator without a source"),
    why=lazy("Agree beforehand what is counted, or the session discusses the figure instead of the plan."),
    todo=lazy("Name the source"),
)
def indicator_without_source(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for indicator in plan.indicators:
        if not indicator.source.strip():
            yield _at(indicator, "source")


@rule(
    About.VALUES,
    norm=lazy("Every indicator is measured"),
    title=lazy("Indicator not measured"),
    why=lazy("Nobody can steer by a figure that is not there; missing is not the same as fine."),
    todo=lazy("Enter the value"),
)
def indicator_unmeasured(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for indicator in plan.indicators:
        if indicator.is_unmeasured:
            spot = Spot(Place.VALUE, indicator.pk, "value")
            yield Finding(f"“{indicator.name}”", (spot,), indicator.choice_id)
