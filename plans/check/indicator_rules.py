"""Rules about indicators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from .core import About, CheckedIndicator, CheckedPlan, Finding, Place, Spot, quoted, rule


def _at(indicator: CheckedIndicator, field: str) -> Finding:
    spot = Spot(Place.INDICATOR, indicator.pk, field)
    return Finding(quoted(indicator.name), (spot,), indicator.choice_id)


@rule(
    About.INDICATORS,
    norm=_("Every indicator has a target"),
    title=_("Indicator without a target"),
    why=_("A figure says something only next to what it should be."),
    todo=_("Set a target"),
)
def indicator_without_target(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for indicator in plan.indicators:
        if not indicator.has_target:
            yield _at(indicator, "target")


@rule(
    About.INDICATORS,
    norm=_("Every indicator that has to change says from where"),
    title=_("Indicator without a starting point"),
    why=_("Without a baseline there is no path: it would have to be on target from the first day."),
    todo=_("Set the baseline"),
)
def indicator_without_path(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for indicator in plan.indicators:
        if indicator.has_target and indicator.path_lacks:
            yield _at(indicator, indicator.path_lacks)


@rule(
    About.INDICATORS,
    norm=_("Every indicator says where its figure comes from"),
    title=_("Indicator without a source"),
    why=_("Agree beforehand what is counted, or the session discusses the figure instead of the plan."),
    todo=_("Name the source"),
)
def indicator_without_source(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for indicator in plan.indicators:
        if not indicator.source.strip():
            yield _at(indicator, "source")


@rule(
    About.VALUES,
    norm=_("Every indicator is measured"),
    title=_("Indicator not measured"),
    why=_("Nobody can steer by a figure that is not there; missing is not the same as fine."),
    todo=_("Enter the value"),
)
def indicator_unmeasured(plan: CheckedPlan, on: dt.date) -> Iterator[Finding]:
    for indicator in plan.indicators:
        if indicator.is_unmeasured:
            spot = Spot(Place.VALUE, indicator.pk, "value")
            yield Finding(quoted(indicator.name), (spot,), indicator.choice_id)
