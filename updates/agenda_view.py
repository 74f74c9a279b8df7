"""An agenda as the pages show it: numbered lines in titled sections, and how the minutes are divided."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext, pgettext

from .agenda import Section
from .agenda_models import SessionKind

if TYPE_CHECKING:
    from .live_agenda import SessionAgenda
    from .models import AgendaLine

IN_ORDER = (
    Section.CARRIED,
    Section.OFF_PLAN,
    Section.INDICATORS,
    Section.FINISHED,
    Section.OUTSIDE,
    Section.ON_PLAN,
)
TITLES: dict[Section, Callable[[], str]] = {
    Section.CARRIED: lambda: gettext("Carried over from earlier sessions"),
    Section.OFF_PLAN: lambda: gettext("Off plan"),
    Section.INDICATORS: lambda: gettext("Indicators"),
    Section.FINISHED: lambda: gettext("Finished since the session before"),
    Section.OUTSIDE: lambda: gettext("Outside the session"),
    Section.ON_PLAN: lambda: pgettext("agenda", "On plan, not discussed"),
}


def section_title(section: Section, kind: str) -> str:
    """What the section is called in a session of that kind."""
    if section == Section.OFF_PLAN and kind == SessionKind.STEERING:
        return gettext("Strategic choices")
    if section == Section.OFF_PLAN and kind == SessionKind.PLAN:
        return gettext("Goals and strategic choices")
    if section == Section.INDICATORS and kind == SessionKind.STEERING:
        return gettext("Indicators off their path")
    return TITLES[section]()


@dataclass(frozen=True)
class SectionView:
    key: str
    title: str
    lines: list[AgendaLine]
    minutes: int


@dataclass(frozen=True)
class TimeRow:
    title: str
    minutes: int


@dataclass(frozen=True)
class AgendaView:
    """`over` is how many minutes the lines take more than the box holds."""

    sections: list[SectionView]
    times: list[TimeRow]
    box: int
    used: int
    spare: int
    discussed: int

    @property
    def lines(self) -> list[AgendaLine]:
        return [line for section in self.sections for line in section.lines]

    @property
    def over(self) -> int:
        return max(self.used - self.box, 0)

    @property
    def longest(self) -> int:
        """The scale of the bars."""
        return max(row.minutes for row in self.times)

    @property
    def on_plan(self) -> SectionView | None:
        return next((section for section in self.sections if section.key == Section.ON_PLAN), None)

    @property
    def talked_about(self) -> list[SectionView]:
        """All sections but those that take no time of their own."""
        return [section for section in self.sections if section.key != Section.ON_PLAN]


def view_agenda(agenda: SessionAgenda, kind: str = SessionKind.UPDATE) -> AgendaView:
    """Numbers the discussed lines from 1 and leaves empty sections out."""
    for number, line in enumerate(agenda.discussed, start=1):
        line.number = number
    minutes = {Section.FINISHED: agenda.finished}
    sections = [
        SectionView(key, section_title(key, kind), lines, minutes.get(key) or agenda.minutes_of(key))
        for key in IN_ORDER
        if (lines := agenda.of(key))
    ]
    times = [
        TimeRow(gettext("Opening"), agenda.opening),
        TimeRow(gettext("Carried over"), agenda.minutes_of(Section.CARRIED)),
        TimeRow(section_title(Section.OFF_PLAN, kind), agenda.minutes_of(Section.OFF_PLAN)),
        TimeRow(gettext("Indicators"), agenda.minutes_of(Section.INDICATORS)),
        TimeRow(gettext("Finished"), agenda.finished),
        TimeRow(gettext("Closing"), agenda.closing),
    ]
    return AgendaView(
        sections, [row for row in times if row.minutes], agenda.box, agenda.used, agenda.spare, len(agenda.discussed)
    )


def on_plan_summary(lines: Iterable[AgendaLine]) -> str:
    """'7 actions on green, 6 not started yet'."""
    lights = [line.facts.get("light") for line in lines]
    green = sum(light == "green" for light in lights)
    waiting = len(lights) - green
    said = []
    if green:
        said.append(ngettext("%(count)d action on green", "%(count)d actions on green", green) % {"count": green})
    if waiting:
        said.append(ngettext("%(count)d not started yet", "%(count)d not started yet", waiting) % {"count": waiting})
    return ", ".join(said)
