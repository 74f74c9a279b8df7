"""The rows of the timeline, built here and nowhere else: in Python, because a page holds a hundred of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ogsm import words
from ogsm.marks import action_light_html, choice_html, who_html

from .models import Action, DeadlineShift
from .rules import DONE, Flag
from .timeline import Days, Window, bar
from .timeline_svg import row_svg

if TYPE_CHECKING:
    from plans.access import PlanAccess


class RowMaker:
    """Makes the rows of one plan for one reader: the table's cells in words, and the drawing. No query."""

    def __init__(self, access: PlanAccess, window: Window, *, on: dt.date, by_choice: bool) -> None:
        self.me, self.window, self.on, self.by_choice = access.user.pk, window, on, by_choice
        self.address = reverse("actions:action_list", args=[access.plan.pk])
        self.days: dict[tuple[dt.date, bool], str] = {}

    def row(self, action: Action, shifts: Sequence[DeadlineShift]) -> SafeString:
        """The `<tr>` of one action; under a choice it names the person, under a person the choice."""
        href = f"{self.address}{action.pk}/"
        result, said = escape(action.result), " ".join(sentences(action))
        of = who_html(action.responsible, me=action.responsible_id == self.me)
        done = ' class="is-done"' if action.is_done else ""
        return SafeString(
            f'<tr id="action-{action.pk}"{done}>'
            f'<th scope="row" class="col-result"><a class="plain" href="{href}">{result}</a></th>'
            f'<td class="col-of">{of if self.by_choice else choice_html(action.choice)}</td>'
            f'<td class="col-light">{action_light_html(action)}</td>'
            f'<td class="col-due">{self._deadline(action)}{_moves(shifts, result) if shifts else ""}</td>'
            f'<td class="col-time"><span class="sr">{escape(said)}</span>{self._drawing(action, href, said)}</td></tr>'
        )

    def _deadline(self, action: Action) -> str:
        """The day with its week; how late it is when it is."""
        key = action.deadline, action.deadline < self.on and action.status != DONE
        if key not in self.days:
            self.days[key] = self._day(*key)
        return self.days[key]

    def _day(self, day: dt.date, is_late: bool) -> str:
        short = words.day_short(day) if day.year == self.on.year else words.day_short_year(day)
        late = f' <span class="due due-late">{escape(words.in_words(day, self.on))}</span>' if is_late else ""
        return (
            f'<time class="due{" due-late" if is_late else ""}" datetime="{day.isoformat()}"'
            f' title="{escape(words.full_date(day))}">{short}</time> <span class="wk">{words.week(day)}</span>{late}'
        )

    def _drawing(self, action: Action, href: str, said: str) -> SafeString:
        days = days_of(action)
        return row_svg(bar(days, self.window, self.on), days, self.window, light=action.light, href=href, said=said)


def _moves(shifts: Sequence[DeadlineShift], result: str) -> str:
    """Behind 'moved 2×' each move of the deadline with its reason. `result` is escaped."""
    moved = ngettext("moved %(times)d×", "moved %(times)d×", len(shifts)) % {"times": len(shifts)}
    reasons = []
    for shift in shifts:
        days = f"{words.day_short_year(shift.from_date)} → {words.day_short_year(shift.to_date)}"
        by = ", ".join([*([shift.by.name] if shift.by else []), words.day_short_year(shift.at)])
        reasons.append(f'<li><b>{days}</b> {escape(shift.reason)} <span class="muted">{escape(by)}</span></li>')
    return (
        f' <details class="menu moved" data-menu><summary>{escape(moved)}<span class="sr">: {result}</span></summary>'
        f'<div class="menu-list"><ol>{"".join(reasons)}</ol></div></details>'
    )


def days_of(action: Action) -> Days:
    return Days(
        status=action.status,
        deadline=action.deadline,
        starts_on=action.starts_on,
        original_deadline=action.original_deadline,
        expected_end=action.expected_end,
        completed_on=action.completed_on,
    )


def sentences(action: Action) -> Iterable[str]:
    """What the bar shows, for who does not see it. The deadline itself stands in the column beside it."""
    if action.starts_on:
        yield _("Starts %(day)s.") % {"day": _with_week(action.starts_on)}
    else:
        yield _("No start date.")
    if action.status == DONE:
        if action.completed_on:
            yield _("Done %(day)s.") % {"day": _with_week(action.completed_on)}
        return
    if action.flags & Flag.START_OVERDUE:
        yield _("It should have started.")
    if action.days_moved and action.original_deadline:
        yield _("The deadline was %(day)s at first.") % {"day": _with_week(action.original_deadline)}
    if action.expected_end and action.expected_end > action.deadline:
        yield _("Expected %(day)s.") % {"day": _with_week(action.expected_end)}


def _with_week(day: dt.date) -> str:
    """'3 Jun 2026 (wk 23)'."""
    return f"{words.day_short_year(day)} ({words.week(day)})"
