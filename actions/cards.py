"""The cards of the board, built here and nowhere else: in Python, because a page may hold a thousand of them.

A card depends on its action, the day, the language and two things of its reader: whether it is theirs and whether
they may move it. It holds no token and nothing else of the reader.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from ogsm import words
from ogsm.accounts.models import User
from ogsm.marks import due_date_html, flags_html, icon_html, light_html, who_html

from .querysets import ActionQuerySet
from .rules import DOING, DONE, Flag, flag_names

if TYPE_CHECKING:
    from plans.access import PlanAccess
    from plans.models import Choice


class Row(NamedTuple):
    """What a card needs of an action, as columns: a third of the cost of model instances."""

    pk: int
    result: str
    choice_id: int
    responsible_id: int
    status: str
    rank: int
    version: int
    light: str
    deadline: dt.date
    original_deadline: dt.date | None
    deadline_moves: int
    completed_on: dt.date | None
    flag_bits: int

    @property
    def flags(self) -> int:
        return self.flag_bits


def card_rows(actions: ActionQuerySet) -> list[Row]:
    """The rows of a queryset that carries its flags. One query."""
    return [Row(*values) for values in actions.values_list(*Row._fields)]


class CardMaker:
    """Makes the cards of one plan for one reader; what returns on many cards is made once."""

    def __init__(
        self, access: PlanAccess, *, on: dt.date, choices: Iterable[Choice], people: Iterable[User] = ()
    ) -> None:
        self.access, self.on = access, on
        self.choices = {
            choice.pk: (choice.colour, escape(f"{choice.number} {choice.short_name}"), escape(choice.short_name))
            for choice in choices
        }
        self.people = {user.pk: user for user in people}
        self.address = reverse("actions:action_list", args=[access.plan.pk])
        self.who, self.flag_names, self.light = cache(self._who), cache(self._flag_names), cache(light_html)
        self.due, self.done = cache(self._due), cache(self._done)
        self.menu, self.dots = escape(gettext("Menu")), icon_html("dots")
        self.open = escape(gettext("Open"))

    def items(self, rows: list[Row], *, focus: bool = False) -> SafeString:
        """A `<li>` with its card for each row; `focus` puts the reader on the first one. At most one query."""
        self.know({row.responsible_id for row in rows})
        items = [self._item(row) for row in rows]
        if focus and items:
            items[0] = items[0].replace("<h3><a ", "<h3><a autofocus ", 1)
        return SafeString("".join(items))

    def know(self, ids: set[int]) -> list[User]:
        """The people with these ids, the Dutch way. A query only for those who are no longer members."""
        if missing := ids - self.people.keys():
            self.people |= User.objects.in_bulk(missing)
        return sorted((self.people[pk] for pk in ids), key=lambda user: user.sort_name)

    def _item(self, row: Row) -> str:
        colour, choice = self._choice(row)
        address = f"{self.address}{row.pk}/"
        result = escape(row.result)
        who = self.who(row.responsible_id)
        move = f' data-move-url="{address}move/"' if self.access.may_move_action(row) else ""
        menu = (
            f'<details class="menu menu-end" data-menu hx-get="{address}?menu" hx-trigger="toggle"'
            f' hx-target="find .menu-list" hx-swap="innerHTML"><summary class="icon-btn" id="menu-{row.pk}"'
            f' aria-label="{self.menu}: {result}">{self.dots}</summary>'
            f'<div class="menu-list"><a href="{address}">{self.open}</a></div></details>'
        )
        head = f'id="action-{row.pk}" data-version="{row.version}" data-flags="{self.flag_names(row.flag_bits)}"{move}>'
        title = f'<h3><a href="{address}">{result}</a></h3>'
        if row.status == DONE:
            return (
                f'<li><article class="card card-done c{colour}" {head}{title}<footer>{self.done(row.completed_on)}'
                f'<span class="muted">{choice}</span>{who}{menu}</footer></article></li>'
            )
        return (
            f'<li><article class="card c{colour}" {head}<header><span class="txt">{choice}</span>{menu}</header>'
            f"{title}{flags_html(row)}<footer>{self._light(row)}{self.due(row.deadline)}{who}</footer></article></li>"
        )

    def _choice(self, row: Row) -> tuple[int, str]:
        known = self.choices.get(row.choice_id)
        if known is None:
            return 0, ""
        colour, name, short_name = known
        return colour, short_name if row.status == DONE else name

    def _who(self, user_id: int) -> str:
        return who_html(self.people.get(user_id), me=user_id == self.access.user.pk)

    def _light(self, row: Row) -> str:
        """The judgement; what has not started shows none, unless it should have one."""
        if row.light or row.status == DOING or row.flag_bits & Flag.NOT_JUDGED:
            return self.light(row.light)
        return ""

    def _due(self, deadline: dt.date) -> str:
        return due_date_html(deadline, self.on, clock=True)

    @staticmethod
    def _flag_names(bits: int) -> str:
        return " ".join(flag_names(bits))

    @staticmethod
    def _done(completed_on: dt.date | None) -> str:
        day = words.day_short(completed_on) if completed_on else ""
        return light_html("done", gettext("Done %(day)s") % {"day": day})
