"""What one reader sees of a plan's timeline: the window, the groups with their rows, and where to go from there."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ogsm import words

from .filters import CHOICE, PERSON, Option, Selection
from .models import Action, DeadlineShift
from .timeline import ZOOMS, Window, read_day, read_window
from .timeline_rows import RowMaker
from .timeline_svg import ZOOM_WORDS, axis_svg
from .views import number_choices

if TYPE_CHECKING:
    from plans.access import PlanAccess
    from updates.models import Session

PER_PAGE = 100


@dataclass(frozen=True)
class TimelineSelection(Selection):
    """The filters of the action plan, and the days that are shown: how many, and from when. Empty: this year."""

    EVERYTHING: ClassVar[str] = ""

    zoom: str = ""
    start: str = ""

    @classmethod
    def read(cls, data: QueryDict) -> TimelineSelection:
        zoom, start = data.get("zoom", ""), read_day(data.get("start", ""))
        return cls(
            **asdict(Selection.read(data)),
            zoom=zoom if zoom in ZOOMS else "",
            start=start.isoformat() if start else "",
        )

    @property
    def without_filters(self) -> str:
        return TimelineSelection(lanes=self.lanes, zoom=self.zoom, start=self.start).address()

    @property
    def group(self) -> str:
        return self.lanes or CHOICE

    @property
    def group_links(self) -> list[Option]:
        groups = [(CHOICE, _("Choice")), (PERSON, _("Person"))]
        return [Option(label, self.address(lanes=name), name == self.group) for name, label in groups]


@dataclass(frozen=True)
class Group:
    """The rows of one strategic choice or of one person."""

    rows: SafeString
    choice: Any = None
    person: Any = None


@dataclass(frozen=True)
class Step:
    """A way to other days: how it is called, and its address."""

    label: str
    href: str


class Timeline:
    """What was picked of one plan's timeline. Six queries, or seven without an action in sight; never more."""

    def __init__(self, access: PlanAccess, selection: TimelineSelection, *, on: dt.date, page: str | None) -> None:
        self.access, self.selection, self.on = access, selection, on
        self.window = read_window(selection.zoom, selection.start, on)
        self.picked = selection.pick(Action.objects.filter(plan=access.plan), user_id=access.user.pk, on=on)
        rows = self.picked.between(self.window.first, self.window.last, on).timeline_order(selection.group)
        self.page: Page = Paginator(rows.select_related("responsible", "choice"), PER_PAGE).get_page(page)
        self.choices = access.plan.choices.numbered()

    # ---- the days ----

    @property
    def name(self) -> str:
        return words.period(self.window.first, self.window.zoom)

    @property
    def zoom_links(self) -> list[Option]:
        return [
            Option(str(ZOOM_WORDS[zoom]), self._to(self.window.zoomed(zoom, self.on)), zoom == self.window.zoom)
            for zoom in ZOOMS
        ]

    def _to(self, window: Window) -> str:
        """The address of a window; of the one around today without its date, so that it stays today's."""
        start = "" if window.holds(self.on) else window.first.isoformat()
        return self.selection.address(zoom=window.zoom, start=start)

    def _step(self, window: Window | None) -> Step | None:
        return Step(words.period_short(window.first, window.zoom), self._to(window)) if window else None

    @property
    def earlier(self) -> Step | None:
        return self._step(self.window.earlier)

    @property
    def later(self) -> Step | None:
        return self._step(self.window.later)

    @property
    def today(self) -> Step | None:
        """The way back; None while today is in sight."""
        return None if self.window.holds(self.on) else self._step(Window.around(self.on, self.window.zoom))

    @cached_property
    def sessions(self) -> list[Session]:
        """Those on the days in sight. One query."""
        return list(self.access.plan.sessions.held_between(self.window.first, self.window.last))

    @property
    def axis(self) -> SafeString:
        return axis_svg(self.window, self.on, [session.day for session in self.sessions])

    # ---- the actions ----

    @cached_property
    def total(self) -> int:
        """How many actions were picked, in sight or not. One query."""
        return self.picked.order_by().count()

    @cached_property
    def groups(self) -> list[Group]:
        """The rows of this page. Two queries."""
        actions = list(self.page.object_list)
        number_choices(actions, self.choices)
        shifts = shifts_of(actions)
        by_choice = self.selection.group == CHOICE

        def key(action: Action) -> int:
            return action.choice_id if by_choice else action.responsible_id

        maker = RowMaker(self.access, self.window, on=self.on, by_choice=by_choice)
        groups = []
        for _key, found in groupby(actions, key):
            group = list(found)
            title = {"choice": group[0].choice} if by_choice else {"person": group[0].responsible}
            rows = SafeString("".join(maker.row(action, shifts[action.pk]) for action in group))
            groups.append(Group(rows, **title))
        return groups

    @cached_property
    def nearest(self) -> tuple[Step | None, Step | None]:
        """(the last action before these days, the next one after): months, and the way there. One query."""
        before, after = self.picked.nearest_to(self.window.first, self.window.last)
        return self._nearest(before), self._nearest(after)

    def _nearest(self, day: dt.date | None) -> Step | None:
        return Step(words.month_year(day), self._to(Window.around(day, self.window.zoom))) if day else None


def shifts_of(actions: Iterable[Action]) -> dict[int, list[DeadlineShift]]:
    """Why deadlines moved, by action, the oldest first. One query."""
    found: dict[int, list[DeadlineShift]] = defaultdict(list)
    moved = [action.pk for action in actions if action.original_deadline is not None]
    for shift in DeadlineShift.objects.filter(action__in=moved, undone_at=None).select_related("by"):
        found[shift.action_id].append(shift)
    return found
