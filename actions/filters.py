"""What a reader has picked from the actions of a plan; it lives in the address of board and table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl

from django.db.models import Case, F, Q, Value, When
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from .models import Action
from .querysets import ActionQuerySet
from .rules import AMBER, ANY_FLAG, DOING, DONE, FLAG_BY_NAME, GREEN, RED, TODO

if TYPE_CHECKING:
    from ogsm.accounts.models import User
    from plans.models import Choice

LARGEST_ID = 2**63 - 1
CHOICE, PERSON = "choice", "person"
FLAG_WORDS = {
    "late": _("late"),
    "start-overdue": _("should have started"),
    "expected-late": _("expected later"),
    "slipped": _("deadline moved twice or more"),
    "amber": _("amber"),
    "red": _("red"),
    "not-judged": _("no judgement"),
    "no-update": _("no update"),
    "help": _("help wanted"),
    "contradiction": _("green, against the dates"),
}


def _in_order(field: str, *values: str) -> Case:
    """Sorts a field by the order in which its values are given."""
    whens = [When(**{field: value}, then=Value(place)) for place, value in enumerate(values)]
    return Case(*whens, default=Value(len(values)))


# columns of the table by the name used in the address; choice and deadline settle equal values
SORTS: dict[str, Case | F] = {
    "result": F("result"),
    "choice": F("choice__position"),
    "responsible": F("responsible__sort_name"),
    "start": F("starts_on"),
    "deadline": F("deadline"),
    "status": _in_order("status", TODO, DOING, DONE),
    "light": _in_order("light", RED, AMBER, "", GREEN),
    "expected": F("expected_end"),
    "update": F("last_update_at"),
}


@dataclass(frozen=True)
class Option:
    label: str
    href: str
    is_on: bool
    colour: int | None = None


@dataclass(frozen=True)
class Selection:
    """Filters, lanes and order, as read from the address. Empty means: all of it; in words (`EVERYTHING`), because a
    board without any query opens with its reader's own default view."""

    EVERYTHING: ClassVar[str] = "all=1"

    q: str = ""
    mine: bool = False
    off_plan: bool = False
    person: int | None = None
    choice: int | None = None
    flag: str = ""
    status: str = ""
    lanes: str = ""
    sort: str = ""

    @classmethod
    def read(cls, data: QueryDict) -> Selection:
        """What the address asks for; what it cannot mean is left out."""
        return cls(
            q=data.get("q", "").replace("\0", "").strip()[:100],
            mine=data.get("mine") == "1",
            off_plan=data.get("off_plan") == "1",
            person=whole_number(data.get("person")),
            choice=whole_number(data.get("choice")),
            flag=_one_of(data.get("flag"), FLAG_BY_NAME),
            status=_one_of(data.get("status"), Action.Status.values),
            lanes=_one_of(data.get("lanes"), (CHOICE, PERSON)),
            sort=_one_of(data.get("sort"), [*SORTS, *(f"-{name}" for name in SORTS)]),
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.mine or self.off_plan or self.person or self.choice or self.flag or self.status)

    def query(self, **changes: Any) -> str:
        """This selection with some changes, as in an address: 'mine=1&lanes=choice'; '' for all."""
        other = replace(self, **changes)
        values = {field.name: getattr(other, field.name) for field in fields(other)}
        return urlencode({name: 1 if value is True else value for name, value in values.items() if value})

    def address(self, **changes: Any) -> str:
        """The query string of this selection with some changes: '?mine=1&lanes=choice'."""
        return "?" + (self.query(**changes) or self.EVERYTHING)

    @property
    def others(self) -> list[tuple[str, Any]]:
        """What a search keeps: all but the text, as names and values of hidden fields."""
        return parse_qsl(self.query(q=""))

    @property
    def toggle_mine(self) -> str:
        return self.address(mine=not self.mine)

    @property
    def toggle_off_plan(self) -> str:
        return self.address(off_plan=not self.off_plan)

    @property
    def without_filters(self) -> str:
        return Selection(lanes=self.lanes, sort=self.sort).address()

    @property
    def lane_links(self) -> list[Option]:
        lanes = [("", _("Nothing")), (CHOICE, _("Choice")), (PERSON, _("Person"))]
        return [Option(str(label), self.address(lanes=value), value == self.lanes) for value, label in lanes]

    def pick(self, actions: ActionQuerySet, *, user_id: int, on: dt.date) -> ActionQuerySet:
        """The live actions that were asked for, with their flags. No query of its own."""
        actions = actions.live()
        flags = FLAG_BY_NAME[self.flag] if self.flag else ANY_FLAG if self.off_plan else None
        actions = actions.with_flags(on) if flags is None else actions.flagged(flags, on)
        if self.mine:
            actions = actions.filter(_of(user_id))
        if self.person:
            actions = actions.filter(_of(self.person))
        if self.choice:
            actions = actions.filter(choice_id=self.choice)
        if self.status:
            actions = actions.filter(status=self.status)
        if self.q:
            actions = actions.filter(
                Q(result__icontains=self.q) | Q(description__icontains=self.q) | Q(responsible__name__icontains=self.q)
            )
        return actions

    def order(self, actions: ActionQuerySet) -> ActionQuerySet:
        """The table's order: by the chosen column, else by choice and deadline."""
        column = SORTS.get(self.sort.removeprefix("-"), SORTS["choice"])
        is_down = self.sort.startswith("-")
        first = column.desc(nulls_last=True) if is_down else column.asc(nulls_last=True)
        return actions.order_by(first, "choice__position", "choice__pk", "deadline", "pk")


def whole_number(text: str | None) -> int | None:
    """A number a database can hold: an id, or how many. None for anything else."""
    if not text or not text.isascii() or not text.isdigit():
        return None
    number = int(text[:20])
    return number if number <= LARGEST_ID else None


def _one_of(text: str | None, known: Iterable[str]) -> str:
    return text if text and text in known else ""


def _of(user_id: int) -> Q:
    """Actions somebody is responsible for or involved in. Without a join, so that no action is counted twice."""
    involved = Action.involved.through.objects.filter(user_id=user_id).values("action_id")
    return Q(responsible_id=user_id) | Q(pk__in=involved)


@dataclass(frozen=True)
class Menu:
    """A drop-down filter: its name, or what was picked."""

    label: str
    is_on: bool
    options: list[Option]

    def links(self, path: str, page_id: str) -> SafeString:
        """A link for each value to the page at `path`, that swaps its part with this id. Made here and not in the
        template: a page has forty of them, for every reader."""
        swap = f' hx-target="#{page_id}" hx-swap="outerHTML" hx-push-url="true"'
        return SafeString("".join(self._link(option, escape(path), swap) for option in self.options))

    @staticmethod
    def _link(option: Option, path: str, swap: str) -> str:
        href, label = escape(option.href), escape(str(option.label))
        shown = f'<span class="choice c{option.colour}">{label}</span>' if option.colour else label
        current = ' aria-current="true"' if option.is_on else ""
        return f'<a href="{href}"{current} hx-get="{path}{href}"{swap}>{shown}</a>'


def filter_menus(
    selection: Selection, *, people: Iterable[User], choices: Iterable[Choice], with_status: bool = False
) -> list[Menu]:
    """The drop-downs person, choice, flag (and status) with a link for each value. No query."""
    who: list[tuple[Any, Any, int | None]] = [(user.pk, user.name, None) for user in people]
    which: list[tuple[Any, Any, int | None]] = [
        (choice.pk, f"{choice.number} {choice.short_name}", choice.colour) for choice in choices
    ]
    why: list[tuple[Any, Any, int | None]] = [(name, word, None) for name, word in FLAG_WORDS.items()]
    menus = [
        _menu(selection, "person", _("Person"), _("Everybody"), who),
        _menu(selection, "choice", _("Choice"), _("All choices"), which),
        _menu(selection, "flag", _("Flag"), _("All, flag or not"), why),
    ]
    if with_status:
        where: list[tuple[Any, Any, int | None]] = [(value, label, None) for value, label in Action.Status.choices]
        menus.append(_menu(selection, "status", _("Status"), _("Any status"), where))
    return menus


def _menu(
    selection: Selection, name: str, label: Any, everything: Any, values: list[tuple[Any, Any, int | None]]
) -> Menu:
    picked = getattr(selection, name)
    options = [
        Option(str(text), selection.address(**{name: value}), value == picked, colour) for value, text, colour in values
    ]
    shown = next((option.label for option in options if option.is_on), "")
    nothing = Option(str(everything), selection.address(**{name: "" if isinstance(picked, str) else None}), not picked)
    return Menu(shown or str(label), bool(shown), [nothing, *options])
