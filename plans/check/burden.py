"""Who has how many deadlines in which month: pure, actions in, a table out.

Source: the source text's 'let op de haalbaarheid'.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ogsm.dates import MONTH, next_period, period_start

from .core import CheckedAction, Person

# Deadlines of one person in one month. The method gives no number. Three is one result a week beside the daily work,
# with the fourth week for what goes otherwise.
DEADLINES_AT_MOST = 3
MONTHS_SHOWN = 12


@dataclass(frozen=True)
class FullMonth:
    """A month in which a person has more deadlines than `DEADLINES_AT_MOST`; `actions` by deadline."""

    person: Person
    month: dt.date
    actions: tuple[CheckedAction, ...]


@dataclass(frozen=True)
class PersonRow:
    """Deadlines of one person: passed, per month of the table, and after its last month."""

    person: Person
    late: int
    months: tuple[int, ...]
    later: int


@dataclass(frozen=True)
class Burden:
    """`months` are the first days of the months shown; people by name."""

    months: tuple[dt.date, ...]
    rows: tuple[PersonRow, ...]

    @property
    def total(self) -> PersonRow:
        """All people together."""
        nobody = Person(0, "", "")
        months = tuple(sum(row.months[place] for row in self.rows) for place in range(len(self.months)))
        return PersonRow(nobody, sum(row.late for row in self.rows), months, sum(row.later for row in self.rows))


def _by_person_and_month(
    actions: Iterable[CheckedAction], on: dt.date
) -> dict[Person, dict[dt.date, list[CheckedAction]]]:
    """Deadlines to come of open actions, by person and first day of the month, in order of deadline."""
    found: dict[Person, dict[dt.date, list[CheckedAction]]] = defaultdict(lambda: defaultdict(list))
    for action in sorted(actions, key=lambda action: (action.deadline, action.pk)):
        if not action.is_done and action.deadline >= on:
            found[action.responsible][period_start(action.deadline, MONTH)].append(action)
    return found


def overfull_months(actions: Iterable[CheckedAction], on: dt.date) -> list[FullMonth]:
    """By month, then by name."""
    full = [
        FullMonth(person, month, tuple(due))
        for person, months in _by_person_and_month(actions, on).items()
        for month, due in months.items()
        if len(due) > DEADLINES_AT_MOST
    ]
    return sorted(full, key=lambda one: (one.month, one.person.sort_name.casefold(), one.person.pk))


def burden_of(actions: Iterable[CheckedAction], on: dt.date) -> Burden:
    """From this month to that of the last deadline, at most twelve; everybody with an open action."""
    open_actions = [action for action in actions if not action.is_done]
    to_come = _by_person_and_month(open_actions, on)
    last = max((month for months in to_come.values() for month in months), default=None)
    shown = _months(period_start(on, MONTH), last)
    people = {action.responsible for action in open_actions}
    rows = [
        PersonRow(
            person,
            late=sum(action.responsible == person and action.deadline < on for action in open_actions),
            months=tuple(len(to_come[person][month]) for month in shown),
            later=sum(len(due) for month, due in to_come[person].items() if month not in shown),
        )
        for person in sorted(people, key=lambda person: (person.sort_name.casefold(), person.pk))
    ]
    return Burden(shown, tuple(rows))


def _months(first: dt.date, last: dt.date | None) -> tuple[dt.date, ...]:
    months: list[dt.date] = []
    while last is not None and first <= last and len(months) < MONTHS_SHOWN:
        months.append(first)
        first = next_period(first, MONTH)
    return tuple(months)
